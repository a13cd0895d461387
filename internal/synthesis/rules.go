package synthesis

import "time"

const (
	// ObjectFor is for how long a party can say that it was not heard.
	ObjectFor = 7 * 24 * time.Hour
	// longestWords is how many characters an objection has at most, and its answer.
	longestWords = 5000
)

// Term is when a phase is over.
type Term struct {
	Closes, NextOpens *time.Time // NextOpens is of the next phase in the round
	Ended             bool       // its round has ended
}

// Over tells whether it is over at a time.
func (t Term) Over(now time.Time) bool {
	end := t.Closes
	if end == nil {
		end = t.NextOpens
	}
	return t.Ended || end != nil && !end.After(now)
}

// Overdue tells whether an objection waits for its answer too long: the phase after that of the synthesis has begun, or nobody can object
// any more.
func Overdue(answered, next *time.Time, until, now time.Time) bool {
	return answered == nil && (!now.Before(until) || next != nil && !now.Before(*next))
}
