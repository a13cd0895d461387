package feed

import (
	"context"
	"errors"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fair"
)

// catchUp reads the log for one follower until it has caught up with the hub.
func (h *hub) catchUp(ctx context.Context, f *follower) {
	var grown <-chan struct{} // closes when there is more; nil if there may be more now
	for !h.join(f, grown != nil) {
		if grown != nil { // the hub is ahead of a tail that was read a moment ago, or does not send this follower its events
			await(ctx, grown)
			if h.join(f, true) { // it has begun, or ended, meanwhile
				return
			}
		}
		var err error
		grown, err = h.advance(ctx, f)
		switch {
		case ctx.Err() != nil, errors.Is(err, errReader):
			return
		case err != nil: // the database does not answer; nothing is lost by waiting for it
			pause(ctx, retryAfter)
		}
	}
}

// stopCatchUp ends the goroutine of a follower that reads by itself, under the hub's lock.
func (f *follower) stopCatchUp() {
	if f.cancel != nil {
		f.cancel()
		f.cancel = nil
	}
}

func await(ctx context.Context, grown <-chan struct{}) {
	select {
	case <-grown:
	case <-time.After(retryAfter):
	case <-ctx.Done():
	}
}

// advance gives a follower the next events, read for it alone, or returns a channel that closes when there may be some.
func (h *hub) advance(ctx context.Context, f *follower) (grown <-chan struct{}, err error) {
	messages, last, grown, err := h.readNow(ctx, f)
	if err != nil || grown != nil {
		return grown, err
	}
	if h.lost(last) {
		return nil, nil // they were read just before the log was found to have lost them
	}
	for _, m := range messages {
		if f.reader.Put(ctx, m.text, m.cursor) != nil {
			return nil, errReader
		}
	}
	f.seq.Store(last)
	if h.lost(last) { // while the reader had no room
		f.reader.Fail(errLost)
		return nil, errReader
	}
	return nil, nil
}

// readNow reads the next events for one follower, or returns a channel that closes when there may be some. Only a few
// followers read at once, because after a restart all come back together, and every caller gets its turn.
func (h *hub) readNow(ctx context.Context, f *follower) (messages []message, last int64, grown <-chan struct{}, err error) {
	place, err := h.catchUps.Acquire(ctx, f.caller, fair.Read)
	if err != nil {
		return nil, 0, nil, err
	}
	defer h.catchUps.Leave(place)
	seq := f.seq.Load()
	acts, grown, err := h.service.log.After(ctx, seq)
	if err != nil || len(acts) == 0 {
		return nil, seq, grown, err
	}
	acts = acts[:min(len(acts), batch)]
	last = acts[len(acts)-1].ID
	g, v := h.variantOf(f)
	var matching []*db.Act
	for _, a := range acts {
		if g.filter.matches(a) {
			matching = append(matching, a)
		}
	}
	ctx = v.viewer.context(ctx)
	if matching, err = g.filter.kept(ctx, matching); err != nil {
		return nil, 0, nil, err
	}
	seen, err := h.service.authorise(ctx, matching)
	if err != nil {
		return nil, 0, nil, err
	}
	for _, a := range seen {
		text, _ := v.document.Render(ctx, g.event(h.placeholder, a))
		messages = append(messages, h.seal(h.split(text), v.viewer, a.Act))
	}
	return messages, last, nil, nil
}

// variantOf gives what a follower follows, and as whom, now.
func (h *hub) variantOf(f *follower) (*group, variant) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return f.group, variant{h.registry.viewerOf(f), f.document}
}
