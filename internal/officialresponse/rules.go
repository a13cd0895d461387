package officialresponse

import (
	"time"
)

// longest is how many characters a response has at most.
const longest = 20_000

// late tells whether a response was given after it was due, or is due and was not given.
func late(due time.Time, answered *time.Time, now time.Time) bool {
	if answered != nil {
		return answered.After(due)
	}
	return now.After(due)
}
