package measure_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/measure"
)

// With 1, 2 and 4 degrees of freedom the quantile has a closed form; the others are from tables of ten digits.
func TestStudentT(t *testing.T) {
	alpha := 1 - 0.95*0.95
	four := 2 * math.Sqrt(math.Cos(math.Acos(math.Sqrt(alpha))/3)/math.Sqrt(alpha)-1)
	for df, want := range map[float64]float64{
		1: math.Tan(math.Pi * 0.475), 2: 0.95 * math.Sqrt(2/(1-0.95*0.95)), 4: four,
		3: 3.182446305284264, 5: 2.570581835636314, 10: 2.228138851964939, 30: 2.042272456301238, 100: 1.983971518523552,
		1000: 1.962339080826466, 1e9: measure.Z,
	} {
		if got := measure.StudentT(df); math.Abs(got-want) > 1e-8 {
			t.Errorf("StudentT(%v) = %.15f, want %.15f", df, got, want)
		}
	}
	if below, above := measure.StudentT(299.999999), measure.StudentT(300.000001); math.Abs(below-above) > 1e-9 {
		t.Errorf("the two ways meet at 300: %.15f and %.15f", below, above)
	}
}

// The quantile falls as degrees of freedom grow, also between whole numbers.
func TestStudentTFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df := rapid.Float64Range(1, 2000).Draw(t, "df")
		more := df * rapid.Float64Range(1.001, 3).Draw(t, "times")
		if a, b := measure.StudentT(df), measure.StudentT(more); a < b || b < measure.Z {
			t.Errorf("StudentT(%v) = %v, StudentT(%v) = %v", df, a, more, b)
		}
	})
}

func TestVarianceIsThatOfTheAnswersOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfN(rapid.IntRange(-5, 10), 2, 30).Draw(t, "answers")
		c, sum := measure.Counts{}, new(big.Rat)
		for _, a := range answers {
			c[a]++
			sum.Add(sum, big.NewRat(int64(a), 1))
		}
		mean := sum.Mul(sum, big.NewRat(1, int64(len(answers))))
		squares := new(big.Rat)
		for _, a := range answers {
			d := new(big.Rat).Sub(big.NewRat(int64(a), 1), mean)
			squares.Add(squares, d.Mul(d, d))
		}
		want := squares.Mul(squares, big.NewRat(1, int64(len(answers)-1)))
		m := c.Moments()
		if m.Mean().Cmp(mean) != 0 || m.Variance().Cmp(want) != 0 {
			t.Errorf("mean %s, variance %s; want %s, %s", m.Mean(), m.Variance(), mean, want)
		}
	})
}

// The trend is computed in whole numbers; this computes it in rationals, as it is written down.
func TestTrendIsThatOfItsDefinition(t *testing.T) {
	number := rapid.Custom(func(t *rapid.T) *big.Rat {
		return big.NewRat(rapid.Int64Range(-400, 400).Draw(t, "top"), rapid.Int64Range(1, 9).Draw(t, "bottom"))
	})
	rapid.Check(t, func(t *rapid.T) {
		months := rapid.SliceOfNDistinct(rapid.IntRange(0, 20), 3, 12, rapid.ID[int]).Draw(t, "months")
		var points []measure.Point
		for _, m := range months {
			v := number.Draw(t, "variance")
			points = append(points, measure.Point{Month: measure.Month(m), Gap: number.Draw(t, "gap"), Variance: constant(v.Abs(v))})
		}
		got := measure.TrendOf(points)
		want, slope := trend(points)
		if got.Direction != want || got.Slope.Cmp(slope) != 0 {
			t.Errorf("%s with %s, want %s with %s", got.Direction, got.Slope, want, slope)
		}
	})
}

func trend(points []measure.Point) (measure.Direction, *big.Rat) {
	b := slopeOf(points, -1)
	if new(big.Rat).Abs(b).Cmp(big.NewRat(1, 1)) < 0 {
		return measure.Stable, b
	}
	first, last := points[0], points[0]
	for i, p := range points {
		if slopeOf(points, i).Sign() != b.Sign() {
			return measure.Stable, b
		}
		if p.Month < first.Month {
			first = p
		}
		if p.Month > last.Month {
			last = p
		}
	}
	d := new(big.Rat).Sub(new(big.Rat).Abs(last.Gap), new(big.Rat).Abs(first.Gap))
	v := new(big.Rat).Add(first.Variance(), last.Variance())
	square := new(big.Rat).Mul(d, d)
	if d.Sign() != b.Sign() || square.Mul(square, big.NewRat(625, 1)).Cmp(v.Mul(v, big.NewRat(2401, 1))) <= 0 {
		return measure.Stable, b
	}
	if b.Sign() > 0 {
		return measure.Widening, b
	}
	return measure.Closing, b
}

// slopeOf is the covariance over the variance, without one point.
func slopeOf(points []measure.Point, without int) *big.Rat {
	var n int64
	t, g := new(big.Rat), new(big.Rat)
	for i, p := range points {
		if i != without {
			n++
			t.Add(t, big.NewRat(int64(p.Month), 1))
			g.Add(g, new(big.Rat).Abs(p.Gap))
		}
	}
	t.Mul(t, big.NewRat(1, n))
	g.Mul(g, big.NewRat(1, n))
	top, bottom := new(big.Rat), new(big.Rat)
	for i, p := range points {
		if i != without {
			x := new(big.Rat).Sub(big.NewRat(int64(p.Month), 1), t)
			top.Add(top, new(big.Rat).Mul(x, new(big.Rat).Sub(new(big.Rat).Abs(p.Gap), g)))
			bottom.Add(bottom, x.Mul(x, x))
		}
	}
	return top.Quo(top, bottom)
}

func gaps(first int, values ...int64) []measure.Point {
	var out []measure.Point
	for i, v := range values {
		out = append(out, measure.Point{Month: measure.NewMonth(2026, first) + measure.Month(i), Gap: big.NewRat(v, 1), Variance: constant(big.NewRat(1, 4))})
	}
	return out
}

func TestAConcernIsRaisedOncePerRun(t *testing.T) {
	hole := append(gaps(1, 5, 10), gaps(4, 20)...)
	for _, c := range []struct {
		rule   string
		points []measure.Point
		widens bool
		since  string
		isNew  bool
	}{
		{"two months are too few", gaps(1, 5, 15), false, "", false},
		{"three months that widen", gaps(1, 5, 10, 20), true, "2026-03", true},
		{"the fourth belongs to the run", gaps(1, 5, 10, 20, 30), true, "2026-03", false},
		{"it was stable before", gaps(1, 5, 5, 5, 10, 20), true, "2026-05", true},
		{"it widened once and stopped", gaps(1, 5, 10, 20, 20), false, "", false},
		{"a second run is another one", gaps(1, 5, 10, 20, 20, 20, 30, 40), true, "2026-07", true},
		{"months that do not follow one another", hole, false, "", false},
		{"a gap may widen below zero", gaps(1, -5, -10, -20), true, "2026-03", true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			run, widens := measure.WideningRun(c.points)
			if widens != c.widens || widens && (run.Since.String() != c.since || run.New != c.isNew || len(run.Last) != 3) {
				t.Errorf("%v %+v, want %v since %s, new: %v", widens, run, c.widens, c.since, c.isNew)
			}
		})
	}
	run, _ := measure.WideningRun(gaps(1, 5, 10, 20))
	text := measure.ConcernText([]measure.Series{{measure.Trust, "Staff survey", "Customer survey", run}}, 4)
	want := "1 of 4 gaps between the two sides that were looked at here widen.\n" +
		"TRUST, Staff survey against Customer survey: 2026-01 5.0 points, 2026-02 10.0 points, 2026-03 20.0 points."
	if text != want {
		t.Errorf("ConcernText = %q, want %q", text, want)
	}
}

func TestTrendSentences(t *testing.T) {
	for want, points := range map[string][]measure.Point{
		"There is no trend yet: 2 of at least three months are shown.":                         gaps(1, 5, 15),
		"The gap is stable over 3 months: it changes by less than one point a month.":          gaps(1, 5, 5, 5),
		"The gap is stable over 3 months: a single one of them carries the change.":            gaps(1, 10, 25, 20),
		"The gap is stable over 3 months: the change lies within the noise of so few answers.": noisy(gaps(1, 5, 10, 20)),
		"The gap widened by 7.5 points a month over 3 months.":                                 gaps(1, 5, 10, 20),
		"The gap closed by 7.5 points a month over 3 months.":                                  gaps(1, 20, 10, 5),
		"The gap closed by 2.0 points a month over 12 months.":                                 gaps(1, 99, 99, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30, 28),
	} {
		if got := measure.TrendOf(points).Sentence(); got != want {
			t.Errorf("Sentence = %q, want %q", got, want)
		}
	}
}

func TestAnUnknownVarianceIsNoTrend(t *testing.T) {
	points := gaps(1, 5, 10, 20)
	points[2].Variance = constant(nil)
	if got := measure.TrendOf(points); got.Because != measure.WithinNoise {
		t.Errorf("TrendOf = %+v", got)
	}
}

func noisy(points []measure.Point) []measure.Point {
	for i := range points {
		points[i].Variance = constant(big.NewRat(1000, 1))
	}
	return points
}

func TestGapsWithoutAnInterval(t *testing.T) {
	five := measure.Scale{Min: 1, Max: 5, Step: 1}
	sample := func(c measure.Counts) measure.Sample { return measure.Sample{Answers: c.Moments(), Scale: five} }
	if d := measure.Gap(sample(nil), sample(measure.Counts{3: 4})); d.Gap != nil || d.Variance() != nil {
		t.Errorf("a gap without answers of one side = %+v", d)
	}
	if d := measure.Gap(sample(measure.Counts{5: 1}), sample(measure.Counts{3: 2, 1: 2})); d.Gap == nil || d.Variance() != nil || d.Interval != nil {
		t.Errorf("a gap with one answer of one side = %+v", d)
	}
	for kind, want := range map[measure.GapKind][2]measure.Operand{
		measure.PerceptionGap:    {{measure.Provider, measure.Perception}, {measure.Customer, measure.Perception}},
		measure.UnderstandingGap: {{measure.Provider, measure.Estimate}, {measure.Customer, measure.Perception}},
		measure.Servqual1:        {{measure.Provider, measure.Expectation}, {measure.Customer, measure.Expectation}},
		measure.Servqual5:        {{measure.Customer, measure.Perception}, {measure.Customer, measure.Expectation}},
	} {
		from, less := kind.Operands()
		if diff := cmp.Diff(want, [2]measure.Operand{from, less}); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", kind, diff)
		}
	}
}

// Small counts take a shorter way, which must lead to the same place.
func TestTheShortWayIsExact(t *testing.T) {
	answers := rapid.SliceOfN(rapid.IntRange(-3, 6), 2, 40)
	rapid.Check(t, func(t *rapid.T) {
		sample := func(name string) measure.Sample {
			c := measure.Counts{}
			for _, a := range answers.Draw(t, name) {
				c[a]++
			}
			return measure.Sample{Answers: c.Moments(), Scale: measure.Scale{Min: -3, Max: 6, Step: 1}}
		}
		from, less := sample("from"), sample("less")
		want := new(big.Rat).Sub(from.Scale.Norm(from.Mean()), less.Scale.Norm(less.Mean()))
		got := measure.Gap(from, less)
		if got.Gap.Cmp(want) != 0 {
			t.Errorf("Gap = %s, want %s", got.Gap, want)
		}
		v, _ := got.Variance().Float64()
		if got.DF == nil {
			if v != 0 {
				t.Errorf("the variance is %v, and there are no degrees of freedom", v)
			}
			return
		}
		half := measure.StudentT(*got.DF) * math.Sqrt(v)
		if width := (got.Interval.High - got.Interval.Low) / 2; math.Abs(width-half) > 1e-10*(1+half) {
			t.Errorf("half the interval is %v, want %v", width, half)
		}
	})
}

func TestScalesAndMonths(t *testing.T) {
	if _, own := measure.ScaleOf(measure.Custom); own {
		t.Error("CUSTOM has no scale by definition")
	}
	for _, i := range measure.Instruments {
		if s, ok := measure.ScaleOf(i); ok && s.Check() != nil {
			t.Errorf("the scale of %s: %v", i, s.Check())
		}
	}
	for _, bad := range []measure.Scale{{5, 5, 1}, {0, 10, 0}, {0, 10, 3}, {0, 1 << 30, 1}, {0, 5000, 1}} {
		if bad.Check() == nil {
			t.Errorf("%+v is no scale", bad)
		}
	}
	tens := measure.Scale{Min: 0, Max: 100, Step: 10}
	if !tens.Has(30) || tens.Has(35) || tens.Has(110) || tens.Size() != 11 {
		t.Error("a scale has its steps, and nothing between or beyond them")
	}
	for s, want := range map[string]string{"2026-03": "2026-04-01", "2025-12": "2026-01-01"} {
		m, err := measure.ParseMonth(s)
		if err != nil || m.String() != s || m.End().Format(time.DateOnly) != want || measure.MonthOf(m.End()) != m+1 {
			t.Errorf("%s reads as %s and ends on %s, want %s (%v)", s, m, m.End(), want, err)
		}
	}
	for _, bad := range []string{"", "2026-3", "2026-13", "2026-00", "26-03", "2026/03", "２０２６-03", "2026-03-01"} {
		if m, err := measure.ParseMonth(bad); err == nil {
			t.Errorf("%q reads as %s", bad, m)
		}
	}
}

func TestDecimalsAreRoundedOnceAndHaveNoNegativeZero(t *testing.T) {
	for want, r := range map[string]*big.Rat{"0.5": big.NewRat(1, 2), "0.0": big.NewRat(-1, 100), "33.3": big.NewRat(100, 3), "-0.1": big.NewRat(-1, 20), "2.1": big.NewRat(41, 20)} {
		if got := measure.Decimal(r, 1); got != want {
			t.Errorf("Decimal(%s) = %s, want %s", r, got, want)
		}
	}
	if got := measure.DecimalOf(-0.0001, 2); got != "0.00" {
		t.Errorf("DecimalOf = %s", got)
	}
}

// A page of 50 touchpoints has a gap and its interval for each of twelve months, and a trend.
func BenchmarkGapsAndTrendsOfFiftyTouchpoints(b *testing.B) {
	scale := measure.Scale{Min: 0, Max: 10, Step: 1}
	for b.Loop() {
		for range 50 {
			points := make([]measure.Point, 12)
			for m := range points {
				n := int64(40 + m)
				d := measure.Gap(measure.Sample{Answers: measure.Moments{N: n, Sum: 8*n - 3, Squares: 66*n - 7}, Scale: scale},
					measure.Sample{Answers: measure.Moments{N: 3 * n, Sum: 18 * n, Squares: 130 * n}, Scale: scale})
				points[m] = d.At(measure.Month(m))
			}
			measure.TrendOf(points)
		}
	}
}
