package answers

import (
	"context"
	"sync"
	"time"
)

// patience is how long a look at the log may take.
const patience = 2 * time.Second

// looks takes looks at the log, one at a time, each for all who asked before it began.
type looks struct {
	look func(context.Context) error

	mu      sync.Mutex
	running bool
	next    *flight // has not begun; nil while nobody waits
}

type flight struct {
	done chan struct{}
	err  error
}

// fresh returns when a look has ended that began after the call.
func (l *looks) fresh(ctx context.Context) error {
	l.mu.Lock()
	f := l.next
	if f == nil {
		f = &flight{done: make(chan struct{})}
		l.next = f
	}
	lead := !l.running
	l.running = true
	l.mu.Unlock()
	if lead {
		l.fly(ctx)
	}
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fly takes the look that waits, and leaves those that were asked for meanwhile to another goroutine. What ends its leader
// does not end the look: others wait for it too.
func (l *looks) fly(ctx context.Context) {
	l.mu.Lock()
	f := l.next
	l.next = nil
	l.mu.Unlock()
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	f.err = l.look(bounded)
	cancel()
	close(f.done)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running = l.next != nil; l.running {
		go l.fly(ctx)
	}
}
