package proposal

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/proposal"
	"github.com/plenary-dialogue/plenary/ent/db/proposalversion"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Lock loads a proposal inside a use case of something that is held on it, and locks it.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Proposal, error) {
	return tx.Proposal.Query().Where(proposal.ID(id), s.store.ForUpdate).Only(ctx)
}

// Outcomes are what adopted proposals become.
type Outcomes interface {
	// Adopted makes something of a version of a proposal; it takes the place of what became of another, if it replaces one.
	Adopted(ctx context.Context, tx *db.Tx, p *db.Proposal, text uuid.UUID, replaced *db.Proposal, now time.Time) error
}

// Become says what proposals become that bind one firm, and all others.
func (s *Service) Become(binding, others Outcomes) { s.binding, s.others = binding, others }

// Decide takes a proposal that was locked to a state that a ballot on it gives it. The act is the ballot's.
func (s *Service) Decide(ctx context.Context, tx *db.Tx, p *db.Proposal, to enum.ProposalState) error {
	update := p.Update().SetState(to)
	switch p.State {
	case to:
		return nil
	case enum.ProposalStateHidden: // it is that when it is shown again
		update = p.Update().SetHiddenFrom(to)
	}
	if err := update.SetStateReason("").AddRevision(1).SetUpdatedAt(s.clock.Now()).Exec(ctx); err != nil {
		return fmt.Errorf("take the proposal to %s: %w", to, err)
	}
	if err := act.Also(ctx, act.Subject{Type: policy.Proposal, ID: p.ID}); err != nil {
		return err
	}
	if to != enum.ProposalStateAdopted {
		return nil
	}
	return s.adopt(ctx, tx, p)
}

// adopt makes of an adopted proposal what it was to become, in the place of what it replaces.
func (s *Service) adopt(ctx context.Context, tx *db.Tx, p *db.Proposal) error {
	now, err := s.store.Now(ctx, tx)
	if err != nil {
		return err
	}
	var replaced *db.Proposal
	if p.SupersedesID != nil {
		if replaced, err = s.Lock(ctx, tx, *p.SupersedesID); err != nil {
			return fmt.Errorf("load what is replaced: %w", err)
		}
		if err := s.Decide(ctx, tx, replaced, enum.ProposalStateSuperseded); err != nil {
			return err
		}
	}
	text, err := tx.ProposalVersion.Query().Where(proposalversion.ProposalID(p.ID), proposalversion.Number(p.Version)).OnlyID(ctx)
	if err != nil {
		return fmt.Errorf("find the text that was adopted: %w", err)
	}
	outcomes := s.others
	if Commits(p.Kind) {
		outcomes = s.binding
	}
	return outcomes.Adopted(ctx, tx, p, text, replaced, now.UTC().Truncate(time.Microsecond))
}

// Advance takes a proposal that was adopted to a state that its implementation gives it.
func (s *Service) Advance(ctx context.Context, tx *db.Tx, id uuid.UUID, to enum.ProposalState) error {
	p, err := s.Lock(ctx, tx, id)
	if err != nil {
		return fmt.Errorf("load the proposal: %w", err)
	}
	return s.Decide(ctx, tx, p, to)
}
