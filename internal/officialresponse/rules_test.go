package officialresponse

import (
	"testing"
	"time"
)

func TestLate(t *testing.T) {
	due := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) *time.Time { t := due.Add(d); return &t }
	for _, row := range []struct {
		name     string
		answered *time.Time
		now      time.Time
		want     bool
	}{
		{"before it is due it is not late", nil, *at(-1), false},
		{"nor in the moment in which it is due", nil, due, false},
		{"a moment later it is", nil, *at(1), true},
		{"one that was given in time stays so", at(0), *at(time.Hour), false},
		{"one that was given late stays late", at(1), *at(time.Hour), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := late(due, row.answered, row.now); got != row.want {
				t.Errorf("late = %t, want %t", got, row.want)
			}
		})
	}
}
