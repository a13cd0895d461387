package dialogue

import (
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Plan is a dialogue that is about to be convened.
type Plan struct {
	Title, Brief, Visibility string
	Languages                []string
	Phases                   []PhasePlan
}

// PhasePlan is a phase of a Plan.
type PhasePlan struct {
	Kind                                                 string
	OpensAt                                              time.Time
	ClosesAt                                             *time.Time
	MayComment, MayVote, MayPropose, MayAmend, MayBallot bool
}

// Check gives the plan with its texts normalised, or says which field is wrong.
func (p Plan) Check() (Plan, error) {
	var err error
	if p.Title, err = fault.Line("title", p.Title, 200); err != nil {
		return p, err
	}
	if p.Brief, err = fault.OptionalText("brief", p.Brief, 20_000); err != nil {
		return p, err
	}
	if p.Visibility == "" {
		p.Visibility = "PUBLIC"
	}
	if len(p.Languages) > 20 {
		return p, fault.InvalidField("languages", "give at most 20 languages")
	}
	p.Languages = slices.Clone(p.Languages)
	for i, tag := range p.Languages {
		if p.Languages[i], err = fault.Language("languages", tag); err != nil {
			return p, err
		}
	}
	return p, checkPhases(p.Phases)
}

// checkPhases checks that phases open in order and close after they open. Two phases may overlap only if the earlier one
// has no end of its own: it ends when the later one opens.
func checkPhases(phases []PhasePlan) error {
	if len(phases) == 0 || len(phases) > 20 {
		return fault.InvalidField("phases", "a dialogue has 1 to 20 phases")
	}
	for i, p := range phases {
		if p.ClosesAt != nil && !p.ClosesAt.After(p.OpensAt) {
			return fault.InvalidField("phases", "phase %d must close after it opens", i+1)
		}
		if i == 0 {
			continue
		}
		before := phases[i-1]
		if !p.OpensAt.After(before.OpensAt) {
			return fault.InvalidField("phases", "phase %d must open after phase %d", i+1, i)
		}
		if before.ClosesAt != nil && p.OpensAt.Before(*before.ClosesAt) {
			return fault.InvalidField("phases", "phase %d must not open before phase %d closes", i+1, i)
		}
	}
	return nil
}

// Span is the time for which a phase is current.
type Span struct {
	OpensAt  time.Time
	ClosesAt *time.Time
}

// Holding gives the index of the phase that is current at a time, or -1: the last that has opened, unless it has closed. A
// phase is current from the moment it opens until just before the moment it closes.
func Holding(spans []Span, at time.Time) int {
	for i := len(spans) - 1; i >= 0; i-- {
		if at.Before(spans[i].OpensAt) {
			continue
		}
		if c := spans[i].ClosesAt; c != nil && !at.Before(*c) {
			return -1
		}
		return i
	}
	return -1
}
