package guideline

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/guideline"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/worker"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about guidelines.
var acts = []act.Type{
	{Name: "guideline.adopted"},
	{Name: "guideline.superseded"},
	{Name: "guideline.revised"},
	{Name: "guideline.review_due"},
}

// Proposals are what guidelines were.
type Proposals interface {
	// Place loads a proposal inside a use case, and keeps it as it is.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Practices are what guidelines are about.
type Practices interface {
	// InVisibleID asks that a practice is one that the actor may see.
	InVisibleID(a policy.Actor, id *uuid.UUID) store.Cond
}

// Service holds the use cases of guidelines.
type Service struct {
	access.Frame[db.Guideline, placed]
	clock     clock.Clock
	log       access.Appender
	proposals Proposals
	practices Practices
}

// New makes the service.
func New(s *store.Store, l access.Appender, c clock.Clock, p Proposals, practices Practices) *Service {
	n := &Service{clock: c, log: l, proposals: p, practices: practices}
	n.Frame = access.Frame[db.Guideline, placed]{Noun: nounOf(p), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Adopted makes a guideline of the version of a proposal that a ballot has adopted; it takes the place of that of another.
func (s *Service) Adopted(ctx context.Context, tx *db.Tx, p *db.Proposal, text uuid.UUID, replaced *db.Proposal, now time.Time) error {
	version, previous := 1, (*uuid.UUID)(nil)
	if replaced != nil {
		before, err := tx.Guideline.Query().Where(guideline.ProposalID(replaced.ID), s.Store.ForUpdate).Only(ctx)
		if err != nil {
			return fmt.Errorf("load the guideline that is replaced: %w", err)
		}
		version, previous = before.Version+1, &before.ID
		row, err := before.Update().SetState(enum.GuidelineStateSuperseded).AddRevision(1).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("supersede the guideline: %w", err)
		}
		if err := s.append(ctx, tx, "guideline.superseded", row); err != nil {
			return err
		}
	}
	row, err := tx.Guideline.Create().SetDialogueID(p.DialogueID).SetProposalID(p.ID).SetTextID(text).SetNillablePreviousID(previous).SetVersion(version).
		SetReviewDueAt(now.AddDate(reviewAfterYears, 0, 0)).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return fmt.Errorf("keep the guideline: %w", err)
	}
	return s.append(ctx, tx, "guideline.adopted", row)
}

func (s *Service) append(ctx context.Context, tx *db.Tx, typ string, row *db.Guideline) error {
	_, err := s.log.Append(ctx, tx, policy.SystemActor("ballots"), entry(typ, placed{Guideline: row}))
	return err
}

// Revise says what a review has found, and when the next is due.
func (s *Service) Revise(ctx context.Context, id uuid.UUID, due time.Time, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.ReviseGuideline, id, expected, "guideline.revised", func(ctx context.Context, tx *db.Tx, p placed) (*db.Guideline, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		var f fault.Form
		f.Ahead("reviewDueAt", due, now.UTC())
		if err := f.Err(); err != nil {
			return nil, err
		}
		return p.Update().SetReviewDueAt(due).ClearNotedAt().AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Run notes which reviews are due until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) { worker.Every(ctx, "reviews", access.NoteEvery, s.Turn) }

// Turn writes an act for each review that is due, if this server holds the lease.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	return access.Noting[db.Guideline, placed]{
		Frame: s.Frame, Log: s.log, Name: "reviews", Action: policy.NoteReviewDue, Type: "guideline.review_due",
		Due: "SELECT id FROM guidelines WHERE state = 'IN_FORCE' AND noted_at IS NULL AND review_due_at < ? ORDER BY review_due_at LIMIT ?",
		Note: func(ctx context.Context, _ *db.Tx, p placed, now time.Time) (*db.Guideline, error) {
			if p.NotedAt != nil || !Overdue(p.State, p.ReviewDueAt, now) {
				return nil, nil
			}
			return p.Update().SetNotedAt(now).AddRevision(1).SetUpdatedAt(now).Save(ctx)
		},
	}.Turn(ctx, holder)
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Guideline.Query().Where(guideline.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the proposal, then the guideline, as a ballot locks them.
	at, err := s.proposals.Place(ctx, tx, row.ProposalID)
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Guideline.Query().Where(guideline.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row, at}, err
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Guideline, ID: p.ID, Revision: p.Revision}, Dialogue: p.DialogueID,
		Parent: act.Parent{Type: policy.Proposal, ID: p.ProposalID}, Payload: map[string]any{"state": p.State, "version": p.Version, "reviewDueAt": p.ReviewDueAt},
	}
}
