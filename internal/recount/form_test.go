package recount

import (
	"encoding/json"
	"testing"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"
)

// TestRecordsAreCanonical: what is written for many at once is what RFC 8785 asks for, whatever stands in it.
func TestRecordsAreCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.String(), rapid.StringMatching("[A-Z]{1,8}"), rapid.Just("<\u2028&\"\\"))
		for _, v := range []any{
			Seat{word.Draw(t, "id"), word.Draw(t, "leaf"), word.Draw(t, "party"), word.Draw(t, "proxy"), rapid.Bool().Draw(t, "recused"), rapid.IntRange(0, 9).Draw(t, "revision")},
			Paper{word.Draw(t, "choice"), word.Draw(t, "leaf"), rapid.Bool().Draw(t, "reasoned"), word.Draw(t, "seat"), word.Draw(t, "tracker")},
		} {
			got, err := Canonical(v)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			want, err := jcs.Transform(plain)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	})
}

// TestReceiptsReadThemselves: what a receipt says is read from its text, with signatures behind it or not.
func TestReceiptsReadThemselves(t *testing.T) {
	for _, r := range []Receipt{{"ballot_1", "seat_1", 3, "", "00ff"}, {"ballot_1", "seat_1", 1, "ab", "00ff"}} {
		for _, text := range []string{r.Text(), r.Text() + "\n\u2014 log AAAA\n"} {
			if got, err := ParseReceipt(text); err != nil || got != r {
				t.Errorf("%q is read as %+v, %v", text, got, err)
			}
		}
	}
	for _, wrong := range []string{"", "plenary filing receipt v1\n", "plenary/ballot-receipt/v1\nballot x\n"} {
		if _, err := ParseReceipt(wrong); err == nil {
			t.Errorf("%q is a receipt", wrong)
		}
	}
}
