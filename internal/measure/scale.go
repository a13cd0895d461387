package measure

import (
	"errors"
	"math/big"
	"slices"
)

// Instrument is how answers are asked for.
type Instrument string

// The instruments, under the names that the API has.
const (
	NPS      Instrument = "NPS"
	CSAT     Instrument = "CSAT"
	CES      Instrument = "CES"
	SERVQUAL Instrument = "SERVQUAL"
	MOS      Instrument = "MOS"
	Trust    Instrument = "TRUST"
	Custom   Instrument = "CUSTOM" // on a scale of its own, fixed by the first batch of a source
)

// Instruments lists all of them.
var Instruments = []Instrument{NPS, CSAT, CES, SERVQUAL, MOS, Trust, Custom}

// Dimension is what an answer is about.
type Dimension string

// The dimensions. The five from Tangibles to Empathy are those of SERVQUAL.
const (
	Overall         Dimension = "OVERALL"
	Tangibles       Dimension = "TANGIBLES"
	Reliability     Dimension = "RELIABILITY"
	Responsiveness  Dimension = "RESPONSIVENESS"
	Assurance       Dimension = "ASSURANCE"
	Empathy         Dimension = "EMPATHY"
	Fairness        Dimension = "FAIRNESS"
	ControlOverData Dimension = "CONTROL_OVER_DATA"
	Transparency    Dimension = "TRANSPARENCY"
	Value           Dimension = "VALUE"
	Emotion         Dimension = "EMOTION"
)

// Dimensions lists all of them.
var Dimensions = []Dimension{
	Overall, Tangibles, Reliability, Responsiveness, Assurance, Empathy, Fairness, ControlOverData, Transparency, Value, Emotion,
}

// Side is who answers.
type Side string

// The sides.
const (
	Customer Side = "CUSTOMER"
	Provider Side = "PROVIDER"
)

// Sides lists both.
var Sides = []Side{Customer, Provider}

// Aspect is what the side tells.
type Aspect string

// The aspects.
const (
	Perception  Aspect = "PERCEPTION"
	Expectation Aspect = "EXPECTATION"
	Estimate    Aspect = "ESTIMATE" // what this side thinks that the other perceives
)

// Aspects lists all of them.
var Aspects = []Aspect{Perception, Expectation, Estimate}

// Scale has the whole numbers Min, Min+Step, ..., Max.
type Scale struct {
	Min  int `json:"min"`
	Max  int `json:"max"`
	Step int `json:"step"`
}

var scales = map[Instrument]Scale{
	NPS: {0, 10, 1}, CSAT: {1, 5, 1}, CES: {1, 7, 1}, SERVQUAL: {1, 7, 1}, MOS: {1, 5, 1}, Trust: {1, 7, 1},
}

// ScaleOf is the scale that an instrument has by definition; Custom has none.
func ScaleOf(i Instrument) (Scale, bool) {
	s, ok := scales[i]
	return s, ok
}

const (
	farthest  = 10_000 // from 0, so that the squares of a thousand million answers add up within 64 bits
	mostSteps = 1_000
)

// Check says what is wrong with a scale that somebody has made.
func (s Scale) Check() error {
	switch {
	case s.Min < -farthest || s.Max > farthest:
		return errors.New("a scale lies between -10000 and 10000")
	case s.Min >= s.Max:
		return errors.New("the least value of a scale is below its greatest")
	case s.Step < 1:
		return errors.New("the step of a scale is at least 1")
	case (s.Max-s.Min)%s.Step != 0:
		return errors.New("the steps of a scale lead from its least value to its greatest")
	case (s.Max-s.Min)/s.Step >= mostSteps:
		return errors.New("a scale has at most 1000 values")
	}
	return nil
}

// Has tells whether a value is on the scale and one of its steps.
func (s Scale) Has(v int) bool { return s.Min <= v && v <= s.Max && (v-s.Min)%s.Step == 0 }

// Size is how many values the scale has.
func (s Scale) Size() int { return (s.Max-s.Min)/s.Step + 1 }

// Norm is 100 (x - min) / (max - min), so that scales can be compared.
func (s Scale) Norm(x *big.Rat) *big.Rat {
	out := new(big.Rat).Sub(x, whole(int64(s.Min)))
	return out.Mul(out, big.NewRat(100, int64(s.Max-s.Min)))
}

// Counts are answers by value.
type Counts map[int]int64

// N is how many answers there are.
func (c Counts) N() int64 {
	var n int64
	for _, count := range c {
		n += count
	}
	return n
}

// Add adds other answers to these.
func (c Counts) Add(others Counts) {
	for v, n := range others {
		c[v] += n
	}
}

// Values lists the values that were given, in order.
func (c Counts) Values() []int {
	var all []int
	for v, n := range c {
		if n != 0 {
			all = append(all, v)
		}
	}
	slices.Sort(all)
	return all
}

// Moments is what means and variances need of the answers.
func (c Counts) Moments() Moments {
	var m Moments
	for v, n := range c {
		m.N += n
		m.Sum += n * int64(v)
		m.Squares += n * int64(v) * int64(v)
	}
	return m
}

// Moments are the number of answers, their sum, and the sum of their squares. A database can add them up.
type Moments struct{ N, Sum, Squares int64 }

// Mean is exact; nil without answers.
func (m Moments) Mean() *big.Rat {
	if m.N == 0 {
		return nil
	}
	return big.NewRat(m.Sum, m.N)
}

// Variance is the sample variance, exact; nil with fewer than two answers.
func (m Moments) Variance() *big.Rat {
	if m.N < 2 {
		return nil
	}
	n := big.NewInt(m.N)
	top := new(big.Int).Mul(n, big.NewInt(m.Squares))
	sum := big.NewInt(m.Sum)
	top.Sub(top, sum.Mul(sum, sum))
	bottom := big.NewInt(m.N - 1)
	return new(big.Rat).SetFrac(top, bottom.Mul(bottom, n))
}

func whole(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }
