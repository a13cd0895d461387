package risk

import (
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestWhatARiskSays(t *testing.T) {
	good := Words{Title: "R", Likelihood: 1, Severity: 4, Treatment: enum.RiskTreatmentAvoid}
	if _, err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		field  string
		change func(*Words)
	}{
		{"title", func(w *Words) { w.Title = " " }},
		{"title", func(w *Words) { w.Title = strings.Repeat("a", 201) }},
		{"description", func(w *Words) { w.Description = strings.Repeat("a", 10_001) }},
		{"likelihood", func(w *Words) { w.Likelihood = 0 }},
		{"likelihood", func(w *Words) { w.Likelihood = 5 }},
		{"severity", func(w *Words) { w.Severity = 0 }},
		{"severity", func(w *Words) { w.Severity = 5 }},
	} {
		w := good
		c.change(&w)
		if _, err := w.Check(); fault.Of(err) == nil || fault.Of(err).Field != c.field {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}

func TestLevels(t *testing.T) {
	levels := map[int]enum.RiskLevel{1: "LOW", 2: "LOW", 3: "LOW", 4: "MEDIUM", 6: "MEDIUM", 8: "HIGH", 9: "HIGH", 12: "CRITICAL", 16: "CRITICAL"}
	for l := 1; l <= 4; l++ {
		for s := 1; s <= 4; s++ {
			if g := GradeOf(l, s); g != (Grade{l, s, l * s, levels[l*s]}) {
				t.Errorf("%d x %d is %v", l, s, g)
			}
		}
	}
}

func TestOnlyVerifiedMitigationsLowerARisk(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []Step
		want  Grade
	}{
		{"none", nil, GradeOf(3, 4)},
		{"planned", []Step{{"PLANNED", 2, 2}}, GradeOf(3, 4)},
		{"in progress", []Step{{"IN_PROGRESS", 2, 2}}, GradeOf(3, 4)},
		{"implemented", []Step{{"IMPLEMENTED", 2, 2}}, GradeOf(3, 4)},
		{"dropped", []Step{{"DROPPED", 2, 2}}, GradeOf(3, 4)},
		{"removed", []Step{{"REMOVED", 2, 2}}, GradeOf(3, 4)},
		{"verified", []Step{{"VERIFIED", 1, 0}}, GradeOf(2, 4)},
		{"two that are verified, one that is not", []Step{{"VERIFIED", 1, 0}, {"IMPLEMENTED", 1, 3}, {"VERIFIED", 0, 2}}, GradeOf(2, 2)},
		{"more than there is", []Step{{"VERIFIED", 3, 3}, {"VERIFIED", 3, 3}}, GradeOf(1, 1)},
		{"one that would raise it", []Step{{"VERIFIED", -2, -2}}, GradeOf(3, 4)},
	} {
		if got := Residual(GradeOf(3, 4), c.steps); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestUntilWhenARiskIsAccepted(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		until time.Time
		code  enum.UserErrorCode
	}{
		{now, enum.UserErrorCodeInThePast},
		{now.Add(-time.Hour), enum.UserErrorCodeInThePast},
		{now.Add(time.Microsecond), ""},
		{now.Add(longestAccepted), ""},
		{now.Add(longestAccepted + 1), enum.UserErrorCodeOutOfRange},
	} {
		var got enum.UserErrorCode
		if f := fault.Of(within(c.until, now)); f != nil {
			got = f.Code
		}
		if got != c.code {
			t.Errorf("until %v: %q, want %q", c.until, got, c.code)
		}
	}
	if acceptable(enum.RiskTreatmentAccept) != nil || acceptable(enum.RiskTreatmentMitigate) == nil {
		t.Error("only a risk whose treatment is ACCEPT is accepted")
	}
}
