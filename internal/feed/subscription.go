package feed

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
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

// catchUp reads the log for one follower until it has caught up with the hub.
func (h *hub) catchUp(ctx context.Context, f *follower) {
	for !h.join(f) {
		err := h.advance(ctx, f)
		switch {
		case ctx.Err() != nil, errors.Is(err, errReader):
			return
		case err != nil: // the database does not answer; nothing is lost by waiting for it
			pause(ctx)
		}
	}
}

// advance gives a follower the next events that are read for it alone. Only so many read at once: after a restart all
// come back together.
func (h *hub) advance(ctx context.Context, f *follower) error {
	told, last, err := h.readFor(ctx, f)
	if err != nil {
		return err
	}
	for _, t := range told {
		if f.reader.Put(ctx, t.text, t.cursor) != nil {
			return errReader
		}
	}
	f.seq.Store(last)
	return nil
}

func (h *hub) readFor(ctx context.Context, f *follower) ([]told, int64, error) {
	select {
	case h.reading <- struct{}{}:
		defer func() { <-h.reading }()
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	}
	seq := f.seq.Load()
	acts, grown, err := h.service.log.After(ctx, seq)
	if err != nil {
		return nil, 0, err
	}
	if len(acts) == 0 { // the hub is ahead of a tail that was read a moment ago
		select {
		case <-grown:
		case <-time.After(patience):
		case <-ctx.Done():
		}
		return nil, seq, ctx.Err()
	}
	acts = acts[:min(len(acts), step)]
	last := acts[len(acts)-1].ID
	g, words, v := h.stands(f)
	var matching []*db.Act
	for _, a := range acts {
		if g.filter.matches(a) {
			matching = append(matching, a)
		}
	}
	ctx = policy.WithActor(ctx, *v.actor)
	seen, err := h.service.authorise(ctx, matching)
	if err != nil {
		return nil, 0, err
	}
	var all []told
	for _, a := range seen {
		text, _ := words.document.Render(ctx, g.event(h.hole, a))
		all = append(all, h.seal(h.split(text), g, v, a.Act))
	}
	return all, last, nil
}
