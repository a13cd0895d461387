package measure

import (
	"math"
	"math/big"
)

// GapKind says what stands against what.
type GapKind string

// The kinds of gaps.
const (
	PerceptionGap    GapKind = "PERCEPTION"    // the provider's own view less that of customers
	UnderstandingGap GapKind = "UNDERSTANDING" // what the provider thinks that customers perceive, less what they do
	Servqual1        GapKind = "SERVQUAL_1"    // what the provider expects less what customers expect
	Servqual5        GapKind = "SERVQUAL_5"    // what customers perceive less what they expect
)

// Operand is one side of a gap, and what it tells.
type Operand struct {
	Side   Side
	Aspect Aspect
}

// Operands are what a gap subtracts from, and what it subtracts.
func (k GapKind) Operands() (from, less Operand) {
	switch k {
	case UnderstandingGap:
		return Operand{Provider, Estimate}, Operand{Customer, Perception}
	case Servqual1:
		return Operand{Provider, Expectation}, Operand{Customer, Expectation}
	case Servqual5:
		return Operand{Customer, Perception}, Operand{Customer, Expectation}
	}
	return Operand{Provider, Perception}, Operand{Customer, Perception}
}

// Sample is one source's answers of a month, or a firm's official statement: one value that nobody was asked for.
type Sample struct {
	Answers   Moments
	Scale     Scale
	Statement *big.Rat // nil for answers
}

// Mean is the mean on the sample's own scale; nil without answers.
func (s Sample) Mean() *big.Rat {
	if s.Statement != nil {
		return s.Statement
	}
	return s.Answers.Mean()
}

// N is how many answers there are; nil for a statement.
func (s Sample) N() *int64 {
	if s.Statement != nil {
		return nil
	}
	return &s.Answers.N
}

// statement tells whether nobody was asked, so that nothing varies.
func (s Sample) statement() bool { return s.Statement != nil }

func (s Sample) empty() bool { return !s.statement() && s.Answers.N == 0 }

func (s Sample) width() int64 { return int64(s.Scale.Max - s.Scale.Min) }

// spread is the variance of the mean on the scale from 0 to 100; nil where it is not defined.
func (s Sample) spread() *big.Rat {
	if s.statement() {
		return new(big.Rat)
	}
	v := s.Answers.Variance()
	if v == nil {
		return nil
	}
	unit := big.NewRat(100, s.width())
	v.Mul(v, unit.Mul(unit, unit))
	return v.Mul(v, big.NewRat(1, s.Answers.N))
}

// roughSpread is spread as a float: exact up to a last division, without the time that rationals take.
func (s Sample) roughSpread() float64 {
	if s.statement() {
		return 0
	}
	if !s.small() {
		return float(s.spread())
	}
	n, unit := float64(s.Answers.N), 100/float64(s.width())
	return float64(s.Answers.N*s.Answers.Squares-s.Answers.Sum*s.Answers.Sum) / (n * n * (n - 1)) * unit * unit
}

// small tells whether the gap of two such samples, and the variance of each, stay within 63 bits.
func (s Sample) small() bool {
	within := func(v, most int64) bool { return -most < v && v < most }
	return !s.statement() && within(s.Answers.N, 1<<20) && within(s.Answers.Sum, 1<<26) && within(s.Answers.Squares, 1<<36) &&
		within(int64(s.Scale.Min), 1<<6) && within(s.width(), 1<<7)
}

// above is how far the sum of the answers lies above the least that it can be.
func (s Sample) above() int64 { return s.Answers.Sum - s.Answers.N*int64(s.Scale.Min) }

// Difference is a gap of one month.
type Difference struct {
	Gap      *big.Rat  // in points from -100 to 100; nil if either side has no answers
	DF       *float64  // degrees of freedom of the interval; nil where nothing varies
	Interval *Interval // no wider than the gap where nothing varies; nil where one side has a single answer

	from, less Sample
}

// Gap is norm(from) - norm(less) with Welch's interval. A statement does not vary, so that the interval is then that of the other side alone.
//
// Where both operands come from the same persons (Servqual5), the interval is wider than one over their own differences would be: counts do
// not tell who gave which answer.
func Gap(from, less Sample) Difference {
	d := Difference{from: from, less: less}
	if from.empty() || less.empty() {
		return d
	}
	d.Gap = points(from, less)
	if single(from) || single(less) {
		return d
	}
	middle, a, b := float(d.Gap), from.roughSpread(), less.roughSpread()
	if a+b == 0 {
		d.Interval = around(middle, 0)
		return d
	}
	df := welch(a, b, from, less)
	d.DF = &df
	d.Interval = around(middle, StudentT(df)*math.Sqrt(a+b))
	return d
}

// Variance is the exact variance of a gap; nil where one side has a single answer, or none.
func (d Difference) Variance() *big.Rat {
	a, b := d.from.spread(), d.less.spread()
	if a == nil || b == nil {
		return nil
	}
	return a.Add(a, b)
}

// At is the gap in a month.
func (d Difference) At(m Month) Point { return Point{m, d.Gap, d.Variance} }

func single(s Sample) bool { return !s.statement() && s.Answers.N == 1 }

func points(from, less Sample) *big.Rat {
	if from.small() && less.small() {
		a, b := less.width()*less.Answers.N, from.width()*from.Answers.N
		return big.NewRat(100*(from.above()*a-less.above()*b), a*b)
	}
	gap := from.Scale.Norm(from.Mean())
	return gap.Sub(gap, less.Scale.Norm(less.Mean()))
}

// welch is the Welch-Satterthwaite equation.
func welch(a, b float64, from, less Sample) float64 {
	part := func(v float64, s Sample) float64 {
		if v == 0 {
			return 0
		}
		return v * v / float64(s.Answers.N-1)
	}
	return (a + b) * (a + b) / (part(a, from) + part(b, less))
}

func root(variance *big.Rat, n int64) float64 { return math.Sqrt(float(variance) / float64(n)) }
