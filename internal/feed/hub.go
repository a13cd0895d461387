package feed

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
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

// group is all who follow the same.
type group struct {
	filter  Filter
	key     string
	members int // live or not
	live    []*follower
	now     *crowd // while it is being told of some acts
}

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

func (g *group) event(cursor string, a *Act) *Event {
	e := &Event{Cursor: cursor, Act: a}
	switch {
	case g.filter.Around != nil:
		e.About = *g.filter.Around
	case g.filter.Dialogue != nil:
		e.About = *g.filter.Dialogue
	}
	return e
}

// wording is a document that followers share.
type wording struct {
	document Document
	public   bool
	members  int
}

// viewer is an actor that followers share.
type viewer struct {
	actor   *policy.Actor
	key     string
	sight   string // the same for viewers who see the same: whose party and roles are the same
	members int
}

// told is an event as it is sent.
type told struct {
	text   []byte
	cursor string
}

func newHub(s *Service) *hub {
	return &hub{
		service: s, hole: rand.Text() + rand.Text(), reading: make(chan struct{}, readers),
		groups: map[string]*group{}, byID: map[uuid.UUID][]*group{}, wordings: map[string]*wording{}, viewers: map[string]*viewer{},
	}
}

// enter registers a follower that is not live yet.
func (h *hub) enter(f *follower, filter Filter, d Document) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.at = -1
	key := filter.key()
	if f.group = h.groups[key]; f.group == nil {
		f.group = &group{filter: filter, key: key}
		h.groups[key] = f.group
		h.index(f.group)
	}
	f.group.members++
	if f.words = h.wordings[d.Key()]; f.words == nil {
		f.words = &wording{document: d, public: d.Public()}
		h.wordings[d.Key()] = f.words
	}
	f.words.members++
	f.actor = f.seat.Actor()
	f.viewer = h.viewerOf(f.actor)
}

// viewerOf gives the viewer of an actor, and counts one more who holds it.
func (h *hub) viewerOf(a *policy.Actor) *viewer {
	sight := fmt.Sprintf("%s|%s|%s|%v|%s", a.Stakeholder, a.Kind, a.Status, a.Roles, a.System)
	key := a.Key() + "|" + sight
	v := h.viewers[key]
	if v == nil {
		v = &viewer{actor: a, key: key, sight: sight}
		h.viewers[key] = v
	}
	v.members++
	return v
}

func (h *hub) dropViewer(v *viewer) {
	if v.members--; v.members == 0 {
		delete(h.viewers, v.key)
	}
}

// index and unindex keep a group under the narrowest that its filter names.
func (h *hub) index(g *group) {
	ids := g.names()
	if len(ids) == 0 {
		h.any = append(h.any, g)
	}
	for _, id := range ids {
		h.byID[id] = append(h.byID[id], g)
	}
}

func (h *hub) unindex(g *group) {
	ids := g.names()
	if len(ids) == 0 {
		h.any = without(h.any, g)
	}
	for _, id := range ids {
		if h.byID[id] = without(h.byID[id], g); len(h.byID[id]) == 0 {
			delete(h.byID, id)
		}
	}
}

func without(list []*group, g *group) []*group {
	return slices.DeleteFunc(list, func(one *group) bool { return one == g })
}

func (g *group) names() []uuid.UUID {
	f := g.filter
	switch {
	case len(f.Subjects) > 0:
		return slices.CompactFunc(slices.SortedFunc(slices.Values(f.Subjects), func(x, y uuid.UUID) int { return slices.Compare(x[:], y[:]) }),
			func(x, y uuid.UUID) bool { return x == y })
	case f.Around != nil:
		return []uuid.UUID{*f.Around}
	case f.Dialogue != nil:
		return []uuid.UUID{*f.Dialogue}
	}
	return nil
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

// viewing gives the viewer of a follower, under the lock: another one if somebody else sits in its seat by now.
func (h *hub) viewing(f *follower) *viewer {
	if a := f.seat.Actor(); a != f.actor && !f.done.Load() {
		was := f.viewer
		f.actor, f.viewer = a, h.viewerOf(a)
		h.dropViewer(was)
	}
	return f.viewer
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

// candidates are the groups whose filter names something the act is about, and those that name nothing.
func (h *hub) candidates(a *db.Act) []*group {
	ids := []uuid.UUID{a.SubjectID}
	for _, id := range []*uuid.UUID{new(aboutOf(a)), a.DialogueID} {
		if id != nil && !slices.Contains(ids, *id) { // a comment on a dialogue names it twice
			ids = append(ids, *id)
		}
	}
	all := slices.Clone(h.any)
	for _, id := range ids {
		all = append(all, h.byID[id]...)
	}
	return all
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

// split cuts what was worded at the holes for the cursor.
func (h *hub) split(text []byte) [][]byte { return bytes.Split(text, []byte(h.hole)) }

// seal fills the holes with the cursor of a viewer.
func (h *hub) seal(parts [][]byte, g *group, v *viewer, a *db.Act) told {
	cursor := h.service.seal(scopeOf(v.actor.Key(), g.key), positionOf(a))
	if len(parts) == 1 {
		return told{parts[0], cursor}
	}
	return told{bytes.Join(parts, []byte(cursor)), cursor}
}

// sights tells who may see some acts: everybody, or which viewers. It asks once for all acts.
type sights struct {
	hub  *hub
	ctx  context.Context
	acts []*db.Act

	mu sync.Mutex
	by map[string]*sight
}

// sight is what those with the same rights see.
type sight struct {
	once sync.Once
	seen map[int64]*Act
	err  error
}

// everybody gives an act as a visitor may see it, or nil. What a visitor may see everybody may: no rule of the policy takes
// from those who sign in what it gives to all.
func (s *sights) everybody(a *db.Act) (*Act, error) { return s.look("", policy.Anonymous, a) }

// of gives an act as a viewer may see it, or nil.
func (s *sights) of(v *viewer, a *db.Act) (*Act, error) { return s.look(v.sight, *v.actor, a) }

func (s *sights) look(key string, as policy.Actor, a *db.Act) (*Act, error) {
	s.mu.Lock()
	one := s.by[key]
	if one == nil {
		one = &sight{}
		s.by[key] = one
	}
	s.mu.Unlock()
	one.once.Do(func() { one.seen, one.err = s.ask(as) })
	return one.seen[a.ID], one.err
}

func (s *sights) ask(as policy.Actor) (map[int64]*Act, error) {
	ctx, cancel := context.WithTimeout(policy.WithActor(s.ctx, as), timeout)
	defer cancel()
	for n := 1; ; n++ {
		seen, err := s.hub.service.authorise(ctx, s.acts)
		if err == nil {
			found := make(map[int64]*Act, len(seen))
			for _, a := range seen {
				found[a.ID] = a
			}
			return found, nil
		}
		if n == attempts || ctx.Err() != nil {
			return nil, err
		}
		pause(ctx)
	}
}

// notice is an act for a crowd, worded for all in it.
type notice struct {
	sights  *sights
	act     *db.Act
	to      *crowd
	answers []answer // to each thing that is asked

	mu     sync.Mutex
	shared map[*wording]*template
}

// answer is an event as one viewer is told it.
type answer struct {
	told
	hidden bool  // from this viewer
	err    error // why nobody can say
}

// template is an event worded for everybody, cut where the cursor goes; it is nil where viewers are told different things.
type template struct {
	once  sync.Once
	parts [][]byte
}

func notices(s *sights, concerns []concern) []*notice {
	var all []*notice
	for _, c := range concerns {
		for _, to := range c.crowds {
			all = append(all, &notice{sights: s, act: c.act, to: to, shared: map[*wording]*template{}})
		}
	}
	return all
}

// word words the act for each who asks.
func (n *notice) word() {
	n.answers = make([]answer, len(n.to.asked))
	severally(len(n.answers), func(i int) { n.answers[i] = n.answer(n.to.asked[i]) })
}

// severally does things a few at a time: they wait for the database more than they compute.
func severally(n int, do func(i int)) {
	const most = 4
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			do(i)
		}
	}
	var others sync.WaitGroup
	for range min(most, n) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}

func (n *notice) answer(k asked) answer {
	h, ctx := n.sights.hub, n.sights.ctx
	public, err := n.sights.everybody(n.act)
	if err != nil {
		return answer{err: err}
	}
	if public != nil && k.words.public {
		if parts := n.forAll(k.words, public); parts != nil {
			return answer{told: h.seal(parts, n.to.group, k.viewer, n.act)}
		}
	}
	seen := public
	if seen == nil || readsAll(*k.viewer.actor) { // who reads everything also sees its place in the log
		if seen, err = n.sights.of(k.viewer, n.act); seen == nil || err != nil {
			return answer{hidden: true, err: err}
		}
	}
	text, _ := k.words.document.Render(policy.WithActor(ctx, *k.viewer.actor), n.to.group.event(h.hole, seen))
	return answer{told: h.seal(h.split(text), n.to.group, k.viewer, n.act)}
}

func (n *notice) forAll(words *wording, public *Act) [][]byte {
	n.mu.Lock()
	t := n.shared[words]
	if t == nil {
		t = &template{}
		n.shared[words] = t
	}
	n.mu.Unlock()
	t.once.Do(func() {
		h := n.sights.hub
		ctx := policy.WithActor(n.sights.ctx, policy.Anonymous)
		if text, whole := words.document.Render(ctx, n.to.group.event(h.hole, public)); whole {
			t.parts = h.split(text)
		}
	})
	return t.parts
}

// leaveBehind lets a follower go on by itself from before an act: its reader has no room, or what it may see cannot be
// found out now.
func (h *hub) leaveBehind(f *follower, a *db.Act) {
	f.seq.Store(a.ID - 1)
	h.detach(f)
}
