package assessment

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of assessments.
type Page = store.Page[*db.Assessment]

// Edge is an assessment in a list.
type Edge = store.Edge[*db.Assessment]

// Table says how assessments are read.
var Table = store.Table[db.Assessment]{
	Name: "assessments",
	Columns: []string{
		"id", "created_at", "updated_at", "revision", "practice_id", "firm_id", "member_id", "title", "template_key", "template_version",
		"answers", "risks", "state", "state_reason", "version", "content_hash", "approved_at", "published_at",
	},
	Dest: func(a *db.Assessment) []any {
		return []any{
			&a.ID, &a.CreatedAt, &a.UpdatedAt, &a.Revision, &a.PracticeID, &a.FirmID, &a.MemberID, &a.Title, &a.TemplateKey, &a.TemplateVersion,
			store.Raw(&a.Answers), store.Raw(&a.Risks), &a.State, &a.StateReason, &a.Version, &a.ContentHash, &a.ApprovedAt, &a.PublishedAt,
		}
	},
	ID: func(a *db.Assessment) uuid.UUID { return a.ID },
}

// Filter says which assessments to list.
type Filter struct {
	State          []string
	Firm, Practice *uuid.UUID
	Text           string
	ChangedSince   *time.Time
}

// visible is the policy's filter in SQL, for a table of this alias. A published assessment of a practice that is still
// hidden waits with it.
func visible(a policy.Actor, alias string) store.Cond {
	return store.And(
		store.Visible(policy.Visible(a, policy.Assessment), alias+".state", map[policy.Fact]store.Cond{
			policy.Own: store.Where(alias+".firm_id = ?", a.Stakeholder),
		}),
		store.Or(practice.InVisible(a, alias+".practice_id"), reviewing(a, alias)),
	)
}

// reviewing lets reviewers and approvers see what they are asked to judge, whatever the practice's own state.
func reviewing(a policy.Actor, alias string) store.Cond {
	if a.Has(policy.Reviewer) || a.Has(policy.Approver) {
		return store.In(alias+".state", []string{"IN_REVIEW", "APPROVED"})
	}
	return store.Never()
}

// InVisible asks for a column to name an assessment that the actor may see.
func InVisible(a policy.Actor, column string) store.Cond {
	in := visible(a, "q")
	return store.Where("EXISTS (SELECT 1 FROM assessments q WHERE q.id = "+column+" AND "+in.SQL+" "+store.EachRow+")", in.Args...)
}

// ByID reads assessments by their ids: what is missing or hidden is left out.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Assessment, error) {
	return store.ByID(ctx, s.store, Table, ids, visible(policy.ActorFrom(ctx), "t"))
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
	l.Parent, l.Told = "t.practice_id", true
	return store.Pages(ctx, s.store, l, practices)
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs) (store.List[db.Assessment], error) {
	actor := policy.ActorFrom(ctx)
	slice, err := page.Check()
	if err != nil {
		return store.List[db.Assessment]{}, err
	}
	where, err := s.store.Narrow(visible(actor, "t")).In("t.state", f.State).Is("t.firm_id = ?", f.Firm).Is("t.practice_id = ?", f.Practice).
		Text(f.Text, "t.title").Since("t.updated_at", f.ChangedSince).All()
	if err != nil {
		return store.List[db.Assessment]{}, err
	}
	return store.List[db.Assessment]{
		Table: Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key(),
	}, nil
}

// Can tells what the viewer can do with each assessment.
func (s *Service) Can(ctx context.Context, rows []*db.Assessment) [][]*policy.Decision {
	actor := policy.ActorFrom(ctx)
	out := make([][]*policy.Decision, len(rows))
	for i, row := range rows {
		out[i] = policy.Can(actor, subject(actor, row))
	}
	return out
}
