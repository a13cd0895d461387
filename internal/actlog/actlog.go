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
	"sync"
	"sync/atomic"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/idempotencykey"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/person"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Erasure is the type of the act that records the erasure of a person.
const Erasure = "person.erased"

// acts are the types of act that the log writes about itself.
var acts = []act.Type{
	{Name: "log.key_added", By: "an operator"},
	{Name: "log.key_retired", By: "an operator"},
	{Name: "log.reopened", By: "an operator"},
}

// Log is the act log of a store.
type Log struct {
	store *store.Store
	clock clock.Clock
	ring  *keys.Ring
	vault *person.Vault
	tail  *tail

	following chan struct{} // has room for the one that brings the tail up to date

	tiles tiles
	wake  chan struct{}
	fan   fan
	types map[string]bool // that may be written; nil for any
	wrote atomic.Bool     // this process has queued acts since the sequencer last checked

	name      atomic.Pointer[signer] // nil until Open
	announcer announcer

	lost     atomic.Pointer[loss] // nil while nothing is missing
	history  History
	refusing atomic.Pointer[string] // why no act is taken for now; see Refuse
	mourners []func(common int64)
	mourned  struct{ told, recorded bool } // used by Run
	unsaved  atomic.Pointer[error]         // why what was shown is not saved outside
	timeline struct {
		sync.Mutex
		name    string
		settled time.Time
	}
}

// New makes the log of a store. It can write at once. It signs only after Open, and acts enter the log only while Run
// runs in some process.
func New(s *store.Store, c clock.Clock, ring *keys.Ring) *Log {
	return &Log{
		store: s, clock: c, ring: ring, vault: person.New(s, ring), tail: newTail(), following: make(chan struct{}, 1), wake: make(chan struct{}, 1),
	}
}

// Declared gives the types of act that the log writes about itself.
func (l *Log) Declared() []act.Type { return acts }

// Declare says which types of act may be written from now on. Nobody could follow a type that is not declared.
func (l *Log) Declare(types ...act.Type) {
	l.types = make(map[string]bool, len(types))
	for _, t := range types {
		l.types[t.Name] = true
	}
}

// History keeps rows as they were.
type History interface {
	// Keep keeps the rows that acts are on as they are now, inside the transaction of the acts.
	Keep(ctx context.Context, tx *db.Tx, acts []act.Done) error
}

// Keep says where rows are kept as they were after each act.
func (l *Log) Keep(h History) { l.history = h }

// Vault holds the persons that the log names.
func (l *Log) Vault() *person.Vault { return l.vault }

type keyKey struct{}

type key struct {
	text string
	hash []byte
}

// WithKey makes the next use case run at most once for its actor: a repeat with the same request returns the first
// result, and a different request is refused.
func WithKey(ctx context.Context, text string, request []byte) context.Context {
	hash := sha256.Sum256(request)
	return context.WithValue(ctx, keyKey{}, key{text, hash[:]})
}

// Write runs a use case and appends the act it returns in the same transaction: a change without an act cannot be
// written. It retries the whole transaction when the database asks for that.
func (l *Log) Write(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (act.Entry, error)) (*act.Result, error) {
	return l.WriteAll(ctx, func(ctx context.Context, tx *db.Tx) ([]act.Entry, error) {
		entry, err := useCase(ctx, tx)
		return []act.Entry{entry}, err
	})
}

// mostTold is how many of the acts that a use case writes together its result tells.
const mostTold = 250

// WriteAll is Write for a use case on many things at once, with an act for each.
func (l *Log) WriteAll(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) ([]act.Entry, error)) (*act.Result, error) {
	made, err := l.once(ctx, func(ctx context.Context, tx *db.Tx) (*act.Result, error) {
		entries, err := useCase(ctx, tx)
		if err != nil {
			return nil, err
		}
		rs, err := l.Append(ctx, tx, policy.ActorFrom(ctx), entries...)
		if err != nil {
			return nil, err
		}
		first := rs[0]
		first.Others = rs[1:min(len(rs), mostTold)]
		return &first, nil
	})
	if err == nil {
		l.Wake()
	}
	return made, err
}

// Quietly is Write for a use case that writes no act, because what it changes is the actor's own business and nobody else ever sees
// it: how far a person has read. Whoever sees the log could otherwise tell from its places, even without the content, when somebody
// read, and the log is for good. Everything else that is said of a use case holds: one transaction, the key, and a log that is whole.
func (l *Log) Quietly(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (*act.Result, error)) (*act.Result, error) {
	return l.once(ctx, useCase)
}

// once runs a use case in a transaction, and at most once under the actor's key if one is given.
func (l *Log) once(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (*act.Result, error)) (*act.Result, error) {
	k, keyed := ctx.Value(keyKey{}).(key)
	if err := l.writable(); err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	var made *act.Result
	if keyed && actor.SignedIn() {
		ctx = store.Once(ctx)
	}
	err := l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		ctx = act.Collecting(ctx)
		if keyed && actor.SignedIn() {
			first, err := l.repeated(ctx, tx.IdempotencyKey.Query(), actor, k)
			if first != nil || err != nil {
				made = first
				return err
			}
		}
		var err error
		if made, err = useCase(ctx, tx); err != nil {
			return err
		}
		if keyed && actor.SignedIn() {
			return keep(ctx, tx, actor, k, made)
		}
		return nil
	})
	if keyed && fault.Is(err, fault.Conflict) {
		// Two requests used one key at once: the unique index let one through, and both get its result.
		if first, rerr := l.repeated(ctx, l.store.Reader().IdempotencyKey.Query(), actor, k); first != nil || rerr != nil {
			return first, rerr
		}
	}
	if err != nil {
		if stopped := l.writable(); stopped != nil { // what the use case missed may be among what was lost
			err = stopped
		}
		return nil, err
	}
	return made, nil
}

func (l *Log) repeated(ctx context.Context, q *db.IdempotencyKeyQuery, actor policy.Actor, k key) (*act.Result, error) {
	row, err := q.Where(idempotencykey.MemberID(actor.Member), idempotencykey.Key(k.text)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look up the idempotency key: %w", err)
	}
	if !bytes.Equal(row.RequestHash, k.hash) {
		return nil, fault.New(fault.Mismatch, "this idempotency key was used for another request")
	}
	first := &act.Result{Repeated: true}
	if err := json.Unmarshal([]byte(row.Answer), first); err != nil {
		return nil, fmt.Errorf("read the answer of an idempotency key: %w", err)
	}
	return first, nil
}

func keep(ctx context.Context, tx *db.Tx, actor policy.Actor, k key, r *act.Result) error {
	answer, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write the answer of an idempotency key: %w", err)
	}
	return tx.IdempotencyKey.Create().SetMemberID(actor.Member).SetKey(k.text).SetRequestHash(k.hash).SetAnswer(string(answer)).Exec(ctx)
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
