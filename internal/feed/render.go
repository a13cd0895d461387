package feed

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// message is an event as it is sent.
type message struct {
	text   []byte
	cursor string
}

// delivery is an act for the recipients in one group, rendered for all of them.
type delivery struct {
	hub        *hub
	ctx        context.Context
	visible    *visibility
	act        *db.Act
	to         *recipients
	renderings []rendering // one for each variant

	mu     sync.Mutex
	shared map[*sharedDocument]*template
}

// rendering is an event as one viewer gets it.
type rendering struct {
	message
	hidden bool  // from this viewer
	err    error // why it is not known what the viewer may see
}

// template is an event rendered for everybody, cut where the cursor goes. It is nil where viewers get different texts.
type template struct {
	once  sync.Once
	parts [][]byte
}

func newDeliveries(ctx context.Context, h *hub, matches []match) []*delivery {
	v := &visibility{service: h.service, ctx: ctx, byRights: map[string]*visibleActs{}, byGroup: map[*group]*keptActs{}}
	var all []*delivery
	for _, m := range matches {
		v.acts = append(v.acts, m.act)
		for _, to := range m.to {
			all = append(all, &delivery{hub: h, ctx: ctx, visible: v, act: m.act, to: to, shared: map[*sharedDocument]*template{}})
		}
	}
	return all
}

func (d *delivery) render() {
	d.renderings = make([]rendering, len(d.to.variants))
	inParallel(len(d.renderings), func(i int) { d.renderings[i] = d.renderOne(d.to.variants[i]) })
}

// inParallel runs calls a few at a time: they wait for the database more than they compute.
func inParallel(n int, do func(i int)) {
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

func (d *delivery) renderOne(v variant) rendering {
	if kept, err := d.visible.keeps(d.to.group, d.act); !kept || err != nil {
		return rendering{hidden: true, err: err}
	}
	public, err := d.visible.toVisitors(d.act)
	if err != nil {
		return rendering{err: err}
	}
	if public != nil && v.document.public {
		if parts := d.renderShared(v.document, public); parts != nil {
			return rendering{message: d.hub.seal(parts, v.viewer, d.act)}
		}
	}
	seen := public
	if seen == nil {
		if seen, err = d.visible.to(v.viewer, d.act); seen == nil || err != nil {
			return rendering{hidden: true, err: err}
		}
	}
	text, _ := v.document.Render(v.viewer.context(d.ctx), d.to.group.event(d.hub.placeholder, seen))
	return rendering{message: d.hub.seal(d.hub.split(text), v.viewer, d.act)}
}

func (d *delivery) renderShared(document *sharedDocument, public *Act) [][]byte {
	d.mu.Lock()
	t := d.shared[document]
	if t == nil {
		t = &template{}
		d.shared[document] = t
	}
	d.mu.Unlock()
	t.once.Do(func() {
		ctx := policy.WithActor(d.ctx, policy.Anonymous)
		if text, whole := document.Render(ctx, d.to.group.event(d.hub.placeholder, public)); whole {
			t.parts = d.hub.split(text)
		}
	})
	return t.parts
}

// split cuts a rendered text at the placeholders for the cursor.
func (h *hub) split(text []byte) [][]byte { return bytes.Split(text, []byte(h.placeholder)) }

// seal puts a viewer's cursor in place of the placeholders.
func (h *hub) seal(parts [][]byte, v *viewer, a *db.Act) message {
	cursor := h.service.seal(scopeOf(v.actor.Key()), actlog.PositionOf(a))
	if len(parts) == 1 {
		return message{parts[0], cursor}
	}
	return message{bytes.Join(parts, []byte(cursor)), cursor}
}
