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

// Page is a page of assessments.
type Page = store.Page[*db.Assessment]

// Edge is an entry of a page of assessments.
type Edge = store.Edge[*db.Assessment]

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
			{Fact: policy.Complete, Holds: complete},
			access.Around(policy.Shown, func(p placed) access.Place { return p.practice }),
			access.Around(policy.InSight, func(p placed) access.Place { return p.practice }).WithSQL(func(a policy.Actor, t string) store.Cond {
				return practices.InVisible(a, t+".practice_id")
			}),
		},
	}
}

func complete(_ policy.Actor, p placed) bool {
	c, err := ContentOf(p.Assessment)
	return err == nil && len(c.Missing()) == 0
}

// Filter says which assessments to list.
type Filter struct {
	State                           []enum.ImpactAssessmentState
	Template, Sector, Jurisdiction  []string
	Firm, Practice                  *uuid.UUID
	Text                            string
	PublishedAfter, PublishedBefore *time.Time
	ChangedSince                    *time.Time
	Order                           enum.ImpactAssessmentOrder
}

var orders = access.Orders[enum.ImpactAssessmentOrder]{
	enum.ImpactAssessmentOrderUpdated: "updated_at", enum.ImpactAssessmentOrderPublished: "published_at",
}

// List reads a page of assessments, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).And(access.OfSector(s.Store, "t.firm_id", f.Sector)).
			Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return access.OfJurisdiction(s.Store, "t.firm_id", codes) }).
			Is("t.firm_id = ?", f.Firm).Is("t.practice_id = ?", f.Practice).Text(f.Text, "t.title", "t.reference").
			Between("t.published_at", f.PublishedAfter, f.PublishedBefore).Since("t.updated_at", f.ChangedSince)
		if len(f.Template) > 0 {
			n.And(s.Store.AnyText("t.template_key", f.Template))
		}
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, orders, f.Order, f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// Of reads a page of the assessments of each practice, newest first.
func (s *Service) Of(ctx context.Context, practices []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "practice_id", practices, page)
}

// Can tells what the viewer can do with each assessment.
func (s *Service) Can(ctx context.Context, rows []*db.Assessment) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.PracticeID
	}
	practices, err := s.practices.Places(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, practices[row.PracticeID]}
		all[i].practice.Facts |= policy.InSight // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}
