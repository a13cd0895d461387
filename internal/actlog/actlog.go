// Package actlog is the spine: every change writes one act in its own transaction, one sequencer gives each act its place
// in a gap-free log, and everything that follows changes reads that log. Nothing else publishes.
//
// A change and its act are committed together into a queue. The sequencer moves the queue into the log; only one process
// at a time does so, by a lease whose fence it checks in the same transaction. Readers follow the log by place.
package actlog

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/receipt"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Audiences of an act.
const (
	ForSubject = "SUBJECT" // whoever may see the subject
	ForActor   = "ACTOR"   // the party that acted, and auditors
)

// Subject is what an act is about, at the revision the act made.
type Subject struct {
	Type     policy.Resource
	ID       uuid.UUID
	Revision int
}

// Entry is an act about to be appended.
type Entry struct {
	Type     string // noun.verb in the past, as proposal.submitted
	Subject  Subject
	Dialogue uuid.UUID // the space the act happened in; Nil outside of any
	Audience string    // ForSubject when empty
	Payload  any       // ids, states and versions; never a person's data
}

// Receipt is what a use case answers with: what changed, and the act.
type Receipt struct {
	Act      uuid.UUID `json:"act"`
	Type     string    `json:"type"`
	Resource string    `json:"resource"`
	Subject  uuid.UUID `json:"subject"`
	At       time.Time `json:"at"`
	Repeated bool      `json:"-"` // the key was seen before; nothing was done again
}

// Log is the act log of a store.
type Log struct {
	store *store.Store
	clock clock.Clock
	tail  *tail
	wake  chan struct{}
}

// New makes the log of a store. It writes at once; Run must go on somewhere for acts to reach their place.
func New(s *store.Store, c clock.Clock) *Log {
	return &Log{store: s, clock: c, tail: newTail(), wake: make(chan struct{}, 1)}
}

type keyKey struct{}

type key struct {
	text string
	hash []byte
}

// WithKey makes the next use case run at most once for its actor: a repeat with the same request answers with the first
// receipt, and one with another request is refused.
func WithKey(ctx context.Context, text string, request []byte) context.Context {
	hash := sha256.Sum256(request)
	return context.WithValue(ctx, keyKey{}, key{text, hash[:]})
}

// Write runs a use case in one transaction and appends the act it returns in the same one: a change without an act cannot
// be written. It retries as a whole what the database asks to retry.
func (l *Log) Write(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (Entry, error)) (*Receipt, error) {
	k, keyed := ctx.Value(keyKey{}).(key)
	actor := policy.ActorFrom(ctx)
	var made *Receipt
	err := l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if keyed && actor.SignedIn() {
			first, err := l.repeated(ctx, tx.Receipt.Query(), actor, k)
			if first != nil || err != nil {
				made = first
				return err
			}
		}
		entry, err := useCase(ctx, tx)
		if err != nil {
			return err
		}
		rs, err := l.Append(ctx, tx, actor, entry)
		if err != nil {
			return err
		}
		made = &rs[0]
		if keyed && actor.SignedIn() {
			return keep(ctx, tx, actor, k, made)
		}
		return nil
	})
	if keyed && fault.Is(err, fault.Conflict) {
		// Two at once with one key: the unique index let one through, and its receipt answers both.
		if first, rerr := l.repeated(ctx, l.store.Client().Receipt.Query(), actor, k); first != nil || rerr != nil {
			return first, rerr
		}
	}
	if err != nil {
		return nil, err
	}
	l.Wake()
	return made, nil
}

func (l *Log) repeated(ctx context.Context, q *db.ReceiptQuery, actor policy.Actor, k key) (*Receipt, error) {
	row, err := q.Where(receipt.MemberID(actor.Member), receipt.Key(k.text)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look up the idempotency key: %w", err)
	}
	if !bytes.Equal(row.RequestHash, k.hash) {
		return nil, fault.New(fault.Mismatch, "this idempotency key was used for another request")
	}
	first := &Receipt{Repeated: true}
	if err := json.Unmarshal([]byte(row.Answer), first); err != nil {
		return nil, fmt.Errorf("read the receipt of an idempotency key: %w", err)
	}
	return first, nil
}

func keep(ctx context.Context, tx *db.Tx, actor policy.Actor, k key, r *Receipt) error {
	answer, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write the receipt: %w", err)
	}
	return tx.Receipt.Create().SetMemberID(actor.Member).SetKey(k.text).SetRequestHash(k.hash).SetAnswer(string(answer)).Exec(ctx)
}

// Append queues acts inside a transaction of the caller's. Use cases go through Write; imports append many at once.
func (l *Log) Append(ctx context.Context, tx *db.Tx, actor policy.Actor, entries ...Entry) ([]Receipt, error) {
	receipts := make([]Receipt, len(entries))
	rows := make([]*db.QueuedActCreate, len(entries))
	for i, e := range entries {
		id, err := uuid.NewV7()
		if err != nil {
			return nil, fmt.Errorf("name the act: %w", err)
		}
		at := l.clock.Now()
		payload, salt, commitment, err := commit(e.Payload)
		if err != nil {
			return nil, fmt.Errorf("append %s: %w", e.Type, err)
		}
		row := tx.QueuedAct.Create().SetActID(id).SetType(e.Type).
			SetSubjectType(string(e.Subject.Type)).SetSubjectID(e.Subject.ID).SetSubjectRevision(e.Subject.Revision).
			SetAudience(orDefault(e.Audience)).SetPolicyVersion(policy.Version).SetAt(at).
			SetPayload(string(payload)).SetSalt(salt).SetCommitment(commitment)
		if actor.SignedIn() {
			row.SetMemberID(actor.Member)
		}
		if actor.Stakeholder != uuid.Nil {
			row.SetStakeholderID(actor.Stakeholder)
		}
		if e.Dialogue != uuid.Nil {
			row.SetDialogueID(e.Dialogue)
		}
		rows[i] = row
		receipts[i] = Receipt{Act: id, Type: e.Type, Resource: string(e.Subject.Type), Subject: e.Subject.ID, At: at}
	}
	if err := tx.QueuedAct.CreateBulk(rows...).Exec(ctx); err != nil {
		return nil, fmt.Errorf("append to the act log: %w", err)
	}
	return receipts, nil
}

func orDefault(audience string) string {
	if audience == "" {
		return ForSubject
	}
	return audience
}

// commit binds the log to a payload without showing it: the salt can be destroyed, and then the payload cannot be
// guessed from its hash.
func commit(v any) (payload, salt, commitment []byte, err error) {
	if v == nil {
		v = struct{}{}
	}
	if payload, err = json.Marshal(v); err != nil {
		return nil, nil, nil, fmt.Errorf("write the payload: %w", err)
	}
	salt = make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return nil, nil, nil, fmt.Errorf("salt the payload: %w", err)
	}
	return payload, salt, Commitment(salt, payload), nil
}

// Commitment is what the log keeps of a payload for proof: SHA-256 over salt and payload.
func Commitment(salt, payload []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(payload)
	return h.Sum(nil)
}

// Wake tells the sequencer that the queue is not empty. It never blocks.
func (l *Log) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// errLost says that another process holds the lease.
var errLost = errors.New("another process sequences")
