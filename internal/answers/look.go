package answers

import (
	"context"
	"fmt"
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
		l.fly()
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
func (l *looks) fly() {
	l.mu.Lock()
	f := l.next
	l.next = nil
	l.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			f.err = fmt.Errorf("a look at the log panicked: %v", v)
		}
		close(f.done)
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.running = l.next != nil; l.running {
			go l.fly()
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	f.err = l.look(ctx)
}
