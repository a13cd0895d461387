package server

import (
	"container/heap"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// ending is why a socket or stream ends before its client wants it to: a close code for the one, an error for the other.
type ending struct {
	status int
	reason string
	code   string           // of the last error of a stream; empty when its client should come back
	behind *socketOperation // whose reader is too slow, nil for other reasons
}

func (e *ending) Error() string { return e.reason }

// The endings that are ours to decide. Those of the protocol stand where it is read.
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

// live is a socket or stream while it lasts, as a list of all knows it.
type live struct {
	one     lasting
	subject string
	viewer  context.Context // for Recheck; nil until it is known who it is
	due     time.Time       // when it wants to be called
	at      int             // in the heap
}

// lasting is what a list of all can do with each.
type lasting interface {
	// end ends it. A second reason changes nothing.
	end(why *ending)
	// wake is called when it is due, and says when it is due again.
	wake(now time.Time) time.Time
}

// lives knows all of them, so that a revocation or a shutdown reaches each, and calls each when it is due: one timer for
// ten thousand. While there are none it holds no timer either.
type lives struct {
	server *Server

	mu    sync.Mutex
	all   calls
	timer *time.Timer
	check *time.Timer
}

// calls are ordered by who is due first.
type calls []*live

func (c calls) Len() int           { return len(c) }
func (c calls) Less(i, j int) bool { return c[i].due.Before(c[j].due) }
func (c calls) Swap(i, j int)      { c[i], c[j] = c[j], c[i]; c[i].at, c[j].at = i, j }

// Push is heap.Interface's.
func (c *calls) Push(x any) {
	one := x.(*live)
	one.at = len(*c)
	*c = append(*c, one)
}

// Pop is heap.Interface's.
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

// name says who it is, and when it is due from now on.
func (l *lives) name(viewer context.Context, one *live, subject string, due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one.subject, one.viewer = subject, viewer
	if one.at >= 0 && one.at < len(l.all) && l.all[one.at] == one {
		one.due = due
		heap.Fix(&l.all, one.at)
		l.arm()
	}
}

// arm sets the timer for who is due first.
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

// ring calls all who are due.
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
		one.due = now.Add(time.Hour) // later than any answer of wake
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
		one.due = earliest(one.due, due) // name may have set an earlier time since wake looked
		heap.Fix(&l.all, one.at)
	}
}

// each gives those of a subject, or all when it is empty.
func (l *lives) each(subject string) []*live {
	l.mu.Lock()
	defer l.mu.Unlock()
	if subject == "" {
		return slices.Clone(l.all)
	}
	var some []*live
	for _, one := range l.all {
		if one.subject == subject {
			some = append(some, one)
		}
	}
	return some
}

// end ends those of the subject, or all when it is empty.
func (l *lives) end(subject string, why *ending) {
	for _, one := range l.each(subject) {
		one.one.end(why)
	}
}

func (l *lives) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// recheck asks of each whether it may stay, one after the other.
func (l *lives) recheck() {
	for _, one := range l.each("") {
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

// until is when a session ends by this machine's clock; never is far away.
func (s *Server) until(session Session) time.Time {
	if session.Expires.IsZero() {
		return time.Now().Add(100 * 365 * 24 * time.Hour)
	}
	return time.Now().Add(session.Expires.Sub(s.now()))
}

func (s *Server) expired(session Session) bool {
	return !session.Expires.IsZero() && !s.now().Before(session.Expires)
}

// contain keeps a panic in a goroutine of ours, where no handler's recovery reaches, from ending the process.
func (s *Server) contain(ctx context.Context) {
	if v := recover(); v != nil {
		s.logPanic(ctx, v)
	}
}

func earliest(times ...time.Time) time.Time {
	return slices.MinFunc(times, time.Time.Compare)
}
