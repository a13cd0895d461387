package dialogue

import (
	"fmt"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Plan is a dialogue that is about to be convened.
type Plan struct {
	Title, Brief string
	Visibility   enum.DialogueVisibility
	Languages    []string
	TimeZone     string
	Phases       []PhasePlan
}

// PhasePlan is a phase of a Plan.
type PhasePlan struct {
	Kind                                                 enum.PhaseKind
	OpensAt                                              time.Time
	ClosesAt                                             *time.Time
	MayComment, MayVote, MayPropose, MayAmend, MayBallot bool
}

// Check gives the plan with its texts normalised, or says which fields are wrong.
func (p Plan) Check() (Plan, error) {
	var f fault.Form
	p.Title = f.Line("title", p.Title, 200)
	p.Brief = f.OptionalText("brief", p.Brief, 20_000)
	if p.Visibility == "" {
		p.Visibility = enum.DialogueVisibilityPublic
	}
	p.Languages = f.Languages("languages", p.Languages, 20)
	p.TimeZone = f.TimeZone("timeZone", p.TimeZone)
	checkPhases(&f, p.Phases)
	return p, f.Err()
}

// checkPhases checks that phases open in order and close after they open. Two phases may overlap only if the earlier one
// has no end of its own: it ends when the later one opens.
func checkPhases(f *fault.Form, phases []PhasePlan) {
	if !f.Count("phases", len(phases), 1, 20) {
		return
	}
	for i, p := range phases {
		wrong := func(field string, after time.Time, format string, args ...any) {
			f.Add(fault.InvalidField(fmt.Sprintf("phases.%d.%s", i, field), enum.UserErrorCodeWrongOrder, format, args...).With(fault.Values{Date: &after}))
		}
		if p.ClosesAt != nil && !p.ClosesAt.After(p.OpensAt) {
			wrong("closesAt", p.OpensAt, "phase %d must close after it opens", i+1)
		}
		if i == 0 {
			continue
		}
		switch before := phases[i-1]; {
		case !p.OpensAt.After(before.OpensAt):
			wrong("opensAt", before.OpensAt, "phase %d must open after phase %d", i+1, i)
		case before.ClosesAt != nil && p.OpensAt.Before(*before.ClosesAt):
			wrong("opensAt", *before.ClosesAt, "phase %d must not open before phase %d closes", i+1, i)
		}
	}
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
