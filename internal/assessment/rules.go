package assessment

import (
	"fmt"
	"strconv"

	"github.com/plenary-dialogue/plenary/internal/content"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Answer is an answer to a question of the template.
type Answer struct {
	Question string        `json:"question"`
	Value    string        `json:"value"`
	Note     optional.Text `json:"note"`
}

// Risk is something that could go wrong.
type Risk struct {
	Title       string             `json:"title"`
	Description optional.Text      `json:"description"`
	Likelihood  int                `json:"likelihood"` // 1 to 4
	Severity    int                `json:"severity"`   // 1 to 4
	Treatment   enum.RiskTreatment `json:"treatment"`  // AVOID, MITIGATE, TRANSFER, ACCEPT
	Mitigation  optional.Text      `json:"mitigation"`
}

// Content is what an assessment says.
type Content struct {
	Title           string   `json:"title"`
	TemplateKey     string   `json:"templateKey"`
	TemplateVersion string   `json:"templateVersion"`
	Answers         []Answer `json:"answers"`
	Risks           []Risk   `json:"risks"`
}

// Check gives the content normalised, or says which fields are wrong.
func (c Content) Check() (Content, error) {
	var f fault.Form
	c.Title = f.Line("title", c.Title, 200)
	c.TemplateKey = f.Line("templateKey", c.TemplateKey, 100)
	c.TemplateVersion = f.Line("templateVersion", c.TemplateVersion, 50)
	checkAnswers(&f, c.Answers)
	checkRisks(&f, c.Risks)
	return c, f.Err()
}

func checkAnswers(f *fault.Form, answers []Answer) {
	if !f.Count("answers", len(answers), 0, 250) {
		return
	}
	seen := map[string]bool{}
	for i, a := range answers {
		at := func(name string) string { return fmt.Sprintf("answers.%d.%s", i, name) }
		f.Line(at("question"), a.Question, 200)
		if seen[a.Question] {
			f.Refuse(at("question"), enum.UserErrorCodeDuplicate, "this question is answered twice")
		}
		seen[a.Question] = true
		f.OptionalText(at("value"), a.Value, 20_000)
		f.OptionalText(at("note"), string(a.Note), 20_000)
	}
}

func checkRisks(f *fault.Form, risks []Risk) {
	if !f.Count("risks", len(risks), 0, 250) {
		return
	}
	for i, r := range risks {
		at := func(name string) string { return fmt.Sprintf("risks.%d.%s", i, name) }
		f.Line(at("title"), r.Title, 200)
		f.OptionalText(at("description"), string(r.Description), 10_000)
		f.OptionalText(at("mitigation"), string(r.Mitigation), 10_000)
		f.Between(at("likelihood"), r.Likelihood, 1, 4)
		f.Between(at("severity"), r.Severity, 1, 4)
	}
}

// Hash identifies the content: its texts and numbers in the order of the types above, each list after its count.
func (c Content) Hash() string {
	texts := []string{c.Title, c.TemplateKey, c.TemplateVersion, strconv.Itoa(len(c.Answers))}
	for _, a := range c.Answers {
		texts = append(texts, a.Question, a.Value, string(a.Note))
	}
	texts = append(texts, strconv.Itoa(len(c.Risks)))
	for _, r := range c.Risks {
		texts = append(texts, r.Title, string(r.Description), strconv.Itoa(r.Likelihood), strconv.Itoa(r.Severity), string(r.Treatment), string(r.Mitigation))
	}
	return content.Hash(texts...)
}

// Missing is what a draft lacks that may be submitted: it must answer at least one question.
func (c Content) Missing() []*fault.Fault {
	if len(c.Answers) == 0 {
		return []*fault.Fault{fault.Required("answers")}
	}
	return nil
}
