package calledfirm

import (
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestTheStatusFollowsFromTheTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		stand Stand
		want  enum.CalledFirmStatus
	}{
		{"time left", Stand{State: "PENDING", Active: true}, "PENDING"},
		{"past its date", Stand{State: "PENDING", Over: true, Active: true}, "SILENT"},
		{"suspended", Stand{State: "PENDING", Over: true}, "PENDING"},
		{"the call ended before", Stand{State: "PENDING", Over: true, Ended: true, Active: true}, "PENDING"},
		{"claimed", Stand{State: "CLAIMED", Over: true, Active: true}, "CLAIMED"},
		{"exempt", Stand{State: "EXEMPT", Over: true, Active: true}, "NOT_APPLICABLE"},
		{"filed", Stand{State: "ANSWERED", Over: true, Active: true}, "FILED"},
		{"filed late", Stand{State: "ANSWERED", Late: true, Over: true, Active: true}, "LATE"},
	} {
		if got := c.stand.Status(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestWhenFirmsAreReminded(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		left time.Duration
		had  int
		n    int
		due  bool
	}{
		{15 * day, 0, 0, false},
		{14 * day, 0, 1, true},
		{14 * day, 1, 1, false},
		{4 * day, 0, 1, true},
		{3 * day, 1, 2, true},
		{day, 2, 2, false},
		{day, 0, 2, true}, // called late: once
		{0, 1, 2, false},
		{-day, 0, 2, false},
	} {
		if n, due := reminded(c.left, c.had); n != c.n || due != c.due {
			t.Errorf("%v left, %d had: %d %v, want %d %v", c.left, c.had, n, due, c.n, c.due)
		}
	}
}
