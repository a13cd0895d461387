package contentreport

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of reports.
type Page = store.Page[*db.ContentReport]

// Edge is an entry of a page of reports.
type Edge = store.Edge[*db.ContentReport]

// placed is a report with where it was said what is reported.
type placed struct {
	*db.ContentReport
	place access.Place
}

// nounOf says what the policy needs to know of a report.
func nounOf(where []access.Where) access.Noun[db.ContentReport, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.place })
	}
	return access.Noun[db.ContentReport, placed]{
		Resource: policy.ContentReport,
		Table:    store.TableOf[db.ContentReport](),
		Row:      func(p placed) *db.ContentReport { return p.ContentReport },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "party_id"),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return access.SubjectVisible(where, a, t) }),
			around(policy.Convenor).WithSQL(access.Convened),
			{
				Fact:  policy.Impartial,
				Holds: func(a policy.Actor, p placed) bool { return a.Stakeholder == uuid.Nil || p.AuthorID != a.Stakeholder },
				SQL:   func(a policy.Actor, t string) store.Cond { return store.Where(t+".author_id <> ?", a.Stakeholder) },
			},
		},
	}
}

// Of reads a page of the reports of each thing that the viewer may see, newest first.
func (s *Service) Of(ctx context.Context, reported []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "reported_id", reported, page)
}

// Open asks for a column to name something that is reported, of which the viewer may see an open report that is not of the viewer's party
// alone: as a moderator does.
func (s *Service) Open(ctx context.Context, column string) store.Cond {
	seen := s.Moderated(ctx, "r")
	return store.Where(column+" IN (SELECT r.reported_id FROM content_reports r WHERE r.state = '"+string(enum.ContentReportStateOpen)+"' AND "+seen.SQL+")", seen.Args...)
}

// Moderated asks of reports of an alias that the viewer may see them as a moderator.
func (s *Service) Moderated(ctx context.Context, alias string) store.Cond {
	actor := policy.ActorFrom(ctx)
	return s.Where(actor, alias, policy.Granting(actor, policy.ReadReportQueue))
}
