package disclosure

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/internal/measure"
)

// K is how many answers a figure is over, at least.
const K = 5

// None is the cohort of answers without a value of the cohort key. With it, cohorts add up to the total.
const None = "(none)"

// grace is the time after a month in which answers of it still come in.
const grace = 7 * 24 * time.Hour

// Closes is when a month is shown.
func Closes(m measure.Month) time.Time { return m.End().Add(grace) }

// Closed tells whether a month is shown at a time.
func Closed(m measure.Month, now time.Time) bool { return !now.Before(Closes(m)) }

// Breakdown is the answers by cohort.
type Breakdown map[string]measure.Counts

// total adds up all cohorts.
func (b Breakdown) total() measure.Counts {
	all := measure.Counts{}
	for _, c := range b {
		all.Add(c)
	}
	return all
}

// hide names the cohorts that are not shown, and says whether the total is not either.
//
// Of the cohorts with answers, ordered by their number and then by name, the shortest beginning is hidden that contains all with fewer than
// K, at least two cohorts, and at least K answers: what is left of the total after subtracting all that is shown is then over K at least.
// Where nothing suffices, all is hidden. Where anything is, empty cohorts are too: one that is shown as empty would lay bare another.
func hide(b Breakdown) (hidden map[string]bool, total bool) {
	type cohort struct {
		name string
		n    int64
	}
	var order []cohort
	small := 0
	for name, c := range b {
		if n := c.N(); n > 0 {
			order = append(order, cohort{name, n})
			if n < K {
				small++
			}
		}
	}
	hidden = map[string]bool{}
	if small == 0 {
		return hidden, false
	}
	slices.SortFunc(order, func(a, b cohort) int { return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.name, b.name)) })
	for name, c := range b {
		if c.N() == 0 {
			hidden[name] = true
		}
	}
	var answers int64
	for i, c := range order {
		if i >= small && i >= 2 && answers >= K {
			return hidden, false
		}
		hidden[c.name] = true
		answers += c.n
	}
	return hidden, len(order) < 2 || answers < K
}

// Figures are what is shown of a source's answers to one question in a month, and what is needed to correct it.
type Figures struct {
	Answers  Breakdown // all of them, as they were when they were last shown; whoever is not their source sees only what is below
	Hidden   []string  // cohorts, in order
	NoTotal  bool      // nothing is shown
	Replaced int       // how often what is shown was replaced by a correction
}

// Publish makes the figures of a month that has closed.
func Publish(b Breakdown) Figures { return publish(b, hide) }

func publish(b Breakdown, hide func(Breakdown) (map[string]bool, bool)) Figures {
	hidden, noTotal := hide(b)
	return Figures{Answers: copied(b), Hidden: slices.Sorted(maps.Keys(hidden)), NoTotal: noTotal}
}

func copied(b Breakdown) Breakdown {
	out := Breakdown{}
	for name, c := range b {
		out[name] = maps.Clone(c)
	}
	return out
}

// Total is the answers of all cohorts; false if they are hidden.
func (f Figures) Total() (measure.Counts, bool) {
	if f.NoTotal {
		return nil, false
	}
	return f.Answers.total(), true
}

// Cohort is the answers of one cohort; false if they are hidden. Where any cohort is hidden, so is one that has no answers.
func (f Figures) Cohort(name string) (measure.Counts, bool) {
	c, some := f.Answers[name]
	if f.NoTotal || slices.Contains(f.Hidden, name) || !some && len(f.Hidden) > 0 {
		return nil, false
	}
	return maps.Clone(c), true
}

// Cohorts lists all cohorts by name, hidden ones too.
func (f Figures) Cohorts() []string { return slices.Sorted(maps.Keys(f.Answers)) }

// blank tells whether nothing was ever shown: all is hidden, or there was no answer. A month whose answers were all taken away was shown.
func (f Figures) blank() bool { return f.Replaced == 0 && (f.NoTotal || f.Answers.total().N() == 0) }

// Sum adds up the same question of several months or touchpoints of one source: the totals that are shown, and of each cohort what is
// shown of it. Hidden says how many totals were left out.
func Sum(all []Figures) (total measure.Counts, cohorts Breakdown, hidden int) {
	total, cohorts = measure.Counts{}, Breakdown{}
	for _, f := range all {
		t, shown := f.Total()
		if !shown {
			hidden++
			continue
		}
		total.Add(t)
		for _, name := range f.Cohorts() {
			if c, shown := f.Cohort(name); shown {
				if cohorts[name] == nil {
					cohorts[name] = measure.Counts{}
				}
				cohorts[name].Add(c)
			}
		}
	}
	return total, cohorts, hidden
}
