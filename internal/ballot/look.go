package ballot

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// lateAfter is after how long a server has counted and shredded whatever happened, unless something is wrong: it looks every lookEvery, and
// takes over from one that was killed after leaseFor.
const lateAfter = 2 * leaseFor

// Late are ballots that a server should have done with, by their ids.
type Late struct {
	Uncounted  []string // they have closed
	Unshredded []string // they have ended, and what was sealed may still be in the files of the database
}

// Look finds ballots that are late, for an operator. It names at most mostListed of each.
func Look(ctx context.Context, s *store.Store) (l Late, err error) {
	var clock sql.NullTime
	if err := s.Query(ctx, "SELECT "+s.Clock(), nil, func(r *sql.Rows) error { return r.Scan(&clock) }); err != nil {
		return l, fmt.Errorf("read the clock of the database: %w", err)
	}
	since := s.Told(clock).Add(-lateAfter)
	const closed = "SELECT id FROM ballots WHERE state = 'OPEN' AND closes_at <= ? ORDER BY closes_at, id LIMIT ?"
	if l.Uncounted, err = named(ctx, s, closed, since); err != nil {
		return l, err
	}
	const ended = "SELECT id FROM ballots WHERE shredded = FALSE AND updated_at <= ? ORDER BY updated_at, id LIMIT ?"
	l.Unshredded, err = named(ctx, s, ended, since)
	return l, err
}

func named(ctx context.Context, s *store.Store, text string, since time.Time) (ids []string, err error) {
	err = s.Query(ctx, text, []any{since, mostListed}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, typeid.New("ballot", id).String())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for ballots that are late: %w", err)
	}
	return ids, nil
}
