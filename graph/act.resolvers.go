package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
)

// Stakeholder is the resolver for the stakeholder field.
func (r *actResolver) Stakeholder(ctx context.Context, obj *feed.Act) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// Subject is the resolver for the subject field.
func (r *actResolver) Subject(ctx context.Context, obj *feed.Act) (view.Node, error) {
	return take[view.Node](ctx, obj)
}

// Acts is the resolver for the acts field.
func (r *queryResolver) Acts(ctx context.Context, first *int32, after *string, filter *model.ActFilter) (*feed.Page, error) {
	return take[*feed.Page](ctx, root)
}

// Acts is the resolver for the acts field.
func (r *subscriptionResolver) Acts(ctx context.Context, filter *model.ActFilter, after *string) (<-chan *feed.Event, error) {
	return r.follow(ctx, after, func() (feed.Filter, error) { return actFilter(or(filter, model.ActFilter{})) })
}

// Act returns generated.ActResolver implementation.
func (r *Resolver) Act() generated.ActResolver { return &actResolver{r} }

type actResolver struct{ *Resolver }
