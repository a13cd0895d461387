package calledfirm

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of called firms.
type Page = store.Page[*db.CalledFirm]

// Edge is an entry of a page of called firms.
type Edge = store.Edge[*db.CalledFirm]

// placed is a called firm with what the policy asks of its call.
type placed struct {
	*db.CalledFirm
	caller  uuid.UUID
	open    bool
	awaited bool // the firm may still act: the call is open, and its date is not past
}

// noun says what the policy needs to know of a called firm.
var noun = access.Noun[db.CalledFirm, placed]{
	Resource: policy.CalledFirm,
	Table:    store.TableOf[db.CalledFirm](),
	Row:      func(p placed) *db.CalledFirm { return p.CalledFirm },
	Facts: []access.Fact[placed]{
		access.Party[placed](policy.Own, "firm_id"),
		{
			Fact:  policy.Caller,
			Holds: func(a policy.Actor, p placed) bool { return a.Stakeholder != uuid.Nil && p.caller == a.Stakeholder },
			SQL: func(a policy.Actor, t string) store.Cond {
				return store.Where("EXISTS (SELECT 1 FROM calls c WHERE c.id = "+t+".call_id AND c.caller_id = ? "+store.EachRow+")", a.Stakeholder)
			},
		},
		{Fact: policy.Called, Holds: func(_ policy.Actor, p placed) bool { return p.open }},
		{Fact: policy.Awaited, Holds: func(_ policy.Actor, p placed) bool { return p.awaited }},
	},
}

// Of reads a page of the firms of each call, in the order in which they were called.
func (s *Service) Of(ctx context.Context, calls []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	return store.Pages(ctx, s.Store, store.List[db.CalledFirm]{
		Table: s.Table, Parent: "t.call_id", ActsNameParent: true, Where: s.Visible(actor, "t"), Slice: slice, Viewer: actor.Key(),
	}, calls)
}

// Can tells what the viewer can do with each called firm.
func (s *Service) Can(ctx context.Context, rows []*db.CalledFirm) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.CallID
	}
	calls, err := s.calls.Standings(ctx, ids)
	if err != nil {
		return nil, err
	}
	all, now := make([]placed, len(rows)), s.clock.Now()
	for i, row := range rows {
		all[i] = at(row, calls[row.CallID], now)
	}
	return s.Frame.Can(ctx, all), nil
}

// stand is what the statuses of called firms k follow from, of their calls c and their parties f, at a time.
const stand = `k.state, COALESCE(k.answered_at > k.due_at, false), k.due_at <= ?, COALESCE(c.ended_at < k.due_at, false), f.status = 'ACTIVE'`

const standing = " FROM called_firms k JOIN calls c ON c.id = k.call_id JOIN stakeholders f ON f.id = k.firm_id WHERE "

// Statuses gives how each called firm stands now.
func (s *Service) Statuses(ctx context.Context, rows []*db.CalledFirm) ([]enum.CalledFirmStatus, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	in, found := s.Store.AnyOf("k.id", ids), make(map[uuid.UUID]enum.CalledFirmStatus, len(rows))
	err := s.Store.Query(ctx, "SELECT k.id, "+stand+standing+in.SQL, append([]any{s.clock.Now()}, in.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		var st Stand
		err := r.Scan(&id, &st.State, &st.Late, &st.Over, &st.Ended, &st.Active)
		found[id] = st.Status()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read how called firms stand: %w", err)
	}
	out := make([]enum.CalledFirmStatus, len(rows))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// Count is how many firms of a call stand how.
type Count map[enum.CalledFirmStatus]int

// All is how many firms are called.
func (c Count) All() int {
	n := 0
	for _, some := range c {
		n += some
	}
	return n
}

// CountsOf counts the firms of calls by how they stand now. The database counts those that stand alike: a call can be on thousands.
func (s *Service) CountsOf(ctx context.Context, calls []*db.Call) ([]Count, error) {
	ids, found := make([]uuid.UUID, len(calls)), make(map[uuid.UUID]Count, len(calls))
	for i, row := range calls {
		ids[i], found[row.ID] = row.ID, Count{}
	}
	in := s.Store.AnyOf("k.call_id", ids)
	text := "SELECT k.call_id, " + stand + ", COUNT(*)" + standing + in.SQL + " GROUP BY 1, 2, 3, 4, 5, 6"
	err := s.Store.Query(ctx, text, append([]any{s.clock.Now()}, in.Args...), func(r *sql.Rows) error {
		var call uuid.UUID
		var st Stand
		var n int
		err := r.Scan(&call, &st.State, &st.Late, &st.Over, &st.Ended, &st.Active, &n)
		found[call][st.Status()] += n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count called firms: %w", err)
	}
	out := make([]Count, len(calls))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

func at(row *db.CalledFirm, call access.Place, now time.Time) placed {
	open := call.Facts.Has(policy.Called)
	return placed{row, call.Party, open, open && now.Before(row.DueAt)}
}
