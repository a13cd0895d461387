package feed

import (
	"context"
	"sync/atomic"

	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Document words events for those who asked the same of them.
type Document interface {
	// Key tells documents apart.
	Key() string
	// Public tells whether everybody who may see what a visitor sees is told the same of it.
	Public() bool
	// Render words an event for the viewer of ctx. It is whole if nothing failed or was left out for this viewer.
	Render(ctx context.Context, e *Event) (text []byte, whole bool)
}

// Reader takes the events of one subscription, in order, each with the cursor to resume behind it.
type Reader interface {
	// Offer takes an event if there is room for it now. The text is shared with other readers.
	Offer(text []byte, cursor string) bool
	// Flush sends what was taken, as far as that goes without waiting.
	Flush()
	// Put takes an event and sends it, waiting for room. An error is the end of this reader.
	Put(ctx context.Context, text []byte, cursor string) error
}

// Subscription is a place in the log from which a viewer follows what matches a filter.
type Subscription struct {
	service *Service
	filter  Filter
	seq     int64
	seat    *policy.Seat
}

// Subscribe opens a subscription from now on, or from behind a cursor: each act once, in order.
func (s *Service) Subscribe(ctx context.Context, f Filter, after *string) (*Subscription, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	sub := &Subscription{service: s, filter: f, seat: policy.SeatFrom(ctx)}
	if after == nil {
		var err error
		sub.seq, err = s.log.Head(ctx)
		return sub, err
	}
	p, err := s.unseal(ctx, f.scope(*sub.seat.Actor()), *after)
	sub.seq = p.seq
	return sub, err
}

// Follow gives the events to the reader until stop is called. It holds no goroutine while the reader keeps up.
func (s *Subscription) Follow(d Document, to Reader) (stop func()) {
	f := &follower{reader: to, seat: s.seat}
	f.seq.Store(s.seq)
	h := s.service.hub
	h.enter(f, s.filter, d)
	if !h.join(f) {
		h.detach(f)
	}
	return func() { h.leave(f) }
}

// follower is a subscription that is followed. It is live when the hub gives it the events, and catches up by itself when
// it begins further back or its reader has no room.
type follower struct {
	reader Reader
	seat   *policy.Seat
	seq    atomic.Int64 // what lies up to here was given to the reader, or was not for it, when it went live
	apart  atomic.Bool  // catches up by itself
	done   atomic.Bool  // has stopped

	// The hub's, under its lock.
	group  *group
	words  *wording
	actor  *policy.Actor // who sat in the seat when last looked at
	viewer *viewer
	at     int // in the group's list; -1 when it is not live
	cancel context.CancelFunc
}
