package opinion

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of opinions.
type Page = store.Page[*db.Opinion]

// Edge is an entry of a page of opinions.
type Edge = store.Edge[*db.Opinion]

// placed is an opinion with the assessment that it is on.
type placed struct {
	*db.Opinion
	at access.Place
}

// nounOf says what the policy needs to know of an opinion.
func nounOf(on Assessments) access.Noun[db.Opinion, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.at })
	}
	return access.Noun[db.Opinion, placed]{
		Resource: policy.Opinion,
		Table:    store.TableOf[db.Opinion](),
		Row:      func(p placed) *db.Opinion { return p.Opinion },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "party_id"),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return on.InVisible(a, t+".assessment_id") }),
			around(policy.Assessed).WithSQL(func(a policy.Actor, t string) store.Cond {
				return store.Where("EXISTS (SELECT 1 FROM assessments f WHERE f.id = "+t+".assessment_id AND f.firm_id = ? "+store.EachRow+")", a.Stakeholder)
			}),
		},
	}
}

// Filter says which opinions to list.
type Filter struct {
	State    []enum.OpinionState
	Stance   []enum.OpinionStance
	Question *string
	Risk     *uuid.UUID
	Version  *int32
}

// Of reads a page of the opinions on each assessment, newest first.
func (s *Service) Of(ctx context.Context, assessments []uuid.UUID, f Filter, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).And(store.Any("t.stance", f.Stance))
		if f.Question != nil {
			n.And(store.Where("t.question = ?", *f.Question))
		}
		n.Is("t.risk_id = ?", f.Risk).And(s.risks.InVisibleID(policy.ActorFrom(ctx), f.Risk))
		if f.Version != nil {
			n.And(store.Where("t.version = ?", *f.Version))
		}
	})
	if err != nil {
		return nil, err
	}
	l.Parent, l.ActsNameParent = "t.assessment_id", true
	return store.Pages(ctx, s.Store, l, assessments)
}

// Can tells what the viewer can do with each opinion.
func (s *Service) Can(ctx context.Context, rows []*db.Opinion) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.AssessmentID
	}
	places, err := s.assessments.Places(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.AssessmentID]}
		all[i].at.Facts.Add(policy.InSight) // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}
