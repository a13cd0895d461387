package story_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// TestConsultationsEndByTheClock: when the time for opinions is over the server hands in what lacks nothing else, once, whichever
// replica looks first, and leaves the rest to its firm.
func TestConsultationsEndByTheClock(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		ctx := context.Background()
		turn := func(holder string, want int) {
			t.Helper()
			if n, err := w.Domains.Assessments.Turn(ctx, holder); n != want || err != nil {
				t.Fatalf("a turn of %s handed in %d, %v, want %d", holder, n, err, want)
			}
		}
		open := func(title string) string {
			id := s.ask(persona("firm"), `mutation($on: ID!, $t: ID!, $title: String!){draftAssessment(input: {subject: $on, template: $t, title: $title}){impactAssessment{id}}}`,
				"on", s.id("Prices that"), "t", w.template("short-form@1"), "title", title).at("draftAssessment", "impactAssessment", "id").text()
			s.ask(persona("firm"), `mutation($id: ID!){answerQuestions(input: {id: $id, answers: [{question: "purpose", value: {text: "Speed."}, expectedRevision: 0}]}){act{id}}}`, "id", id)
			s.ask(persona("firm"), `mutation($id: ID!, $until: DateTime!){openConsultation(input: {id: $id, until: $until}){userErrors{message}}}`,
				"id", id, "until", w.clock.Now().Add(time.Hour).Format(time.RFC3339))
			return id
		}
		state := func(id string) string {
			return s.ask(persona("firm"), `query($id: ID!){impactAssessment(id: $id){state}}`, "id", id).at("impactAssessment", "state").text()
		}
		quiet, asked := open("Nobody says a word"), open("Somebody asks")
		opinion := s.ask(persona("ngo"), `mutation($id: ID!){giveOpinion(input: {assessment: $id, question: "purpose", stance: CONCERN, text: "For whom?"}){opinion{id}}}`,
			"id", asked).at("giveOpinion", "opinion", "id").text()
		w.clock.Advance(59 * time.Minute)
		turn("first", 0)
		w.clock.Advance(time.Minute)
		turn("second", 0) // the first holds the lease
		turn("first", 1)
		if state(quiet) != "IN_REVIEW" || state(asked) != "IN_CONSULTATION" {
			t.Errorf("the quiet one is %s and the other %s", state(quiet), state(asked))
		}
		acted := s.ask(persona("auditor"), `query($id: [ID!]){acts(filter: {subject: $id, type: [ASSESSMENT_SUBMITTED]}){nodes{stakeholder{id}}}}`, "id", []string{quiet})
		if n := len(acted.at("acts", "nodes").list()); n != 1 || !acted.at("acts", "nodes", 0, "stakeholder").isNull() {
			t.Errorf("acts = %v, want one of the server's own", acted.v)
		}
		s.ask(persona("firm"), `mutation($id: ID!){markOpinionRead(input: {id: $id}){userErrors{message}}}`, "id", opinion)
		w.clock.Advance(time.Hour) // the lease of the first is over
		turn("second", 1)
		if state(asked) != "IN_REVIEW" {
			t.Errorf("the answered one is %s", state(asked))
		}
		turn("second", 0)
	})
}

// TestTheLastSignatureApprovesOnce: two sign at the same time, on two replicas: one of the two approves.
func TestTheLastSignatureApprovesOnce(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		row := w.Store.Client().Assessment.Create().SetTemplateID(w.templateKey("short-form@1")).SetSubjectType("PRACTICE").SetSubjectID(must(typeid.Parse("practice", s.id("Prices that")))).
			SetSubjectVersion(1).SetFirmID(stakeholder("firm")).SetMemberID(stakeholder("firm")).SetTitle("Together").SetRisks([]byte("[]")).SetContentHash("0").
			SetLevel(2).SetState("IN_REVIEW").SetOpenedAt(w.clock.Now()).SaveX(context.Background())
		for name, capacity := range map[string]string{"academic": "PEER_REVIEWER", "customer2": "CUSTOMER_REPRESENTATIVE"} {
			w.Store.Client().Signer.Create().SetAssessmentID(row.ID).SetCapacity(enum.Capacity(capacity)).SetPartyID(stakeholder(name)).SaveX(context.Background())
		}
		sign := func(name, capacity string) {
			a := w.post(call{token: w.token(persona(name)), query: fmt.Sprintf(`mutation{signOffAssessment(input: {id: %q, capacity: %s, contentHash: "0"}){userErrors{code message}}}`,
				row.GlobalID().String(), capacity)})
			if a.code() != "" {
				t.Errorf("%s signs: %s", name, a.text)
			}
		}
		var wait sync.WaitGroup
		for name, capacity := range map[string]string{"academic": "PEER_REVIEWER", "customer2": "CUSTOMER_REPRESENTATIVE", "approver": "APPROVER"} {
			wait.Go(func() { sign(name, capacity) })
		}
		wait.Wait()
		got := s.ask(persona("auditor"), `query($id: ID!, $of: [ID!]){impactAssessment(id: $id){state signOffs{current}} acts(filter: {subject: $of}){nodes{type}}}`,
			"id", row.GlobalID().String(), "of", []string{row.GlobalID().String()})
		types := map[string]int{}
		for _, one := range got.at("acts", "nodes").list() {
			types[one.at("type").text()]++
		}
		if got.at("impactAssessment", "state").text() != "APPROVED" || types["ASSESSMENT_SIGNED"] != 2 || types["ASSESSMENT_APPROVED"] != 1 {
			t.Errorf("%v", got.v)
		}
	})
}
