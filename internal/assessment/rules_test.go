package assessment

import (
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
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

func TestADraftLacksAnswers(t *testing.T) {
	if lacks := (Content{}).Missing(); len(lacks) != 1 || lacks[0].Field != "answers" || lacks[0].UserCode() != enum.UserErrorCodeRequired {
		t.Errorf("without answers, %v is missing, want answers", lacks)
	}
	if lacks := (Content{Answers: []Answer{{Question: "q", Value: "v"}}}).Missing(); len(lacks) > 0 {
		t.Errorf("with an answer, %v is missing", lacks)
	}
}
