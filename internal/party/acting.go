package party

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/member"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Acting loads a member for whom a job goes on, as it acts by what its last token granted, and keeps it as it is until the end. It is
// missing when it was erased, or acts for another party now than when it began; a nil party is none.
func (s *Service) Acting(ctx context.Context, tx *db.Tx, party *uuid.UUID, id uuid.UUID) (policy.Actor, error) {
	if party != nil {
		return s.Colleague(ctx, tx, *party, id)
	}
	row, err := tx.Member.Query().Where(member.ID(id), s.store.ForShare).Only(ctx)
	if db.IsNotFound(err) || err == nil && row.StakeholderID != nil {
		return policy.Actor{}, fault.Missing()
	}
	if err != nil {
		return policy.Actor{}, fmt.Errorf("load a member: %w", err)
	}
	lookup, err := s.vault.LookupOf(ctx, tx, id)
	if err == nil && lookup == nil {
		err = fault.Missing()
	}
	if err != nil {
		return policy.Actor{}, err
	}
	return policy.Actor{Member: id, Roles: knownRoles(row.Roles)}, nil
}
