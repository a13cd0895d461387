// Package actlog is the spine: every change writes one act in its own transaction, one sequencer gives each act its
// sequence number in a gap-free log, and everything that follows changes reads that log. Nothing else publishes.
//
// A change and its act are committed together, the act into a queue. The sequencer moves the queue into the log. Only one
// process at a time does so: it holds a lease and checks the fence in the same transaction. Readers follow the log by
// sequence number.
package actlog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/receipt"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/person"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Audiences of an act.
const (
	ForSubject = "SUBJECT" // whoever may see the subject
	ForPlace   = "PLACE"   // whoever may see what the comment is about: the comment itself has just been hidden
	ForActor   = "ACTOR"   // the party that acted, and auditors
)

// Erasure is the type of the act that records the erasure of a person.
const Erasure = "person.erased"

// Subject is what an act is about, at the revision the act made.
type Subject struct {
	Type     policy.Resource
	ID       uuid.UUID
	Revision int
}

// Entry is an act about to be appended.
type Entry struct {
	Type     string // noun.verb in the past tense, such as proposal.submitted
	Subject  Subject
	Parent   Parent    // what the subject belongs to, such as the proposal of a comment
	Dialogue uuid.UUID // the dialogue the act happened in; Nil for none
	Audience string    // ForSubject when empty
	Payload  any       // sealed under the key of the person who acts
	Unnamed  bool      // the act does not name the member, who has just been erased
	Row      any       // the subject after the change, if loaded and visible to the actor: the response need not read it again
}

// Parent is what a subject belongs to; the zero Parent is none.
type Parent struct {
	Type policy.Resource
	ID   uuid.UUID
}

// Receipt is what a use case returns: what changed, and the act.
type Receipt struct {
	Act      uuid.UUID `json:"act"`
	Type     string    `json:"type"`
	Resource string    `json:"resource"`
	Subject  uuid.UUID `json:"subject"`
	At       time.Time `json:"at"`
	Repeated bool      `json:"-"` // the key was used before; nothing was done again
	Row      any       `json:"-"` // from the Entry; nil when it must be read
	Made     *db.Act   `json:"-"` // the act, before it has a sequence number; nil when it must be read
}

// Log is the act log of a store.
type Log struct {
	store *store.Store
	clock clock.Clock
	ring  *keys.Ring
	vault *person.Vault
	tail  *tail
	tiles tiles
	wake  chan struct{}
	fan   fan
	wrote atomic.Bool // this process has queued acts since the sequencer last checked

	name      atomic.Pointer[signer] // nil until Open
	forked    atomic.Bool
	savedSize int64 // size of the checkpoint last saved outside the database
	announcer announcer
}

// New makes the log of a store. It can write at once. It signs only after Open, and acts enter the log only while Run
// runs in some process.
func New(s *store.Store, c clock.Clock, ring *keys.Ring) *Log {
	return &Log{store: s, clock: c, ring: ring, vault: person.New(s, ring), tail: newTail(), wake: make(chan struct{}, 1)}
}

// Vault holds the persons that the log names.
func (l *Log) Vault() *person.Vault { return l.vault }

type keyKey struct{}

type key struct {
	text string
	hash []byte
}

// WithKey makes the next use case run at most once for its actor: a repeat with the same request returns the first
// receipt, and a different request is refused.
func WithKey(ctx context.Context, text string, request []byte) context.Context {
	hash := sha256.Sum256(request)
	return context.WithValue(ctx, keyKey{}, key{text, hash[:]})
}

// Write runs a use case and appends the act it returns in the same transaction: a change without an act cannot be
// written. It retries the whole transaction when the database asks for that.
func (l *Log) Write(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (Entry, error)) (*Receipt, error) {
	k, keyed := ctx.Value(keyKey{}).(key)
	actor := policy.ActorFrom(ctx)
	var made *Receipt
	if keyed && actor.SignedIn() {
		ctx = store.Once(ctx)
	}
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
		// Two requests used one key at once: the unique index let one through, and both get its receipt.
		if first, rerr := l.repeated(ctx, l.store.Reader().Receipt.Query(), actor, k); first != nil || rerr != nil {
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

// Wake notifies the sequencer, in whichever process it runs, that the queue is not empty. It never blocks.
func (l *Log) Wake() {
	l.wrote.Store(true)
	l.nudge()
}

func (l *Log) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}
