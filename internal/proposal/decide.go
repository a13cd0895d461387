package proposal

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/proposal"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Lock loads a proposal inside a use case of something that is held on it, and locks it.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Proposal, error) {
	return tx.Proposal.Query().Where(proposal.ID(id), s.store.ForUpdate).Only(ctx)
}

// Decide takes a proposal that was locked to a state that a ballot on it gives it. The act is the ballot's.
func (s *Service) Decide(ctx context.Context, tx *db.Tx, p *db.Proposal, to enum.ProposalState) error {
	if p.State == to {
		return nil
	}
	if err := p.Update().SetState(to).SetStateReason("").AddRevision(1).SetUpdatedAt(s.clock.Now()).Exec(ctx); err != nil {
		return fmt.Errorf("take the proposal to %s: %w", to, err)
	}
	return act.Also(ctx, act.Subject{Type: policy.Proposal, ID: p.ID})
}
