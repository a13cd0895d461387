package comment

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Draft is a comment that is about to be posted.
type Draft struct {
	Body, Language string
	Stance         enum.Stance
	Quote          *QuoteAt
}

// QuoteAt is the position of a quoted passage.
type QuoteAt struct {
	Start, End int
	Unit       enum.TextUnit // in which the positions count; Unicode code points if empty
	Version    *int          // of a proposal or a practice; nil for its current one
	Text       *string       // what the passage must be; nil for anything
}

// Quote is a quoted passage. Its positions count Unicode code points.
type Quote struct {
	Start, End int
	Version    *int
	Text       optional.Text
}

// Unit is what the positions of a passage count.
func (Quote) Unit() enum.TextUnit { return enum.TextUnitCodePoint }

// Check gives the draft normalised, or says which fields are wrong.
func (d Draft) Check() (Draft, error) {
	var f fault.Form
	d.Body = f.Text("body", d.Body, 10_000)
	if d.Stance == "" {
		d.Stance = enum.StanceNeutral
	}
	d.Language = f.Language("language", d.Language)
	return d, f.Err()
}

// In gives the passage of a text at a position.
func (q QuoteAt) In(text string) (Quote, error) {
	const most = 2000
	start, end := q.Start, q.End
	wrong := func(field, format string, args ...any) (Quote, error) {
		return Quote{}, fault.InvalidField(field, enum.UserErrorCodeQuote, format, args...)
	}
	switch {
	case end < start:
		return wrong("quote", "the quoted passage ends before it begins")
	case end == start:
		return wrong("quote", "the quoted passage is empty: it ends where it begins")
	}
	if q.Unit == enum.TextUnitUtf16CodeUnit {
		var whole bool
		if start, whole = codePoints(text, start); !whole {
			return wrong("quote.start", "the position %d is in the middle of a character, which has two UTF-16 code units", q.Start)
		}
		if end, whole = codePoints(text, end); !whole {
			return wrong("quote.end", "the position %d is in the middle of a character, which has two UTF-16 code units", q.End)
		}
	}
	if start < 0 || end > utf8.RuneCountInString(text) {
		return wrong("quote", "the quoted passage lies outside the text")
	}
	if n, limit := end-start, most; n > limit {
		return Quote{}, fault.InvalidField("quote", enum.UserErrorCodeTooLong, "quote at most %d characters; this has %d", limit, n).
			With(fault.Values{Limit: &limit, Actual: &n})
	}
	passage := string([]rune(text)[start:end])
	if q.Text != nil && *q.Text != passage {
		return Quote{}, fault.InvalidField("quote.text", enum.UserErrorCodeQuote, "the text at this position says something else")
	}
	return Quote{Start: start, End: end, Text: optional.Text(passage)}, nil
}

// codePoints gives the position in Unicode code points of a position in UTF-16 code units, outside the text as well; false for one
// between the halves of a character.
func codePoints(text string, units int) (n int, whole bool) {
	if units < 0 {
		return units, true
	}
	for _, r := range text {
		if units <= 0 {
			break
		}
		units -= utf16.RuneLen(r)
		n++
	}
	return n + max(0, units), units >= 0
}

// Shift says how a tally changes when a participant changes one choice (empty for none) to another.
func Shift(from, to enum.VoteChoice) (agrees, disagrees, passes int) {
	count := func(choice enum.VoteChoice, by int) {
		switch choice {
		case enum.VoteChoiceAgree:
			agrees += by
		case enum.VoteChoiceDisagree:
			disagrees += by
		case enum.VoteChoicePass:
			passes += by
		}
	}
	count(from, -1)
	count(to, 1)
	return agrees, disagrees, passes
}
