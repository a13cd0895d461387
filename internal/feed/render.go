package feed

import (
	"bytes"
	"sync"
	"sync/atomic"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// told is an event as it is sent.
type told struct {
	text   []byte
	cursor string
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
