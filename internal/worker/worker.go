// Package worker keeps what runs in the background running: one that panics is logged, counted and started again. It knows
// nothing of what they do.
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
	// calm is how long a worker must have run for its pauses to start anew.
	calm = time.Minute
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

// Go starts a worker, which runs until ctx ends. After a panic it runs anew, after a pause that grows while it goes on.
func (g *Group) Go(ctx context.Context, name string, run func(ctx context.Context)) {
	g.mu.Lock()
	g.panics[name] += 0 // so that it is counted, with none, from the beginning
	g.mu.Unlock()
	g.running.Go(func() {
		for pause := firstPause; ; pause = min(2*pause, longestPause) {
			began := time.Now()
			if !g.panicked(name, func() { run(ctx) }) || ctx.Err() != nil {
				return
			}
			if time.Since(began) > calm {
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

// Wait waits until all have ended.
func (g *Group) Wait() { g.running.Wait() }

// Panics tells how often each worker has panicked.
func (g *Group) Panics() map[string]int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.panics)
}
