package webhook

import (
	"context"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// The pages of webhooks, of their deliveries and of their dead letters, with the entries of each.
type (
	Page         = store.Page[*db.Webhook]
	Edge         = store.Edge[*db.Webhook]
	DeliveryPage = store.Page[*db.WebhookDelivery]
	DeliveryEdge = store.Edge[*db.WebhookDelivery]
	LetterPage   = store.Page[*db.DeadLetter]
	LetterEdge   = store.Edge[*db.DeadLetter]
)

// noun says what the policy needs to know of a webhook, and how it is read: without its secrets and its position in the log.
var noun = access.Noun[db.Webhook, *db.Webhook]{
	Resource: policy.Webhook,
	Table:    store.TableOf[db.Webhook]().Without("member_id", "position", "attempt_act", "claimed_by", "claimed_until", "fence"),
	Facts:    []access.Fact[*db.Webhook]{access.Party[*db.Webhook](policy.Own, "stakeholder_id")},
}

// engineTable says how the engine reads webhooks: with secrets and positions.
var engineTable = noun.Table.Only(
	"id", "stakeholder_id", "member_id", "url", "types", "dialogue_id", "jurisdictions", "scheme", "secret", "previous_secret", "previous_until", "state",
	"challenge_at", "position", "replay_position", "replay_until", "due_at", "failures", "fence",
)

// The tables of attempts and of dead letters.
var (
	Deliveries = store.TableOf[db.WebhookDelivery]()
	Letters    = store.TableOf[db.DeadLetter]()
)

// List reads a page of webhooks, newest first.
func (s *Service) List(ctx context.Context, state []enum.WebhookState, page store.PageArgs) (*Page, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	where, err := s.store.Narrow(noun.Visible(actor, "t")).And(store.Any("t.state", state)).All()
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, store.List[db.Webhook]{
		Table: noun.Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key(),
	})
}

// DeliveriesOf reads a page of the attempts of each webhook, newest first. Whoever may see a webhook may see them.
func (s *Service) DeliveriesOf(ctx context.Context, hooks []uuid.UUID, outcome []enum.WebhookOutcome, page store.PageArgs) (map[uuid.UUID]*DeliveryPage, error) {
	return under(ctx, s, Deliveries, "t.outcome", outcome, hooks, page)
}

// LettersOf reads a page of the dead letters of each webhook, newest first.
func (s *Service) LettersOf(ctx context.Context, hooks []uuid.UUID, state []enum.DeadLetterState, page store.PageArgs) (map[uuid.UUID]*LetterPage, error) {
	return under(ctx, s, Letters, "t.state", state, hooks, page)
}

// DeliveriesByID reads attempts by their ids, for those who may see their webhook.
func (s *Service) DeliveriesByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.WebhookDelivery, error) {
	return store.ByID(ctx, s.store, Deliveries, ids, noun.InVisible(policy.ActorFrom(ctx), "t.webhook_id"))
}

// LettersByID reads dead letters by their ids, under the same rule.
func (s *Service) LettersByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.DeadLetter, error) {
	return store.ByID(ctx, s.store, Letters, ids, noun.InVisible(policy.ActorFrom(ctx), "t.webhook_id"))
}

func under[T any, W ~string](
	ctx context.Context, s *Service, t store.Table[T], column string, words []W, hooks []uuid.UUID, page store.PageArgs,
) (map[uuid.UUID]*store.Page[*T], error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	where, err := s.store.Narrow(store.Always()).And(store.Any(column, words)).All()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.store, store.List[T]{
		Table: t, Parent: "t.webhook_id", Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, hooks)
}

// Address is a webhook's address as the viewer may see it. Its path and query may hold secrets, so only its own party sees
// them; empty once it was deleted.
func Address(a policy.Actor, row *db.Webhook) string {
	if a.Stakeholder == row.StakeholderID {
		return row.URL
	}
	u, err := url.Parse(row.URL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/"
}

// Breaker is OPEN while a webhook is sent only probes.
func Breaker(row *db.Webhook) enum.WebhookBreaker {
	if row.Failures >= breakAfter {
		return enum.WebhookBreakerOpen
	}
	return enum.WebhookBreakerClosed
}

// NextAttempt is when the failing event is retried; nil when none fails.
func NextAttempt(row *db.Webhook) *time.Time {
	if row.State != enum.WebhookStateActive || row.Attempt == 0 {
		return nil
	}
	return &row.DueAt
}

// skew bounds how far the times of acts and their order in the log may differ: an act is dated when it is done and gets its
// sequence number when it is committed, and no transaction takes longer.
const skew = time.Minute

// positionAt finds the position after which the acts of a time and later begin. Times nearly follow the order of the log: a
// binary search gets close, and a scan finds the rest.
func (s *Service) positionAt(ctx context.Context, t time.Time) (int64, error) {
	end, err := s.log.Head(ctx)
	if err != nil {
		return 0, err
	}
	position, until := int64(0), end
	for position < until {
		middle := position + (until-position)/2
		acts, err := s.log.Since(ctx, middle, actlog.Query{Limit: 1})
		if err != nil {
			return 0, err
		}
		if len(acts) > 0 && acts[0].At.Before(t.Add(-skew)) {
			position = middle + 1
		} else {
			until = middle
		}
	}
	for position < end {
		acts, err := s.log.Since(ctx, position, actlog.Query{})
		if err != nil || len(acts) == 0 {
			return position, err
		}
		for _, a := range acts {
			if !a.At.Before(t) {
				return a.ID - 1, nil
			}
		}
		position = acts[len(acts)-1].ID
	}
	return position, nil
}
