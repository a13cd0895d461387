package policy

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A set of facts is as a map of them, also beyond the first 64.
func TestFactsAreASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) (Facts, map[Fact]bool) {
			list := rapid.SliceOf(rapid.Map(rapid.IntRange(0, 64*len(Facts{})-1), func(i int) Fact { return Fact(i) })).Draw(t, name)
			as := map[Fact]bool{}
			for _, f := range list {
				as[f] = true
			}
			return These(list...), as
		}
		a, inA := draw("a")
		b, inB := draw("b")
		one := Fact(rapid.IntRange(0, 64*len(Facts{})-1).Draw(t, "one"))
		more, less := a, a
		more.Add(one)
		less.Remove(one)
		for name, c := range map[string]struct {
			got  Facts
			want func(f Fact) bool
		}{
			"a":         {a, func(f Fact) bool { return inA[f] }},
			"a with b":  {a.With(b), func(f Fact) bool { return inA[f] || inB[f] }},
			"without":   {a.Without(b), func(f Fact) bool { return inA[f] && !inB[f] }},
			"both":      {a.Both(b), func(f Fact) bool { return inA[f] && inB[f] }},
			"with one":  {more, func(f Fact) bool { return inA[f] || f == one }},
			"less one":  {less, func(f Fact) bool { return inA[f] && f != one }},
			"no facts":  {a.Without(a), func(Fact) bool { return false }},
			"with none": {a.With(none), func(f Fact) bool { return inA[f] }},
		} {
			var want []Fact
			for i := range 64 * len(Facts{}) {
				if c.want(Fact(i)) {
					want = append(want, Fact(i))
				}
			}
			if got := slices.Collect(c.got.Each()); !slices.Equal(got, want) {
				t.Fatalf("%s holds %v, want %v", name, got, want)
			}
			if c.got.None() != (len(want) == 0) || c.got != These(want...) {
				t.Fatalf("%s = %v is not the set of %v", name, c.got, want)
			}
			if len(want) > 0 && c.got.first() != want[0] {
				t.Fatalf("the first of %s is %d, want %d", name, c.got.first(), want[0])
			}
		}
	})
}
