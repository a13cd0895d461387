package assessment

import (
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Risk is something that could go wrong.
type Risk struct {
	Title       string             `json:"title"`
	Description optional.Text      `json:"description"`
	Likelihood  int                `json:"likelihood"` // 1 to 4
	Severity    int                `json:"severity"`   // 1 to 4
	Treatment   enum.RiskTreatment `json:"treatment"`  // AVOID, MITIGATE, TRANSFER, ACCEPT
	Mitigation  optional.Text      `json:"mitigation"`
}

// Words are what an assessment says beside its answers.
type Words struct {
	Title string
	Risks []Risk
}

// Check gives the words normalised, or says which fields are wrong.
func (w Words) Check() (Words, error) {
	var f fault.Form
	w.Title = f.Line("title", w.Title, 200)
	checkRisks(&f, w.Risks)
	return w, f.Err()
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
