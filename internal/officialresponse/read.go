package officialresponse

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of official responses.
type Page = store.Page[*db.OfficialResponse]

// Edge is an entry of a page of official responses.
type Edge = store.Edge[*db.OfficialResponse]

// placed is an official response with the proposal that it answers.
type placed struct {
	*db.OfficialResponse
	at access.Place
}

// nounOf says what the policy needs to know of an official response.
func nounOf(of Proposals) access.Noun[db.OfficialResponse, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.at })
	}
	return access.Noun[db.OfficialResponse, placed]{
		Resource: policy.OfficialResponse,
		Table:    store.TableOf[db.OfficialResponse](),
		Row:      func(p placed) *db.OfficialResponse { return p.OfficialResponse },
		Around:   func(p placed) access.Place { return p.at },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Recipient, "addressee_id"),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".proposal_id") }),
		},
	}
}

// Of reads a page of the official responses to each proposal, newest first.
func (s *Service) Of(ctx context.Context, proposals []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "proposal_id", proposals, page)
}

// Late tells of each response whether it was given after it was due, or is due and was not given.
func (s *Service) Late(rows []*db.OfficialResponse) []bool {
	now, all := s.clock.Now(), make([]bool, len(rows))
	for i, row := range rows {
		all[i] = clock.Late(row.DueAt, row.AnsweredAt, now)
	}
	return all
}

// Can tells what the viewer can do with each official response.
func (s *Service) Can(ctx context.Context, rows []*db.OfficialResponse) ([][]*policy.Decision, error) {
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

// InVisible asks for a column to name an official response that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return s.Noun.InVisible(a, column)
}

// Place loads an official response as a place inside a use case, and locks it.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return s.placeOf(policy.ActorFrom(ctx), p), nil
}

// placeOf is an official response as a place for assignments, which are of its addressee.
func (s *Service) placeOf(a policy.Actor, p placed) access.Place {
	at := access.Place{Dialogue: p.at.Dialogue, Party: p.AddresseeID}
	if a.Stakeholder != uuid.Nil && a.Stakeholder == p.AddresseeID {
		at.Facts.Add(policy.Own)
	}
	if s.Reads(a, p) {
		at.Facts.Add(policy.InSight)
	}
	return at
}

// HasPart is false: an official response has no parts.
func (s *Service) HasPart(context.Context, *db.Tx, uuid.UUID, string) (bool, error) {
	return false, nil
}

// CouldWork gives the policy's decision on answering, for whoever is to do it.
func (s *Service) CouldWork(ctx context.Context, tx *db.Tx, id uuid.UUID, _ string, who policy.Actor) (policy.Decision, error) {
	p, err := s.fetch(policy.WithActor(ctx, who), tx, id)
	if err != nil {
		return policy.Decision{}, err
	}
	return policy.Decide(who, policy.GiveResponse, s.Subject(who, p)), nil
}
