package authorship

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// placed is an authorship with the proposal.
type placed struct {
	*db.Authorship
	at access.Place
}

// nounOf says what the policy needs to know of an authorship.
func nounOf(of Proposals) access.Noun[db.Authorship, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.at })
	}
	return access.Noun[db.Authorship, placed]{
		Resource: policy.Authorship,
		Table:    store.TableOf[db.Authorship](),
		Row:      func(p placed) *db.Authorship { return p.Authorship },
		Around:   func(p placed) access.Place { return p.at },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "party_id"),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".proposal_id") }),
			proposer(),
			around(policy.DialogueOpen),
			around(policy.Editable),
		},
	}
}

// proposer is the fact that the actor's party proposes what is written together.
func proposer() access.Fact[placed] {
	return access.Fact[placed]{
		Fact:  policy.Proposer,
		Holds: func(_ policy.Actor, p placed) bool { return p.at.Facts.Has(policy.Own) },
		SQL: func(a policy.Actor, t string) store.Cond {
			return store.Where("EXISTS (SELECT 1 FROM proposals x WHERE x.id = "+t+".proposal_id AND x.author_id = ? "+store.EachRow+")", a.Stakeholder)
		},
	}
}

// InPlace reads authorships by their ids where the proposal can be seen: its readers may know that a name was there and is gone.
func (s *Service) InPlace(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Authorship, error) {
	inSight := []policy.Clause{{Facts: policy.These(policy.InSight)}}
	return store.ByID(ctx, s.Store, s.Table, ids, s.Where(policy.ActorFrom(ctx), "t", inSight))
}

// Can tells what the viewer can do with each authorship.
func (s *Service) Can(ctx context.Context, rows []*db.Authorship) ([][]*policy.Decision, error) {
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
