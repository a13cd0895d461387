package store

import (
	"context"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"
)

const (
	// grace is how late an answer may be. In that time the server reports that a statement was cancelled, and the connection
	// stays usable.
	grace = time.Second
	// deadPeer is how long the kernel waits for a peer that acknowledges nothing; its default is a quarter of an hour.
	deadPeer = 10 * time.Second
)

// link is the network connection below a database connection. It waits no longer than a request may take, and knows whether
// anything was sent. The reads of lib/pq have no deadline: it would wait for a vanished server for as long as the kernel.
type link struct {
	net.Conn
	patience time.Duration // how long any one statement can take; zero if there is no limit
	sent     atomic.Bool
	late     atomic.Bool
}

type unhurriedKey struct{}

// unhurried marks statements without a time limit, because the session has lifted its own.
func unhurried(ctx context.Context) context.Context {
	return context.WithValue(ctx, unhurriedKey{}, true)
}

// expect begins an exchange with the deadline of a context.
func (l *link) expect(ctx context.Context) {
	if l == nil {
		return
	}
	l.sent.Store(false)
	l.late.Store(false)
	var until time.Time
	if l.patience > 0 && ctx.Value(unhurriedKey{}) == nil {
		until = time.Now().Add(l.patience)
	}
	if d, ok := ctx.Deadline(); ok && (until.IsZero() || d.Add(grace).Before(until)) {
		until = d.Add(grace)
	}
	_ = l.SetDeadline(until) // it fails only on a closed connection, which then fails at its use
}

// within begins an exchange without a context, which may take d.
func (l *link) within(d time.Duration) {
	if l == nil {
		return
	}
	l.sent.Store(false)
	l.late.Store(false)
	_ = l.SetDeadline(time.Now().Add(d))
}

// spoke reports whether anything was sent in this exchange.
func (l *link) spoke() bool { return l != nil && l.sent.Load() }

// silent reports whether an answer did not come in time.
func (l *link) silent() bool { return l.late.Load() }

// Write sends.
func (l *link) Write(b []byte) (int, error) {
	n, err := l.Conn.Write(b)
	if n > 0 {
		l.sent.Store(true)
	}
	return n, l.saw(err)
}

// Read receives.
func (l *link) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	return n, l.saw(err)
}

func (l *link) saw(err error) error {
	if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		l.late.Store(true)
	}
	return err
}

type linkKey struct{}

// dialer connects to PostgreSQL for lib/pq. Connections for statements have their link in the context. Those that lib/pq
// opens itself, to cancel a statement, have none, and must be short because the statement waits for them.
type dialer struct{ net.Dialer }

func newDialer() dialer {
	return dialer{net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3},
		Control:         giveUpDeadPeers,
	}}
}

// DialContext connects.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	l, ok := ctx.Value(linkKey{}).(*link)
	if !ok {
		ctx, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		c, err := d.Dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		_ = c.SetDeadline(time.Now().Add(grace))
		return brief{c}, nil
	}
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.Conn = c
	return l, nil
}

// Dial is part of the interface, for drivers without contexts; lib/pq does not call it.
func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout is Dial with a timeout.
func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// brief is a connection whose deadline does not change.
type brief struct{ net.Conn }

// SetDeadline does nothing.
func (brief) SetDeadline(time.Time) error { return nil }
