package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/webhook"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var webhookNoun = noun{
	name:   "webhook",
	types:  []string{"Webhook"},
	read:   by(func(r *Resolver) many[db.Webhook] { return r.Webhooks.ByID }),
	tables: []string{"webhooks", "webhook_deliveries", "dead_letters"},
	edges: edges{
		"Query.webhooks": top(func(ctx context.Context, r *Resolver, a args) (*webhook.Page, error) {
			return r.Webhooks.List(ctx, words[enum.WebhookState](a, "state"), a.page())
		}),
		"Query.eventCatalog": top(func(_ context.Context, r *Resolver, _ args) ([]*webhook.EventType, error) {
			return r.Webhooks.Catalog(), nil
		}),

		"Webhook.stakeholder": toParty("stakeholder_id"),
		"Webhook.dialogue":    to("dialogue_id", dialoguesByID),
		"Webhook.url": madeFor(func(ctx context.Context, _ *Resolver, w *db.Webhook) (*string, error) {
			return orNil(webhook.Address(policy.ActorFrom(ctx), w)), nil
		}),
		"Webhook.publicKey":        made(func(w *db.Webhook) *string { return orNil(w.PublicKey) }, "public_key"),
		"Webhook.stateReason":      made(func(w *db.Webhook) *string { return orNil(w.StateReason) }, "state_reason"),
		"Webhook.challengePending": made(func(w *db.Webhook) bool { return w.ChallengeAt != nil }, "challenge_at"),
		"Webhook.nextAttemptAt":    made(func(w *db.Webhook) *time.Time { return webhook.NextAttempt(w) }, "state", "attempt", "due_at"),
		"Webhook.breaker":          made(webhook.Breaker, "failures"),
		"Webhook.replaying":        made(func(w *db.Webhook) bool { return w.ReplayPosition < w.ReplayUntil }, "replay_position", "replay_until"),
		"Webhook.deliveredCursor": one(func(ctx context.Context, r *Resolver, ws []*db.Webhook, _ args) ([]*string, error) {
			return r.Webhooks.DeliveredCursors(ctx, ws)
		}),
		"Webhook.deliveries": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*webhook.DeliveryPage, error) {
			return r.Webhooks.DeliveriesOf(ctx, ids, words[enum.WebhookOutcome](a, "outcome"), a.page())
		}),
		"Webhook.deadLetters": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*webhook.LetterPage, error) {
			return r.Webhooks.LettersOf(ctx, ids, words[enum.DeadLetterState](a, "state"), a.page())
		}),
		"Webhook.viewerCan": can(func(ctx context.Context, r *Resolver, ws []*db.Webhook) ([][]*policy.Decision, error) {
			return r.Webhooks.Can(ctx, ws), nil
		}),

		"Webhook.jurisdictions": made(func(w *db.Webhook) []string { return append([]string{}, w.Jurisdictions...) }, "jurisdictions"),
		"Webhook.types":         made(func(w *db.Webhook) []enum.ActType { return act.Words(w.Types) }, "types"),
	},
	mutations: mutations{
		"registerWebhook": withSecret(func(ctx context.Context, r *Resolver, in model.RegisterWebhookInput) (*act.Result, string, error) {
			dialogue := optionalKey("dialogue", in.Dialogue)
			return r.Webhooks.Register(ctx, webhook.Registration{
				URL: in.URL, Description: or(in.Description, ""), Scheme: or(in.Scheme, webhook.HMAC), Types: act.NamesOf(in.Types), Dialogue: dialogue,
				Jurisdictions: in.Jurisdiction,
			})
		}),
		"verifyWebhook": on(func(r *Resolver) moving { return r.Webhooks.Verify }),
		"updateWebhook": with(func(ctx context.Context, r *Resolver, in model.UpdateWebhookInput) (*act.Result, error) {
			id := key("webhook", in.ID)
			dialogue := optionalKey("dialogue", in.Dialogue)
			return r.Webhooks.Update(ctx, id, webhook.Change{
				URL: in.URL, Description: in.Description, Types: act.NamesOf(in.Types), Dialogue: dialogue, EveryDialogue: or(in.EveryDialogue, false),
				Jurisdictions: in.Jurisdiction,
			}, &in.ExpectedRevision)
		}),
		"rotateWebhookSecret": withSecret(func(ctx context.Context, r *Resolver, in model.RotateWebhookSecretInput) (*act.Result, string, error) {
			id := key("webhook", in.ID)
			return r.Webhooks.RotateSecret(ctx, id, in.ExpectedRevision)
		}),
		"enableWebhook": with(func(ctx context.Context, r *Resolver, in model.EnableWebhookInput) (*act.Result, error) {
			id := key("webhook", in.ID)
			return r.Webhooks.Enable(ctx, id, or(in.SkipMissed, false), in.ExpectedRevision)
		}),
		"disableWebhook": on(func(r *Resolver) moving { return r.Webhooks.Disable }),
		"deleteWebhook":  on(func(r *Resolver) moving { return r.Webhooks.Delete }),
		"replayWebhook": with(func(ctx context.Context, r *Resolver, in model.ReplayWebhookInput) (*act.Result, error) {
			id := key("webhook", in.ID)
			return r.Webhooks.Replay(ctx, id, webhook.Range{From: in.From, To: in.To, After: in.After, Through: in.Through}, in.ExpectedRevision)
		}),
		"retryWebhookDelivery": with(func(ctx context.Context, r *Resolver, in model.RetryWebhookDeliveryInput) (*act.Result, error) {
			id := key("deadletter", in.ID)
			return r.Webhooks.Retry(ctx, id)
		}),
		"skipWebhookDelivery": on(func(r *Resolver) moving { return r.Webhooks.Skip }),
	},
}

// deliveryNoun and letterNoun are what whoever may see a webhook sees of it.
var deliveryNoun = noun{
	name:  "webhookdelivery",
	types: []string{"WebhookDelivery"},
	read:  by(func(r *Resolver) many[db.WebhookDelivery] { return r.Webhooks.DeliveriesByID }),
	edges: edges{
		"WebhookDelivery.act": toActs("act_id"),
		"WebhookDelivery.type": made(func(d *db.WebhookDelivery) *enum.ActType {
			if d.Type == webhook.ChallengeType {
				return nil
			}
			word := act.Word(d.Type)
			return &word
		}, "type"),
		"WebhookDelivery.cursor": madeFor(func(_ context.Context, r *Resolver, d *db.WebhookDelivery) (*string, error) {
			return r.Webhooks.DeliveryCursor(d), nil
		}),
		"WebhookDelivery.detail": made(func(d *db.WebhookDelivery) *string { return orNil(d.Detail) }, "detail"),
	},
}

var letterNoun = noun{
	name:  "deadletter",
	types: []string{"DeadLetter"},
	read:  by(func(r *Resolver) many[db.DeadLetter] { return r.Webhooks.LettersByID }),
	edges: edges{
		"DeadLetter.act":  toActs("act_id"),
		"DeadLetter.type": made(func(d *db.DeadLetter) enum.ActType { return act.Word(d.Type) }, "type"),
		"DeadLetter.cursor": madeFor(func(_ context.Context, r *Resolver, d *db.DeadLetter) (*string, error) {
			return r.Webhooks.LetterCursor(d), nil
		}),
	},
}

// withSecret is with for a use case that makes a secret.
func withSecret[I any](do func(ctx context.Context, r *Resolver, in I) (*act.Result, string, error)) mutation {
	return func(ctx context.Context, r *Resolver, _ noun, input any) (*act.Result, *string, error) {
		result, secret, err := do(ctx, r, input.(I))
		return result, orNil(secret), err
	}
}
