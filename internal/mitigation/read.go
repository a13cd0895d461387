package mitigation

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of mitigations.
type Page = store.Page[*db.Mitigation]

// Edge is an entry of a page of mitigations.
type Edge = store.Edge[*db.Mitigation]

// placed is a mitigation with the risk that it is about, and whether the actor has recorded what became of it.
type placed struct {
	*db.Mitigation
	at   access.Place
	done bool
}

// nounOf says what the policy needs to know of a mitigation.
func nounOf(of Risks) access.Noun[db.Mitigation, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.at })
	}
	return access.Noun[db.Mitigation, placed]{
		Resource: policy.Mitigation,
		Table:    store.TableOf[db.Mitigation](),
		Row:      func(p placed) *db.Mitigation { return p.Mitigation },
		Facts: []access.Fact[placed]{
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".risk_id") }),
			around(policy.Own).WithSQL(func(a policy.Actor, t string) store.Cond {
				return store.Where("EXISTS (SELECT 1 FROM risks r JOIN assessments f ON f.id = r.assessment_id WHERE r.id = "+t+".risk_id AND f.firm_id = ? "+
					store.EachRow+")", a.Stakeholder)
			}),
			around(policy.BeingWritten),
			around(policy.Ongoing),
			around(policy.Signer).WithSQL(func(a policy.Actor, t string) store.Cond { return of.Appointed(a, t+".risk_id") }),
			around(policy.Conflicted),
			{Fact: policy.Assignee, Holds: takesPart},
		},
	}
}

// takesPart tells whether the actor answers for a mitigation, has planned it or has recorded what became of it.
func takesPart(a policy.Actor, p placed) bool {
	return a.Member != uuid.Nil && (p.AuthorID == a.Member || p.OwnerID != nil && *p.OwnerID == a.Member || p.done)
}

// asking runs a query, inside a use case or outside.
type asking func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error

// doneBy tells of which mitigations the actor has recorded what became of them, other than that they work.
func (s *Service) doneBy(ctx context.Context, ask asking, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	actor, done := policy.ActorFrom(ctx), map[uuid.UUID]bool{}
	if !actor.SignedIn() {
		return done, nil
	}
	in := s.Store.AnyOf("mitigation_id", ids)
	text := "SELECT mitigation_id FROM mitigation_steps WHERE state <> 'VERIFIED' AND member_id = ? AND " + in.SQL
	err := ask(ctx, text, append([]any{actor.Member}, in.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		done[id] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who did what about mitigations: %w", err)
	}
	return done, nil
}

// Can tells what the viewer can do with each mitigation.
func (s *Service) Can(ctx context.Context, rows []*db.Mitigation) ([][]*policy.Decision, error) {
	risks, ids := make([]uuid.UUID, len(rows)), make([]uuid.UUID, len(rows))
	for i, row := range rows {
		risks[i], ids[i] = row.RiskID, row.ID
	}
	places, err := s.risks.Standings(ctx, risks)
	if err != nil {
		return nil, err
	}
	done, err := s.doneBy(ctx, s.Store.Query, ids)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.RiskID], done[row.ID]}
		all[i].at.Facts.Add(policy.InSight) // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}

// Of reads a page of the mitigations of each risk, newest first.
func (s *Service) Of(ctx context.Context, risks []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "risk_id", risks, page)
}

// Place loads a mitigation as a place inside a use case, and locks it.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return s.placeOf(policy.ActorFrom(ctx), p), nil
}

// placeOf is a mitigation as a place for assignments.
func (s *Service) placeOf(a policy.Actor, p placed) access.Place {
	at := p.at
	if !s.Reads(a, p) {
		at.Facts.Remove(policy.InSight)
	}
	return at
}

// HasPart is false: a mitigation has no parts.
func (s *Service) HasPart(context.Context, *db.Tx, uuid.UUID, string) (bool, error) {
	return false, nil
}

// CouldWork gives the policy's decision on recording what became of a mitigation, for whoever is to do it.
func (s *Service) CouldWork(ctx context.Context, tx *db.Tx, id uuid.UUID, _ string, who policy.Actor) (policy.Decision, error) {
	p, err := s.fetch(policy.WithActor(ctx, who), tx, id)
	if err != nil {
		return policy.Decision{}, err
	}
	return policy.Decide(who, policy.RecordMitigation, s.Subject(who, p)), nil
}
