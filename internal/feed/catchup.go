package feed

import (
	"context"
	"errors"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// catchUp reads the log for one follower until it has caught up with the hub.
func (h *hub) catchUp(ctx context.Context, f *follower) {
	for !h.join(f) {
		err := h.advance(ctx, f)
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

// advance gives a follower the next events, read for it alone.
func (h *hub) advance(ctx context.Context, f *follower) error {
	messages, last, err := h.readFor(ctx, f)
	if err != nil {
		return err
	}
	if h.lost(last) {
		return nil // they were read just before the log was found to have lost them
	}
	for _, m := range messages {
		if f.reader.Put(ctx, m.text, m.cursor) != nil {
			return errReader
		}
	}
	f.seq.Store(last)
	if h.lost(last) { // while the reader had no room
		f.reader.Fail(errLost)
		return errReader
	}
	return nil
}

// readFor reads the next events for one follower. Only a few followers read at once: after a restart all come back together.
func (h *hub) readFor(ctx context.Context, f *follower) ([]message, int64, error) {
	select {
	case h.catchUps <- struct{}{}:
		defer func() { <-h.catchUps }()
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
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
		return nil, seq, ctx.Err()
	}
	acts = acts[:min(len(acts), batch)]
	last := acts[len(acts)-1].ID
	g, v := h.variantOf(f)
	var matching []*db.Act
	for _, a := range acts {
		if g.filter.matches(a) {
			matching = append(matching, a)
		}
	}
	ctx = policy.WithActor(ctx, *v.viewer.actor)
	seen, err := h.service.authorise(ctx, matching)
	if err != nil {
		return nil, 0, err
	}
	var all []message
	for _, a := range seen {
		text, _ := v.document.Render(ctx, g.event(h.placeholder, a))
		all = append(all, h.seal(h.split(text), g, v.viewer, a.Act))
	}
	return all, last, nil
}

// variantOf gives what a follower follows, and as whom, now.
func (h *hub) variantOf(f *follower) (*group, variant) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return f.group, variant{h.registry.viewerOf(f), f.document}
}
