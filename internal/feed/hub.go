package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fair"
	"github.com/plenary-dialogue/plenary/internal/store"
)

const (
	// batch is how many acts are dispatched before anything is sent: what is queued for a connection goes out in one write,
	// and queues stay short.
	batch = 16
	// retryAfter is how long the hub waits before it queries a database that did not answer.
	retryAfter = 200 * time.Millisecond
	// attempts is how often the hub queries before the followers concerned catch up by themselves.
	attempts = 3
	// timeout bounds all attempts together.
	timeout = 10 * time.Second
	// maxPause bounds the pause after each round of sending, which is half as long as the round took. To send to thousands
	// keeps every processor busy for a hundred milliseconds: a vote cast meanwhile should not wait, and more goes out in each write.
	maxPause = 50 * time.Millisecond
	// maxCatchUps is how many followers read the log by themselves at once; half of them may be of one caller.
	maxCatchUps = 8
	// maxOwn is how many different events of each act the hub renders for one caller. A caller that asks for more would delay
	// everybody's events: its other subscriptions read the log by themselves, in its own time.
	maxOwn = 50
)

var errReader = errors.New("the reader has ended")

// hub sends new acts to all live followers. It reads each act once and finds the followers it concerns by an index. It checks
// once whether everybody may see the act, and otherwise once for each set of rights. It renders an event once for all viewers
// who get the same, and seals the cursor for each. It runs while a follower is live.
type hub struct {
	service     *Service
	placeholder string     // in place of the cursor in a shared text
	catchUps    *fair.Gate // places for followers that read by themselves

	running sync.Mutex // held by the one goroutine that dispatches

	mu         sync.Mutex // guards what follows, and what followers and groups keep for the hub
	registry   registry
	seq        int64              // the last act that was, or is being, dispatched
	live       int                // followers
	stop       context.CancelFunc // nil while no follower is live
	generation int                // counts the goroutines that dispatch
	spare      [][]*follower      // lists for reuse
	followers  map[*follower]bool // all, live or not
	cut        *int64             // the last act that is left of a log that has lost acts; nil while it is whole
}

func newHub(s *Service) *hub {
	return &hub{
		service: s, placeholder: rand.Text() + rand.Text(), registry: newRegistry(),
		followers: map[*follower]bool{}, catchUps: fair.New(fair.Rules{Places: maxCatchUps}),
	}
}

// follow registers a follower that is not live yet. It refuses one that begins beyond the end of a log that has lost acts since
// its position was checked.
func (h *hub) follow(f *follower, filter Filter, d Document, whole bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.at = -1
	h.registry.add(f, filter, d)
	h.followers[f] = true
	return !whole || !h.cutBefore(f.seq.Load())
}

// cutBefore reports whether the log has lost the act with a sequence number, under the hub's lock.
func (h *hub) cutBefore(seq int64) bool { return h.cut != nil && seq > *h.cut }

// lost reports the same.
func (h *hub) lost(seq int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cutBefore(seq)
}

// whole reports whether the log has lost nothing so far.
func (h *hub) whole() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cut == nil
}

// lose ends the followers that have been given acts which the log has lost. common is the last act that is left.
func (h *hub) lose(common int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cut = &common
	for f := range h.followers {
		position := f.seq.Load()
		if f.at >= 0 {
			position = h.seq
		}
		if h.cutBefore(position) {
			go f.reader.Fail(errLost) // it may wait for room
		}
	}
}

// join makes a follower live if it has caught up, and reports whether it can stop reading by itself. The hub's position is
// compared under the lock that the hub moves it under: no act falls between the two, and none comes twice. A hub that does not
// run begins only where the log ended a moment ago: else all who come later would wait until it has read what one of them missed.
func (h *hub) join(f *follower, atEnd bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case f.done.Load():
		return true
	case !h.registry.mayShare(f):
		return false
	case h.stop == nil && !atEnd:
		return false
	case h.stop == nil && !h.running.TryLock():
		// The hub stopped because its last follower fell behind, maybe this one, and is still dispatching: a follower that
		// joins now would get the rest of that batch, from before its own position.
		return false
	case h.stop == nil:
		h.running.Unlock()
		h.seq = f.seq.Load()
		h.generation++
		var ctx context.Context
		ctx, h.stop = context.WithCancel(store.InBackground(context.Background()))
		go h.run(ctx, h.generation, h.seq)
	case f.seq.Load() < h.seq:
		return false
	}
	f.stopCatchUp()
	f.at = len(f.group.live)
	f.group.live = append(f.group.live, f)
	h.registry.share(f, 1)
	h.live++
	f.catchingUp.Store(false)
	return true
}

// detach lets a follower read by itself until it has caught up.
func (h *hub) detach(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.done.Load() {
		return
	}
	f.catchingUp.Store(true)
	h.removeLive(f)
	h.stopIfIdle()
	var ctx context.Context
	ctx, f.cancel = context.WithCancel(store.InBackground(context.Background()))
	go h.catchUp(ctx, f)
}

// detachBefore lets a follower catch up by itself from before an act: its reader has no room, or the hub cannot find out now
// what it may see.
func (h *hub) detachBefore(a *db.Act, f *follower) {
	f.seq.Store(a.ID - 1)
	h.detach(f)
}

func (h *hub) removeLive(f *follower) {
	if f.at < 0 {
		return
	}
	live := f.group.live
	last := len(live) - 1
	live[f.at] = live[last]
	live[f.at].at = f.at
	live[last] = nil
	f.group.live, f.at = live[:last], -1
	h.registry.share(f, -1)
	h.live--
}

// leave removes a follower. The hub stops with the last one.
func (h *hub) leave(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.done.Swap(true) {
		return
	}
	f.stopCatchUp()
	h.removeLive(f)
	h.registry.remove(f)
	delete(h.followers, f)
	h.stopIfIdle()
}

// stopIfIdle stops the hub when no follower is live.
func (h *hub) stopIfIdle() {
	if h.live == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// run dispatches acts as they come, until ctx ends. Another goroutine sends what was dispatched while the next acts are
// found and rendered: a follower whose turn has not come by then gets all of it in one write.
func (h *hub) run(ctx context.Context, generation int, seq int64) {
	h.running.Lock()
	defer h.running.Unlock()
	var sending sync.WaitGroup
	defer sending.Wait()
	dispatched := make(chan []*recipients, 1) // no more: queues must not fill faster than they are sent
	defer close(dispatched)
	sending.Go(func() {
		for all := range dispatched {
			began := time.Now()
			h.flush(all)
			pause(ctx, min(time.Since(began)/2, maxPause))
		}
	})
	for ctx.Err() == nil {
		acts, grown, err := h.service.log.After(ctx, seq)
		switch {
		case err != nil:
			pause(ctx, retryAfter)
		case len(acts) == 0:
			select {
			case <-grown:
			case <-ctx.Done():
			}
		default:
			acts = acts[:min(len(acts), batch)]
			seq = acts[len(acts)-1].ID
			if all := h.dispatch(ctx, generation, acts, seq); len(all) > 0 {
				dispatched <- all
			}
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
