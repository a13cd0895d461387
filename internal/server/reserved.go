package server

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// reservedOperation is one operation on a stream that was reserved. For a subscription it is the sink of the events, and ends with
// the token with which it was sent.
type reservedOperation struct {
	begun  // who sent it
	of     *reservation
	id     string
	quoted []byte // the id as JSON
	one    live   // while it is a subscription
	stop   func() // ends the events; guarded by the reservation
	halted atomic.Bool
}

// run answers a query or mutation, or opens a subscription.
func (o *reservedOperation) run(running *operation) {
	s := o.of.server
	defer s.contain(o.ctx)
	if !running.isSubscription() {
		defer s.answering.Add(-1)
		resp := running.answer()
		s.logAnswer(o.ctx, "sse", running, resp)
		o.finish(gql.AppendResponse(nil, resp, running.cost()))
		return
	}
	until := s.until(o.session) // registered before it is open, so that every revocation from then on reaches it
	s.lives.add(&o.one, until)
	s.lives.authenticated(o.ctx, &o.one, until)
	stop, refused := running.subscribe(o.ctx, o)
	if refused != nil {
		o.finish(gql.AppendResponse(nil, refused, nil))
		return
	}
	o.of.mu.Lock()
	o.stop = stop
	o.of.mu.Unlock()
	if o.halted.Load() {
		o.halt()
	}
}

// halt ends the operation without a message.
func (o *reservedOperation) halt() {
	o.halted.Store(true)
	o.of.mu.Lock()
	if o.of.operations[o.id] == o {
		delete(o.of.operations, o.id)
	}
	stop := o.stop
	o.stop = nil
	o.of.mu.Unlock()
	o.cancel()
	if stop != nil {
		stop()
	}
	o.of.server.lives.remove(&o.one)
}

// finish ends the operation with its last result, if there is one. It frees the id before, so that the client may use it again at
// once.
func (o *reservedOperation) finish(last []byte) {
	already := o.halted.Swap(true)
	o.halt()
	if already {
		return
	}
	if last != nil && o.send(context.Background(), message{text: last, id: o.quoted}) != nil {
		return
	}
	_ = o.send(context.Background(), message{id: o.quoted}) // an error means that the stream has ended
}

func (o *reservedOperation) send(ctx context.Context, m message) error {
	err := o.of.stream.link.put(ctx, m)
	if errors.Is(err, errTooSlow) {
		o.of.end(tooSlow(nil))
	}
	return err
}

// wake ends a subscription whose token has expired.
func (o *reservedOperation) wake(now time.Time) time.Time {
	until := o.of.server.until(o.session)
	if now.Before(until) {
		return earliest(until, now.Add(time.Hour))
	}
	o.end(endExpired)
	return now.Add(time.Hour)
}

// end ends a subscription for a reason that the client is told. What ends the whole stream needs no words here.
func (o *reservedOperation) end(why *ending) {
	if why.code == "" {
		o.halt()
		return
	}
	o.refuse(gql.Refuse(why.code, "%s", why.reason))
}

func (o *reservedOperation) refuse(err *gqlerror.Error) {
	resp := o.of.server.cfg.Executor.DispatchError(o.ctx, gqlerror.List{err})
	o.finish(gql.AppendResponse(nil, resp, nil))
}

// Offer, Flush, Put, Close and Fail implement gql.Sink.
func (o *reservedOperation) Offer(text []byte, _ string) bool {
	return o.halted.Load() || o.of.stream.link.offer(message{text: text, id: o.quoted, event: true})
}

// Flush sends what is queued.
func (o *reservedOperation) Flush() { o.of.stream.link.flush() }

// Put waits for room, and ends the stream if its reader is too slow.
func (o *reservedOperation) Put(ctx context.Context, text []byte, _ string) error {
	if o.halted.Load() {
		return errEnded
	}
	return o.send(ctx, message{text: text, id: o.quoted, event: true})
}

// Close ends the operation normally.
func (o *reservedOperation) Close() { o.finish(nil) }

// Fail ends the operation with an error.
func (o *reservedOperation) Fail(err error) { o.refuse(gql.Present(o.ctx, err)) }
