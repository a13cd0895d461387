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
	"github.com/plenary-dialogue/plenary/internal/store"
)

// DraftProposal is the resolver for the draftProposal field.
func (r *mutationResolver) DraftProposal(ctx context.Context, input model.DraftProposalInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.draftProposal(ctx, input)
	})
}

// EditProposal is the resolver for the editProposal field.
func (r *mutationResolver) EditProposal(ctx context.Context, input model.EditProposalInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.editProposal(ctx, input)
	})
}

// SubmitProposal is the resolver for the submitProposal field.
func (r *mutationResolver) SubmitProposal(ctx context.Context, input model.SubmitProposalInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("proposal", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Proposals.Submit(ctx, id, input.ExpectedVersion)
	})
}

// TakeUpProposal is the resolver for the takeUpProposal field.
func (r *mutationResolver) TakeUpProposal(ctx context.Context, input model.TakeUpProposalInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("proposal", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Proposals.TakeUp(ctx, id, input.ExpectedVersion)
	})
}

// ReturnProposal is the resolver for the returnProposal field.
func (r *mutationResolver) ReturnProposal(ctx context.Context, input model.ReturnProposalInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("proposal", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Proposals.Return(ctx, id, input.Reason, input.ExpectedVersion)
	})
}

// OpenProposal is the resolver for the openProposal field.
func (r *mutationResolver) OpenProposal(ctx context.Context, input model.OpenProposalInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("proposal", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Proposals.Open(ctx, id, input.ExpectedVersion)
	})
}

// WithdrawProposal is the resolver for the withdrawProposal field.
func (r *mutationResolver) WithdrawProposal(ctx context.Context, input model.WithdrawProposalInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("proposal", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Proposals.Withdraw(ctx, id, or(input.Reason, ""), input.ExpectedVersion)
	})
}

// Dialogue is the resolver for the dialogue field.
func (r *proposalResolver) Dialogue(ctx context.Context, obj *db.Proposal) (*db.Dialogue, error) {
	return take[*db.Dialogue](ctx, obj)
}

// Author is the resolver for the author field.
func (r *proposalResolver) Author(ctx context.Context, obj *db.Proposal) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// Versions is the resolver for the versions field.
func (r *proposalResolver) Versions(ctx context.Context, obj *db.Proposal, first *int32, after *string, last *int32, before *string) (*store.Page[*db.ProposalVersion], error) {
	return take[*store.Page[*db.ProposalVersion]](ctx, obj)
}

// Practices is the resolver for the practices field.
func (r *proposalResolver) Practices(ctx context.Context, obj *db.Proposal) ([]*db.Practice, error) {
	return take[[]*db.Practice](ctx, obj)
}

// Comments is the resolver for the comments field.
func (r *proposalResolver) Comments(ctx context.Context, obj *db.Proposal, first *int32, after *string, last *int32, before *string, filter *model.CommentFilter, order *string) (*store.Page[*db.Comment], error) {
	return take[*store.Page[*db.Comment]](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *proposalResolver) ViewerCan(ctx context.Context, obj *db.Proposal) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// Proposal is the resolver for the proposal field.
func (r *proposalEventResolver) Proposal(ctx context.Context, obj *feed.Event) (*db.Proposal, error) {
	return take[*db.Proposal](ctx, obj)
}

// Proposal is the resolver for the proposal field.
func (r *proposalPayloadResolver) Proposal(ctx context.Context, obj *view.Payload) (*db.Proposal, error) {
	return take[*db.Proposal](ctx, obj)
}

// Act is the resolver for the act field.
func (r *proposalPayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// Editor is the resolver for the editor field.
func (r *proposalVersionResolver) Editor(ctx context.Context, obj *db.ProposalVersion) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// Proposal is the resolver for the proposal field.
func (r *queryResolver) Proposal(ctx context.Context, id string) (*db.Proposal, error) {
	return take[*db.Proposal](ctx, root)
}

// Proposals is the resolver for the proposals field.
func (r *queryResolver) Proposals(ctx context.Context, first *int32, after *string, last *int32, before *string, filter *model.ProposalFilter) (*store.Page[*db.Proposal], error) {
	return take[*store.Page[*db.Proposal]](ctx, root)
}

// ProposalUpdated is the resolver for the proposalUpdated field.
func (r *subscriptionResolver) ProposalUpdated(ctx context.Context, id string, after *string) (<-chan *feed.Event, error) {
	return r.follow(ctx, after, r.aroundProposal(ctx, id))
}

// Proposal returns generated.ProposalResolver implementation.
func (r *Resolver) Proposal() generated.ProposalResolver { return &proposalResolver{r} }

// ProposalEvent returns generated.ProposalEventResolver implementation.
func (r *Resolver) ProposalEvent() generated.ProposalEventResolver { return &proposalEventResolver{r} }

// ProposalPayload returns generated.ProposalPayloadResolver implementation.
func (r *Resolver) ProposalPayload() generated.ProposalPayloadResolver {
	return &proposalPayloadResolver{r}
}

// ProposalVersion returns generated.ProposalVersionResolver implementation.
func (r *Resolver) ProposalVersion() generated.ProposalVersionResolver {
	return &proposalVersionResolver{r}
}

type (
	proposalResolver        struct{ *Resolver }
	proposalEventResolver   struct{ *Resolver }
	proposalPayloadResolver struct{ *Resolver }
	proposalVersionResolver struct{ *Resolver }
)
