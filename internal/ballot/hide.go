package ballot

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbballot "github.com/plenary-dialogue/plenary/ent/db/ballot"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// LockOn locks what is open on proposals, for package proposal, which locks the proposals afterwards: in the order of the use cases here.
func (s *Service) LockOn(ctx context.Context, tx *db.Tx, proposals []uuid.UUID) error {
	return s.Store.LockWhere(ctx, tx, "ballots", store.And(s.Store.AnyOf("proposal_id", proposals), store.Where("state = 'OPEN'")))
}

func (s *Service) openOn(ctx context.Context, tx *db.Tx, proposal uuid.UUID) ([]*db.Ballot, error) {
	rows, err := tx.Ballot.Query().Where(dbballot.ProposalID(proposal), dbballot.State(enum.BallotStateOpen), s.Store.ForUpdate).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for an open ballot: %w", err)
	}
	return rows, nil
}

// VoidOn voids what is open on a proposal that was locked, for package proposal, which asks the policy. The act is as that of a
// facilitator that voids it.
func (s *Service) VoidOn(ctx context.Context, tx *db.Tx, proposal uuid.UUID, reason string) error {
	rows, err := s.openOn(ctx, tx, proposal)
	if err != nil {
		return err
	}
	frame := s.unnamed(s.Because(reason))
	for _, b := range rows {
		row, err := s.void(ctx, tx, b, reason)
		if err != nil {
			return err
		}
		if _, err := s.log.Append(ctx, tx, policy.ActorFrom(ctx), frame.Entry("ballot.voided", placed{Ballot: row})); err != nil {
			return err
		}
	}
	return nil
}
