package contentreport

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Register is where the domains whose things can be reported note that a moderator has dealt with them.
type Register struct {
	store *store.Store
	clock clock.Clock
}

// NewRegister makes the register of a store.
func NewRegister(s *store.Store, c clock.Clock) *Register { return &Register{s, c} }

// Settle notes that a moderator has dealt with something, and gives how many reports that settles.
func (r *Register) Settle(ctx context.Context, tx *db.Tx, id uuid.UUID) (int64, error) {
	const settle = "UPDATE content_reports SET state = 'SETTLED', revision = revision + 1, updated_at = ? WHERE reported_id = ? AND state = 'OPEN'"
	n, err := r.store.Exec(ctx, tx, settle, r.clock.Now(), id)
	if err != nil {
		return 0, fmt.Errorf("settle reports: %w", err)
	}
	return n, nil
}
