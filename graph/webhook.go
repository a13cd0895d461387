package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

func webhookID(w *db.Webhook) uuid.UUID { return w.ID }

var webhookEdges = edges{
	"Query.webhook": top(func(ctx context.Context, r *Resolver, a args) (*db.Webhook, error) {
		return single(ctx, a, "webhook", r.Webhooks.ByID)
	}),
	"Query.webhooks": top(func(ctx context.Context, r *Resolver, a args) (*webhook.Page, error) {
		return r.Webhooks.List(ctx, a.words("state"), a.page())
	}),
	"Query.eventCatalog": top(func(context.Context, *Resolver, args) ([]*webhook.EventType, error) {
		return webhook.Catalog(), nil
	}),
	"Webhook.stakeholder": one(func(ctx context.Context, r *Resolver, ws []*db.Webhook, _ args) ([]party.Stakeholder, error) {
		return r.named(ctx, ids(ws, func(w *db.Webhook) uuid.UUID { return w.StakeholderID }))
	}),
	"Webhook.dialogue": one(func(ctx context.Context, r *Resolver, ws []*db.Webhook, _ args) ([]*db.Dialogue, error) {
		id := func(w *db.Webhook) uuid.UUID { return or(w.DialogueID, uuid.Nil) }
		rows, err := r.Dialogues.ByID(ctx, ids(ws, id))
		return pick(ws, id, rows), err
	}),
	"Webhook.deliveries": one(func(ctx context.Context, r *Resolver, ws []*db.Webhook, a args) ([]*webhook.DeliveryPage, error) {
		pages, err := r.Webhooks.DeliveriesOf(ctx, ids(ws, webhookID), a.words("outcome"), a.page())
		return pick(ws, webhookID, pages), err
	}),
	"Webhook.deadLetters": one(func(ctx context.Context, r *Resolver, ws []*db.Webhook, a args) ([]*webhook.LetterPage, error) {
		pages, err := r.Webhooks.LettersOf(ctx, ids(ws, webhookID), a.words("state"), a.page())
		return pick(ws, webhookID, pages), err
	}),
	"Webhook.viewerCan": one(func(ctx context.Context, r *Resolver, ws []*db.Webhook, _ args) ([][]*policy.Decision, error) {
		return r.Webhooks.Can(ctx, ws), nil
	}),
	"WebhookDelivery.act": toldOf(func(d *db.WebhookDelivery) uuid.UUID { return or(d.ActID, uuid.Nil) }),
	"DeadLetter.act":      toldOf(func(d *db.DeadLetter) uuid.UUID { return d.ActID }),

	"WebhookPayload.act":           payloadAct,
	"WebhookPayload.webhook":       payloadWebhook,
	"WebhookSecretPayload.act":     payloadAct,
	"WebhookSecretPayload.webhook": payloadWebhook,
}

var payloadWebhook = payloadSubject(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Webhook, error) {
	return r.Webhooks.ByID
})

// toldOf reads the acts that something was to tell of, with the viewer's eyes.
func toldOf[P any](id func(P) uuid.UUID) edge {
	return one(func(ctx context.Context, r *Resolver, ps []P, _ args) ([]*feed.Act, error) {
		acts, err := r.Feed.ByID(ctx, ids(ps, id))
		return pick(ps, id, acts), err
	})
}

// mutateSecret is mutate for what makes a secret, which its answer alone shows.
func mutateSecret(ctx context.Context, useCase func(ctx context.Context) (*actlog.Receipt, string, error)) (*view.Payload, error) {
	var secret string
	p, err := mutate(ctx, func(ctx context.Context) (receipt *actlog.Receipt, err error) {
		receipt, secret, err = useCase(ctx)
		return receipt, err
	})
	if p != nil {
		p.Secret = optional(secret)
	}
	return p, err
}

func (r *Resolver) registerWebhook(ctx context.Context, in model.RegisterWebhookInput) (*actlog.Receipt, string, error) {
	dialogue, err := optionalKey("dialogue", in.Dialogue)
	if err != nil {
		return nil, "", err
	}
	return r.Webhooks.Register(ctx, webhook.Registration{
		URL: in.URL, Description: or(in.Description, ""), Scheme: or(in.Scheme, webhook.HMAC), Types: in.Types, Dialogue: dialogue,
	})
}

func (r *Resolver) updateWebhook(ctx context.Context, in model.UpdateWebhookInput) (*actlog.Receipt, error) {
	id, err := key("webhook", in.ID)
	if err != nil {
		return nil, err
	}
	dialogue, err := optionalKey("dialogue", in.Dialogue)
	if err != nil {
		return nil, err
	}
	return r.Webhooks.Update(ctx, id, webhook.Change{
		URL: in.URL, Description: in.Description, Types: in.Types, Dialogue: dialogue, EveryDialogue: or(in.EveryDialogue, false),
	}, &in.ExpectedVersion)
}
