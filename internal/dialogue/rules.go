package dialogue

import (
	"fmt"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/sponsorship"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Plan is a dialogue that is about to be convened.
type Plan struct {
	Title, Brief string
	Visibility   enum.DialogueVisibility
	Languages    []string
	TimeZone     string
	Phases       []PhasePlan
	Sponsors     sponsorship.Rule
	Assessed     bool // a ballot on a proposal needs an assessment of it
}

// PhasePlan is a phase of a Plan.
type PhasePlan struct {
	Kind                                                 enum.PhaseKind
	OpensAt                                              time.Time
	ClosesAt                                             *time.Time
	MayComment, MayVote, MayPropose, MayAmend, MayBallot bool
	TakesLate                                            bool // comments, once it is over
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
	p.Sponsors = p.Sponsors.Check(&f, "sponsorRule")
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

// ends is when a phase of a plan ends: when it says, or when the next one opens; nil for no end.
func ends(phases []PhasePlan, i int) *time.Time {
	if end := phases[i].ClosesAt; end != nil || i+1 == len(phases) {
		return end
	}
	return &phases[i+1].OpensAt
}

// Holds tells whether the phase that is current at a time holds ballots until another.
func Holds(phases []PhasePlan, at, until time.Time) bool {
	spans := make([]Span, len(phases))
	for i, p := range phases {
		spans[i] = Span{p.OpensAt, p.ClosesAt}
	}
	i := Holding(spans, at)
	if i < 0 || !phases[i].MayBallot {
		return false
	}
	end := ends(phases, i)
	return end == nil || !end.Before(until)
}

// TakesLate gives the index of the phase that is over at a time and takes late comments, or -1: it is the last that took comments, and
// none takes them at that time.
func TakesLate(phases []PhasePlan, at time.Time) int {
	for i := len(phases) - 1; i >= 0; i-- {
		if p := phases[i]; p.MayComment && !p.OpensAt.After(at) {
			if end := ends(phases, i); p.TakesLate && end != nil && !end.After(at) {
				return i
			}
			break
		}
	}
	return -1
}

// Asks tells whether a phase of a kind asks for comments: each that it takes in time is owed a disposition.
func Asks(kind enum.PhaseKind) bool {
	return kind == enum.PhaseKindConsultation || kind == enum.PhaseKindDeliberation
}

// Remaining are the phases that are not over at a time, for a new round: one that has begun begins anew.
func Remaining(phases []PhasePlan, at time.Time) (rest []PhasePlan) {
	for i, p := range phases {
		if end := ends(phases, i); end != nil && !end.After(at) {
			continue
		}
		if p.OpensAt.Before(at) {
			p.OpensAt = at
		}
		rest = append(rest, p)
	}
	return rest
}

// Replan checks what the phases of a dialogue are to be against what they are. What is over stays as it was, what has begun keeps its
// kind and its beginning, and no time is moved into the past. Of a dialogue that was never open nothing has begun.
func Replan(f *fault.Form, before, after []PhasePlan, opened bool, now time.Time) {
	checkPhases(f, after)
	for i, p := range before {
		if !opened || p.OpensAt.After(now) {
			break // phases are in order
		}
		end := ends(before, i)
		kept := i < len(after) && after[i].Kind == p.Kind && after[i].OpensAt.Equal(p.OpensAt)
		if over := end != nil && !end.After(now); over {
			kept = kept && after[i].same(p)
		}
		if !kept {
			f.Refuse(fmt.Sprintf("phases.%d", i), enum.UserErrorCodePhaseBegun, "phase %d has begun: give it as it is; until it is over, you can change when it closes and what it takes", i+1)
		}
	}
	for i, p := range after {
		ahead := func(field string, t time.Time, known *time.Time) {
			if !t.After(now) && (known == nil || !known.Equal(t)) {
				f.Add(fault.InvalidField(fmt.Sprintf("phases.%d.%s", i, field), enum.UserErrorCodeInThePast, "this time is over already: give one in the future").
					With(fault.Values{Date: &now}))
			}
		}
		var was PhasePlan // what the phase in this place was; the time of another phase is none that it had
		if i < len(before) {
			was = before[i]
		}
		ahead("opensAt", p.OpensAt, &was.OpensAt)
		if p.ClosesAt != nil {
			ahead("closesAt", *p.ClosesAt, was.ClosesAt)
		}
	}
}

// same tells whether two phases are the same in all.
func (p PhasePlan) same(o PhasePlan) bool {
	closes := p.ClosesAt == nil && o.ClosesAt == nil || p.ClosesAt != nil && o.ClosesAt != nil && p.ClosesAt.Equal(*o.ClosesAt)
	return closes && p.Kind == o.Kind && p.OpensAt.Equal(o.OpensAt) && p.MayComment == o.MayComment && p.MayVote == o.MayVote &&
		p.MayPropose == o.MayPropose && p.MayAmend == o.MayAmend && p.MayBallot == o.MayBallot && p.TakesLate == o.TakesLate
}
