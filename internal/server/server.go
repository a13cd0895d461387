package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fair"
)

// Server is the public side of Plenary. It is safe for concurrent use.
type Server struct {
	cfg      Config
	log      *slog.Logger
	now      func() time.Time
	rates    *rates
	origins  *origins
	folders  map[string]bool // of the routes
	lives    lives
	sockets  *seats
	streams  *seats
	reserved reservations
	clients  clients
	gate     *fair.Gate
	bodies   chan struct{} // one is taken by each large body that is being read
	paces    paces
	health   *health
	metrics  *metrics

	conns     connections
	answering atomic.Int64 // queries and mutations on sockets whose answers are not queued yet
	draining  atomic.Bool  // /readyz reports "draining"
	stopping  atomic.Bool  // no new sockets, and no new operations on open ones

	http *http.Server
	base context.CancelFunc
}

// New makes a server. It fails on a malformed origin or client, and on a collector whose name is taken.
func New(cfg Config) (*Server, error) {
	if cfg.Limits == (Limits{}) {
		cfg.Limits = DefaultLimits()
	}
	cfg.Rates = cfg.Rates.orDefault()
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Drain == 0 {
		cfg.Drain = 20 * time.Second
	}
	s := &Server{
		cfg: cfg, log: cfg.Log, now: cfg.Clock.Now,
		rates: newRates(cfg.Rates, cfg.Clock.Now), health: newHealth(),
		sockets: newSeats(), streams: newSeats(), gate: newGate(&cfg.Limits), bodies: make(chan struct{}, bodies),
		folders: folders(cfg.Pages),
		paces:   paces{every: cfg.Limits.Refusals, next: make(map[string]time.Time)},
	}
	s.lives.server = s
	s.reserved.all = make(map[string]*reservation)
	var err error
	if s.clients, err = newClients(cfg.Clients); err != nil {
		return nil, err
	}
	if s.origins, err = newOrigins(cfg.Origins, cfg.LocalOrigins); err != nil {
		return nil, err
	}
	if s.metrics, err = newMetrics(s); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.base = cancel
	l := &s.cfg.Limits
	s.http = &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: l.ReadHeaderTimeout,
		ReadTimeout:       l.ReadTimeout,
		WriteTimeout:      l.WriteTimeout,
		IdleTimeout:       l.IdleTimeout,
		MaxHeaderBytes:    l.HeaderBytes,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         s.conns.changed,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug), // errors that scanners cause are not ours
	}
	return s, nil
}

// Serve answers connections of the listener until ctx ends, and then shuts down. It returns when nothing runs any more,
// with nil after a clean shutdown.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	failed := make(chan error, 1)
	accepting := newListener(l)
	go func() { failed <- s.http.Serve(accepting) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	err := s.shutdown(context.WithoutCancel(ctx), accepting.stop)
	if served := <-failed; !errors.Is(served, net.ErrClosed) && !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	return err
}

const (
	// closeGrace is the time that sockets and streams get to close cleanly.
	closeGrace = 6 * time.Second
	// firstRequest is how long a connection that was made just before the end may take to send its request.
	firstRequest = time.Second
	// linger is how long clients may send another request on the connections that they have, and so learn that these end.
	linger = 250 * time.Millisecond
)

// shutdown stops in an order that loses nothing: it reports "not ready" and ends each connection after its next answer, waits
// until load balancers and clients have noticed, closes the listener, lets what has come finish, asks the clients of sockets
// and streams to reconnect elsewhere, and returns.
func (s *Server) shutdown(ctx context.Context, stopListening func()) error {
	defer s.base()
	if s.cfg.ShutdownDelay > 0 {
		s.draining.Store(true)
		wait(ctx, s.cfg.ShutdownDelay)
	}
	s.stopping.Store(true)
	stopListening()
	s.draining.Store(true) // without a delay not before: clients would connect again just as the listener closes
	s.poll(ctx, s.cfg.Drain, s.isDone(time.Now()))
	closing, cancel := context.WithTimeout(ctx, closeGrace)
	defer cancel()
	closed := make(chan error, 1)
	go func() { closed <- s.http.Shutdown(closing) }()
	s.lives.end(endRestart)
	s.poll(ctx, closeGrace, func() bool { return s.lives.count() == 0 })
	err := <-closed
	if err != nil {
		_ = s.http.Close()
	}
	return err
}

// isDone tells when nothing is left to answer, on a server whose listener has been closed for a while.
func (s *Server) isDone(closed time.Time) func() bool {
	return func() bool {
		since := time.Since(closed)
		return s.isIdle() && s.conns.active.Load() == 0 &&
			(since > linger || s.conns.open.Load() == s.conns.fresh.Load()) && (since > firstRequest || s.conns.fresh.Load() == 0)
	}
}

// poll calls done every few milliseconds until it reports true, for at most d.
func (s *Server) poll(ctx context.Context, d time.Duration, done func() bool) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
