package access

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// ByID reads rows by their ids: what is missing or hidden is left out.
func (f Frame[R, S]) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*R, error) {
	return store.ByID(ctx, f.Store, f.Table, ids, f.Visible(policy.ActorFrom(ctx), "t"))
}

// ByReference reads a row by its number for people; nil when it is missing or hidden.
func (f Frame[R, S]) ByReference(ctx context.Context, reference string) (*R, error) {
	one := int32(1)
	p, err := f.Page(ctx, store.PageArgs{First: &one}, func(n *store.Narrowing) { n.And(store.Where("t.reference = ?", reference)) })
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
	slice, err := page.Check()
	if err != nil {
		return store.List[R]{}, err
	}
	narrowing := f.Store.Narrow(f.Visible(actor, "t", given...))
	filters(narrowing)
	where, err := narrowing.All()
	return store.List[R]{Table: f.Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key()}, err
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
