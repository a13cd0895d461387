package assessment

import (
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

func TestContentIsChecked(t *testing.T) {
	risk := Risk{Title: "R", Likelihood: 1, Severity: 4, Treatment: "AVOID"}
	for _, row := range []struct {
		name, field string
		change      func(*Content)
	}{
		{"plain content is good", "", func(*Content) {}},
		{"a title is wanted", "title", func(c *Content) { c.Title = "" }},
		{"a template is named", "templateKey", func(c *Content) { c.TemplateKey = "" }},
		{"a question is answered once", "answers.1.question", func(c *Content) { c.Answers = []Answer{{Question: "q"}, {Question: "q"}} }},
		{"likelihood is at least 1", "risks.0.likelihood", func(c *Content) { c.Risks[0].Likelihood = 0 }},
		{"severity is at most 4", "risks.0.severity", func(c *Content) { c.Risks[0].Severity = 5 }},
		{"a value has at most 20,000 characters", "answers.0.value", func(c *Content) {
			c.Answers = []Answer{{Question: "q", Value: strings.Repeat("x", 20_001)}}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := Content{Title: "T", TemplateKey: "k", TemplateVersion: "1", Answers: []Answer{{Question: "q"}}, Risks: []Risk{risk}}
			row.change(&c)
			_, err := c.Check()
			if row.field == "" && err != nil {
				t.Fatalf("Check = %v, want no error", err)
			}
			if f := fault.Of(err); row.field != "" && (f == nil || f.Field != row.field) {
				t.Errorf("Check = %v, want a fault of %s", err, row.field)
			}
		})
	}
}

// The hash was computed with another program, as docs/hashes.md describes it.
func TestTheHashOfContentIsTheDocumentedOne(t *testing.T) {
	c := Content{
		Title: "T", TemplateKey: "k", TemplateVersion: "1", Answers: []Answer{{Question: "q", Value: "ä<b>", Note: ""}},
		Risks: []Risk{{Title: "R", Likelihood: 1, Severity: 2, Treatment: "AVOID"}},
	}
	const want = "31f1fa340b87d8743365f9ae547bf16ed294c9df9a7b6beedf79088c059a4a4b"
	if got := c.Hash(); got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

func TestAnAssessmentWithoutAnswersIsNotReady(t *testing.T) {
	if err := (Content{}).Ready(); !fault.Is(err, fault.State) {
		t.Errorf("Ready = %v, want State", err)
	}
}
