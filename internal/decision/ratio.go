package decision

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
)

// maxDenominator bounds what fractions cost, and keeps them within what every reader of JSON keeps exactly.
const maxDenominator = 1_000_000_000

// Ratio is a fraction from 0 to 1. It keeps the words that its author wrote.
type Ratio struct {
	text  string
	value *big.Rat
}

var ratioForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,9})(?:/(0|[1-9][0-9]{0,9}))?$`)

// parseRatio reads a/b, 0 or 1.
func parseRatio(s string) (Ratio, error) {
	parts := ratioForm.FindStringSubmatch(s)
	if parts == nil {
		return Ratio{}, fmt.Errorf("write a fraction as two whole numbers, such as 2/3")
	}
	top, bottom := new(big.Int), big.NewInt(1)
	top.SetString(parts[1], 10)
	if parts[2] != "" {
		bottom.SetString(parts[2], 10)
	}
	switch {
	case bottom.Sign() == 0:
		return Ratio{}, fmt.Errorf("the denominator of a fraction is not 0")
	case bottom.Cmp(big.NewInt(maxDenominator)) > 0:
		return Ratio{}, fmt.Errorf("the denominator of a fraction is at most %d", maxDenominator)
	case top.Cmp(bottom) > 0:
		return Ratio{}, fmt.Errorf("a fraction is from 0 to 1; %s is more", s)
	}
	return Ratio{s, new(big.Rat).SetFrac(top, bottom)}, nil
}

// String is the fraction as it was written.
func (r Ratio) String() string { return r.text }

// MarshalJSON writes the fraction as it was written.
func (r Ratio) MarshalJSON() ([]byte, error) { return json.Marshal(r.text) }

// Number is an exact number of a result: a whole one, or a fraction in lowest terms.
type Number struct{ *big.Rat }

// number is a whole number.
func number(n int64) Number { return Number{new(big.Rat).SetInt64(n)} }

// String is the number in lowest terms: 2/3, or 4 rather than 4/1.
func (n Number) String() string { return n.RatString() }

// MarshalText writes what String gives.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }
