package story_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// The tests in this file compare what viewerCan says with what mutations do: what it allows is refused for no reason that it
// could have known, and what it refuses is refused with the same code and values. Actions and mutations are those of the SDL.

// permission is what viewerCan says of an action.
type permission struct {
	action  string
	allowed bool
	code    string
	values  any
}

// thing is something that a viewer may see, with what inputs repeat of it.
type thing struct {
	id, typ     string
	revision    any
	contentHash any
	can         []permission
}

// prober compares them in a world.
type prober struct {
	*scene
	question string              // what viewerCan says of a node
	mutation map[string]string   // by action
	posted   []string            // actions that requests of their own do
	toward   map[string][]string // actions by the type of what they are done to or toward
	said     map[string][2]int   // how often each action was refused and allowed
	made     int                 // to name what is made
	born     []string            // the ids of what mutations made
	letters  map[string]string   // a dead letter of each webhook
	fail     func(format string, args ...any)
}

const said = "viewerCan{action allowed code values{minimum limit actual state states date roles scopes}}"

func newProber(t *testing.T, s *scene) *prober {
	p := &prober{scene: s, mutation: map[string]string{}, toward: map[string][]string{}, said: map[string][2]int{}, letters: map[string]string{}, fail: t.Errorf}
	var parts []string
	for _, def := range s.Schema.Schema().Types {
		if def.Kind != ast.Object || def.Fields.ForName("viewerCan") == nil || !slices.Contains(def.Interfaces, "Node") {
			continue
		}
		part := said
		if def.Fields.ForName("revision") != nil {
			part += " revision"
		}
		if f := def.Fields.ForName("contentHash"); f != nil && f.Type.NonNull {
			part += " contentHash"
		} else if f != nil { // one name cannot stand for a value that may be null and for one that may not
			part += " versionHash: contentHash"
		}
		parts = append(parts, "... on "+def.Name+"{"+part+"}")
	}
	slices.Sort(parts)
	p.question = "query($id: ID!){node(id: $id){__typename id " + strings.Join(parts, " ") + "}}"
	p.matchMutations(t)
	return p
}

// matchMutations finds the mutation of each action: that of the same words, but for prepositions.
func (p *prober) matchMutations(t *testing.T) {
	key := func(words []string) string {
		words = slices.DeleteFunc(words, func(w string) bool { return w == "to" || w == "on" || w == "from" })
		slices.Sort(words)
		return strings.Join(words, " ")
	}
	named := map[string]string{}
	for _, f := range p.Schema.Schema().Mutation.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			named[key(strings.Fields(strings.ToLower(spacedOut(f.Name))))] = f.Name
		}
	}
	for _, n := range graph.Declarations() {
		for _, action := range n.Posted {
			p.posted = append(p.posted, string(action.Word()))
		}
		for _, mutation := range slices.Backward(slices.Sorted(maps.Keys(n.Does))) { // whatever its words; disposeComments before disposeCommentGroup
			does := n.Does[mutation]
			delete(named, key(strings.Fields(strings.ToLower(spacedOut(mutation)))))
			if words := key(strings.Split(strings.ToLower(string(does.Word())), "_")); named[words] == "" { // else it does to many what another does to one
				named[words] = mutation
			}
		}
	}
	for _, v := range p.Schema.Schema().Types["Action"].EnumValues {
		if slices.Contains(p.posted, v.Name) {
			continue
		}
		words := key(strings.Split(strings.ToLower(v.Name), "_"))
		if p.mutation[v.Name] = named[words]; named[words] == "" {
			t.Fatalf("no mutation does %s", v.Name)
		}
		delete(named, words)
	}
	for _, name := range named {
		t.Fatalf("enum Action has nothing for the mutation %s: extend it in the noun's SDL", name)
	}
}

func spacedOut(name string) string {
	var b strings.Builder
	for _, c := range name {
		if unicode.IsUpper(c) {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// look asks what a viewer can do with something; nil if it may not see it. Without an id it asks what the viewer can begin.
func (p *prober) look(who auth.Identity, id string) *thing {
	var node data
	one := &thing{id: id, typ: "Viewer"}
	if id == "" {
		node = p.ask(who, "{viewer{"+said+"}}").at("viewer")
	} else if node = p.send(who, p.question, "id", id).data.at("node"); node.isNull() {
		return nil
	} else {
		one.typ, one.revision, one.contentHash = node.at("__typename").text(), node.at("revision").v, cmp.Or(node.at("contentHash").v, node.at("versionHash").v)
	}
	for _, can := range node.at("viewerCan").list() {
		action := can.at("action").text()
		allowed, _ := can.at("allowed").v.(bool)
		one.can = append(one.can, permission{action, allowed, can.at("code").text(), can.at("values").v})
		noun, _, _ := strings.Cut(id, "_")
		if !slices.Contains(p.toward[noun], action) {
			p.toward[noun] = append(p.toward[noun], action)
		}
	}
	return one
}

// try runs the mutation of an action and compares its answer with what viewerCan said.
func (p *prober) try(name string, who auth.Identity, on *thing, can permission, revision any) {
	a := p.run(who, can.action, on, revision)
	e := data{userErrors(a.data.v)}.at(0)
	code := cmp.Or(a.code(), "success")
	if code == "UNAUTHENTICATED" {
		code = string(enum.UserErrorCodeSignIn)
	}
	p.note(a.data.at(p.mutation[can.action], "act", "subjectId").text(), on.id)
	counts := p.said[can.action]
	path := e.path()
	if path == "comments.0" || can.action == string(enum.ActionBallotOpen) && code == string(enum.UserErrorCodeIncomplete) {
		path = "" // of the one thing in a list of them; or of what is missing, which viewerCan does not name by its place
	}
	switch {
	case can.allowed:
		counts[1]++
		if a.code() != "" && (len(a.codes) > 0 || path == "" && slices.Contains(policy.Codes(), enum.UserErrorCode(code))) {
			p.fail("%s can %s %s, says viewerCan, but the mutation answers %s", name, can.action, on.id, a.text)
		}
	default:
		counts[0]++
		if code != can.code || path != "" || len(a.codes) == 0 && gocmp.Diff(can.values, e.at("values").v) != "" {
			p.fail("%s cannot %s %s because of %s %v, says viewerCan, but the mutation answers %s", name, can.action, on.id, can.code, can.values, a.text)
		}
	}
	p.said[can.action] = counts
}

// note keeps the first two things of each noun that mutations make.
func (p *prober) note(id, on string) {
	noun, _, _ := strings.Cut(id, "_")
	alike := 0
	for _, one := range p.born {
		if strings.HasPrefix(one, noun+"_") {
			alike++
		}
	}
	if id != "" && id != on && alike < 2 {
		p.born = append(p.born, id)
	}
}

// tryHidden runs what one could do with something that the viewer may not see: each mutation finds nothing.
func (p *prober) tryHidden(name string, who auth.Identity, id string, actions []string) {
	for _, action := range actions {
		a := p.run(who, action, &thing{id: id}, -1)
		want := string(enum.UserErrorCodeNotFound)
		if slices.Contains(p.posted, action) { // who could send nothing of the kind hears that, whether the thing is there or not
			noun, _, _ := strings.Cut(id, "_")
			want = p.run(who, action, &thing{id: typeid.New(noun, uuid.New()).String()}, -1).code()
		}
		if a.code() != want {
			p.fail("%s may not see %s, but %s answers %s", name, id, action, a.text)
		}
	}
}

// posts does what only files are sent for.
func (p *prober) posts(who auth.Identity, action string, on *thing) (a answer) {
	switch action {
	case string(enum.ActionFileUpload):
		a = p.upload(p.token(who), upload{name: "probe.txt", kind: "text/plain", content: []byte("A probe.")})
	case string(enum.ActionTemplateImport):
		a = p.checks(who, "template", nil, fmt.Sprintf(smallTemplate, fmt.Sprint("probe", p.made), "IE"))
	case string(enum.ActionJourneyImport):
		a = p.checks(who, "journey", url.Values{"form": {"cjml"}, "name": {"Probe"}}, "no XML")
	case string(enum.ActionDialogueImport):
		a = p.checks(who, "consultation", nil, "no zip")
	case string(enum.ActionAssessmentImport):
		a = p.checks(who, "assessment", url.Values{"subject": {on.id}, "template": {"short-form@1"}}, `{"answers": {"purpose": "Speed."}}`)
	default:
		p.t.Fatalf("no file is known to send for the action %s", action)
	}
	for _, e := range a.data.at("errors").list() {
		a.codes = append(a.codes, e.at("extensions", "code").text())
	}
	p.forget() // a party has only a few that wait
	return a
}

func (p *prober) run(who auth.Identity, action string, on *thing, revision any) answer {
	if slices.Contains(p.posted, action) {
		return p.posts(who, action, on)
	}
	f := p.Schema.Schema().Mutation.Fields.ForName(p.mutation[action])
	if f == nil {
		p.t.Fatalf("no mutation is known for the action %q of %s", action, on.id)
	}
	typ := f.Arguments[0].Type
	input := p.example(typ, nil, "", p.known(who, f, on, revision)).(map[string]any)
	return p.post(call{
		query:     fmt.Sprintf("mutation($v: %s){%s(input: $v){act{subjectId} userErrors{code field values{minimum limit actual state states date roles scopes}}}}", typ, f.Name),
		variables: map[string]any{"v": input}, token: p.token(who),
	})
}

// known are the values of an input that matter: what it is about, and what would be refused if it were just any word.
func (p *prober) known(who auth.Identity, f *ast.FieldDefinition, on *thing, revision any) map[string]any {
	p.made++
	kind := "FIRM"
	for _, r := range who.Roles {
		if k, ok := kindOf[r]; ok {
			kind = k
		}
	}
	known := map[string]any{
		"kind": kind, "name": fmt.Sprint("Party ", p.made), "url": "https://hooks.example/", "confirm": "ERASE", "about": persona("firm2").Stakeholder, "stakeholders": []string{persona("ngo").Stakeholder},
		"contentHash": cmp.Or(on.contentHash, any("0")), "expectedRevision": revision,
	}
	if f.Name == "draftAssessment" {
		known["template"] = cmp.Or(p.ask(visitor, `{assessmentTemplates(first: 1, filter: {state: [ACTIVE]}){nodes{id}}}`).at("assessmentTemplates", "nodes", 0, "id").text(), "none")
	}
	if f.Name != "registerStakeholder" {
		delete(known, "kind")
	}
	fields := p.Schema.Schema().Types[f.Arguments[0].Type.Name()].Fields
	if fields.ForName("after") != nil && fields.ForName("from") != nil {
		known["from"] = "1970-01-01T00:00:00Z"
	}
	noun, _, _ := strings.Cut(on.id, "_")
	for _, name := range []string{"id", noun, "subject"} {
		if on.id == "" || fields.ForName(name) == nil {
			continue
		}
		if name == "subject" && fields.ForName("parent") != nil && strings.HasSuffix(strings.ToLower(f.Name), noun) {
			name = "parent" // of the same noun
		}
		if known[name] = on.id; name == "id" && strings.Contains(fields.ForName("id").Description, "dead letter") {
			known[name] = p.letter(on.id)
		}
		break
	}
	if list := noun + "s"; on.id != "" && fields.ForName(list) != nil {
		known[list] = []string{on.id}
	}
	maps.DeleteFunc(known, func(name string, _ any) bool { return fields.ForName(name) == nil })
	return known
}

var kindOf = map[string]string{"customer": "CUSTOMER", "firm": "FIRM", "regulator": "REGULATOR", "ngo": "NGO", "academic": "ACADEMIC_INSTITUTION"}

// everybody compares, for each person, what it can do with all things and with a guest; it gives the names of those from whom each
// thing is hidden.
func (p *prober) everybody(people map[string]auth.Identity, ids []string) map[string][]string {
	hidden := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(people)) {
		guest, its := p.guest()
		for _, id := range append(slices.Clone(ids), its) {
			one := p.look(people[name], id)
			if one == nil {
				hidden[id] = append(hidden[id], name)
				continue
			}
			for _, can := range one.can {
				p.try(name, people[name], one, can, -1)
			}
		}
		if one := p.look(guest, its); one != nil { // if an admin has not erased it
			p.try("a guest", guest, one, one.can[0], -1)
		}
	}
	return hidden
}

// guest is a person who may be erased: no test needs it afterwards.
func (p *prober) guest() (auth.Identity, string) {
	p.made++
	who := someone(fmt.Sprint("guest", p.made), "customer")
	return who, p.ask(who, "{viewer{member{id}}}").at("viewer", "member", "id").text()
}

// hooks writes webhooks of the firm in each state.
func (p *prober) hooks() (ids []string) {
	for _, v := range p.Schema.Schema().Types["WebhookState"].EnumValues {
		row := p.Store.Client().Webhook.Create().SetStakeholderID(stakeholder("firm")).SetMemberID(uuid.New()).SetURL("https://hooks.example/").SetScheme("HMAC").
			SetState(enum.WebhookState(v.Name)).SaveX(context.Background())
		ids = append(ids, row.GlobalID().String())
	}
	return ids
}

// unfinished writes what neither the shipped example nor a mutation here makes: an assessment with an answer that is a draft,
// one in review and one that is approved, and work on them in each state that the firm's approver is to do, and one that the firm is.
// It gives the templates as well.
func (p *prober) unfinished() []string {
	ctx, client := context.Background(), p.Store.Client()
	practice := client.Practice.Create().SetFirmID(stakeholder("firm")).SetTitle("Tried").SetKind("OTHER").SetState("TRIAL").SetContentHash("0").SetShownVersion(1).SaveX(ctx)
	ids := []string{p.template("short-form@1"), p.template("loyalty-check@1")}
	for _, state := range []enum.ImpactAssessmentState{enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateInReview, enum.ImpactAssessmentStateApproved} {
		row := client.Assessment.Create().SetTemplateID(p.templateKey("short-form@1")).SetSubjectType("PRACTICE").SetSubjectID(practice.ID).SetSubjectVersion(1).
			SetFirmID(practice.FirmID).SetMemberID(uuid.New()).SetTitle("Assessment").SetGiven(`{"texts":{"purpose":"+"}}`).SetContentHash("0").
			SetState(state).SaveX(ctx)
		ids = append(ids, row.GlobalID().String())
		client.Signer.Create().SetAssessmentID(row.ID).SetCapacity(enum.CapacityPeerReviewer).SetPartyID(stakeholder("academic")).SaveX(ctx)
		ids = append(ids, p.risky(row.ID)...)
	}
	member := func(name string) uuid.UUID {
		return must(typeid.Parse("member", p.ask(persona(name), "{viewer{member{id}}}").at("viewer", "member", "id").text()))
	}
	assign := func(to string, state enum.AssignmentState) {
		ids = append(ids, client.Assignment.Create().SetPartyID(practice.FirmID).SetSubjectType("ASSESSMENT").SetSubjectID(must(typeid.Parse("assessment", ids[2]))).
			SetAssigneeID(member(to)).SetGiverID(member("firm")).SetDueAt(start.Add(time.Hour)).SetState(state).SaveX(ctx).GlobalID().String())
	}
	for _, v := range p.Schema.Schema().Types["AssignmentState"].EnumValues {
		assign("approver", enum.AssignmentState(v.Name))
	}
	assign("firm", enum.AssignmentStateSubmitted)
	for _, v := range p.Schema.Schema().Types["ImportState"].EnumValues {
		ids = append(ids, client.Imported.Create().SetKind("assessment").SetPlace(practice.GlobalID().String()).SetPartyID(practice.FirmID).SetMemberID(member("firm")).
			SetSha256("0").SetBytes(1).SetOptions([]byte("{}")).SetState(enum.ImportState(v.Name)).SaveX(ctx).GlobalID().String())
	}
	return append(append(ids, p.summoned(must(typeid.Parse("assessment", ids[2])))...), p.moderated()...)
}

// moderated writes a hiding in each state, of something that the firm said.
func (p *prober) moderated() (ids []string) {
	ctx, client := context.Background(), p.Store.Client()
	about := client.Dialogue.GetX(ctx, must(typeid.Parse("dialogue", p.id("What may"))))
	said := client.Comment.Create().SetSubjectType("DIALOGUE").SetSubjectID(about.ID).SetDialogueID(about.ID).SetAuthorID(stakeholder("firm")).SetBody("Words.").
		SetState(enum.CommentStateHidden).SaveX(ctx)
	for _, v := range p.Schema.Schema().Types["HidingState"].EnumValues {
		ids = append(ids, client.Hiding.Create().SetHiddenType("COMMENT").SetHiddenID(said.ID).SetSubjectType("DIALOGUE").SetSubjectID(about.ID).SetDialogueID(about.ID).
			SetAuthorID(said.AuthorID).SetReason("R").SetState(enum.HidingState(v.Name)).SaveX(ctx).GlobalID().String())
	}
	return ids
}

// summoned writes calls of a regulator in each state, on the firm in each state of its own, and filings of an assessment in each state.
func (p *prober) summoned(assessment uuid.UUID) (ids []string) {
	ctx, client := context.Background(), p.Store.Client()
	firm, regulator := stakeholder("firm"), stakeholder("regulator")
	for i, state := range p.Schema.Schema().Types["AssessmentCallState"].EnumValues {
		firms := p.Schema.Schema().Types["CalledFirmState"].EnumValues
		if i > 0 {
			firms = firms[:1] // a call that has ended takes nothing in any state
		}
		for _, v := range firms {
			row := client.Call.Create().SetCallerID(regulator).SetTemplateKey("short-form").SetReason("R").SetJurisdictions([]string{}).SetSectors([]string{}).
				SetPracticeKinds([]string{}).SetDueAt(start.Add(time.Hour)).SetState(enum.AssessmentCallState(state.Name)).SaveX(ctx)
			called := client.CalledFirm.Create().SetCallID(row.ID).SetFirmID(firm).SetDueAt(start.Add(time.Hour)).SetState(enum.CalledFirmState(v.Name)).SaveX(ctx)
			ids = append(ids, row.GlobalID().String(), called.GlobalID().String())
		}
	}
	for _, v := range p.Schema.Schema().Types["FilingState"].EnumValues {
		ids = append(ids, client.Filing.Create().SetAssessmentID(assessment).SetVersion(1).SetContentHash("0").SetFirmID(firm).SetRegulatorID(regulator).
			SetMemberID(uuid.New()).SetFiledAt(start).SetState(enum.FilingState(v.Name)).SaveX(ctx).GlobalID().String())
	}
	return ids
}

// joint writes a dialogue that asks for a sponsor, with a proposal in each state, who writes them together, and who is to answer to them.
func (p *prober) joint() (ids []string) {
	ctx, client := context.Background(), p.Store.Client()
	dialogue := client.Dialogue.Create().SetTitle("Seconded").SetConvenorID(stakeholder("facilitator")).SetState("OPEN").SetSponsors(1).SetSponsorChambers([]string{"NGO"}).SaveX(ctx)
	client.Phase.Create().SetDialogueID(dialogue.ID).SetPosition(0).SetKind("PROPOSALS").SetOpensAt(start.Add(-time.Hour)).SetMayPropose(true).SetMayAmend(true).SaveX(ctx)
	for _, v := range p.Schema.Schema().Types["ProposalState"].EnumValues {
		row := client.Proposal.Create().SetDialogueID(dialogue.ID).SetAuthorID(stakeholder("customer")).SetMemberID(uuid.New()).SetKind("POLICY").SetTitle("Joint").
			SetBody("Text.").SetContentHash("0").SetState(enum.ProposalState(v.Name)).SetPublished(v.Name == "OPEN").SaveX(ctx)
		ids = append(ids, row.GlobalID().String())
		if v.Name != "OPEN" {
			continue
		}
		client.ProposalVersion.Create().SetProposalID(row.ID).SetNumber(1).SetTitle("Joint").SetBody("Text.").SetLanguage("en").SetContentHash("0").SetEditorID(row.AuthorID).SaveX(ctx)
		row.Update().SetOpenedVersion(1).SaveX(ctx)
		client.Sponsor.Create().SetProposalID(row.ID).SetPartyID(stakeholder("ngo")).SetVersion(1).SaveX(ctx)
		for i, v := range p.Schema.Schema().Types["AuthorshipState"].EnumValues {
			ids = append(ids, client.Authorship.Create().SetProposalID(row.ID).SetPartyID(stakeholder([]string{"firm", "firm2", "academic"}[i])).
				SetState(enum.AuthorshipState(v.Name)).SaveX(ctx).GlobalID().String())
		}
		for _, v := range p.Schema.Schema().Types["AmendmentState"].EnumValues {
			ids = append(ids, client.Amendment.Create().SetProposalID(row.ID).SetAuthorID(stakeholder("ngo")).SetMemberID(uuid.New()).SetBase(1).SetBody("Words.").
				SetState(enum.AmendmentState(v.Name)).SaveX(ctx).GlobalID().String())
		}
		for _, v := range p.Schema.Schema().Types["OfficialResponseState"].EnumValues {
			ids = append(ids, client.OfficialResponse.Create().SetProposalID(row.ID).SetRequesterID(dialogue.ConvenorID).SetAddresseeID(stakeholder("firm")).
				SetDueAt(start).SetState(enum.OfficialResponseState(v.Name)).SaveX(ctx).GlobalID().String())
		}
	}
	return ids
}

// risky writes a risk of an assessment that is to be accepted, and one that was removed, with a mitigation in each state.
func (p *prober) risky(assessment uuid.UUID) (ids []string) {
	ctx, client := context.Background(), p.Store.Client()
	for i, v := range p.Schema.Schema().Types["RiskState"].EnumValues {
		row := client.Risk.Create().SetAssessmentID(assessment).SetNumber(i + 1).SetTitle("Risk").SetLikelihood(1).SetSeverity(1).SetTreatment("ACCEPT").SetAuthorID(uuid.New()).
			SetState(enum.RiskState(v.Name)).SaveX(ctx)
		ids = append(ids, row.GlobalID().String())
		mitigations := p.Schema.Schema().Types["MitigationState"].EnumValues
		if v.Name == string(enum.RiskStateRemoved) {
			mitigations = mitigations[:1] // of what is not there any more nothing can be done in any state
		}
		for j, v := range mitigations {
			ids = append(ids, client.Mitigation.Create().SetRiskID(row.ID).SetNumber(j+1).SetTitle("Mitigation").SetAuthorID(uuid.New()).SetState(enum.MitigationState(v.Name)).
				SaveX(ctx).GlobalID().String())
		}
	}
	return ids
}

// letter is a dead letter of a webhook.
func (p *prober) letter(webhook string) string {
	if p.letters[webhook] == "" {
		row := p.Store.Client().DeadLetter.Create().SetWebhookID(must(typeid.Parse("webhook", webhook))).SetActID(uuid.New()).SetSeq(1).SetEventID("msg_1").
			SetType("dialogue.opened").SetAttempts(1).SetReason("it answered 500").SaveX(context.Background())
		p.letters[webhook] = typeid.New("deadletter", row.ID).String()
	}
	return p.letters[webhook]
}

// outcomes are commitments, milestones and guidelines in each of their states, and what a firm could accept.
func (s *scene) outcomes() (ids []string) {
	ctx, client := context.Background(), s.Store.Client()
	dialogue := must(typeid.Parse("dialogue", s.id("What may")))
	adopted := func(kind enum.ProposalKind, state enum.ProposalState) (id, text uuid.UUID) {
		row := client.Proposal.Create().SetDialogueID(dialogue).SetAuthorID(stakeholder("ngo")).SetMemberID(uuid.New()).SetKind(kind).SetTitle("Outcome").
			SetBody("Text.").SetContentHash("0").SetState(state).SetPublished(true).SetOpenedVersion(1).SetNillableFirmID(new(stakeholder("firm"))).SaveX(ctx)
		version := client.ProposalVersion.Create().SetProposalID(row.ID).SetNumber(1).SetTitle("Outcome").SetBody("Text.").SetLanguage("en").SetContentHash("0").
			SetEditorID(row.AuthorID).SaveX(ctx)
		return row.ID, version.ID
	}
	for _, v := range s.Schema.Schema().Types["CommitmentStatus"].EnumValues {
		p, text := adopted(enum.ProposalKindCommitment, enum.ProposalStateAdopted)
		row := client.Commitment.Create().SetDialogueID(dialogue).SetProposalID(p).SetTextID(text).SetFirmID(stakeholder("firm")).
			SetStatus(enum.CommitmentStatus(v.Name)).SaveX(ctx)
		ids = append(ids, row.GlobalID().String())
		for _, v := range s.Schema.Schema().Types["MilestoneState"].EnumValues {
			ids = append(ids, client.Milestone.Create().SetCommitmentID(row.ID).SetTitle("Step").SetDueAt(start).SetState(enum.MilestoneState(v.Name)).
				SaveX(ctx).GlobalID().String())
		}
	}
	for _, v := range s.Schema.Schema().Types["GuidelineState"].EnumValues {
		p, text := adopted(enum.ProposalKindGuideline, enum.ProposalStateAdopted)
		ids = append(ids, client.Guideline.Create().SetDialogueID(dialogue).SetProposalID(p).SetTextID(text).SetVersion(1).SetReviewDueAt(start).
			SetState(enum.GuidelineState(v.Name)).SaveX(ctx).GlobalID().String())
	}
	open, _ := adopted(enum.ProposalKindCommitment, enum.ProposalStateOpen)
	return append(ids, typeid.New("proposal", open).String())
}

// frameworks are frameworks of a firm and of the commons in each state, those in review with all the input that they need, and a principle.
func (s *scene) frameworks() (ids []string) {
	ctx, client := context.Background(), s.Store.Client()
	fifth := client.Stakeholder.Create().SetKind("CUSTOMER").SetName("Fifth").SetHandle(uuid.NewString()).SetStatus("ACTIVE").SaveX(ctx).ID
	for _, v := range s.Schema.Schema().Types["FrameworkState"].EnumValues {
		for _, owner := range []*uuid.UUID{new(stakeholder("firm")), nil} {
			author := stakeholder("facilitator")
			if owner != nil {
				author = *owner
			}
			first := uuid.New()
			row := client.Framework.Create().SetID(first).SetLineageID(first).SetAuthorID(author).SetNillableOwnerID(owner).SetWriterID(uuid.New()).SetVersion(1).
				SetTitle("Framework").SetScope("All.").SetContentHash("0").SetReviewEveryMonths(1).SetState(enum.FrameworkState(v.Name)).SaveX(ctx)
			ids = append(ids, row.GlobalID().String())
			for _, by := range []uuid.UUID{
				stakeholder("customer"), stakeholder("customer2"), stakeholder("customer3"), stakeholder("customer4"), fifth, stakeholder("firm"),
				stakeholder("firm"), stakeholder("ngo"), stakeholder("academic"),
			} {
				client.Comment.Create().SetSubjectType("FRAMEWORK").SetSubjectID(row.ID).SetAuthorID(by).SetMemberID(uuid.New()).SetBody("Input.").SetOwed(true).
					SetOutcome(enum.DispositionOutcomeAccepted).SaveX(ctx)
			}
		}
	}
	first := must(typeid.Parse("framework", ids[len(ids)-1]))
	return append(ids, client.Principle.Create().SetFrameworkID(first).SetKey("one").SetPosition(1).SetStatement("So.").SetValue("cost").
		SaveX(ctx).GlobalID().String())
}

// journeys are journeys of a firm in each state, and a touchpoint.
func (s *scene) journeys() (ids []string) {
	ctx, client := context.Background(), s.Store.Client()
	for _, v := range s.Schema.Schema().Types["JourneyState"].EnumValues {
		row := client.Journey.Create().SetFirmID(stakeholder("firm")).SetName("Journey").SetMode(enum.JourneyModePlanned).SetState(enum.JourneyState(v.Name)).SaveX(ctx)
		ids = append(ids, row.GlobalID().String())
	}
	published := must(typeid.Parse("journey", ids[1]))
	return append(ids, client.Touchpoint.Create().SetJourneyID(published).SetPosition(1).SetName("looks").SetKind(enum.TouchpointKindAction).
		SetInitiator(enum.InitiatorCustomer).SetChannel(enum.ChannelApp).SetWeight(1).SaveX(ctx).GlobalID().String())
}

// TestWhatAViewerCanIsWhatMutationsDo: in the shipped example, for everybody, of everything. Where an input takes a revision it
// is given one that is never right, so that nothing changes and an allowed mutation stops right behind the policy.
func TestWhatAViewerCanIsWhatMutationsDo(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		p := newProber(t, newScene(w))
		all := slices.Concat(p.hooks(), p.unfinished(), p.joint(), p.polling(), p.heard(), p.outcomes(), []string{""})
		frameworks := p.frameworks()
		p.everybody(map[string]auth.Identity{"firm": persona("firm")}, frameworks) // before others comment on what is in review, which is to be answered
		all = append(append(all, frameworks...), p.journeys()...)
		for name, id := range p.ids {
			if !strings.HasPrefix(name, "member ") {
				all = append(all, id)
			}
		}
		slices.Sort(all)
		people := map[string]auth.Identity{"newcomer": someone("newcomer", "customer"), "approver": persona("approver")}
		for _, name := range viewers {
			people[name] = viewer(name)
		}
		hidden := p.everybody(people, all)
		maps.Copy(hidden, p.everybody(people, p.born)) // in the states in which things begin
		for id, names := range hidden {
			noun, _, _ := strings.Cut(id, "_")
			if noun == "member" {
				continue // nobody sees another's; who may erase any is refused alike whether there is one or not
			}
			for _, name := range names {
				p.tryHidden(name, people[name], id, p.toward[noun])
			}
		}
		for _, v := range w.Schema.Schema().Types["Action"].EnumValues {
			own := v.Name == string(enum.ActionMemberErase) // only the member itself sees it
			if counts := p.said[v.Name]; counts[0] == 0 && !own || counts[1] == 0 {
				t.Errorf("viewerCan refused %s %d times and allowed it %d times, want both", v.Name, counts[0], counts[1])
			}
		}
	})
}

// TestWhatAViewerCanHoldsOnRandomData: on random data and for random viewers, with the revision that was read, so that mutations
// change what the next ones find.
func TestWhatAViewerCanHoldsOnRandomData(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		w.parties()
		p := newProber(t, &scene{world: w})
		for _, name := range viewers {
			w.ask(viewer(name), "{viewer{roles}}")
		}
		rapid.Check(t, func(rt *rapid.T) {
			w.wipe()
			p.fail = rt.Errorf
			var ids []string
			d := draw(rt, w)
			for _, noun := range slices.Sorted(maps.Keys(d.ids)) {
				for _, id := range d.ids[noun] {
					ids = append(ids, typeid.New(noun, id).String())
				}
			}
			for range 80 {
				name, id := rapid.SampledFrom(viewers).Draw(rt, "viewer"), rapid.SampledFrom(ids).Draw(rt, "thing")
				one := p.look(viewer(name), id)
				noun, _, _ := strings.Cut(id, "_")
				switch {
				case one == nil:
					p.tryHidden(name, viewer(name), id, p.toward[noun])
				case len(one.can) > 0:
					p.try(name, viewer(name), one, rapid.SampledFrom(one.can).Draw(rt, "action"), one.revision)
				}
			}
		})
	})
}
