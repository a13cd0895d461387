package importing

import (
	"context"
	"log/slog"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
)

const (
	// keptFor is how long an import waits to be started.
	keptFor = 24 * time.Hour
	// sweepEvery is how often somebody looks for imports that waited too long, and sweptFor how long the server that does so keeps the
	// others from it.
	sweepEvery = 10 * time.Minute
	sweptFor   = 2 * sweepEvery
)

func (s *Service) sweepOnce(ctx context.Context, holder string) {
	if err := s.Sweep(ctx, holder); err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "imports_not_swept", "error", err)
	}
}

// Sweep deletes the imports that nobody has started for a day, by the clock of the database, if this server holds the lease.
func (s *Service) Sweep(ctx context.Context, holder string) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return err
		}
		held, err := s.Store.Claim(ctx, tx, "imports", holder, now.UTC(), sweptFor)
		if err != nil || !held {
			return err
		}
		// At most a hundred at once, so that the transaction is short; the next turn goes on.
		old := now.UTC().Add(-keptFor)
		const waited = "SELECT id FROM imports WHERE state IN ('CHECKED', 'REFUSED') AND created_at < ? ORDER BY created_at LIMIT 100"
		return s.delete(ctx, tx, "state IN ('CHECKED', 'REFUSED') AND id IN ("+waited+")", old)
	})
}
