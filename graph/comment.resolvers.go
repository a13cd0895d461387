package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Subject is the resolver for the subject field.
func (r *commentResolver) Subject(ctx context.Context, obj *db.Comment) (view.Node, error) {
	return take[view.Node](ctx, obj)
}

// Parent is the resolver for the parent field.
func (r *commentResolver) Parent(ctx context.Context, obj *db.Comment) (*db.Comment, error) {
	return take[*db.Comment](ctx, obj)
}

// Author is the resolver for the author field.
func (r *commentResolver) Author(ctx context.Context, obj *db.Comment) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// Quote is the resolver for the quote field.
func (r *commentResolver) Quote(ctx context.Context, obj *db.Comment) (*comment.Quote, error) {
	return comment.QuoteOf(obj), nil
}

// Tally is the resolver for the tally field.
func (r *commentResolver) Tally(ctx context.Context, obj *db.Comment) (*comment.Tally, error) {
	return comment.TallyOf(obj), nil
}

// ViewerVote is the resolver for the viewerVote field.
func (r *commentResolver) ViewerVote(ctx context.Context, obj *db.Comment) (*string, error) {
	return take[*string](ctx, obj)
}

// Replies is the resolver for the replies field.
func (r *commentResolver) Replies(ctx context.Context, obj *db.Comment, first *int32, after *string, last *int32, before *string) (*store.Page[*db.Comment], error) {
	return take[*store.Page[*db.Comment]](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *commentResolver) ViewerCan(ctx context.Context, obj *db.Comment) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// Comment is the resolver for the comment field.
func (r *commentPayloadResolver) Comment(ctx context.Context, obj *view.Payload) (*db.Comment, error) {
	return take[*db.Comment](ctx, obj)
}

// Act is the resolver for the act field.
func (r *commentPayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// PostComment is the resolver for the postComment field.
func (r *mutationResolver) PostComment(ctx context.Context, input model.PostCommentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.post(ctx, input)
	})
}

// VoteOnComment is the resolver for the voteOnComment field.
func (r *mutationResolver) VoteOnComment(ctx context.Context, input model.VoteOnCommentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("comment", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Comments.Vote(ctx, id, input.Choice)
	})
}

// HideComment is the resolver for the hideComment field.
func (r *mutationResolver) HideComment(ctx context.Context, input model.HideCommentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("comment", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Comments.Hide(ctx, id, input.Reason, input.ExpectedVersion)
	})
}

// RestoreComment is the resolver for the restoreComment field.
func (r *mutationResolver) RestoreComment(ctx context.Context, input model.RestoreCommentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("comment", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Comments.Restore(ctx, id, input.Reason, input.ExpectedVersion)
	})
}

// Comment is the resolver for the comment field.
func (r *queryResolver) Comment(ctx context.Context, id string) (*db.Comment, error) {
	return take[*db.Comment](ctx, root)
}

// Comments is the resolver for the comments field.
func (r *queryResolver) Comments(ctx context.Context, first *int32, after *string, last *int32, before *string, filter *model.CommentFilter) (*store.Page[*db.Comment], error) {
	return take[*store.Page[*db.Comment]](ctx, root)
}

// Comment returns generated.CommentResolver implementation.
func (r *Resolver) Comment() generated.CommentResolver { return &commentResolver{r} }

// CommentPayload returns generated.CommentPayloadResolver implementation.
func (r *Resolver) CommentPayload() generated.CommentPayloadResolver {
	return &commentPayloadResolver{r}
}

type (
	commentResolver        struct{ *Resolver }
	commentPayloadResolver struct{ *Resolver }
)
