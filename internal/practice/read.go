package practice

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/textdiff"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of practices.
type Page = store.Page[*db.Practice]

// Edge is an entry of a page of practices.
type Edge = store.Edge[*db.Practice]

// VersionPage is a page of versions.
type VersionPage = store.Page[*db.PracticeVersion]

// VersionEdge is an entry of a page of versions.
type VersionEdge = store.Edge[*db.PracticeVersion]

// placed is a practice with what is known of it where somebody could put it in use.
type placed struct {
	*db.Practice
	complete bool // nothing is missing that it takes to be put in use
}

// noun says what the policy needs to know of a practice.
var noun = access.Noun[db.Practice, placed]{
	Resource: policy.Practice,
	Table:    store.TableOf[db.Practice](),
	Row:      func(p placed) *db.Practice { return p.Practice },
	Facts: []access.Fact[placed]{
		access.Party[placed](policy.Own, "firm_id"),
		{
			Fact:  policy.Published,
			Holds: func(_ policy.Actor, p placed) bool { return p.ShownVersion != nil },
			SQL:   func(_ policy.Actor, t string) store.Cond { return store.Where(t + ".shown_version IS NOT NULL") },
		},
		{Fact: policy.Complete, Holds: func(_ policy.Actor, p placed) bool { return p.complete }},
	},
}

// Filter says which practices to list.
type Filter struct {
	State                []enum.PracticeState
	Kind                 []enum.PracticeKind
	Sector, Jurisdiction []string
	Firm                 *uuid.UUID
	Text                 string
	ChangedSince         *time.Time
	Order                enum.PracticeOrder
	Unassessed           bool // tried or in use, and without a current assessment
	InRegister           bool // visitors may see it
}

var orders = access.Orders[enum.PracticeOrder]{enum.PracticeOrderUpdated: "updated_at"}

// AssessedBy reads the practices that visible assessments are about: who may read an assessment may know of what.
func (s *Service) AssessedBy(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Practice, error) {
	return store.ByID(ctx, s.store, noun.Table, ids, store.Always())
}

// List reads a page of practices, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, page)
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, l)
}

var versions = store.TableOf[db.PracticeVersion]()

// VersionsOf reads a page of the versions of each practice, newest first. The practices are visible already; what was said
// before one was first shown is for those who could read it then.
func (s *Service) VersionsOf(ctx context.Context, practices []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*VersionPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	return store.Pages(ctx, s.store, store.List[db.PracticeVersion]{
		Table: versions, Parent: "t.practice_id", ActsNameParent: true, Where: versionVisible(actor), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: actor.Key(),
	}, practices)
}

// Diffs gives what changed in the description of each practice from one of the versions that the viewer may see to another. The
// practices are visible already.
func (s *Service) Diffs(ctx context.Context, practices []uuid.UUID, from, to int) (map[uuid.UUID]textdiff.Result, error) {
	actor, both := policy.ActorFrom(ctx), int32(2)
	slice, err := store.PageArgs{First: &both}.Check()
	if err != nil {
		return nil, err
	}
	pages, err := store.Pages(ctx, s.store, store.List[db.PracticeVersion]{
		Table: versions, Parent: "t.practice_id", ActsNameParent: true, Slice: slice, Viewer: actor.Key(),
		Where: store.And(store.Where("t.number IN (?, ?)", from, to), versionVisible(actor)),
	}, practices)
	found := make(map[uuid.UUID]textdiff.Result, len(pages))
	for id, page := range pages {
		texts := map[int]string{}
		for _, v := range page.Nodes {
			texts[v.Number] = string(v.Description)
		}
		found[id] = textdiff.Of(ctx, texts, from, to)
	}
	return found, err
}

// NextVersions reads the version that came after each of these, under the same rule.
func (s *Service) NextVersions(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.PracticeVersion, error) {
	actor := policy.ActorFrom(ctx)
	return access.Next(ctx, s.store, versions, "practice_id", store.And(versionVisible(actor), noun.InVisible(actor, "t.practice_id")), ids)
}

// VersionsByID reads versions by their ids, under the same rule and with their practice visible.
func (s *Service) VersionsByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.PracticeVersion, error) {
	actor := policy.ActorFrom(ctx)
	return store.ByID(ctx, s.store, versions, ids, store.And(versionVisible(actor), noun.InVisible(actor, "t.practice_id")))
}

func versionVisible(a policy.Actor) store.Cond {
	could := noun.VisibleAs(a, "v", string(enum.PracticeStateProposed))
	return store.Where("EXISTS (SELECT 1 FROM practices v WHERE v.id = t.practice_id AND (t.number >= v.shown_version OR "+could.SQL+"))", could.Args...)
}

// Can tells what the viewer can do with each practice, and toward it.
func (s *Service) Can(ctx context.Context, rows []*db.Practice) ([][]*policy.Decision, error) {
	actor, all := policy.ActorFrom(ctx), make([]placed, len(rows))
	var own []*db.Practice // only to those who could put it in use it matters what is missing
	for i, row := range rows {
		if all[i] = (placed{Practice: row}); actor.Stakeholder != uuid.Nil && row.FirmID == actor.Stakeholder {
			own = append(own, row)
		}
	}
	if len(own) > 0 {
		lacks, err := s.missing(ctx, nil, own)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if at := slices.Index(own, all[i].Practice); at >= 0 {
				all[i].complete = len(lacks[at]) == 0
			}
		}
	}
	return s.Frame.Can(ctx, all), nil
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
	return s.With(ctx, subjects, store.PageArgs{First: &most})
}

// With reads a page of the practices with which each thing goes, newest first.
func (s *Service) With(ctx context.Context, subjects []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, Filter{}, page)
	if err != nil {
		return nil, err
	}
	l.Join, l.Parent = "JOIN links l ON l.object_id = t.id", "l.subject_id"
	return store.Pages(ctx, s.store, l, subjects)
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs) (store.List[db.Practice], error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		if f.InRegister {
			n.And(noun.Visible(policy.Actor{}, "t"))
		}
		n.And(store.Any("t.state", f.State)).And(store.Any("t.kind", f.Kind)).And(access.OfSector(s.Store, "t.firm_id", f.Sector)).
			Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return access.OfJurisdiction(s.Store, "t.firm_id", codes) }).
			And(unassessed(f.Unassessed)).Is("t.firm_id = ?", f.Firm).Text(f.Text, "t.title", "t.description").Since("t.updated_at", f.ChangedSince)
	})
	access.Sort(&l, orders, f.Order, f.ChangedSince)
	return l, err
}

// unassessed asks for a practice that is tried or in use and has no current assessment; it asks nothing if it need not.
func unassessed(wanted bool) store.Cond {
	if !wanted {
		return store.Cond{}
	}
	return store.Where("t.state IN ('TRIAL', 'ACTIVE') AND NOT EXISTS (SELECT 1 FROM assessments c WHERE c.subject_id = t.id AND c.state = 'PUBLISHED' " + store.EachRow + ")")
}
