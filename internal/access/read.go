package access

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// ByID reads rows by their ids: what is missing or hidden is left out.
func (f Frame[R, S]) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*R, error) {
	return store.ByID(ctx, f.Store, f.Table, ids, f.Visible(policy.ActorFrom(ctx), "t"))
}

// ByReference reads a row by its number for people; nil when it is missing or hidden.
func (f Frame[R, S]) ByReference(ctx context.Context, reference string) (*R, error) {
	return f.ByName(ctx, "reference", reference)
}

// ByName reads the row that has a name in a column in which no two have the same; nil if there is none or it is hidden.
func (f Frame[R, S]) ByName(ctx context.Context, column, name string) (*R, error) {
	one := int32(1)
	p, err := f.Page(ctx, store.PageArgs{First: &one}, func(n *store.Narrowing) { n.And(store.Where("t."+column+" = ?", name)) })
	if err != nil || len(p.Nodes) == 0 {
		return nil, err
	}
	return p.Nodes[0], nil
}

// Newest lists the rows that the viewer may see and that a client's filters keep, newest first. Facts that are given hold for
// all of them.
func (f Frame[R, S]) Newest(
	ctx context.Context, page store.PageArgs, filters func(*store.Narrowing), given ...policy.Fact,
) (store.List[R], error) {
	actor := policy.ActorFrom(ctx)
	l := store.List[R]{Table: f.Table, Order: store.Order{Descending: true}, Viewer: actor.Key()}
	var err error
	if l.Slice, err = page.Check(); err != nil {
		return l, err
	}
	narrowing := f.Store.Narrow(f.Visible(actor, "t", given...))
	filters(narrowing)
	l.Where, err = narrowing.All()
	return l, err
}

// Orders are the columns of times by which a noun's lists can be sorted, by the words of its order in the schema.
type Orders[W ~string] map[W]string

// Sort puts a list of Newest in the order that a client asks for, latest first. What changed since a time comes in the order of the
// changes, oldest first, unless another order is asked for: a reader that is interrupted goes on from the last change it has.
func Sort[R any, W ~string](l *store.List[R], orders Orders[W], order W, since *time.Time) {
	switch column := orders[order]; {
	case column != "":
		l.ByTime(column, true)
	case order == "" && since != nil:
		l.ByTime("updated_at", false)
	}
}

// Waiting reads the rows that may wait for the viewer, those that have waited longest first.
func (f Frame[R, S]) Waiting(ctx context.Context, most int) ([]*R, error) {
	return f.WaitingIf(ctx, most, store.Always())
}

// WaitingIf lists those of Waiting that meet a condition of what waits, on the table t.
func (f Frame[R, S]) WaitingIf(ctx context.Context, most int, also store.Cond) ([]*R, error) {
	actor := policy.ActorFrom(ctx)
	waiting := policy.Waiting(actor, f.Resource)
	if len(waiting) == 0 {
		return nil, nil
	}
	first := int32(most)
	slice, err := store.PageArgs{First: &first}.Check()
	if err != nil {
		return nil, err
	}
	l := store.List[R]{Table: f.Table, Where: store.And(also, f.Where(actor, "t", waiting), f.Visible(actor, "t")), Slice: slice, Viewer: actor.Key()}
	l.ByTime("updated_at", false)
	p, err := store.One(ctx, f.Store, l)
	if err != nil {
		return nil, err
	}
	return p.Nodes, nil
}

// MostDiscussed sorts what can be commented on by the number of comments that are shown.
func MostDiscussed() store.Cond {
	return store.Where("(SELECT COALESCE(SUM(k.comments), 0) FROM discussions k WHERE k.subject_id = t.id) DESC, t.id DESC")
}

// OfChamber asks for a column to name a party of one of these chambers; it asks nothing when none is given.
func OfChamber(column string, chambers []enum.StakeholderKind) store.Cond {
	if len(chambers) == 0 {
		return store.Cond{}
	}
	return ofParty(column, store.OneOf("s.kind", chambers))
}

// OfJurisdiction asks for a column to name a party with one of these jurisdictions.
func OfJurisdiction(s *store.Store, column string, codes []string) store.Cond {
	return ofParty(column, s.Shares("s.jurisdictions", codes))
}

// WithinJurisdiction asks for a column to name a party with a jurisdiction that is one of another party's, or lies in one: IE and DE-BY
// lie in EU, CA-QC in CA. It looks at both parties as they are now.
func WithinJurisdiction(s *store.Store, column string, of uuid.UUID) store.Cond {
	union := "'" + strings.Join(fault.Members(), "','") + "'"
	return store.Where("EXISTS (SELECT 1 FROM stakeholders f JOIN stakeholders o ON o.id = ? WHERE f.id = "+column+" AND EXISTS (SELECT 1 FROM "+
		s.Elements("f.jurisdictions", "e")+", "+s.Elements("o.jurisdictions", "x")+" WHERE e.value = x.value OR substr(e.value, 1, 2) = x.value "+
		"OR x.value = 'EU' AND substr(e.value, 1, 2) IN ("+union+")) "+store.EachRow+")", of)
}

// Jurisdictions are those of the actor's party as it is now; none of who acts for no party.
func Jurisdictions(ctx context.Context, tx *db.Tx) ([]string, error) {
	party := policy.ActorFrom(ctx).Stakeholder
	if party == uuid.Nil {
		return nil, nil
	}
	row, err := tx.Stakeholder.Get(ctx, party)
	if err != nil {
		return nil, fmt.Errorf("load the party: %w", err)
	}
	return row.Jurisdictions, nil
}

// OfSector asks for a column to name a party in one of these sectors; it asks nothing when none is given.
func OfSector(s *store.Store, column string, sectors []string) store.Cond {
	if len(sectors) == 0 {
		return store.Cond{}
	}
	return ofParty(column, s.AnyText("s.sector_code", sectors))
}

func ofParty(column string, is store.Cond) store.Cond {
	return store.Where("EXISTS (SELECT 1 FROM stakeholders s WHERE s.id = "+column+" AND "+is.SQL+" "+store.EachRow+")", is.Args...)
}

// Page reads a page of Newest.
func (f Frame[R, S]) Page(ctx context.Context, page store.PageArgs, filters func(*store.Narrowing)) (*store.Page[*R], error) {
	l, err := f.Newest(ctx, page, filters)
	if err != nil {
		return nil, err
	}
	return store.One(ctx, f.Store, l)
}

// Under reads a page of the rows under each parent, newest first. column names the parent, and so does each act on a row.
func (f Frame[R, S]) Under(ctx context.Context, column string, parents []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*store.Page[*R], error) {
	l, err := f.Newest(ctx, page, func(*store.Narrowing) {})
	if err != nil {
		return nil, err
	}
	l.Parent, l.ActsNameParent = "t."+column, true
	return store.Pages(ctx, f.Store, l, parents)
}

// OneUnder reads the row under each parent, where there is at most one.
func (f Frame[R, S]) OneUnder(ctx context.Context, column string, parents []uuid.UUID) (map[uuid.UUID]*R, error) {
	return First(f.Under(ctx, column, parents, store.PageArgs{}))
}

// First gives the first row of each page, for those where there is at most one.
func First[R any](pages map[uuid.UUID]*store.Page[*R], err error) (map[uuid.UUID]*R, error) {
	rows := make(map[uuid.UUID]*R, len(pages))
	for id, page := range pages {
		if len(page.Nodes) > 0 {
			rows[id] = page.Nodes[0]
		}
	}
	return rows, err
}

// Electors asks of a party of this alias that it may vote in a dialogue: it is active, and invited unless the dialogue is public.
func Electors(alias string, dialogue uuid.UUID) store.Cond {
	return store.Where(alias+`.status = 'ACTIVE' AND EXISTS (SELECT 1 FROM dialogues e WHERE e.id = ? AND (e.visibility = 'PUBLIC' OR
		EXISTS (SELECT 1 FROM invitations v WHERE v.dialogue_id = e.id AND v.stakeholder_id = `+alias+".id)))", dialogue)
}

// Next reads, of versions of the things that a column names, the one that came after each, where it meets a condition.
func Next[R any](ctx context.Context, s *store.Store, versions store.Table[R], of string, seen store.Cond, ids []uuid.UUID) (map[uuid.UUID]*R, error) {
	one := int32(1)
	slice, err := store.PageArgs{First: &one}.Check()
	if err != nil {
		return nil, err
	}
	return First(store.Pages(ctx, s, store.List[R]{
		Table: versions, Join: "JOIN " + versions.Name + " b ON b." + of + " = t." + of + " AND b.number + 1 = t.number", Parent: "b.id", Where: seen,
		Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, ids))
}
