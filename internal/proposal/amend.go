package proposal

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/link"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Amend gives a proposal another text for package amendment, which asks the policy: a version with the hash of its words, and the act that
// tells those who follow the proposal of it.
func (s *Service) Amend(ctx context.Context, tx *db.Tx, id uuid.UUID, body, reason string) error {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return err
	}
	w := wordsOf(p.Proposal)
	w.Body = body
	if w.Files, err = s.files.Hashes(ctx, tx, id); err != nil {
		return err
	}
	if w, err = w.Check(); err != nil {
		return err
	}
	state, _ := Edit(p.State, true)
	row, err := p.Update().SetBody(w.Body).SetContentHash(w.Hash()).SetState(state).AddVersion(1).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("change the text: %w", err)
	}
	if err := s.keepVersion(ctx, tx, row, reason); err != nil {
		return err
	}
	p.Proposal = row
	e := entry("proposal.edited", p)
	e.Reason = reason
	_, err = s.log.Append(ctx, tx, policy.ActorFrom(ctx), e)
	return err
}

// Promote drafts a proposal of the actor's party like another one, with another text, for package amendment, which asks the policy.
func (s *Service) Promote(ctx context.Context, tx *db.Tx, like uuid.UUID, title *string, body string) (uuid.UUID, error) {
	p, err := s.fetch(ctx, tx, like)
	if err != nil {
		return uuid.Nil, err
	}
	w := wordsOf(p.Proposal)
	w.Body, w.Summary = body, "" // the summary is of the other text
	if title != nil {
		w.Title = *title
	}
	if w, err = w.Check(); err != nil {
		return uuid.Nil, err
	}
	practices, err := s.about(ctx, tx, like)
	if err != nil {
		return uuid.Nil, err
	}
	row, err := s.draft(ctx, tx, uuid.Must(uuid.NewV7()), p.DialogueID, w, Bond{Firm: p.FirmID})
	if err != nil {
		return uuid.Nil, err
	}
	if err := s.practices.Link(ctx, tx, policy.Proposal, row.ID, practices); err != nil {
		return uuid.Nil, err
	}
	_, err = s.log.Append(ctx, tx, policy.ActorFrom(ctx), entry("proposal.drafted", placed{Proposal: row, dialogue: p.dialogue}))
	return row.ID, err
}

// about are the practices that a proposal is about and that can still be linked.
func (s *Service) about(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]uuid.UUID, error) {
	practices, err := s.linked(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if fault.Of(s.practices.Linkable(ctx, tx, practices)) != nil {
		return nil, nil // one of them was withdrawn: the author says what the draft is about
	}
	return practices, nil
}

// linked are the practices that a proposal is about.
func (s *Service) linked(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]uuid.UUID, error) {
	return link.From(ctx, s.store, tx, id, policy.Practice)
}
