package party

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

// noun says what the policy needs to know of a party. Its kind is its type, and so always read.
var noun = access.Noun[db.Stakeholder, *db.Stakeholder]{
	Resource: policy.Stakeholder,
	Table:    store.TableOf[db.Stakeholder]().Always("kind"),
	State:    "status",
	Facts: []access.Fact[*db.Stakeholder]{
		access.Party[*db.Stakeholder](policy.Self, "id"),
		{
			Fact:  policy.Published,
			Holds: func(_ policy.Actor, row *db.Stakeholder) bool { return !row.NeverAdmitted },
			SQL:   func(_ policy.Actor, t string) store.Cond { return store.Where("NOT " + t + ".never_admitted") },
		},
	},
}

// Filter says which parties to list.
type Filter struct {
	Kind                 []enum.StakeholderKind
	Status               []enum.StakeholderStatus
	Sector, Jurisdiction []string
	Text                 string
	ChangedSince         *time.Time
	Order                enum.StakeholderOrder
}

var orders = access.Orders[enum.StakeholderOrder]{enum.StakeholderOrderUpdated: "updated_at"}

// ByHandle reads the party with a handle; nil if there is none or it is hidden.
func (s *Service) ByHandle(ctx context.Context, handle string) (*db.Stakeholder, error) {
	return s.ByName(ctx, "handle", handle)
}

// Named reads the parties that something visible names, whatever their own state: an author does not vanish from a text
// when it is suspended.
func (s *Service) Named(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Stakeholder, error) {
	return store.ByID(ctx, s.store, noun.Table, ids, store.Always())
}

// List reads a page of parties, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	narrowing := s.store.Narrow(noun.Visible(actor, "t")).And(store.Any("t.kind", f.Kind)).And(store.Any("t.status", f.Status)).
		Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return s.store.Shares("t.jurisdictions", codes) }).
		Text(f.Text, "t.name", "t.handle").Since("t.updated_at", f.ChangedSince)
	if len(f.Sector) > 0 {
		narrowing.And(s.store.AnyText("t.sector_code", f.Sector))
	}
	where, err := narrowing.All()
	if err != nil {
		return nil, err
	}
	l := store.List[db.Stakeholder]{Table: noun.Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key()}
	access.Sort(&l, orders, f.Order, f.ChangedSince)
	p, err := store.One(ctx, s.store, l)
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
		Table: noun.Table, Join: "JOIN invitations i ON i.stakeholder_id = t.id", Parent: "i.dialogue_id", Where: store.Always(),
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
