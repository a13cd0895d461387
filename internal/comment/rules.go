package comment

import (
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
	Version    *int // of a proposal or a practice; nil for its current one
}

// Quote is a quoted passage.
type Quote struct {
	Start, End int
	Version    *int
	Text       optional.Text
}

// Tally counts the votes on a comment: for each participant, the last one.
type Tally struct{ Agree, Disagree, Pass, Total int }

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

// Passage gives the quoted words of a text; positions count characters, not bytes.
func Passage(text string, start, end int) (string, error) {
	if start < 0 || end <= start || end > utf8.RuneCountInString(text) {
		return "", fault.InvalidField("quote", enum.UserErrorCodeQuote, "the quoted passage lies outside the text")
	}
	if n, most := end-start, 2000; n > most {
		return "", fault.InvalidField("quote", enum.UserErrorCodeTooLong, "quote at most %d characters; this has %d", most, n).
			With(fault.Values{Limit: &most, Actual: &n})
	}
	runes := []rune(text)
	return string(runes[start:end]), nil
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
