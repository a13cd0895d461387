package story_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// TestNobodyVotesOnWhatIsEditedMeanwhile: an edit, a vote and an answer come at once. Whatever is taken, nothing was edited after
// somebody had voted on it or answered it.
func TestNobodyVotesOnWhatIsEditedMeanwhile(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		prices := s.id("What may a price know about you?")
		edited, touched, last := 0, 0, int64(0)
		for round := range 20 {
			const posting = `mutation($v: PostCommentInput!){postComment(input: $v){comment{id} userErrors{code}}}`
			id := w.post(call{query: posting, variables: map[string]any{"v": map[string]any{"subject": prices, "body": fmt.Sprint("Round ", round)}}, token: w.token(persona("customer"))}).
				data.at("postComment", "comment", "id").text()
			calls := []call{
				{
					query: `mutation($v: EditCommentInput!){editComment(input: $v){act{type} userErrors{code}}}`, token: w.token(persona("customer")),
					variables: map[string]any{"v": map[string]any{"id": id, "body": "Edited", "expectedRevision": 1}},
				},
				{
					query: `mutation($v: VoteOnCommentInput!){voteOnComment(input: $v){act{type} userErrors{code}}}`, token: w.token(persona("ngo")),
					variables: map[string]any{"v": map[string]any{"id": id, "choice": "AGREE"}},
				},
				{query: posting, token: w.token(persona("firm")), variables: map[string]any{"v": map[string]any{"parent": id, "body": "An answer"}}},
			}
			var at sync.WaitGroup
			for i := range calls {
				one := calls[(i+round)%len(calls)]
				at.Go(func() { w.post(one) })
				if round == 0 { // one after the other, the edit first: it is taken
					at.Wait()
				}
			}
			at.Wait()
			w.settle()
			others := false
			for _, a := range w.acts(last) {
				last = a.ID
				about := a.SubjectID
				if a.Type == "comment.posted" {
					if row := w.Store.Client().Comment.GetX(t.Context(), a.SubjectID); row.ParentID != nil {
						about = *row.ParentID
					}
				}
				if typeid.New("comment", about).String() != id {
					continue
				}
				switch {
				case a.Type == "comment.edited":
					edited++
					if others {
						t.Errorf("in round %d the comment was edited after somebody had voted on it or answered it", round)
					}
				case a.Type == "comment.voted", a.Type == "comment.posted" && about != a.SubjectID:
					others, touched = true, touched+1
				}
			}
		}
		if edited == 0 || touched == 0 {
			t.Errorf("%d edits and %d votes and answers were taken in 20 rounds, want some of each", edited, touched)
		}
	})
}

// TestWhatChangesNothingIsRefused: every mutation that changes a part of something says so when it would leave all as it is, whether
// it names nothing or repeats what is there, and writes no act.
func TestWhatChangesNothingIsRefused(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		made := func(who auth.Identity, mutation, noun string) string {
			t.Helper()
			id := s.ask(who, "mutation{"+mutation+"{"+noun+"{id} userErrors{message}}}").at(mutation[:strings.Index(mutation, "(")], noun, "id").text()
			if id == "" {
				t.Fatalf("%s made nothing", mutation)
			}
			return id
		}
		dialogue := s.id("What may a price know about you?")
		tried := map[string]bool{}
		practice := made(persona("firm"), `proposePractice(input: {title: "Same", kind: OTHER, dataCategories: ["a"]})`, "practice")
		assessment := made(persona("firm"), fmt.Sprintf(`draftAssessment(input: {subject: %q, title: "Same", template: %q})`, practice, s.template("short-form@1")), "impactAssessment")
		risk := made(persona("firm"), fmt.Sprintf(`addRisk(input: {assessment: %q, title: "Same", likelihood: 1, severity: 2, scope: GROUP, treatment: AVOID})`, assessment), "risk")
		for mutation, one := range map[string]struct {
			who             auth.Identity
			noun, id, again string
		}{
			"updateDialogue":    {persona("facilitator"), "dialogue", dialogue, "title brief"},
			"updateStakeholder": {persona("firm"), "stakeholder", persona("firm").Stakeholder, "name handle description jurisdictions"},
			"editProposal": {
				persona("ngo"), "proposal", made(persona("ngo"), fmt.Sprintf(`draftProposal(input: {dialogue: %q, kind: POLICY, title: "Same", body: "Same."})`, dialogue), "proposal"),
				"title body language",
			},
			"editComment":    {persona("customer"), "comment", made(persona("customer"), fmt.Sprintf(`postComment(input: {subject: %q, body: "Same."})`, dialogue), "comment"), "body language"},
			"revisePractice": {persona("firm"), "practice", practice, "title dataCategories"},
			"editAssessment": {persona("firm"), "impactAssessment", made(persona("firm"), fmt.Sprintf(
				`draftAssessment(input: {subject: %q, title: "Same", template: %q})`, practice, s.template("short-form@1")), "impactAssessment"), "title"},
			"editJourney": {
				persona("firm"), "journey", made(persona("firm"),
					`planJourney(input: {name: "Same", touchpoints: [{name: "Same", kind: ACTION, initiator: CUSTOMER, channel: WEB}]})`, "journey"), "name",
			},
			"editFramework": {
				persona("firm"), "ethicalFramework", made(persona("firm"),
					`draftFramework(input: {title: "Same", scope: "Same.", reviewEveryMonths: 1, principles: [{key: "same", statement: "Same.", value: "cost"}]})`, "ethicalFramework"),
				"title scope reviewEveryMonths",
			},
			"editRisk":       {persona("firm"), "risk", risk, "title description likelihood severity reversibility scope"},
			"editMitigation": {persona("firm"), "mitigation", made(persona("firm"), fmt.Sprintf(`addMitigation(input: {risk: %q, title: "Same", lowersSeverity: 1})`, risk), "mitigation"), "title description dueAt lowersLikelihood lowersSeverity"},
			"updateWebhook":  {persona("firm"), "webhook", made(persona("firm"), `registerWebhook(input: {url: "https://hooks.example/", types: [PROPOSAL_OPENED]})`, "webhook"), "url types"},
		} {
			input := w.Schema.Schema().Types[strings.ToUpper(mutation[:1])+mutation[1:]+"Input"]
			if input == nil {
				t.Errorf("there is no mutation %s", mutation)
				continue
			}
			row := s.ask(one.who, fmt.Sprintf(`{node(id: %q){... on %s{revision %s}}}`, one.id, typeOf(w, one.id, one.who), one.again)).at("node")
			for _, repeats := range []bool{false, true} {
				values := map[string]any{"id": one.id, "expectedRevision": row.at("revision").v}
				if input.Fields.ForName("reason") != nil {
					values["reason"] = "A test."
				}
				for _, field := range strings.Fields(one.again) {
					if v := row.at(field); repeats && !v.isNull() {
						values[field] = v.v
					}
				}
				w.settle()
				acts := len(w.acts(0))
				a := w.post(call{query: fmt.Sprintf(`mutation($v: %s!){%s(input: $v){act{id} userErrors{code message}}}`, input.Name, mutation), variables: map[string]any{"v": values}, token: w.token(one.who)})
				if code := a.data.at(mutation, "userErrors", 0, "code").text(); code != "NOTHING_TO_DO" {
					t.Errorf("%s of what is there already, repeating it: %v, answers %s, want NOTHING_TO_DO", mutation, repeats, a.text)
				}
				if w.settle(); len(w.acts(0)) != acts {
					t.Errorf("%s of nothing wrote an act", mutation)
				}
			}
			tried[mutation] = true
		}
		tried["castBallot"], tried["reopenDialogue"] = true, true      // a paper and a round are new each time
		tried["replanMilestone"], tried["reportProgress"] = true, true // in the story of a commitment, which takes a ballot
		for _, f := range w.Schema.Schema().Mutation.Fields {
			input := w.Schema.Schema().Types[f.Arguments[0].Type.Name()]
			if e := input.Fields.ForName("expectedRevision"); e != nil && e.Type.NonNull && !tried[f.Name] {
				t.Errorf("%s changes a part of something: try it here", f.Name)
			}
		}
	})
}

// typeOf is the type of a thing.
func typeOf(w *world, id string, who auth.Identity) string {
	return w.ask(who, `query($id: ID!){node(id: $id){__typename}}`, "id", id).at("node", "__typename").text()
}
