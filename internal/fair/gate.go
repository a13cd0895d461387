// Package fair shares a fixed number of places between callers, so that one who wants many cannot keep the others out. It
// uses no clock and does not know what the places are for.
//
// No caller may hold more than its share of the places, so another caller usually finds one free. When none is free, callers
// wait, and the next place goes to the one that holds the smallest part of its share. Among equals a change comes before a
// read and a read before a report, and then the caller comes first that got its last place longest ago. Requests of one
// caller for one kind of place keep their order.
package fair

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

// Kind is what a place is wanted for.
type Kind uint8

// The kinds, in the order in which callers with equal claims get a place.
const (
	Change Kind = iota
	Read
	Report // reads much, such as an export
	kinds
)

// Rules say how many places there are and how many requests may wait.
type Rules struct {
	Places  int
	Most    Each // places for each kind; a kind with 0 may use all
	Queue   int  // how many requests of one caller may wait; 0 for any number
	Waiting int  // how many of all callers together; 0 for any number
}

// Each is a number for each kind.
type Each [kinds]int

// Party is a caller, or a group of callers such as an organisation.
type Party struct {
	Key   string
	Share int // percent of the places, and of the places for each kind, that it may hold; 0 means HalfShare
}

// HalfShare is the usual share. One caller then always leaves half of the places to the others, also when what it asks for
// takes long.
const HalfShare = 50

// Caller is who asks for a place.
type Caller struct {
	Party
	Group Party // whose shares the caller uses, too; the zero Party for none
}

// ErrFull says that so many requests wait that another may not.
var ErrFull = errors.New("too many requests are waiting")

// Gate shares places. It is safe for concurrent use.
type Gate struct {
	rules Rules

	mu      sync.Mutex
	use     use
	waiting int
	parties map[identity]*party // those that hold a place or wait for one
	queue   []*party            // those that wait
	granted uint64              // counts the places that were taken
	came    uint64              // counts the requests that had to wait
	spare   *party              // for reuse: a caller that comes and goes costs no memory
}

// New makes a gate.
func New(r Rules) *Gate {
	r.Places = max(r.Places, 1)
	for k := range r.Most {
		if r.Most[k] <= 0 || r.Most[k] > r.Places {
			r.Most[k] = r.Places
		}
	}
	return &Gate{rules: r, parties: make(map[identity]*party)}
}

// use counts places that are taken.
type use struct {
	all  int
	each Each
}

func (u *use) add(k Kind, n int) {
	u.all += n
	u.each[k] += n
}

type identity struct{ group, key string }

// party is a caller or a group while it holds places or waits for one.
type party struct {
	identity
	share   int
	use     use
	turn    uint64           // when it got its last place
	group   *party           // of a caller; nil for none
	members int              // of a group: the callers that are present
	lines   [kinds][]*Waiter // of a caller
	waiting int
	next    *party // in the list of spare ones
}

// Place is a place that was taken.
type Place struct {
	holder *party
	kind   Kind
}

// Waiter is a request that waits for a place.
type Waiter struct {
	party *party
	kind  Kind
	came  uint64
	ready chan struct{} // closed when it has its place
	done  bool          // it has its place; the gate's lock guards it
}

// Enter takes a place. If the caller may have none now, it waits in the queue, and Wait tells when its turn comes. The error
// is ErrFull if the queue is full.
func (g *Gate) Enter(c Caller, k Kind) (Place, *Waiter, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.enter(g.find(c), k)
}

// Acquire takes a place, and waits for it until ctx ends.
func (g *Gate) Acquire(ctx context.Context, c Caller, k Kind) (Place, error) {
	p, w, err := g.Enter(c, k)
	if w != nil {
		return g.Wait(ctx, w)
	}
	return p, err
}

// Wait waits for the turn of a request. If ctx ends first, the request leaves the queue.
func (g *Gate) Wait(ctx context.Context, w *Waiter) (Place, error) {
	select {
	case <-w.ready:
	case <-ctx.Done():
		g.abandon(w)
		return Place{}, ctx.Err()
	}
	return Place{w.party, w.kind}, nil
}

// Become turns a place into one of another kind. If the caller may not have one now, it gives the place back and waits in the
// queue; if the queue is full, it has no place any more.
func (g *Gate) Become(p Place, k Kind) (Place, *Waiter, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count(p.holder, p.kind, -1)
	changed, w, err := g.enter(p.holder, k)
	g.admit()
	return changed, w, err
}

// Leave gives a place back, to whoever is next.
func (g *Gate) Leave(p Place) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count(p.holder, p.kind, -1)
	g.forget(p.holder)
	g.admit()
}

// Counts tells how many places are taken and how many requests wait.
func (g *Gate) Counts() (taken, waiting int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.use.all, g.waiting
}

// enter takes a place or a seat in the queue. A place that is free to this caller is one that nobody in the queue may have:
// each change lets in all who may come in.
func (g *Gate) enter(p *party, k Kind) (Place, *Waiter, error) {
	if g.mayHave(p, k) {
		g.take(p, k)
		return Place{p, k}, nil, nil
	}
	r := &g.rules
	if r.Waiting > 0 && g.waiting >= r.Waiting || r.Queue > 0 && p.waiting >= r.Queue {
		g.forget(p)
		return Place{}, nil, ErrFull
	}
	g.came++
	w := &Waiter{party: p, kind: k, came: g.came, ready: make(chan struct{})}
	if p.waiting == 0 {
		g.queue = append(g.queue, p)
	}
	p.lines[k] = append(p.lines[k], w)
	p.waiting++
	g.waiting++
	return Place{}, w, nil
}

// mayHave reports whether a caller may have a place now.
func (g *Gate) mayHave(p *party, k Kind) bool {
	all, kind := g.rules.Places, g.rules.Most[k]
	if g.use.all >= all || g.use.each[k] >= kind {
		return false
	}
	for ; p != nil; p = p.group {
		if p.use.all >= shareOf(p, all) || p.use.each[k] >= shareOf(p, kind) {
			return false
		}
	}
	return true
}

// shareOf is how many of n places a party may hold. A single place is never too much.
func shareOf(p *party, n int) int { return max(1, n*p.share/100) }

func (g *Gate) take(p *party, k Kind) {
	g.count(p, k, 1)
	g.granted++
	for ; p != nil; p = p.group {
		p.turn = g.granted
	}
}

func (g *Gate) count(p *party, k Kind, n int) {
	g.use.add(k, n)
	for ; p != nil; p = p.group {
		p.use.add(k, n)
	}
}

// admit lets in all who may come in.
func (g *Gate) admit() {
	for g.waiting > 0 && g.use.all < g.rules.Places {
		w := g.first()
		if w == nil {
			return
		}
		g.dequeue(w)
		g.take(w.party, w.kind)
		w.done = true
		close(w.ready)
	}
}

// first is the request whose turn it is, or nil if none may come in.
func (g *Gate) first() *Waiter {
	var first *Waiter
	for _, p := range g.queue {
		for k := range kinds {
			if line := p.lines[k]; len(line) > 0 && g.mayHave(p, k) && (first == nil || isBefore(line[0], first)) {
				first = line[0]
			}
		}
	}
	return first
}

// isBefore reports whether it is a's turn rather than b's.
func isBefore(a, b *Waiter) bool {
	p, q := a.party, b.party
	return cmp.Or(
		compareUse(p.top(), q.top()), compareUse(p, q), cmp.Compare(a.kind, b.kind),
		cmp.Compare(p.top().turn, q.top().turn), cmp.Compare(p.turn, q.turn), cmp.Compare(a.came, b.came),
	) < 0
}

// compareUse compares which parts of their shares two parties hold.
func compareUse(p, q *party) int { return cmp.Compare(p.use.all*q.share, q.use.all*p.share) }

// top is the group of a caller, or a caller without one itself.
func (p *party) top() *party {
	if p.group != nil {
		return p.group
	}
	return p
}

// abandon takes a request out of the queue, or gives back the place that it has just got.
func (g *Gate) abandon(w *Waiter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.done {
		g.count(w.party, w.kind, -1)
	} else {
		g.dequeue(w)
	}
	g.forget(w.party)
	g.admit()
}

func (g *Gate) dequeue(w *Waiter) {
	p := w.party
	i := slices.Index(p.lines[w.kind], w)
	p.lines[w.kind] = slices.Delete(p.lines[w.kind], i, i+1)
	p.waiting--
	g.waiting--
	if p.waiting == 0 {
		i := slices.Index(g.queue, p)
		g.queue = slices.Delete(g.queue, i, i+1)
	}
}

// find gives the party of a caller.
func (g *Gate) find(c Caller) *party {
	id := identity{c.Group.Key, c.Key}
	if p := g.parties[id]; p != nil {
		return p
	}
	p := g.add(id, c.Share)
	if c.Group.Key != "" {
		of := identity{group: c.Group.Key}
		if p.group = g.parties[of]; p.group == nil {
			p.group = g.add(of, c.Group.Share)
		}
		p.group.members++
	}
	return p
}

func (g *Gate) add(id identity, share int) *party {
	p := g.spare
	if p == nil {
		p = &party{}
	} else {
		g.spare, p.next = p.next, nil
	}
	if share <= 0 {
		share = HalfShare
	}
	p.identity, p.share = id, min(share, 100)
	g.parties[id] = p
	return p
}

// forget drops a party that neither holds a place nor waits for one.
func (g *Gate) forget(p *party) {
	if p.use.all > 0 || p.waiting > 0 || p.members > 0 {
		return
	}
	delete(g.parties, p.identity)
	group, lines := p.group, p.lines
	*p = party{lines: lines, next: g.spare}
	g.spare = p
	if group != nil {
		group.members--
		g.forget(group)
	}
}
