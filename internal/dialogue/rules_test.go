package dialogue

import (
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(hours int) *time.Time {
	t := noon.Add(time.Duration(hours) * time.Hour)
	return &t
}

func TestTheHoldingPhase(t *testing.T) {
	closed := []Span{{*at(0), at(2)}, {*at(3), at(5)}}
	open := []Span{{*at(0), nil}, {*at(3), nil}}
	for _, row := range []struct {
		name  string
		spans []Span
		at    time.Time
		want  int
	}{
		{"before the first phase none holds", closed, *at(-1), -1},
		{"a phase holds at the moment it opens", closed, *at(0), 0},
		{"a phase holds until just before it closes", closed, at(2).Add(-time.Microsecond), 0},
		{"a phase no longer holds at the moment it closes", closed, *at(2), -1},
		{"between two phases none holds", closed, at(2).Add(time.Minute), -1},
		{"after the last phase none holds", closed, *at(9), -1},
		{"a phase without an end holds until the next opens", open, at(3).Add(-time.Microsecond), 0},
		{"the next phase takes over from one without an end", open, *at(3), 1},
		{"the last phase without an end holds for ever", open, *at(10_000), 1},
		{"without phases none holds", nil, noon, -1},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Holding(row.spans, row.at); got != row.want {
				t.Errorf("Holding = %d, want %d", got, row.want)
			}
		})
	}
}

func TestAPlanIsChecked(t *testing.T) {
	one := []PhasePlan{{Kind: "CONSULTATION", OpensAt: noon}}
	good := func() Plan { return Plan{Title: "What may a price know?", Phases: one} }
	for _, row := range []struct {
		name   string
		change func(*Plan)
		field  string // empty when the plan is good
	}{
		{"a plain plan is good", func(*Plan) {}, ""},
		{"a title is wanted", func(p *Plan) { p.Title = " " }, "title"},
		{"a title is one line", func(p *Plan) { p.Title = "a\nb" }, "title"},
		{"a title may not turn the reading direction", func(p *Plan) { p.Title = "a\u202eb" }, "title"},
		{"languages are tags", func(p *Plan) { p.Languages = []string{"en", "zh-TW", "x"} }, "languages.2"},
		{"a dialogue has a phase", func(p *Plan) { p.Phases = nil }, "phases"},
		{"a phase closes after it opens", func(p *Plan) { p.Phases = []PhasePlan{{OpensAt: noon, ClosesAt: &noon}} }, "phases.0.closesAt"},
		{"phases open in order", func(p *Plan) { p.Phases = []PhasePlan{{OpensAt: noon}, {OpensAt: noon}} }, "phases.1.opensAt"},
		{"phases do not overlap", func(p *Plan) {
			p.Phases = []PhasePlan{{OpensAt: noon, ClosesAt: at(5)}, {OpensAt: *at(4)}}
		}, "phases.1.opensAt"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := good()
			row.change(&p)
			_, err := p.Check()
			if row.field == "" && err != nil {
				t.Fatalf("Check = %v, want no error", err)
			}
			if f := fault.Of(err); row.field != "" && (f == nil || f.Field != row.field) {
				t.Errorf("Check = %v, want a fault of %s", err, row.field)
			}
		})
	}
}
