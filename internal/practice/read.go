package practice

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of practices.
type Page = store.Page[*db.Practice]

// Edge is a practice in a list.
type Edge = store.Edge[*db.Practice]

// Table says how practices are read.
var Table = store.Table[db.Practice]{
	Name: "practices",
	Columns: []string{
		"id", "created_at", "updated_at", "revision", "firm_id", "title", "description", "kind", "data_categories", "affected_groups", "state",
		"version",
	},
	Dest: func(p *db.Practice) []any {
		return []any{
			&p.ID, &p.CreatedAt, &p.UpdatedAt, &p.Revision, &p.FirmID, &p.Title, &p.Description, &p.Kind, store.JSON(&p.DataCategories),
			store.JSON(&p.AffectedGroups), &p.State, &p.Version,
		}
	},
	ID: func(p *db.Practice) uuid.UUID { return p.ID },
}

// Linked asks, of a dialogue or proposal t, that it is about a practice.
const Linked = "EXISTS (SELECT 1 FROM links k WHERE k.subject_id = t.id AND k.practice_id = ?)"

// Filter says which practices to list.
type Filter struct {
	State, Kind  []string
	Firm         *uuid.UUID
	Text         string
	ChangedSince *time.Time
}

// Visible is the policy's filter on practices in SQL, for a table of this alias.
func Visible(a policy.Actor, alias string) store.Cond {
	return store.Visible(policy.Visible(a, policy.Practice), alias+".state", map[policy.Fact]store.Cond{
		policy.Own: store.Where(alias+".firm_id = ?", a.Stakeholder),
	})
}

// InVisible asks for a column to name a practice that the actor may see.
func InVisible(a policy.Actor, column string) store.Cond {
	in := Visible(a, "p")
	return store.Where("EXISTS (SELECT 1 FROM practices p WHERE p.id = "+column+" AND "+in.SQL+" "+store.EachRow+")", in.Args...)
}

// ByID reads practices by their ids: what is missing or hidden is left out.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Practice, error) {
	return store.ByID(ctx, s.store, Table, ids, Visible(policy.ActorFrom(ctx), "t"))
}

// AssessedBy reads the practices that visible assessments are about: who may read an assessment may know of what.
func (s *Service) AssessedBy(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Practice, error) {
	return store.ByID(ctx, s.store, Table, ids, store.Always())
}

// List reads a page of practices, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, page)
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, l)
}

// Of reads a page of the practices of each firm, newest first.
func (s *Service) Of(ctx context.Context, firms []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, Filter{}, page)
	if err != nil {
		return nil, err
	}
	l.Parent = "t.firm_id"
	return store.Pages(ctx, s.store, l, firms)
}

// LinkedTo reads the practices that each dialogue or proposal is about; there are at most 20.
func (s *Service) LinkedTo(ctx context.Context, subjects []uuid.UUID) (map[uuid.UUID]*Page, error) {
	most := int32(20)
	l, err := s.list(ctx, Filter{}, store.PageArgs{First: &most})
	if err != nil {
		return nil, err
	}
	l.Join, l.Parent = "JOIN links l ON l.practice_id = t.id", "l.subject_id"
	return store.Pages(ctx, s.store, l, subjects)
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs) (store.List[db.Practice], error) {
	actor := policy.ActorFrom(ctx)
	slice, err := page.Check()
	if err != nil {
		return store.List[db.Practice]{}, err
	}
	where, err := s.store.Narrow(Visible(actor, "t")).In("t.state", f.State).In("t.kind", f.Kind).Is("t.firm_id = ?", f.Firm).
		Text(f.Text, "t.title", "t.description").Since("t.updated_at", f.ChangedSince).All()
	if err != nil {
		return store.List[db.Practice]{}, err
	}
	return store.List[db.Practice]{
		Table: Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key(),
	}, nil
}

// Can tells what the viewer can do with each practice.
func (s *Service) Can(ctx context.Context, rows []*db.Practice) [][]*policy.Decision {
	actor := policy.ActorFrom(ctx)
	out := make([][]*policy.Decision, len(rows))
	for i, row := range rows {
		out[i] = policy.Can(actor, Subject(actor, row))
	}
	return out
}
