package measure_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/measure"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
)

// golden reads the cases of one kind.
func golden[T any](t *testing.T, kind string) []T {
	t.Helper()
	var file map[string]json.RawMessage
	if err := json.Unmarshal(shareddata.Read(t, "experience", "golden-experience.json"), &file); err != nil {
		t.Fatal(err)
	}
	var cases []T
	if err := json.Unmarshal(file[kind], &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("no case of %s", kind)
	}
	return cases
}

func rat(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

// same compares an exact number with a decimal of 9 places; nil with null.
func same(t *testing.T, what string, got *big.Rat, want *float64) {
	t.Helper()
	if got == nil {
		near(t, what, nil, want)
		return
	}
	f, _ := got.Float64()
	near(t, what, &f, want)
}

func near(t *testing.T, what string, got, want *float64) {
	t.Helper()
	switch {
	case got == nil && want == nil:
	case got == nil || want == nil:
		t.Errorf("%s = %v, want %v", what, got, want)
	case math.Abs(*got-*want) > 6e-10:
		t.Errorf("%s = %.12f, want %.9f", what, *got, *want)
	}
}

func constant(r *big.Rat) func() *big.Rat { return func() *big.Rat { return r } }

func ends(i *measure.Interval) (low, high *float64) {
	if i == nil {
		return nil, nil
	}
	return &i.Low, &i.High
}

// exact compares an exact number as it is written; nil with null.
func exact(t *testing.T, what string, got *big.Rat, want *string) {
	t.Helper()
	switch {
	case got == nil && want == nil:
	case got == nil || want == nil:
		t.Errorf("%s = %v, want %v", what, got, want)
	case got.RatString() != *want:
		t.Errorf("%s = %s, want %s", what, got.RatString(), *want)
	}
}

func counts(t testing.TB, of map[string]int64) measure.Counts {
	t.Helper()
	c := measure.Counts{}
	for value, n := range of {
		v, err := strconv.Atoi(value)
		if err != nil {
			t.Fatal(err)
		}
		c[v] = n
	}
	return c
}

func TestNPS(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given struct{ Promoters, Passives, Detractors int64 }
		Want  struct {
			N                            int64
			NPS, Variance, CILow, CIHigh *float64
			Note                         *string
		}
	}](t, "nps") {
		t.Run(c.Name, func(t *testing.T) {
			got := measure.Score(measure.NPS, measure.Counts{10: c.Given.Promoters, 7: c.Given.Passives, 0: c.Given.Detractors})
			low, high := ends(got.Interval)
			same(t, "nps", got.Score, c.Want.NPS)
			same(t, "variance", got.Variance, c.Want.Variance)
			near(t, "low", low, c.Want.CILow)
			near(t, "high", high, c.Want.CIHigh)
			note := ""
			if c.Want.Note != nil {
				note = *c.Want.Note
			}
			if got.N != c.Want.N || got.Note != note {
				t.Errorf("n = %d, note = %q; want %d, %q", got.N, got.Note, c.Want.N, note)
			}
		})
	}
}

func TestCSAT(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given struct{ Satisfied, N int64 }
		Want  struct{ CSAT, Low, High *float64 }
	}](t, "csat") {
		t.Run(c.Name, func(t *testing.T) {
			got := measure.Score(measure.CSAT, measure.Counts{4: c.Given.Satisfied, 2: c.Given.N - c.Given.Satisfied})
			low, high := ends(got.Interval)
			same(t, "csat", got.Score, c.Want.CSAT)
			near(t, "low", low, c.Want.Low)
			near(t, "high", high, c.Want.High)
		})
	}
}

func TestCES(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given map[string]int64
		Want  struct {
			N                  int64
			Mean, Agree, Index *float64
		}
	}](t, "ces") {
		t.Run(c.Name, func(t *testing.T) {
			got := measure.Score(measure.CES, counts(t, c.Given))
			same(t, "mean", got.Score, c.Want.Mean)
			same(t, "agree", got.Agree, c.Want.Agree)
			same(t, "index", got.Index, c.Want.Index)
			if got.N != c.Want.N {
				t.Errorf("n = %d, want %d", got.N, c.Want.N)
			}
		})
	}
}

func TestMOSAndTrust(t *testing.T) {
	type given struct {
		Name  string
		Given map[string]int64
		Want  struct {
			N                         int64
			MOS, Trust, SD, Low, High *float64
		}
	}
	for instrument, cases := range map[measure.Instrument][]given{measure.MOS: golden[given](t, "mos"), measure.Trust: golden[given](t, "trust")} {
		for _, c := range cases {
			t.Run(string(instrument)+" "+c.Name, func(t *testing.T) {
				got := measure.Score(instrument, counts(t, c.Given))
				low, high := ends(got.Interval)
				want := c.Want.MOS
				if instrument == measure.Trust {
					want = c.Want.Trust
				}
				same(t, "mean", got.Score, want)
				near(t, "low", low, c.Want.Low)
				near(t, "high", high, c.Want.High)
				if c.Want.SD != nil {
					f, _ := got.Variance.Float64()
					sd := math.Sqrt(f)
					near(t, "sd", &sd, c.Want.SD)
				}
			})
		}
	}
}

func TestGaps(t *testing.T) {
	for _, kind := range []string{"gap", "statementGap"} {
		for _, c := range golden[struct {
			Name  string
			Given struct {
				Provider, Customer map[string]int64
				Statement          *int64
				Scale              [2]int
			}
			Want struct {
				Gap, DF, Low, High   *float64
				NProvider, NCustomer *int64
			}
		}](t, kind) {
			t.Run(c.Name, func(t *testing.T) {
				scale := measure.Scale{Min: c.Given.Scale[0], Max: c.Given.Scale[1], Step: 1}
				provider := measure.Sample{Answers: counts(t, c.Given.Provider).Moments(), Scale: scale}
				if c.Given.Statement != nil {
					provider.Statement = big.NewRat(*c.Given.Statement, 1)
				}
				customer := measure.Sample{Answers: counts(t, c.Given.Customer).Moments(), Scale: scale}
				got := measure.Gap(provider, customer)
				low, high := ends(got.Interval)
				same(t, "gap", got.Gap, c.Want.Gap)
				near(t, "df", got.DF, c.Want.DF)
				near(t, "low", low, c.Want.Low)
				near(t, "high", high, c.Want.High)
				if kind == "statementGap" {
					if provider.N() != nil || *customer.N() != *c.Want.NCustomer {
						t.Errorf("n = %v, %v; want none and %d", provider.N(), customer.N(), *c.Want.NCustomer)
					}
				}
			})
		}
	}
}

func TestTrends(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given [][3]any
		Want  struct {
			Trend                       measure.Direction
			Slope, SignedSlope, Because *string
		}
	}](t, "trend") {
		t.Run(c.Name, func(t *testing.T) {
			var points []measure.Point
			for _, p := range c.Given {
				points = append(points, measure.Point{
					Month: measure.NewMonth(2026, 1) + measure.Month(p[0].(float64)), Gap: rat(t, p[1].(string)),
					Variance: constant(rat(t, p[2].(string))),
				})
			}
			got := measure.TrendOf(points)
			exact(t, "slope", got.Slope, c.Want.Slope)
			if c.Want.SignedSlope != nil {
				exact(t, "signed slope", got.Signed, c.Want.SignedSlope)
			}
			because := ""
			if c.Want.Because != nil {
				because = *c.Want.Because
			}
			if got.Direction != c.Want.Trend || got.Because != because {
				t.Errorf("%s because %q, want %s because %q", got.Direction, got.Because, c.Want.Trend, because)
			}
			t.Log(got.Sentence())
		})
	}
}

func TestJourneys(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given [][2]any
		Want  struct {
			Score, Coverage *string
			Contributions   []*string
		}
	}](t, "journey") {
		t.Run(c.Name, func(t *testing.T) {
			var touchpoints []measure.Weighed
			for _, g := range c.Given {
				w := measure.Weighed{Weight: int64(g[0].(float64))}
				if g[1] != nil {
					w.Score = rat(t, g[1].(string))
				}
				touchpoints = append(touchpoints, w)
			}
			got := measure.Journey(touchpoints)
			exact(t, "score", got.Score, c.Want.Score)
			exact(t, "coverage", got.Coverage, c.Want.Coverage)
			if len(got.Parts) != len(c.Want.Contributions) {
				t.Fatalf("parts = %v, want %v", got.Parts, c.Want.Contributions)
			}
			for i := range got.Parts {
				exact(t, "part", got.Parts[i], c.Want.Contributions[i])
			}
		})
	}
}

func TestServqual(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given struct {
			Items   map[measure.Dimension][][2]string
			Weights map[measure.Dimension]int64
		}
		Want struct {
			Dimensions           map[measure.Dimension]string
			Unweighted, Weighted *string
		}
	}](t, "servqual") {
		t.Run(c.Name, func(t *testing.T) {
			items := map[measure.Dimension][]measure.Item{}
			for d, all := range c.Given.Items {
				for _, pair := range all {
					items[d] = append(items[d], measure.Item{Expected: rat(t, pair[0]), Perceived: rat(t, pair[1])})
				}
			}
			byDimension, unweighted, weighted := measure.ServqualGaps(items, c.Given.Weights)
			got := map[measure.Dimension]string{}
			for d, gap := range byDimension {
				got[d] = gap.RatString()
			}
			if diff := cmp.Diff(c.Want.Dimensions, got); diff != "" {
				t.Errorf("dimensions: want (-), got (+):\n%s", diff)
			}
			exact(t, "unweighted", unweighted, c.Want.Unweighted)
			exact(t, "weighted", weighted, c.Want.Weighted)
		})
	}
}

func TestRankCorrelations(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given struct{ QoS, QoE []string }
		Want  struct {
			N       int
			Rho     *float64
			Because *string
		}
	}](t, "rankCorrelation") {
		t.Run(c.Name, func(t *testing.T) {
			var pairs []measure.Pair
			for i := range c.Given.QoS {
				pairs = append(pairs, measure.Pair{QoS: rat(t, c.Given.QoS[i]), QoE: rat(t, c.Given.QoE[i])})
			}
			got := measure.Correlate(pairs)
			near(t, "rho", got.Rho, c.Want.Rho)
			because := ""
			if c.Want.Because != nil {
				because = *c.Want.Because
			}
			if got.N != c.Want.N || got.Because != because {
				t.Errorf("n = %d because %q, want %d because %q", got.N, got.Because, c.Want.N, because)
			}
		})
	}
}

func TestEffects(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given struct {
			Points    [][2]any
			Month     int
			Direction string
		}
		Want struct {
			Before, After, Change *string
			Better                *bool
		}
	}](t, "beforeAfter") {
		t.Run(c.Name, func(t *testing.T) {
			var points []measure.Reading
			for _, p := range c.Given.Points {
				points = append(points, measure.Reading{Month: measure.Month(p[0].(float64)), Value: rat(t, p[1].(string))})
			}
			got := measure.Effect(points, measure.Month(c.Given.Month), c.Given.Direction == "UP")
			exact(t, "before", got.Before, c.Want.Before)
			exact(t, "after", got.After, c.Want.After)
			exact(t, "change", got.Change, c.Want.Change)
			if diff := cmp.Diff(c.Want.Better, got.Better); diff != "" {
				t.Errorf("better: want (-), got (+):\n%s", diff)
			}
		})
	}
}

// The older vectors have six places.
func TestTheVectorsOfTheModel(t *testing.T) {
	var file struct {
		NPS []struct {
			Promoters, Passives, Detractors int64
			NPS, CILow, CIHigh              float64
		}
		CSAT []struct {
			Satisfied, N                int64
			CSAT, WilsonLow, WilsonHigh float64
		}
		MOS struct {
			T95df7, CILow, CIHigh float64
			Ratings               []int
		}
		PerceptionGap struct {
			Gaps           []float64
			SlopePerPeriod float64
		}
	}
	if err := json.Unmarshal(shareddata.Read(t, "test-vectors.json"), &file); err != nil {
		t.Fatal(err)
	}
	close := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 6e-7 {
			t.Errorf("%s = %.9f, want %.6f", what, got, want)
		}
	}
	for _, c := range file.NPS {
		got := measure.Score(measure.NPS, measure.Counts{9: c.Promoters, 8: c.Passives, 6: c.Detractors})
		f, _ := got.Score.Float64()
		close("nps", f, c.NPS)
		close("low", got.Interval.Low, c.CILow)
		close("high", got.Interval.High, c.CIHigh)
	}
	for _, c := range file.CSAT {
		got := measure.Wilson(c.Satisfied, c.N)
		close("low", got.Low, c.WilsonLow)
		close("high", got.High, c.WilsonHigh)
	}
	ratings := measure.Counts{}
	for _, v := range file.MOS.Ratings {
		ratings[v]++
	}
	mos := measure.Score(measure.MOS, ratings)
	close("t", measure.StudentT(7), file.MOS.T95df7)
	close("low", mos.Interval.Low, file.MOS.CILow)
	close("high", mos.Interval.High, file.MOS.CIHigh)
	var points []measure.Point
	for i, g := range file.PerceptionGap.Gaps {
		points = append(points, measure.Point{Month: measure.Month(i), Gap: new(big.Rat).SetFloat64(g), Variance: constant(big.NewRat(1, 100))})
	}
	f, _ := measure.TrendOf(points).Slope.Float64()
	close("slope", f, file.PerceptionGap.SlopePerPeriod)
}
