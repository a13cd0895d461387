package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/feed"
)

// Act is the resolver for the act field.
func (r *memberPayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// EraseMember is the resolver for the eraseMember field.
func (r *mutationResolver) EraseMember(ctx context.Context, input model.EraseMemberInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := r.memberKey(ctx, input.ID)
		if err != nil {
			return nil, err
		}
		return r.Privacy.Erase(ctx, id, input.Confirm)
	})
}

// MemberPayload returns generated.MemberPayloadResolver implementation.
func (r *Resolver) MemberPayload() generated.MemberPayloadResolver { return &memberPayloadResolver{r} }

type memberPayloadResolver struct{ *Resolver }
