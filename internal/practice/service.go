package practice

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Service holds the use cases of practices.
type Service struct {
	store *store.Store
	log   *actlog.Log
	clock clock.Clock
}

// New makes the service.
func New(s *store.Store, l *actlog.Log, c clock.Clock) *Service {
	return &Service{store: s, log: l, clock: c}
}

// Propose declares a planned practice of the actor's firm.
func (s *Service) Propose(ctx context.Context, w Words) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		if err := policy.Check(ctx, policy.ProposePractice, policy.Subject{Resource: policy.Practice}); err != nil {
			return actlog.Entry{}, err
		}
		w, err := w.Check()
		if err != nil {
			return actlog.Entry{}, err
		}
		now := s.clock.Now()
		row, err := tx.Practice.Create().SetFirmID(policy.ActorFrom(ctx).Stakeholder).SetTitle(w.Title).SetDescription(w.Description).SetKind(w.Kind).
			SetDataCategories(w.DataCategories).SetAffectedGroups(w.AffectedGroups).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("propose practice: %w", err)
		}
		return entry("practice.proposed", row), nil
	})
}

// Change holds the new words of a revision; nil keeps the old ones.
type Change struct {
	Title, Description             *string
	DataCategories, AffectedGroups []string
}

// Revise changes the words and makes a new version.
func (s *Service) Revise(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*actlog.Receipt, error) {
	return s.change(ctx, policy.RevisePractice, id, expected, "practice.revised", func(row *db.Practice) (*db.PracticeUpdateOne, error) {
		w := Words{
			Title: row.Title, Description: row.Description, Kind: row.Kind, DataCategories: row.DataCategories, AffectedGroups: row.AffectedGroups,
		}
		if c.Title != nil {
			w.Title = *c.Title
		}
		if c.Description != nil {
			w.Description = *c.Description
		}
		if c.DataCategories != nil {
			w.DataCategories = c.DataCategories
		}
		if c.AffectedGroups != nil {
			w.AffectedGroups = c.AffectedGroups
		}
		w, err := w.Check()
		if err != nil {
			return nil, err
		}
		return row.Update().SetTitle(w.Title).SetDescription(w.Description).SetDataCategories(w.DataCategories).
			SetAffectedGroups(w.AffectedGroups).AddVersion(1), nil
	})
}

// Try tries a planned practice with some customers.
func (s *Service) Try(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.move(ctx, policy.TryPractice, id, expected, "practice.tried", "TRIAL")
}

// Activate puts a practice in use, or takes it up again.
func (s *Service) Activate(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.move(ctx, policy.ActivatePractice, id, expected, "practice.activated", "ACTIVE")
}

// Pause stops a practice for now.
func (s *Service) Pause(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.move(ctx, policy.PausePractice, id, expected, "practice.paused", "PAUSED")
}

// Withdraw gives a practice up.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.move(ctx, policy.WithdrawPractice, id, expected, "practice.withdrawn", "WITHDRAWN")
}

func (s *Service) move(ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, act, state string) (*actlog.Receipt, error) {
	return s.change(ctx, action, id, expected, act, func(row *db.Practice) (*db.PracticeUpdateOne, error) {
		return row.Update().SetState(state), nil
	})
}

func (s *Service) change(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, act string,
	do func(row *db.Practice) (*db.PracticeUpdateOne, error),
) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		row, err := s.Load(ctx, tx, id)
		if err != nil {
			return actlog.Entry{}, err
		}
		if err := policy.Check(ctx, action, Subject(policy.ActorFrom(ctx), row)); err != nil {
			return actlog.Entry{}, err
		}
		if err := store.SameRevision(row.Revision, expected); err != nil {
			return actlog.Entry{}, err
		}
		update, err := do(row)
		if err != nil {
			return actlog.Entry{}, err
		}
		if row, err = update.AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx); err != nil {
			return actlog.Entry{}, fmt.Errorf("save practice: %w", err)
		}
		return entry(act, row), nil
	})
}

// Load keeps a practice as it is inside a transaction. One that the actor may not see is missing.
func (s *Service) Load(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Practice, error) {
	if err := s.store.Lock(ctx, tx, Table.Name, id); err != nil {
		return nil, err
	}
	row, err := tx.Practice.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	if !policy.Decide(actor, policy.ReadPractice, Subject(actor, row)).Allowed {
		return nil, fault.Missing()
	}
	return row, nil
}

// Link says which practices a dialogue or proposal is about. A practice that the actor may not see is missing to it.
func Link(ctx context.Context, tx *db.Tx, subject uuid.UUID, practices []uuid.UUID) error {
	if len(practices) > 20 {
		return fault.InvalidField("practices", "link at most 20 practices")
	}
	actor := policy.ActorFrom(ctx)
	seen := map[uuid.UUID]bool{}
	for _, id := range practices {
		if seen[id] {
			continue
		}
		seen[id] = true
		row, err := tx.Practice.Get(ctx, id)
		if err != nil && !db.IsNotFound(err) {
			return fmt.Errorf("load practice: %w", err)
		}
		if err != nil || actor.System == "" && !policy.Decide(actor, policy.ReadPractice, Subject(actor, row)).Allowed {
			return &fault.Fault{Kind: fault.NotFound, Field: "practices", Message: "not found"}
		}
		if err := tx.Link.Create().SetSubjectID(subject).SetPracticeID(id).Exec(ctx); err != nil {
			return fmt.Errorf("link practice: %w", err)
		}
	}
	return nil
}

// Subject is a practice as the policy sees it.
func Subject(a policy.Actor, row *db.Practice) policy.Subject {
	s := policy.Subject{Resource: policy.Practice, State: row.State}
	if a.Stakeholder != uuid.Nil && a.Stakeholder == row.FirmID {
		s.Facts |= policy.Own
	}
	return s
}

func entry(act string, row *db.Practice) actlog.Entry {
	return actlog.Entry{
		Type: act, Subject: actlog.Subject{Type: policy.Practice, ID: row.ID, Revision: row.Revision},
		Payload: map[string]any{"state": row.State, "version": row.Version},
	}
}
