package proposal

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/predicate"
	"github.com/plenary-dialogue/plenary/ent/db/proposal"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Service holds the use cases of proposals.
type Service struct {
	store     *store.Store
	log       *actlog.Log
	clock     clock.Clock
	dialogues *dialogue.Service
}

// New makes the service.
func New(s *store.Store, l *actlog.Log, c clock.Clock, d *dialogue.Service) *Service {
	return &Service{store: s, log: l, clock: c, dialogues: d}
}

// Draft writes a proposal. Only its author's party sees it until it is submitted.
func (s *Service) Draft(ctx context.Context, dialogueID uuid.UUID, w Words, practices []uuid.UUID) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		actor, now := policy.ActorFrom(ctx), s.clock.Now()
		space, err := s.dialogues.Enter(ctx, tx, dialogueID)
		if err != nil {
			return actlog.Entry{}, err
		}
		if err := policy.Check(ctx, policy.DraftProposal, policy.Subject{Resource: policy.Proposal, Facts: space.Facts(actor, now)}); err != nil {
			return actlog.Entry{}, err
		}
		w, err := w.Check()
		if err != nil {
			return actlog.Entry{}, err
		}
		row, err := tx.Proposal.Create().SetDialogueID(dialogueID).SetAuthorID(actor.Stakeholder).SetMemberID(actor.Member).
			SetKind(w.Kind).SetTitle(w.Title).SetSummary(w.Summary).SetBody(w.Body).SetLanguage(w.Language).SetContentHash(w.Hash()).
			SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("draft proposal: %w", err)
		}
		if err := practice.Link(ctx, tx, row.ID, practices); err != nil {
			return actlog.Entry{}, err
		}
		return entry("proposal.drafted", row), nil
	})
}

// Change holds the new words of an edit; nil keeps the old ones.
type Change struct{ Title, Summary, Body *string }

// Edit changes the words. Once submitted, every edit says why and makes a new version.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, reason string, expected *int32) (*actlog.Receipt, error) {
	return s.change(ctx, policy.EditProposal, id, expected, func(ctx context.Context, tx *db.Tx, row *db.Proposal) (*db.Proposal, string, error) {
		w := wordsOf(row)
		for _, f := range []struct {
			to   *string
			from *string
		}{{&w.Title, c.Title}, {&w.Summary, c.Summary}, {&w.Body, c.Body}} {
			if f.from != nil {
				*f.to = *f.from
			}
		}
		w, err := w.Check()
		if err != nil {
			return nil, "", err
		}
		state, version := Edit(row.State, row.SubmittedAt != nil)
		if version {
			if reason, err = fault.Text("reason", reason, 2000); err != nil {
				return nil, "", err
			}
		}
		update := row.Update().SetTitle(w.Title).SetSummary(w.Summary).SetBody(w.Body).SetContentHash(w.Hash()).SetState(state).
			SetStateReason("").AddRevision(1).SetUpdatedAt(s.clock.Now())
		if version {
			update.AddVersion(1)
		}
		row, err = update.Save(ctx)
		if err != nil {
			return nil, "", err
		}
		if version {
			err = s.keepVersion(ctx, tx, row, reason)
		}
		return row, "proposal.edited", err
	})
}

// Submit hands a draft in; its words become version 1, or the next one.
func (s *Service) Submit(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.change(ctx, policy.SubmitProposal, id, expected, func(ctx context.Context, tx *db.Tx, row *db.Proposal) (*db.Proposal, string, error) {
		first := row.SubmittedAt == nil
		row, err := s.moved(row, "SUBMITTED", "").SetSubmittedAt(s.clock.Now()).Save(ctx)
		if err != nil {
			return nil, "", err
		}
		if first {
			err = s.keepVersion(ctx, tx, row, "")
		}
		return row, "proposal.submitted", err
	})
}

// TakeUp takes a submitted proposal into review.
func (s *Service) TakeUp(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.move(ctx, policy.TakeUpProposal, id, expected, "proposal.taken_up", "UNDER_REVIEW", "")
}

// Return sends a proposal back to its author.
func (s *Service) Return(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*actlog.Receipt, error) {
	reason, err := fault.Text("reason", reason, 2000)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, policy.ReturnProposal, id, expected, "proposal.returned", "RETURNED", reason)
}

// Open opens a reviewed proposal to all.
func (s *Service) Open(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.change(ctx, policy.OpenProposal, id, expected, func(ctx context.Context, _ *db.Tx, row *db.Proposal) (*db.Proposal, string, error) {
		row, err := s.moved(row, "OPEN", "").SetPublished(true).SetOpenedAt(s.clock.Now()).SetOpenedVersion(row.Version).Save(ctx)
		return row, "proposal.opened", err
	})
}

// Withdraw takes a proposal back.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*actlog.Receipt, error) {
	reason, err := fault.OptionalText("reason", reason, 2000)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, policy.WithdrawProposal, id, expected, "proposal.withdrawn", "WITHDRAWN", reason)
}

func (s *Service) move(ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, act, state, reason string) (*actlog.Receipt, error) {
	return s.change(ctx, action, id, expected, func(ctx context.Context, _ *db.Tx, row *db.Proposal) (*db.Proposal, string, error) {
		row, err := s.moved(row, state, reason).Save(ctx)
		return row, act, err
	})
}

func (s *Service) moved(row *db.Proposal, state, reason string) *db.ProposalUpdateOne {
	return row.Update().SetState(state).SetStateReason(reason).AddRevision(1).SetUpdatedAt(s.clock.Now())
}

// change is the frame of every use case on a proposal that exists: load, ask the policy, compare revisions, do it.
func (s *Service) change(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32,
	do func(ctx context.Context, tx *db.Tx, row *db.Proposal) (*db.Proposal, string, error),
) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		row, space, err := s.load(ctx, tx, id, s.store.ForUpdate)
		if err != nil {
			return actlog.Entry{}, err
		}
		actor := policy.ActorFrom(ctx)
		if err := policy.Check(ctx, action, subject(actor, row, space, s.clock.Now())); err != nil {
			return actlog.Entry{}, err
		}
		if err := store.SameRevision(row.Revision, expected); err != nil {
			return actlog.Entry{}, err
		}
		row, act, err := do(ctx, tx, row)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("save proposal: %w", err)
		}
		e := entry(act, row)
		if policy.Decide(actor, policy.ReadProposal, subject(actor, row, space, s.clock.Now())).Allowed {
			e.Row = row
		}
		return e, nil
	})
}

// Read loads a proposal with its dialogue inside a transaction. One that the actor may not see is missing.
func (s *Service) Read(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Proposal, dialogue.Space, error) {
	return s.load(ctx, tx, id, s.store.ForShare)
}

func (s *Service) load(ctx context.Context, tx *db.Tx, id uuid.UUID, lock predicate.Proposal) (*db.Proposal, dialogue.Space, error) {
	row, err := tx.Proposal.Query().Where(proposal.ID(id), lock).Only(ctx)
	if err != nil {
		return nil, dialogue.Space{}, err
	}
	space, err := s.dialogues.Enter(ctx, tx, row.DialogueID)
	if err != nil {
		return nil, space, err
	}
	actor := policy.ActorFrom(ctx)
	if !policy.Decide(actor, policy.ReadProposal, subject(actor, row, space, s.clock.Now())).Allowed {
		return nil, space, fault.Missing()
	}
	return row, space, nil
}

func (s *Service) keepVersion(ctx context.Context, tx *db.Tx, row *db.Proposal, reason string) error {
	err := tx.ProposalVersion.Create().SetProposalID(row.ID).SetNumber(row.Version).SetTitle(row.Title).SetSummary(row.Summary).SetBody(row.Body).
		SetLanguage(row.Language).SetContentHash(row.ContentHash).SetEditorID(row.AuthorID).SetReason(reason).SetCreatedAt(s.clock.Now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep version %d: %w", row.Version, err)
	}
	return nil
}

func wordsOf(row *db.Proposal) Words {
	return Words{Kind: row.Kind, Language: row.Language, Title: row.Title, Summary: row.Summary, Body: row.Body}
}

func subject(a policy.Actor, row *db.Proposal, space dialogue.Space, now time.Time) policy.Subject {
	s := policy.Subject{Resource: policy.Proposal, State: row.State, Facts: space.Facts(a, now)}
	if a.Stakeholder != uuid.Nil && a.Stakeholder == row.AuthorID {
		s.Facts |= policy.Own
	}
	if a.Member != uuid.Nil && a.Member == row.MemberID {
		s.Facts |= policy.Writer
	}
	if row.Published {
		s.Facts |= policy.Published
	}
	return s
}

// Blank takes away what an author wrote that was never put before the others. What was stays, as part of what they said and
// decided on, without its author.
func (s *Service) Blank(ctx context.Context, tx *db.Tx, author uuid.UUID) error {
	const versions = `UPDATE proposal_versions SET title = '', summary = '', body = '', reason = '', content_hash = ''
		WHERE proposal_id IN (SELECT p.id FROM proposals p WHERE p.author_id = ? AND
			(p.published = FALSE OR proposal_versions.number < p.opened_version))`
	if _, err := s.store.Exec(ctx, tx, versions, author); err != nil {
		return fmt.Errorf("blank versions: %w", err)
	}
	const rows = `UPDATE proposals SET title = '', summary = '', body = '', state = 'WITHDRAWN', content_hash = '', revision = revision + 1,
			updated_at = ? WHERE author_id = ? AND published = FALSE`
	if _, err := s.store.Exec(ctx, tx, rows, s.clock.Now(), author); err != nil {
		return fmt.Errorf("blank proposals: %w", err)
	}
	return nil
}

func entry(act string, row *db.Proposal) actlog.Entry {
	return actlog.Entry{
		Type: act, Subject: actlog.Subject{Type: policy.Proposal, ID: row.ID, Revision: row.Revision}, Dialogue: row.DialogueID,
		Payload: map[string]any{"state": row.State, "version": row.Version, "contentHash": row.ContentHash},
	}
}
