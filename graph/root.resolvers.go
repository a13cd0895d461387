package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Node is the resolver for the node field.
func (r *queryResolver) Node(ctx context.Context, id string) (view.Node, error) {
	return take[view.Node](ctx, root)
}

// Nodes is the resolver for the nodes field.
func (r *queryResolver) Nodes(ctx context.Context, ids []string) ([]view.Node, error) {
	return take[[]view.Node](ctx, root)
}

// Viewer is the resolver for the viewer field.
func (r *queryResolver) Viewer(ctx context.Context) (*view.Viewer, error) {
	return take[*view.Viewer](ctx, root)
}

// Member is the resolver for the member field.
func (r *viewerResolver) Member(ctx context.Context, obj *view.Viewer) (*db.Member, error) {
	return obj.Row, nil
}

// Stakeholder is the resolver for the stakeholder field.
func (r *viewerResolver) Stakeholder(ctx context.Context, obj *view.Viewer) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *viewerResolver) ViewerCan(ctx context.Context, obj *view.Viewer) ([]*policy.Decision, error) {
	return policy.CanBegin(obj.Actor), nil
}

// Mutation returns generated.MutationResolver implementation.
func (r *Resolver) Mutation() generated.MutationResolver { return &mutationResolver{r} }

// Query returns generated.QueryResolver implementation.
func (r *Resolver) Query() generated.QueryResolver { return &queryResolver{r} }

// Subscription returns generated.SubscriptionResolver implementation.
func (r *Resolver) Subscription() generated.SubscriptionResolver { return &subscriptionResolver{r} }

// Viewer returns generated.ViewerResolver implementation.
func (r *Resolver) Viewer() generated.ViewerResolver { return &viewerResolver{r} }

type (
	mutationResolver     struct{ *Resolver }
	queryResolver        struct{ *Resolver }
	subscriptionResolver struct{ *Resolver }
	viewerResolver       struct{ *Resolver }
)
