package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
)

// Every takes turns at a job until ctx ends, with a pause between two. It logs how many things a turn did, and why one failed. The holder
// that it gives to a turn names this server: one of several takes the turn, by a lease.
func Every(ctx context.Context, job string, pause time.Duration, turn func(ctx context.Context, holder string) (n int, err error)) {
	holder := uuid.NewString()
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if n, err := turn(ctx, holder); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "turn_failed", "job", job, "done", n, "error", err)
		} else if n > 0 {
			slog.InfoContext(ctx, "turn_done", "job", job, "done", n)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
