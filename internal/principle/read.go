package principle

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// placed is a principle with its framework.
type placed struct {
	*db.Principle
	at access.Place
}

// nounOf says what the policy needs to know of a principle.
func nounOf(of Frameworks) access.Noun[db.Principle, placed] {
	return access.Noun[db.Principle, placed]{
		Resource: policy.Principle,
		Table:    store.TableOf[db.Principle](),
		Row:      func(p placed) *db.Principle { return p.Principle },
		Around:   func(p placed) access.Place { return p.at },
		AsPlace:  func(_ policy.Actor, p placed) access.Place { return p.place() },
		Facts: []access.Fact[placed]{
			access.Around(policy.InSight, func(p placed) access.Place { return p.at }).
				WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".framework_id") }),
		},
	}
}

// Of reads the principles of each framework that are in it, in their order. The frameworks are visible already.
func (s *Service) Of(ctx context.Context, frameworks []uuid.UUID, first *int32) (map[uuid.UUID][]*db.Principle, error) {
	slice, err := store.PageArgs{First: first}.Check()
	if err != nil {
		return nil, err
	}
	pages, err := store.Pages(ctx, s.Store, store.List[db.Principle]{
		Table: s.Table, Parent: "t.framework_id", Where: store.Where("t.state = 'PRESENT'"),
		Order: store.Order{Column: "position", Unique: true}, Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, frameworks)
	lists := make(map[uuid.UUID][]*db.Principle, len(frameworks))
	for _, id := range frameworks {
		lists[id] = []*db.Principle{}
		if p := pages[id]; p != nil && p.Nodes != nil {
			lists[id] = p.Nodes
		}
	}
	return lists, err
}

// Can tells what the viewer can do toward each principle.
func (s *Service) Can(ctx context.Context, rows []*db.Principle) ([][]*policy.Decision, error) {
	all, err := s.around(ctx, rows)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].at.Facts.Add(policy.InSight) // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}

func (s *Service) around(ctx context.Context, rows []*db.Principle) ([]placed, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.FrameworkID
	}
	places, err := s.frameworks.Places(ctx, ids)
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.FrameworkID]}
	}
	return all, err
}
