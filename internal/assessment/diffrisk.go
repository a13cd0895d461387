package assessment

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// RiskDiff is a risk that came, went or changed.
type RiskDiff struct {
	Number   int
	From, To *RiskContent
}

// RiskContent is a risk as a version has it, as far as the actor reads it in both.
type RiskContent struct {
	Title, Description   optional.Text
	Likelihood, Severity int
	Reversibility        *enum.RiskReversibility
	Scope                *enum.RiskScope
	Treatment            enum.RiskTreatment
	Mitigations          []*MitigationContent
	Withheld             []enum.RiskPart
}

// MitigationContent is a mitigation as a version has it, as far as the actor reads it in both.
type MitigationContent struct {
	Number                           int
	Title, Description               optional.Text
	Due                              *time.Time
	LowersLikelihood, LowersSeverity int
	State                            enum.MitigationState
	Withheld                         bool
}

// riskDiffs are the risks that differ. What is withheld of one version is told of neither, not even that it changed.
func riskDiffs(a, b side) ([]*RiskDiff, error) {
	hidden := func(number int) hazard.WithheldRisk {
		x, y := a.withheld.Of(number), b.withheld.Of(number)
		parts := slices.Concat(x.Parts, y.Parts)
		slices.Sort(parts)
		return hazard.WithheldRisk{Parts: slices.Compact(parts), Mitigations: slices.Concat(x.Mitigations, y.Mitigations)}
	}
	before, err := a.risks(hidden)
	if err != nil {
		return nil, err
	}
	after, err := b.risks(hidden)
	if err != nil {
		return nil, err
	}
	numbers := slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))
	slices.Sort(numbers)
	out := []*RiskDiff{}
	for _, n := range slices.Compact(numbers) {
		if from, to := before[n], after[n]; !reflect.DeepEqual(from, to) {
			out = append(out, &RiskDiff{Number: n, From: from, To: to})
		}
	}
	return out, nil
}

// risks are those of a version by their numbers, without what is hidden.
func (s side) risks(hidden func(number int) hazard.WithheldRisk) (map[int]*RiskContent, error) {
	said, err := s.document.risks()
	all := make(map[int]*RiskContent, len(said))
	for _, r := range said {
		all[r.Number] = contentOf(r, hidden(r.Number))
	}
	return all, err
}

func contentOf(r hazard.Risk, hidden hazard.WithheldRisk) *RiskContent {
	c := &RiskContent{
		Title: optional.Text(r.Title), Description: r.Description, Likelihood: r.Likelihood, Severity: r.Severity, Reversibility: r.Reversibility,
		Scope: r.Scope, Treatment: r.Treatment, Mitigations: []*MitigationContent{}, Withheld: append([]enum.RiskPart{}, hidden.Parts...),
	}
	for _, part := range hidden.Parts {
		switch part {
		case enum.RiskPartTitle:
			c.Title = ""
		case enum.RiskPartDescription:
			c.Description = ""
		case enum.RiskPartAcceptance: // it goes on beside the content
		}
	}
	for _, m := range r.Mitigations {
		one := &MitigationContent{
			Number: m.Number, Title: optional.Text(m.Title), Description: m.Description, Due: m.Due, LowersLikelihood: m.LowersLikelihood,
			LowersSeverity: m.LowersSeverity, State: m.State,
		}
		if slices.Contains(hidden.Mitigations, m.Number) {
			one.Title, one.Description, one.Due, one.Withheld = "", "", nil, true
		}
		c.Mitigations = append(c.Mitigations, one)
	}
	return c
}
