package assessment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func document(t *testing.T) *Document {
	t.Helper()
	answers := []*Answer{
		{Question: "said", Value: &Value{questionnaire.Said("ä<b>")}},
		{Question: "choice", Value: &Value{questionnaire.Chosen("a")}, Note: "a note"},
		{Question: "count"}, // taken back
	}
	owner, due := uuid.MustParse("018f0000-0000-7000-8000-000000000002"), time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	risks := []hazard.Risk{
		{
			Number: 1, Title: "R", Likelihood: 3, Severity: 2, Treatment: "MITIGATE", Reversibility: new(enum.RiskReversibilityReversible),
			Scope: new(enum.RiskScopeGroup), Residual: hazard.Grade{Likelihood: 2, Severity: 2},
			Mitigations: []hazard.Mitigation{{Number: 2, Title: "m", Owner: &owner, Due: &due, LowersLikelihood: 1, State: "VERIFIED"}},
		},
		{Number: 4, Title: "S", Likelihood: 1, Severity: 2, Treatment: "ACCEPT", Residual: hazard.Grade{Likelihood: 1, Severity: 2}, Accepted: &hazard.Acceptance{By: owner, Until: due}},
	}
	d, err := compose(small(t), DocumentSubject{"PRACTICE", "018f0000-0000-7000-8000-000000000001", 3}, Words{"T"}, answers, nil, risks)
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
	for i, s := range []*Sealed{
		&d.Title, d.Answers[0].Note, d.Answers[1].Sealed, &d.Risks[0].Title, &d.Risks[0].Mitigations[0].Title, d.Risks[0].Mitigations[0].Owner,
		d.Risks[0].Mitigations[0].Due, &d.Risks[1].Title, &d.Risks[1].Accepted.By,
	} {
		s.Salt = strings.Repeat("0123456789abcde"+string(rune('0'+i)), 2)
	}
	d.Template = strings.Repeat("ab", 32)
	const want = "86b5c33e1074d04caf4895527ba494e04d7aa6b24a3f2fed06fc5a75309ede60"
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
		"risk": func(d *Document) { d.Risks[0].Severity = 4 }, "mitigation": func(d *Document) { d.Risks[0].Mitigations[0].LowersSeverity = 3 },
		"progress": func(d *Document) { d.Risks[0].Mitigations[0].State = "PLANNED" }, "acceptance": func(d *Document) { d.Risks[1].Accepted = nil }, "subject": func(d *Document) { d.Subject.Version = 4 },
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

// Everybody reads what is published, and whom the firm has made answer for it is for the firm.
func TestWhatIsPublishedNamesNobody(t *testing.T) {
	d := document(t)
	text, err := d.public()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{d.Risks[0].Mitigations[0].Owner.Words, d.Risks[1].Accepted.By.Words} {
		if strings.Contains(string(text), name) {
			t.Errorf("the published document names %s: %s", name, text)
		}
	}
	if want := hashed(t, d); !strings.Contains(string(text), d.Risks[1].Accepted.By.Commitment()) || !strings.Contains(string(text), `"words":"m"`) || want == "" {
		t.Errorf("the published document lacks the commitment to a name, or the words of a mitigation: %s", text)
	}
}

// What is restored is what the document says.
func TestTheRisksOfADocumentAreReadBack(t *testing.T) {
	d := document(t)
	back, err := d.risks()
	if err != nil {
		t.Fatal(err)
	}
	m := back[0].Mitigations[0]
	if len(back) != 2 || back[0].Number != 1 || back[0].Title != "R" || *back[0].Scope != enum.RiskScopeGroup || m.Number != 2 || m.Title != "m" ||
		m.Owner == nil || !m.Due.Equal(d.Risks[1].Accepted.Until) || m.LowersLikelihood != 1 || back[1].Number != 4 || back[1].Treatment != "ACCEPT" {
		t.Errorf("the risks of the document = %+v", back)
	}
}

// What is said of a file is under a salt, with its hash: both change the hash of the version, and neither stands in it.
func TestEvidenceIsInTheHashOfAVersion(t *testing.T) {
	file := &db.File{Name: "trial.csv", MediaType: "text/csv", Bytes: 18, Sha256: strings.Repeat("ab", 32), Part: "said"}
	d, err := compose(small(t), DocumentSubject{}, Words{Title: "T"}, []*Answer{{Question: "said"}}, []*db.File{file}, nil)
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

// TestWhatIsPublishedChecksAgainstWhatWasSigned: the public form holds neither the words nor the salts of what is withheld, all the
// rest, and has the hash of the whole.
func TestWhatIsPublishedChecksAgainstWhatWasSigned(t *testing.T) {
	text := func(s string) *Value { v := questionnaire.Said(s); return &Value{v} }
	answers := []*Answer{
		{Question: "choice", Value: &Value{questionnaire.Chosen("a")}, Note: "a note on the choice"},
		{Question: "why", Value: text("a secret reason"), Note: "a shown note"},
		{Question: "said", Value: text("a shown text"), Note: "a secret note"},
	}
	file := &db.File{Part: "said", Name: "secret.csv", MediaType: "text/csv", Bytes: 1, Sha256: "00"}
	due := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	risks := []hazard.Risk{{
		Number: 2, Title: "a secret risk", Description: "a shown description", Likelihood: 1, Severity: 1, Treatment: enum.RiskTreatmentMitigate,
		Mitigations: []hazard.Mitigation{{Number: 1, Title: "a shown plan"}, {Number: 2, Title: "a secret plan", Description: "a secret way", Due: &due}},
	}, {Number: 3, Title: "a shown risk", Description: "a secret description", Likelihood: 1, Severity: 1, Treatment: enum.RiskTreatmentAvoid}}
	d, err := compose(small(t), DocumentSubject{Type: "PRACTICE", ID: "1", Version: 1}, Words{Title: "T"}, answers, []*db.File{file}, risks)
	if err != nil {
		t.Fatal(err)
	}
	d.Redactions = []Redaction{
		{[]string{"risks", "2", "title"}, "a name"},
		{[]string{"risks", "3", "description"}, "a name"},
		{[]string{"risks", "2", "mitigations", "2"}, "a trade secret"},
		{[]string{"risks", "2", "acceptance"}, "it goes on beside the document"},
		{[]string{"risks", "4", "title"}, "removed"},
		{[]string{"answers", "why", "value"}, "a trade secret"},
		{[]string{"answers", "said", "note"}, "a name"},
		{[]string{"answers", "said", "evidence"}, "a name"},
		{[]string{"answers", "day", "value"}, "not answered"},
	}
	whole, err := d.Hash()
	if err != nil {
		t.Fatal(err)
	}
	public, err := d.public()
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{
		"a secret risk", "a secret description", "a secret plan", "a secret way", "2026-05-01", d.Risks[0].Title.Salt, d.Risks[0].Mitigations[1].Title.Salt,
		"a secret reason", "a secret note", "secret.csv", d.Answers[1].Sealed.Salt, d.Answers[2].Note.Salt, d.Answers[2].Evidence[0].Salt,
	} {
		if strings.Contains(string(public), word) {
			t.Errorf("the public form has %q: %s", word, public)
		}
	}
	for _, word := range []string{"a shown description", "a shown plan", "a shown risk", "a shown note", "a shown text", "a note on the choice", "a trade secret", d.Answers[1].Note.Salt} {
		if !strings.Contains(string(public), word) {
			t.Errorf("the public form lacks %q: %s", word, public)
		}
	}
	var tree any
	if err := json.Unmarshal(public, &tree); err != nil {
		t.Fatal(err)
	}
	again, err := canonical(committed(tree))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(again)
	if got := hex.EncodeToString(sum[:]); got != whole {
		t.Errorf("the public form has the hash %s, the whole %s", got, whole)
	}
}

func TestWhatCanBeRedacted(t *testing.T) {
	risks := []hazard.Risk{{Number: 2, Mitigations: []hazard.Mitigation{{Number: 3}}}}
	for _, row := range []struct {
		name string
		path []string
		code enum.UserErrorCode
	}{
		{"a text", []string{"answers", "said", "value"}, ""},
		{"a note on what scores", []string{"answers", "choice", "note"}, ""},
		{"evidence of what scores", []string{"answers", "choice", "evidence"}, ""},
		{"what scores", []string{"answers", "choice", "value"}, enum.UserErrorCodeInvalid},
		{"a question that is not asked", []string{"answers", "nothing", "note"}, enum.UserErrorCodeUnknownQuestion},
		{"an answer as such", []string{"answers", "said"}, enum.UserErrorCodeInvalid},
		{"a part that answers lack", []string{"answers", "said", "author"}, enum.UserErrorCodeInvalid},
		{"the title", []string{"title"}, enum.UserErrorCodeInvalid},
		{"what could go wrong", []string{"risks", "2", "title"}, ""},
		{"how", []string{"risks", "2", "description"}, ""},
		{"why it is accepted", []string{"risks", "2", "acceptance"}, ""},
		{"a mitigation", []string{"risks", "2", "mitigations", "3"}, ""},
		{"a risk that is not there", []string{"risks", "1", "title"}, enum.UserErrorCodeNotFound},
		{"a mitigation of it", []string{"risks", "1", "mitigations", "3"}, enum.UserErrorCodeNotFound},
		{"a mitigation that is not there", []string{"risks", "2", "mitigations", "2"}, enum.UserErrorCodeNotFound},
		{"how likely it is, which the matrix tells", []string{"risks", "2", "likelihood"}, enum.UserErrorCodeInvalid},
		{"a risk as such", []string{"risks", "2"}, enum.UserErrorCodeInvalid},
		{"all its mitigations", []string{"risks", "2", "mitigations"}, enum.UserErrorCodeInvalid},
		{"a part of a mitigation", []string{"risks", "2", "mitigations", "3", "title"}, enum.UserErrorCodeInvalid},
		{"a number in another form", []string{"risks", "02", "title"}, enum.UserErrorCodeInvalid},
		{"a risk of no number", []string{"risks", "0", "title"}, enum.UserErrorCodeInvalid},
		{"an answer to a question named as a risk is", []string{"answers", "2", "title"}, enum.UserErrorCodeInvalid},
		{"nothing", nil, enum.UserErrorCodeInvalid},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, why := parts{small(t), risks}.unredactable(row.path)
			if code != row.code || (why == "") != (row.code == "") {
				t.Errorf("unredactable = %s %q, want %s", code, why, row.code)
			}
		})
	}
}
