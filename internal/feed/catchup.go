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
