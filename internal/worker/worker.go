// Package worker keeps background workers running: if one panics, it logs and counts the panic and starts the worker
// again. It knows nothing about what the workers do.
package worker

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"
)

const (
	firstPause   = 100 * time.Millisecond
	longestPause = 30 * time.Second
	// resetAfter is how long a worker must have run for its next pause to be the first again.
	resetAfter = time.Minute
)

// Group is the workers of one server.
type Group struct {
	log     *slog.Logger
	running sync.WaitGroup

	mu     sync.Mutex
	panics map[string]int64
}

// New makes a group without workers.
func New(log *slog.Logger) *Group { return &Group{log: log, panics: map[string]int64{}} }

// Go starts a worker, which runs until ctx ends. After a panic it starts again, after a pause that grows with each panic.
func (g *Group) Go(ctx context.Context, name string, run func(ctx context.Context)) {
	g.mu.Lock()
	g.panics[name] += 0 // so that Panics lists it from the start, with zero
	g.mu.Unlock()
	g.running.Go(func() {
		for pause := firstPause; ; pause = min(2*pause, longestPause) {
			began := time.Now()
			if !g.panicked(name, func() { run(ctx) }) || ctx.Err() != nil {
				return
			}
			if time.Since(began) > resetAfter {
				pause = firstPause
			}
			t := time.NewTimer(pause + rand.N(pause/2))
			select {
			case <-t.C:
			case <-ctx.Done():
				t.Stop()
				return
			}
		}
	})
}

func (g *Group) panicked(name string, run func()) (yes bool) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		yes = true
		g.mu.Lock()
		g.panics[name]++
		g.mu.Unlock()
		g.log.Error("worker_panicked", "worker", name, "panic", v, "stack", string(debug.Stack()))
	}()
	run()
	return false
}

// Wait waits until all workers have ended.
func (g *Group) Wait() { g.running.Wait() }

// Panics returns how often each worker has panicked.
func (g *Group) Panics() map[string]int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.panics)
}
