package story_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
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
		w.settle()
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
			SetSubjectVersion(1).SetFirmID(stakeholder("firm")).SetMemberID(stakeholder("firm")).SetTitle("Together").SetContentHash("0").
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
		w.settle()
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

// TestAnAssessmentIsMadeAnew: the practice changes, its assessment is out of date with a link to the cause, is made anew under the same
// number of rules, published, and takes the other's place. A high level keeps the practice from being taken up meanwhile.
func TestAnAssessmentIsMadeAnew(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		ctx, firm, approver := context.Background(), persona("firm"), persona("approver")
		practice, old := s.id("Prices that follow"), s.id("assessment: Prices that follow")
		status := func() data {
			return s.ask(visitor, `query($p: ID!, $a: ID!){practice(id: $p){assessmentStatus{current{id} lastLevel since}} impactAssessment(id: $a){state next{id} staleBecause{cause because since resolvedAt link{__typename id}}}
				practicesWithoutAssessment{nodes{id}} reassessmentsDue{nodes{id}}}`, "p", practice, "a", old)
		}
		turn := func(want int) {
			t.Helper()
			if n, err := w.Domains.Assessments.Turn(ctx, "holder"); n != want || err != nil {
				t.Fatalf("a turn moved %d, %v, want %d", n, err, want)
			}
		}
		did := func(who auth.Identity, mutation string, variables ...any) data {
			t.Helper()
			a := s.ask(who, mutation, variables...)
			if errs := userErrors(a.v); len(errs) > 0 {
				t.Fatalf("%s: %v", mutation, errs)
			}
			return a
		}
		turn(0)
		if got := status(); got.at("practice", "assessmentStatus", "current", "id").text() != old || !got.at("practice", "assessmentStatus", "since").isNull() {
			t.Fatalf("at first: %v", got.v)
		}
		level := 3 // as if the answers had been others
		if err := w.Store.Client().Assessment.UpdateOneID(must(typeid.Parse("assessment", old))).SetLevel(level).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		revision := s.ask(firm, `query($p: ID!){practice(id: $p){revision}}`, "p", practice).at("practice", "revision").v
		did(firm, `mutation($p: ID!, $r: Int!){revisePractice(input: {id: $p, description: "The app says what the factor is made of.", reason: "Riders asked.", expectedRevision: $r}){userErrors{message}}}`, "p", practice, "r", revision)
		turn(1)
		turn(0)
		got := status()
		if cause := got.at("impactAssessment", "staleBecause", 0); got.at("impactAssessment", "state").text() != "OUTDATED" || cause.at("cause").text() != "SUBJECT_CHANGED" ||
			cause.at("link", "id").text() != practice || got.at("practice", "assessmentStatus", "lastLevel").text() != "III" ||
			!slices.Contains(got.at("practicesWithoutAssessment", "nodes").texts("id"), practice) || !slices.Contains(got.at("reassessmentsDue", "nodes").texts("id"), old) {
			t.Fatalf("when the practice has changed: %v", got.v)
		}
		did(firm, `mutation($p: ID!){pausePractice(input: {id: $p}){userErrors{message}}}`, "p", practice)
		if a := s.send(firm, `mutation($p: ID!){activatePractice(input: {id: $p}){userErrors{code message}}}`, "p", practice); a.code() != "INCOMPLETE" {
			t.Errorf("it is taken up: %s", a.text)
		}
		anew := did(firm, `mutation($a: ID!){renewAssessment(input: {id: $a}){impactAssessment{id subjectVersion} userErrors{message}}}`, "a", old).at("renewAssessment", "impactAssessment")
		id := anew.at("id").text()
		if fmt.Sprint(anew.at("subjectVersion").v) != "2" {
			t.Errorf("the new one is of version %v", anew.at("subjectVersion").v)
		}
		did(firm, `mutation($a: ID!){answerQuestions(input: {id: $a, answers: [{question: "personal-data", value: {choices: ["purchases"]}, expectedRevision: 1},
			{question: "decides", value: {choices: ["person"]}, expectedRevision: 1}]}){userErrors{message}}}`, "a", id)
		hash := did(firm, `mutation($a: ID!){openConsultation(input: {id: $a}){impactAssessment{contentHash score{level}} userErrors{message}}}`, "a", id).
			at("openConsultation", "impactAssessment", "contentHash").text()
		risks := s.ask(firm, `query($a: ID!){impactAssessment(id: $a){risks{nodes{id number treatment acceptedUntil inherent{score} residual{score} mitigations{nodes{number state}}}}}}`, "a", id).
			at("impactAssessment", "risks", "nodes")
		for _, r := range risks.list() { // what is planned about them is there, and nothing of it done
			if r.at("inherent", "score").v != r.at("residual", "score").v || !r.at("acceptedUntil").isNull() || r.at("treatment").text() == "MITIGATE" && r.at("mitigations", "nodes", 0, "state").text() != "PLANNED" {
				t.Errorf("a risk of the new one: %v", r.v)
			}
		}
		if len(risks.list()) != 3 || risks.at(0, "treatment").text() != "ACCEPT" {
			t.Fatalf("risks of the new one: %v", risks.v)
		}
		did(approver, `mutation($r: ID!, $until: DateTime!){acceptRisk(input: {id: $r, until: $until, reason: "As before."}){userErrors{message}}}`, "r", risks.at(0, "id").text(),
			"until", w.clock.Now().AddDate(1, 6, 0).Format(time.RFC3339))
		did(firm, `mutation($a: ID!){submitAssessment(input: {id: $a}){userErrors{message}}}`, "a", id)
		did(approver, `mutation($a: ID!, $h: String!){signOffAssessment(input: {id: $a, capacity: APPROVER, contentHash: $h}){userErrors{message}}}`, "a", id, "h", hash)
		w.clock.Advance(time.Hour)
		published := did(approver, `mutation($a: ID!){publishAssessment(input: {id: $a}){impactAssessment{published} userErrors{message}}}`, "a", id)
		if text := published.at("publishAssessment", "impactAssessment", "published").text(); !strings.Contains(text, `"v":3`) {
			t.Errorf("it was published as %q", text)
		}
		got = status()
		if got.at("impactAssessment", "state").text() != "SUPERSEDED" || got.at("impactAssessment", "next", "id").text() != id || got.at("impactAssessment", "staleBecause", 0, "resolvedAt").isNull() ||
			got.at("practice", "assessmentStatus", "current", "id").text() != id || slices.Contains(got.at("reassessmentsDue", "nodes").texts("id"), old) {
			t.Errorf("in the end: %v", got.v)
		}
		version := func(id string) string {
			return s.ask(visitor, `query($a: ID!){impactAssessment(id: $a){versions{nodes{id}}}}`, "a", id).at("impactAssessment", "versions", "nodes", 0, "id").text()
		}
		diff := s.ask(visitor, `query($from: ID!, $to: ID!){assessmentDiff(from: $from, to: $to){score{rawFrom rawTo currentFrom currentTo deductionFrom deductionTo levelTo lines{total from to byTemplate byAnswers causes}}}}`,
			"from", version(old), "to", version(id)).at("assessmentDiff", "score")
		number := func(d data, name string) int { return must(strconv.Atoi(fmt.Sprint(d.at(name).v))) }
		sum := 0
		for _, line := range diff.at("lines").list() {
			if sum += number(line, "to") - number(line, "from"); number(line, "byTemplate")+number(line, "byAnswers") != number(line, "to")-number(line, "from") {
				t.Errorf("a line does not add up: %v", line.v)
			}
		}
		if sum != number(diff, "rawTo")-number(diff, "rawFrom") || sum >= 0 ||
			number(diff, "currentTo")-number(diff, "currentFrom") != sum-number(diff, "deductionTo")+number(diff, "deductionFrom") {
			t.Errorf("the difference does not add up: %v", diff.v)
		}
		did(firm, `mutation($p: ID!){activatePractice(input: {id: $p}){userErrors{message}}}`, "p", practice)
		w.clock.Advance(366 * 24 * time.Hour)
		turn(1) // its date of review
		did(persona("admin"), `mutation($t: ID!){retireTemplate(input: {id: $t}){userErrors{message}}}`, "t", w.template("short-form@1"))
		w.clock.Advance(time.Hour)
		turn(1)
		causes := s.ask(visitor, `query($a: ID!){impactAssessment(id: $a){state staleBecause{cause}}}`, "a", id).at("impactAssessment", "staleBecause").texts("cause")
		if !slices.Equal(causes, []string{"REVIEW_DUE", "TEMPLATE_RETIRED"}) {
			t.Errorf("it is out of date because of %v", causes)
		}
	})
}

// TestAVersionThatFewHaveReadIsTheirs: one that an earlier release handed in, without asking everybody, is for those who read the whole:
// in lists, counts, by its id and in comparisons. Everybody reads it once they are consulted on it.
func TestAVersionThatFewHaveReadIsTheirs(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		id := s.id("assessment: Prices that follow")
		key := must(typeid.Parse("assessment", id))
		ctx, client := context.Background(), w.Store.Client()
		var document string
		for _, v := range client.AssessmentVersion.Query().AllX(ctx) {
			if v.AssessmentID == key {
				document = v.Document
			}
		}
		old := client.AssessmentVersion.Create().SetAssessmentID(key).SetNumber(9).SetDocument(document).SetContentHash("0").SetConsulted(false).SaveX(ctx)
		list := fmt.Sprintf("{impactAssessment(id: %q){versions{totalCount nodes{id}}} node(id: %q){id}}", id, old.GlobalID().String())
		for name, sees := range map[string]bool{"visitor": false, "customer": false, "firm2": false, "firm": true, "regulator": true, "auditor": true, "academic": true} {
			got := s.send(viewer(name), list)
			versions := got.data.at("impactAssessment", "versions")
			diff := s.send(viewer(name), fmt.Sprintf("{assessmentDiff(from: %q, to: %q){score{rawTo}}}", old.GlobalID().String(), versions.at("nodes", 0, "id").text()))
			if n := fmt.Sprint(versions.at("totalCount").v); (n == "2") != sees || got.data.at("node").isNull() == sees || diff.data.at("assessmentDiff").isNull() == sees {
				t.Errorf("%s sees %s, and compares %s", name, got.text, diff.text)
			}
		}
	})
}
