package hiding

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/worker"
)

const (
	lookEvery = time.Minute
	leaseFor  = 5 * time.Minute
	// mostAtOnce is how many appeals are noted as overdue in one look.
	mostAtOnce = 500
)

// Run notes which appeals are overdue until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) { worker.Every(ctx, "appeals", lookEvery, s.Turn) }

// Turn writes an act for each appeal that has waited too long, if this server holds the lease. Each is written with the mark that it was.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	now, held, err := s.Store.Lease(ctx, "appeals", holder, leaseFor)
	if err != nil || !held {
		return 0, err
	}
	due, err := s.due(ctx, now)
	if err != nil {
		return 0, err
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("appeals"))
	for _, id := range due {
		did := false
		wrong := s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) { did, err = s.note(ctx, tx, id); return err })
		if err = errors.Join(err, wrong); did && wrong == nil {
			n++
		}
	}
	return n, err
}

// due are appeals that may be overdue, those first that are so for longest.
func (s *Service) due(ctx context.Context, now time.Time) (ids []uuid.UUID, err error) {
	const text = "SELECT id FROM hidings WHERE state = 'APPEALED' AND overdue_at IS NULL AND due_at <= ? ORDER BY due_at LIMIT ?"
	err = s.Store.Query(ctx, text, []any{now, mostAtOnce}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for overdue appeals: %w", err)
	}
	return ids, nil
}

// note notes that an appeal is overdue, unless something has changed since it was found.
func (s *Service) note(ctx context.Context, tx *db.Tx, id uuid.UUID) (bool, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return false, fmt.Errorf("load the hiding: %w", err)
	}
	now, err := s.now(ctx, tx)
	if err != nil || !Overdue(p.State, p.DueAt, p.OverdueAt, now) {
		return false, err
	}
	actor := policy.ActorFrom(ctx)
	if err := policy.Check(ctx, policy.NoteOverdueAppeal, s.Subject(actor, p)); err != nil {
		return false, err
	}
	if p.Hiding, err = s.revised(p.Update()).SetOverdueAt(now).Save(ctx); err != nil {
		return false, fmt.Errorf("%s: %w", policy.NoteOverdueAppeal, err)
	}
	_, err = s.log.Append(ctx, tx, actor, entry("hiding.overdue", p))
	return err == nil, err
}
