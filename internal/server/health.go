package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// livez says that the process answers. It asks nobody else: a database that is down is no reason to restart us.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) {
	writeHealth(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether traffic should come here, and if not why. Load balancers ask often and many at once, so checks have a
// second, and one answer serves everybody for as long.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		writeHealth(w, http.StatusServiceUnavailable, map[string]string{"status": "draining"})
		return
	}
	status, body := s.health.get(context.WithoutCancel(r.Context()), s.cfg.Checks)
	writeHealth(w, status, body)
}

func writeHealth(w http.ResponseWriter, status int, body map[string]string) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

const healthKept = time.Second

// health keeps the last result of the checks. Its place is a channel and not a mutex so that nobody queues behind a check
// that hangs for longer than it may.
type health struct {
	turn   chan struct{}
	at     time.Time
	status int
	body   map[string]string
}

func newHealth() *health { return &health{turn: make(chan struct{}, 1)} }

func (h *health) get(ctx context.Context, checks []Check) (int, map[string]string) {
	ctx, cancel := context.WithTimeout(ctx, healthKept)
	late := func() (int, map[string]string) {
		return http.StatusServiceUnavailable, map[string]string{"status": "unready", "checks": "take too long"}
	}
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		cancel()
		return late()
	}
	answered := make(chan struct{})
	var status int
	var body map[string]string
	// A check may hang past its time, as in a driver that waits for a network that is gone: nobody waits with it.
	go func() {
		defer cancel()
		defer func() { <-h.turn }()
		if time.Since(h.at) >= healthKept {
			h.status, h.body = run(ctx, checks)
			h.at = time.Now()
		}
		status, body = h.status, h.body
		close(answered)
	}()
	select {
	case <-answered:
		return status, body
	case <-ctx.Done(): // which it is at once when the checks have answered, too
	}
	select {
	case <-answered:
		return status, body
	default:
		return late()
	}
}

// run tells each check's result under its name. A fault says why in its own words; the text of other errors may name hosts
// and stays inside.
func run(ctx context.Context, checks []Check) (int, map[string]string) {
	status, body := http.StatusOK, map[string]string{"status": "ok"}
	for _, c := range checks {
		err := c.Func(ctx)
		switch f := fault.Of(err); {
		case err == nil:
			body[c.Name] = "ok"
			continue
		case f != nil:
			body[c.Name] = f.Message
		default:
			body[c.Name] = "failed"
		}
		status, body["status"] = http.StatusServiceUnavailable, "unready"
	}
	return status, body
}
