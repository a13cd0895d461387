package dialogue

import (
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Plan is a dialogue about to be convened.
type Plan struct {
	Title, Brief string
	Visibility   enum.DialogueVisibility
	Languages    []string
	Phases       []PhasePlan
}

// PhasePlan is a phase about to be.
type PhasePlan struct {
	Kind                                                 enum.PhaseKind
	OpensAt                                              time.Time
	ClosesAt                                             *time.Time
	MayComment, MayVote, MayPropose, MayAmend, MayBallot bool
}

// Check gives the plan with its texts in order, or says which field is wrong.
func (p Plan) Check() (Plan, error) {
	var err error
	if p.Title, err = fault.Line("title", p.Title, 200); err != nil {
		return p, err
	}
	if p.Brief, err = fault.OptionalText("brief", p.Brief, 20_000); err != nil {
		return p, err
	}
	if p.Visibility == "" {
		p.Visibility = enum.DialogueVisibilityPublic
	}
	if len(p.Languages) > 20 {
		return p, fault.InvalidField("languages", "at most 20 entries")
	}
	p.Languages = slices.Clone(p.Languages)
	for i, tag := range p.Languages {
		if p.Languages[i], err = fault.Language("languages", tag); err != nil {
			return p, err
		}
	}
	return p, checkPhases(p.Phases)
}

// checkPhases wants phases that begin in order and end after they begin; they may overlap only where the earlier has no
// end of its own, and then the later one takes over.
func checkPhases(phases []PhasePlan) error {
	if len(phases) == 0 || len(phases) > 20 {
		return fault.InvalidField("phases", "a dialogue has 1 to 20 phases")
	}
	for i, p := range phases {
		if p.ClosesAt != nil && !p.ClosesAt.After(p.OpensAt) {
			return fault.InvalidField("phases", "phase %d closes before it opens", i+1)
		}
		if i == 0 {
			continue
		}
		before := phases[i-1]
		if !p.OpensAt.After(before.OpensAt) {
			return fault.InvalidField("phases", "phase %d does not open after the one before it", i+1)
		}
		if before.ClosesAt != nil && p.OpensAt.Before(*before.ClosesAt) {
			return fault.InvalidField("phases", "phase %d opens before the one before it closes", i+1)
		}
	}
	return nil
}

// Span is when a phase holds.
type Span struct {
	OpensAt  time.Time
	ClosesAt *time.Time
}

// Holding gives the index of the phase that holds at a time, or -1: the last that has opened, unless it has closed. It
// holds at the moment it opens and no more at the moment it closes.
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
