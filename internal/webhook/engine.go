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
	// maxIdle bounds how long an act waits when nothing wakes the engine, for example an act from another replica.
	maxIdle = time.Second
	// connections is how many database connections the engine uses at most, so that API requests do not wait for it.
	connections = 4
	// retention is how long attempts are kept.
	retention = 30 * 24 * time.Hour
)

// Feed gives the acts that the viewer may see now.
type Feed interface {
	// Shown gives those of some acts that are of one of the types, or of any, in the dialogue, or anywhere, about an assessment of a firm
	// with one of the jurisdictions, or about anything, and that the viewer
	// may see.
	Shown(ctx context.Context, types []string, dialogue *uuid.UUID, jurisdictions []string, acts []*db.Act) ([]*db.Act, error)
	// Lookup gives an act by its id; nil when there is none or the viewer may not see it.
	Lookup(ctx context.Context, id uuid.UUID) (*db.Act, error)
}

// EngineConfig configures an engine. Source is required; the zero value of every other field is a default.
type EngineConfig struct {
	Source        string // the address of the server, without a slash at its end: what events come from
	AllowLoopback bool   // see Options
	Workers       int    // attempts at once at receivers that answered quickly last time; 128 when zero
	Slow          int    // attempts at once at the others; 512 when zero
	Log           *slog.Logger

	within   time.Duration // for one attempt
	roots    *x509.CertPool
	resolver *net.Resolver
	random   func() float64
	before   func(hook uuid.UUID) // called before each attempt
	late     lateFunc             // instead of lateAfter; nil in production
}

// Engine sends events. Any number of engines share a database: one at a time serves a webhook.
type Engine struct {
	service *Service
	feed    Feed
	store   *store.Store
	log     *actlog.Log
	clock   clock.Clock
	sender  *sender
	config  EngineConfig
	name    string
	dbSlots chan struct{} // one for each worker that uses the database

	attempts, failures, panics atomic.Int64
	pruned                     time.Time

	mu       sync.Mutex
	panicked map[uuid.UUID]int // panics in a row, by webhook
}

// NewEngine makes an engine. It sends while Run runs.
func NewEngine(s *Service, f Feed, c EngineConfig) *Engine {
	if c.Workers <= 0 {
		c.Workers = quickSeats
	}
	if c.Slow <= 0 {
		c.Slow = slowSeats
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
		panicked: map[uuid.UUID]int{}, dbSlots: make(chan struct{}, connections),
	}
}

// Counts are an engine's figures for an operator.
type Counts struct{ Attempts, Failures, Panics int64 }

// Counts gives what the engine has done since it was made.
func (e *Engine) Counts() Counts {
	return Counts{e.attempts.Load(), e.failures.Load(), e.panics.Load()}
}

// Run sends what is due until the context ends. Attempts in progress are then interrupted and do not count, and other
// replicas can take their webhooks at once.
func (e *Engine) Run(ctx context.Context) {
	defer e.sender.client.CloseIdleConnections()
	var workers sync.WaitGroup
	defer workers.Wait()
	seats := newLanes(e.config.Workers, e.config.Slow)
	for ctx.Err() == nil {
		// Taken before the query: an act that comes in between closes it.
		_, grown, _ := e.log.After(ctx, math.MaxInt64)
		for _, which := range []pace{quickPace, slowPace} {
			taken := seats.of(which)
			claims, err := e.claim(ctx, which, cap(taken)-len(taken))
			if err != nil && ctx.Err() == nil {
				e.config.Log.Error("webhooks_not_claimed", "error", err)
			}
			for _, c := range claims {
				at := seats.take(which)
				workers.Go(func() {
					defer at.leave()
					e.serve(ctx, c, at)
				})
			}
		}
		e.prune(ctx)
		wait(ctx, grown, seats.freed)
	}
}

// wait returns when the log has grown, a worker is free, or maxIdle has passed; but never at once, so that a busy log is not
// queried for each of its acts.
func wait(ctx context.Context, grown, freed <-chan struct{}) {
	pause := time.NewTimer(20 * time.Millisecond)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return
	case <-pause.C:
	}
	late := time.NewTimer(maxIdle)
	defer late.Stop()
	select {
	case <-ctx.Done():
	case <-grown:
	case <-freed:
	case <-late.C:
	}
}

// Step sends what is due now and returns how many webhooks had something to send; for tools that end, and for tests.
func (e *Engine) Step(ctx context.Context) (int, error) {
	claims, err := e.claim(ctx, anyPace, e.config.Workers)
	var workers sync.WaitGroup
	for _, c := range claims {
		workers.Go(func() { e.serve(ctx, c, nil) })
	}
	workers.Wait()
	return len(claims), err
}

// withDatabase runs f, which uses the database, when one of the engine's connections is free.
func (e *Engine) withDatabase(f func() error) error {
	e.dbSlots <- struct{}{}
	defer func() { <-e.dbSlots }()
	return f()
}

// prune deletes old attempts, and old dead letters that were delivered after all; once an hour.
func (e *Engine) prune(ctx context.Context) {
	now := e.clock.Now()
	if now.Sub(e.pruned) < time.Hour {
		return
	}
	e.pruned = now
	err := e.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := e.store.Exec(ctx, tx, "DELETE FROM webhook_deliveries WHERE at < ?", now.Add(-retention)); err != nil {
			return err
		}
		_, err := e.store.Exec(ctx, tx, "DELETE FROM dead_letters WHERE state = 'DELIVERED' AND updated_at < ?", now.Add(-retention))
		return err
	})
	if err != nil && ctx.Err() == nil {
		e.config.Log.Warn("deliveries_not_pruned", "error", err)
	}
}
