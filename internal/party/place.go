package party

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Place loads a party as a place inside a use case, and keeps it as it is.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	row, err := tx.Stakeholder.Query().Where(stakeholder.ID(id), s.store.ForShare).Only(ctx)
	if err != nil {
		return access.Place{}, err
	}
	at := access.Place{Party: row.ID}
	if noun.Reads(policy.ActorFrom(ctx), row) {
		at.Facts.Add(policy.InSight)
	}
	return at, nil
}

// InVisible asks for a column to name a party that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return noun.InVisible(a, column)
}

// Organisation tells whether there is a party that the actor may see and that is no customer.
func (s *Service) Organisation(ctx context.Context, tx *db.Tx, id uuid.UUID) (bool, error) {
	row, err := tx.Stakeholder.Get(ctx, id)
	if db.IsNotFound(err) {
		return false, nil
	}
	return err == nil && row.Kind != enum.StakeholderKindCustomer && noun.Reads(policy.ActorFrom(ctx), row), err
}
