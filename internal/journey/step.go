package journey

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	mostName  = 200
	mostSteps = 100
	mostDays  = 36_500
)

// Words are what a planned journey says.
type Words struct {
	Name  string
	Steps []Step
}

// Step is what a touchpoint says.
type Step struct {
	ID              uuid.UUID // of one that is there; zero for a new one
	Name            string
	Kind            enum.TouchpointKind
	Initiator       enum.Initiator
	Channel         enum.Channel
	ServiceCategory string
	Weight          int
	Stimulus        string
	CollectedBy     string
	DataCategories  []string
	ReactsWithin    string
	KeepsDays       *int
	GapGoal         string
	GapGoalDueAt    *time.Time
	Practices       []uuid.UUID // nil leaves those that there are
}

// Check gives the words normalised, or says which fields are wrong. A goal is for a time to come unless it was there before.
func (w Words) Check(now time.Time, before []Step) (Words, error) {
	var f fault.Form
	w.Name = f.Line("name", w.Name, mostName)
	if !f.Count("touchpoints", len(w.Steps), 1, mostSteps) {
		return w, f.Err()
	}
	w.Steps = slices.Clone(w.Steps)
	names, ids := map[string]bool{}, map[uuid.UUID]bool{}
	for i := range w.Steps {
		step, at := &w.Steps[i], fmt.Sprintf("touchpoints.%d.", i)
		was := slices.IndexFunc(before, func(b Step) bool { return b.ID == step.ID })
		switch {
		case step.ID != uuid.Nil && was < 0:
			f.Add(fault.MissingField(at + "id"))
		case step.ID != uuid.Nil && ids[step.ID]:
			f.Refuse(at+"id", enum.UserErrorCodeDuplicate, "two steps have this id")
		}
		step.check(&f, at)
		if names[step.Name] {
			f.Refuse(at+"name", enum.UserErrorCodeDuplicate, "two steps have this name")
		}
		if due := step.GapGoalDueAt; due != nil && (step.ID == uuid.Nil || was < 0 || before[was].GapGoalDueAt == nil || !before[was].GapGoalDueAt.Equal(*due)) {
			f.Ahead(at+"gapGoalDueAt", *due, now)
		}
		names[step.Name], ids[step.ID] = true, true
	}
	return w, f.Err()
}

func (s *Step) check(f *fault.Form, at string) {
	s.Name = f.Line(at+"name", s.Name, 100)
	s.ServiceCategory = f.OptionalLine(at+"serviceCategory", s.ServiceCategory, 100)
	s.Stimulus = f.OptionalText(at+"stimulus", s.Stimulus, 500)
	s.CollectedBy = f.OptionalLine(at+"collectedBy", s.CollectedBy, 200)
	s.DataCategories = f.Lines(at+"dataCategories", s.DataCategories, 50, 100)
	f.Between(at+"weight", s.Weight, 0, 1000)
	if s.KeepsDays != nil {
		f.Between(at+"keepsDays", *s.KeepsDays, 0, mostDays)
	}
	if _, ok := seconds(s.ReactsWithin); s.ReactsWithin != "" && !ok {
		f.Refuse(at+"reactsWithin", enum.UserErrorCodeInvalid, "write an ISO 8601 duration of days, hours, minutes and seconds such as PT5M or P1D")
	}
	if s.GapGoal != "" && !goals.MatchString(s.GapGoal) {
		f.Refuse(at+"gapGoal", enum.UserErrorCodeInvalid, "write a number of points from 0 to 100 with at most two decimals, such as 7.5")
	}
	switch {
	case s.GapGoal != "" && s.GapGoalDueAt == nil:
		f.Add(fault.Required(at + "gapGoalDueAt"))
	case s.GapGoal == "" && s.GapGoalDueAt != nil:
		f.Add(fault.Required(at + "gapGoal"))
	}
}

// Footprint is how data is taken, used and kept along a journey.
type Footprint struct {
	All                 []*FootprintRow
	Categories          []string
	KeepsDaysAtMost     *int
	ReactsWithinAtLeast *string
}

// FootprintRow is what is taken, used and kept at a step.
type FootprintRow struct {
	ID            uuid.UUID
	Stimulus      *string
	Channel       enum.Channel
	CollectedBy   *string
	NewCategories []string
	ReactsWithin  *string
	KeepsDays     *int
}

// FootprintOf adds up the steps of a journey, in their order.
func FootprintOf(steps []Step) *Footprint {
	quickest := int64(0)
	all := &Footprint{All: make([]*FootprintRow, len(steps)), Categories: []string{}}
	for i, s := range steps {
		row := &FootprintRow{
			ID: s.ID, Stimulus: said(s.Stimulus), Channel: s.Channel, CollectedBy: said(s.CollectedBy), NewCategories: []string{},
			ReactsWithin: said(s.ReactsWithin), KeepsDays: s.KeepsDays,
		}
		for _, c := range s.DataCategories {
			if !slices.Contains(all.Categories, c) {
				all.Categories, row.NewCategories = append(all.Categories, c), append(row.NewCategories, c)
			}
		}
		if s.KeepsDays != nil && (all.KeepsDaysAtMost == nil || *all.KeepsDaysAtMost < *s.KeepsDays) {
			all.KeepsDaysAtMost = s.KeepsDays
		}
		if quick, ok := seconds(s.ReactsWithin); ok && (all.ReactsWithinAtLeast == nil || quick < quickest) {
			quickest, all.ReactsWithinAtLeast = quick, row.ReactsWithin
		}
		all.All[i] = row
	}
	return all
}

func said(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
