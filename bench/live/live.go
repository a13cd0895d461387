// Package live is a crowd of subscribers on one machine: it opens thousands of subscriptions over WebSockets or server-sent
// events, reads them all from one goroutine, and checks that each got every event once and in order. It judges no times.
package live

import (
	"fmt"
	"time"
)

// Layout says how subscriptions come to a server.
type Layout struct {
	Name        string
	Connections int
	Each        int // subscriptions on one connection
	Stream      bool
}

// Subscriptions is how many there are in all.
func (l Layout) Subscriptions() int { return l.Connections * l.Each }

// Config says whom the crowd follows, and as whom.
type Config struct {
	Layout
	Address string // of the server
	Path    string
	Query   string
	Tokens  []string // one for each user; connections take turns
	Events  int      // the most that will come
}

// mark stands before the number of an event in its text.
const mark = "event-"

// Mark is the text that tells event n.
func Mark(n int) string { return fmt.Sprintf("%s%08d", mark, n) }

// Latencies counts deliveries by how long they took, in milliseconds.
type Latencies struct {
	counts [60_000]int
	total  int
	most   time.Duration
}

func (l *Latencies) add(d time.Duration) {
	d = max(d, 0)
	l.counts[min(int(d/time.Millisecond), len(l.counts)-1)]++
	l.total++
	l.most = max(l.most, d)
}

// Percentile is the time within which p of 100 deliveries were made, to the millisecond.
func (l *Latencies) Percentile(p float64) time.Duration {
	left := int(p / 100 * float64(l.total))
	for ms, n := range l.counts {
		if left -= n; left < 0 {
			return time.Duration(ms+1) * time.Millisecond
		}
	}
	return l.most
}

// Most is the longest.
func (l *Latencies) Most() time.Duration { return l.most }

// Total is how many deliveries there were.
func (l *Latencies) Total() int { return l.total }
