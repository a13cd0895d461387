package webhook

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
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

// Table says how webhooks are read. Secrets are not among the columns.
var Table = store.Table[db.Webhook]{
	Name: "webhooks",
	Columns: []string{
		"id", "created_at", "updated_at", "revision", "stakeholder_id", "url", "description", "types", "dialogue_id", "scheme", "public_key",
		"previous_until", "state", "state_reason", "verified_at", "challenge_at", "replay_position", "replay_until", "delivered_seq", "delivered_at",
		"attempt", "due_at", "failures", "failing_since",
	},
	Dest: func(w *db.Webhook) []any {
		return []any{
			&w.ID, &w.CreatedAt, &w.UpdatedAt, &w.Revision, &w.StakeholderID, &w.URL, &w.Description, store.JSON(&w.Types), &w.DialogueID, &w.Scheme,
			&w.PublicKey, &w.PreviousUntil, &w.State, &w.StateReason, &w.VerifiedAt, &w.ChallengeAt, &w.ReplayPosition, &w.ReplayUntil,
			&w.DeliveredSeq, &w.DeliveredAt, &w.Attempt, &w.DueAt, &w.Failures, &w.FailingSince,
		}
	},
	ID: func(w *db.Webhook) uuid.UUID { return w.ID },
}

// engineTable says how the engine reads webhooks: with secrets and positions.
var engineTable = store.Table[db.Webhook]{
	Name: "webhooks",
	Columns: []string{
		"id", "stakeholder_id", "member_id", "url", "types", "dialogue_id", "scheme", "secret", "previous_secret", "previous_until", "state",
		"challenge_at", "position", "replay_position", "replay_until", "due_at", "failures", "fence",
	},
	Dest: func(w *db.Webhook) []any {
		return []any{
			&w.ID, &w.StakeholderID, &w.MemberID, &w.URL, store.JSON(&w.Types), &w.DialogueID, &w.Scheme, &w.Secret, &w.PreviousSecret,
			&w.PreviousUntil, &w.State, &w.ChallengeAt, &w.Position, &w.ReplayPosition, &w.ReplayUntil, &w.DueAt, &w.Failures, &w.Fence,
		}
	},
	ID: func(w *db.Webhook) uuid.UUID { return w.ID },
}

// Deliveries says how attempts are read.
var Deliveries = store.Table[db.WebhookDelivery]{
	Name: "webhook_deliveries",
	Columns: []string{
		"id", "webhook_id", "act_id", "seq", "event_id", "type", "attempt", "at", "status_code", "duration_ms", "outcome", "detail", "next_attempt_at",
	},
	Dest: func(d *db.WebhookDelivery) []any {
		return []any{
			&d.ID, &d.WebhookID, &d.ActID, &d.Seq, &d.EventID, &d.Type, &d.Attempt, &d.At, &d.StatusCode, &d.DurationMs, &d.Outcome, &d.Detail,
			&d.NextAttemptAt,
		}
	},
	ID: func(d *db.WebhookDelivery) uuid.UUID { return d.ID },
}

// Letters says how dead letters are read.
var Letters = store.Table[db.DeadLetter]{
	Name:    "dead_letters",
	Columns: []string{"id", "created_at", "updated_at", "revision", "webhook_id", "act_id", "seq", "event_id", "type", "attempts", "reason", "state"},
	Dest: func(d *db.DeadLetter) []any {
		return []any{
			&d.ID, &d.CreatedAt, &d.UpdatedAt, &d.Revision, &d.WebhookID, &d.ActID, &d.Seq, &d.EventID, &d.Type, &d.Attempts, &d.Reason, &d.State,
		}
	},
	ID: func(d *db.DeadLetter) uuid.UUID { return d.ID },
}

// visible is the policy's filter in SQL.
func visible(a policy.Actor) store.Cond {
	return store.Visible(policy.Visible(a, policy.Webhook), "t.state", map[policy.Fact]store.Cond{
		policy.Own: store.Where("t.stakeholder_id = ?", a.Stakeholder),
	})
}

// ByID reads webhooks by their ids: what is missing or hidden is left out.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Webhook, error) {
	return store.ByID(ctx, s.store, Table, ids, visible(policy.ActorFrom(ctx)))
}

// List reads a page of webhooks, newest first.
func (s *Service) List(ctx context.Context, state []string, page store.PageArgs) (*Page, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	where, err := s.store.Narrow(visible(actor)).In("t.state", state).All()
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, store.List[db.Webhook]{
		Table: Table, Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: actor.Key(),
	})
}

// DeliveriesOf reads a page of the attempts of each webhook, newest first. Whoever may see a webhook may see them.
func (s *Service) DeliveriesOf(ctx context.Context, hooks []uuid.UUID, outcome []string, page store.PageArgs) (map[uuid.UUID]*DeliveryPage, error) {
	return under(ctx, s, Deliveries, "t.outcome", outcome, hooks, page)
}

// LettersOf reads a page of the dead letters of each webhook, newest first.
func (s *Service) LettersOf(ctx context.Context, hooks []uuid.UUID, state []string, page store.PageArgs) (map[uuid.UUID]*LetterPage, error) {
	return under(ctx, s, Letters, "t.state", state, hooks, page)
}

func under[T any](
	ctx context.Context, s *Service, t store.Table[T], column string, words []string, hooks []uuid.UUID, page store.PageArgs,
) (map[uuid.UUID]*store.Page[*T], error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	where, err := s.store.Narrow(store.Always()).In(column, words).All()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.store, store.List[T]{
		Table: t, Parent: "t.webhook_id", Where: where, Order: store.Order{Descending: true}, Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, hooks)
}

// Can gives what the viewer can do with each webhook.
func (s *Service) Can(ctx context.Context, rows []*db.Webhook) [][]*policy.Decision {
	actor := policy.ActorFrom(ctx)
	out := make([][]*policy.Decision, len(rows))
	for i, row := range rows {
		out[i] = policy.Can(actor, subject(actor, row))
	}
	return out
}

// Address is a webhook's address as the viewer may see it. Its path and query may hold secrets, so only its own party sees
// them.
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
func Breaker(row *db.Webhook) string {
	if row.Failures >= breakAfter {
		return "OPEN"
	}
	return "CLOSED"
}

// NextAttempt is when the failing event is retried; nil when none fails.
func NextAttempt(row *db.Webhook) *time.Time {
	if row.State != "ACTIVE" || row.Attempt == 0 {
		return nil
	}
	return &row.DueAt
}

// Cursor seals a position in the log for one webhook: it reveals nothing of what its party may not see. Nil for 0.
func (s *Service) Cursor(hook uuid.UUID, seq int64) *string {
	if seq == 0 {
		return nil
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(seq))
	c := s.store.Seal(sealedFor(hook), b[:])
	return &c
}

func (s *Service) positionOf(field string, hook uuid.UUID, cursor string) (int64, error) {
	b, err := s.store.Unseal(field, sealedFor(hook), cursor)
	if err != nil {
		return 0, err
	}
	if len(b) != 8 {
		return 0, fmt.Errorf("a sealed position of %d bytes", len(b))
	}
	return int64(binary.BigEndian.Uint64(b)), nil
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
