package story_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
)

// loop is a scene in which everything that is done must succeed.
type loop struct {
	*scene
}

// did runs a mutation that must succeed, and gives its payload.
func (l *loop) did(who, mutation, input, get string, args ...any) data {
	l.t.Helper()
	a := l.send(persona(who), fmt.Sprintf("mutation{%s(input: {%s}){%s act{id} userErrors{code field message}}}", mutation, fmt.Sprintf(input, args...), get))
	if errs := userErrors(a.data.v); len(errs) > 0 || len(a.codes) > 0 {
		l.t.Fatalf("%s by %s: %s", mutation, who, a.text)
	}
	return a.data.at(mutation)
}

// reads asks something of an assessment.
func (l *loop) reads(who auth.Identity, id, get string) data {
	l.t.Helper()
	return l.ask(who, fmt.Sprintf("{impactAssessment(id: %q){%s}}", id, get)).at("impactAssessment")
}

// imported sends Canada's questionnaire and an assessment under it over HTTP, and gives the assessment's id.
func (l *loop) imported(of oracle, practice string) string {
	l.t.Helper()
	start := func(who, kind string, options url.Values, content []byte) data {
		a := l.imports(l.token(persona(who)), kind, options, content)
		one := a.data.at("import")
		if one.at("state").text() != "CHECKED" {
			l.t.Fatalf("the %s is not as it should be: %s", kind, a.text)
		}
		l.did(who, "startImport", "id: %q, sha256: %q", "import{state}", one.at("id").text(), one.at("sha256").text())
		l.work()
		return l.ask(persona(who), fmt.Sprintf("{import(id: %q){state failure results}}", one.at("id").text())).at("import")
	}
	survey := shareddata.Read(l.t, "aia", "survey-enfr-"+of.Version+".json")
	if got := start("admin", "template", url.Values{"form": {"surveyjs"}, "key": {"canada-aia"}, "title": {"AIA"}, "jurisdiction": {"CA"}, "activate": {"true"}}, survey); got.at("state").text() != "DONE" {
		l.t.Fatalf("the questionnaire: %v", got.v)
	}
	got := start("firm", "assessment", url.Values{"subject": {practice}, "template": {of.Version + "=canada-aia@1"}}, inLines([]oracle{of}))
	if got.at("state").text() != "DONE" {
		l.t.Fatalf("the assessment: %v", got.v)
	}
	return l.ask(persona("firm"), fmt.Sprintf("{impactAssessments(filter: {subject: %q, state: [DRAFT]}){nodes{id title}}}", practice)).at("impactAssessments", "nodes", 0, "id").text()
}

// TestTheWholeLoop: Canada's assessment is imported over HTTP, its sections are assigned, it is answered, consulted with opinions of all
// five chambers, signed, published with two redactions, outdated by a new version of the practice, made anew, and compared.
func TestTheWholeLoop(t *testing.T) {
	of := oracles(t)
	i := slices.IndexFunc(of, func(one oracle) bool { return one.Version == "v1.0.1" && one.Want.Level == 2 })
	if i < 0 {
		t.Fatal("no assessment under v1.0.1 of level II is among those with known scores")
	}
	each(t, true, func(t *testing.T, w *world) {
		l := &loop{newScene(w)}
		practice := l.id("Prices that follow")
		id := l.imported(of[i], practice)
		l.assign(id)
		l.answer(id)
		l.redact(id)
		l.consult(id)
		l.sign(id)
		l.did("approver", "publishAssessment", "id: %q", "impactAssessment{state}", id)
		l.checkRedacted(id)
		anew := l.outdated(id, practice)
		diff := l.ask(visitor, fmt.Sprintf("{assessmentDiff(from: %q, to: %q){score{rawFrom rawTo lines{from to}} answers{question}}}", l.version(id), l.version(anew))).at("assessmentDiff")
		if len(diff.at("answers").list()) == 0 {
			t.Errorf("nothing differs: %v", diff.v)
		}
	})
}

// assign gives the first section to a colleague, who hands it in.
func (l *loop) assign(id string) {
	l.t.Helper()
	section := l.reads(persona("firm"), id, "form{sections{section{key}}}").at("form", "sections", 0, "section", "key").text()
	member := l.ask(persona("approver"), "{viewer{member{id}}}").at("viewer", "member", "id").text()
	work := l.did("firm", "createAssignment", "subject: %q, part: %q, assignee: %q, dueAt: %q", "assignment{id}", id, section, member,
		l.clock.Now().Add(48*time.Hour).Format(time.RFC3339)).at("assignment", "id").text()
	l.did("approver", "submitAssignment", "id: %q", "assignment{state}", work)
	l.did("firm", "finishAssignment", "id: %q", "assignment{state}", work)
}

// answer answers what must be answered and is not yet.
func (l *loop) answer(id string) {
	l.t.Helper()
	for range 20 {
		form := l.reads(persona("firm"), id, "missingToPublish{field} form{sections{questions{visible question{key type required options{value}} answer{revision value{text choices}}}}}")
		if len(form.at("missingToPublish").list()) == 0 {
			return
		}
		missing := map[string]bool{}
		for _, one := range form.at("missingToPublish").list() {
			missing[one.at("field", 1).text()] = true
		}
		for _, section := range form.at("form", "sections").list() {
			for _, q := range section.at("questions").list() {
				key := q.at("question", "key").text()
				if !missing[key] {
					continue
				}
				value := `text: "Said."`
				if options := q.at("question", "options").list(); len(options) > 0 {
					value = fmt.Sprintf("choices: [%q]", options[0].at("value").text())
				}
				revision := "0"
				if !q.at("answer").isNull() {
					revision = fmt.Sprint(q.at("answer", "revision").v)
				}
				l.did("firm", "answerQuestions", "id: %q, answers: [{question: %q, value: {%s}, expectedRevision: %s}]", "appeared", id, key, value, revision)
			}
		}
	}
	l.t.Fatal("something is missing for ever")
}

// texts are the visible questions for a text, with the revisions of their answers.
func (l *loop) texts(id string) (keys, revisions []string) {
	l.t.Helper()
	for _, section := range l.reads(persona("firm"), id, "form{sections{questions{visible question{key type} answer{revision}}}}").at("form", "sections").list() {
		for _, q := range section.at("questions").list() {
			if shown, _ := q.at("visible").v.(bool); shown && q.at("question", "type").text() == "TEXT" {
				revision := "0"
				if !q.at("answer").isNull() {
					revision = fmt.Sprint(q.at("answer", "revision").v)
				}
				keys, revisions = append(keys, q.at("question", "key").text()), append(revisions, revision)
			}
		}
	}
	if len(keys) < 3 {
		l.t.Fatalf("the texts are %v", keys)
	}
	return keys, revisions
}

// redact withholds two texts, which say what nothing else says.
func (l *loop) redact(id string) {
	l.t.Helper()
	keys, revisions := l.texts(id)
	for i, key := range keys[:2] {
		l.did("firm", "answerQuestions", "id: %q, answers: [{question: %q, value: {text: %q}, expectedRevision: %s}]", "appeared", id, key, secrets[i], revisions[i])
	}
	l.did("firm", "setRedactions", `id: %q, redactions: [{path: ["answers", %q, "value"], reason: "A trade secret."}, {path: ["answers", %q, "value"], reason: "A person's name."}]`,
		"impactAssessment{revision}", id, keys[0], keys[1])
}

var secrets = [2]string{"Zugzwang weighs the rides.", "By Ms Quetzalcoatl of Acme."}

// consult asks everybody; all five chambers answer, and the firm replies.
func (l *loop) consult(id string) {
	l.t.Helper()
	l.did("firm", "openConsultation", "id: %q", "impactAssessment{state}", id)
	keys, _ := l.texts(id)
	for _, chamber := range []string{"customer", "firm2", "regulator", "ngo", "academic"} {
		opinion := l.did(chamber, "giveOpinion", `assessment: %q, question: %q, stance: CONCERN, text: "Say more."`, "opinion{id}", id, keys[0]).at("opinion", "id").text()
		l.did("firm", "replyToOpinion", `id: %q, reply: "We do."`, "opinion{state}", opinion)
	}
}

// sign appoints as many as the level needs, waits for the end of the consultation, and has them sign.
func (l *loop) sign(id string) {
	l.t.Helper()
	signers := []struct{ who, capacity, party string }{
		{"academic", "PEER_REVIEWER", "Lakeside University"}, {"customer2", "CUSTOMER_REPRESENTATIVE", "Birch"},
	}
	for _, one := range signers {
		l.did("firm", "appointSigner", "id: %q, capacity: %s, party: %q", "impactAssessment{state}", id, one.capacity, l.id(one.party))
	}
	l.clock.Advance(15 * 24 * time.Hour)
	if n, err := l.Domains.Assessments.Turn(context.Background(), "this server"); n != 1 || err != nil {
		l.t.Fatalf("%d were handed in, %v; it lacks %v", n, err, l.reads(persona("firm"), id, "missingToPublish{message}").v)
	}
	hash := l.reads(persona("firm"), id, "contentHash").at("contentHash").text()
	for _, one := range append(signers, struct{ who, capacity, party string }{"approver", "APPROVER", ""}) {
		l.did(one.who, "signOffAssessment", "id: %q, capacity: %s, contentHash: %q", "impactAssessment{state}", id, one.capacity, hash)
	}
}

// checkRedacted looks for what is withheld in all that a visitor reads.
func (l *loop) checkRedacted(id string) {
	l.t.Helper()
	l.settle()
	a := l.send(visitor, fmt.Sprintf(`{impactAssessment(id: %q){state published form{sections{questions{answer{value{text} note withheld}}}}} acts(filter: {subject: [%q]}, first: 100){nodes{type reason}}
		impactAssessments(filter: {text: "Zugzwang"}){totalCount}}`, id, id))
	if a.data.at("impactAssessment", "state").text() != "PUBLISHED" || a.data.at("impactAssessment", "published").isNull() {
		l.t.Errorf("it is not published: %.300s", a.text)
	}
	for _, secret := range secrets {
		if strings.Contains(a.text, secret) {
			l.t.Errorf("a visitor reads %q", secret)
		}
		if whole := l.send(persona("academic"), fmt.Sprintf("{impactAssessment(id: %q){form{sections{questions{answer{value{text}}}}}}}", id)); !strings.Contains(whole.text, secret) {
			l.t.Errorf("who has signed %q does not read it", secret)
		}
	}
}

// outdated changes the practice, waits until that is seen, and makes the assessment anew.
func (l *loop) outdated(id, practice string) string {
	l.t.Helper()
	revision := l.ask(persona("firm"), fmt.Sprintf("{practice(id: %q){revision}}", practice)).at("practice", "revision").v
	l.did("firm", "revisePractice", `id: %q, description: "Prices follow demand, and say why.", reason: "Riders asked.", expectedRevision: %v`, "practice{id}", practice, revision)
	l.clock.Advance(time.Hour)
	if _, err := l.Domains.Assessments.Turn(context.Background(), "this server"); err != nil {
		l.t.Fatal(err)
	}
	if got := l.reads(visitor, id, "state staleBecause{cause link{id}}"); got.at("state").text() != "OUTDATED" || got.at("staleBecause", 0, "link", "id").text() != practice {
		l.t.Fatalf("it is not out of date: %v", got.v)
	}
	anew := l.did("firm", "renewAssessment", "id: %q", "impactAssessment{id}", id).at("impactAssessment", "id").text()
	keys, revisions := l.texts(anew)
	l.did("firm", "answerQuestions", `id: %q, answers: [{question: %q, value: {text: "Another text."}, expectedRevision: %s}]`, "appeared", anew, keys[2], revisions[2])
	l.consult(anew)
	l.sign(anew)
	l.did("approver", "publishAssessment", "id: %q", "impactAssessment{state}", anew)
	if state := l.reads(visitor, id, "state").at("state").text(); state != "SUPERSEDED" {
		l.t.Errorf("the one before is %s", state)
	}
	return anew
}

// version is the newest version of an assessment.
func (l *loop) version(id string) string {
	l.t.Helper()
	return l.reads(visitor, id, "versions(first: 1){nodes{id}}").at("versions", "nodes", 0, "id").text()
}
