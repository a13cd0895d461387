// Package tie keeps what binds parties to each other, such as funding, as they declare it themselves.
//
// DECLARED -> ENDED. A tie is public as its party is, stands on the page of the party, and beside what the party says of the other
// one and its practices. It is never taken back: what was declared in error is ended, with when.
package tie

import (
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Words are what a tie says.
type Words struct {
	Kind        enum.TieKind
	Description string
	Since       time.Time
	Until       *time.Time
}

// Check gives the words normalised, or says which fields are wrong.
func (w Words) Check() (Words, error) {
	var f fault.Form
	w.Description = f.OptionalText("description", w.Description, 2000)
	if w.Kind == enum.TieKindOther && w.Description == "" {
		f.Add(fault.Required("description"))
	}
	if w.Until != nil {
		f.Add(inOrder(w.Since, *w.Until))
	}
	return w, f.Err()
}

// inOrder refuses an end before the beginning.
func inOrder(since, until time.Time) error {
	if until.Before(since) {
		return fault.InvalidField("until", enum.UserErrorCodeWrongOrder, "a tie does not end before it begins").With(fault.Values{Date: &since})
	}
	return nil
}
