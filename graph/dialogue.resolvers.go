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

// Convenor is the resolver for the convenor field.
func (r *dialogueResolver) Convenor(ctx context.Context, obj *db.Dialogue) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// Phases is the resolver for the phases field.
func (r *dialogueResolver) Phases(ctx context.Context, obj *db.Dialogue) ([]*db.Phase, error) {
	return take[[]*db.Phase](ctx, obj)
}

// Phase is the resolver for the phase field.
func (r *dialogueResolver) Phase(ctx context.Context, obj *db.Dialogue) (*db.Phase, error) {
	return take[*db.Phase](ctx, obj)
}

// Invited is the resolver for the invited field.
func (r *dialogueResolver) Invited(ctx context.Context, obj *db.Dialogue, first *int32, after *string, last *int32, before *string) (*store.Page[party.Stakeholder], error) {
	return take[*store.Page[party.Stakeholder]](ctx, obj)
}

// Practices is the resolver for the practices field.
func (r *dialogueResolver) Practices(ctx context.Context, obj *db.Dialogue) ([]*db.Practice, error) {
	return take[[]*db.Practice](ctx, obj)
}

// Proposals is the resolver for the proposals field.
func (r *dialogueResolver) Proposals(ctx context.Context, obj *db.Dialogue, first *int32, after *string, last *int32, before *string, filter *model.ProposalFilter) (*store.Page[*db.Proposal], error) {
	return take[*store.Page[*db.Proposal]](ctx, obj)
}

// Comments is the resolver for the comments field.
func (r *dialogueResolver) Comments(ctx context.Context, obj *db.Dialogue, first *int32, after *string, last *int32, before *string, filter *model.CommentFilter, order *string) (*store.Page[*db.Comment], error) {
	return take[*store.Page[*db.Comment]](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *dialogueResolver) ViewerCan(ctx context.Context, obj *db.Dialogue) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// Dialogue is the resolver for the dialogue field.
func (r *dialogueEventResolver) Dialogue(ctx context.Context, obj *feed.Event) (*db.Dialogue, error) {
	return take[*db.Dialogue](ctx, obj)
}

// Dialogue is the resolver for the dialogue field.
func (r *dialoguePayloadResolver) Dialogue(ctx context.Context, obj *view.Payload) (*db.Dialogue, error) {
	return take[*db.Dialogue](ctx, obj)
}

// Act is the resolver for the act field.
func (r *dialoguePayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// ConveneDialogue is the resolver for the conveneDialogue field.
func (r *mutationResolver) ConveneDialogue(ctx context.Context, input model.ConveneDialogueInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.convene(ctx, input)
	})
}

// InviteToDialogue is the resolver for the inviteToDialogue field.
func (r *mutationResolver) InviteToDialogue(ctx context.Context, input model.InviteToDialogueInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.invite(ctx, input)
	})
}

// OpenDialogue is the resolver for the openDialogue field.
func (r *mutationResolver) OpenDialogue(ctx context.Context, input model.OpenDialogueInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("dialogue", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Dialogues.Open(ctx, id, input.ExpectedVersion)
	})
}

// CloseDialogue is the resolver for the closeDialogue field.
func (r *mutationResolver) CloseDialogue(ctx context.Context, input model.CloseDialogueInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("dialogue", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Dialogues.Close(ctx, id, input.Outcome, input.ExpectedVersion)
	})
}

// ReopenDialogue is the resolver for the reopenDialogue field.
func (r *mutationResolver) ReopenDialogue(ctx context.Context, input model.ReopenDialogueInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("dialogue", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Dialogues.Reopen(ctx, id, input.Reason, input.ExpectedVersion)
	})
}

// Dialogue is the resolver for the dialogue field.
func (r *queryResolver) Dialogue(ctx context.Context, id string) (*db.Dialogue, error) {
	return take[*db.Dialogue](ctx, root)
}

// Dialogues is the resolver for the dialogues field.
func (r *queryResolver) Dialogues(ctx context.Context, first *int32, after *string, last *int32, before *string, filter *model.DialogueFilter) (*store.Page[*db.Dialogue], error) {
	return take[*store.Page[*db.Dialogue]](ctx, root)
}

// DialogueActivity is the resolver for the dialogueActivity field.
func (r *subscriptionResolver) DialogueActivity(ctx context.Context, id string, after *string) (<-chan *feed.Event, error) {
	return r.follow(ctx, after, r.inDialogue(ctx, id))
}

// Dialogue returns generated.DialogueResolver implementation.
func (r *Resolver) Dialogue() generated.DialogueResolver { return &dialogueResolver{r} }

// DialogueEvent returns generated.DialogueEventResolver implementation.
func (r *Resolver) DialogueEvent() generated.DialogueEventResolver { return &dialogueEventResolver{r} }

// DialoguePayload returns generated.DialoguePayloadResolver implementation.
func (r *Resolver) DialoguePayload() generated.DialoguePayloadResolver {
	return &dialoguePayloadResolver{r}
}

type (
	dialogueResolver        struct{ *Resolver }
	dialogueEventResolver   struct{ *Resolver }
	dialoguePayloadResolver struct{ *Resolver }
)
