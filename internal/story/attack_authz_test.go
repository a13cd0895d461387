package story_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestIDsOfAnotherKindFindNothing(t *testing.T) { // A66
	onScene(t, func(t *testing.T, s *scene) {
		firm := persona("firm")
		dialogue, proposal, comment := s.id("What may"), s.id("A ceiling"), s.id("Night workers")
		renamed := func(id, noun string) string {
			_, key, _ := strings.Cut(id, "_")
			return noun + "_" + key
		}
		s.run(t, []attack{
			{id: "A66", rule: "a comment's name for a proposal", query: fmt.Sprintf(`{node(id: %q){id}}`, renamed(proposal, "comment")), want: "NOT_FOUND"},
			{id: "A66", rule: "a proposal where a dialogue is asked", query: fmt.Sprintf(`{dialogue(id: %q){id}}`, proposal), want: "NOT_FOUND"},
			{id: "A66", rule: "a firm where a proposal is asked", query: fmt.Sprintf(`{proposal(id: %q){id}}`, s.id("Northwind")), want: "NOT_FOUND"},
			{id: "A66", rule: "a noun that is none", query: fmt.Sprintf(`{node(id: %q){id}}`, renamed(proposal, "setting")), want: "NOT_FOUND"},
			{id: "A66", rule: "a table's name", query: fmt.Sprintf(`{node(id: %q){id}}`, renamed(proposal, "proposals")), want: "NOT_FOUND"},
			{id: "A66", rule: "a phase is no node", query: fmt.Sprintf(`{node(id: %q){id}}`, s.Store.Client().Phase.Query().FirstX(context.Background()).GlobalID()), want: "NOT_FOUND"},
			{id: "A66", rule: "upper case", query: fmt.Sprintf(`{node(id: %q){id}}`, strings.ToUpper(proposal)), want: "NOT_FOUND"},
			{id: "A66", rule: "a key as it is stored", query: `{node(id: "01890a5d-ac96-774b-bcce-b302099a8057"){id}}`, want: "NOT_FOUND"},
			{id: "A66", rule: "base64", query: `{node(id: "UHJvcG9zYWw6MQ=="){id}}`, want: "NOT_FOUND"},
			{id: "A66", rule: "nothing", query: `{node(id: ""){id}}`, want: "NOT_FOUND"},
			{id: "A66", rule: "more than a key holds", query: `{node(id: "proposal_8zzzzzzzzzzzzzzzzzzzzzzzzz"){id}}`, want: "NOT_FOUND"},
			{id: "A66", rule: "ten kilobytes", query: `{node(id: "proposal_` + strings.Repeat("0", 10_000) + `"){id}}`, want: "NOT_FOUND"},
			{id: "A66", rule: "a number", query: `{node(id: 7){id}}`, want: "BAD_USER_INPUT NOT_FOUND"},
			{id: "A66", rule: "submitting a dialogue", who: firm, query: fmt.Sprintf(`mutation{submitProposal(input: {id: %q}){userErrors{code}}}`, dialogue), want: "NOT_FOUND"},
			{id: "A66", rule: "voting on a proposal", who: firm, query: fmt.Sprintf(`mutation{voteOnComment(input: {id: %q, choice: AGREE}){userErrors{code}}}`, proposal), want: "NOT_FOUND"},
			{id: "A66", rule: "replying to a proposal", who: firm, query: fmt.Sprintf(`mutation{postComment(input: {parent: %q, body: "x"}){userErrors{code}}}`, proposal), want: "NOT_FOUND"},
			{id: "A66", rule: "commenting on a comment as a subject", who: firm, query: fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "x"}){userErrors{code}}}`, comment), want: "NOT_FOUND"},
			{id: "A66", rule: "inviting a dialogue", who: persona("facilitator"), query: fmt.Sprintf(`mutation{inviteToDialogue(input: {id: %q, stakeholders: [%q]}){userErrors{code}}}`, dialogue, dialogue), want: "NOT_FOUND"},
			{id: "A66", rule: "convening about a proposal", who: persona("facilitator"), query: fmt.Sprintf(`mutation{conveneDialogue(input: {title: "x", phases: [{kind: FRAMING, opensAt: "2026-03-02T12:00:00Z"}], practices: [%q]}){userErrors{code}}}`, proposal), want: "NOT_FOUND"},
		})
	})
}

// TestATokenThatNamesAPartyIsNotItsMember: the party's own things need a role of its chamber.
func TestATokenThatNamesAPartyIsNotItsMember(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		firm := persona("firm")
		intruder := auth.Identity{Subject: "mallory" + subjects, Roles: []string{"customer", "ngo"}, Stakeholder: firm.Stakeholder}
		made := s.ask(firm, fmt.Sprintf(`mutation{proposePractice(input: {title: "x", kind: OTHER}){practice{id}} draftProposal(input: {dialogue: %q, kind: POLICY, title: "x", body: "x"}){proposal{id}}}`, s.id("What may")))
		practice, draft := made.at("proposePractice", "practice", "id").text(), made.at("draftProposal", "proposal", "id").text()
		if practice == "" || draft == "" {
			t.Fatalf("the firm plans and drafts nothing: %v", made.v)
		}
		s.ask(intruder, `{viewer{roles}}`) // it enters as a member
		s.rows, s.sizes = s.content(), s.numbers()
		s.run(t, []attack{
			{id: "found 14", rule: "registers the firm's webhook", who: intruder, query: `mutation{registerWebhook(input: {url: "https://mallory.example/"}){userErrors{code}}}`, want: "FORBIDDEN"},
			{id: "found 14", rule: "reads a planned practice", who: intruder, query: fmt.Sprintf(`{practice(id: %q){id}}`, practice), want: "NOT_FOUND"},
			{id: "found 14", rule: "reads a draft", who: intruder, query: fmt.Sprintf(`{proposal(id: %q){id}}`, draft), want: "NOT_FOUND"},
			{id: "found 14", rule: "submits the draft", who: intruder, query: fmt.Sprintf(`mutation{submitProposal(input: {id: %q}){userErrors{code}}}`, draft), want: "NOT_FOUND"},
			{id: "found 14", rule: "speaks in the firm's name", who: intruder, query: fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "x"}){userErrors{code}}}`, s.id("What may")), want: "FORBIDDEN"},
		})
		lists := `{practices(filter: {state: [PROPOSED]}){totalCount} proposals(filter: {state: [DRAFT]}){totalCount} webhooks{totalCount}}`
		got := s.ask(intruder, lists)
		for _, list := range []string{"practices", "proposals", "webhooks"} {
			if n := got.at(list, "totalCount").number(); n != 0 {
				t.Errorf("%s of the firm = %d, want none for a token without the firm's chamber", list, n)
			}
		}
	})
}

func TestCursorsAreForOneViewerAndOneList(t *testing.T) { // A71, A88
	onScene(t, func(t *testing.T, s *scene) {
		firm, ngo := persona("firm"), persona("ngo")
		cursor := func(who auth.Identity, query string) string { return s.end(s.ask(who, query)) }
		dialogue := s.id("What may")
		mine := cursor(firm, `{proposals(first: 1){pageInfo{endCursor}}}`)
		acts := cursor(firm, `{acts(first: 1){pageInfo{endCursor}}}`)
		comments := cursor(firm, fmt.Sprintf(`{dialogue(id: %q){comments(first: 1){pageInfo{endCursor}}}}`, dialogue))
		newest := cursor(firm, fmt.Sprintf(`{dialogue(id: %q){comments(first: 1, order: NEWEST){pageInfo{endCursor}}}}`, dialogue))
		if a := s.post(call{query: fmt.Sprintf(`{proposals(first: 1, after: %q){nodes{id}}}`, mine), token: s.token(firm)}); a.code() != "" {
			t.Fatalf("a valid cursor = %s: the cases below would prove nothing", a.text)
		}
		flipped := []byte(mine)
		flipped[len(flipped)-2] ^= 1
		given := cursor(visitor, `{proposals(first: 1){pageInfo{endCursor}}}`)
		if a := s.post(call{query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, given), token: s.token(firm)}); a.code() != "" {
			t.Errorf("a member goes on where a visitor was = %s, want a page: what visitors see everybody sees", a.text)
		}
		s.run(t, []attack{
			{id: "A71", rule: "of another viewer", who: ngo, query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, mine), want: "CURSOR_MISMATCH"},
			{id: "A71", rule: "of another member of the same party", who: persona("facilitator"), query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, cursor(persona("regulator"), `{proposals(first: 1){pageInfo{endCursor}}}`)), want: "CURSOR_MISMATCH"},
			{id: "A71", rule: "of a member, for a visitor", query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, mine), want: "CURSOR_MISMATCH"},
			{id: "A71", rule: "of another list", who: firm, query: fmt.Sprintf(`{dialogues(after: %q){nodes{id}}}`, mine), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "of the log", who: firm, query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, acts), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "of a list, in the log", who: firm, query: fmt.Sprintf(`{acts(after: %q){nodes{id}}}`, mine), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "of another order", who: firm, query: fmt.Sprintf(`{dialogue(id: %q){comments(after: %q){nodes{id}}}}`, dialogue, newest), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "of another order still", who: firm, query: fmt.Sprintf(`{dialogue(id: %q){comments(after: %q, order: AGREEMENT){nodes{id}}}}`, dialogue, comments), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "of comments, for replies", who: firm, query: fmt.Sprintf(`{comment(id: %q){replies(after: %q){nodes{id}}}}`, s.id("Night"), comments), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "changed in one bit", who: firm, query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, flipped), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "cut short", who: firm, query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, mine[:len(mine)-3]), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "a place in the clear", who: firm, query: `{proposals(after: "MTIz"){nodes{id}}}`, want: "BAD_USER_INPUT"},
			{id: "A71", rule: "an id", who: firm, query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, s.id("A ceiling")), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "a kilobyte", who: firm, query: fmt.Sprintf(`{proposals(after: %q){nodes{id}}}`, strings.Repeat("A", 1024)), want: "BAD_USER_INPUT"},
			{id: "A71", rule: "backwards, of another viewer", who: ngo, query: fmt.Sprintf(`{proposals(last: 1, before: %q){nodes{id}}}`, mine), want: "CURSOR_MISMATCH"},
		})
		if f := s.field(firm, fmt.Sprintf(`{proposals(last: 1, before: %q){nodes{id}}}`, acts)); f != "before" {
			t.Errorf("field of an invalid before = %q, want before", f)
		}
		if strings.Contains(mine, "01") && strings.Contains(mine, strings.TrimPrefix(s.id("A ceiling"), "proposal_")) {
			t.Error("a cursor reveals an id")
		}
	})
}

// end finds the endCursor of the only connection in an answer.
func (s *scene) end(d data) string {
	s.t.Helper()
	v := d.v
	for {
		m, ok := v.(map[string]any)
		if !ok || len(m) != 1 {
			s.t.Fatalf("no page in %v", d.v)
		}
		for name, below := range m {
			if name == "endCursor" {
				return below.(string)
			}
			v = below
		}
	}
}

// field is the field that the first error names.
func (s *scene) field(who auth.Identity, query string) string {
	s.t.Helper()
	text := s.post(call{query: query, token: s.token(who)}).text
	_, rest, _ := strings.Cut(text, `"field":"`)
	field, _, _ := strings.Cut(rest, `"`)
	return field
}

func TestClientsCannotSetFieldsOfTheServer(t *testing.T) { // A72
	onScene(t, func(t *testing.T, s *scene) {
		inputs := map[string]map[string]any{
			"draftProposal": {"dialogue": s.id("What may"), "kind": "POLICY", "title": "x", "body": "x"}, "postComment": {"subject": s.id("What may"), "body": "x"},
			"registerStakeholder": {"kind": "FIRM", "name": "Fresh Firm"}, "proposePractice": {"title": "x", "kind": "OTHER"},
			"draftAssessment": {"subject": s.id("Prices that"), "title": "x", "template": s.template("short-form@1")},
			"editProposal":    {"id": s.id("A fund"), "title": "x", "expectedRevision": 1}, "voteOnComment": {"id": s.id("Night"), "choice": "AGREE"},
			"conveneDialogue": {"title": "x", "phases": []any{map[string]any{"kind": "FRAMING", "opensAt": "2026-03-02T12:00:00Z"}}},
		}
		extras := []string{
			"state", "status", "author", "authorId", "firm", "stakeholder", "stakeholderId", "member", "version", "revision", "published", "contentHash",
			"createdAt", "id2", "convenor", "__proto__", "constructor", "round", "agrees", "depth", "openedAt",
		}
		for name, input := range inputs {
			who := persona(map[string]string{"conveneDialogue": "facilitator"}[name] + map[bool]string{true: "", false: "firm"}[name == "conveneDialogue"])
			typ := s.Schema.Schema().Mutation.Fields.ForName(name).Arguments[0].Type.String()
			for _, extra := range extras {
				if extra == "firm" && strings.HasSuffix(name, "Proposal") {
					continue // which it would bind
				}
				with := map[string]any{extra: "OPEN"}
				for k, v := range input {
					with[k] = v
				}
				query := "mutation($input: " + typ + "){" + name + "(input: $input){userErrors{code}}}"
				for _, transport := range transports {
					if transport.name == "GET" {
						continue
					}
					a := transport.send(s.world, call{query: query, variables: map[string]any{"input": with}, token: s.token(who)})
					if a.code() != gql.CodeBadUserInput || !a.refused() {
						t.Errorf("%s with %s over %s = %s, want BAD_USER_INPUT", name, extra, transport.name, a.text)
					}
				}
			}
			a := s.post(call{query: `mutation{` + name + `(input: {state: OPEN, authorId: "x"}){userErrors{code}}}`, token: s.token(who)})
			if a.code() != gql.CodeValidationFailed {
				t.Errorf("%s with unknown fields written out = %s, want GRAPHQL_VALIDATION_FAILED", name, a.text)
			}
		}
		s.checkUnchanged()
	})
}

func TestStatesCannotBeJumped(t *testing.T) { // A73
	onScene(t, func(t *testing.T, s *scene) {
		do := func(mutation, input string) string {
			return "mutation{" + mutation + "(input: {" + input + "}){userErrors{code} act{id}}}"
		}
		on := func(begin string) string { return fmt.Sprintf("id: %q", s.id(begin)) }
		firm, facilitator, academic := persona("firm"), persona("facilitator"), persona("academic")
		s.run(t, []attack{
			{id: "A73", rule: "voting in a closed dialogue", who: persona("customer"), query: do("voteOnComment", on("I thought all offers")+", choice: AGREE"), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "commenting in a closed dialogue", who: persona("customer"), query: do("postComment", fmt.Sprintf(`subject: %q, body: "x"`, s.id("Marking"))), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "replying in a closed dialogue", who: persona("customer"), query: do("postComment", fmt.Sprintf(`parent: %q, body: "x"`, s.id("I thought all offers"))), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "proposing in a closed dialogue", who: persona("customer"), query: do("draftProposal", fmt.Sprintf(`dialogue: %q, kind: POLICY, title: "x", body: "x"`, s.id("Marking"))), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "editing in a closed dialogue", who: persona("ngo"), query: do("editProposal", on("Mark paid")+`, title: "x", reason: "x", expectedRevision: 4`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "closing twice", who: facilitator, query: do("closeDialogue", on("Marking")+`, outcome: "x"`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "opening what is open", who: facilitator, query: do("openDialogue", on("What may")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "opening what is closed", who: facilitator, query: do("openDialogue", on("Marking")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "reopening what is open", who: facilitator, query: do("reopenDialogue", on("What may")+`, reason: "x", expectedRevision: 2`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "inviting to what is closed", who: facilitator, query: do("inviteToDialogue", on("Marking")+fmt.Sprintf(", stakeholders: [%q]", s.id("Cedar"))), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "submitting twice", who: firm, query: do("submitProposal", on("Tell people")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "editing under review", who: firm, query: do("editProposal", on("Tell people")+`, title: "x", reason: "x", expectedRevision: 3`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "submitting what is open", who: persona("ngo"), query: do("submitProposal", on("A ceiling")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "opening what was not taken up", who: facilitator, query: do("openProposal", on("A yearly")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "opening what is open", who: facilitator, query: do("openProposal", on("A ceiling")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "returning what is open", who: facilitator, query: do("returnProposal", on("A ceiling")+`, reason: "x"`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "taking up what is open", who: facilitator, query: do("takeUpProposal", on("A ceiling")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "withdrawing twice", who: persona("customer3"), query: do("withdrawProposal", on("Another colour")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "withdrawing a draft", who: firm, query: do("withdrawProposal", on("A fund")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "commenting on what is withdrawn", who: persona("customer3"), query: do("postComment", fmt.Sprintf(`subject: %q, body: "x"`, s.id("Another colour"))), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "commenting on one's own draft", who: firm, query: do("postComment", fmt.Sprintf(`subject: %q, body: "x"`, s.id("A fund"))), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "hiding twice", who: facilitator, query: do("hideComment", on("Cheap watches")+`, reason: "x"`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "restoring what is shown", who: facilitator, query: do("restoreComment", on("Night")+`, reason: "x"`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "voting on what is hidden", who: persona("customer4"), query: do("voteOnComment", on("Cheap watches")+`, choice: AGREE`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "using what was not tried", who: persona("firm2"), query: do("activatePractice", on("Shorter way")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "pausing what is tried", who: firm, query: do("pausePractice", on("Assistant")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "trying what is in use", who: firm, query: do("tryPractice", on("Prices that")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "editing a published assessment", who: firm, query: do("editAssessment", on("assessment: Prices")+`, title: "x", expectedRevision: 4`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "submitting a published assessment", who: firm, query: do("submitAssessment", on("assessment: Prices")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "publishing what is published", who: persona("approver"), query: do("publishAssessment", on("assessment: Prices")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "recalling what is published", who: firm, query: do("recallAssessment", on("assessment: Prices")+`, reason: "x"`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "withdrawing what is published", who: firm, query: do("withdrawAssessment", on("assessment: Prices")+`, reason: "x"`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "returning what is published", who: academic, query: do("returnAssessment", on("assessment: Prices")+`, reason: "x"`), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "admitting who is admitted", who: persona("admin"), query: do("approveStakeholder", on("Northwind")), want: "FORBIDDEN_STATE"},
			{id: "A73", rule: "two of which one fails", who: firm, query: "mutation{a: submitProposal(input: {" + on("Tell people") + "}){userErrors{code}} b: submitProposal(input: {" + on("Tell people") + "}){userErrors{code}}}", want: "FORBIDDEN_STATE"},

			{id: "A76", rule: "a regulator declares a practice", who: persona("regulator"), query: do("proposePractice", `title: "x", kind: OTHER`), want: "FORBIDDEN"},
			{id: "A76", rule: "a customer convenes", who: persona("customer"), query: do("conveneDialogue", `title: "x", phases: [{kind: FRAMING, opensAt: "2026-03-02T12:00:00Z"}]`), want: "FORBIDDEN"},
			{id: "A76", rule: "an auditor votes", who: persona("auditor"), query: do("voteOnComment", on("Night")+", choice: AGREE"), want: "FORBIDDEN"},
			{id: "A76", rule: "an admin votes", who: persona("admin"), query: do("voteOnComment", on("Night")+", choice: AGREE"), want: "FORBIDDEN"},
			{id: "A76", rule: "a firm moderates", who: firm, query: do("hideComment", on("Night")+`, reason: "x"`), want: "FORBIDDEN"},
			{id: "A76", rule: "a firm admits itself", who: firm, query: do("approveStakeholder", on("Northwind")), want: "FORBIDDEN"},
			{id: "A76", rule: "a firm suspends another", who: firm, query: do("suspendStakeholder", on("Harbour")+`, reason: "x"`), want: "FORBIDDEN"},
			{id: "A76", rule: "a firm changes another's practice", who: firm, query: do("pausePractice", on("Offers from")), want: "FORBIDDEN"},
			{id: "A76", rule: "an author edits another's proposal", who: firm, query: do("editProposal", on("A ceiling")+`, title: "x", reason: "x", expectedRevision: 5`), want: "FORBIDDEN"},
			{id: "A76", rule: "a facilitator edits a proposal", who: facilitator, query: do("editProposal", on("A ceiling")+`, title: "x", reason: "x", expectedRevision: 5`), want: "FORBIDDEN"},

			{id: "A77", rule: "a firm without an approver signs its own assessment", who: persona("firm2"), query: do("signOffAssessment", on("assessment: Offers")+`, capacity: APPROVER, contentHash: "x"`), want: "FORBIDDEN"},
			{id: "A77", rule: "a firm returns its own assessment", who: persona("firm2"), query: do("returnAssessment", on("assessment: Offers")+`, reason: "x"`), want: "FORBIDDEN"},
			{id: "A77", rule: "an author opens its own proposal", who: firm, query: do("openProposal", on("Tell people")), want: "FORBIDDEN"},

			{id: "A79", rule: "inviting some who are there and one who is not", who: facilitator, query: do("inviteToDialogue", on("When a model")+fmt.Sprintf(", stakeholders: [%q, %q]", s.id("Cedar"), "stakeholder_01h455vb4pex5vsknk084sn02q")), want: "NOT_FOUND"},
			{id: "A79", rule: "proposing about a practice in sight and one that is not", who: firm, query: do("draftProposal", fmt.Sprintf(`dialogue: %q, kind: POLICY, title: "x", body: "x", practices: [%q, %q]`, s.id("What may"), s.id("Prices that"), s.id("Shorter way"))), want: "NOT_FOUND"},
			{id: "A79", rule: "convening about both", who: facilitator, query: do("conveneDialogue", fmt.Sprintf(`title: "x", phases: [{kind: FRAMING, opensAt: "2026-03-02T12:00:00Z"}], practices: [%q, "practice_01h455vb4pex5vsknk084sn02q"]`, s.id("Prices that"))), want: "NOT_FOUND"},

			{id: "A80", rule: "a handle that is taken", who: persona("admin"), query: do("registerStakeholder", `kind: NGO, name: "x y z", handle: "northwind-mobility"`), want: "CONFLICT"},
		})
	})
}

func TestParallelVotesAreOneVote(t *testing.T) { // A75
	onScene(t, func(t *testing.T, s *scene) {
		firm := persona("firm2")
		c := s.ask(persona("customer"), `mutation($d: ID!){postComment(input: {subject: $d, body: "Count me."}){comment{id}}}`, "d", s.id("What may")).at("postComment", "comment", "id").text()
		before := s.actsWritten()
		choices := []string{"AGREE", "DISAGREE", "PASS"}
		answers := make([]answer, 32)
		var wg sync.WaitGroup
		token := s.token(firm)
		for i := range answers {
			wg.Go(func() {
				answers[i] = s.post(call{query: `mutation($c: ID!, $v: VoteChoice!){voteOnComment(input: {id: $c, choice: $v}){userErrors{code} act{id}}}`, variables: map[string]any{"c": c, "v": choices[i%3]}, token: token})
			})
		}
		wg.Wait()
		succeeded := 0
		for _, a := range answers {
			switch a.code() {
			case "":
				succeeded++
			case "CONFLICT", gql.CodeUnavailable:
			default:
				t.Errorf("a vote = %s, want success or CONFLICT", a.text)
			}
		}
		tally := s.ask(firm, `query($c: ID!){comment(id: $c){tally{agree disagree pass total} viewerVote}}`, "c", c).at("comment")
		mine := map[string]string{"AGREE": "agree", "DISAGREE": "disagree", "PASS": "pass"}[tally.at("viewerVote").text()]
		if tally.at("tally", "total").number() != 1 || tally.at("tally", mine).number() != 1 {
			t.Errorf("tally = %v, want the single vote %s", tally.v, mine)
		}
		if rows := s.count("votes", "WHERE choice IN ('AGREE','DISAGREE','PASS')") - 40; rows != 1 {
			t.Errorf("%d new rows of votes, want 1", rows)
		}
		if acts := s.actsWritten() - before; acts != succeeded || succeeded == 0 {
			t.Errorf("%d acts for %d votes that succeeded", acts, succeeded)
		}
	})
}

func TestParallelRegistrationsAreOneParty(t *testing.T) { // A75 for registrations
	each(t, false, func(t *testing.T, w *world) {
		who := someone("eve", "firm")
		w.ask(who, "{viewer{roles}}")
		token := w.token(who)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				w.post(call{query: fmt.Sprintf(`mutation{registerStakeholder(input: {kind: FIRM, name: "Firm %c"}){userErrors{code}}}`, 'A'+i), token: token})
			})
		}
		wg.Wait()
		if n := w.count("stakeholders", ""); n != 1 {
			t.Errorf("%d parties of one member, want 1", n)
		}
	})
}

func TestASocketRegistersOneParty(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		s, _ := w.socket(w.token(someone("eve", "firm")), nil)
		first := s.run(call{query: `mutation{registerStakeholder(input: {kind: FIRM, name: "First firm"}){userErrors{code}}}`})
		second := s.run(call{query: `mutation{registerStakeholder(input: {kind: FIRM, name: "Second firm"}){userErrors{code}}}`})
		if first.code() != "" || second.code() != string(enum.UserErrorCodeHasParty) {
			t.Errorf("registering twice on a socket = %q and %q, want success and HAS_PARTY", first.code(), second.code())
		}
	})
}

func TestParallelEditsAreOneEdit(t *testing.T) { // F46
	onScene(t, func(t *testing.T, s *scene) {
		firm, id := persona("firm"), s.id("A fund for")
		token := s.token(firm)
		before := s.actsWritten()
		answers := make([]answer, 8)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				answers[i] = s.post(call{query: `mutation($p: ID!, $t: String!){editProposal(input: {id: $p, title: $t, expectedRevision: 1}){userErrors{code}}}`, variables: map[string]any{"p": id, "t": fmt.Sprint("Editor ", i)}, token: token})
			})
		}
		wg.Wait()
		won := 0
		for _, a := range answers {
			if a.code() == "" {
				won++
			} else if category(a.code()) != "CONFLICT" {
				t.Errorf("an edit = %s, want CONFLICT", a.text)
			}
		}
		revision := s.ask(firm, `query($p: ID!){proposal(id: $p){revision}}`, "p", id).at("proposal", "revision").number()
		if acts := s.actsWritten() - before; won != 1 || revision != 2 || acts != 1 {
			t.Errorf("%d edits won, revision %d, %d acts; want 1, 2 and 1", won, revision, acts)
		}
	})
}

// insist retries an operation while the server, which the tests keep busy, has no place for it.
func (s *scene) insist(c call) answer {
	a := s.post(c)
	for began := time.Now(); a.code() == gql.CodeUnavailable && time.Since(began) < patience; {
		a = s.post(c)
	}
	return a
}

func TestParallelRepeatsAreOneAct(t *testing.T) { // F44, F45
	onScene(t, func(t *testing.T, s *scene) {
		firm := persona("firm")
		token, d := s.token(firm), s.id("What may")
		before := s.actsWritten()
		answers := make([]answer, 50)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				answers[i] = s.insist(call{query: `mutation($d: ID!){postComment(input: {subject: $d, body: "Once."}) @idempotent(key: "fifty"){comment{id body} act{id at} userErrors{code}}}`, variables: map[string]any{"d": d}, token: token})
			})
		}
		wg.Wait()
		for _, a := range answers {
			if a.code() != "" || fmt.Sprint(a.data.v) != fmt.Sprint(answers[0].data.v) {
				t.Errorf("a repeat = %s, want %s", a.text, answers[0].text)
			}
		}
		if acts := s.actsWritten() - before; acts != 1 {
			t.Errorf("%d acts, want 1", acts)
		}
		if n := s.count("comments", "WHERE body = 'Once.'"); n != 1 {
			t.Errorf("%d comments, want 1", n)
		}
	})
}
