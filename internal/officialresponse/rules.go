package officialresponse

import (
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// longest is how many characters a response has at most.
const longest = 20_000

// ahead refuses a due date that is over.
func ahead(due, now time.Time) error {
	if due.After(now) {
		return nil
	}
	return fault.InvalidField("dueAt", enum.UserErrorCodeInThePast, "this time is over already: give one in the future").With(fault.Values{Date: &now})
}

// late tells whether a response was given after it was due, or is due and was not given.
func late(due time.Time, answered *time.Time, now time.Time) bool {
	if answered != nil {
		return answered.After(due)
	}
	return now.After(due)
}
