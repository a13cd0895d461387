package answers

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// timeout bounds a check of the log.
const timeout = 2 * time.Second

// checks runs checks of the log, one at a time, each for all callers that came before it began.
type checks struct {
	check func(context.Context) error

	mu      sync.Mutex
	running bool
	next    *check // has not begun; nil while no caller waits
}

type check struct {
	done    chan struct{}
	err     error
	callers int // that wait for it
}

// fresh returns when a check that began after the call has ended.
func (c *checks) fresh(ctx context.Context) error {
	c.mu.Lock()
	f := c.next
	if f == nil {
		f = &check{done: make(chan struct{})}
		c.next = f
	}
	f.callers++
	lead := !c.running
	c.running = true
	c.mu.Unlock()
	if lead {
		c.run()
	}
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run runs the check that waits, and leaves the next one to another goroutine. It has a context of its own, because other
// callers wait for it even when the one that started it is gone.
func (c *checks) run() {
	c.mu.Lock()
	f := c.next
	c.next = nil
	c.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			f.err = fmt.Errorf("a check of the log panicked: %v", v)
		}
		close(f.done)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.running = c.next != nil; c.running {
			go c.run()
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	f.err = c.check(ctx)
}
