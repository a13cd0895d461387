package comment

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestAPassageCountsCharacters(t *testing.T) {
	const plain, astral = "Prix à la tête", "A 🚕 ride"
	said := func(s string) *string { return &s }
	for _, row := range []struct {
		name string
		text string
		at   QuoteAt
		want Quote
		code enum.UserErrorCode // when refused
	}{
		{"characters, not bytes", plain, QuoteAt{Start: 5, End: 9}, Quote{Start: 5, End: 9, Text: "à la"}, ""},
		{"to the end", plain, QuoteAt{Start: 10, End: 14}, Quote{Start: 10, End: 14, Text: "tête"}, ""},
		{"an empty passage is none", plain, QuoteAt{Start: 3, End: 3}, Quote{}, enum.UserErrorCodeQuote},
		{"backwards is none", plain, QuoteAt{Start: 4, End: 2}, Quote{}, enum.UserErrorCodeQuote},
		{"before the start is none", plain, QuoteAt{Start: -1, End: 2}, Quote{}, enum.UserErrorCodeQuote},
		{"after the end is none", plain, QuoteAt{Start: 10, End: 15}, Quote{}, enum.UserErrorCodeQuote},
		{"the words as a check", plain, QuoteAt{Start: 5, End: 9, Text: said("à la")}, Quote{Start: 5, End: 9, Text: "à la"}, ""},
		{"other words", plain, QuoteAt{Start: 4, End: 8, Text: said("à la")}, Quote{}, enum.UserErrorCodeQuote},
		{"an emoji is one code point", astral, QuoteAt{Start: 4, End: 8, Text: said("ride")}, Quote{Start: 4, End: 8, Text: "ride"}, ""},
		{"and two UTF-16 code units", astral, QuoteAt{Start: 5, End: 9, Unit: enum.TextUnitUtf16CodeUnit, Text: said("ride")}, Quote{Start: 4, End: 8, Text: "ride"}, ""},
		{"the emoji itself", astral, QuoteAt{Start: 2, End: 4, Unit: enum.TextUnitUtf16CodeUnit}, Quote{Start: 2, End: 3, Text: "🚕"}, ""},
		{"half of it", astral, QuoteAt{Start: 2, End: 3, Unit: enum.TextUnitUtf16CodeUnit}, Quote{}, enum.UserErrorCodeQuote},
		{"before the start in code units", astral, QuoteAt{Start: -1, End: 3, Unit: enum.TextUnitUtf16CodeUnit}, Quote{}, enum.UserErrorCodeQuote},
		{"after the end in code units", astral, QuoteAt{Start: 5, End: 10, Unit: enum.TextUnitUtf16CodeUnit}, Quote{}, enum.UserErrorCodeQuote},
		{"more than 2,000 characters", strings.Repeat("é", 2001), QuoteAt{End: 2001}, Quote{}, enum.UserErrorCodeTooLong},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := row.at.In(row.text)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("the passage (-want +got):\n%s", diff)
			}
			var code enum.UserErrorCode
			if f := (*fault.Fault)(nil); errors.As(err, &f) {
				code = f.UserCode()
			}
			if code != row.code {
				t.Errorf("it is refused with %q (%v), want %q", code, err, row.code)
			}
		})
	}
}

func TestEachMistakeOfAPassageHasItsSentence(t *testing.T) {
	const text, units = "A 🚕 ride", enum.TextUnitUtf16CodeUnit
	for _, row := range []struct {
		at          QuoteAt
		field, says string
	}{
		{QuoteAt{Start: 4, End: 2}, "quote", "ends before it begins"},
		{QuoteAt{Start: 3, End: 3}, "quote", "is empty"},
		{QuoteAt{Start: 9, End: 9, Unit: units}, "quote", "is empty"},
		{QuoteAt{Start: 3, End: 6, Unit: units}, "quote.start", "the position 3 is in the middle of a character"},
		{QuoteAt{Start: 0, End: 3, Unit: units}, "quote.end", "the position 3 is in the middle of a character"},
		{QuoteAt{Start: 4, End: 9}, "quote", "outside the text"},
		{QuoteAt{Start: 4, End: 10, Unit: units}, "quote", "outside the text"},
		{QuoteAt{Start: -1, End: 2, Unit: units}, "quote", "outside the text"},
	} {
		_, err := row.at.In(text)
		f := (*fault.Fault)(nil)
		if !errors.As(err, &f) || f.UserCode() != enum.UserErrorCodeQuote || f.Field != row.field || !strings.Contains(f.Message, row.says) {
			t.Errorf("%+v is refused with %v, want QUOTE of %s: %s", row.at, err, row.field, row.says)
		}
	}
}

func TestTheLastVoteOfEachParticipantCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type ballot struct {
			voter  int
			choice enum.VoteChoice
		}
		cast := rapid.SliceOf(rapid.Custom(func(t *rapid.T) ballot {
			return ballot{rapid.IntRange(0, 4).Draw(t, "voter"), rapid.SampledFrom([]enum.VoteChoice{"AGREE", "DISAGREE", "PASS"}).Draw(t, "choice")}
		})).Draw(t, "cast")
		last := map[int]enum.VoteChoice{}
		var got [3]int
		for _, b := range cast {
			a, d, p := Shift(last[b.voter], b.choice)
			got[0] += a
			got[1] += d
			got[2] += p
			last[b.voter] = b.choice
		}
		var want [3]int
		for _, choice := range last {
			want[map[enum.VoteChoice]int{"AGREE": 0, "DISAGREE": 1, "PASS": 2}[choice]]++
		}
		if got != want {
			t.Fatalf("tally = %v, want %v", got, want)
		}
	})
}
