package server

import (
	"context"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// ending is why a socket or stream ends before its client wants it to: a close code for the one, an error for the other.
type ending struct {
	status websocket.StatusCode
	reason string
	code   string           // of the last error of a stream; empty when its client should come back
	behind *socketOperation // whose reader is too slow, nil for other reasons
}

func (e *ending) Error() string { return e.reason }

// The endings that are ours to decide. Those of the protocol stand where it is read.
var (
	endExpired  = &ending{status: 4401, reason: "Token expired", code: gql.CodeUnauthenticated}
	endRevoked  = &ending{status: 4403, reason: "Forbidden", code: gql.CodeForbidden}
	endRestart  = &ending{status: websocket.StatusServiceRestart, reason: "Service restart"}
	endPeerGone = &ending{status: websocket.StatusAbnormalClosure, reason: "the client is gone"}
)

// live is a socket or stream while it lasts.
type live struct {
	subject string
	end     context.CancelCauseFunc
}

// lives knows all of them, so that a revocation or a shutdown reaches each.
type lives struct {
	mu  sync.Mutex
	all map[*live]struct{}
}

func (l *lives) add(one *live) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = make(map[*live]struct{})
	}
	l.all[one] = struct{}{}
}

func (l *lives) remove(one *live) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, one)
}

func (l *lives) name(one *live, subject string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one.subject = subject
}

// end ends those of the subject, or all when it is empty.
func (l *lives) end(subject string, why *ending) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for one := range l.all {
		if subject == "" || one.subject == subject {
			one.end(why)
		}
	}
}

func (l *lives) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// watch ends a socket or stream when its token expires and whenever Recheck says so, until ctx is done.
func (s *Server) watch(ctx context.Context, session Session, end context.CancelCauseFunc) {
	if !session.Expires.IsZero() {
		t := time.AfterFunc(session.Expires.Sub(s.now()), func() { end(endExpired) })
		context.AfterFunc(ctx, func() { t.Stop() })
	}
	if s.cfg.Recheck != nil {
		s.every(ctx, s.cfg.Limits.Recheck, func() {
			checking, cancel := context.WithTimeout(ctx, s.cfg.Limits.Recheck)
			defer cancel()
			if s.cfg.Recheck(checking) != nil && checking.Err() == nil {
				end(endRevoked)
			}
		})
	}
}

func (s *Server) expired(session Session) bool {
	return !session.Expires.IsZero() && !s.now().Before(session.Expires)
}

// every calls f again and again until ctx is done. Between calls it holds a timer and no goroutine: there may be 10,000.
func (s *Server) every(ctx context.Context, d time.Duration, f func()) {
	var t *time.Timer
	t = time.AfterFunc(1<<62, func() {
		if ctx.Err() != nil {
			return
		}
		defer s.contain(ctx)
		f()
		t.Reset(d)
	})
	t.Reset(d)
	context.AfterFunc(ctx, func() { t.Stop() })
}

// contain keeps a panic in a goroutine of ours, where no handler's recovery reaches, from ending the process.
func (s *Server) contain(ctx context.Context) {
	if v := recover(); v != nil {
		s.logPanic(ctx, v)
	}
}
