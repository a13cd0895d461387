package call

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of calls.
type Page = store.Page[*db.Call]

// Edge is an entry of a page of calls.
type Edge = store.Edge[*db.Call]

// noun says what the policy needs to know of a call.
var noun = access.Noun[db.Call, *db.Call]{
	Resource: policy.Call,
	Table:    store.TableOf[db.Call](),
	Facts:    []access.Fact[*db.Call]{access.Party[*db.Call](policy.Own, "caller_id")},
}

// Filter says which calls to list.
type Filter struct {
	State        []enum.AssessmentCallState
	Caller, Firm *uuid.UUID
	Dialogue     *uuid.UUID
	Template     []string
	ChangedSince *time.Time
}

// List reads a page of calls, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	actor := policy.ActorFrom(ctx)
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Is("t.caller_id = ?", f.Caller).Since("t.updated_at", f.ChangedSince)
		if len(f.Template) > 0 {
			n.And(s.Store.AnyText("t.template_key", f.Template))
		}
		if f.Firm != nil {
			n.And(store.Where("EXISTS (SELECT 1 FROM called_firms k WHERE k.call_id = t.id AND k.firm_id = ? "+store.EachRow+")", *f.Firm))
		}
		if f.Dialogue != nil {
			n.And(store.Where("t.dialogue_id = ?", *f.Dialogue)).And(s.dialogues.InVisible(actor, "t.dialogue_id"))
		}
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, access.Orders[string](nil), "", f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// Place loads a call inside a use case, and locks it.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	row, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return place(row), nil
}

// Standings reads many as places.
func (s *Service) Standings(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.Store, s.Table, ids, store.Always())
	all := make(map[uuid.UUID]access.Place, len(rows))
	for id, row := range rows {
		all[id] = place(row)
	}
	return all, err
}

// place is a call as a place of its caller.
func place(row *db.Call) access.Place {
	at := access.Place{Party: row.CallerID, Facts: policy.These(policy.InSight)}
	if row.State == enum.AssessmentCallStateOpen {
		at.Facts.Add(policy.Called)
	}
	return at
}
