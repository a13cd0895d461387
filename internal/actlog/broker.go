package actlog

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// Broker carries new acts from the sequencer to the other replicas, so that these need not each read them from the
// database. It is never the record: what it loses, doubles, holds back or makes up changes no log.
type Broker interface {
	// Publish hands on acts that have their place. It returns when the broker has taken them.
	Publish(ctx context.Context, acts []*db.Act) error
	// Follow gives the batches that a replica has published, as they come, until the context ends. It gives nothing when
	// the broker is out of reach.
	Follow(ctx context.Context, got func([]*db.Act))
}

const (
	// grace is how long a wake-up waits for its batch before the database is asked.
	grace = 100 * time.Millisecond
	// again is how far apart tries to publish are at least while the broker takes nothing.
	again = 250 * time.Millisecond
)

// fan is what a log knows of its broker.
type fan struct {
	broker  Broker       // nil for none
	fed     atomic.Bool  // the last batch fitted, and the database has not shown more since
	last    atomic.Int64 // unix nanoseconds of the last batch that told something new
	leading atomic.Bool  // this process gave the newest acts their places, as far as it knows
}

// UseBroker makes the log publish to a broker and follow it, once Publish and Receive run beside Run.
func (l *Log) UseBroker(b Broker) { l.fan.broker = b }

// quiet tells that no batch has come for a while.
func (f *fan) quiet() bool { return time.Since(time.Unix(0, f.last.Load())) > 2*grace }

// Receive follows the broker until the context ends.
func (l *Log) Receive(ctx context.Context) {
	l.fan.broker.Follow(ctx, func(acts []*db.Act) {
		if l.fan.fed.Store(l.take(acts)); !l.fan.fed.Load() {
			l.nudge() // to read the database
		}
	})
}

// take adds a batch to the tail if it is what comes next, and tells whether it fits the tail.
func (l *Log) take(acts []*db.Act) bool {
	if len(acts) == 0 {
		return false
	}
	for i, a := range acts {
		if a.ID != acts[0].ID+int64(i) {
			return false
		}
	}
	for _, a := range l.tail.news(acts) {
		if a.Type == Erasure && l.Forget(a.SubjectID) != nil {
			return false // the database tells of it again
		}
	}
	added, fits := l.tail.extend(acts)
	if added {
		l.fan.last.Store(time.Now().UnixNano())
	}
	return fits
}

// Publish hands what this process sequences to the broker until the context ends. It reads the tail, as a subscriber does,
// and so it is never in the sequencer's way; when the broker was away for longer than the tail reaches back, it leaves out
// what the others have long read from the database.
func (l *Log) Publish(ctx context.Context, logger *slog.Logger) {
	var done int64
	refused := false
	for ctx.Err() == nil {
		acts, grown := l.tail.recent(done)
		switch {
		case len(acts) == 0:
			select {
			case <-ctx.Done():
			case <-grown:
			}
			continue
		case !l.fan.leading.Load():
			done = acts[len(acts)-1].ID
			continue
		}
		acts = acts[:min(len(acts), batch)]
		err := l.fan.broker.Publish(ctx, acts)
		switch {
		case err == nil:
			done, refused = acts[len(acts)-1].ID, false
		case ctx.Err() == nil:
			if !refused {
				logger.Warn("broker_takes_nothing", "error", err)
			}
			refused = true
			pause(ctx, again)
		}
	}
}
