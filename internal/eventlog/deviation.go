package eventlog

import (
	"cmp"
	"math/big"
	"slices"
)

// Kind is how a path deviates from its plan at a step.
type Kind string

// The kinds of deviations.
const (
	Missing   Kind = "MISSING"   // planned and not walked
	Added     Kind = "ADDED"     // walked and not planned
	Reordered Kind = "REORDERED" // both, in another order
	Repeated  Kind = "REPEATED"  // walked again
)

// Deviations are the steps of a path that are not as planned: missing and reordered ones in the order of the plan, the others in that of the
// path, each once.
type Deviations struct{ Missing, Added, Reordered, Repeated []string }

// Deviate compares a path with a plan. First occurrences count, later ones are repeated. Of the steps of both, those outside the longest
// common subsequence are reordered; of equally long ones, that counts which keeps the later planned steps.
func Deviate(plan, path []string) Deviations {
	plan, _ = once(plan)
	walked, repeated := once(path)
	d := Deviations{Repeated: repeated}
	place := map[string]int{}
	for _, s := range walked {
		if slices.Contains(plan, s) {
			place[s] = len(place)
		} else {
			d.Added = append(d.Added, s)
		}
	}
	var common []string
	var places []int
	for _, s := range plan {
		if at, ok := place[s]; ok {
			common, places = append(common, s), append(places, at)
		} else {
			d.Missing = append(d.Missing, s)
		}
	}
	for i, kept := range longest(places) {
		if !kept {
			d.Reordered = append(d.Reordered, common[i])
		}
	}
	return d
}

// once gives the first occurrences, and what comes again.
func once(steps []string) (first, again []string) {
	seen := make(map[string]bool, len(steps))
	for _, s := range steps {
		switch {
		case !seen[s]:
			first = append(first, s)
		case !slices.Contains(again, s):
			again = append(again, s)
		}
		seen[s] = true
	}
	return first, again
}

// longest marks the longest rising subsequence of places on the path, in the order of the plan: the longest common subsequence of steps that
// each have. From the end on, a step is kept where a longest one can be made with it.
func longest(places []int) []bool {
	upTo := make([]int, len(places)) // the length of the longest that ends here
	total := 0
	for i := range places {
		upTo[i] = 1
		for j := range i {
			if places[j] < places[i] {
				upTo[i] = max(upTo[i], upTo[j]+1)
			}
		}
		total = max(total, upTo[i])
	}
	kept := make([]bool, len(places))
	for i, limit := len(places)-1, len(places); i >= 0; i-- {
		if upTo[i] == total && places[i] < limit {
			kept[i], limit, total = true, places[i], total-1
		}
	}
	return kept
}

// Counted is how many cases deviate at a step in one way.
type Counted struct {
	Step  string
	Kind  Kind
	Cases int64
	Share *big.Rat // of the cases of all paths that were compared
}

// Count adds up the deviations of paths: the most frequent first, then by kind and step. Given the paths of Reduced, no number is below 5.
func Count(plan []string, paths []Path) []Counted {
	type deviation struct {
		kind Kind
		step string
	}
	cases, all := map[deviation]int64{}, int64(0)
	for _, p := range paths {
		d := Deviate(plan, p.Steps)
		all += p.Cases
		for kind, steps := range map[Kind][]string{Missing: d.Missing, Added: d.Added, Reordered: d.Reordered, Repeated: d.Repeated} {
			for _, s := range steps {
				cases[deviation{kind, s}] += p.Cases
			}
		}
	}
	out := make([]Counted, 0, len(cases))
	for d, n := range cases {
		out = append(out, Counted{d.step, d.kind, n, big.NewRat(n, all)})
	}
	slices.SortFunc(out, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Step, b.Step))
	})
	return out
}
