package actlog

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	channel = "plenary_log"
	// notifyInterval is the least time between wake-ups of other replicas: a NOTIFY with each commit would cost most of
	// the commits.
	notifyInterval = 50 * time.Millisecond
)

// announcer wakes the other replicas at most once per notifyInterval; it never drops the last wake-up.
type announcer struct {
	mu      sync.Mutex
	last    time.Time
	pending bool
}

// announce notifies the other replicas that the queue or the log has grown. It is a hint: a replica that misses it checks
// the database within pollInterval.
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
	time.AfterFunc(max(0, notifyInterval-time.Since(a.last)), func() {
		a.mu.Lock()
		a.pending, a.last = false, time.Now()
		a.mu.Unlock()
		ctx, cancel := context.WithTimeout(ctx, pollInterval)
		defer cancel()
		if err := l.store.Notify(ctx, channel); err != nil && ctx.Err() == nil {
			logger.Warn("notify_replicas_failed", "error", err)
		}
	})
}
