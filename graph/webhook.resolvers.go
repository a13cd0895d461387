package graph

import (
	"context"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// Act is the resolver for the act field.
func (r *deadLetterResolver) Act(ctx context.Context, obj *db.DeadLetter) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// Cursor is the resolver for the cursor field.
func (r *deadLetterResolver) Cursor(ctx context.Context, obj *db.DeadLetter) (*string, error) {
	return r.Webhooks.Cursor(obj.WebhookID, obj.Seq), nil
}

// RegisterWebhook is the resolver for the registerWebhook field.
func (r *mutationResolver) RegisterWebhook(ctx context.Context, input model.RegisterWebhookInput) (*view.Payload, error) {
	return mutateSecret(ctx, func(ctx context.Context) (*actlog.Receipt, string, error) {
		return r.registerWebhook(ctx, input)
	})
}

// VerifyWebhook is the resolver for the verifyWebhook field.
func (r *mutationResolver) VerifyWebhook(ctx context.Context, input model.VerifyWebhookInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("webhook", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Webhooks.Verify(ctx, id)
	})
}

// UpdateWebhook is the resolver for the updateWebhook field.
func (r *mutationResolver) UpdateWebhook(ctx context.Context, input model.UpdateWebhookInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.updateWebhook(ctx, input)
	})
}

// RotateWebhookSecret is the resolver for the rotateWebhookSecret field.
func (r *mutationResolver) RotateWebhookSecret(ctx context.Context, input model.RotateWebhookSecretInput) (*view.Payload, error) {
	return mutateSecret(ctx, func(ctx context.Context) (*actlog.Receipt, string, error) {
		id, err := key("webhook", input.ID)
		if err != nil {
			return nil, "", err
		}
		return r.Webhooks.RotateSecret(ctx, id)
	})
}

// EnableWebhook is the resolver for the enableWebhook field.
func (r *mutationResolver) EnableWebhook(ctx context.Context, input model.EnableWebhookInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("webhook", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Webhooks.Enable(ctx, id, or(input.SkipMissed, false))
	})
}

// DisableWebhook is the resolver for the disableWebhook field.
func (r *mutationResolver) DisableWebhook(ctx context.Context, input model.DisableWebhookInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("webhook", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Webhooks.Disable(ctx, id, input.ExpectedVersion)
	})
}

// DeleteWebhook is the resolver for the deleteWebhook field.
func (r *mutationResolver) DeleteWebhook(ctx context.Context, input model.DeleteWebhookInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("webhook", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Webhooks.Delete(ctx, id, input.ExpectedVersion)
	})
}

// ReplayWebhook is the resolver for the replayWebhook field.
func (r *mutationResolver) ReplayWebhook(ctx context.Context, input model.ReplayWebhookInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("webhook", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Webhooks.Replay(ctx, id, webhook.Range{From: input.From, To: input.To, After: input.After, Through: input.Through})
	})
}

// RetryWebhookDelivery is the resolver for the retryWebhookDelivery field.
func (r *mutationResolver) RetryWebhookDelivery(ctx context.Context, input model.RetryWebhookDeliveryInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("deadletter", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Webhooks.Retry(ctx, id)
	})
}

// SkipWebhookDelivery is the resolver for the skipWebhookDelivery field.
func (r *mutationResolver) SkipWebhookDelivery(ctx context.Context, input model.SkipWebhookDeliveryInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("webhook", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Webhooks.Skip(ctx, id)
	})
}

// Webhook is the resolver for the webhook field.
func (r *queryResolver) Webhook(ctx context.Context, id string) (*db.Webhook, error) {
	return take[*db.Webhook](ctx, root)
}

// Webhooks is the resolver for the webhooks field.
func (r *queryResolver) Webhooks(ctx context.Context, first *int32, after *string, last *int32, before *string, state []string) (*store.Page[*db.Webhook], error) {
	return take[*store.Page[*db.Webhook]](ctx, root)
}

// EventCatalog is the resolver for the eventCatalog field.
func (r *queryResolver) EventCatalog(ctx context.Context) ([]*webhook.EventType, error) {
	return take[[]*webhook.EventType](ctx, root)
}

// Stakeholder is the resolver for the stakeholder field.
func (r *webhookResolver) Stakeholder(ctx context.Context, obj *db.Webhook) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// URL is the resolver for the url field.
func (r *webhookResolver) URL(ctx context.Context, obj *db.Webhook) (string, error) {
	return webhook.Address(policy.ActorFrom(ctx), obj), nil
}

// Dialogue is the resolver for the dialogue field.
func (r *webhookResolver) Dialogue(ctx context.Context, obj *db.Webhook) (*db.Dialogue, error) {
	return take[*db.Dialogue](ctx, obj)
}

// PublicKey is the resolver for the publicKey field.
func (r *webhookResolver) PublicKey(ctx context.Context, obj *db.Webhook) (*string, error) {
	return optional(obj.PublicKey), nil
}

// StateReason is the resolver for the stateReason field.
func (r *webhookResolver) StateReason(ctx context.Context, obj *db.Webhook) (*string, error) {
	return optional(obj.StateReason), nil
}

// ChallengePending is the resolver for the challengePending field.
func (r *webhookResolver) ChallengePending(ctx context.Context, obj *db.Webhook) (bool, error) {
	return obj.ChallengeAt != nil, nil
}

// NextAttemptAt is the resolver for the nextAttemptAt field.
func (r *webhookResolver) NextAttemptAt(ctx context.Context, obj *db.Webhook) (*time.Time, error) {
	return webhook.NextAttempt(obj), nil
}

// Breaker is the resolver for the breaker field.
func (r *webhookResolver) Breaker(ctx context.Context, obj *db.Webhook) (string, error) {
	return webhook.Breaker(obj), nil
}

// Replaying is the resolver for the replaying field.
func (r *webhookResolver) Replaying(ctx context.Context, obj *db.Webhook) (bool, error) {
	return obj.ReplayPosition < obj.ReplayUntil, nil
}

// DeliveredCursor is the resolver for the deliveredCursor field.
func (r *webhookResolver) DeliveredCursor(ctx context.Context, obj *db.Webhook) (*string, error) {
	return r.Webhooks.Cursor(obj.ID, obj.DeliveredSeq), nil
}

// Deliveries is the resolver for the deliveries field.
func (r *webhookResolver) Deliveries(ctx context.Context, obj *db.Webhook, first *int32, after *string, last *int32, before *string, outcome []string) (*store.Page[*db.WebhookDelivery], error) {
	return take[*store.Page[*db.WebhookDelivery]](ctx, obj)
}

// DeadLetters is the resolver for the deadLetters field.
func (r *webhookResolver) DeadLetters(ctx context.Context, obj *db.Webhook, first *int32, after *string, last *int32, before *string, state []string) (*store.Page[*db.DeadLetter], error) {
	return take[*store.Page[*db.DeadLetter]](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *webhookResolver) ViewerCan(ctx context.Context, obj *db.Webhook) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// Act is the resolver for the act field.
func (r *webhookDeliveryResolver) Act(ctx context.Context, obj *db.WebhookDelivery) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// Cursor is the resolver for the cursor field.
func (r *webhookDeliveryResolver) Cursor(ctx context.Context, obj *db.WebhookDelivery) (*string, error) {
	return r.Webhooks.Cursor(obj.WebhookID, obj.Seq), nil
}

// Detail is the resolver for the detail field.
func (r *webhookDeliveryResolver) Detail(ctx context.Context, obj *db.WebhookDelivery) (*string, error) {
	return optional(obj.Detail), nil
}

// Webhook is the resolver for the webhook field.
func (r *webhookPayloadResolver) Webhook(ctx context.Context, obj *view.Payload) (*db.Webhook, error) {
	return take[*db.Webhook](ctx, obj)
}

// Act is the resolver for the act field.
func (r *webhookPayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// Webhook is the resolver for the webhook field.
func (r *webhookSecretPayloadResolver) Webhook(ctx context.Context, obj *view.Payload) (*db.Webhook, error) {
	return take[*db.Webhook](ctx, obj)
}

// Act is the resolver for the act field.
func (r *webhookSecretPayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// DeadLetter returns generated.DeadLetterResolver implementation.
func (r *Resolver) DeadLetter() generated.DeadLetterResolver { return &deadLetterResolver{r} }

// Webhook returns generated.WebhookResolver implementation.
func (r *Resolver) Webhook() generated.WebhookResolver { return &webhookResolver{r} }

// WebhookDelivery returns generated.WebhookDeliveryResolver implementation.
func (r *Resolver) WebhookDelivery() generated.WebhookDeliveryResolver {
	return &webhookDeliveryResolver{r}
}

// WebhookPayload returns generated.WebhookPayloadResolver implementation.
func (r *Resolver) WebhookPayload() generated.WebhookPayloadResolver {
	return &webhookPayloadResolver{r}
}

// WebhookSecretPayload returns generated.WebhookSecretPayloadResolver implementation.
func (r *Resolver) WebhookSecretPayload() generated.WebhookSecretPayloadResolver {
	return &webhookSecretPayloadResolver{r}
}

type (
	deadLetterResolver           struct{ *Resolver }
	webhookResolver              struct{ *Resolver }
	webhookDeliveryResolver      struct{ *Resolver }
	webhookPayloadResolver       struct{ *Resolver }
	webhookSecretPayloadResolver struct{ *Resolver }
)
