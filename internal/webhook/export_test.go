package webhook

import (
	"crypto/x509"
	"net"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
)

// For tests: what production cannot set.
func (c EngineConfig) With(roots *x509.CertPool, within time.Duration) EngineConfig {
	c.roots, c.within = roots, within
	c.random = func() float64 { return 0 }
	return c
}

func (c EngineConfig) Asking(r *net.Resolver) EngineConfig { c.resolver = r; return c }

func (c EngineConfig) Before(f func(hook uuid.UUID)) EngineConfig { c.before = f; return c }

func (c EngineConfig) Late(f func(hook uuid.UUID) <-chan time.Time) EngineConfig {
	c.late = f
	return c
}

func (s *Service) CursorOf(hook uuid.UUID, p actlog.Position) *string { return s.cursor(hook, p) }

var (
	Private    = private
	Guard      = guard
	CheckURL   = checkURL
	Backoff    = backoff
	RetryAfter = retryAfter
	Snippet    = snippet
	Schedule   = schedule[:]
)
