package calledfirm

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
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	lookEvery = time.Minute
	leaseFor  = 5 * time.Minute
	// mostReminded is how many firms are reminded in one look.
	mostReminded = 500
)

// Run reminds firms until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) { worker.Every(ctx, "calls", lookEvery, s.Turn) }

// Turn reminds the firms whose date comes near and that have done nothing yet, if this server holds the lease.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	now, held, err := s.Store.Lease(ctx, "calls", holder, leaseFor)
	if err != nil || !held {
		return 0, err
	}
	near, err := s.near(ctx, now)
	if err != nil {
		return 0, err
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("calls"))
	for _, id := range near {
		did := false
		wrong := s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) { did, err = s.remind(ctx, tx, id); return err })
		if err = errors.Join(err, wrong); did && wrong == nil {
			n++
		}
	}
	return n, err
}

// near are firms that may have to be reminded, those with the least time first.
func (s *Service) near(ctx context.Context, now time.Time) (ids []uuid.UUID, err error) {
	const text = `SELECT k.id FROM called_firms k JOIN calls c ON c.id = k.call_id WHERE k.state = 'PENDING' AND c.state = 'OPEN' AND k.due_at > ?
		AND (k.reminders = 0 AND k.due_at <= ? OR k.reminders = 1 AND k.due_at <= ?) ORDER BY k.due_at, k.id LIMIT ?`
	args := []any{now, now.Add(reminders[0]), now.Add(reminders[1]), mostReminded}
	err = s.Store.Query(ctx, text, args, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for firms to remind: %w", err)
	}
	return ids, nil
}

// remind reminds a firm, unless something has changed since it was found.
func (s *Service) remind(ctx context.Context, tx *db.Tx, id uuid.UUID) (bool, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return false, fmt.Errorf("load the called firm: %w", err)
	}
	now, err := s.Store.Now(ctx, tx)
	if err != nil {
		return false, err
	}
	had, due := reminded(p.DueAt.Sub(now), p.Reminders)
	if !due || !p.open || p.State != enum.CalledFirmStatePending {
		return false, nil
	}
	return true, s.byServer(ctx, tx, policy.RemindCalledFirm, p, p.Update().SetReminders(had), "calledfirm.reminded")
}

// byServer is what the server does with a called firm, with an act of its own.
func (s *Service) byServer(ctx context.Context, tx *db.Tx, action policy.Action, p placed, update *db.CalledFirmUpdateOne, typ string) error {
	actor := policy.SystemActor("calls")
	if err := policy.Check(policy.WithActor(ctx, actor), action, s.Subject(actor, p)); err != nil {
		return err
	}
	row, err := s.revised(update).Save(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	p.CalledFirm = row
	if _, err := s.log.Append(ctx, tx, actor, entry(typ, p)); err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	return nil
}
