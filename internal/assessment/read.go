package assessment

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

// Page is a page of assessments, Edge an entry of one.
type (
	Page = store.Page[*db.Assessment]
	Edge = store.Edge[*db.Assessment]
)

// placed is an assessment of its practice.
type placed struct {
	*db.Assessment
	practice access.Place
}

// nounOf says what the policy needs to know of an assessment of one of these practices. A published one of a practice that is
// still hidden waits with it.
func nounOf(practices Practices) access.Noun[db.Assessment, placed] {
	return access.Noun[db.Assessment, placed]{
		Resource: policy.Assessment,
		Table:    store.TableOf[db.Assessment](),
		Row:      func(p placed) *db.Assessment { return p.Assessment },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "firm_id"),
			access.Member[placed](policy.Writer, "member_id"),
			access.Around(policy.InSight, func(p placed) access.Place { return p.practice }).WithSQL(func(a policy.Actor, t string) store.Cond {
				return practices.InVisible(a, t+".practice_id")
			}),
		},
	}
}

// Filter says which assessments to list.
type Filter struct {
	State          []enum.AssessmentState
	Firm, Practice *uuid.UUID
	Text           string
	ChangedSince   *time.Time
}

// ByID reads assessments by their ids: what is missing or hidden is left out.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Assessment, error) {
	return s.Frame.ByID(ctx, s.store, ids)
}

// List reads a page of assessments, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, page)
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, l)
}

// Of reads a page of the assessments of each practice, newest first.
func (s *Service) Of(ctx context.Context, practices []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, Filter{}, page)
	if err != nil {
		return nil, err
	}
	l.Parent, l.ActsNameParent = "t.practice_id", true
	return store.Pages(ctx, s.store, l, practices)
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs) (store.List[db.Assessment], error) {
	actor := policy.ActorFrom(ctx)
	slice, err := page.Check()
	if err != nil {
		return store.List[db.Assessment]{}, err
	}
	where, err := s.store.Narrow(s.Visible(actor, "t")).And(store.Any("t.state", f.State)).Is("t.firm_id = ?", f.Firm).Is("t.practice_id = ?", f.Practice).
		Text(f.Text, "t.title").Since("t.updated_at", f.ChangedSince).All()
	if err != nil {
		return store.List[db.Assessment]{}, err
	}
	return store.List[db.Assessment]{
		Table: s.Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key(),
	}, nil
}

// Can tells what the viewer can do with each assessment.
func (s *Service) Can(ctx context.Context, rows []*db.Assessment) [][]*policy.Decision {
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, access.Place{Facts: policy.InSight}} // the rows are visible already
	}
	return s.Frame.Can(ctx, all)
}
