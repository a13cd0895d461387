package hiding

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Register is where the domains whose things can be hidden note that they are.
type Register struct {
	store *store.Store
	clock clock.Clock
}

// NewRegister makes the register of a store.
func NewRegister(s *store.Store, c clock.Clock) *Register { return &Register{s, c} }

// Hide notes that the actor hides something.
func (r *Register) Hide(ctx context.Context, tx *db.Tx, h access.Said, reason string) error {
	actor, now := policy.ActorFrom(ctx), r.clock.Now()
	row := tx.Hiding.Create().SetHiddenType(policy.SubjectType(h.Type)).SetHiddenID(h.ID).SetSubjectType(policy.SubjectType(h.On)).SetSubjectID(h.OnID).
		SetNillableDialogueID(h.Dialogue).SetAuthorID(h.Author).SetReason(optional.Text(reason)).SetCreatedAt(now).SetUpdatedAt(now)
	if actor.Stakeholder != uuid.Nil {
		row.SetPartyID(actor.Stakeholder)
	}
	if actor.Member != uuid.Nil {
		row.SetMemberID(actor.Member)
	}
	if err := row.Exec(ctx); err != nil {
		return fmt.Errorf("note what is hidden: %w", err)
	}
	return nil
}

// Restore notes that something is shown again.
func (r *Register) Restore(ctx context.Context, tx *db.Tx, id uuid.UUID, reason string) error {
	now := r.clock.Now()
	const restore = `UPDATE hidings SET state = 'RESTORED', restored_at = ?, restored_because = ?, revision = revision + 1, updated_at = ?
		WHERE hidden_id = ? AND state IN ('HIDDEN', 'APPEALED', 'UPHELD')`
	if _, err := r.store.Exec(ctx, tx, restore, now, reason, now, id); err != nil {
		return fmt.Errorf("note what is shown again: %w", err)
	}
	return nil
}
