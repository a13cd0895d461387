package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// livez reports that the process answers. It checks nothing else: a restart does not help when the database is down.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) {
	writeHealth(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz reports whether this server should get traffic, and if not, why. Load balancers send many requests, often at the same
// time, so the checks must answer within a second, and every request within that second gets the same result.
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

// health caches the last result of the checks. Its lock is a channel and not a mutex, so that a request can stop waiting
// for a check that hangs.
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
	// A check may not return in time, for example in a driver that waits for a lost network. No request waits for it.
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
	case <-ctx.Done(): // the goroutine cancels ctx when the checks have answered, too
	}
	select {
	case <-answered:
		return status, body
	default:
		return late()
	}
}

// run gives the result of each check under its name. The message of a fault is shown; the text of other errors is not,
// because it may name hosts.
func run(ctx context.Context, checks []Check) (int, map[string]string) {
	status, body := http.StatusOK, map[string]string{"status": "ok"}
	for _, c := range checks {
		err := c.Func(ctx)
		var note Note
		switch f := fault.Of(err); {
		case err == nil:
			body[c.Name] = "ok"
			continue
		case errors.As(err, &note):
			body[c.Name] = string(note)
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
