package call

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/call"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about calls.
var acts = []act.Type{{Name: "call.opened"}, {Name: "call.extended"}, {Name: "call.firm_added"}, {Name: "call.closed"}, {Name: "call.withdrawn"}}

// Dialogues are what calls can be part of the outcome of.
type Dialogues interface {
	// Place loads a dialogue inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Practices are what firms are called for.
type Practices interface {
	// Visible is the policy's filter for practices of an alias.
	Visible(a policy.Actor, alias string, given ...policy.Fact) store.Cond
}

// Firms keep which firms are called.
type Firms interface {
	// Call adds firms to a call inside a use case, until a time. One that is there already is refused.
	Call(ctx context.Context, tx *db.Tx, call uuid.UUID, firms []uuid.UUID, due time.Time) error
	// Extend gives all firms of a call at least until a time, inside a use case.
	Extend(ctx context.Context, tx *db.Tx, call uuid.UUID, due time.Time) error
}

// Service holds the use cases of calls.
type Service struct {
	access.Frame[db.Call, *db.Call]
	clock     clock.Clock
	dialogues Dialogues
	practices Practices
	firms     Firms
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, dialogues Dialogues, practices Practices, firms Firms) *Service {
	n := &Service{clock: c, dialogues: dialogues, practices: practices, firms: firms}
	n.Frame = access.Frame[db.Call, *db.Call]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Open calls on firms.
func (s *Service) Open(ctx context.Context, t Terms) (*act.Result, error) {
	var of []string // the caller's jurisdictions
	place := func(ctx context.Context, tx *db.Tx) (at access.Place, err error) {
		if t.Dialogue != nil {
			_, err = access.In(s.dialogues, *t.Dialogue, &at)(ctx, tx)
			return at, err
		}
		if of, err = access.Jurisdictions(ctx, tx); err == nil && within(t.Jurisdictions, of) {
			at.Facts.Add(policy.InJurisdiction)
		}
		return at, err
	}
	return s.Create(ctx, policy.OpenCall, "call.opened", place, func(ctx context.Context, tx *db.Tx) (*db.Call, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		if t, err = t.Check(now.UTC()); err != nil {
			return nil, err
		}
		if t.Dialogue == nil && len(t.Jurisdictions) == 0 {
			t.Jurisdictions = of
		}
		if err := s.sensible(ctx, tx, t); err != nil {
			return nil, err
		}
		firms, err := s.reached(ctx, tx, t)
		if err != nil {
			return nil, err
		}
		at := s.clock.Now()
		kinds := make([]string, len(t.Kinds))
		for i, k := range t.Kinds {
			kinds[i] = string(k)
		}
		row, err := tx.Call.Create().SetCallerID(policy.ActorFrom(ctx).Stakeholder).SetNillableDialogueID(t.Dialogue).SetTemplateKey(t.Template).SetReason(t.Reason).
			SetJurisdictions(list(t.Jurisdictions)).SetSectors(list(t.Sectors)).SetPracticeKinds(kinds).SetDueAt(t.Due).SetCreatedAt(at).SetUpdatedAt(at).Save(ctx)
		if err != nil {
			return nil, err
		}
		return row, s.firms.Call(ctx, tx, row.ID, firms, t.Due)
	})
}

func list(texts []string) []string { return append([]string{}, texts...) }

// sensible refuses a call under a template that nobody can answer, or for a dialogue that has no outcome.
func (s *Service) sensible(ctx context.Context, tx *db.Tx, t Terms) error {
	var f fault.Form
	if found, err := s.is(ctx, tx, "SELECT 1 FROM templates WHERE key = ? AND state = 'ACTIVE'", t.Template); err != nil {
		return err
	} else if !found {
		f.Add(&fault.Fault{Kind: fault.NotFound, Field: "templateKey", Message: "no version of this template is in use"})
	}
	if t.Dialogue != nil {
		if found, err := s.is(ctx, tx, "SELECT 1 FROM dialogues d JOIN outcomes o ON o.dialogue_id = d.id WHERE d.id = ? AND d.state = 'CLOSED'", *t.Dialogue); err != nil {
			return err
		} else if !found {
			f.Add(&fault.Fault{Kind: fault.State, Code: enum.UserErrorCodeState, Field: "dialogue", Message: "the dialogue has no outcome yet: close it first"})
		}
	}
	return f.Err()
}

func (s *Service) is(ctx context.Context, tx *db.Tx, text string, arg any) (found bool, err error) {
	err = s.Store.QueryTx(ctx, tx, text, []any{arg}, func(*sql.Rows) error { found = true; return nil })
	if err != nil {
		return false, fmt.Errorf("look for what a call is about: %w", err)
	}
	return found, nil
}

// reached are the firms that a call is on, in the order of their ids: those that are active and have a practice that everybody sees.
func (s *Service) reached(ctx context.Context, tx *db.Tx, t Terms) ([]uuid.UUID, error) {
	showing, err := s.showing(ctx, tx, t.Kinds)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Stakeholder.Query().Where(stakeholder.Kind(enum.StakeholderKindFirm), stakeholder.Status(enum.StakeholderStatusActive)).
		Order(stakeholder.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read firms: %w", err)
	}
	var ids []uuid.UUID
	for _, row := range rows {
		if showing[row.ID] && reaches(t.Jurisdictions, row.Jurisdictions) && (len(t.Sectors) == 0 || slices.Contains(t.Sectors, string(row.SectorCode))) {
			ids = append(ids, row.ID)
		}
	}
	switch {
	case len(ids) == 0:
		return nil, fault.InvalidField("jurisdictions", enum.UserErrorCodeInvalid, "no firm of these jurisdictions and sectors has a practice of these kinds that everybody sees")
	case len(ids) > mostFirms:
		return nil, fault.TooLong("jurisdictions", len(ids), mostFirms)
	}
	return ids, nil
}

// showing are the firms with a practice of these kinds that a visitor sees.
func (s *Service) showing(ctx context.Context, tx *db.Tx, kinds []enum.PracticeKind) (map[uuid.UUID]bool, error) {
	seen := s.practices.Visible(policy.Anonymous, "p")
	if len(kinds) > 0 {
		seen = store.And(seen, store.Any("p.kind", kinds))
	}
	firms := map[uuid.UUID]bool{}
	err := s.Store.QueryTx(ctx, tx, "SELECT DISTINCT p.firm_id FROM practices p WHERE "+seen.SQL, seen.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		firms[id] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the firms with practices: %w", err)
	}
	return firms, nil
}

// Extend gives all firms that are called more time.
func (s *Service) Extend(ctx context.Context, id uuid.UUID, due time.Time, reason string, expected *int32) (*act.Result, error) {
	return s.because(ctx, policy.ExtendCall, id, reason, expected, "call.extended", func(ctx context.Context, tx *db.Tx, row *db.Call, _ string) (*db.CallUpdateOne, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		due := due.UTC().Truncate(time.Microsecond)
		if err := ahead(due, row.DueAt, now.UTC()); err != nil {
			return nil, err
		}
		return row.Update().SetDueAt(due), s.firms.Extend(ctx, tx, id, due)
	})
}

// AddFirm calls on one more firm, with as much time as the others had.
func (s *Service) AddFirm(ctx context.Context, id, firm uuid.UUID, expected *int32) (*act.Result, error) {
	frame := s.Frame
	frame.Entry = func(typ string, row *db.Call) act.Entry {
		e := entry(typ, row)
		e.Payload = map[string]any{"state": row.State, "due": row.DueAt.UTC(), "firm": typeid.New("stakeholder", firm).String()}
		return e
	}
	return frame.Change(ctx, policy.AddFirmToCall, id, expected, "call.firm_added", func(ctx context.Context, tx *db.Tx, row *db.Call) (*db.Call, error) {
		found, err := tx.Stakeholder.Query().Where(stakeholder.ID(firm), stakeholder.Kind(enum.StakeholderKindFirm), stakeholder.Status(enum.StakeholderStatusActive)).Exist(ctx)
		switch {
		case err != nil:
			return nil, fmt.Errorf("read the firm: %w", err)
		case !found:
			return nil, fault.MissingField("firm")
		}
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		if err := s.firms.Call(ctx, tx, id, []uuid.UUID{firm}, now.UTC().Add(row.DueAt.Sub(row.CreatedAt)).Truncate(time.Microsecond)); err != nil {
			return nil, err
		}
		return s.revised(row.Update()).Save(ctx)
	})
}

// Close ends a call.
func (s *Service) Close(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	return s.because(ctx, policy.CloseCall, id, reason, expected, "call.closed", s.ending(enum.AssessmentCallStateClosed))
}

// Withdraw takes a call back.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	return s.because(ctx, policy.WithdrawCall, id, reason, expected, "call.withdrawn", s.ending(enum.AssessmentCallStateWithdrawn))
}

type changing = func(ctx context.Context, tx *db.Tx, row *db.Call, reason string) (*db.CallUpdateOne, error)

func (s *Service) ending(to enum.AssessmentCallState) changing {
	return func(ctx context.Context, tx *db.Tx, row *db.Call, reason string) (*db.CallUpdateOne, error) {
		now, err := s.Store.Now(ctx, tx)
		return row.Update().SetState(to).SetStateReason(optional.Text(reason)).SetEndedAt(now.UTC()), err
	}
}

// because is a change with a reason, which stands in its act.
func (s *Service) because(ctx context.Context, action policy.Action, id uuid.UUID, reason string, expected *int32, typ string, do changing) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, action, id, expected, typ, func(ctx context.Context, tx *db.Tx, row *db.Call) (*db.Call, error) {
		update, err := do(ctx, tx, row, reason)
		if err != nil {
			return nil, err
		}
		return s.revised(update).Save(ctx)
	})
}

func (s *Service) revised(update *db.CallUpdateOne) *db.CallUpdateOne {
	return update.AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Call, error) {
	return tx.Call.Query().Where(call.ID(id), s.Store.ForUpdate).Only(ctx)
}

// Personal says what an erasure and an export do with who calls.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "calls", Column: "caller_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
		Withheld: "What an organisation says is its own, not its member's.",
	}}
}

func entry(typ string, row *db.Call) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Call, ID: row.ID, Revision: row.Revision}, Owner: row.CallerID,
		Payload: map[string]any{"state": row.State, "due": row.DueAt.UTC()},
	}
}
