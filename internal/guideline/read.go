package guideline

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of guidelines.
type Page = store.Page[*db.Guideline]

// Edge is an entry of a page of guidelines.
type Edge = store.Edge[*db.Guideline]

// placed is a guideline with the proposal that it was.
type placed struct {
	*db.Guideline
	at access.Place
}

// nounOf says what the policy needs to know of a guideline.
func nounOf(of Proposals) access.Noun[db.Guideline, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.at })
	}
	return access.Noun[db.Guideline, placed]{
		Resource: policy.Guideline,
		Table:    store.TableOf[db.Guideline](),
		Row:      func(p placed) *db.Guideline { return p.Guideline },
		Around:   func(p placed) access.Place { return p.at },
		Facts: []access.Fact[placed]{
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".proposal_id") }),
			around(policy.Convenor),
		},
	}
}

// Filter says which guidelines to list.
type Filter struct {
	State              []enum.GuidelineState
	Dialogue, Practice *uuid.UUID
	Overdue            *bool // as an act has said
}

// about asks, of a guideline t, that it is about a practice.
const about = "EXISTS (SELECT 1 FROM links k WHERE k.subject_id = t.proposal_id AND k.object_id = ?)"

// List reads a page of guidelines, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	seen := s.practices.InVisibleID(policy.ActorFrom(ctx), f.Practice)
	return s.Page(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Is("t.dialogue_id = ?", f.Dialogue).Is(about, f.Practice).And(seen)
		if f.Overdue != nil {
			is := "NOT (t.state = 'IN_FORCE' AND t.noted_at IS NOT NULL)"
			if *f.Overdue {
				is = "t.state = 'IN_FORCE' AND t.noted_at IS NOT NULL"
			}
			n.And(store.Where(is))
		}
	})
}

// Of finds the guideline that each proposal became.
func (s *Service) Of(ctx context.Context, proposals []uuid.UUID) (map[uuid.UUID]*db.Guideline, error) {
	return s.OneUnder(ctx, "proposal_id", proposals)
}

// Next finds the guideline that has replaced each.
func (s *Service) Next(ctx context.Context, guidelines []uuid.UUID) (map[uuid.UUID]*db.Guideline, error) {
	l, err := s.Newest(ctx, store.PageArgs{}, func(*store.Narrowing) {})
	if err != nil {
		return nil, err
	}
	l.Parent = "t.previous_id"
	return access.First(store.Pages(ctx, s.Store, l, guidelines))
}

// Overdue tells of each guideline whether its review is due.
func (s *Service) Overdue(rows []*db.Guideline) []bool {
	now, all := s.clock.Now(), make([]bool, len(rows))
	for i, row := range rows {
		all[i] = Overdue(row.State, row.ReviewDueAt, now)
	}
	return all
}

// Can tells what the viewer can do with each guideline.
func (s *Service) Can(ctx context.Context, rows []*db.Guideline) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ProposalID
	}
	places, err := s.proposals.Places(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.ProposalID]}
		all[i].at.Facts.Add(policy.InSight) // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}
