package assessment

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

// TestAnImpersonalDocumentNamesNobodyAndHasTheSameHash: with words that look like the document's own marks.
func TestAnImpersonalDocumentNamesNobodyAndHasTheSameHash(t *testing.T) {
	tricky := `"by":{"salt":"00","words":"x"} \",\"subject\":{\"id\":\"` + "\n\u2028\\"
	owner, due, note := seal("member_owner"), seal("2027-01-01T00:00:00Z"), seal(tricky)
	value := questionnaire.Said(`"owner":{"salt":"11","words":"y"}`)
	d := &Document{
		Version: documentForm, Template: "0", Subject: DocumentSubject{"PROPOSAL", "an-id", 2}, Title: seal(tricky),
		Answers: []DocumentAnswer{{Question: "by", Open: &value, Note: &note, Evidence: []Sealed{seal(`{"name":"owner"}`)}}},
		Risks: []DocumentRisk{{
			Number: 1, Title: seal("Risk"), Accepted: &DocumentAcceptance{By: seal("member_accepts"), Until: time.Unix(0, 0).UTC()}, Residual: hazard.Grade{},
			Mitigations: []DocumentMitigation{{Number: 1, Title: seal(tricky), Owner: &owner, Due: &due}},
		}},
	}
	text, err := canonical(d)
	if err != nil {
		t.Fatal(err)
	}
	want, err := d.Hash()
	if err != nil {
		t.Fatal(err)
	}
	for _, people := range d.people() {
		people.withheld = true
	}
	expected, err := canonical(d)
	if err != nil {
		t.Fatal(err)
	}
	if got := impersonal(text, true); !bytes.Equal(got, expected) {
		t.Errorf("impersonal gives\n%s\nwant\n%s", got, expected)
	}
	var again Document
	hidden := impersonal(text, false)
	if err := json.Unmarshal(hidden, &again); err != nil || again.Subject != (DocumentSubject{}) || bytes.Contains(hidden, []byte("an-id")) {
		t.Errorf("without its subject it is %s: %v", hidden, err)
	}
	var plain Document
	if err := json.Unmarshal(unsalted(text), &plain); err != nil || plain.Title != (Sealed{Words: tricky}) || plain.Risks[0].Accepted.By.Words != "member_accepts" {
		t.Errorf("without salts it is %s: %v", unsalted(text), err)
	}
	for _, people := range d.people() {
		people.withheld = false
	}
	if got, err := d.Hash(); err != nil || got != want {
		t.Errorf("the hash is %s, want %s: %v", got, want, err)
	}
}
