package dialogue

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
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

func TestWhatHasBegunIsNotPlannedAnew(t *testing.T) {
	over := PhasePlan{Kind: "FRAMING", OpensAt: *at(0), ClosesAt: at(2), MayComment: true}
	now := PhasePlan{Kind: "CONSULTATION", OpensAt: *at(3), ClosesAt: at(6), MayComment: true}
	coming := PhasePlan{Kind: "PROPOSALS", OpensAt: *at(7)}
	with := func(p PhasePlan, change func(*PhasePlan)) PhasePlan {
		change(&p)
		return p
	}
	for _, row := range []struct {
		name   string
		after  []PhasePlan
		opened bool
		fields string // of what is wrong
	}{
		{"the same plan is good", []PhasePlan{over, now, coming}, true, ""},
		{"what is to come can go", []PhasePlan{over, now}, true, ""},
		{"and move, and change", []PhasePlan{over, now, {Kind: "DECISION", OpensAt: *at(8), MayBallot: true}}, true, ""},
		{"more can come", []PhasePlan{over, now, coming, {Kind: "DECISION", OpensAt: *at(9)}}, true, ""},
		{"a phase that holds can close later", []PhasePlan{over, with(now, func(p *PhasePlan) { p.ClosesAt = at(7) }), coming}, true, ""},
		{"or with the next", []PhasePlan{over, with(now, func(p *PhasePlan) { p.ClosesAt = nil }), coming}, true, ""},
		{"or take something else from now on", []PhasePlan{over, with(now, func(p *PhasePlan) { p.MayVote = true }), coming}, true, ""},
		{"it does not close in the past", []PhasePlan{over, with(now, func(p *PhasePlan) { p.ClosesAt = at(4) }), coming}, true, "phases.1.closesAt"},
		{"nor now", []PhasePlan{over, with(now, func(p *PhasePlan) { p.ClosesAt = at(5) }), coming}, true, "phases.1.closesAt"},
		{"it began when it began", []PhasePlan{over, with(now, func(p *PhasePlan) { p.OpensAt = *at(4) }), coming}, true, "phases.1 phases.1.opensAt"},
		{"and as what it began", []PhasePlan{over, with(now, func(p *PhasePlan) { p.Kind = "DECISION" }), coming}, true, "phases.1"},
		{"it does not go", []PhasePlan{over}, true, "phases.1"},
		{"what is over took what it took", []PhasePlan{with(over, func(p *PhasePlan) { p.MayVote = true }), now}, true, "phases.0"},
		{"and closed when it closed", []PhasePlan{with(over, func(p *PhasePlan) { p.ClosesAt = at(3) }), now}, true, "phases.0 phases.0.closesAt"},
		{"nothing comes in the past", []PhasePlan{over, now, with(coming, func(p *PhasePlan) { p.OpensAt = *at(5) })}, true, "phases.2.opensAt phases.2.opensAt"},
		{"of a draft nothing has begun", []PhasePlan{{Kind: "DECISION", OpensAt: *at(6)}}, false, ""},
		{"but no time is moved into the past", []PhasePlan{{Kind: "DECISION", OpensAt: *at(1)}}, false, "phases.0.opensAt"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var f fault.Form
			Replan(&f, []PhasePlan{over, now, coming}, row.after, row.opened, *at(5))
			var fields []string
			for _, one := range fault.All(f.Err()) {
				fields = append(fields, one.Field)
			}
			if got := strings.Join(fields, " "); got != row.fields {
				t.Errorf("Replan refuses %q, want %q", got, row.fields)
			}
		})
	}
}

// Whatever a plan is changed to: if the rules take it, the phase that held at any time until now is the one that is said to have held.
func TestNoNewPlanChangesWhatHasBeen(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		plan := func(name string) []PhasePlan {
			var all []PhasePlan
			hour := rapid.IntRange(0, 3).Draw(t, name+" begins")
			for range rapid.IntRange(1, 4).Draw(t, name) {
				p := PhasePlan{Kind: rapid.SampledFrom([]enum.PhaseKind{"FRAMING", "DECISION"}).Draw(t, "kind"), OpensAt: *at(hour)}
				hour += rapid.IntRange(1, 3).Draw(t, "lasts")
				if rapid.Bool().Draw(t, "closes") {
					p.ClosesAt = at(hour)
				}
				all = append(all, p)
				hour += rapid.IntRange(0, 1).Draw(t, "pause")
			}
			return all
		}
		before := plan("before")
		after := plan("after")
		if keep := rapid.IntRange(0, len(before)).Draw(t, "kept"); keep > 0 { // most random plans would be refused
			after = append(slices.Clone(before[:keep]), after[:rapid.IntRange(0, len(after)).Draw(t, "added")]...)
		}
		const now = 5
		var f fault.Form
		if checkPhases(&f, before); f.Err() != nil {
			return
		}
		if Replan(&f, before, after, true, *at(now)); f.Err() != nil {
			return
		}
		taken++
		held := func(plan []PhasePlan, hour int) string {
			spans := make([]Span, len(plan))
			for i, p := range plan {
				spans[i] = Span{p.OpensAt, p.ClosesAt}
			}
			if i := Holding(spans, *at(hour)); i >= 0 {
				return string(plan[i].Kind) + plan[i].OpensAt.String()
			}
			return "none"
		}
		for hour := range now + 1 {
			if was, is := held(before, hour), held(after, hour); was != is {
				t.Fatalf("in hour %d %s held, and now it is said to have been %s: %v became %v", hour, was, is, before, after)
			}
		}
	})
	if taken == 0 {
		t.Error("the rules took no plan")
	}
}

func TestWhichPhasesAskForComments(t *testing.T) {
	for kind, want := range map[enum.PhaseKind]bool{
		enum.PhaseKindFraming: false, enum.PhaseKindConsultation: true, enum.PhaseKindProposals: false, enum.PhaseKindDeliberation: true,
		enum.PhaseKindDecision: false, enum.PhaseKindFollowUp: false,
	} {
		if got := Asks(kind); got != want {
			t.Errorf("Asks(%s) = %v, want %v", kind, got, want)
		}
	}
}
