package story_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// divided is a published assessment of the firm with a section that its approver is still to do.
func (s *scene) divided() (assessment, assignment string) {
	s.t.Helper()
	do := func(who, mutation, input, get string) data {
		s.t.Helper()
		a := s.ask(persona(who), fmt.Sprintf(`mutation{done: %s(input: {%s}){%s userErrors{code message}}}`, mutation, input, get)).at("done")
		if len(a.at("userErrors").list()) > 0 {
			s.t.Fatalf("%s = %v", mutation, a.v)
		}
		return a
	}
	member := s.ask(persona("approver"), "{viewer{member{id}}}").at("viewer", "member", "id").text()
	assessment = do("firm", "draftAssessment", fmt.Sprintf(`subject: %q, template: %q, title: "Divided"`, s.id("Prices that follow"), s.template("short-form@1")), "impactAssessment{id}").
		at("impactAssessment", "id").text()
	assignment = do("firm", "createAssignment", fmt.Sprintf(`subject: %q, part: "safeguards", assignee: %q, dueAt: "2026-04-01T12:00:00Z"`, assessment, member), "assignment{id}").
		at("assignment", "id").text()
	do("firm", "answerQuestions", fmt.Sprintf(`id: %q, answers: [{question: "purpose", value: {text: "Speed."}, expectedRevision: 0}]`, assessment), "act{id}")
	hash := do("firm", "openConsultation", fmt.Sprintf(`id: %q`, assessment), "impactAssessment{contentHash}").at("impactAssessment", "contentHash").text()
	do("firm", "submitAssessment", fmt.Sprintf(`id: %q`, assessment), "act{id}")
	do("approver", "signOffAssessment", fmt.Sprintf(`id: %q, capacity: APPROVER, contentHash: %q`, assessment, hash), "act{id}")
	do("approver", "publishAssessment", fmt.Sprintf(`id: %q`, assessment), "act{id}")
	return assessment, assignment
}

// TestNobodyElseHearsOfAssignments: what is done with the work on a published assessment comes to its firm and to nobody else who
// follows the assessment or all acts, an auditor's acts without their subject aside.
func TestNobodyElseHearsOfAssignments(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		s := newScene(w)
		assessment, assignment := s.divided()
		w.quiet()
		type following struct {
			name   string
			events *followed
			want   []string
		}
		all := []string{"ASSIGNMENT_SUBMITTED", "ASSIGNMENT_FINISHED", "COMMENT_POSTED"}
		var follow []following
		for name, want := range map[string][]string{
			"visitor": all[2:], "customer": all[2:], "regulator": all[2:], "ngo": all[2:], "academic": all[2:], "firm2": all[2:], "firm": all, "auditor": all,
		} {
			who := viewer(name)
			follow = append(follow, following{name, w.follow(who, `subscription{acts{act{type subjectId subject{... on Assignment{id}}}}}`), want},
				following{name, w.follow(who, `subscription($id: ID!){impactAssessmentUpdated(id: $id){act{type subjectId subject{... on Assignment{id}}} impactAssessment{assignments{totalCount}}}}`, "id", assessment), want})
		}
		for _, step := range []struct {
			who      auth.Identity
			mutation string
		}{
			{persona("approver"), fmt.Sprintf(`submitAssignment(input: {id: %q})`, assignment)},
			{persona("firm"), fmt.Sprintf(`finishAssignment(input: {id: %q})`, assignment)},
			{persona("customer2"), fmt.Sprintf(`postComment(input: {subject: %q, body: "I see."})`, assessment)},
		} {
			w.ask(step.who, "mutation{"+step.mutation+"{act{id}}}")
		}
		for _, f := range follow {
			for _, want := range f.want {
				e := f.events.event().data
				if e.at("acts").isNull() {
					e = e.at("impactAssessmentUpdated")
				} else {
					e = e.at("acts")
				}
				if got := e.at("act", "type").text(); got != want {
					t.Errorf("%s hears of %s, want %s", f.name, got, want)
				}
				about := e.at("act", "subject", "id").text()
				if own := f.name == "firm" && strings.HasPrefix(want, "ASSIGNMENT"); own != (about == assignment) {
					t.Errorf("%s hears what %s is about: %q", f.name, want, about)
				}
				if count := e.at("impactAssessment", "assignments", "totalCount"); f.name != "firm" && !count.isNull() && count.number() != 0 {
					t.Errorf("%s counts %d assignments", f.name, count.number())
				}
			}
		}
	})
}

// TestWorkIsGivenAndWaitsByPerson: in a firm of four, whoever only names the firm in their token is assigned nothing, though the firm knows
// them; what is assigned waits for its assignee, and handed in for whoever gave it, and for nobody else of the firm.
func TestWorkIsGivenAndWaitsByPerson(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		colleague := func(name string, roles ...string) auth.Identity {
			return auth.Identity{Subject: name + subjects, Roles: roles, Stakeholder: persona("firm").Stakeholder}
		}
		people := map[string]auth.Identity{
			"gives": persona("firm"), "does": persona("approver"), "works beside": colleague("carl", "firm"), "only names the firm": colleague("cleo", "reviewer", "auditor"),
		}
		members := map[string]string{}
		for name, who := range people {
			members[name] = w.ask(who, "{viewer{member{id}}}").at("viewer", "member", "id").text()
		}
		assessment := w.ask(people["gives"], fmt.Sprintf(`mutation{draftAssessment(input: {subject: %q, template: %q, title: "Divided"}){impactAssessment{id}}}`, s.id("Prices that follow"), s.template("short-form@1"))).
			at("draftAssessment", "impactAssessment", "id").text()
		assign := func(to string) data {
			return w.ask(people["gives"], fmt.Sprintf(`mutation{createAssignment(input: {subject: %q, assignee: %q, dueAt: "2026-04-01T12:00:00Z"}){assignment{id} userErrors{code field}}}`, assessment, members[to])).
				at("createAssignment")
		}
		if e := assign("only names the firm").at("userErrors", 0); e.at("code").text() != "INELIGIBLE" || e.path() != "assignee" {
			t.Errorf("work for somebody whose token only names the firm: %v", e.v)
		}
		work := assign("does").at("assignment", "id").text()
		waits := func(want string) {
			t.Helper()
			for name, who := range people {
				found := false
				for _, task := range w.ask(who, "{viewer{waitingForMe{subject{... on Assignment{id}}}}}").at("viewer", "waitingForMe").list() {
					found = found || task.at("subject", "id").text() == work
				}
				if found != (name == want) {
					t.Errorf("the work waits for who %s: %v, want it to wait for who %s", name, found, want)
				}
			}
		}
		waits("does")
		w.ask(people["does"], fmt.Sprintf(`mutation{submitAssignment(input: {id: %q}){act{id}}}`, work))
		waits("gives")
	})
}

// TestWhoIsAssignedWorkFindsItInTheirData: what a party assigned to a member is data about that person, whatever party it is.
func TestWhoIsAssignedWorkFindsItInTheirData(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		_, assignment := s.divided()
		for name, finds := range map[string]bool{"approver": true, "firm": false} {
			member := must(typeid.Parse("member", w.ask(persona(name), "{viewer{member{id}}}").at("viewer", "member", "id").text()))
			var b bytes.Buffer
			actor := policy.Actor{Member: member, Stakeholder: stakeholder(name), Kind: "FIRM", Status: "ACTIVE", Roles: []policy.Role{policy.Firm}}
			if err := w.Domains.Privacy.Export(policy.WithActor(context.Background(), actor), &b); err != nil {
				t.Fatal(err)
			}
			files := unzipped(t, b.Bytes())
			if has := strings.Contains(files["assignments.jsonl"], assignment); has != finds {
				t.Errorf("the data of the %s has the assignment: %v\n%s", name, has, files["assignments.jsonl"])
			}
			if finds && (!strings.Contains(files["assignments.csv"], "safeguards") || !strings.Contains(files["profile.json"], `"approver"`)) {
				t.Errorf("the data of the %s lacks what was assigned, or the roles that are kept:\n%s\n%s", name, files["assignments.csv"], files["profile.json"])
			}
		}
	})
}

func unzipped(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(must(io.ReadAll(r)))
		_ = r.Close()
	}
	return files
}
