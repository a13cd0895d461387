package mitigation

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbmitigation "github.com/plenary-dialogue/plenary/ent/db/mitigation"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about mitigations.
var acts = []act.Type{
	{Name: "mitigation.added"}, {Name: "mitigation.edited"}, {Name: "mitigation.removed"}, {Name: "mitigation.recorded"}, {Name: "mitigation.verified"},
}

// Risks are what mitigations are about.
type Risks interface {
	// Place loads a risk inside a use case, and locks it and its assessment.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Standings reads many that are visible already, with the part that the actor has in each.
	Standings(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// Whole tells of which of many that are visible already nothing of their assessment is withheld from the actor.
	Whole(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// Appointed asks for a column to name one in an assessment that the actor is appointed to sign.
	Appointed(a policy.Actor, column string) store.Cond
	// Rewrite is what a change of its mitigations does to the assessment of one that was loaded.
	Rewrite(ctx context.Context, tx *db.Tx, id uuid.UUID) error
}

// Service holds the use cases of mitigations.
type Service struct {
	access.Frame[db.Mitigation, placed]
	clock clock.Clock
	risks Risks
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, of Risks) *Service {
	n := &Service{clock: c, risks: of}
	n.Frame = access.Frame[db.Mitigation, placed]{Noun: nounOf(of), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	n.AsPlace = n.placeOf
	return n
}

// Add plans a mitigation of a risk.
func (s *Service) Add(ctx context.Context, risk uuid.UUID, p Plan) (*act.Result, error) {
	var at access.Place
	return s.Create(ctx, policy.AddMitigation, "mitigation.added", access.In(s.risks, risk, &at), func(ctx context.Context, tx *db.Tx) (placed, error) {
		p, err := s.check(ctx, tx, p, at.Party)
		if err != nil {
			return placed{}, err
		}
		number, err := s.next(ctx, tx, risk)
		if err != nil {
			return placed{}, err
		}
		now := s.clock.Now()
		row, err := tx.Mitigation.Create().SetRiskID(risk).SetNumber(number).SetTitle(p.Title).SetDescription(optional.Text(p.Description)).
			SetNillableOwnerID(p.Owner).SetNillableDueAt(p.Due).SetLowersLikelihood(p.LowersLikelihood).SetLowersSeverity(p.LowersSeverity).
			SetAuthorID(policy.ActorFrom(ctx).Member).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return placed{}, err
		}
		return placed{Mitigation: row, at: at}, s.risks.Rewrite(ctx, tx, risk)
	})
}

// next is the number of the next mitigation of a risk, which is locked.
func (s *Service) next(ctx context.Context, tx *db.Tx, risk uuid.UUID) (int, error) {
	last := 0
	const text = "SELECT COALESCE(MAX(number), 0) FROM mitigations WHERE risk_id = ?"
	err := s.Store.QueryTx(ctx, tx, text, []any{risk}, func(r *sql.Rows) error { return r.Scan(&last) })
	switch {
	case err != nil:
		return 0, fmt.Errorf("count mitigations: %w", err)
	case last >= most:
		return 0, fault.TooLong("risk", last+1, most)
	}
	return last + 1, nil
}

// check checks a plan, and that who answers for it is a member of the firm.
func (s *Service) check(ctx context.Context, tx *db.Tx, p Plan, firm uuid.UUID) (Plan, error) {
	p, err := p.Check()
	if err != nil || p.Owner == nil {
		return p, err
	}
	found := false
	const text = "SELECT 1 FROM members WHERE id = ? AND stakeholder_id = ?"
	err = s.Store.QueryTx(ctx, tx, text, []any{*p.Owner, firm}, func(*sql.Rows) error { found = true; return nil })
	switch {
	case err != nil:
		return p, fmt.Errorf("read the member: %w", err)
	case !found:
		return p, fault.MissingField("owner")
	}
	return p, nil
}

// Change is what changes of a plan; nil keeps it.
type Change struct {
	Title, Description               *string
	Owner                            *uuid.UUID
	Due                              *time.Time
	LowersLikelihood, LowersSeverity *int
}

func (c Change) of(p Plan) Plan {
	keep(&p.Title, c.Title)
	keep(&p.Description, c.Description)
	keep(&p.LowersLikelihood, c.LowersLikelihood)
	keep(&p.LowersSeverity, c.LowersSeverity)
	if c.Owner != nil {
		p.Owner = c.Owner
	}
	if c.Due != nil {
		p.Due = c.Due
	}
	return p
}

func keep[T any](old, changed *T) {
	if changed != nil {
		*old = *changed
	}
}

// Edit changes what is planned.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.EditMitigation, id, expected, "mitigation.edited", func(ctx context.Context, tx *db.Tx, p placed) (*db.Mitigation, error) {
		before := Plan{p.Title, string(p.Description), p.OwnerID, p.DueAt, p.LowersLikelihood, p.LowersSeverity}
		plan := c.of(before)
		check := s.check
		if c.Owner == nil {
			check = func(_ context.Context, _ *db.Tx, p Plan, _ uuid.UUID) (Plan, error) { return p.Check() } // who has left the firm may stay
		}
		plan, err := check(ctx, tx, plan, p.at.Party)
		if err != nil {
			return nil, err
		}
		if plan.same(before) {
			return nil, fault.NothingToDo("this is what is planned already")
		}
		if err := s.risks.Rewrite(ctx, tx, p.RiskID); err != nil {
			return nil, err
		}
		return s.revised(p.Update()).SetTitle(plan.Title).SetDescription(optional.Text(plan.Description)).SetNillableOwnerID(plan.Owner).
			SetNillableDueAt(plan.Due).SetLowersLikelihood(plan.LowersLikelihood).SetLowersSeverity(plan.LowersSeverity).
			SetAuthorID(policy.ActorFrom(ctx).Member).Save(ctx)
	})
}

// Remove takes a mitigation out of its assessment.
func (s *Service) Remove(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.RemoveMitigation, id, expected, "mitigation.removed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Mitigation, error) {
		if err := s.risks.Rewrite(ctx, tx, p.RiskID); err != nil {
			return nil, err
		}
		return s.revised(p.Update()).SetBefore(p.State).SetState(enum.MitigationStateRemoved).Save(ctx)
	})
}

// Record says what became of a mitigation.
func (s *Service) Record(ctx context.Context, id uuid.UUID, to enum.MitigationState, note string, expected *int32) (*act.Result, error) {
	note, err := noted(note)
	if err != nil {
		return nil, err
	}
	return s.Change(ctx, policy.RecordMitigation, id, expected, "mitigation.recorded", func(ctx context.Context, tx *db.Tx, p placed) (*db.Mitigation, error) {
		if err := moved(p.State, to, note); err != nil {
			return nil, err
		}
		return s.step(ctx, tx, p, to, note)
	})
}

// Verify says that what was done works.
func (s *Service) Verify(ctx context.Context, id uuid.UUID, note string, expected *int32) (*act.Result, error) {
	var f fault.Form
	note = f.Text("note", note, longestNote)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.Change(ctx, policy.VerifyMitigation, id, expected, "mitigation.verified", func(ctx context.Context, tx *db.Tx, p placed) (*db.Mitigation, error) {
		return s.step(ctx, tx, p, enum.MitigationStateVerified, note)
	})
}

func noted(note string) (string, error) {
	var f fault.Form
	note = f.OptionalText("note", note, longestNote)
	return note, f.Err()
}

func (s *Service) step(ctx context.Context, tx *db.Tx, p placed, to enum.MitigationState, note string) (*db.Mitigation, error) {
	actor := policy.ActorFrom(ctx)
	err := tx.MitigationStep.Create().SetMitigationID(p.ID).SetState(to).SetNote(optional.Text(note)).SetPartyID(actor.Stakeholder).SetMemberID(actor.Member).
		SetTakenAt(s.clock.Now()).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("keep what became of it: %w", err)
	}
	return s.revised(p.Update()).SetState(to).Save(ctx)
}

func (s *Service) revised(update *db.MitigationUpdateOne) *db.MitigationUpdateOne {
	return update.AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Mitigation.Query().Where(dbmitigation.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the assessment and the risk, then the mitigation: whoever plans one locks them in this order, too.
	at, err := s.risks.Place(ctx, tx, row.RiskID)
	if err != nil {
		return placed{}, err
	}
	if row, err = tx.Mitigation.Query().Where(dbmitigation.ID(id), s.Store.ForUpdate).Only(ctx); err != nil {
		return placed{}, err
	}
	done, err := s.doneBy(ctx, func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
		return s.Store.QueryTx(ctx, tx, text, args, scan)
	}, []uuid.UUID{id})
	return placed{row, at, done[id]}, err
}

// entry is the act on a mitigation. It does not say what was noted: that may be withheld, and acts are for everybody.
func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Mitigation, ID: p.ID, Revision: p.Revision}, Owner: p.at.Party,
		Parent: act.Parent{Type: policy.Risk, ID: p.RiskID}, Payload: map[string]any{"number": p.Number, "state": p.State},
	}
}
