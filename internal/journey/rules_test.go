package journey

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]int64{"PT0S": 0, "PT5M": 300, "P1D": 86_400, "P1DT1H1M1S": 90_061, "PT90M": 5400} {
		if got, ok := seconds(text); !ok || got != want {
			t.Errorf("seconds(%q) = %d, %t, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "P", "PT", "P1DT", "P1M", "P1Y", "P1W", "5M", "pt5m", "PT-5M", "PT1.5H", "PT5M ", "PT１M", "PT1M1H", "P123456D"} {
		if got, ok := seconds(text); ok {
			t.Errorf("seconds(%q) = %d, want none", text, got)
		}
	}
}

func TestWordsOfAPlan(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	later, passed := now.AddDate(1, 0, 0), now.AddDate(0, 0, -1)
	there := Step{ID: uuid.New(), Name: "Pay", Weight: 1, GapGoal: "5", GapGoalDueAt: &passed}
	step := func(change func(*Step)) []Step {
		s := Step{Name: "Look", Weight: 1}
		change(&s)
		return []Step{s}
	}
	for _, c := range []struct {
		rule  string
		steps []Step
		want  map[string]enum.UserErrorCode
	}{
		{"a step needs a name alone", step(func(*Step) {}), map[string]enum.UserErrorCode{}},
		{"a journey has a step", nil, map[string]enum.UserErrorCode{"touchpoints": enum.UserErrorCodeTooFew}},
		{"it has at most 100", make([]Step, 101), map[string]enum.UserErrorCode{"touchpoints": enum.UserErrorCodeTooMany}},
		{
			"names differ, whatever the spaces around them", append(step(func(*Step) {}), step(func(s *Step) { s.Name = " Look " })...),
			map[string]enum.UserErrorCode{"touchpoints.1.name": enum.UserErrorCodeDuplicate},
		},
		{"a weight is not negative", step(func(s *Step) { s.Weight = -1 }), map[string]enum.UserErrorCode{"touchpoints.0.weight": enum.UserErrorCodeOutOfRange}},
		{"data is not kept for less than no day", step(func(s *Step) { s.KeepsDays = new(-1) }), map[string]enum.UserErrorCode{"touchpoints.0.keepsDays": enum.UserErrorCodeOutOfRange}},
		{"a goal has a date", step(func(s *Step) { s.GapGoal = "5" }), map[string]enum.UserErrorCode{"touchpoints.0.gapGoalDueAt": enum.UserErrorCodeRequired}},
		{"a date has a goal", step(func(s *Step) { s.GapGoalDueAt = &later }), map[string]enum.UserErrorCode{"touchpoints.0.gapGoal": enum.UserErrorCodeRequired}},
		{"a goal is a plain number", step(func(s *Step) { s.GapGoal, s.GapGoalDueAt = "1e1", &later }), map[string]enum.UserErrorCode{"touchpoints.0.gapGoal": enum.UserErrorCodeInvalid}},
		{"a goal is at most 100", step(func(s *Step) { s.GapGoal, s.GapGoalDueAt = "100.01", &later }), map[string]enum.UserErrorCode{"touchpoints.0.gapGoal": enum.UserErrorCodeInvalid}},
		{"a goal is for a time to come", step(func(s *Step) { s.GapGoal, s.GapGoalDueAt = "5", &passed }), map[string]enum.UserErrorCode{"touchpoints.0.gapGoalDueAt": enum.UserErrorCodeInThePast}},
		{"the date of one that was there may have passed", []Step{there}, map[string]enum.UserErrorCode{}},
		{"an id is of a step of the journey", step(func(s *Step) { s.ID = uuid.New() }), map[string]enum.UserErrorCode{"touchpoints.0.id": enum.UserErrorCodeNotFound}},
		{"an id stands once", []Step{there, {ID: there.ID, Name: "Pay again"}}, map[string]enum.UserErrorCode{"touchpoints.1.id": enum.UserErrorCodeDuplicate}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := Words{Name: "A ride", Steps: c.steps}.Check(now, []Step{there})
			got := map[string]enum.UserErrorCode{}
			for _, f := range fault.All(err) {
				got[f.Field] = f.UserCode()
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

func TestTheFootprintAddsUp(t *testing.T) {
	got := FootprintOf([]Step{
		{Name: "a", DataCategories: []string{"place", "time"}, KeepsDays: new(30), ReactsWithin: "P1D"},
		{Name: "b", DataCategories: []string{"time", "card", "card"}, ReactsWithin: "PT24H"},
		{Name: "c", KeepsDays: new(400), ReactsWithin: "PT1H"},
		{Name: "d", KeepsDays: new(0)},
	})
	if *got.KeepsDaysAtMost != 400 || *got.ReactsWithinAtLeast != "PT1H" {
		t.Errorf("it keeps for %d days and reacts within %s, want 400 and PT1H", *got.KeepsDaysAtMost, *got.ReactsWithinAtLeast)
	}
	news := [][]string{}
	for _, row := range got.All {
		news = append(news, row.NewCategories)
	}
	if diff := cmp.Diff([][]string{{"place", "time"}, {"card"}, {}, {}}, news); diff != "" {
		t.Errorf("new categories: want (-), got (+):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"place", "time", "card"}, got.Categories); diff != "" {
		t.Errorf("categories: want (-), got (+):\n%s", diff)
	}
	if none := FootprintOf([]Step{{Name: "a"}}); none.KeepsDaysAtMost != nil || none.ReactsWithinAtLeast != nil {
		t.Errorf("a step that says nothing adds up to %+v", none)
	}
}
