package hiding

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of hidings.
type Page = store.Page[*db.Hiding]

// Edge is an entry of a page of hidings.
type Edge = store.Edge[*db.Hiding]

// placed is a hiding with where it was done.
type placed struct {
	*db.Hiding
	place access.Place
}

// nounOf says what the policy needs to know of a hiding.
func nounOf(where []access.Where) access.Noun[db.Hiding, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.place })
	}
	return access.Noun[db.Hiding, placed]{
		Resource: policy.Hiding,
		Table:    store.TableOf[db.Hiding](),
		Row:      func(p placed) *db.Hiding { return p.Hiding },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "author_id"),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return access.SubjectVisible(where, a, t) }),
			around(policy.Convenor).WithSQL(access.Convened),
			{Fact: policy.Writer, Holds: func(a policy.Actor, p placed) bool {
				is := func(member *uuid.UUID) bool { return a.Member != uuid.Nil && member != nil && *member == a.Member }
				return is(p.MemberID) || is(p.AppellantID)
			}},
		},
	}
}

// Filter says which hidings to list.
type Filter struct {
	Dialogue *uuid.UUID
	State    []enum.HidingState
	Overdue  *bool
}

func (f Filter) narrow(n *store.Narrowing) {
	n.Is("t.dialogue_id = ?", f.Dialogue).And(store.Any("t.state", f.State))
	if f.Overdue != nil {
		is := "t.overdue_at IS NULL"
		if *f.Overdue {
			is = "t.overdue_at IS NOT NULL"
		}
		n.And(store.Where(is))
	}
}

// List reads a page of the log of moderation, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	return s.Page(ctx, page, f.narrow)
}

// In reads a page of the log of moderation of each dialogue, newest first.
func (s *Service) In(ctx context.Context, dialogues []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.Newest(ctx, page, func(*store.Narrowing) {})
	if err != nil {
		return nil, err
	}
	l.Parent = "t.dialogue_id"
	return store.Pages(ctx, s.Store, l, dialogues)
}

// LastOf gives the last hiding of each thing; nothing where it was never hidden.
func (s *Service) LastOf(ctx context.Context, hidden []uuid.UUID) (map[uuid.UUID]*db.Hiding, error) {
	of, seen, found := s.Store.AnyOf("t.hidden_id", hidden), s.Visible(policy.ActorFrom(ctx), "t"), map[uuid.UUID]*db.Hiding{}
	text := "SELECT t." + strings.Join(s.Table.Columns, ", t.") + " FROM hidings t WHERE " + of.SQL + " AND " + seen.SQL +
		" AND NOT EXISTS (SELECT 1 FROM hidings l WHERE l.hidden_id = t.hidden_id AND l.id > t.id)"
	err := s.Store.Query(ctx, text, append(of.Args, seen.Args...), func(r *sql.Rows) error {
		row := new(db.Hiding)
		err := s.Table.Scan(r, row)
		found[row.HiddenID] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the last hidings: %w", err)
	}
	return found, nil
}

// After reads hidings that the viewer may see, in the order of their ids, for an export.
func (s *Service) After(ctx context.Context, f Filter, after uuid.UUID, most int) ([]*db.Hiding, error) {
	first := int32(most)
	l, err := s.Newest(ctx, store.PageArgs{First: &first}, func(n *store.Narrowing) {
		f.narrow(n)
		n.And(store.Where("t.id > ?", after))
	})
	if err != nil {
		return nil, err
	}
	l.Order.Descending = false
	p, err := store.One(ctx, s.Store, l)
	if err != nil {
		return nil, err
	}
	return p.Nodes, nil
}

// Appeals gives the words of appeals, to those who may read them: they may repeat what was hidden.
func (s *Service) Appeals(ctx context.Context, rows []*db.Hiding) ([]*string, error) {
	all, err := s.placedAll(ctx, rows)
	if err != nil {
		return nil, err
	}
	actor, out := policy.ActorFrom(ctx), make([]*string, len(rows))
	for i, p := range all {
		if policy.Decide(actor, policy.ReadAppeal, s.Subject(actor, p)).Allowed {
			out[i] = p.Appeal.Pointer()
		}
	}
	return out, nil
}

// Can tells what the viewer can do with each hiding.
func (s *Service) Can(ctx context.Context, rows []*db.Hiding) ([][]*policy.Decision, error) {
	all, err := s.placedAll(ctx, rows)
	if err != nil {
		return nil, err
	}
	return s.Frame.Can(ctx, all), nil
}

// placedAll reads where hidings were done. The rows are visible already.
func (s *Service) placedAll(ctx context.Context, rows []*db.Hiding) ([]placed, error) {
	on, all := make([]access.On, len(rows)), make([]placed, len(rows))
	for i, row := range rows {
		on[i] = access.On{Type: row.SubjectType, ID: row.SubjectID}
	}
	places, err := access.PlacesOf(ctx, s.where, on)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		all[i] = placed{row, places[i]}
	}
	return all, nil
}
