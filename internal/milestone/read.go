package milestone

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of milestones.
type Page = store.Page[*db.Milestone]

// Edge is an entry of a page of milestones.
type Edge = store.Edge[*db.Milestone]

// placed is a milestone with its commitment.
type placed struct {
	*db.Milestone
	at access.Place
}

// nounOf says what the policy needs to know of a milestone.
func nounOf(of Commitments) access.Noun[db.Milestone, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.at })
	}
	return access.Noun[db.Milestone, placed]{
		Resource: policy.Milestone,
		Table:    store.TableOf[db.Milestone](),
		Row:      func(p placed) *db.Milestone { return p.Milestone },
		Around:   func(p placed) access.Place { return p.at },
		Facts: []access.Fact[placed]{
			around(policy.Own), around(policy.Underway),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".commitment_id") }),
		},
	}
}

// Of reads a page of the milestones of each commitment, newest first.
func (s *Service) Of(ctx context.Context, commitments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "commitment_id", commitments, page)
}

// InVisible asks for a column to name a milestone that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return s.Noun.InVisible(a, column)
}

// Place loads a milestone as a place for its files inside a use case, and locks it.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	at := access.Place{Dialogue: p.at.Dialogue, Party: p.at.Party}
	if s.Reads(policy.ActorFrom(ctx), p) {
		at.Facts.Add(policy.InSight)
	}
	return at, nil
}

// Late tells of each milestone whether it is or was late.
func (s *Service) Late(rows []*db.Milestone) []bool {
	now, all := s.clock.Now(), make([]bool, len(rows))
	for i, row := range rows {
		all[i] = clock.Late(row.DueAt, row.ReachedAt, now)
	}
	return all
}

// Can tells what the viewer can do with each milestone.
func (s *Service) Can(ctx context.Context, rows []*db.Milestone) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.CommitmentID
	}
	places, err := s.commitments.Places(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.CommitmentID]}
	}
	return s.Frame.Can(ctx, all), nil
}
