package comment

import (
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// MaxDepth is how deep replies nest; a comment at the top has depth 0.
const MaxDepth = 3

// Draft is a comment that is about to be posted.
type Draft struct {
	Body, Stance, Language string
	Quote                  *QuoteAt
}

// QuoteAt is the position of a quoted passage.
type QuoteAt struct {
	Start, End int
	Version    *int // of a proposal; nil for its current one
}

// Quote is a quoted passage.
type Quote struct {
	Start, End int
	Version    *int
	Text       string
}

// Tally counts the votes on a comment: for each participant, the last one.
type Tally struct{ Agree, Disagree, Pass, Total int }

// Check gives the draft normalised, or says which field is wrong.
func (d Draft) Check() (Draft, error) {
	var err error
	if d.Body, err = fault.Text("body", d.Body, 10_000); err != nil {
		return d, err
	}
	if d.Stance == "" {
		d.Stance = "NEUTRAL"
	}
	d.Language, err = fault.Language("language", d.Language)
	return d, err
}

// Passage gives the quoted words of a text; positions count characters, not bytes.
func Passage(text string, start, end int) (string, error) {
	if start < 0 || end <= start || end > utf8.RuneCountInString(text) {
		return "", fault.InvalidField("quote", "the quoted passage lies outside the text")
	}
	if end-start > 2000 {
		return "", fault.InvalidField("quote", "quote at most 2000 characters")
	}
	runes := []rune(text)
	return string(runes[start:end]), nil
}

// Depth gives the depth of a reply to a comment at a depth.
func Depth(parent int) (int, error) {
	if parent >= MaxDepth {
		return 0, fault.InvalidField("parent", "replies nest at most %d deep: reply to the comment above this one", MaxDepth)
	}
	return parent + 1, nil
}

// Shift says how a tally changes when a participant changes one choice (empty for none) to another.
func Shift(from, to string) (agrees, disagrees, passes int) {
	count := func(choice string, by int) {
		switch choice {
		case "AGREE":
			agrees += by
		case "DISAGREE":
			disagrees += by
		case "PASS":
			passes += by
		}
	}
	count(from, -1)
	count(to, 1)
	return agrees, disagrees, passes
}
