package clock_test

import (
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/clock"
)

func TestLate(t *testing.T) {
	due := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) *time.Time { t := due.Add(d); return &t }
	for _, row := range []struct {
		name string
		done *time.Time
		now  time.Time
		want bool
	}{
		{"before it is due it is not late", nil, *at(-1), false},
		{"nor in the moment in which it is due", nil, due, false},
		{"a moment later it is", nil, *at(1), true},
		{"one that was done in time stays so", at(0), *at(time.Hour), false},
		{"one that was done late stays late", at(1), *at(time.Hour), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := clock.Late(due, row.done, row.now); got != row.want {
				t.Errorf("Late = %t, want %t", got, row.want)
			}
		})
	}
}
