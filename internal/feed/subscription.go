package feed

import (
	"context"
	"sync/atomic"

	"github.com/plenary-dialogue/plenary/internal/fair"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Document renders events for the subscriptions that select the same fields.
type Document interface {
	// Key identifies the document.
	Key() string
	// Public reports whether everybody who may see what a visitor sees gets the same text.
	Public() bool
	// Render writes an event for the viewer of ctx. It is whole if nothing failed or was left out for this viewer.
	Render(ctx context.Context, e *Event) (text []byte, whole bool)
}

// Reader takes the events of one subscription, in order, each with the cursor to resume after it.
type Reader interface {
	// Offer takes an event if there is room for it now. The text is shared with other readers.
	Offer(text []byte, cursor string) bool
	// Flush sends what was taken, as far as that is possible without waiting.
	Flush()
	// Put takes an event and sends it, waiting for room. An error ends this reader.
	Put(ctx context.Context, text []byte, cursor string) error
	// Fail ends the subscription with an error.
	Fail(err error)
}

// Subscription is a position in the log from which a viewer follows what matches a filter.
type Subscription struct {
	service *Service
	filter  Filter
	seq     int64
	whole   bool // the log had lost nothing when the position was checked
	fromNow bool
	seat    *policy.Seat
	caller  fair.Caller
}

// Subscribe opens a subscription from now on, or after a cursor: each act once, in order.
func (s *Service) Subscribe(ctx context.Context, f Filter, after *string) (*Subscription, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	sub := &Subscription{service: s, filter: f, fromNow: after == nil, whole: s.hub.whole(), seat: policy.SeatFrom(ctx), caller: fair.CallerFrom(ctx)}
	if after == nil {
		var err error
		sub.seq, err = s.log.Head(ctx)
		return sub, err
	}
	p, err := s.unseal(ctx, "after", scopeOf(sub.seat.Actor().Key()), *after)
	sub.seq = p.Seq
	return sub, err
}

// Follow gives the events to the reader until stop is called. It holds no goroutine while the reader keeps up.
func (s *Subscription) Follow(d Document, to Reader) (stop func()) {
	f := &follower{reader: to, seat: s.seat, caller: s.caller}
	f.seq.Store(s.seq)
	h := s.service.hub
	if !h.follow(f, s.filter, d, s.whole) {
		go to.Fail(errLost)
	} else if !h.join(f, s.fromNow) {
		h.detach(f)
	}
	return func() { h.leave(f) }
}

// follower is an open subscription. It is live while the hub gives it the events. It catches up by itself when it begins
// further back or its reader has no room.
type follower struct {
	reader     Reader
	seat       *policy.Seat
	caller     fair.Caller
	seq        atomic.Int64 // when it went live, all acts up to here had been given to the reader or did not concern it
	catchingUp atomic.Bool  // reads the log by itself
	done       atomic.Bool  // has stopped

	// Under the hub's lock.
	group    *group
	document *sharedDocument
	actor    *policy.Actor // who sat in the seat when last checked
	viewer   *viewer
	at       int // in the group's list; -1 when it is not live
	cancel   context.CancelFunc
}
