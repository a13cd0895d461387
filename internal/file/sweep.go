package file

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

const (
	// keptFor is how long a file waits to be attached.
	keptFor = 24 * time.Hour
	// sweepEvery is how often somebody looks for files that waited too long, and how long the server that does so keeps the others from it.
	sweepEvery = 10 * time.Minute
	sweptFor   = 2 * sweepEvery
)

// Run deletes what waits too long, until the context ends. Of several servers one does it at a time.
func (s *Service) Run(ctx context.Context) {
	holder := uuid.NewString()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if n, err := s.Sweep(ctx, holder); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "files_not_swept", "error", err)
		} else if n > 0 {
			slog.InfoContext(ctx, "files_swept", "files", n)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep deletes the files that were attached to nothing for a day, by the clock of the database, if this server holds the lease.
func (s *Service) Sweep(ctx context.Context, holder string) (n int, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		n = 0
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return err
		}
		now = now.UTC()
		held, err := s.store.Claim(ctx, tx, "files", holder, now, sweptFor)
		if err != nil || !held {
			return err
		}
		// At most a hundred at once, so that the transaction is short; the next turn goes on. One that is being attached now is left.
		n, err = s.delete(ctx, tx, `state = 'UPLOADED' AND id IN (SELECT id FROM files WHERE state = 'UPLOADED' AND created_at < ? ORDER BY created_at LIMIT 100)`, now.Add(-keptFor))
		if err != nil {
			return fmt.Errorf("delete files that nobody attached: %w", err)
		}
		return nil
	})
	return n, err
}
