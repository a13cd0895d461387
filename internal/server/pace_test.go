package server

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRefusalsAreSpacedOut(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := paces{every: 2 * time.Millisecond, next: map[string]time.Time{}}
	after := func(key string, times int) (all []time.Duration) {
		for range times {
			all = append(all, p.after(key, at))
		}
		return all
	}
	check := func(rule string, got, want []time.Duration) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
	const step = 2 * time.Millisecond
	check("the first comes at once, and those that come with it one after the other", after("eve", 3), []time.Duration{0, step, 2 * step})
	check("other callers do not wait for that", after("ada", 2), []time.Duration{0, step})
	at = at.Add(5 * step)
	check("after a pause the next comes at once", after("eve", 1), []time.Duration{0})
	for range longestPause / step {
		p.after("eve", at)
	}
	check("however many there are, none waits for long", after("eve", 2), []time.Duration{longestPause, longestPause})
	at = at.Add(longestPause + step)
	check("and then it is over", after("eve", 1), []time.Duration{0})
}
