package measure

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Z is the quantile of the normal distribution for intervals of 95 %.
const Z = 1.959963984540054

// Interval holds what is measured with 95 % confidence.
type Interval struct{ Low, High float64 }

func around(middle, half float64) *Interval { return &Interval{middle - half, middle + half} }

// Wilson is the interval of a share, in percent (Wilson 1927); nil without answers.
func Wilson(hits, n int64) *Interval {
	if n == 0 {
		return nil
	}
	p, count := float64(hits)/float64(n), float64(n)
	middle := p + Z*Z/(2*count)
	half := Z * math.Sqrt(p*(1-p)/count+Z*Z/(4*count*count))
	i := &Interval{100 * (middle - half) / (1 + Z*Z/count), 100 * (middle + half) / (1 + Z*Z/count)}
	if hits == 0 {
		i.Low = 0
	}
	if hits == n {
		i.High = 100
	}
	return i
}

// StudentT is the two-sided 95 % quantile of Student's t distribution with a real number of degrees of freedom, at least 1, to 12 digits.
func StudentT(df float64) float64 {
	if df > 300 {
		return tails(df)
	}
	t := tails(max(df, 3))
	lnBeta := logBeta(df)
	for range 60 {
		density := math.Exp(-lnBeta-(df+1)/2*math.Log1p(t*t/df)) / math.Sqrt(df)
		step := (beyond(t, df, lnBeta) - 0.05) / (2 * density)
		next := t + step
		if next <= 0 {
			next = t / 2
		}
		if math.Abs(next-t) <= 1e-14*t {
			return next
		}
		t = next
	}
	return t
}

// tails is the expansion of the quantile in powers of 1/df (Abramowitz and Stegun 26.7.5).
func tails(df float64) float64 {
	const z, z2 = Z, Z * Z
	const (
		g1 = z * (z2 + 1) / 4
		g2 = z * ((5*z2+16)*z2 + 3) / 96
		g3 = z * (((3*z2+19)*z2+17)*z2 - 15) / 384
		g4 = z * ((((79*z2+776)*z2+1482)*z2-1920)*z2 - 945) / 92160
	)
	return z + (g1+(g2+(g3+g4/df)/df)/df)/df
}

// logBeta is ln B(df/2, 1/2).
func logBeta(df float64) float64 {
	a, _ := math.Lgamma(df / 2)
	b, _ := math.Lgamma((df + 1) / 2)
	return a - b + math.Log(math.Pi)/2
}

// beyond is the probability of being farther from 0 than t: the incomplete beta function at df / (df + t²) with df/2 and 1/2.
func beyond(t, df, lnBeta float64) float64 {
	x, y := df/(df+t*t), t*t/(df+t*t)
	front := math.Exp(df/2*math.Log(x) + math.Log(y)/2 - lnBeta)
	if x < (df/2+1)/(df/2+2.5) {
		return front * fraction(x, df/2, 0.5) / (df / 2)
	}
	return 1 - front*fraction(y, 0.5, df/2)/0.5
}

// fraction is the continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method.
func fraction(x, a, b float64) float64 {
	const tiny = 1e-300
	guard := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/guard(1-(a+b)*x/(a+1))
	h := d
	for i := 1; i <= 500; i++ {
		m := float64(i)
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / guard(1+even*d)
		c = guard(1 + even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / guard(1+odd*d)
		c = guard(1 + odd/c)
		change := d * c
		h *= change
		if math.Abs(change-1) < 1e-16 {
			break
		}
	}
	return h
}

// Decimal displays an exact number with a number of decimals, halves rounded away from zero.
func Decimal(r *big.Rat, places int) string { return unsigned(r.FloatString(places)) }

// DecimalOf displays the end of an interval.
func DecimalOf(f float64, places int) string {
	return unsigned(strconv.FormatFloat(f, 'f', places, 64))
}

// unsigned takes the sign from a zero.
func unsigned(s string) string {
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}
