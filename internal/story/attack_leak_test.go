package story_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

func TestErrorsSuggestNothing(t *testing.T) { // A41; every other test checks its answers for suggestions, too
	onScene(t, func(t *testing.T, s *scene) {
		firm := persona("firm")
		s.run(t, []attack{
			{id: "A41", rule: "a field", query: "{dialogue{nodes{id}}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "a field almost right", query: "{viewe{roles}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "an argument", query: "{dialogues(frst: 1){totalCount}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "a type", query: "{node(id: \"x\"){... on Propsal{id}}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "an enum value", query: "{dialogues(filter: {state: [OPENED]}){totalCount}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "an enum value in a variable", query: "query($s: [DialogueState!]){dialogues(filter: {state: $s}){totalCount}}", variables: map[string]any{"s": []string{"OPENED"}}, want: "BAD_USER_INPUT"},
			{id: "A41", rule: "an input field", query: "{dialogues(filter: {stat: [OPEN]}){totalCount}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "an input field in a variable", query: "query($f: DialogueFilter){dialogues(filter: $f){totalCount}}", variables: map[string]any{"f": map[string]any{"stat": "OPEN"}}, want: "BAD_USER_INPUT"},
			{id: "A41", rule: "a type of a variable", query: "query($f: DialogFilter){dialogues(filter: $f){totalCount}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "a directive", query: "{viewer @skp(if: true){roles}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "a fragment", query: "{viewer{...F}} fragment G on Viewer{roles}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "an operation", query: "query A{viewer{roles}} query B{viewer{roles}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "no selection", query: "{viewer}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "a selection of text", query: "{viewer{roles{id}}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A41", rule: "no query", query: "schema{query: Query}", want: "GRAPHQL_PARSE_FAILED"},
			{id: "A41", rule: "half a query", query: "{viewer{", want: "GRAPHQL_PARSE_FAILED"},
			{id: "A41", rule: "a mutation that is none", who: firm, query: "mutation{castBallot(input: {}){act{id}}}", want: "GRAPHQL_VALIDATION_FAILED"},
			{id: "A42", rule: "deferred fields", query: "{viewer{... @defer{roles}}}", want: "GRAPHQL_VALIDATION_FAILED"},
		})
	})
}

func TestIntrospectionIsTheSameOnEveryTransport(t *testing.T) { // A42: the schema is public
	onScene(t, func(t *testing.T, s *scene) {
		for _, query := range []string{
			"{__schema{queryType{name}}}", `{__type(name: "Query"){name}}`, "{a: __schema{queryType{name}}}", "{...F} fragment F on Query{__schema{queryType{name}}}",
		} {
			for _, transport := range transports {
				if a := transport.send(s.world, call{query: query}); a.code() != "" || !strings.Contains(a.text, `"name":"Query"`) {
					t.Errorf("%s over %s = %s, want the name of the query type", query, transport.name, a.text)
				}
			}
		}
	})
}

// requestID is the only part in which the answers to two requests may differ.
var requestID = regexp.MustCompile(`"requestId":"[^"]*"`)

func masked(text string) string { return requestID.ReplaceAllString(text, `"requestId":""`) }

func TestPanicsAreMasked(t *testing.T) { // A43
	onScene(t, func(t *testing.T, s *scene) {
		firm := persona("firm")
		s.token(firm)
		s.ask(firm, "{viewer{roles}}")
		s.Resolver.Dialogues = nil // every use of it panics
		for _, query := range []string{
			"{dialogues{totalCount}}", `{proposals(first: 1){nodes{dialogue{id}}}}`,
			`mutation{openDialogue(input: {id: "` + s.id("What may") + `"}){userErrors{code}}}`,
		} {
			for _, transport := range transports {
				if transport.name == "GET" && strings.HasPrefix(query, "mutation") {
					continue
				}
				a := transport.send(s.world, call{query: query, token: s.token(firm)})
				if a.code() != gql.CodeInternal || a.message != "internal error" || !strings.Contains(a.text, `"requestId":"`) || a.status >= 500 {
					t.Errorf("%s over %s = %d %s, want INTERNAL with a request id and nothing else", query, transport.name, a.status, a.text)
				}
			}
		}
		if !s.log.contains("panic in graphql") || !s.log.contains("nil pointer") {
			t.Error("the log does not report the panic")
		}
		if a := s.post(call{query: "{stakeholders{totalCount}}"}); a.code() != "" {
			t.Errorf("after the panic the server answers %s", a.text)
		}
	})
}

func TestErrorsOfTheDatabaseAreMasked(t *testing.T) { // A44
	onScene(t, func(t *testing.T, s *scene) {
		firm := persona("firm")
		s.ask(firm, "{viewer{roles}}")
		err := s.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := s.Store.Exec(ctx, tx, "DROP TABLE votes"); err != nil {
				return err
			}
			_, err := s.Store.Exec(ctx, tx, "ALTER TABLE proposals RENAME COLUMN summary TO synopsis")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{
			"{dialogues{nodes{comments{nodes{viewerVote}}}}}", "{proposals{nodes{id summary}}}", "{proposals{totalCount nodes{summary}}}",
			`mutation{voteOnComment(input: {id: "` + s.id("Night workers") + `", choice: AGREE}){userErrors{code}}}`,
			`mutation{editProposal(input: {id: "` + s.id("A fund for") + `", title: "` + canary + `", expectedRevision: 1}){userErrors{code}}}`,
		} {
			for _, transport := range transports {
				if transport.name == "GET" && strings.HasPrefix(query, "mutation") {
					continue
				}
				a := transport.send(s.world, call{query: query, token: s.token(firm)})
				if a.code() != gql.CodeInternal || a.message != "internal error" || a.status >= 500 {
					t.Errorf("%s over %s = %d %s, want INTERNAL and nothing about the database", query, transport.name, a.status, a.text)
				}
			}
		}
		if !s.log.contains("votes") {
			t.Error("the log does not say what failed")
		}
		if s.log.contains(canary) {
			t.Error("the log repeats a participant's words")
		}
	})
}

// TestHiddenIsMissing: the answer about a hidden row is byte for byte the answer about a row that does not exist.
func TestHiddenIsMissing(t *testing.T) { // A65, A66, A68
	onScene(t, func(t *testing.T, s *scene) {
		hook := s.ask(persona("firm"), `mutation{registerWebhook(input: {url: "https://hooks.example/"}){webhook{id}}}`).at("registerWebhook", "webhook", "id").text()
		tie := s.hiddenTie()
		s.settle()
		s.rows = s.content()
		hidden := map[string]string{ // hidden from customer3 and from visitors
			"dialogue": s.id("When a model"), "proposal": s.id("A person within"), "proposalversion": s.id("version 1: A person within"),
			"comment": s.id("It refused me"), "practice": s.id("Shorter way"), "practiceversion": s.id("version 1: Shorter way"), "assessment": s.id("assessment: Two steps out"), "opinion": s.id("opinion: Say how many"),
			"member": s.id("member firm"), "act": s.hiddenAct(), "webhook": hook, "tie": tie,
		}
		roots := map[string]string{"webhook": "webhook", "dialogue": "dialogue", "proposal": "proposal", "comment": "comment", "practice": "practice", "assessment": "impactAssessment", "opinion": "opinion"}
		for _, who := range []auth.Identity{visitor, persona("customer3")} {
			for noun, id := range hidden {
				missing := noun + "_01h455vb4pex5vsknk084sn02q"
				queries := []string{
					`{node(id: %q){id}}`, `{nodes(ids: [%q]){id}}`, `{acts(filter: {subject: [%q]}){nodes{id} pageInfo{hasNextPage hasPreviousPage}}}`,
				}
				if root := roots[noun]; root != "" {
					queries = append(queries, "{"+root+"(id: %q){id}}")
				}
				queries = append(queries, mutationsOn[noun]...)
				for _, q := range queries {
					for _, transport := range transports {
						if transport.name == "GET" && strings.HasPrefix(q, "mutation") || transport.name != "POST" && who.Subject == "" {
							continue
						}
						got := transport.send(s.world, call{query: fmt.Sprintf(q, id), token: s.token(who)})
						want := transport.send(s.world, call{query: fmt.Sprintf(q, missing), token: s.token(who)})
						if masked(got.text) != masked(want.text) || got.status != want.status || got.closed != want.closed {
							t.Errorf("%s of a hidden %s over %s for %q = %s, want the answer for a missing one: %s", q, noun, transport.name, who.Subject, got.text, want.text)
						}
					}
				}
			}
		}
		s.checkUnchanged()
	})
}

// hiddenTie is a tie of a party that was never admitted.
func (s *scene) hiddenTie() string {
	ctx, client := context.Background(), s.Store.Client()
	pending := client.Stakeholder.Create().SetKind("NGO").SetName("Waiting").SetHandle("waiting").SetStatus("PENDING").SetNeverAdmitted(true).SaveX(ctx)
	return client.Tie.Create().SetPartyID(pending.ID).SetAboutID(stakeholder("firm")).SetKind("FUNDING").SetBeginsAt(start).SaveX(ctx).GlobalID().String()
}

// mutationsOn are mutations on each noun that would succeed for a viewer with the right.
var mutationsOn = map[string][]string{
	"webhook": {
		`mutation{verifyWebhook(input: {id: %q}){userErrors{code field message}}}`,
		`mutation{updateWebhook(input: {id: %q, expectedRevision: 1}){userErrors{code field message}}}`,
		`mutation{rotateWebhookSecret(input: {id: %q}){secret userErrors{code field message}}}`,
		`mutation{deleteWebhook(input: {id: %q}){userErrors{code field message}}}`,
		`mutation{replayWebhook(input: {id: %q, from: "2026-03-01T00:00:00Z"}){userErrors{code field message}}}`,
		`mutation{registerWebhook(input: {url: "https://hooks.example/", dialogue: %q}){userErrors{code field message}}}`,
	},
	"dialogue": {
		`mutation{openDialogue(input: {id: %q}){userErrors{code field message}}}`,
		`mutation{closeDialogue(input: {id: %q, outcome: "x"}){userErrors{code field message}}}`,
		`mutation{postComment(input: {subject: %q, body: "x"}){userErrors{code field message}}}`,
		`mutation{draftProposal(input: {dialogue: %q, kind: POLICY, title: "x", body: "x"}){userErrors{code field message}}}`,
	},
	"proposal": {
		`mutation{submitProposal(input: {id: %q}){userErrors{code field message}}}`,
		`mutation{withdrawProposal(input: {id: %q}){userErrors{code field message}}}`,
		`mutation{postComment(input: {subject: %q, body: "x"}){userErrors{code field message}}}`,
		`mutation{editProposal(input: {id: %q, title: "x", expectedRevision: 1}){userErrors{code field message}}}`,
	},
	"comment": {
		`mutation{voteOnComment(input: {id: %q, choice: AGREE}){userErrors{code field message}}}`,
		`mutation{hideComment(input: {id: %q, reason: "x"}){userErrors{code field message}}}`,
		`mutation{postComment(input: {parent: %q, body: "x"}){userErrors{code field message}}}`,
	},
	"practice": {
		`mutation{tryPractice(input: {id: %q}){userErrors{code field message}}}`,
		`mutation{postComment(input: {subject: %q, body: "x"}){userErrors{code field message}}}`,
		`mutation{draftAssessment(input: {subject: %q, title: "x", template: "template_01h455vb4pex5vsknk084sn02q"}){userErrors{code field message}}}`,
	},
	"tie": {`mutation{endTie(input: {id: %q}){userErrors{code field message}}}`},
	"opinion": {
		`mutation{replyToOpinion(input: {id: %q, reply: "x"}){userErrors{code field message}}}`,
		`mutation{markOpinionRead(input: {id: %q}){userErrors{code field message}}}`,
	},
	"assessment": {
		`mutation{submitAssessment(input: {id: %q}){userErrors{code field message}}}`,
		`mutation{signOffAssessment(input: {id: %q, capacity: APPROVER, contentHash: "x"}){userErrors{code field message}}}`,
		`mutation{declareConflict(input: {id: %q, reason: "x"}){userErrors{code field message}}}`,
		`mutation{giveOpinion(input: {assessment: %q, question: "purpose", stance: SUPPORT}){userErrors{code field message}}}`,
		`mutation{postComment(input: {subject: %q, body: "x"}){userErrors{code field message}}}`,
	},
}

// hiddenAct is the id of an act in the dialogue by invitation.
func (s *scene) hiddenAct() string {
	s.t.Helper()
	return s.ask(persona("auditor"), `query($d: ID!){acts(filter: {dialogue: $d}){nodes{id}}}`, "d", s.id("When a model")).at("acts", "nodes", 0, "id").text()
}
