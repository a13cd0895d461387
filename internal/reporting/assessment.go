package reporting

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// assessed is an assessment as it was, as far as the audience could read it.
type assessed struct {
	*db.Assessment
	version *history.Version
	said    *report.Assessment // what the version that is reported says
	whole   bool
	subject report.Subject
}

// assessed reads an assessment as it was; nil where the audience could not read it then, or nobody was consulted on it yet.
func (p *past) assessed(ctx context.Context, id uuid.UUID, brief bool) (*assessed, error) {
	all, err := p.assessedOf(ctx, []uuid.UUID{id}, brief)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// assessedOf reads assessments as they were, in the order of their ids, without those that the audience could not read then and those
// on which nobody was consulted yet.
func (p *past) assessedOf(ctx context.Context, ids []uuid.UUID, brief bool) ([]*assessed, error) {
	found, err := were[db.Assessment](ctx, p, p.store.AnyOf("t.id", ids))
	if err != nil {
		return nil, err
	}
	firms := make([]uuid.UUID, len(found))
	for i, one := range found {
		firms[i] = one.row.FirmID
	}
	if err := p.know(ctx, firms...); err != nil {
		return nil, err
	}
	var all []*assessed
	for _, one := range found {
		a := &assessed{Assessment: one.row, version: one.version}
		seen, err := p.look(ctx, a, brief)
		if err != nil {
			return nil, err
		}
		if seen {
			all = append(all, a)
		}
	}
	return all, nil
}

// look reads what an assessment says, if the audience could read it.
func (p *past) look(ctx context.Context, a *assessed, brief bool) (bool, error) {
	inSight, err := p.subjectOf(ctx, a)
	if err != nil {
		return false, err
	}
	subject := p.placeOf(a, inSight)
	if !policy.Decide(p.reader, policy.ReadAssessment, subject).Allowed {
		return false, nil
	}
	a.whole = policy.Decide(p.reader, policy.ReadWholeAssessment, subject).Allowed
	number := a.Version
	if a.ContentHash == nil {
		number-- // what is being written is in no report: the version before it is
	}
	own := p.scope.Audience == report.AudienceParty && p.scope.Party == a.FirmID
	a.said, err = p.assessments.Says(ctx, a.Assessment, number, report.Reader{Language: p.scope.Language, Whole: a.whole, Own: own, Brief: brief})
	return a.said != nil, err
}

// placeOf is an assessment as the policy sees it for the audience.
func (p *past) placeOf(a *assessed, inSight bool) policy.Subject {
	s := policy.Subject{Resource: policy.Assessment, State: string(a.State)}
	if inSight {
		s.Facts.Add(policy.InSight)
	}
	if a.OpenedAt != nil && a.ContentHash != nil {
		s.Facts.Add(policy.Published)
	}
	switch p.scope.Audience {
	case report.AudienceRegulator:
		if p.overseen(a) {
			s.Facts.Add(policy.InJurisdiction)
		}
	case report.AudienceParty:
		if a.FirmID == p.scope.Party {
			s.Facts.Add(policy.Own)
		}
	case report.AudiencePublic:
	}
	return s
}

// overseen tells whether a report for regulators is given an assessment as whole: who asked for one of an assessment reads it so; a
// portfolio is bounded by jurisdictions; and over a call of its own, a regulator is given what was filed with it.
func (p *past) overseen(a *assessed) bool {
	if p.scope.Type != report.TypePortfolio || p.filed[a.ID] {
		return true
	}
	firm := p.parties[a.FirmID]
	return firm != nil && slices.ContainsFunc(firm.Jurisdictions, func(code string) bool { return fault.Among(p.scope.Filter.Jurisdiction, code) })
}

// subjectOf reads what was assessed, and tells whether the audience could see it.
func (p *past) subjectOf(ctx context.Context, a *assessed) (bool, error) {
	a.subject = report.Subject{Type: report.SubjectPractice, Version: a.SubjectVersion}
	if a.SubjectType == policy.SubjectType(policy.Proposal) {
		a.subject.Type = report.SubjectProposal
		return p.proposalOf(ctx, a)
	}
	if known, ok := p.practices[subjectKey{a.SubjectID, a.SubjectVersion}]; ok {
		a.subject = known
		return known.ID != "", nil
	}
	seen, err := p.practiceOf(ctx, a)
	if err == nil {
		p.practices[subjectKey{a.SubjectID, a.SubjectVersion}] = a.subject
	}
	return seen, err
}

// subjectKey names a version of what is assessed.
type subjectKey struct {
	id      uuid.UUID
	version int
}

func (p *past) practiceOf(ctx context.Context, a *assessed) (bool, error) {
	found, err := one[db.Practice](ctx, p, a.SubjectID)
	if err != nil || found == nil {
		return false, err
	}
	s := policy.Subject{Resource: policy.Practice, State: string(found.row.State)}
	if found.row.ShownVersion != nil {
		s.Facts.Add(policy.Published)
	}
	if found.row.FirmID == p.scope.Party && p.scope.Audience == report.AudienceParty {
		s.Facts.Add(policy.Own)
	}
	if !policy.Decide(p.reader, policy.ReadPractice, s).Allowed {
		return false, nil
	}
	versions, _, err := rows[db.PracticeVersion](ctx, p.store, store.Where("t.practice_id = ? AND t.number = ?", a.SubjectID, a.SubjectVersion))
	for _, v := range versions {
		own := p.scope.Audience == report.AudienceParty && found.row.FirmID == p.scope.Party
		if own || p.scope.Audience == report.AudienceRegulator || found.row.ShownVersion != nil && v.Number >= *found.row.ShownVersion { // what was before is private
			a.subject.Title = v.Title
		}
	}
	a.subject.ID = typeid.New(string(policy.Practice), a.SubjectID).String()
	return true, err
}

func (p *past) proposalOf(ctx context.Context, a *assessed) (bool, error) {
	found, err := one[db.Proposal](ctx, p, a.SubjectID)
	if err != nil || found == nil {
		return false, err
	}
	if err := p.lookIn(ctx, found.row); err != nil || !p.seesProposal(found.row) {
		return false, err
	}
	versions, _, err := rows[db.ProposalVersion](ctx, p.store, store.Where("t.proposal_id = ? AND t.number = ?", a.SubjectID, a.SubjectVersion))
	for _, v := range versions {
		own := p.scope.Audience == report.AudienceParty && found.row.AuthorID == p.scope.Party
		if own || found.row.OpenedVersion != nil && v.Number >= *found.row.OpenedVersion { // what was before is private
			a.subject.Title = string(v.Title)
		}
	}
	a.subject.ID = typeid.New(string(policy.Proposal), a.SubjectID).String()
	return true, err
}

// lookIn reads which dialogues of proposals the audience could read, those that are not known yet together.
func (p *past) lookIn(ctx context.Context, proposals ...*db.Proposal) error {
	var asked []uuid.UUID
	for _, row := range proposals {
		if _, known := p.readable[row.DialogueID]; !known {
			p.readable[row.DialogueID] = false
			asked = append(asked, row.DialogueID)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	all, err := were[db.Dialogue](ctx, p, p.store.AnyOf("t.id", asked))
	if err != nil {
		return err
	}
	seen, err := p.seesDialogues(ctx, all)
	maps.Copy(p.readable, seen)
	return err
}

// seesProposal tells whether the audience could read a proposal; lookIn has read its dialogue.
func (p *past) seesProposal(row *db.Proposal) bool {
	if !p.readable[row.DialogueID] {
		return false
	}
	s := policy.Subject{Resource: policy.Proposal, State: string(row.State), Facts: policy.These(policy.InSight)}
	if row.Published {
		s.Facts.Add(policy.Published)
	}
	if p.scope.Audience == report.AudienceParty {
		if row.AuthorID == p.scope.Party {
			s.Facts.Add(policy.Own)
		}
	}
	return policy.Decide(p.reader, policy.ReadProposal, s).Allowed
}

// seesDialogues tells of each dialogue whether the audience could read it.
func (p *past) seesDialogues(ctx context.Context, all []was[*db.Dialogue]) (map[uuid.UUID]bool, error) {
	seen, invitations := make(map[uuid.UUID]bool, len(all)), map[uuid.UUID]*db.Invitation{}
	if p.scope.Audience == report.AudienceParty {
		ids := make([]uuid.UUID, len(all))
		for i, d := range all {
			ids[i] = d.row.ID
		}
		var err error
		if invitations, _, err = rows[db.Invitation](ctx, p.store, p.store.AnyOf("t.dialogue_id", ids)); err != nil {
			return nil, err
		}
	}
	for _, d := range all {
		s := policy.Subject{Resource: policy.Dialogue, State: string(d.row.State)}
		if d.row.Visibility == enum.DialogueVisibilityPublic {
			s.Facts.Add(policy.PublicSpace)
		}
		if p.scope.Audience == report.AudienceParty {
			if d.row.ConvenorID == p.scope.Party {
				s.Facts.Add(policy.Convenor)
			}
			invited, err := listed(d.version, "invitations", invitations)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(invited, func(one *db.Invitation) bool { return one.StakeholderID == p.scope.Party }) {
				s.Facts.Add(policy.Invited)
			}
		}
		seen[d.row.ID] = policy.Decide(p.reader, policy.ReadDialogue, s).Allowed
	}
	return seen, nil
}

// assessment composes what is said of an assessment: what the version says, and what became of it.
func (p *past) assessment(ctx context.Context, a *assessed) (*report.Assessment, error) {
	reasons, err := p.stateReasons(ctx, []uuid.UUID{a.ID})
	if err != nil {
		return nil, err
	}
	out := a.said
	out.ID, out.Reference, out.Firm, out.Subject = a.GlobalID().String(), text(a.Reference), p.party(a.FirmID), a.subject
	out.State, out.StateReason, out.CreatedAt, out.UpdatedAt = a.State, reasons[a.ID], a.CreatedAt.UTC(), a.version.UpdatedAt
	out.ConsultationUntil, out.ApprovedAt, out.PublishedAt = utc(a.ConsultationUntil), utc(a.ApprovedAt), utc(a.PublishedAt)
	out.NextReviewDueAt = utc(a.NextReviewDueAt)
	for _, part := range []func(context.Context, *assessed, *report.Assessment) error{p.kin, p.risks, p.signatures, p.stale, p.versions, p.filings} {
		if err := part(ctx, a, out); err != nil {
			return nil, err
		}
	}
	if out.Opinions, err = p.opinions(ctx, a); err != nil {
		return nil, err
	}
	out.Comments, err = p.comments(ctx, policy.Assessment, a.ID)
	return out, err
}

// kin are the assessments before and after it.
func (p *past) kin(ctx context.Context, a *assessed, out *report.Assessment) error {
	if a.PreviousID != nil {
		out.Previous = typeid.New(string(policy.Assessment), *a.PreviousID).String()
	}
	newer, err := were[db.Assessment](ctx, p, store.Where("t.previous_id = ?", a.ID))
	for _, n := range newer {
		if n.row.State == enum.ImpactAssessmentStateWithdrawn {
			continue
		}
		next := &assessed{Assessment: n.row}
		inSight, err := p.subjectOf(ctx, next)
		if err != nil {
			return err
		}
		if policy.Decide(p.reader, policy.ReadAssessment, p.placeOf(next, inSight)).Allowed {
			out.Next = n.row.GlobalID().String()
		}
	}
	return err
}

// signatures are who was to sign, and who did.
func (p *past) signatures(ctx context.Context, a *assessed, out *report.Assessment) error {
	signers, err := partsOf[db.Signer](ctx, p, a.version, "signers", store.Where("t.assessment_id = ?", a.ID))
	if err != nil {
		return err
	}
	signed, err := partsOf[db.SignOff](ctx, p, a.version, "sign_offs", store.Where("t.assessment_id = ?", a.ID))
	if err != nil {
		return err
	}
	var parties []uuid.UUID
	for _, s := range signers {
		parties = append(parties, s.PartyID)
	}
	for _, s := range signed {
		parties = append(parties, s.PartyID)
	}
	if err := p.know(ctx, parties...); err != nil {
		return err
	}
	for _, s := range signers {
		one := report.Signer{
			Capacity: s.Capacity, Party: p.party(s.PartyID), Member: p.member(a.FirmID, s.MemberID), State: s.State, AppointedAt: s.AppointedAt.UTC(), EndedAt: utc(s.EndedAt),
		}
		if s.State != enum.SignerStateAppointed {
			one.Reason = string(s.Reason)
		}
		out.Signers = append(out.Signers, one)
	}
	for _, s := range signed {
		stepped := slices.ContainsFunc(signers, func(one *db.Signer) bool { // who declared a conflict since signs no more
			return one.State == enum.SignerStateConflicted && one.PartyID == s.PartyID && (one.MemberID == nil || *one.MemberID == s.MemberID)
		})
		out.SignOffs = append(out.SignOffs, report.SignOff{
			Capacity: s.Capacity, By: p.party(s.PartyID), Version: s.Version, ContentHash: s.ContentHash, Current: s.ContentHash == out.ContentHash && !stepped,
			Reason: string(s.Reason), At: s.SignedAt.UTC(),
		})
	}
	return nil
}

// stale is why it was out of date.
func (p *past) stale(ctx context.Context, a *assessed, out *report.Assessment) error {
	causes, err := partsOf[db.Staleness](ctx, p, a.version, "stalenesses", store.Where("t.assessment_id = ?", a.ID))
	if err != nil {
		return err
	}
	for _, c := range causes {
		one := report.StaleCause{Cause: c.Cause, Because: c.Because, Since: c.Since.UTC(), ResolvedAt: utc(c.ResolvedAt)}
		if c.LinkID != nil && *c.LinkID == a.SubjectID {
			one.Link = a.subject.ID // what causes it is its subject, or something that is not for everybody to know
		}
		out.StaleBecause = append(out.StaleBecause, one)
	}
	return nil
}

// versions are those on which everybody was consulted until then.
func (p *past) versions(ctx context.Context, a *assessed, out *report.Assessment) error {
	where := store.Where("t.assessment_id = ? AND t.number <= ?", a.ID, a.said.Version)
	if !a.whole {
		where = store.And(where, store.Where("t.consulted"))
	}
	all, ids, err := rows[db.AssessmentVersion](ctx, p.store, where)
	if err != nil {
		return err
	}
	for _, id := range ids {
		out.Versions = append(out.Versions, versionRef(all[id], a.Assessment))
	}
	slices.SortFunc(out.Versions, func(a, b report.VersionRef) int { return a.Number - b.Number })
	return nil
}

func versionRef(v *db.AssessmentVersion, of *db.Assessment) report.VersionRef {
	return report.VersionRef{
		ID: v.GlobalID().String(), Number: v.Number, Assessment: of.GlobalID().String(), Reference: text(of.Reference),
		ContentHash: v.ContentHash, CreatedAt: v.CreatedAt.UTC(),
	}
}

// filings are with whom it was filed: the firm knows all, nobody else any.
func (p *past) filings(ctx context.Context, a *assessed, out *report.Assessment) error {
	if p.scope.Audience != report.AudienceParty || p.scope.Party != a.FirmID {
		return nil
	}
	all, err := were[db.Filing](ctx, p, store.Where("t.assessment_id = ?", a.ID))
	if err != nil {
		return err
	}
	for _, f := range all {
		if err := p.know(ctx, f.row.RegulatorID); err != nil {
			return err
		}
		one := report.Filing{
			ID: f.row.GlobalID().String(), Regulator: p.party(f.row.RegulatorID), Version: f.row.Version, ContentHash: f.row.ContentHash,
			State: report.FilingState(f.row.State), FiledAt: f.row.FiledAt.UTC(), AnsweredAt: utc(f.row.AnsweredAt),
		}
		if f.row.State == enum.FilingStateReturned {
			one.Reason = string(f.row.Reason)
		}
		out.Filings = append(out.Filings, one)
	}
	return nil
}

// opinions are what parties thought of the assessment, in the order of what they are about, then oldest first.
func (p *past) opinions(ctx context.Context, a *assessed) ([]report.Opinion, error) {
	all, err := were[db.Opinion](ctx, p, store.Where("t.assessment_id = ?", a.ID))
	if err != nil {
		return nil, err
	}
	risks, err := p.riskNumbers(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	var parties []uuid.UUID
	for _, o := range all {
		parties = append(parties, o.row.PartyID)
	}
	if err := p.know(ctx, parties...); err != nil {
		return nil, err
	}
	var out []report.Opinion
	for _, o := range all {
		if !p.readsOpinion(o.row) {
			continue
		}
		one := report.Opinion{
			ID: o.row.GlobalID().String(), Version: o.row.Version, Question: string(o.row.Question), By: p.party(o.row.PartyID), Stance: o.row.Stance,
			Text: string(o.row.Text), State: o.row.State, AnsweredAt: utc(o.row.AnsweredAt), CreatedAt: o.row.CreatedAt.UTC(),
		}
		if o.row.RiskID != nil {
			if n, ok := risks[*o.row.RiskID]; ok {
				one.Risk = &n
			}
		}
		if o.row.AnsweredAt != nil {
			one.Reply = string(o.row.Reply)
		}
		out = append(out, one)
	}
	at, n := map[string]int{}, 0
	for _, section := range a.said.Sections {
		for _, q := range section.Questions {
			at[q.Key] = n
			n++
		}
	}
	place := func(o report.Opinion) int {
		if at, ok := at[o.Question]; ok {
			return at
		}
		if o.Risk != nil {
			return 1_000_000 + *o.Risk
		}
		return 2_000_000
	}
	slices.SortStableFunc(out, func(a, b report.Opinion) int { return place(a) - place(b) })
	return out, nil
}

// readsOpinion tells whether the audience could read an opinion on an assessment that it read.
func (p *past) readsOpinion(row *db.Opinion) bool {
	s := policy.Subject{Resource: policy.Opinion, State: string(row.State), Facts: policy.These(policy.InSight)}
	if p.scope.Audience == report.AudienceParty && row.PartyID == p.scope.Party {
		s.Facts.Add(policy.Own)
	}
	return policy.Decide(p.reader, policy.ReadOpinion, s).Allowed
}

func (p *past) riskNumbers(ctx context.Context, of uuid.UUID) (map[uuid.UUID]int, error) {
	all, ids, err := rows[db.Risk](ctx, p.store, store.Where("t.assessment_id = ?", of))
	out := map[uuid.UUID]int{}
	for _, id := range ids {
		out[id] = all[id].Number
	}
	return out, err
}
