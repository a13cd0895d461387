package feed

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// crowd is those of a group that were live when some acts were taken, and what they ask, each thing once.
type crowd struct {
	group     *group
	followers []*follower
	asked     []asked
	asks      []int32 // which of it each follower asks
}

// asked is a document and the viewer it is for.
type asked struct {
	viewer *viewer
	words  *wording
}

// concern is an act with those it may concern.
type concern struct {
	act    *db.Act
	crowds []*crowd
}

// handOut gives some acts to all whom they concern, and says who they are.
func (h *hub) handOut(ctx context.Context, shift int, acts []*db.Act, seq int64) []*crowd {
	concerns, crowds := h.take(shift, acts, seq)
	if len(concerns) == 0 {
		return nil
	}
	s := &sights{hub: h, ctx: ctx, by: map[string]*sight{}}
	for _, c := range concerns {
		s.acts = append(s.acts, c.act)
	}
	all := notices(s, concerns)
	severally(len(all), func(i int) { all[i].word() })
	for _, n := range all {
		for i, f := range n.to.followers {
			if f.done.Load() || f.apart.Load() || n.act.ID <= f.seq.Load() {
				continue
			}
			if a := &n.answers[n.to.asks[i]]; a.err != nil || !a.hidden && !f.reader.Offer(a.text, a.cursor) {
				h.leaveBehind(f, n.act)
			}
		}
	}
	return crowds
}

// take moves the hub's place behind the acts and finds whom they concern.
func (h *hub) take(shift int, acts []*db.Act, seq int64) ([]concern, []*crowd) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stop == nil || h.shift != shift {
		return nil, nil // everybody has left; another may run already
	}
	h.seq = seq
	var concerns []concern
	var crowds []*crowd
	for _, a := range acts {
		c := concern{act: a}
		for _, g := range h.candidates(a) {
			if len(g.live) == 0 || !g.filter.matches(a) {
				continue
			}
			if g.now == nil {
				g.now = h.gather(g)
				crowds = append(crowds, g.now)
			}
			c.crowds = append(c.crowds, g.now)
		}
		if len(c.crowds) > 0 {
			concerns = append(concerns, c)
		}
	}
	for _, c := range crowds {
		c.group.now = nil
	}
	return concerns, crowds
}

// gather lists who of a group is live, who they are now, and what they ask.
func (h *hub) gather(g *group) *crowd {
	c := &crowd{group: g, asks: make([]int32, len(g.live))}
	if n := len(h.spare); n > 0 {
		c.followers, h.spare = h.spare[n-1], h.spare[:n-1]
	}
	c.followers = append(c.followers, g.live...)
	places := map[asked]int32{}
	for i, f := range c.followers {
		k := asked{h.viewing(f), f.words}
		place, known := places[k]
		if !known {
			place = int32(len(c.asked))
			places[k] = place
			c.asked = append(c.asked, k)
		}
		c.asks[i] = place
	}
	return c
}

// flush sends what was handed out, on all processors.
func (h *hub) flush(crowds []*crowd) {
	const stride = 64
	for _, c := range crowds {
		var next atomic.Int64
		work := func() {
			for {
				to := int(next.Add(stride))
				from := to - stride
				if from >= len(c.followers) {
					return
				}
				for _, f := range c.followers[from:min(to, len(c.followers))] {
					f.reader.Flush()
				}
				runtime.Gosched() // what is to be told next may be on its way
			}
		}
		var others sync.WaitGroup
		for range min(runtime.GOMAXPROCS(0), (len(c.followers)+stride-1)/stride) - 1 {
			others.Go(work)
		}
		work()
		others.Wait()
		h.disperse(c)
	}
}

// spares is how many lists are kept to be used again.
const spares = 4

// disperse keeps a list to be used again.
func (h *hub) disperse(c *crowd) {
	list := c.followers
	c.followers = nil
	clear(list)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.spare) < spares && cap(list) <= 4*h.followers { // a crowd that has gone holds no memory
		h.spare = append(h.spare, list[:0])
	}
}
