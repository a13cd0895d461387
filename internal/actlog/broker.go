package actlog

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// Broker carries new acts from the sequencer to the other replicas, so that they need not each read them from the
// database. It is never the record: nothing it loses, duplicates, delays or invents changes the log.
type Broker interface {
	// Publish sends acts that have a sequence number. It returns when the broker has accepted them.
	Publish(ctx context.Context, acts []*db.Act) error
	// Follow passes on the batches that replicas publish, as they arrive, until the context ends. It passes on nothing
	// while the broker is unreachable.
	Follow(ctx context.Context, got func([]*db.Act))
}

const (
	// grace is how long a wake-up waits for its batch before the log reads the database.
	grace = 100 * time.Millisecond
	// retryInterval is the pause between attempts to publish while the broker refuses.
	retryInterval = 250 * time.Millisecond
)

// fan is the state a log keeps about its broker.
type fan struct {
	broker  Broker       // nil for none
	fed     atomic.Bool  // the last batch fitted, and the database has not had more since
	last    atomic.Int64 // when the last batch with new acts arrived, in Unix nanoseconds
	leading atomic.Bool  // this process sequenced the newest acts, as far as it knows
}

// UseBroker makes the log publish to a broker and follow it, once Publish and Receive run beside Run.
func (l *Log) UseBroker(b Broker) { l.fan.broker = b }

// quiet reports whether no batch has arrived for a while.
func (f *fan) quiet() bool { return time.Since(time.Unix(0, f.last.Load())) > 2*grace }

// Receive follows the broker until the context ends.
func (l *Log) Receive(ctx context.Context) {
	l.fan.broker.Follow(ctx, func(acts []*db.Act) {
		if l.fan.fed.Store(l.take(acts)); !l.fan.fed.Load() {
			l.nudge() // read the database instead
		}
	})
}

// take adds a batch to the tail if it comes next, and reports whether it fits the tail.
func (l *Log) take(acts []*db.Act) bool {
	if len(acts) == 0 || l.lost.Load() != nil {
		return false
	}
	for i, a := range acts {
		if a.ID != acts[0].ID+int64(i) {
			return false
		}
	}
	for _, a := range l.tail.news(acts) {
		if a.Type == Erasure && l.Forget(a.SubjectID) != nil {
			return false // reading it from the database tries again
		}
	}
	l.keepShown(placeOf(acts[len(acts)-1]))
	added, how := l.tail.extend(acts)
	if added {
		l.fan.last.Store(time.Now().UnixNano())
	}
	return how == fits
}

// Publish sends what this process sequences to the broker until the context ends. It reads the tail, as a subscriber does,
// so it never delays the sequencer. If the broker was down for longer than the tail reaches back, it skips the older acts:
// the other replicas have long read them from the database.
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
				logger.Warn("broker_publish_failed", "error", err)
			}
			refused = true
			pause(ctx, retryInterval)
		}
	}
}
