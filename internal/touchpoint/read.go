package touchpoint

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of touchpoints.
type Page = store.Page[*db.Touchpoint]

// Edge is an entry of a page of touchpoints.
type Edge = store.Edge[*db.Touchpoint]

// placed is a touchpoint with its journey.
type placed struct {
	*db.Touchpoint
	at access.Place
}

// nounOf says what the policy needs to know of a touchpoint.
func nounOf(of Journeys) access.Noun[db.Touchpoint, placed] {
	return access.Noun[db.Touchpoint, placed]{
		Resource: policy.Touchpoint,
		Table:    store.TableOf[db.Touchpoint](),
		Row:      func(p placed) *db.Touchpoint { return p.Touchpoint },
		Around:   func(p placed) access.Place { return p.at },
		AsPlace:  func(_ policy.Actor, p placed) access.Place { return p.place() },
		Facts: []access.Fact[placed]{
			access.Around(policy.InSight, func(p placed) access.Place { return p.at }).
				WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".journey_id") }),
		},
	}
}

// WithPractice reads a page of the touchpoints at which customers meet each practice, newest first.
func (s *Service) WithPractice(ctx context.Context, practices []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) { n.And(store.Where("t.state = 'PRESENT'")) })
	if err != nil {
		return nil, err
	}
	l.Join, l.Parent = "JOIN links l ON l.subject_id = t.id", "l.object_id"
	return store.Pages(ctx, s.Store, l, practices)
}

// Can tells what the viewer can do toward each touchpoint.
func (s *Service) Can(ctx context.Context, rows []*db.Touchpoint) ([][]*policy.Decision, error) {
	all, err := s.around(ctx, rows)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].at.Facts.Add(policy.InSight) // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}

func (s *Service) around(ctx context.Context, rows []*db.Touchpoint) ([]placed, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.JourneyID
	}
	places, err := s.journeys.Places(ctx, ids)
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.JourneyID]}
	}
	return all, err
}
