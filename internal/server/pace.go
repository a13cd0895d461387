package server

import (
	"context"
	"sync"
	"time"
)

const (
	// longestPause is how long a refusal may be held back: those who wait for it should hear soon.
	longestPause = 300 * time.Millisecond
	// pacesKept bounds the memory for callers that were refused.
	pacesKept = 10_000
)

// paces spaces out the refusals of each caller. A client that asks again at once, over hundreds of connections, would otherwise
// keep the processors busy with being refused.
type paces struct {
	every time.Duration

	mu   sync.Mutex
	next map[string]time.Time // when each caller may be refused again
}

// after tells how long the next refusal of a caller is held back.
func (p *paces) after(key string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.next) >= pacesKept {
		clear(p.next)
	}
	next := p.next[key]
	if next.Before(now) {
		next = now
	}
	if next.Sub(now) >= longestPause {
		return longestPause
	}
	p.next[key] = next.Add(p.every)
	return next.Sub(now)
}

// pause holds a refusal back.
func (s *Server) pause(ctx context.Context, c caller) {
	wait(ctx, s.paces.after(c.own.key, time.Now()))
}
