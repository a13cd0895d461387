package reporting

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// portfolio composes many assessments, in short: those that a filter keeps, or those that firms filed for a call.
func (p *past) portfolio(ctx context.Context) (*report.Portfolio, error) {
	out := &report.Portfolio{}
	where, err := p.inPortfolio(ctx)
	if err != nil {
		return nil, err
	}
	if p.scope.Call != uuid.Nil {
		var filed []uuid.UUID
		if out.Call, filed, err = p.call(ctx); err != nil {
			return nil, err
		}
		where = store.And(where, p.store.AnyOf("t.id", filed))
	}
	var ids []uuid.UUID
	err = p.store.Query(ctx, "SELECT t.id FROM assessments t WHERE "+where.SQL+" ORDER BY t.id", where.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the assessments of a portfolio: %w", err)
	}
	done := 0
	for some := range slices.Chunk(ids, 200) { // documents of a few at once
		all, err := p.assessedOf(ctx, some, true)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(a *assessed) bool { return !p.kept(a) })
		summaries, err := p.summaries(ctx, all)
		if err != nil {
			return nil, err
		}
		out.Assessments = append(out.Assessments, summaries...)
		done += len(some)
		p.heard(done, len(ids))
	}
	out.Total = len(out.Assessments)
	count(out)
	return out, p.outcomes(ctx, out)
}

// inPortfolio asks for assessments as t by what of the filter never changes; kept asks for the rest.
func (p *past) inPortfolio(ctx context.Context) (store.Cond, error) {
	f, where := p.scope.Filter, store.Always()
	if f.Firm != uuid.Nil {
		where = store.And(where, store.Where("t.firm_id = ?", f.Firm))
	}
	if p.scope.Audience == report.AudienceParty {
		where = store.And(where, store.Where("t.firm_id = ?", p.scope.Party))
	}
	if len(f.Template) > 0 {
		where = store.And(where, p.store.AnyOf("t.template_id", f.Template))
	}
	if len(f.Jurisdiction) == 0 && len(f.Sector) == 0 {
		return where, nil
	}
	firms, err := p.firms(ctx)
	return store.And(where, p.store.AnyOf("t.firm_id", firms)), err
}

// firms are those of the jurisdictions and sectors of the filter, as they were.
func (p *past) firms(ctx context.Context) ([]uuid.UUID, error) {
	all, err := were[db.Stakeholder](ctx, p, store.Where("t.kind = 'FIRM'"))
	var ids []uuid.UUID
	f := p.scope.Filter
	for _, one := range all {
		p.parties[one.row.ID] = one.row
		within := slices.ContainsFunc(one.row.Jurisdictions, func(code string) bool { return fault.Among(f.Jurisdiction, code) })
		if len(f.Jurisdiction) > 0 && !within {
			continue
		}
		if len(f.Sector) > 0 && !slices.Contains(f.Sector, string(one.row.SectorCode)) {
			continue
		}
		ids = append(ids, one.row.ID)
	}
	return ids, err
}

// kept asks for what of the filter changes.
func (p *past) kept(a *assessed) bool {
	f := p.scope.Filter
	if len(f.State) > 0 && !slices.Contains(f.State, a.State) {
		return false
	}
	return len(f.Level) == 0 || slices.Contains(f.Level, a.said.Level)
}

// summaries are assessments in short.
func (p *past) summaries(ctx context.Context, all []*assessed) ([]report.Summary, error) {
	ids := make([]uuid.UUID, len(all))
	for i, a := range all {
		ids[i] = a.ID
	}
	reasons, err := p.stateReasons(ctx, ids)
	if err != nil {
		return nil, err
	}
	opinions, comments := map[uuid.UUID]int{}, map[uuid.UUID]int{}
	given, err := were[db.Opinion](ctx, p, p.store.AnyOf("t.assessment_id", ids))
	if err != nil {
		return nil, err
	}
	for _, o := range given {
		if p.readsOpinion(o.row) {
			opinions[o.row.AssessmentID]++
		}
	}
	said, err := were[db.Comment](ctx, p, p.store.AnyOf("t.subject_id", ids))
	if err != nil {
		return nil, err
	}
	for _, c := range said {
		if p.readsComment(c.row) {
			comments[c.row.SubjectID]++
		}
	}
	out := make([]report.Summary, len(all))
	for i, a := range all {
		out[i] = report.Summary{
			ID: a.GlobalID().String(), Reference: text(a.Reference), Title: a.said.Title, Firm: p.party(a.FirmID), Subject: a.subject,
			Template: a.said.Template.Reference, TemplateHash: a.said.Template.ContentHash, State: a.State, StateReason: reasons[a.ID], Version: a.said.Version,
			ContentHash: a.said.ContentHash, Level: a.said.Level, Current: a.said.Score.Current, RawMax: a.said.Score.RawMax, Risks: len(a.said.Risks),
			Opinions: opinions[a.ID], Comments: comments[a.ID], PublishedAt: utc(a.PublishedAt), NextReviewDueAt: utc(a.NextReviewDueAt), UpdatedAt: a.version.UpdatedAt,
		}
	}
	return out, nil
}

// heights order levels.
var heights = map[enum.ImpactLevel]int{enum.ImpactLevelI: 1, enum.ImpactLevelIi: 2, enum.ImpactLevelIii: 3, enum.ImpactLevelIv: 4}

// count counts what assessments have in common.
func count(out *report.Portfolio) {
	by := func(of func(report.Summary) (key, name string), order func(a, b report.Count) int) []report.Count {
		at, all := map[string]int{}, []report.Count{}
		for _, s := range out.Assessments {
			key, name := of(s)
			if _, ok := at[key]; !ok {
				at[key] = len(all)
				all = append(all, report.Count{Key: key, Name: name})
			}
			all[at[key]].Count++
		}
		slices.SortStableFunc(all, order)
		return all
	}
	byKey := func(a, b report.Count) int { return cmp.Compare(a.Key, b.Key) }
	byLevel := func(a, b report.Count) int {
		return cmp.Compare(heights[enum.ImpactLevel(a.Key)], heights[enum.ImpactLevel(b.Key)])
	}
	out.ByLevel = by(func(s report.Summary) (string, string) { return string(s.Level), "" }, byLevel)
	out.ByState = by(func(s report.Summary) (string, string) { return string(s.State), "" }, byKey)
	out.ByTemplate = by(func(s report.Summary) (string, string) { return s.Template, "" }, byKey)
	out.ByFirm = by(func(s report.Summary) (string, string) { return s.Firm.ID, s.Firm.Name }, byKey)
}

// call is a call, and the assessments that firms filed for it which the audience reads.
func (p *past) call(ctx context.Context) (*report.Call, []uuid.UUID, error) {
	c, err := one[db.Call](ctx, p, p.scope.Call)
	if err != nil || c == nil {
		return nil, nil, err
	}
	called, err := were[db.CalledFirm](ctx, p, store.Where("t.call_id = ?", c.row.ID))
	if err != nil {
		return nil, nil, err
	}
	var firms []*db.CalledFirm
	var parties, filings []uuid.UUID
	for _, f := range called {
		firms, parties = append(firms, f.row), append(parties, f.row.FirmID)
		if f.row.FilingID != nil {
			filings = append(filings, *f.row.FilingID)
		}
	}
	filed, err := were[db.Filing](ctx, p, p.store.AnyOf("t.id", filings))
	if err != nil {
		return nil, nil, err
	}
	of := map[uuid.UUID]*db.Filing{}
	for _, f := range filed {
		of[f.row.ID] = f.row
	}
	if err := p.know(ctx, append(parties, c.row.CallerID)...); err != nil {
		return nil, nil, err
	}
	out := &report.Call{
		ID: c.row.GlobalID().String(), Caller: p.party(c.row.CallerID), Template: c.row.TemplateKey, Reason: c.row.Reason, State: report.CallState(c.row.State),
		OpenedAt: c.row.CreatedAt.UTC(), DueAt: c.row.DueAt.UTC(), Jurisdictions: c.row.Jurisdictions, Sectors: c.row.Sectors,
	}
	for _, k := range c.row.PracticeKinds {
		out.PracticeKinds = append(out.PracticeKinds, enum.PracticeKind(k))
	}
	assessments, err := p.given(ctx, c.row, filed)
	if err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(firms, func(a, b *db.CalledFirm) int { return cmp.Compare(a.FirmID.String(), b.FirmID.String()) })
	for _, f := range firms {
		one := report.CalledFirm{Firm: p.party(f.FirmID), Status: p.statusOf(c.row, f)}
		if f.ClaimedAt != nil {
			one.Claim = string(f.Claim)
		}
		if f.DecidedAt != nil {
			one.Decision = string(f.Decision)
		}
		if f.AnsweredAt != nil && f.FilingID != nil {
			one.FiledAt = utc(f.AnsweredAt)
		}
		if g := of[or(f.FilingID)]; g != nil && slices.Contains(assessments, g.AssessmentID) && p.seesFiling(c.row, g) {
			one.Assessment = typeid.New(string(policy.Assessment), g.AssessmentID).String()
		}
		out.Firms = append(out.Firms, one)
	}
	return out, assessments, nil
}

// given are the assessments of filings for a call that the audience may know of, and reads.
func (p *past) given(ctx context.Context, c *db.Call, filed []was[*db.Filing]) (ids []uuid.UUID, err error) {
	var known []uuid.UUID
	for _, f := range filed {
		if p.seesFiling(c, f.row) {
			known = append(known, f.row.AssessmentID)
			p.filed[f.row.AssessmentID] = p.scope.Audience == report.AudienceRegulator
		}
	}
	all, err := p.assessedOf(ctx, known, true)
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	return ids, err
}

// seesFiling tells whether the audience may know of a filing: the firm, and the regulator that it was filed with.
func (p *past) seesFiling(c *db.Call, g *db.Filing) bool {
	switch p.scope.Audience {
	case report.AudienceRegulator:
		return p.scope.Caller == g.RegulatorID && p.scope.Caller == c.CallerID
	case report.AudienceParty:
		return g.FirmID == p.scope.Party
	case report.AudiencePublic:
	}
	return false
}

// or is what a pointer points to, or nothing.
func or[T any](v *T) (none T) {
	if v == nil {
		return none
	}
	return *v
}

// statusOf is what a firm had made of a call. Silence is what follows from the date.
func (p *past) statusOf(c *db.Call, f *db.CalledFirm) report.CalledState {
	firm := p.parties[f.FirmID]
	status := p.rules.Status(c, f, firm != nil && firm.Status == enum.StakeholderStatusActive, p.at)
	if status == enum.CalledFirmStatusClaimed { // it says why, and nobody has decided
		return report.CalledPending
	}
	return report.CalledState(status)
}
