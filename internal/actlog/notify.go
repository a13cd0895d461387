package actlog

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	channel = "plenary_log"
	// between is how far apart wake-ups to other replicas are at least: a NOTIFY with each commit would cost most of the
	// commits.
	between = 50 * time.Millisecond
)

// announcer wakes the other replicas, at most every so often; the last wake-up is never left out.
type announcer struct {
	mu      sync.Mutex
	last    time.Time
	pending bool
}

// announce tells the other replicas that the queue or the log has grown. It is a hint: who misses it looks again within
// the floor.
func (l *Log) announce(ctx context.Context, logger *slog.Logger) {
	if !l.store.IsPostgres() {
		return
	}
	a := &l.announcer
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.pending {
		return
	}
	a.pending = true
	time.AfterFunc(max(0, between-time.Since(a.last)), func() {
		a.mu.Lock()
		a.pending, a.last = false, time.Now()
		a.mu.Unlock()
		ctx, cancel := context.WithTimeout(ctx, floor)
		defer cancel()
		if err := l.store.Notify(ctx, channel); err != nil && ctx.Err() == nil {
			logger.Warn("replicas_not_woken", "error", err)
		}
	})
}
