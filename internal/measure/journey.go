package measure

import (
	"cmp"
	"math"
	"math/big"
	"slices"
)

// Weighed is a touchpoint of a journey: its weight, at least 0, and its score, nil if it has none.
type Weighed struct {
	Weight int64
	Score  *big.Rat
}

// JourneyScore is what touchpoints add up to.
type JourneyScore struct {
	Score    *big.Rat   // nil where nothing with a weight has a score
	Coverage *big.Rat   // the weight with a score out of all; nil where all weights are 0
	Parts    []*big.Rat // what each touchpoint brings to the score, nil for one without; they add up to it. Nil without a score.
}

// Journey weighs the scores of a journey's touchpoints.
func Journey(touchpoints []Weighed) JourneyScore {
	var all, scored int64
	for _, t := range touchpoints {
		all += t.Weight
		if t.Score != nil {
			scored += t.Weight
		}
	}
	var j JourneyScore
	if all > 0 {
		j.Coverage = big.NewRat(scored, all)
	}
	if scored == 0 {
		return j
	}
	j.Score, j.Parts = new(big.Rat), make([]*big.Rat, len(touchpoints))
	for i, t := range touchpoints {
		if t.Score != nil {
			j.Parts[i] = new(big.Rat).Mul(t.Score, big.NewRat(t.Weight, scored))
			j.Score.Add(j.Score, j.Parts[i])
		}
	}
	return j
}

// Pair is a reading of quality and a score of the same month.
type Pair struct{ QoS, QoE *big.Rat }

// Why there is no correlation.
const (
	FewMonths   = "fewer than six months"
	NeverChange = "one of them never changes"
)

// Correlation is how far two series rise and fall together, from -1 to 1.
type Correlation struct {
	N       int
	Rho     *float64 // nil where there is none
	Because string   // why there is none
}

// CorrelationNote stands beside every correlation.
const CorrelationNote = "The two rise and fall together or against each other; this shows no cause."

const correlateAtLeast = 6

// Correlate is Spearman's rank correlation; values that are equal share the mean of their ranks.
func Correlate(pairs []Pair) Correlation {
	c := Correlation{N: len(pairs)}
	if c.N < correlateAtLeast {
		c.Because = FewMonths
		return c
	}
	x := ranks(pairs, func(p Pair) *big.Rat { return p.QoS })
	y := ranks(pairs, func(p Pair) *big.Rat { return p.QoE })
	xx, yy := product(x, x), product(y, y)
	if xx == 0 || yy == 0 {
		c.Because = NeverChange
		return c
	}
	rho := float64(product(x, y)) / math.Sqrt(float64(xx)*float64(yy))
	c.Rho = &rho
	return c
}

// ranks are twice the mean ranks, less what they are on average: whole numbers that add up to 0.
func ranks(pairs []Pair, of func(Pair) *big.Rat) []int64 {
	out := make([]int64, len(pairs))
	for i, p := range pairs {
		for _, q := range pairs {
			out[i] += int64(of(p).Cmp(of(q)))
		}
	}
	return out
}

func product(x, y []int64) int64 {
	var sum int64
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

// Reading is a point of a metric.
type Reading struct {
	Month Month
	Value *big.Rat
}

// Change is a metric before and after a practice became active. All are nil where either side has fewer than two points.
type Change struct {
	Before, After, Change *big.Rat
	Better                *bool // nil also where nothing changed
}

// NoCause stands beside every change.
const NoCause = "This compares the months before with those after. It shows no cause: other things changed in those months too."

const (
	effectAtMost  = 3
	effectAtLeast = 2
)

// Effect compares the means of the up to three nearest points before and after a month, which is left out itself. Up says that more is better.
func Effect(points []Reading, active Month, up bool) Change {
	points = slices.SortedFunc(slices.Values(points), func(a, b Reading) int { return cmp.Compare(a.Month, b.Month) })
	before := slices.IndexFunc(points, func(r Reading) bool { return r.Month >= active })
	after := slices.IndexFunc(points, func(r Reading) bool { return r.Month > active })
	if before < effectAtLeast || after < 0 || len(points)-after < effectAtLeast {
		return Change{}
	}
	c := Change{
		Before: average(points[max(0, before-effectAtMost):before]),
		After:  average(points[after:min(len(points), after+effectAtMost)]),
	}
	c.Change = new(big.Rat).Sub(c.After, c.Before)
	if sign := c.Change.Sign(); sign != 0 {
		better := sign > 0 == up
		c.Better = &better
	}
	return c
}

func average(points []Reading) *big.Rat {
	sum := new(big.Rat)
	for _, p := range points {
		sum.Add(sum, p.Value)
	}
	return sum.Mul(sum, big.NewRat(1, int64(len(points))))
}
