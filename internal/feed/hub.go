package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

const (
	// step is how many acts are handed out before anything is sent: what is queued for a connection goes out in one write,
	// and queues stay short.
	step = 16
	// patience is how long to wait before asking a database again that did not answer.
	patience = 200 * time.Millisecond
	// attempts is how often the hub asks before it lets those concerned go on by themselves.
	attempts = 3
	// timeout is how long it asks in all.
	timeout = 10 * time.Second
	// breath is how long at most nothing is sent after something was: half as long as that took. To tell thousands takes a
	// hundred milliseconds of every processor; who votes meanwhile should not wait, and more goes out in each write.
	breath = 50 * time.Millisecond
	// readers is how many followers read the log by themselves at once.
	readers = 16
)

var errReader = errors.New("the reader has ended")

// hub gives new acts to all live followers. It reads each act once, finds whom it concerns by an index, asks once for all
// whether everybody may see it, and otherwise once for each viewer; it words an event once for all viewers who are told
// the same, and seals the cursor for each. It runs while there is somebody to tell.
type hub struct {
	service *Service
	hole    string        // stands for the cursor in what was worded for several
	reading chan struct{} // places for those who read by themselves

	mu        sync.Mutex
	seq       int64              // the last act that was, or is being, handed out
	followers int                // live ones
	stop      context.CancelFunc // nil while nobody is live
	shift     int                // counts the goroutines that hand out; one works at a time
	working   sync.Mutex
	groups    map[string]*group
	byID      map[uuid.UUID][]*group // by the narrowest part of their filter
	any       []*group               // those whose filter names no thing
	wordings  map[string]*wording
	viewers   map[string]*viewer
	spare     [][]*follower // lists to use again
}

func newHub(s *Service) *hub {
	return &hub{
		service: s, hole: rand.Text() + rand.Text(), reading: make(chan struct{}, readers),
		groups: map[string]*group{}, byID: map[uuid.UUID][]*group{}, wordings: map[string]*wording{}, viewers: map[string]*viewer{},
	}
}

// join makes a follower live if it has caught up, and says whether it need not read by itself any more. The hub's place is
// compared under the lock that the hub moves it under: nothing falls between the two, and nothing comes twice.
func (h *hub) join(f *follower) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case f.done.Load():
		return true
	case h.stop == nil && !h.working.TryLock():
		// The hub stopped because its last follower fell behind, maybe this one, and is still handing out: who came back now
		// would be given the rest of that, from behind its place.
		return false
	case h.stop == nil:
		h.working.Unlock()
		h.seq = f.seq.Load()
		h.shift++
		var ctx context.Context
		ctx, h.stop = context.WithCancel(context.Background())
		go h.run(ctx, h.shift, h.seq)
	case f.seq.Load() < h.seq:
		return false
	}
	h.forget(f)
	f.at = len(f.group.live)
	f.group.live = append(f.group.live, f)
	h.followers++
	f.apart.Store(false)
	return true
}

// forget ends what a follower needed while it read by itself.
func (h *hub) forget(f *follower) {
	if f.cancel != nil {
		f.cancel()
		f.cancel = nil
	}
}

// detach lets a follower read by itself until it has caught up.
func (h *hub) detach(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.done.Load() {
		return
	}
	f.apart.Store(true)
	h.unlive(f)
	h.stopIfIdle()
	var ctx context.Context
	ctx, f.cancel = context.WithCancel(context.Background())
	go h.catchUp(ctx, f)
}

// leaveBehind lets a follower go on by itself from before an act: its reader has no room, or what it may see cannot be
// found out now.
func (h *hub) leaveBehind(f *follower, a *db.Act) {
	f.seq.Store(a.ID - 1)
	h.detach(f)
}

func (h *hub) unlive(f *follower) {
	if f.at < 0 {
		return
	}
	live := f.group.live
	last := len(live) - 1
	live[f.at] = live[last]
	live[f.at].at = f.at
	live[last] = nil
	f.group.live, f.at = live[:last], -1
	h.followers--
}

// leave ends a follower. The hub stops with the last one.
func (h *hub) leave(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.done.Swap(true) {
		return
	}
	h.forget(f)
	h.unlive(f)
	if f.group.members--; f.group.members == 0 {
		delete(h.groups, f.group.key)
		h.unindex(f.group)
	}
	if f.words.members--; f.words.members == 0 {
		delete(h.wordings, f.words.document.Key())
	}
	h.dropViewer(f.viewer)
	h.stopIfIdle()
}

// stopIfIdle stops the hub when nobody is live.
func (h *hub) stopIfIdle() {
	if h.followers == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// stands gives what a follower follows and as whom, now.
func (h *hub) stands(f *follower) (*group, *wording, *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return f.group, f.words, h.viewing(f)
}

// run hands out acts as they come, until ctx ends. Another goroutine sends what was handed out, so that the next acts are
// found and worded meanwhile: who has not been sent anything yet when they are gets all in one go.
func (h *hub) run(ctx context.Context, shift int, seq int64) {
	h.working.Lock()
	defer h.working.Unlock()
	var sending sync.WaitGroup
	defer sending.Wait()
	told := make(chan []*crowd, 1) // no more: queues must not fill faster than they are sent
	defer close(told)
	sending.Go(func() {
		for crowds := range told {
			began := time.Now()
			h.flush(crowds)
			rest(ctx, min(time.Since(began)/2, breath))
		}
	})
	for ctx.Err() == nil {
		acts, grown, err := h.service.log.After(ctx, seq)
		switch {
		case err != nil:
			pause(ctx)
		case len(acts) == 0:
			select {
			case <-grown:
			case <-ctx.Done():
			}
		default:
			acts = acts[:min(len(acts), step)]
			seq = acts[len(acts)-1].ID
			if crowds := h.handOut(ctx, shift, acts, seq); len(crowds) > 0 {
				told <- crowds
			}
		}
	}
}

func pause(ctx context.Context) { rest(ctx, patience) }

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
