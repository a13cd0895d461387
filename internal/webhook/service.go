package webhook

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/deadletter"
	entwebhook "github.com/plenary-dialogue/plenary/ent/db/webhook"
	"github.com/plenary-dialogue/plenary/ent/db/webhookdelivery"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Sealer keeps secrets unreadable in the database. The context is what a secret belongs to; it opens nowhere else.
type Sealer interface {
	Seal(context string, plain []byte) []byte
	Open(context string, sealed []byte) ([]byte, error)
}

// Sight gives the dialogues among some that the viewer may see.
type Sight func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Dialogue, error)

// acts are the types of act about webhooks.
var acts = []act.Type{
	{Name: "webhook.registered"},
	{Name: "webhook.challenged"},
	{Name: "webhook.verified"},
	{Name: "webhook.updated"},
	{Name: "webhook.secret_rotated"},
	{Name: "webhook.enabled"},
	{Name: "webhook.disabled"},
	{Name: "webhook.deleted"},
	{Name: "webhook.replayed"},
	{Name: "webhook.delivery_retried"},
	{Name: "webhook.delivery_skipped"},
}

// Service holds the use cases of webhooks.
type Service struct {
	access.Frame[db.Webhook, *db.Webhook]
	store     *store.Store
	log       *actlog.Log
	clock     clock.Clock
	sealer    Sealer
	dialogues Sight
	loopback  bool
	catalog   Catalog
}

// Options are the operator's settings.
type Options struct {
	Sealer        Sealer
	AllowLoopback bool // for development only: addresses on this machine may be registered and get events
}

// New makes the service.
func New(s *store.Store, l *actlog.Log, c clock.Clock, dialogues Sight, o Options) *Service {
	w := &Service{store: s, log: l, clock: c, sealer: o.Sealer, dialogues: dialogues, loopback: o.AllowLoopback}
	w.Frame = access.Frame[db.Webhook, *db.Webhook]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: w.fetch, Entry: entry}
	return w
}

// Offer says which types of event webhooks can be sent.
func (s *Service) Offer(c Catalog) { s.catalog = c }

// Catalog gives the types of event that webhooks can be sent.
func (s *Service) Catalog() Catalog { return s.catalog }

// Registration is a party's input for a webhook.
type Registration struct {
	URL, Description string
	Scheme           enum.WebhookScheme
	Types            []string
	Dialogue         *uuid.UUID
	Jurisdictions    []string
}

func (s *Service) check(ctx context.Context, r Registration) (Registration, error) {
	var f fault.Form
	var err error
	r.URL, err = checkURL(r.URL, s.loopback)
	f.Add(err)
	r.Description = f.OptionalLine("description", r.Description, 200)
	f.Count("types", len(r.Types), 0, maxTypes)
	r.Types = slices.Compact(slices.Sorted(slices.Values(r.Types)))
	if len(r.Jurisdictions) > 0 {
		r.Jurisdictions = f.Jurisdictions("jurisdiction", r.Jurisdictions, maxTypes)
	}
	if r.Dialogue != nil {
		seen, err := s.dialogues(ctx, []uuid.UUID{*r.Dialogue})
		if err == nil && seen[*r.Dialogue] == nil {
			err = fault.MissingField("dialogue")
		}
		f.Add(err)
	}
	return r, f.Err()
}

func limitReached() error {
	most := maxPerParty
	return fault.Coded(fault.State, enum.UserErrorCodeLimitReached, "a party has at most %d webhooks: delete one first", most).With(fault.Values{Limit: &most})
}

// Register adds a webhook of the actor's party. The secret is given only now; a repeat by idempotency key gives none.
func (s *Service) Register(ctx context.Context, r Registration) (result *act.Result, secret string, err error) {
	result, err = s.Create(ctx, policy.RegisterWebhook, "webhook.registered", nil, func(ctx context.Context, tx *db.Tx) (*db.Webhook, error) {
		secret = ""
		r, err := s.check(ctx, r)
		if err != nil {
			return nil, err
		}
		actor := policy.ActorFrom(ctx)
		if err := s.checkCount(ctx, tx, actor.Stakeholder); err != nil {
			return nil, err
		}
		k, err := newKey(r.Scheme)
		if err != nil {
			return nil, err
		}
		secret = k.shown()
		id, now := uuid.Must(uuid.NewV7()), s.clock.Now()
		return tx.Webhook.Create().SetID(id).SetStakeholderID(actor.Stakeholder).SetMemberID(actor.Member).SetURL(r.URL).
			SetDescription(optional.Text(r.Description)).SetTypes(r.Types).SetNillableDialogueID(r.Dialogue).SetJurisdictions(r.Jurisdictions).SetScheme(r.Scheme).SetPublicKey(k.public()).
			SetSecret(s.sealer.Seal(sealedFor(id), k.bytes)).SetDueAt(now).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	})
	if err != nil || result.Repeated {
		secret = ""
	}
	return result, secret, err
}

// checkCount limits the webhooks of a party. It locks the party's row, so that two registrations at once cannot both be the
// last.
func (s *Service) checkCount(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
	if err := s.store.Lock(ctx, tx, "stakeholders", party); err != nil {
		return err
	}
	n, err := tx.Webhook.Query().Where(entwebhook.StakeholderID(party), entsql.FieldNEQ(entwebhook.FieldState, enum.WebhookStateDeleted)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count webhooks: %w", err)
	}
	if n >= maxPerParty {
		return limitReached()
	}
	return nil
}

func sealedFor(id uuid.UUID) string { return "webhook|" + id.String() }

// Verify has the server send a challenge now. An ACTIVE webhook can be verified too: when its receiver echoes the challenge
// after failures, what waits is sent at once.
func (s *Service) Verify(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.VerifyWebhook, id, expected, "webhook.challenged", func(ctx context.Context, tx *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error) {
		// Repeated requests must not make the server a nuisance to somebody else's address.
		at := s.clock.Now()
		last, err := tx.WebhookDelivery.Query().Where(webhookdelivery.WebhookID(id), webhookdelivery.Type(ChallengeType)).
			Order(db.Desc(webhookdelivery.FieldID)).First(ctx)
		switch {
		case err == nil && last.At.Add(challengePause).After(at):
			at = last.At.Add(challengePause)
		case err != nil && !db.IsNotFound(err):
			return nil, fmt.Errorf("find the last challenge: %w", err)
		}
		return row.Update().SetChallengeAt(at).SetChallengeAttempt(0).SetStateReason(""), nil
	})
}

// Change holds what to change in a webhook; nil keeps the present value.
type Change struct {
	URL, Description *string
	Types            []string
	Dialogue         *uuid.UUID
	EveryDialogue    bool // forget the dialogue
	Jurisdictions    []string
}

// Update changes a webhook. A new address must be verified; the queue waits for that.
func (s *Service) Update(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.UpdateWebhook, id, expected, "webhook.updated", func(ctx context.Context, _ *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error) {
		r := Registration{URL: row.URL, Description: string(row.Description), Types: row.Types, Jurisdictions: row.Jurisdictions}
		if c.URL != nil {
			r.URL = *c.URL
		}
		if c.Description != nil {
			r.Description = *c.Description
		}
		if c.Types != nil {
			r.Types = c.Types
		}
		if c.Jurisdictions != nil {
			r.Jurisdictions = c.Jurisdictions
		}
		r.Dialogue = c.Dialogue
		r, err := s.check(ctx, r)
		if err != nil {
			return nil, err
		}
		var of *uuid.UUID // the dialogue, from now on
		if of = row.DialogueID; r.Dialogue != nil || c.EveryDialogue {
			of = r.Dialogue
		}
		if r.URL == row.URL && r.Description == string(row.Description) && slices.Equal(r.Types, row.Types) && slices.Equal(r.Jurisdictions, row.Jurisdictions) && same(of, row.DialogueID) {
			return nil, fault.NothingToDo("the webhook has these settings already")
		}
		update := row.Update().SetURL(r.URL).SetDescription(optional.Text(r.Description)).SetTypes(r.Types).SetJurisdictions(r.Jurisdictions).SetNillableDialogueID(r.Dialogue)
		if c.EveryDialogue && c.Dialogue == nil {
			update.ClearDialogueID()
		}
		if r.URL != row.URL {
			update.SetState(enum.WebhookStatePending).SetStateReason("").ClearVerifiedAt().ClearChallengeAt().SetFailures(0).ClearFailingSince()
		}
		return update, nil
	})
}

func same(a, b *uuid.UUID) bool { return a == b || a != nil && b != nil && *a == *b }

// RotateSecret makes a new secret, which is given only now. The previous one also signs for a day, so that a receiver has time.
func (s *Service) RotateSecret(ctx context.Context, id uuid.UUID, expected *int32) (result *act.Result, secret string, err error) {
	result, err = s.change(ctx, policy.RotateWebhookSecret, id, expected, "webhook.secret_rotated", func(_ context.Context, _ *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error) {
		secret = ""
		k, err := newKey(row.Scheme)
		if err != nil {
			return nil, err
		}
		secret = k.shown()
		return row.Update().SetSecret(s.sealer.Seal(sealedFor(id), k.bytes)).SetPublicKey(k.public()).
			SetPreviousSecret(row.Secret).SetPreviousUntil(s.clock.Now().Add(overlap)), nil
	})
	if err != nil || result.Repeated {
		secret = ""
	}
	return result, secret, err
}

// Enable resumes a disabled webhook where it stopped, or from now on. One whose address never echoed a challenge is PENDING
// again.
func (s *Service) Enable(ctx context.Context, id uuid.UUID, skipMissed bool, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.EnableWebhook, id, expected, "webhook.enabled", func(ctx context.Context, tx *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error) {
		update := row.Update().SetState(enum.WebhookStateActive).SetStateReason("").SetFailures(0).ClearFailingSince().SetAttempt(0).ClearAttemptAct().SetDueAt(s.clock.Now())
		if row.VerifiedAt == nil {
			update.SetState(enum.WebhookStatePending)
		}
		if skipMissed {
			head, err := s.head(ctx, tx)
			if err != nil {
				return nil, err
			}
			update.SetPosition(max(head, row.Position))
		}
		return update, nil
	})
}

// Disable stops a webhook; its position is kept.
func (s *Service) Disable(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.DisableWebhook, id, expected, "webhook.disabled", func(_ context.Context, _ *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error) {
		return row.Update().SetState(enum.WebhookStateDisabled).SetStateReason("by its party").ClearChallengeAt(), nil
	})
}

// Delete ends a webhook: its secrets, its address and its deliveries are deleted; the acts stay.
func (s *Service) Delete(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.DeleteWebhook, id, expected, "webhook.deleted", func(ctx context.Context, tx *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error) {
		for _, table := range []string{Deliveries.Name, Letters.Name} {
			if _, err := s.store.Exec(ctx, tx, "DELETE FROM "+table+" WHERE webhook_id = ?", id); err != nil {
				return nil, fmt.Errorf("delete the deliveries: %w", err)
			}
		}
		return row.Update().SetState(enum.WebhookStateDeleted).SetStateReason("").SetURL("").SetDescription("").ClearSecret().ClearPreviousSecret().
			ClearPreviousUntil().ClearChallengeAt(), nil
	})
}

// Personal says what becomes of customers' webhooks.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "webhooks", Column: "stakeholder_id", Erasure: "They are deleted, with their address, secrets and deliveries.", Erase: s.erase,
			Export: &personal.File{
				Name: "webhooks", Noun: "webhook", Columns: []string{"id", "created_at", "updated_at", "url", "description", "state"},
				Query: "SELECT id, created_at, updated_at, url, description, state FROM webhooks WHERE stakeholder_id = ? ORDER BY id",
			},
			Kept: []personal.Kept{
				{Columns: []string{"types", "jurisdictions", "claimed_by"}, Why: "They are names of types of event and of places, and of the server that sent last."},
			},
		},
		{
			Table: "webhooks", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
	}
}

// erase deletes the webhooks of a customer who is erased, inside the erasure's transaction and without acts of their own: an
// address may name its owner.
func (s *Service) erase(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	for _, table := range []string{Deliveries.Name, Letters.Name} {
		text := "DELETE FROM " + table + " WHERE webhook_id IN (SELECT id FROM webhooks WHERE stakeholder_id = ?)"
		if _, err := s.store.Exec(ctx, tx, text, customer); err != nil {
			return fmt.Errorf("forget deliveries: %w", err)
		}
	}
	err := tx.Webhook.Update().Where(entwebhook.StakeholderID(customer)).SetState(enum.WebhookStateDeleted).SetStateReason("").SetURL("").SetDescription("").SetPublicKey("").
		ClearSecret().ClearPreviousSecret().ClearPreviousUntil().ClearChallengeAt().AddRevision(1).SetUpdatedAt(s.clock.Now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget webhooks: %w", err)
	}
	return nil
}

// Range is the part of the log to send again, by time or by events' cursors: after one, through another. Without an end it
// reaches to the webhook's position.
type Range struct {
	From, To       *time.Time
	After, Through *string
}

// Replay sends a part of the log again, with the same webhook-ids; new events wait until it ends. It reaches no farther than
// the webhook's position, and sends what its party may see now.
func (s *Service) Replay(ctx context.Context, id uuid.UUID, r Range, expected *int32) (*act.Result, error) {
	from, until, err := s.positions(ctx, id, r)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, policy.ReplayWebhook, id, expected, "webhook.replayed", func(_ context.Context, _ *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error) {
		if replaying(row) {
			return nil, fault.Coded(fault.State, enum.UserErrorCodeInProgress, "a replay is running: wait until it ends")
		}
		if from >= min(until, row.Position) {
			return nil, fault.NothingToDo("there is nothing to send again in this range")
		}
		return row.Update().SetReplayPosition(from).SetReplayUntil(until).SetAttempt(0).ClearAttemptAct().SetDueAt(s.clock.Now()), nil
	})
}

// positions finds the range in the log: after from, up to until.
func (s *Service) positions(ctx context.Context, hook uuid.UUID, r Range) (from, until int64, err error) {
	switch {
	case r.From == nil == (r.After == nil):
		return 0, 0, fault.InvalidField("from", enum.UserErrorCodeExclusive, "give either from or after")
	case r.To != nil && r.Through != nil:
		return 0, 0, fault.InvalidField("to", enum.UserErrorCodeExclusive, "give to or through, not both")
	}
	if r.After != nil {
		from, err = s.placeOf(ctx, "after", hook, *r.After)
	} else {
		from, err = s.positionAt(ctx, *r.From)
	}
	if err != nil {
		return 0, 0, err
	}
	until = math.MaxInt64
	switch {
	case r.Through != nil:
		until, err = s.placeOf(ctx, "through", hook, *r.Through)
	case r.To != nil:
		until, err = s.positionAt(ctx, r.To.Add(time.Microsecond))
	}
	return from, until, err
}

// Retry sends a dead letter again, once; it is not retried automatically.
func (s *Service) Retry(ctx context.Context, letter uuid.UUID) (*act.Result, error) {
	row, err := s.store.Client().DeadLetter.Get(ctx, letter)
	if db.IsNotFound(err) {
		return nil, fault.Missing()
	}
	if err != nil {
		return nil, fmt.Errorf("load the dead letter: %w", err)
	}
	return s.change(ctx, policy.RetryDelivery, row.WebhookID, nil, "webhook.delivery_retried", func(ctx context.Context, tx *db.Tx, hook *db.Webhook) (*db.WebhookUpdateOne, error) {
		n, err := tx.DeadLetter.Update().Where(deadletter.ID(letter), deadletter.State(enum.DeadLetterStateDead)).SetState(enum.DeadLetterStateRetrying).AddRevision(1).
			SetUpdatedAt(s.clock.Now()).SaveAll(ctx)
		if err != nil {
			return nil, fmt.Errorf("save the dead letter: %w", err)
		}
		if n == 0 {
			return nil, fault.NothingToDo("it is being sent again, or has been delivered")
		}
		return hook.Update().SetDueAt(s.clock.Now()), nil
	})
}

// Skip gives up the event at the head of the queue, which has failed at least once: it becomes a dead letter, and the queue
// moves on.
func (s *Service) Skip(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.SkipDelivery, id, expected, "webhook.delivery_skipped", func(ctx context.Context, tx *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error) {
		if row.AttemptAct == nil {
			return nil, fault.NothingToDo("no event is failing")
		}
		act := undelivered{id: *row.AttemptAct}
		err := s.store.QueryTx(ctx, tx, "SELECT seq, type FROM acts WHERE act_id = ?", []any{act.id}, func(r *sql.Rows) error {
			return r.Scan(&act.seq, &act.typ)
		})
		if err != nil {
			return nil, fmt.Errorf("find the event: %w", err)
		}
		if err := s.deadLetter(ctx, tx, row.ID, act, row.Attempt, "skipped by its party"); err != nil {
			return nil, err
		}
		return advance(row, replaying(row), act.seq, row.Update()).SetAttempt(0).ClearAttemptAct().SetDueAt(s.clock.Now()), nil
	})
}

// undelivered is an act whose event becomes a dead letter.
type undelivered struct {
	id  uuid.UUID
	seq int64
	typ string
}

// deadLetter moves an event to the dead letters, or updates the one that is there.
func (s *Service) deadLetter(ctx context.Context, tx *db.Tx, hook uuid.UUID, act undelivered, attempts int, reason string) error {
	now := s.clock.Now()
	const text = `INSERT INTO dead_letters (id, created_at, updated_at, revision, webhook_id, act_id, seq, event_id, type, attempts, reason, state)
		VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 'DEAD') ON CONFLICT (webhook_id, act_id) DO UPDATE SET updated_at = excluded.updated_at,
		revision = dead_letters.revision + 1, attempts = dead_letters.attempts + excluded.attempts, reason = excluded.reason, state = 'DEAD'`
	_, err := s.store.Exec(ctx, tx, text, uuid.Must(uuid.NewV7()), now, now, hook, act.id, act.seq, EventID(hook, act.id), act.typ, attempts, reason)
	if err != nil {
		return fmt.Errorf("save a dead letter: %w", err)
	}
	return nil
}

// replaying reports whether a part of the log is being sent again; new events wait until it ends.
func replaying(row *db.Webhook) bool { return row.ReplayPosition < row.ReplayUntil }

// replayEnd is how far a replay reaches. The webhook's own queue stands still meanwhile, except for the event that was on its
// way when the replay was requested: its receiver has seen that one, and gets it again.
func replayEnd(row *db.Webhook) int64 { return min(row.ReplayUntil, row.Position) }

// advance moves one of the two queues past an act: that of the replay, if it still runs, or the webhook's own.
func advance(row *db.Webhook, replay bool, seq int64, update *db.WebhookUpdateOne) *db.WebhookUpdateOne {
	switch {
	case !replay:
		return update.SetPosition(max(row.Position, seq))
	case replaying(row):
		seq = max(row.ReplayPosition, seq)
		if update.SetReplayPosition(seq); seq >= replayEnd(row) {
			update.SetReplayUntil(seq)
		}
	}
	return update
}

// head is the newest act's sequence number, as a transaction sees it.
func (s *Service) head(ctx context.Context, tx *db.Tx) (seq int64, err error) {
	err = s.store.QueryTx(ctx, tx, "SELECT COALESCE(MAX(seq), 0) FROM acts", nil, func(r *sql.Rows) error { return r.Scan(&seq) })
	return seq, err
}

func (s *Service) change(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string,
	do func(ctx context.Context, tx *db.Tx, row *db.Webhook) (*db.WebhookUpdateOne, error),
) (*act.Result, error) {
	return s.Change(ctx, action, id, expected, typ, func(ctx context.Context, tx *db.Tx, row *db.Webhook) (*db.Webhook, error) {
		update, err := do(ctx, tx, row)
		if err != nil {
			return nil, err
		}
		return update.AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Webhook, error) {
	return tx.Webhook.Query().Where(entwebhook.ID(id), s.store.ForUpdate).Only(ctx)
}

// entry is an act on a webhook. The address is left out: it may hold a secret.
func entry(typ string, row *db.Webhook) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Webhook, ID: row.ID, Revision: row.Revision},
		Payload: map[string]any{"state": row.State, "types": append([]string{}, slices.Clone(row.Types)...)},
	}
}
