// Package live is a load generator of subscriptions on one machine: it opens thousands over WebSockets or server-sent
// events, reads them all from one goroutine, and checks that each got every event once and in order. It sets no time limits.
package live

import (
	"fmt"
	"time"
)

// Layout says how subscriptions connect to a server.
type Layout struct {
	Name        string
	Connections int
	Each        int // subscriptions on one connection
	Stream      bool
}

// Subscriptions is the total number of subscriptions.
func (l Layout) Subscriptions() int { return l.Connections * l.Each }

// Config says which server to subscribe to, and as whom.
type Config struct {
	Layout
	Address string // of the server
	Path    string
	Query   string
	Tokens  []string // one for each user; connections take them in turn
	Events  int      // the most events that will be sent
}

// mark precedes the number of an event in its text.
const mark = "event-"

// Mark is the text that identifies event n.
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

// Percentile is the time within which p percent of deliveries were made, to the millisecond.
func (l *Latencies) Percentile(p float64) time.Duration {
	left := int(p / 100 * float64(l.total))
	for ms, n := range l.counts {
		if left -= n; left < 0 {
			return time.Duration(ms+1) * time.Millisecond
		}
	}
	return l.most
}

// Most is the longest time.
func (l *Latencies) Most() time.Duration { return l.most }

// Total is how many deliveries there were.
func (l *Latencies) Total() int { return l.total }
