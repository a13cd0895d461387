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
}

// group is all who follow the same.
type group struct {
	filter  Filter
	key     string
	members int // live or not
	live    []*follower
	now     []*follower // those that were live when the present acts were taken; of the goroutine that hands out
	touched bool        // is told of one of the present acts
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
	case h.stop == nil:
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
	h.rest()
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
	h.rest()
}

// rest stops the hub when nobody is live.
func (h *hub) rest() {
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

// run hands out acts as they come, until ctx ends.
func (h *hub) run(ctx context.Context, shift int, seq int64) {
	h.working.Lock()
	defer h.working.Unlock()
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
			h.handOut(ctx, shift, acts, seq)
		}
	}
}

func pause(ctx context.Context) {
	select {
	case <-time.After(patience):
	case <-ctx.Done():
	}
}

// concern is an act with those it may concern.
type concern struct {
	act    *db.Act
	groups []*group
}

// handOut gives some acts to all whom they concern, and then sends.
func (h *hub) handOut(ctx context.Context, shift int, acts []*db.Act, seq int64) {
	concerns, touched := h.take(shift, acts, seq)
	if len(concerns) == 0 {
		return
	}
	s := &sights{hub: h, ctx: ctx, by: map[string]map[int64]*Act{}}
	for _, c := range concerns {
		s.acts = append(s.acts, c.act)
	}
	r := round{hub: h, sights: s}
	for _, c := range concerns {
		for _, g := range c.groups {
			r.tell(c.act, g)
		}
	}
	h.flush(touched)
}

// take moves the hub's place behind the acts and finds whom they concern.
func (h *hub) take(shift int, acts []*db.Act, seq int64) ([]concern, []*group) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stop == nil || h.shift != shift {
		return nil, nil // everybody has left; another may run already
	}
	h.seq = seq
	var concerns []concern
	var touched []*group
	for _, a := range acts {
		c := concern{act: a}
		for _, g := range h.candidates(a) {
			if len(g.live) == 0 || !g.filter.matches(a) {
				continue
			}
			c.groups = append(c.groups, g)
			if !g.touched {
				g.touched = true
				touched = append(touched, g)
			}
		}
		if len(c.groups) > 0 {
			concerns = append(concerns, c)
		}
	}
	for _, g := range touched {
		g.touched = false
		g.now = append(g.now[:0], g.live...)
		for _, f := range g.now {
			h.viewing(f)
		}
	}
	return concerns, touched
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
func (h *hub) flush(touched []*group) {
	const stride = 64
	for _, g := range touched {
		var next atomic.Int64
		work := func() {
			for {
				to := int(next.Add(stride))
				from := to - stride
				if from >= len(g.now) {
					return
				}
				for _, f := range g.now[from:min(to, len(g.now))] {
					f.reader.Flush()
				}
				runtime.Gosched() // what is to be told next may be on its way
			}
		}
		var others sync.WaitGroup
		for range min(runtime.GOMAXPROCS(0), (len(g.now)+stride-1)/stride) - 1 {
			others.Go(work)
		}
		work()
		others.Wait()
		clear(g.now)
		if cap(g.now) > 4*len(g.now) { // a crowd that has gone holds no memory
			g.now = nil
		}
	}
}

// split cuts what was worded at the holes for the cursor.
func (h *hub) split(text []byte) [][]byte { return bytes.Split(text, []byte(h.hole)) }

// seal fills the holes with the cursor of a viewer.
func (h *hub) seal(parts [][]byte, g *group, v *viewer, seq int64) told {
	cursor := h.service.seal(scopeOf(v.actor.Key(), g.key), seq)
	if len(parts) == 1 {
		return told{parts[0], cursor}
	}
	return told{bytes.Join(parts, []byte(cursor)), cursor}
}

// sights tells who may see some acts: everybody, or which viewers. It asks once for all acts.
type sights struct {
	hub    *hub
	ctx    context.Context
	acts   []*db.Act
	public map[int64]*Act // what a visitor may see, and so everybody
	by     map[string]map[int64]*Act
}

// everybody tells whether a visitor may see an act. What a visitor may see everybody may: no rule of the policy takes from
// those who sign in what it gives to all.
func (s *sights) everybody(a *db.Act) (*Act, error) {
	if s.public == nil {
		var err error
		if s.public, err = s.ask(policy.Anonymous); err != nil {
			return nil, err
		}
	}
	return s.public[a.ID], nil
}

// of gives an act as a viewer may see it, or nil.
func (s *sights) of(v *viewer, a *db.Act) (*Act, error) {
	seen, ok := s.by[v.sight]
	if !ok {
		var err error
		if seen, err = s.ask(*v.actor); err != nil {
			return nil, err
		}
		s.by[v.sight] = seen
	}
	return seen[a.ID], nil
}

func (s *sights) ask(a policy.Actor) (map[int64]*Act, error) {
	ctx, cancel := context.WithTimeout(policy.WithActor(s.ctx, a), timeout)
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

// round hands out some acts.
type round struct {
	hub    *hub
	sights *sights
}

type asked struct {
	viewer *viewer
	words  *wording
}

// tell gives an act to a group: to each viewer who may see it, worded as they asked.
func (r round) tell(a *db.Act, g *group) {
	shared := map[*wording][][]byte{}
	own := map[asked]answer{}
	for _, f := range g.now {
		if f.done.Load() || f.apart.Load() || a.ID <= f.seq.Load() {
			continue
		}
		k := asked{f.viewer, f.words}
		t, known := own[k]
		if !known {
			t = r.word(a, g, k, shared)
			own[k] = t
		}
		if t.err != nil || !t.hidden && !f.reader.Offer(t.text, t.cursor) {
			r.leaveBehind(f, a)
		}
	}
}

// leaveBehind lets a follower go on by itself from before an act: its reader has no room, or what it may see cannot be
// found out now.
func (r round) leaveBehind(f *follower, a *db.Act) {
	f.seq.Store(a.ID - 1)
	r.hub.detach(f)
}

// answer is an event as one viewer is told it.
type answer struct {
	told
	hidden bool  // from this viewer
	err    error // why nobody can say
}

func (r round) word(a *db.Act, g *group, k asked, shared map[*wording][][]byte) answer {
	h := r.hub
	public, err := r.sights.everybody(a)
	if err != nil {
		return answer{err: err}
	}
	if public != nil && k.words.public {
		parts, tried := shared[k.words]
		if !tried {
			text, whole := k.words.document.Render(policy.WithActor(r.sights.ctx, policy.Anonymous), g.event(h.hole, public))
			if whole {
				parts = h.split(text)
			}
			shared[k.words] = parts
		}
		if parts != nil {
			return answer{told: h.seal(parts, g, k.viewer, a.ID)}
		}
	}
	seen := public
	if seen == nil || readsAll(*k.viewer.actor) { // who reads everything also sees its place in the log
		if seen, err = r.sights.of(k.viewer, a); seen == nil || err != nil {
			return answer{hidden: true, err: err}
		}
	}
	text, _ := k.words.document.Render(policy.WithActor(r.sights.ctx, *k.viewer.actor), g.event(h.hole, seen))
	return answer{told: h.seal(h.split(text), g, k.viewer, a.ID)}
}
