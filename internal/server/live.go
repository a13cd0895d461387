package server

import (
	"container/heap"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// ending is the reason why the server ends a socket or stream: a close code for a socket, an error for a stream.
type ending struct {
	status int
	reason string
	code   string           // of the last error of a stream; empty when its client should reconnect
	behind *socketOperation // the operation whose reader is too slow, or nil
}

func (e *ending) Error() string { return e.reason }

// The endings that the server decides. Those for violations of the protocol are in protocol.go and frames.go.
var (
	endExpired  = &ending{status: 4401, reason: "Token expired", code: gql.CodeUnauthenticated}
	endRevoked  = &ending{status: 4403, reason: "Forbidden", code: gql.CodeForbidden}
	endRestart  = &ending{status: statusServiceRestart, reason: "Service restart"}
	endPeerGone = &ending{status: statusAbnormal, reason: "the client is gone"}
)

// tooSlow ends the connection of a reader that fell behind with the events of o.
func tooSlow(o *socketOperation) *ending {
	return &ending{status: statusTryAgainLater, reason: "RESYNC", code: gql.CodeResync, behind: o}
}

// live is the entry of an open socket or stream in lives.
type live struct {
	one    lasting
	viewer context.Context // for Recheck; nil until the client is authenticated
	due    time.Time       // when wake is to be called
	at     int             // its index in the heap
}

// lasting is a socket or a stream.
type lasting interface {
	// end ends it. Only the first reason counts.
	end(why *ending)
	// wake is called when it is due, and returns when it is due again, at most an hour later.
	wake(now time.Time) time.Time
}

// lives is the registry of open sockets and streams. Through it a revocation or a shutdown reaches them, and one timer wakes
// ten thousand of them, each when it is due. While it is empty it holds no timer.
type lives struct {
	server *Server

	mu    sync.Mutex
	all   calls
	timer *time.Timer
	check *time.Timer
}

// calls is a heap with the entry that is due first on top.
type calls []*live

func (c calls) Len() int           { return len(c) }
func (c calls) Less(i, j int) bool { return c[i].due.Before(c[j].due) }
func (c calls) Swap(i, j int)      { c[i], c[j] = c[j], c[i]; c[i].at, c[j].at = i, j }

// Push implements heap.Interface.
func (c *calls) Push(x any) {
	one := x.(*live)
	one.at = len(*c)
	*c = append(*c, one)
}

// Pop implements heap.Interface.
func (c *calls) Pop() any {
	last := len(*c) - 1
	one := (*c)[last]
	(*c)[last] = nil
	*c = (*c)[:last]
	one.at = -1
	return one
}

func (l *lives) add(one *live, due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one.due = due
	heap.Push(&l.all, one)
	l.arm()
	if len(l.all) == 1 && l.server.cfg.Recheck != nil {
		l.check = time.AfterFunc(l.server.cfg.Limits.Recheck, l.recheck)
	}
}

func (l *lives) remove(one *live) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if one.at >= 0 && one.at < len(l.all) && l.all[one.at] == one {
		heap.Remove(&l.all, one.at)
	}
	if len(l.all) > 0 {
		return
	}
	l.all = nil
	for _, t := range []*time.Timer{l.timer, l.check} {
		if t != nil {
			t.Stop()
		}
	}
	l.timer, l.check = nil, nil
}

// authenticated registers the viewer of one for Recheck, and sets when it is due from now on.
func (l *lives) authenticated(viewer context.Context, one *live, due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one.viewer = viewer
	if one.at >= 0 && one.at < len(l.all) && l.all[one.at] == one {
		one.due = due
		heap.Fix(&l.all, one.at)
		l.arm()
	}
}

// arm sets the timer for the entry that is due first.
func (l *lives) arm() {
	if len(l.all) == 0 {
		return
	}
	d := time.Until(l.all[0].due)
	if l.timer == nil {
		l.timer = time.AfterFunc(d, l.ring)
		return
	}
	l.timer.Reset(d)
}

// ring wakes all that are due.
func (l *lives) ring() {
	for {
		l.mu.Lock()
		now := time.Now()
		if len(l.all) == 0 || l.all[0].due.After(now) {
			l.arm()
			l.mu.Unlock()
			return
		}
		one := l.all[0]
		one.due = now.Add(time.Hour) // later than any time that wake returns
		heap.Fix(&l.all, 0)
		l.mu.Unlock()
		l.call(one, now)
	}
}

func (l *lives) call(one *live, now time.Time) {
	defer l.server.contain(context.Background())
	due := one.one.wake(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	if one.at >= 0 && one.at < len(l.all) && l.all[one.at] == one {
		one.due = earliest(one.due, due) // authenticated may have set an earlier time since wake looked
		heap.Fix(&l.all, one.at)
	}
}

func (l *lives) each() []*live {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

func (l *lives) end(why *ending) {
	for _, one := range l.each() {
		one.one.end(why)
	}
}

func (l *lives) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// recheck calls Config.Recheck for each viewer, one after the other.
func (l *lives) recheck() {
	for _, one := range l.each() {
		l.checkOne(one)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.check != nil {
		l.check.Reset(l.server.cfg.Limits.Recheck)
	}
}

func (l *lives) checkOne(one *live) {
	l.mu.Lock()
	viewer := one.viewer
	l.mu.Unlock()
	if viewer == nil || viewer.Err() != nil {
		return
	}
	defer l.server.contain(viewer)
	ctx, cancel := context.WithTimeout(viewer, l.server.cfg.Limits.Recheck)
	defer cancel()
	if l.server.cfg.Recheck(ctx) != nil && ctx.Err() == nil {
		one.one.end(endRevoked)
	}
}

// until returns when a session ends by this machine's clock: in a hundred years if it never expires.
func (s *Server) until(session Session) time.Time {
	if session.Expires.IsZero() {
		return time.Now().Add(100 * 365 * 24 * time.Hour)
	}
	return time.Now().Add(session.Expires.Sub(s.now()))
}

func (s *Server) expired(session Session) bool {
	return !session.Expires.IsZero() && !s.now().Before(session.Expires)
}

// contain keeps a panic from ending the process, in goroutines outside the handlers.
func (s *Server) contain(ctx context.Context) {
	if v := recover(); v != nil {
		s.logPanic(ctx, v)
	}
}

func earliest(times ...time.Time) time.Time {
	return slices.MinFunc(times, time.Time.Compare)
}
