package measure

import "math/big"

// NotMeaningful is the note on an NPS of few answers.
const NotMeaningful = "interval not meaningful"

const fewForNPS = 30

// Result is what answers on one instrument come to.
type Result struct {
	N        int64
	Score    *big.Rat  // nil without answers
	Variance *big.Rat  // of a single answer; nil where it is not defined
	Interval *Interval // nil where there is none
	Note     string

	// Of CES alone, in percent: 5 to 7, and 6 to 7 less 1 to 3.
	Agree, Index *big.Rat
}

// Score computes an instrument's score: NPS and CSAT in percent, with the normal interval and Wilson's; of all others the mean, with Student's.
func Score(i Instrument, c Counts) Result {
	switch i {
	case NPS:
		return netPromoter(c)
	case CSAT:
		return satisfied(c)
	case CES:
		r := mean(c)
		if r.N > 0 {
			r.Agree = percent(between(c, 5, 7), r.N)
			r.Index = percent(between(c, 6, 7)-between(c, 1, 3), r.N)
		}
		return r
	}
	return mean(c)
}

func between(c Counts, least, most int) int64 {
	var n int64
	for v, count := range c {
		if least <= v && v <= most {
			n += count
		}
	}
	return n
}

func percent(part, of int64) *big.Rat { return new(big.Rat).Mul(big.NewRat(part, of), whole(100)) }

// netPromoter is 100 (p - d) with the variance p + d - (p - d)² of one answer.
func netPromoter(c Counts) Result {
	r := Result{N: c.N()}
	if r.N == 0 {
		return r
	}
	promoters, detractors := between(c, 9, 10), between(c, 0, 6)
	net := big.NewRat(promoters-detractors, r.N)
	r.Score = percent(promoters-detractors, r.N)
	r.Variance = new(big.Rat).Sub(big.NewRat(promoters+detractors, r.N), net.Mul(net, net))
	r.Interval = around(float(r.Score), 100*Z*root(r.Variance, r.N))
	if r.N < fewForNPS {
		r.Note = NotMeaningful
	}
	return r
}

func satisfied(c Counts) Result {
	r := Result{N: c.N()}
	if r.N > 0 {
		hits := between(c, 4, 5)
		r.Score, r.Interval, r.Variance = percent(hits, r.N), Wilson(hits, r.N), c.Moments().Variance()
	}
	return r
}

func mean(c Counts) Result {
	m := c.Moments()
	r := Result{N: m.N, Score: m.Mean(), Variance: m.Variance()}
	if r.Variance != nil {
		r.Interval = around(float(r.Score), StudentT(float64(m.N-1))*root(r.Variance, m.N))
	}
	return r
}

// Item is a statement of SERVQUAL: what was expected and what was perceived.
type Item struct{ Expected, Perceived *big.Rat }

// ServqualGaps are the gaps P - E: the mean of the items of each dimension, the mean of the five, and the sum with weights, which add up to
// 100. A dimension without items makes the last two nil, and so do weights that leave one out the last.
func ServqualGaps(items map[Dimension][]Item, weights map[Dimension]int64) (byDimension map[Dimension]*big.Rat, unweighted, weighted *big.Rat) {
	byDimension = map[Dimension]*big.Rat{}
	unweighted, weighted = new(big.Rat), new(big.Rat)
	for _, d := range []Dimension{Tangibles, Reliability, Responsiveness, Assurance, Empathy} {
		gap := itemGap(items[d])
		if gap == nil {
			unweighted, weighted = nil, nil
			continue
		}
		byDimension[d] = gap
		if unweighted != nil {
			unweighted.Add(unweighted, new(big.Rat).Mul(gap, big.NewRat(1, 5)))
		}
		if weight, ok := weights[d]; !ok {
			weighted = nil
		} else if weighted != nil {
			weighted.Add(weighted, new(big.Rat).Mul(gap, big.NewRat(weight, 100)))
		}
	}
	return byDimension, unweighted, weighted
}

func itemGap(items []Item) *big.Rat {
	if len(items) == 0 {
		return nil
	}
	sum := new(big.Rat)
	for _, i := range items {
		sum.Add(sum, new(big.Rat).Sub(i.Perceived, i.Expected))
	}
	return sum.Mul(sum, big.NewRat(1, int64(len(items))))
}
