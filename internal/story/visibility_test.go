package story_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// viewers are all kinds of readers: each chamber, each role, a person without a party, a visitor.
var viewers = []string{"visitor", "customer", "firm", "firm2", "regulator", "ngo", "academic", "facilitator", "auditor", "admin", "roving facilitator"}

func viewer(name string) auth.Identity {
	switch name {
	case "visitor":
		return visitor
	case "roving facilitator": // has the role but no party
		return someone("rover", "facilitator")
	}
	return persona(name)
}

// TestListsShowWhatTheViewerMayRead: on random data and for random viewers, each list holds exactly what node(id) gives, each
// entry once, as many as totalCount says, and backwards the same; a mutation finds exactly what can be read; and the log
// shows exactly the acts of what can be read.
func TestListsShowWhatTheViewerMayRead(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		w.parties()
		for _, name := range viewers {
			w.ask(viewer(name), "{viewer{roles}}") // this creates the members, who stay when the data changes
		}
		places := 0
		rapid.Check(t, func(rt *rapid.T) {
			w.wipe()
			d := draw(rt, w)
			for i := range 3 {
				name := rapid.SampledFrom(viewers).Draw(rt, "viewer")
				s := &sightseer{rt: rt, w: w, who: viewer(name), name: name, size: rapid.IntRange(1, 7).Draw(rt, "page size"), places: &places}
				s.check(d)
				if i == 0 {
					s.checkFilters(d)
				}
			}
			public := &sightseer{rt: rt, w: w, who: visitor, name: "visitor", size: 7, places: &places}
			public.look(d)
			public.checkFilters(d)
		})
		if places == 0 {
			t.Error("no place of a hidden comment was listed: this test shows nothing of them")
		}
	})
}

// wipe removes all but parties and members.
func (w *world) wipe() {
	ctx := context.Background()
	err := w.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{
			"readings", "votes", "dispositions", "comment_translations", "hidings", "content_reports", "synthesis_objections", "citations", "synthesis_sentences", "syntheses", "comment_bands", "comment_groups", "comments", "proposal_versions", "practice_versions", "outcomes", "act_reasons", "ties", "links", "sponsors", "authorships", "amendments", "official_responses", "roll_objections", "ballot_papers", "ballot_seats", "sealed_papers", "ballot_keys", "ballots", "milestones", "commitments", "guidelines", "proposals", "phases", "invitations", "dialogues", "files", "assignments", "imports", "import_chunks", "risks", "risk_acceptances", "ratings", "mitigations", "mitigation_steps", "opinions", "signers", "sign_offs", "assessment_authors", "assessments", "practices", "principles", "frameworks", "touchpoints", "journeys", "acts", "queued_acts", "idempotency_keys",
			"tiles", "checkpoints", "webhook_deliveries", "dead_letters", "webhooks",
		} {
			if _, err := w.Store.Exec(ctx, tx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, name := range []string{"checkpoint", "served"} { // the log begins again
		if err := os.Remove(filepath.Join(w.devKey+".keys", name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.t.Fatal(err)
		}
	}
}

// drawn is random data: ids by noun, and comments by their subject.
type drawn struct {
	ids      map[string][]uuid.UUID
	comments map[uuid.UUID][]uuid.UUID // top-level comments, by subject
	replies  map[uuid.UUID][]uuid.UUID // by parent
	opinions map[uuid.UUID][]uuid.UUID // by assessment
	risks    map[uuid.UUID][]uuid.UUID // by assessment
	planned  map[uuid.UUID][]uuid.UUID // mitigations, by risk
	present  []uuid.UUID               // risks
	subjects []subject
	place    map[string]string                    // by comment, its subject
	under    map[string]map[uuid.UUID][]uuid.UUID // by noun, what is listed under proposals
	of       map[uuid.UUID]map[string][]uuid.UUID // by webhook, what is seen with it, by noun
}

type subject struct {
	noun string
	id   uuid.UUID
}

type drawing struct {
	*rowWriter
	rt       *rapid.T
	d        *drawn
	declared []act.Type // of the domains
	schema   *ast.Schema
}

// draw writes random rows: a few of each noun, in any state, of random parties.
func draw(rt *rapid.T, w *world) *drawn {
	d := &drawn{ids: map[string][]uuid.UUID{}, comments: map[uuid.UUID][]uuid.UUID{}, replies: map[uuid.UUID][]uuid.UUID{}, opinions: map[uuid.UUID][]uuid.UUID{}, risks: map[uuid.UUID][]uuid.UUID{}, planned: map[uuid.UUID][]uuid.UUID{}, place: map[string]string{}, under: map[string]map[uuid.UUID][]uuid.UUID{}, of: map[uuid.UUID]map[string][]uuid.UUID{}}
	err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		p := &drawing{rowWriter: &rowWriter{ctx: ctx, tx: tx}, rt: rt, d: d, declared: w.Domains.Acts(), schema: w.Schema.Schema()}
		p.parties()
		p.planned()
		for range rapid.IntRange(0, 3).Draw(rt, "practices") {
			p.practice()
		}
		for range rapid.IntRange(1, 4).Draw(rt, "dialogues") {
			p.dialogue()
		}
		for range rapid.IntRange(0, 3).Draw(rt, "webhooks") {
			p.webhook()
		}
		for range rapid.IntRange(0, 3).Draw(rt, "imports") {
			p.imported()
		}
		for _, noun := range slices.Sorted(maps.Keys(d.ids)) {
			for _, id := range d.ids[noun] {
				p.happened(noun, id)
			}
		}
		if p.err != nil {
			return p.err
		}
		for _, a := range p.acts {
			actor := policy.Actor{Member: uuid.New(), Stakeholder: p.party("actor", everyone)}
			if err := w.Log.Vault().EnterAs(ctx, tx, actor.Member, "https://id.example", actor.Member.String(), start); err != nil {
				return err
			}
			if rapid.Bool().Draw(rt, "by nobody") {
				actor = policy.SystemActor("test")
			}
			if _, err := w.Log.Append(ctx, tx, actor, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
	w.settle()
	return d
}

var (
	everyone = []string{"customer", "customer2", "customer3", "customer4", "firm", "firm2", "regulator", "ngo", "academic"}
	firms    = []string{"firm", "firm2"}
)

func (p *drawing) party(label string, names []string) uuid.UUID {
	return stakeholder(rapid.SampledFrom(names).Draw(p.rt, label))
}

func (p *drawing) word(label string, words ...string) string {
	return rapid.SampledFrom(words).Draw(p.rt, label)
}

// values are those of an enum of the schema.
func (p *drawing) values(name string) []string {
	var all []string
	for _, v := range p.schema.Types[name].EnumValues {
		all = append(all, v.Name)
	}
	return all
}

func (p *drawing) made(noun string) uuid.UUID {
	id := uuid.Must(uuid.NewV7())
	p.d.ids[noun] = append(p.d.ids[noun], id)
	return id
}

// below makes what is seen with something else.
func (p *drawing) below(noun string, parent uuid.UUID) uuid.UUID {
	id := p.made(noun)
	if p.d.of[parent] == nil {
		p.d.of[parent] = map[string][]uuid.UUID{}
	}
	p.d.of[parent][noun] = append(p.d.of[parent][noun], id)
	return id
}

// parties gives each party a status.
func (p *drawing) parties() {
	for _, name := range everyone {
		id := stakeholder(name)
		p.save(p.tx.Stakeholder.UpdateOneID(id).SetStatus(enum.StakeholderStatus(p.word("status", "ACTIVE", "ACTIVE", "PENDING", "SUSPENDED"))).Exec)
		p.d.ids["stakeholder"] = append(p.d.ids["stakeholder"], id)
	}
}

// planned writes a practice that is hidden from most, and what is public about it: whatever else is drawn, something is hidden.
func (p *drawing) planned() {
	practice, dialogue, proposal := p.made("practice"), p.made("dialogue"), p.made("proposal")
	p.save(p.tx.Practice.Create().SetID(practice).SetFirmID(stakeholder("firm")).SetTitle("Practice").SetKind("OTHER").SetContentHash("0").SetState("PROPOSED").Exec)
	p.save(p.tx.Dialogue.Create().SetID(dialogue).SetTitle("Dialogue").SetConvenorID(stakeholder("facilitator")).SetState("OPEN").Exec)
	p.save(p.tx.Proposal.Create().SetID(proposal).SetDialogueID(dialogue).SetAuthorID(stakeholder("firm2")).SetMemberID(uuid.New()).SetKind("POLICY").
		SetTitle("Proposal").SetBody("Text.").SetContentHash("0").SetState("OPEN").SetPublished(true).SetOpenedVersion(1).Exec)
	for _, subject := range []uuid.UUID{dialogue, proposal} {
		p.save(p.tx.Link.Create().SetSubjectType("PROPOSAL").SetSubjectID(subject).SetObjectID(practice).Exec)
	}
	p.answered("PROPOSAL", "proposal", proposal, dialogue)
}

// answered writes a comment that was taken down and a reply that everybody sees.
func (p *drawing) answered(kind, noun string, about, dialogue uuid.UUID) {
	p.d.subjects = append(p.d.subjects, subject{noun, about})
	top, reply := p.made("comment"), p.made("comment")
	for _, id := range []uuid.UUID{top, reply} {
		p.d.place[typeid.New("comment", id).String()] = typeid.New(noun, about).String()
		c := p.tx.Comment.Create().SetID(id).SetSubjectType(kind).SetSubjectID(about).SetDialogueID(dialogue).SetAuthorID(stakeholder("ngo")).SetBody("Words.")
		if id == reply {
			c.SetParentID(top).SetThreadID(top).SetPath(hex.EncodeToString(id[:])).SetDepth(1)
		} else {
			c.SetState(enum.CommentStateHidden)
		}
		p.save(c.Exec)
	}
	p.d.comments[about] = append(p.d.comments[about], top)
	p.d.replies[top] = append(p.d.replies[top], reply)
}

func (p *drawing) practice() {
	id, firm := p.made("practice"), p.party("firm", firms)
	p.practices = append(p.practices, id)
	practice := p.tx.Practice.Create().SetID(id).SetFirmID(firm).SetTitle("Practice").SetKind("OTHER").SetContentHash("0").SetVersion(2)
	state := enum.PracticeState(p.word("practice", "PROPOSED", "TRIAL", "ACTIVE", "PAUSED", "WITHDRAWN"))
	if state != enum.PracticeStateProposed && (state != enum.PracticeStateWithdrawn || rapid.Bool().Draw(p.rt, "was shown")) {
		practice.SetShownVersion(rapid.IntRange(1, 2).Draw(p.rt, "shown version"))
	}
	p.save(practice.SetState(state).Exec)
	for n := 1; n <= 2; n++ {
		version := p.made("practiceversion")
		p.save(p.tx.PracticeVersion.Create().SetID(version).SetPracticeID(id).SetNumber(n).SetTitle("Practice").SetKind("OTHER").SetContentHash("0").SetEditorID(firm).Exec)
	}
	p.discussed("PRACTICE", "practice", id, nil)
	for range rapid.IntRange(0, 2).Draw(p.rt, "assessments") {
		a := p.made("assessment")
		row := p.tx.Assessment.Create().SetID(a).SetTemplateID(p.template()).SetSubjectType("PRACTICE").SetSubjectID(id).SetSubjectVersion(1).SetFirmID(firm).
			SetMemberID(uuid.New()).SetTitle("Assessment").SetState(enum.ImpactAssessmentState(p.word("assessment", p.values("ImpactAssessmentState")...)))
		if rapid.Bool().Draw(p.rt, "kept") {
			row.SetContentHash("0")
		}
		if rapid.Bool().Draw(p.rt, "opened") {
			row.SetOpenedAt(start)
		}
		p.save(row.Exec)
		for range rapid.IntRange(0, 2).Draw(p.rt, "signers") {
			signer := p.tx.Signer.Create().SetAssessmentID(a).SetPartyID(p.party("signer", everyone)).SetCapacity(enum.CapacityPeerReviewer)
			if rapid.Bool().Draw(p.rt, "another member") {
				signer.SetMemberID(uuid.New())
			}
			p.save(signer.SetState(enum.SignerState(p.word("signer", p.values("SignerState")...))).Exec)
		}
		for range rapid.IntRange(0, 2).Draw(p.rt, "opinions") {
			opinion := p.made("opinion")
			p.d.opinions[a] = append(p.d.opinions[a], opinion)
			p.save(p.tx.Opinion.Create().SetID(opinion).SetAssessmentID(a).SetVersion(1).SetQuestion("purpose").SetPartyID(p.party("giver", everyone)).
				SetMemberID(uuid.New()).SetStance(enum.OpinionStanceSupport).SetState(enum.OpinionState(p.word("opinion", p.values("OpinionState")...))).Exec)
		}
		p.discussed("ASSESSMENT", "assessment", a, nil)
		for n := range rapid.IntRange(0, 2).Draw(p.rt, "risks") {
			p.risk(a, n+1)
		}
		for range rapid.IntRange(0, 2).Draw(p.rt, "files") {
			p.file(a, firm)
		}
		for range rapid.IntRange(0, 2).Draw(p.rt, "assignments") {
			p.save(p.tx.Assignment.Create().SetID(p.made("assignment")).SetPartyID(p.party("owner of work", everyone)).SetSubjectType("ASSESSMENT").SetSubjectID(a).
				SetAssigneeID(uuid.New()).SetGiverID(uuid.New()).SetDueAt(start.Add(time.Hour)).
				SetState(enum.AssignmentState(p.word("assignment", "ASSIGNED", "SUBMITTED", "RETURNED", "DONE", "WITHDRAWN"))).Exec)
		}
	}
}

// risk writes a risk with what is done about it, and how some party rates it.
func (p *drawing) risk(assessment uuid.UUID, n int) {
	id, state := p.made("risk"), enum.RiskState(p.word("risk", p.values("RiskState")...))
	p.d.risks[assessment] = append(p.d.risks[assessment], id)
	if state == enum.RiskStatePresent {
		p.d.present = append(p.d.present, id)
	}
	p.save(p.tx.Risk.Create().SetID(id).SetAssessmentID(assessment).SetNumber(n).SetTitle("Risk").SetLikelihood(rapid.IntRange(1, 4).Draw(p.rt, "likelihood")).
		SetSeverity(2).SetTreatment("ACCEPT").SetAuthorID(uuid.New()).SetState(state).Exec)
	for n := range rapid.IntRange(0, 2).Draw(p.rt, "mitigations") {
		mitigation := p.made("mitigation")
		p.d.planned[id] = append(p.d.planned[id], mitigation)
		p.save(p.tx.Mitigation.Create().SetID(mitigation).SetRiskID(id).SetNumber(n + 1).SetTitle("Mitigation").SetLowersLikelihood(1).SetAuthorID(uuid.New()).
			SetState(enum.MitigationState(p.word("mitigation", p.values("MitigationState")...))).Exec)
	}
	if rapid.Bool().Draw(p.rt, "rated") {
		p.save(p.tx.Rating.Create().SetID(p.made("rating")).SetRiskID(id).SetVersion(1).SetSide("CUSTOMERS").SetPartyID(p.party("rater", everyone)).
			SetMemberID(uuid.New()).SetLikelihood(1).SetSeverity(1).Exec)
	}
}

func (p *drawing) file(assessment, firm uuid.UUID) {
	id := p.made("file")
	file := p.tx.File.Create().SetID(id).SetPartyID(firm).SetMemberID(uuid.New()).SetName("a.txt").SetMediaType("text/plain").SetBytes(1).SetSha256(id.String())
	if state := enum.FileState(p.word("file", "UPLOADED", "ATTACHED", "REMOVED")); state != enum.FileStateUploaded {
		file.SetState(state).SetSubjectType("ASSESSMENT").SetSubjectID(assessment).SetPart("purpose")
	}
	p.save(file.Exec)
}

// imported writes an import of a party, or of a member without one.
func (p *drawing) imported() {
	members, err := p.tx.Member.Query().All(p.ctx)
	if err != nil || len(members) == 0 {
		p.rt.Fatalf("no member has come: %v", err)
	}
	row := p.tx.Imported.Create().SetID(p.made("import")).SetKind(p.word("kind", "template", "assessment", "consultation", "gone")).
		SetMemberID(members[rapid.IntRange(0, len(members)-1).Draw(p.rt, "member")].ID).SetSha256("0").SetBytes(1).SetOptions([]byte("{}")).
		SetState(enum.ImportState(p.word("import", p.values("ImportState")...)))
	if rapid.Bool().Draw(p.rt, "of a party") {
		row.SetPartyID(p.party("importer", everyone))
	}
	p.save(row.Exec)
}

func (p *drawing) webhook() {
	id := p.made("webhook")
	p.save(p.tx.Webhook.Create().SetID(id).SetStakeholderID(p.party("owner", everyone)).SetMemberID(uuid.New()).SetURL("https://hooks.example/").
		SetScheme("HMAC").SetState(enum.WebhookState(p.word("webhook", "PENDING", "ACTIVE", "DISABLED", "DELETED"))).Exec)
	for range rapid.IntRange(0, 2).Draw(p.rt, "deliveries") {
		p.save(p.tx.WebhookDelivery.Create().SetID(p.below("webhookdelivery", id)).SetWebhookID(id).SetEventID("msg").SetType("comment.posted").SetAttempt(1).
			SetAt(start).SetDurationMs(1).SetOutcome("FAILED").Exec)
		p.save(p.tx.DeadLetter.Create().SetID(p.below("deadletter", id)).SetWebhookID(id).SetActID(uuid.New()).SetSeq(1).SetEventID("msg").
			SetType("comment.posted").SetAttempts(1).SetReason("refused").Exec)
	}
}

func (p *drawing) dialogue() {
	id := p.made("dialogue")
	p.save(p.tx.Dialogue.Create().SetID(id).SetTitle("Dialogue").SetConvenorID(p.party("convenor", []string{"facilitator", "academic", "ngo"})).
		SetSponsors(rapid.IntRange(0, 1).Draw(p.rt, "sponsors")).SetSponsorChambers(rapid.SampledFrom([][]string{{}, {"FIRM"}, {"NGO", "CUSTOMER"}}).Draw(p.rt, "sponsor chambers")).
		SetVisibility(enum.DialogueVisibility(p.word("visibility", "PUBLIC", "INVITED"))).SetState(enum.DialogueState(p.word("dialogue", "DRAFT", "OPEN", "CLOSED"))).Exec)
	for _, name := range everyone {
		if rapid.Bool().Draw(p.rt, "invited") {
			p.save(p.tx.Invitation.Create().SetDialogueID(id).SetStakeholderID(stakeholder(name)).Exec)
		}
	}
	for _, practice := range p.practices {
		if rapid.Bool().Draw(p.rt, "about") {
			p.save(p.tx.Link.Create().SetSubjectType("PROPOSAL").SetSubjectID(id).SetObjectID(practice).Exec)
		}
	}
	if rapid.Bool().Draw(p.rt, "phase") {
		may := func(what string) bool { return rapid.IntRange(0, 4).Draw(p.rt, what) > 0 }
		p.save(p.tx.Phase.Create().SetDialogueID(id).SetPosition(0).SetKind("PROPOSALS").SetOpensAt(start.Add(-time.Hour)).SetMayComment(may("comment")).
			SetMayVote(may("vote")).SetMayPropose(may("propose")).Exec)
	}
	p.discussed("DIALOGUE", "dialogue", id, &id)
	for range rapid.IntRange(0, 3).Draw(p.rt, "proposals") {
		p.proposal(id)
	}
}

func (p *drawing) proposal(dialogue uuid.UUID) {
	id, author := p.made("proposal"), p.party("author", everyone)
	state := enum.ProposalState(p.word("proposal", "DRAFT", "SUBMITTED", "UNDER_REVIEW", "RETURNED", "OPEN", "WITHDRAWN", "HIDDEN"))
	row := p.tx.Proposal.Create().SetID(id).SetDialogueID(dialogue).SetAuthorID(author).SetMemberID(uuid.New()).SetKind("POLICY").SetTitle("Proposal").
		SetBody("Text.").SetContentHash("0").SetState(state)
	versions := 2
	if state == "OPEN" || state == "HIDDEN" || state == "WITHDRAWN" && rapid.Bool().Draw(p.rt, "published") {
		row.SetPublished(true).SetOpenedVersion(rapid.IntRange(1, versions).Draw(p.rt, "opened version"))
	}
	p.save(row.Exec)
	for n := range versions {
		p.save(p.tx.ProposalVersion.Create().SetID(p.made("proposalversion")).SetProposalID(id).SetNumber(n + 1).SetTitle("Title").SetBody("Text.").SetLanguage("en").
			SetContentHash("0").SetEditorID(author).SetReason("").Exec)
	}
	for _, practice := range p.practices {
		if rapid.Bool().Draw(p.rt, "proposed about") {
			p.save(p.tx.Link.Create().SetSubjectType("PROPOSAL").SetSubjectID(id).SetObjectID(practice).Exec)
		}
	}
	p.written(id)
	p.discussed("PROPOSAL", "proposal", id, &dialogue)
}

// written writes who writes a proposal with others, what others want of it, and who is asked to answer.
func (p *drawing) written(proposal uuid.UUID) {
	others := rapid.Permutation(everyone).Draw(p.rt, "co-authors")
	for _, name := range others[:rapid.IntRange(0, 2).Draw(p.rt, "authorships")] {
		p.save(p.tx.Authorship.Create().SetID(p.under("authorship", proposal)).SetProposalID(proposal).SetPartyID(stakeholder(name)).
			SetState(enum.AuthorshipState(p.word("authorship", p.values("AuthorshipState")...))).Exec)
	}
	for range rapid.IntRange(0, 2).Draw(p.rt, "amendments") {
		p.save(p.tx.Amendment.Create().SetID(p.under("amendment", proposal)).SetProposalID(proposal).SetAuthorID(p.party("amender", everyone)).SetMemberID(uuid.New()).
			SetBase(1).SetBody("Other text.").SetState(enum.AmendmentState(p.word("amendment", p.values("AmendmentState")...))).Exec)
	}
	for range rapid.IntRange(0, 1).Draw(p.rt, "responses") {
		p.save(p.tx.OfficialResponse.Create().SetID(p.under("officialresponse", proposal)).SetProposalID(proposal).SetRequesterID(stakeholder("facilitator")).
			SetAddresseeID(p.party("addressee", firms)).SetDueAt(start).SetState(enum.OfficialResponseState(p.word("response", p.values("OfficialResponseState")...))).Exec)
	}
}

// under makes what is listed under a proposal.
func (p *drawing) under(noun string, proposal uuid.UUID) uuid.UUID {
	id := p.made(noun)
	if p.d.under[noun] == nil {
		p.d.under[noun] = map[uuid.UUID][]uuid.UUID{}
	}
	p.d.under[noun][proposal] = append(p.d.under[noun][proposal], id)
	return id
}

// discussed writes comments on a subject, and replies to some of them.
func (p *drawing) discussed(kind, noun string, about uuid.UUID, dialogue *uuid.UUID) {
	p.d.subjects = append(p.d.subjects, subject{noun, about})
	comment := func(thread, parent *uuid.UUID, path string, depth int) (uuid.UUID, string) {
		id := p.made("comment")
		if parent != nil {
			p.d.replies[*parent] = append(p.d.replies[*parent], id)
			path += hex.EncodeToString(id[:])
		}
		p.d.place[typeid.New("comment", id).String()] = typeid.New(noun, about).String()
		p.save(p.tx.Comment.Create().SetID(id).SetSubjectType(kind).SetSubjectID(about).SetNillableDialogueID(dialogue).SetNillableParentID(parent).SetDepth(depth).
			SetNillableThreadID(thread).SetPath(path).SetAuthorID(p.party("speaker", everyone)).SetBody("Words.").SetState(enum.CommentState(p.word("comment", "VISIBLE", "VISIBLE", "HIDDEN", "PENDING"))).Exec)
		return id, path
	}
	for range rapid.IntRange(0, 2).Draw(p.rt, "comments") {
		top, _ := comment(nil, nil, "", 0)
		p.d.comments[about] = append(p.d.comments[about], top)
		parent, path := top, ""
		for depth := range rapid.IntRange(0, policy.MaxDepth).Draw(p.rt, "answers") {
			parent, path = comment(&top, new(parent), path, depth+1)
		}
	}
}

// happened writes an act about a subject: for those who may see the subject, or its place, or only for its actor and the subject's owner.
func (p *drawing) happened(noun string, id uuid.UUID) {
	types := p.declared
	i := slices.IndexFunc(types, func(t act.Type) bool { return t.Noun() == noun })
	if i < 0 {
		return // acts are about what it belongs to
	}
	typ, audiences := types[i], []string{act.ForSubject, act.ForActor, act.ForParties}
	if noun == "comment" {
		audiences = append(audiences, act.ForPlace)
	}
	p.acts = append(p.acts, act.Entry{
		Type: typ.Name, Subject: act.Subject{Type: policy.Resource(noun), ID: id, Revision: 1}, Audience: p.word("audience", audiences...),
		Owner: p.party("owner", everyone),
	})
}

// sightseer compares all ways in which a viewer may see a row.
type sightseer struct {
	rt     *rapid.T
	w      *world
	who    auth.Identity
	name   string
	size   int
	seen   map[string]bool // by id, whether node gives it
	places *int            // of hidden comments that were listed
}

func (s *sightseer) check(d *drawn) {
	s.look(d)
	for field, noun := range map[string]string{
		"dialogues": "dialogue", "proposals": "proposal", "practices": "practice", "impactAssessments": "assessment", "stakeholders": "stakeholder",
		"webhooks": "webhook", "assignments": "assignment", "imports": "import",
		"comments": "comment",
	} {
		s.compare(field, d.ids[noun], noun, "{"+field+"(%s){%s}}", field)
	}
	s.checkExports(d)
	fragments := map[string]string{"dialogue": "Dialogue", "proposal": "Proposal", "practice": "Practice", "assessment": "ImpactAssessment"}
	for _, about := range d.subjects {
		if id := typeid.New(about.noun, about.id).String(); s.seen[id] {
			list := `{node(id: "` + id + `"){... on ` + fragments[about.noun] + `{comments(%s){%s}}}}`
			s.discussion("comments on a "+about.noun, d, d.comments[about.id], list, "node", "comments")
			s.discussion("comments by agreement on a "+about.noun, d, d.comments[about.id], strings.Replace(list, "%s", "order: AGREEMENT, %s", 1), "node", "comments")
			s.compare("comments of a kind on a "+about.noun, d.comments[about.id], "comment", strings.Replace(list, "%s", "filter: {stance: [NEUTRAL]}, %s", 1), "node", "comments")
		}
	}
	for parent, opinions := range d.opinions {
		if id := typeid.New("assessment", parent).String(); s.seen[id] {
			s.compare("opinions", opinions, "opinion", `{node(id: "`+id+`"){... on ImpactAssessment{opinions(%s){%s}}}}`, "node", "opinions")
		}
	}
	s.checkRisks(d)
	s.checkProposals(d)
	for parent, replies := range d.replies {
		if id := typeid.New("comment", parent).String(); s.seen[id] {
			s.discussion("replies", d, replies, `{node(id: "`+id+`"){... on Comment{replies(%s){%s}}}}`, "node", "replies")
		}
	}
	s.checkParts(d)
	s.checkMutations(d)
	s.checkLog(d)
}

// checkProposals: lists show the amendments of proposals, official responses to them and co-authors that are seen by their ids.
func (s *sightseer) checkProposals(d *drawn) {
	for noun, field := range map[string]string{"amendment": "amendments", "officialresponse": "responses"} {
		for parent, all := range d.under[noun] {
			if id := typeid.New("proposal", parent).String(); s.seen[id] {
				s.compare(field, all, noun, `{node(id: "`+id+`"){... on Proposal{`+field+`(%s){%s}}}}`, "node", field)
			}
		}
	}
	for parent, all := range d.under["authorship"] {
		id := typeid.New("proposal", parent).String()
		if !s.seen[id] {
			continue
		}
		listed := s.w.ask(s.who, `query($id: ID!){node(id: $id){... on Proposal{authors{id state}}}}`, "id", id).at("node", "authors")
		for _, one := range listed.list() {
			if !s.seen[one.at("id").text()] || one.at("state").text() == string(enum.AuthorshipStateLeft) {
				s.rt.Errorf("for %s, a proposal names the co-author %v", s.name, one.v)
			}
		}
		for _, key := range all {
			if one := typeid.New("authorship", key).String(); s.seen[one] && !slices.Contains(listed.texts("id"), one) &&
				s.w.ask(s.who, `query($id: ID!){authorship(id: $id){state}}`, "id", one).at("authorship", "state").text() != string(enum.AuthorshipStateLeft) {
				s.rt.Errorf("for %s, a proposal does not name the co-author %s", s.name, one)
			}
		}
	}
}

// checkRisks: lists show the risks and mitigations that are seen by their ids, and the matrix counts those that are present.
func (s *sightseer) checkRisks(d *drawn) {
	for parent, risks := range d.risks {
		if id := typeid.New("assessment", parent).String(); s.seen[id] {
			s.compare("risks", risks, "risk", `{node(id: "`+id+`"){... on ImpactAssessment{risks(%s){%s}}}}`, "node", "risks")
		}
	}
	for parent, planned := range d.planned {
		if id := typeid.New("risk", parent).String(); s.seen[id] {
			s.compare("mitigations", planned, "mitigation", `{node(id: "`+id+`"){... on Risk{mitigations(%s){%s}}}}`, "node", "mitigations")
		}
	}
	want := 0
	for _, key := range d.present {
		if s.seen[typeid.New("risk", key).String()] {
			want++
		}
	}
	inherent, residual := 0, 0
	matrix := s.w.ask(s.who, `{riskMatrix{total cells{inherent residual}}}`).at("riskMatrix")
	for _, cell := range matrix.at("cells").list() {
		inherent, residual = inherent+cell.at("inherent").number(), residual+cell.at("residual").number()
	}
	if total := matrix.at("total").number(); total != want || inherent != want || residual != want {
		s.rt.Errorf("the matrix of %s counts %d risks, in its cells %d and %d, and %d are seen", s.name, total, inherent, residual, want)
	}
}

// checkParts: what belongs to a webhook is seen with it, by its id as in its list.
func (s *sightseer) checkParts(d *drawn) {
	lists := map[string]string{"webhookdelivery": "deliveries", "deadletter": "deadLetters"}
	for hook, parts := range d.of {
		id := typeid.New("webhook", hook).String()
		for noun, keys := range parts {
			for _, key := range keys {
				if part := typeid.New(noun, key).String(); s.seen[part] != s.seen[id] {
					s.rt.Errorf("for %s, node shows the %s: %v, but its webhook: %v", s.name, noun, s.seen[part], s.seen[id])
				}
			}
			if s.seen[id] {
				s.compare(lists[noun]+" of a webhook", keys, noun, `{node(id: "`+id+`"){... on Webhook{`+lists[noun]+`(%s){%s}}}}`, "node", lists[noun])
			}
		}
	}
}

// look reads everything by its id.
func (s *sightseer) look(d *drawn) {
	s.seen = map[string]bool{}
	for noun, keys := range d.ids {
		ids := make([]string, len(keys))
		for i, key := range keys {
			ids[i] = typeid.New(noun, key).String()
		}
		for i := 0; i < len(ids); i += 100 {
			part := ids[i:min(i+100, len(ids))]
			for j, one := range s.w.ask(s.who, `query($ids: [ID!]!){nodes(ids: $ids){id}}`, "ids", part).at("nodes").list() {
				s.seen[part[j]] = !one.isNull()
			}
		}
	}
}

// compare reads a list forwards and backwards and compares it with what the viewer sees of all its candidates.
func (s *sightseer) compare(what string, all []uuid.UUID, noun, query string, path ...any) {
	want := []string{}
	for _, key := range all {
		if id := typeid.New(noun, key).String(); s.seen[id] {
			want = append(want, id)
		}
	}
	s.list(what, want, query, path)
}

// discussion is compare for comments: what the viewer may not see keeps its place, and no more, if the viewer sees something below it.
func (s *sightseer) discussion(what string, d *drawn, all []uuid.UUID, query string, path ...any) {
	want := []string{}
	for _, key := range all {
		switch id := typeid.New("comment", key).String(); {
		case s.seen[id]:
			want = append(want, id)
		case s.seesBelow(d, key):
			want = append(want, "")
			*s.places++
		}
	}
	s.list(what, want, query, path)
}

func (s *sightseer) seesBelow(d *drawn, comment uuid.UUID) bool {
	return slices.ContainsFunc(d.replies[comment], func(reply uuid.UUID) bool {
		return s.seen[typeid.New("comment", reply).String()] || s.seesBelow(d, reply)
	})
}

// list reads a list forwards and backwards and compares it with what should be in it.
func (s *sightseer) list(what string, want []string, query string, path []any) {
	forwards, count := s.pages(query, "first", "after", "endCursor", "hasNextPage", path)
	backwards, _ := s.pages(query, "last", "before", "startCursor", "hasPreviousPage", path)
	slices.Reverse(backwards)
	if diff := cmp.Diff(forwards, backwards); diff != "" {
		s.rt.Errorf("%s of %s, pages of %d: backwards is not the reverse (-forwards +backwards):\n%s", what, s.name, s.size, diff)
	}
	if count != len(forwards) {
		s.rt.Errorf("%s of %s: totalCount = %d, but %d are listed", what, s.name, count, len(forwards))
	}
	slices.Sort(want)
	slices.Sort(forwards)
	if diff := cmp.Diff(want, forwards); diff != "" {
		s.rt.Errorf("%s of %s, pages of %d (-seen +listed):\n%s", what, s.name, s.size, diff)
	}
}

// pages reads a list to its end. Backwards, it reverses each page, so that all entries are in the order of reading.
func (s *sightseer) pages(query, size, from, cursor, more string, path []any) (ids []string, count int) {
	ids = []string{}
	for after := ""; ; {
		args := fmt.Sprintf("%s: %d", size, s.size)
		if after != "" {
			args += fmt.Sprintf(", %s: %q", from, after)
		}
		page := s.w.ask(s.who, fmt.Sprintf(query, args, "totalCount nodes{id} edges{cursor node{id}} pageInfo{startCursor endCursor hasNextPage hasPreviousPage}")).at(path...)
		part := page.at("nodes").texts("id")
		for i, e := range page.at("edges").list() {
			if e.at("node", "id").text() != part[i] {
				s.rt.Errorf("edge %d is %s, but node %s", i, e.at("node", "id").text(), part[i])
			}
		}
		if size == "last" {
			slices.Reverse(part)
		}
		ids, count = append(ids, part...), page.at("totalCount").number()
		if goesOn, _ := page.at("pageInfo", more).v.(bool); !goesOn {
			return ids, count
		}
		if after = page.at("pageInfo", cursor).text(); len(part) == 0 || len(ids) > 1000 {
			s.rt.Fatalf("a list does not end: %v", page.v)
		}
	}
}

// attempts are mutations that change nothing, because no row has revision -1. A viewer that may see the subject gets another
// error than NOT_FOUND.
var attempts = map[string]string{
	"dialogue": "closeDialogue(input: {id: %q, outcome: \"x\", expectedRevision: -1})", "proposal": "withdrawProposal(input: {id: %q, expectedRevision: -1})",
	"comment": "hideComment(input: {id: %q, reason: \"x\", expectedRevision: -1})", "practice": "withdrawPractice(input: {id: %q, expectedRevision: -1})",
	"import":     "startImport(input: {id: %q, sha256: \"x\", expectedRevision: -1})",
	"authorship": "leaveAuthorship(input: {id: %q, expectedRevision: -1})", "amendment": "withdrawAmendment(input: {id: %q, expectedRevision: -1})",
	"officialresponse": "respondToProposal(input: {id: %q, text: \"x\", expectedRevision: -1})",
	"assignment":       "withdrawAssignment(input: {id: %q, reason: \"x\", expectedRevision: -1})",
	"risk":             "removeRisk(input: {id: %q, expectedRevision: -1})", "mitigation": "removeMitigation(input: {id: %q, expectedRevision: -1})",
	"assessment": "publishAssessment(input: {id: %q, expectedRevision: -1})", "stakeholder": "suspendStakeholder(input: {id: %q, reason: \"x\", expectedRevision: -1})",
}

func (s *sightseer) checkMutations(d *drawn) {
	for noun, attempt := range attempts {
		for part := range slices.Chunk(d.ids[noun], 5) {
			var b strings.Builder
			for i, key := range part {
				fmt.Fprintf(&b, "m%d: "+attempt+"{userErrors{code}} ", i, typeid.New(noun, key).String())
			}
			a := s.w.post(call{query: "mutation{" + b.String() + "}", token: s.w.token(s.who)})
			if a.status >= 500 || slices.Contains(a.codes, "INTERNAL") {
				s.rt.Fatalf("%s", a.text)
			}
			if a.data.isNull() { // a visitor gets UNAUTHENTICATED, which refuses all fields
				continue
			}
			for i, key := range part {
				id := typeid.New(noun, key).String()
				found := a.data.at(fmt.Sprint("m", i), "userErrors", 0, "code").text() != "NOT_FOUND"
				if found != s.seen[id] {
					s.rt.Errorf("for %s, a mutation finds the %s: %v, but node: %v", s.name, noun, found, s.seen[id])
				}
			}
		}
	}
}

// checkLog compares the log of the viewer with the acts that it may read: of subjects or places that it sees, its own, or all.
func (s *sightseer) checkLog(d *drawn) {
	is := func(party *uuid.UUID) bool {
		return s.who.Stakeholder != "" && party != nil && typeid.New("stakeholder", *party).String() == s.who.Stakeholder
	}
	want := []string{}
	for _, a := range s.w.acts(0) {
		all := s.name == "auditor" || s.name == "admin" && a.Audience != act.ForParties
		own := is(a.StakeholderID) || a.Audience == act.ForParties && is(a.OwnerID)
		about := typeid.New(a.SubjectType, a.SubjectID).String()
		shown := a.Audience == act.ForSubject && s.seen[about] || a.Audience == act.ForPlace && s.seen[d.place[about]]
		if all || own || shown {
			want = append(want, typeid.New("act", a.ActID).String())
		}
	}
	if diff := cmp.Diff(want, s.pagesOfLog("first", "after", "endCursor", "hasNextPage", "hasPreviousPage")); diff != "" {
		s.rt.Errorf("acts of %s (-may see +listed):\n%s", s.name, diff)
	}
	backwards := s.pagesOfLog("last", "before", "startCursor", "hasPreviousPage", "hasNextPage")
	slices.Reverse(backwards)
	if diff := cmp.Diff(want, backwards); diff != "" {
		s.rt.Errorf("acts of %s, read backwards and reversed (-may see +listed):\n%s", s.name, diff)
	}
	for _, id := range want { // also by their ids
		if a := s.w.send(s.who, `query($id: ID!){node(id: $id){id}}`, "id", id); a.code() != "" {
			s.rt.Errorf("for %s, a listed act is not found by its id", s.name)
			break
		}
	}
}

// pagesOfLog reads the log page by page to its end, or backwards to its beginning; each page that is read backwards is reversed.
// A page says rightly whether the viewer finds more beyond it, on either side.
func (s *sightseer) pagesOfLog(size, from, cursor, more, behind string) []string {
	ids := []string{}
	for at := ""; ; {
		args := fmt.Sprintf("%s: %d", size, s.size*5)
		if at != "" {
			args += fmt.Sprintf(", %s: %q", from, at)
		}
		page := s.w.ask(s.who, "{acts("+args+"){nodes{id subjectId subject{... on Node{id}}} pageInfo{startCursor endCursor hasNextPage hasPreviousPage}}}").at("acts")
		part := page.at("nodes").texts("id")
		if there, _ := page.at("pageInfo", behind).v.(bool); there != (len(ids) > 0) {
			s.rt.Errorf("for %s, after %d acts %s = %v", s.name, len(ids), behind, there)
		}
		if size == "last" {
			slices.Reverse(part)
		}
		ids = append(ids, part...)
		for _, a := range page.at("nodes").list() {
			if seen := !a.at("subject").isNull(); seen != s.seen[a.at("subjectId").text()] {
				s.rt.Errorf("for %s, an act shows its subject %s: %v, but node: %v", s.name, a.at("subjectId").text(), seen, !seen)
			}
		}
		if goesOn, _ := page.at("pageInfo", more).v.(bool); !goesOn {
			return ids
		}
		if len(part) == 0 {
			s.rt.Fatalf("for %s, %s is true, but the page after it is empty", s.name, more)
		}
		at = page.at("pageInfo", cursor).text()
	}
}
