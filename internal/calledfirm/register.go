package calledfirm

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/calledfirm"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// atOnce is how many rows are written in one statement.
const atOnce = 500

// Register keeps which firms are called, for package call. It asks no policy: whoever calls it has.
type Register struct {
	store *store.Store
	clock clock.Clock
}

// NewRegister makes the register.
func NewRegister(s *store.Store, c clock.Clock) *Register { return &Register{s, c} }

// Call adds firms to a call inside a use case, until a time. One that is there already is refused.
func (g *Register) Call(ctx context.Context, tx *db.Tx, call uuid.UUID, firms []uuid.UUID, due time.Time) error {
	there, err := tx.CalledFirm.Query().Where(calledfirm.CallID(call), entsql.FieldIn(calledfirm.FieldFirmID, firms[:min(len(firms), atOnce)]...)).Exist(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("look for firms that are called already: %w", err)
	case there:
		return fault.InvalidField("firm", enum.UserErrorCodeDuplicate, "this firm is called already")
	}
	now := g.clock.Now()
	for len(firms) > 0 {
		n := min(len(firms), atOnce)
		rows := make([]*db.CalledFirmCreate, n)
		for i, firm := range firms[:n] {
			id, err := uuid.NewV7()
			if err != nil {
				return fmt.Errorf("name a called firm: %w", err)
			}
			if err := act.Also(ctx, act.Subject{Type: policy.CalledFirm, ID: id}); err != nil {
				return err
			}
			rows[i] = tx.CalledFirm.Create().SetID(id).SetCallID(call).SetFirmID(firm).SetDueAt(due).SetCreatedAt(now).SetUpdatedAt(now)
		}
		if err := tx.CalledFirm.CreateBulk(rows...).Exec(ctx); err != nil {
			return fmt.Errorf("call firms: %w", err)
		}
		firms = firms[n:]
	}
	return nil
}

// Extend gives all firms of a call at least until a time, inside a use case. They are reminded of it again.
func (g *Register) Extend(ctx context.Context, tx *db.Tx, call uuid.UUID, due time.Time) error {
	const text = "UPDATE called_firms SET due_at = ?, reminders = 0, revision = revision + 1, updated_at = ? WHERE call_id = ? AND due_at < ?"
	err := g.store.QueryTx(ctx, tx, text+" RETURNING id", []any{due, g.clock.Now(), call, due}, func(r *sql.Rows) error {
		return act.AlsoOne(ctx, policy.CalledFirm, r.Scan)
	})
	if err != nil {
		return fmt.Errorf("give called firms more time: %w", err)
	}
	return nil
}
