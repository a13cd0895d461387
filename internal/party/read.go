package party

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Table says how stakeholders are read.
var Table = store.Table[db.Stakeholder]{
	Name: "stakeholders",
	Columns: []string{
		"id", "created_at", "revision", "kind", "name", "handle", "jurisdictions", "description", "status", "legal_name", "sector_code",
		"sector_label", "size_band", "registration_number", "website", "mandate", "legal_basis", "mission", "focus_areas", "disciplines",
		"ethics_board",
	},
	Dest: func(p *db.Stakeholder) []any {
		return []any{
			&p.ID, &p.CreatedAt, &p.Revision, &p.Kind, &p.Name, &p.Handle, store.JSON(&p.Jurisdictions), &p.Description, &p.Status, &p.LegalName,
			&p.SectorCode, &p.SectorLabel, &p.SizeBand, &p.RegistrationNumber, &p.Website, &p.Mandate, &p.LegalBasis, &p.Mission,
			store.JSON(&p.FocusAreas), store.JSON(&p.Disciplines), &p.EthicsBoard,
		}
	},
	ID:     func(p *db.Stakeholder) uuid.UUID { return p.ID },
	Always: []string{"kind"}, // it is the type
}

// Filter says which parties to list.
type Filter struct {
	Kind, Status []string
	Text         string
	ChangedSince *time.Time
}

// visible is the policy's filter in SQL.
func visible(a policy.Actor) store.Cond {
	return store.Visible(policy.Visible(a, policy.Stakeholder), "t.status", map[policy.Fact]store.Cond{
		policy.Self: store.Where("t.id = ?", a.Stakeholder),
	})
}

// ByID reads parties by their ids: what is missing or hidden is left out.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Stakeholder, error) {
	return store.ByID(ctx, s.store, Table, ids, visible(policy.ActorFrom(ctx)))
}

// Named reads the parties that something visible names, whatever their own state: an author does not vanish from a text
// when it is suspended.
func (s *Service) Named(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Stakeholder, error) {
	return store.ByID(ctx, s.store, Table, ids, store.Always())
}

// List reads a page of parties, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	where, err := s.store.Narrow(visible(actor)).In("t.kind", f.Kind).In("t.status", f.Status).Text(f.Text, "t.name", "t.handle").
		Since("t.updated_at", f.ChangedSince).All()
	if err != nil {
		return nil, err
	}
	p, err := store.One(ctx, s.store, store.List[db.Stakeholder]{
		Table: Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key(),
	})
	if err != nil {
		return nil, err
	}
	return store.Map(p, Of), nil
}

// InvitedTo reads a page of the parties invited to each dialogue, newest first. Who may see a dialogue may see who is in.
func (s *Service) InvitedTo(ctx context.Context, dialogues []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	pages, err := store.Pages(ctx, s.store, store.List[db.Stakeholder]{
		Table: Table, Join: "JOIN invitations i ON i.stakeholder_id = t.id", Parent: "i.dialogue_id", Where: store.Always(),
		Order: store.Order{Descending: true}, Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, dialogues)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]*Page, len(pages))
	for id, p := range pages {
		out[id] = store.Map(p, Of)
	}
	return out, nil
}

// Can tells what the viewer can do with each party.
func (s *Service) Can(ctx context.Context, rows []*db.Stakeholder) [][]*policy.Decision {
	actor := policy.ActorFrom(ctx)
	out := make([][]*policy.Decision, len(rows))
	for i, row := range rows {
		out[i] = policy.Can(actor, subject(actor, row))
	}
	return out
}
