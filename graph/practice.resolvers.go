package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// ProposePractice is the resolver for the proposePractice field.
func (r *mutationResolver) ProposePractice(ctx context.Context, input model.ProposePracticeInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.Practices.Propose(ctx, practice.Words{
			Title: input.Title, Description: or(input.Description, ""), Kind: input.Kind, DataCategories: input.DataCategories,
			AffectedGroups: input.AffectedGroups,
		})
	})
}

// RevisePractice is the resolver for the revisePractice field.
func (r *mutationResolver) RevisePractice(ctx context.Context, input model.RevisePracticeInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.revise(ctx, input)
	})
}

// TryPractice is the resolver for the tryPractice field.
func (r *mutationResolver) TryPractice(ctx context.Context, input model.TryPracticeInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("practice", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Practices.Try(ctx, id, input.ExpectedVersion)
	})
}

// ActivatePractice is the resolver for the activatePractice field.
func (r *mutationResolver) ActivatePractice(ctx context.Context, input model.ActivatePracticeInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("practice", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Practices.Activate(ctx, id, input.ExpectedVersion)
	})
}

// PausePractice is the resolver for the pausePractice field.
func (r *mutationResolver) PausePractice(ctx context.Context, input model.PausePracticeInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("practice", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Practices.Pause(ctx, id, input.ExpectedVersion)
	})
}

// WithdrawPractice is the resolver for the withdrawPractice field.
func (r *mutationResolver) WithdrawPractice(ctx context.Context, input model.WithdrawPracticeInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("practice", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Practices.Withdraw(ctx, id, input.ExpectedVersion)
	})
}

// Firm is the resolver for the firm field.
func (r *practiceResolver) Firm(ctx context.Context, obj *db.Practice) (*party.Firm, error) {
	return take[*party.Firm](ctx, obj)
}

// Assessments is the resolver for the assessments field.
func (r *practiceResolver) Assessments(ctx context.Context, obj *db.Practice, first *int32, after *string, last *int32, before *string) (*store.Page[*db.Assessment], error) {
	return take[*store.Page[*db.Assessment]](ctx, obj)
}

// Dialogues is the resolver for the dialogues field.
func (r *practiceResolver) Dialogues(ctx context.Context, obj *db.Practice, first *int32, after *string, last *int32, before *string) (*store.Page[*db.Dialogue], error) {
	return take[*store.Page[*db.Dialogue]](ctx, obj)
}

// Comments is the resolver for the comments field.
func (r *practiceResolver) Comments(ctx context.Context, obj *db.Practice, first *int32, after *string, last *int32, before *string, filter *model.CommentFilter, order *string) (*store.Page[*db.Comment], error) {
	return take[*store.Page[*db.Comment]](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *practiceResolver) ViewerCan(ctx context.Context, obj *db.Practice) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// Practice is the resolver for the practice field.
func (r *practicePayloadResolver) Practice(ctx context.Context, obj *view.Payload) (*db.Practice, error) {
	return take[*db.Practice](ctx, obj)
}

// Act is the resolver for the act field.
func (r *practicePayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// Practice is the resolver for the practice field.
func (r *queryResolver) Practice(ctx context.Context, id string) (*db.Practice, error) {
	return take[*db.Practice](ctx, root)
}

// Practices is the resolver for the practices field.
func (r *queryResolver) Practices(ctx context.Context, first *int32, after *string, last *int32, before *string, filter *model.PracticeFilter) (*store.Page[*db.Practice], error) {
	return take[*store.Page[*db.Practice]](ctx, root)
}

// Practice returns generated.PracticeResolver implementation.
func (r *Resolver) Practice() generated.PracticeResolver { return &practiceResolver{r} }

// PracticePayload returns generated.PracticePayloadResolver implementation.
func (r *Resolver) PracticePayload() generated.PracticePayloadResolver {
	return &practicePayloadResolver{r}
}

type (
	practiceResolver        struct{ *Resolver }
	practicePayloadResolver struct{ *Resolver }
)
