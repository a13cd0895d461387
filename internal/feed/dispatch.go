package feed

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// recipients are the followers of a group that were live when acts were matched, and the variants they request, each once.
type recipients struct {
	group     *group
	followers []*follower
	variants  []variant
	variantOf []int32 // by follower: the index of its variant
}

// variant is a document and the viewer it is for.
type variant struct {
	viewer   *viewer
	document *sharedDocument
}

// match is an act with those who may get it.
type match struct {
	act *db.Act
	to  []*recipients
}

// dispatch offers acts to all followers they concern, and returns those followers.
func (h *hub) dispatch(ctx context.Context, generation int, acts []*db.Act, seq int64) []*recipients {
	matches, all := h.match(generation, acts, seq)
	if len(matches) == 0 {
		return nil
	}
	deliveries := newDeliveries(ctx, h, matches)
	inParallel(len(deliveries), func(i int) { deliveries[i].render() })
	for _, d := range deliveries {
		for i, f := range d.to.followers {
			if f.done.Load() || f.catchingUp.Load() || d.act.ID <= f.seq.Load() {
				continue
			}
			if r := &d.renderings[d.to.variantOf[i]]; r.err != nil || !r.hidden && !f.reader.Offer(r.text, r.cursor) {
				h.detachBefore(d.act, f)
			}
		}
	}
	return all
}

// match moves the hub's position past the acts and finds whom they concern.
func (h *hub) match(generation int, acts []*db.Act, seq int64) ([]match, []*recipients) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stop == nil || h.generation != generation {
		return nil, nil // every follower has left; another goroutine may run already
	}
	if h.cutBefore(seq) {
		return nil, nil // they were read just before the log was found to have lost them
	}
	h.seq = seq
	var matches []match
	var all []*recipients
	for _, a := range acts {
		m := match{act: a}
		for _, g := range h.registry.candidates(a) {
			if len(g.live) == 0 || !g.filter.matches(a) {
				continue
			}
			if g.now == nil {
				g.now = h.recipientsOf(g)
				all = append(all, g.now)
			}
			m.to = append(m.to, g.now)
		}
		if len(m.to) > 0 {
			matches = append(matches, m)
		}
	}
	for _, to := range all {
		to.group.now = nil
	}
	return matches, all
}

// recipientsOf lists the live followers of a group, with their viewers as they are now.
func (h *hub) recipientsOf(g *group) *recipients {
	to := &recipients{group: g, variantOf: make([]int32, len(g.live))}
	if n := len(h.spare); n > 0 {
		to.followers, h.spare = h.spare[n-1], h.spare[:n-1]
	}
	to.followers = append(to.followers, g.live...)
	index := map[variant]int32{}
	for i, f := range to.followers {
		v := variant{h.registry.viewerOf(f), f.document}
		at, known := index[v]
		if !known {
			at = int32(len(to.variants))
			index[v] = at
			to.variants = append(to.variants, v)
		}
		to.variantOf[i] = at
	}
	return to
}

// flush sends what was dispatched, on all processors.
func (h *hub) flush(all []*recipients) {
	const stride = 64
	for _, to := range all {
		var next atomic.Int64
		work := func() {
			for {
				end := int(next.Add(stride))
				start := end - stride
				if start >= len(to.followers) {
					return
				}
				for _, f := range to.followers[start:min(end, len(to.followers))] {
					f.reader.Flush()
				}
				runtime.Gosched() // the next acts may be waiting for a processor
			}
		}
		var others sync.WaitGroup
		for range min(runtime.GOMAXPROCS(0), (len(to.followers)+stride-1)/stride) - 1 {
			others.Go(work)
		}
		work()
		others.Wait()
		h.recycle(to)
	}
}

// maxSpare is how many lists are kept for reuse.
const maxSpare = 4

// recycle keeps a list for reuse.
func (h *hub) recycle(to *recipients) {
	list := to.followers
	to.followers = nil
	clear(list)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.spare) < maxSpare && cap(list) <= 4*h.live { // followers that have left hold no memory
		h.spare = append(h.spare, list[:0])
	}
}
