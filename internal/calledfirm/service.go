package calledfirm

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/calledfirm"
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

// acts are the types of act about called firms.
var acts = []act.Type{
	{Name: "calledfirm.claimed"},
	{Name: "calledfirm.exempted"},
	{Name: "calledfirm.refused"},
	{Name: "calledfirm.answered"},
	{Name: "calledfirm.reopened"},
	{Name: "calledfirm.reminded", By: "the server"},
}

// Calls are what firms are called by, as places of their callers.
type Calls interface {
	// Place loads a call inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Standings reads many.
	Standings(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
}

// Service holds the use cases of called firms.
type Service struct {
	access.Frame[db.CalledFirm, placed]
	clock clock.Clock
	log   access.Appender
	calls Calls
}

// New makes the service.
func New(s *store.Store, l access.Appender, c clock.Clock, calls Calls) *Service {
	n := &Service{clock: c, log: l, calls: calls}
	n.Frame = access.Frame[db.CalledFirm, placed]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Claim says that a call does not apply to the actor's firm.
func (s *Service) Claim(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	var f fault.Form
	reason = f.Text("notApplicable", reason, longest)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.AnswerCall, id, expected, "calledfirm.claimed", func(ctx context.Context, _ *db.Tx, p placed) (*db.CalledFirm, error) {
		return s.revised(p.Update()).SetState(enum.CalledFirmStateClaimed).SetClaim(optional.Text(reason)).SetClaimedAt(s.clock.Now()).SetDecision("").ClearDecidedAt().Save(ctx)
	})
}

// Decide accepts or refuses that a call does not apply to a firm. Who is refused has some time at least.
func (s *Service) Decide(ctx context.Context, id uuid.UUID, accepted bool, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	typ, to := "calledfirm.refused", enum.CalledFirmStatePending
	if accepted {
		typ, to = "calledfirm.exempted", enum.CalledFirmStateExempt
	}
	return s.Because(reason).Change(ctx, policy.DecideExemption, id, expected, typ, func(ctx context.Context, tx *db.Tx, p placed) (*db.CalledFirm, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		update := s.revised(p.Update()).SetState(to).SetDecision(optional.Text(reason)).SetDecidedAt(s.clock.Now())
		if least := now.UTC().Add(grace).Truncate(time.Microsecond); !accepted && p.DueAt.Before(least) {
			update.SetDueAt(least).SetReminders(0)
		}
		return update.Save(ctx)
	})
}

func (s *Service) revised(update *db.CalledFirmUpdateOne) *db.CalledFirmUpdateOne {
	return update.AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.CalledFirm.Get(ctx, id)
	if err != nil {
		return placed{}, err
	}
	// First the call, then the firm: whoever calls on firms locks them in this order, too.
	call, err := s.calls.Place(ctx, tx, row.CallID)
	if err != nil {
		return placed{}, err
	}
	if row, err = tx.CalledFirm.Query().Where(calledfirm.ID(id), s.Store.ForUpdate).Only(ctx); err != nil {
		return placed{}, err
	}
	now, err := s.Store.Now(ctx, tx)
	return at(row, call, now), err
}

// Personal says what an erasure and an export do with firms that are called.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "called_firms", Column: "firm_id", Organisations: true, Erasure: "It stays: it names a firm, not a person.",
		Withheld: "What a firm says is its own, not its member's.",
	}}
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.CalledFirm, ID: p.ID, Revision: p.Revision}, Owner: p.FirmID,
		Parent: act.Parent{Type: policy.Call, ID: p.CallID}, Payload: map[string]any{"state": p.State, "due": p.DueAt.UTC()},
	}
}
