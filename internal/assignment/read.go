package assignment

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

// Page is a page of assignments.
type Page = store.Page[*db.Assignment]

// Edge is an entry of a page of assignments.
type Edge = store.Edge[*db.Assignment]

// noun says what the policy needs to know of an assignment.
var noun = access.Noun[db.Assignment, *db.Assignment]{
	Resource: policy.Assignment,
	Table:    store.TableOf[db.Assignment](),
	Facts: []access.Fact[*db.Assignment]{
		access.Party[*db.Assignment](policy.Own, "party_id"),
		access.Member[*db.Assignment](policy.Assignee, "assignee_id").WithSQL(func(a policy.Actor, t string) store.Cond {
			return store.Where(t+".assignee_id = ?", a.Member)
		}),
		// What somebody gave to themselves waits for everybody else: nobody else would look at it.
		{
			Fact: policy.Giver,
			Holds: func(a policy.Actor, row *db.Assignment) bool {
				return row.GiverID == a.Member || row.GiverID == row.AssigneeID
			},
			SQL: func(a policy.Actor, t string) store.Cond {
				return store.Where("("+t+".giver_id = ? OR "+t+".giver_id = "+t+".assignee_id)", a.Member)
			},
		},
	},
}

// Filter says which assignments to list.
type Filter struct {
	State        []enum.AssignmentState
	Assignee     *uuid.UUID
	Subject      *uuid.UUID
	ChangedSince *time.Time
}

// List reads a page of assignments, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Since("t.updated_at", f.ChangedSince)
		if f.Assignee != nil {
			n.And(store.Where("t.assignee_id = ?", *f.Assignee)).And(colleague("t.assignee_id", "t.party_id"))
		}
		if f.Subject != nil {
			n.And(store.Where("t.subject_id = ?", *f.Subject)).And(access.SubjectVisible(s.kinds, policy.ActorFrom(ctx), "t"))
		}
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, access.Orders[string](nil), "", f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// colleague asks for a column to name a member of a party: of whoever has left it, the list's edge tells no more.
func colleague(member, party string) store.Cond {
	return store.Where("EXISTS (SELECT 1 FROM members m WHERE m.id = " + member + " AND m.stakeholder_id = " + party + " " + store.EachRow + ")")
}

// Of reads a page of the assignments of work on each thing, newest first.
func (s *Service) Of(ctx context.Context, subjects []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "subject_id", subjects, page)
}
