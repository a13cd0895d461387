// Package clock tells the time, so that a test can set it, and what is late by it. It never sleeps.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time in UTC.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, in UTC and whole microseconds, which both databases store exactly.
type System struct{}

// Now returns the current time.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Fixed is a clock that stands still until it is moved; it is safe for concurrent use.
type Fixed struct {
	mu sync.Mutex
	at time.Time
}

// NewFixed makes a clock that stands at t.
func NewFixed(t time.Time) *Fixed { return &Fixed{at: t.UTC().Truncate(time.Microsecond)} }

// Now returns the time the clock stands at.
func (f *Fixed) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

// Advance moves the clock forward.
func (f *Fixed) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = f.at.Add(d)
}

// Late tells whether something was done after it was due, or is due and was not done.
func Late(due time.Time, done *time.Time, now time.Time) bool {
	if done != nil {
		now = *done
	}
	return now.After(due)
}
