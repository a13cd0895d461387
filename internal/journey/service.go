package journey

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/journey"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about journeys.
var acts = []act.Type{
	{Name: "journey.planned"},
	{Name: "journey.imported"},
	{Name: "journey.edited"},
	{Name: "journey.published"},
	{Name: "journey.retired"},
}

// Practices are what customers meet at a touchpoint.
type Practices interface {
	// Linkable checks them.
	Linkable(ctx context.Context, tx *db.Tx, practices []uuid.UUID) error
	// FirmOf is the firm whose they are; nil where they are of several.
	FirmOf(ctx context.Context, tx *db.Tx, practices []uuid.UUID) (*uuid.UUID, error)
	// Relink says anew with which a thing goes, and tells whether that changes it.
	Relink(ctx context.Context, tx *db.Tx, of policy.Resource, subject uuid.UUID, practices []uuid.UUID) (changed bool, err error)
}

// Service holds the use cases of journeys.
type Service struct {
	access.Frame[db.Journey, placed]
	clock     clock.Clock
	log       access.Appender
	practices Practices
}

// New makes the service.
func New(s *store.Store, l access.Appender, c clock.Clock, p Practices) *Service {
	n := &Service{clock: c, log: l, practices: p}
	n.Frame = access.Frame[db.Journey, placed]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	n.AsPlace = placeOf
	return n
}

// Plan writes a planned journey of the actor's firm.
func (s *Service) Plan(ctx context.Context, w Words) (*act.Result, error) {
	return s.Create(ctx, policy.PlanJourney, "journey.planned", nil, func(ctx context.Context, tx *db.Tx) (placed, error) {
		now := s.clock.Now()
		w, err := w.Check(now, nil)
		if err == nil {
			err = s.linkable(ctx, tx, policy.ActorFrom(ctx).Stakeholder, w.Steps)
		}
		if err != nil {
			return placed{}, err
		}
		row, err := tx.Journey.Create().SetFirmID(policy.ActorFrom(ctx).Stakeholder).SetName(w.Name).SetMode(enum.JourneyModePlanned).
			SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return placed{}, err
		}
		_, err = s.put(ctx, tx, row.ID, nil, w.Steps, now)
		return placed{row}, err
	})
}

// Change holds what an edit changes; nil keeps what is there.
type Change struct {
	Name  *string
	Steps []Step
}

// Edit changes a planned journey, or the name of an actual one.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.EditJourney, id, expected, "journey.edited", func(ctx context.Context, tx *db.Tx, p placed) (*db.Journey, error) {
		name, now := p.Name, s.clock.Now()
		if c.Name != nil {
			var f fault.Form
			if name = f.Line("name", *c.Name, mostName); f.Err() != nil && c.Steps == nil {
				return nil, f.Err()
			}
		}
		changed := name != p.Name
		if c.Steps != nil {
			others, err := s.replace(ctx, tx, p, c, now)
			if err != nil {
				return nil, err
			}
			changed = changed || others
		}
		if !changed {
			return nil, fault.NothingToDo("the journey says this already")
		}
		return p.Update().SetName(name).AddRevision(1).SetUpdatedAt(now).Save(ctx)
	})
}

// replace checks all that an edit says, and gives a planned journey its steps.
func (s *Service) replace(ctx context.Context, tx *db.Tx, p placed, c Change, now time.Time) (changed bool, err error) {
	if p.Mode == enum.JourneyModeActual {
		return false, fault.InvalidField("touchpoints", enum.UserErrorCodeNotApplicable, "an actual journey has the steps of its log")
	}
	rows, err := s.rows(ctx, tx, p.ID)
	if err != nil {
		return false, err
	}
	w := Words{Name: p.Name, Steps: c.Steps}
	if c.Name != nil {
		w.Name = *c.Name
	}
	if w, err = w.Check(now, saying(rows)); err == nil {
		err = s.linkable(ctx, tx, p.FirmID, w.Steps)
	}
	if err != nil {
		return false, err
	}
	return s.put(ctx, tx, p.ID, rows, w.Steps, now)
}

// Publish shows a draft to everybody. The plan that an actual journey is compared with is shown before.
func (s *Service) Publish(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.PublishJourney, id, expected, "journey.published", func(ctx context.Context, tx *db.Tx, p placed) (*db.Journey, error) {
		if p.PlanID != nil {
			plan, err := tx.Journey.Query().Where(journey.ID(*p.PlanID), s.Store.ForShare).Only(ctx)
			if err != nil {
				return nil, err
			}
			if plan.State == enum.JourneyStateDraft {
				return nil, fault.Coded(fault.State, enum.UserErrorCodeNotShown, "publish the plan that it is compared with first")
			}
		}
		return p.Update().SetState(enum.JourneyStatePublished).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Retire says that a journey is not so any more.
func (s *Service) Retire(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.RetireJourney, id, expected, "journey.retired", func(ctx context.Context, _ *db.Tx, p placed) (*db.Journey, error) {
		return p.Update().SetState(enum.JourneyStateRetired).SetStateReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Journey.Query().Where(journey.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row}, err
}

// Place loads a journey as a place inside a use case, and keeps it as it is until the end.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	row, err := tx.Journey.Query().Where(journey.ID(id), s.Store.ForShare).Only(ctx)
	if err != nil {
		return access.Place{}, err
	}
	return placeOf(policy.ActorFrom(ctx), placed{row}), nil
}

// Places reads journeys as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.Store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	places := make(map[uuid.UUID]access.Place, len(rows))
	for id, row := range rows {
		places[id] = placeOf(policy.ActorFrom(ctx), placed{row})
	}
	return places, nil
}

// placeOf is a journey as a place for its touchpoints: outside of dialogues, and shown once it is published.
func placeOf(a policy.Actor, p placed) access.Place {
	at := access.Place{Party: p.FirmID, Facts: access.Outside(a).With(noun.Subject(a, p).Facts)}
	if p.State == enum.JourneyStateDraft {
		at.Facts.Remove(policy.Shown)
	}
	if noun.Reads(a, p) {
		at.Facts.Add(policy.InSight)
	}
	return at
}

// Personal says that journeys are of firms.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "journeys", Column: "firm_id", Organisations: true, Erasure: "It stays: it names a firm, not a person.",
		Withheld: "What a firm says is its own, not its member's.",
	}}
}

func entry(typ string, p placed) act.Entry {
	payload := map[string]any{"state": p.State, "mode": p.Mode}
	if p.FileHash != nil {
		payload["fileHash"] = *p.FileHash
	}
	return act.Entry{Type: typ, Subject: act.Subject{Type: policy.Journey, ID: p.ID, Revision: p.Revision}, Owner: p.FirmID, Payload: payload}
}
