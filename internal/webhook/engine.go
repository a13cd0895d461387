package webhook

import (
	"context"
	"crypto/x509"
	"log/slog"
	"math"
	mathrand "math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/store"
)

const (
	// claimFor is longer than any attempt; a worker renews its claim with each result.
	claimFor = time.Minute
	// turn is how long a worker stays with one webhook while others may wait.
	turn = 10 * time.Second
	// floor is how long an act may wait when nothing wakes the engine, as one from another replica.
	floor = time.Second
	// chunk is how many acts are looked at together, and chunks how many of those in one turn without anything to send.
	chunk  = 200
	chunks = 25
	// connections is how many of the database's the engine takes at most, so that those who ask the API are not kept waiting.
	connections = 4
	// kept is how long attempts are kept.
	kept = 30 * 24 * time.Hour
)

// Feed gives acts to those who may see them now.
type Feed interface {
	// Shown keeps, of some acts, those that the viewer may see, and with a filter those that match it.
	Shown(ctx context.Context, types []string, dialogue *uuid.UUID, acts []*db.Act) ([]*db.Act, error)
	// Lookup gives an act by its id; nil when there is none or the viewer may not see it.
	Lookup(ctx context.Context, id uuid.UUID) (*db.Act, error)
}

// EngineConfig is what an engine is told. Source is needed; the zero value of the rest is a default.
type EngineConfig struct {
	Source        string // the address of the server, without a slash at its end: what events come from
	AllowLoopback bool   // see Options
	Workers       int    // attempts at once; 128 when zero: most of them wait for a receiver
	Log           *slog.Logger

	within   time.Duration // for one attempt
	roots    *x509.CertPool
	resolver *net.Resolver
	random   func() float64
	before   func(hook uuid.UUID) // called before each attempt
}

// Engine sends. Any number of them work on one database: each webhook is worked on by one at a time.
type Engine struct {
	service *Service
	feed    Feed
	store   *store.Store
	log     *actlog.Log
	clock   clock.Clock
	sender  *sender
	config  EngineConfig
	name    string
	seats   chan struct{} // one for each worker that uses the database

	attempts, failures, panics atomic.Int64
	pruned                     time.Time

	mu       sync.Mutex
	panicked map[uuid.UUID]int // panics in a row, by webhook
}

// NewEngine makes an engine. It sends while Run runs.
func NewEngine(s *Service, f Feed, c EngineConfig) *Engine {
	if c.Workers <= 0 {
		c.Workers = 128
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.within == 0 {
		c.within = sendWithin
	}
	if c.random == nil {
		c.random = mathrand.Float64
	}
	return &Engine{
		service: s, feed: f, store: s.store, log: s.log, clock: s.clock, sender: newSender(c), config: c, name: uuid.NewString(),
		panicked: map[uuid.UUID]int{}, seats: make(chan struct{}, connections),
	}
}

// Counts are what an operator watches.
type Counts struct{ Attempts, Failures, Panics int64 }

// Counts gives what the engine has done since it was made.
func (e *Engine) Counts() Counts {
	return Counts{e.attempts.Load(), e.failures.Load(), e.panics.Load()}
}

// Run sends what is due until the context ends; then attempts that run are cut off, count for nothing, and their webhooks
// are free for other replicas at once.
func (e *Engine) Run(ctx context.Context) {
	defer e.sender.client.CloseIdleConnections()
	var workers sync.WaitGroup
	defer workers.Wait()
	places := make(chan struct{}, e.config.Workers)
	freed := make(chan struct{}, 1)
	for ctx.Err() == nil {
		// Asked for before looking: an act that comes in between closes it.
		_, grown, _ := e.log.After(ctx, math.MaxInt64)
		claims, err := e.claim(ctx, e.config.Workers-len(places))
		if err != nil && ctx.Err() == nil {
			e.config.Log.Error("webhooks_not_claimed", "error", err)
		}
		for _, c := range claims {
			places <- struct{}{}
			workers.Go(func() {
				defer func() {
					<-places
					select {
					case freed <- struct{}{}:
					default:
					}
				}()
				e.work(ctx, c)
			})
		}
		e.prune(ctx)
		wait(ctx, grown, freed)
	}
}

// wait ends when the log has grown, a worker is free, or after the floor; but a moment after the last time at the earliest,
// so that a busy log is not asked for each of its acts.
func wait(ctx context.Context, grown, freed <-chan struct{}) {
	pause := time.NewTimer(20 * time.Millisecond)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return
	case <-pause.C:
	}
	late := time.NewTimer(floor)
	defer late.Stop()
	select {
	case <-ctx.Done():
	case <-grown:
	case <-freed:
	case <-late.C:
	}
}

// Step sends what is due now and tells how many webhooks had something; for tools that end, and for tests.
func (e *Engine) Step(ctx context.Context) (int, error) {
	claims, err := e.claim(ctx, e.config.Workers)
	var workers sync.WaitGroup
	for _, c := range claims {
		workers.Go(func() { e.work(ctx, c) })
	}
	workers.Wait()
	return len(claims), err
}

// seated runs what uses the database.
func (e *Engine) seated(f func() error) error {
	e.seats <- struct{}{}
	defer func() { <-e.seats }()
	return f()
}

// prune deletes attempts, and dead letters that were delivered after all, when they were kept long enough; once an hour.
func (e *Engine) prune(ctx context.Context) {
	now := e.clock.Now()
	if now.Sub(e.pruned) < time.Hour {
		return
	}
	e.pruned = now
	err := e.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := e.store.Exec(ctx, tx, "DELETE FROM webhook_deliveries WHERE at < ?", now.Add(-kept)); err != nil {
			return err
		}
		_, err := e.store.Exec(ctx, tx, "DELETE FROM dead_letters WHERE state = 'DELIVERED' AND updated_at < ?", now.Add(-kept))
		return err
	})
	if err != nil && ctx.Err() == nil {
		e.config.Log.Warn("deliveries_not_pruned", "error", err)
	}
}
