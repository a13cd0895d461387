package assessment

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

func document(t *testing.T) *Document {
	t.Helper()
	answers := []*Answer{
		{Question: "said", Value: &Value{questionnaire.Said("ä<b>")}},
		{Question: "choice", Value: &Value{questionnaire.Chosen("a")}, Note: "a note"},
		{Question: "count"}, // taken back
	}
	risks := []Risk{{Title: "R", Likelihood: 1, Severity: 2, Treatment: "AVOID", Mitigation: "m"}}
	d, err := compose(small(t), DocumentSubject{"PRACTICE", "018f0000-0000-7000-8000-000000000001", 3}, Words{"T", risks}, answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func hashed(t *testing.T, d *Document) string {
	t.Helper()
	hash, err := d.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// The hash was computed with another program, as docs/hashes.md describes it.
func TestTheHashOfAVersionIsTheDocumentedOne(t *testing.T) {
	d := document(t)
	for i, s := range []*Sealed{&d.Title, d.Answers[0].Note, d.Answers[1].Sealed, &d.Risks[0].Title, d.Risks[0].Mitigation} {
		s.Salt = strings.Repeat("0123456789abcde"+string(rune('0'+i)), 2)
	}
	d.Template = strings.Repeat("ab", 32)
	const want = "2799acbbab80a565790b06e43756fcb881ba520726b205afdccd52ec71181388"
	if got := hashed(t, d); got != want {
		text, _ := canonical(d)
		t.Errorf("Hash = %s, want %s, of %s", got, want, text)
	}
}

func TestWhatScoresOrIsReadStandsOpen(t *testing.T) {
	d := document(t)
	if d.Answers[0].Question != "choice" || d.Answers[0].Open == nil || d.Answers[0].Sealed != nil {
		t.Errorf("the answer that scores = %+v, want it open", d.Answers[0])
	}
	if d.Answers[1].Question != "said" || d.Answers[1].Open != nil || d.Answers[1].Sealed == nil {
		t.Errorf("the answer in words = %+v, want it sealed", d.Answers[1])
	}
	if len(d.Answers) != 2 {
		t.Errorf("%d answers, want the 2 that were not taken back", len(d.Answers))
	}
}

func TestTheHashTellsNoWords(t *testing.T) {
	d, e := document(t), document(t)
	if hashed(t, d) == hashed(t, e) {
		t.Error("the same words give the same hash: without fresh salts a guess could be tested")
	}
	text, err := canonical(d)
	if err != nil {
		t.Fatal(err)
	}
	var back Document
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if hashed(t, &back) != hashed(t, d) {
		t.Error("a document that is read again has another hash")
	}
	for name, change := range map[string]func(*Document){
		"title": func(d *Document) { d.Title.Words = "U" }, "value": func(d *Document) { d.Answers[1].Sealed.Words = `{"text":"x"}` },
		"choice": func(d *Document) { d.Answers[0].Open.Choices = []string{"b"} }, "note": func(d *Document) { d.Answers[0].Note.Words = "x" },
		"risk": func(d *Document) { d.Risks[0].Severity = 4 }, "subject": func(d *Document) { d.Subject.Version = 4 },
	} {
		var other Document
		if err := json.Unmarshal(text, &other); err != nil {
			t.Fatal(err)
		}
		if change(&other); hashed(t, &other) == hashed(t, d) {
			t.Errorf("another %s gives the same hash", name)
		}
	}
}

// What is said of a file is under a salt, with its hash: both change the hash of the version, and neither stands in it.
func TestEvidenceIsInTheHashOfAVersion(t *testing.T) {
	file := &db.File{Name: "trial.csv", MediaType: "text/csv", Bytes: 18, Sha256: strings.Repeat("ab", 32), Part: "said"}
	d, err := compose(small(t), DocumentSubject{}, Words{Title: "T"}, []*Answer{{Question: "said"}}, []*db.File{file})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Answers) != 1 || len(d.Answers[0].Evidence) != 1 {
		t.Fatalf("the answers of the document = %+v, want one with evidence", d.Answers)
	}
	e := &d.Answers[0].Evidence[0]
	if want := `{"bytes":18,"mediaType":"text/csv","name":"trial.csv","sha256":"` + file.Sha256 + `"}`; e.Words != want {
		t.Errorf("of the file it says %s, want %s", e.Words, want)
	}
	before := hashed(t, d)
	e.Words = strings.Replace(e.Words, "ab", "ac", 1)
	if hashed(t, d) == before {
		t.Error("another hash of the file gives the same hash of the version")
	}
}
