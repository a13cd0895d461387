package measure

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Direction is where a gap is going.
type Direction string

// The directions of a gap.
const (
	Closing  Direction = "CLOSING"
	Widening Direction = "WIDENING"
	Stable   Direction = "STABLE"
	NoTrend  Direction = "NO_TREND"
)

// Why a gap has no direction.
const (
	FewPeriods    = "fewer than three periods"
	SmallSlope    = "slope below one point a period"
	OnePeriod     = "one period carries it"
	WithinNoise   = "within the noise"
	trendAtMost   = 12
	trendAtLeast  = 3
	monthsToRaise = 3
)

// Point is the gap of a shown month.
type Point struct {
	Month    Month
	Gap      *big.Rat
	Variance func() *big.Rat // asked of the first and the last point alone; where it is nil, nobody can tell how large the noise is
}

// Trend is where a gap goes over the shown months.
type Trend struct {
	Direction Direction
	Periods   int      // how many months it was computed from
	Slope     *big.Rat // of the gap's size, in points a month; nil with fewer than three
	Signed    *big.Rat // of the gap itself
	Because   string   // why it has no direction; empty if it has one
}

// TrendOf looks at the last twelve of the shown months, one point a month. A month that is missing keeps its place.
func TrendOf(points []Point) Trend {
	points = slices.SortedFunc(slices.Values(points), func(a, b Point) int { return cmp.Compare(a.Month, b.Month) })
	points = points[max(0, len(points)-trendAtMost):]
	if len(points) < trendAtLeast {
		return Trend{Direction: NoTrend, Periods: len(points), Because: FewPeriods}
	}
	sizes, signed := lines(points)
	t := Trend{Periods: len(points), Slope: sizes.slope(), Signed: signed.slope()}
	t.Direction, t.Because = t.judge(points, sizes)
	return t
}

func (t Trend) judge(points []Point, l line) (Direction, string) {
	switch {
	case new(big.Rat).Abs(t.Slope).Cmp(whole(1)) < 0:
		return Stable, SmallSlope
	case l.hangsOnOne():
		return Stable, OnePeriod
	case !l.loud(points[0], points[len(points)-1]):
		return Stable, WithinNoise
	case t.Slope.Sign() > 0:
		return Widening, ""
	}
	return Closing, ""
}

// Sentence tells the trend to a person.
func (t Trend) Sentence() string {
	switch t.Because {
	case FewPeriods:
		return fmt.Sprintf("There is no trend yet: %d of at least three months are shown.", t.Periods)
	case SmallSlope:
		return fmt.Sprintf("The gap is stable over %d months: it changes by less than one point a month.", t.Periods)
	case OnePeriod:
		return fmt.Sprintf("The gap is stable over %d months: a single one of them carries the change.", t.Periods)
	case WithinNoise:
		return fmt.Sprintf("The gap is stable over %d months: the change lies within the noise of so few answers.", t.Periods)
	}
	verb := "widened"
	if t.Direction == Closing {
		verb = "closed"
	}
	return fmt.Sprintf("The gap %s by %s points a month over %d months.", verb, Decimal(new(big.Rat).Abs(t.Slope), 1), t.Periods)
}

// line is a least-squares line. All heights are multiplied by the product of their denominators, so that everything about it is compared in
// whole numbers: rationals would be reduced at each step, which takes ten times as long.
type line struct {
	t       []int64
	g       []*big.Int
	by      *big.Int
	sumT    int64
	sumTT   int64
	sumG    *big.Int
	sumTG   *big.Int
	product big.Int
}

// lines are those of the gaps' sizes and of the gaps.
func lines(points []Point) (sizes, signed line) {
	by := big.NewInt(1)
	for _, p := range points {
		by.Mul(by, p.Gap.Denom())
	}
	sizes, signed = newLine(by, len(points)), newLine(by, len(points))
	for _, p := range points {
		g := new(big.Int).Div(by, p.Gap.Denom())
		g.Mul(g, p.Gap.Num())
		t := int64(p.Month - points[0].Month)
		signed.add(t, g)
		sizes.add(t, new(big.Int).Abs(g))
	}
	return sizes, signed
}

func newLine(by *big.Int, n int) line {
	return line{t: make([]int64, 0, n), g: make([]*big.Int, 0, n), by: by, sumG: new(big.Int), sumTG: new(big.Int)}
}

func (l *line) add(t int64, g *big.Int) {
	l.t, l.g = append(l.t, t), append(l.g, g)
	l.sumT += t
	l.sumTT += t * t
	l.sumG.Add(l.sumG, g)
	l.sumTG.Add(l.sumTG, l.product.Mul(g, big.NewInt(t)))
}

// rise is the numerator of a slope, whose denominator is positive.
func rise(n, sumT int64, sumG, sumTG *big.Int) *big.Int {
	r := new(big.Int).Mul(sumTG, big.NewInt(n))
	return r.Sub(r, new(big.Int).Mul(sumG, big.NewInt(sumT)))
}

func (l *line) slope() *big.Rat {
	n := int64(len(l.t))
	bottom := big.NewInt(n*l.sumTT - l.sumT*l.sumT)
	return new(big.Rat).SetFrac(rise(n, l.sumT, l.sumG, l.sumTG), bottom.Mul(bottom, l.by))
}

// hangsOnOne tells whether the slope without any one point has another sign, or none.
func (l *line) hangsOnOne() bool {
	n := int64(len(l.t))
	sign := rise(n, l.sumT, l.sumG, l.sumTG).Sign()
	for i, t := range l.t {
		without := new(big.Int).Sub(l.sumG, l.g[i])
		product := new(big.Int).Mul(l.g[i], big.NewInt(t))
		if rise(n-1, l.sumT-t, without, product.Sub(l.sumTG, product)).Sign() != sign {
			return true
		}
	}
	return false
}

// loud tells whether the size of the gap changed from the first to the last point in the direction of the slope, and by more than chance
// explains: D² > 1.96² (V first + V last), with 1.96 = 49/25.
func (l *line) loud(first, last Point) bool {
	d := new(big.Rat).Abs(last.Gap)
	d.Sub(d, new(big.Rat).Abs(first.Gap))
	if d.Sign() != rise(int64(len(l.t)), l.sumT, l.sumG, l.sumTG).Sign() {
		return false
	}
	a, b := first.Variance(), last.Variance()
	if a == nil || b == nil {
		return false
	}
	noise := new(big.Rat).Add(a, b)
	return d.Mul(d, d).Mul(d, whole(625)).Cmp(noise.Mul(noise, whole(2401))) > 0
}

// Run is a time over which a gap widens.
type Run struct {
	Since Month // the last of its first three months: a concern about the run carries it, so that there is one of each
	New   bool  // the month before, the gap did not widen by this rule
	Last  []Point
}

// WideningRun is the run that the last shown month belongs to: over the last three shown months, which follow one another, the gap is
// widening. A concern is raised for a run that has none yet, also when several months came to be shown at once.
func WideningRun(points []Point) (Run, bool) {
	points = slices.SortedFunc(slices.Values(points), func(a, b Point) int { return cmp.Compare(a.Month, b.Month) })
	end := len(points)
	if !widens(points, end) {
		return Run{}, false
	}
	first := end
	for widens(points, first-1) {
		first--
	}
	return Run{Since: points[first-1].Month, New: first == end, Last: points[end-monthsToRaise:]}, true
}

// widens tells whether the three points before a place follow one another and widen.
func widens(points []Point, end int) bool {
	if end < monthsToRaise {
		return false
	}
	last := points[end-monthsToRaise : end]
	return last[2].Month-last[0].Month == monthsToRaise-1 && TrendOf(last).Direction == Widening
}

// Series is a gap that widens, as a concern names it.
type Series struct {
	Instrument         Instrument
	Provider, Customer string // the names of the two sources
	Run                Run
}

// ConcernText tells every series that widens with its numbers, and how many were looked at: whoever looks at many finds some by chance.
func ConcernText(widening []Series, looked int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d gaps between the two sides that were looked at here widen.", len(widening), looked)
	for _, s := range widening {
		fmt.Fprintf(&b, "\n%s, %s against %s:", s.Instrument, s.Provider, s.Customer)
		for i, p := range s.Run.Last {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, " %s %s points", p.Month, Decimal(p.Gap, 1))
		}
		b.WriteByte('.')
	}
	return b.String()
}
