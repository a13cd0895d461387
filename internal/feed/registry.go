package feed

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fair"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// registry knows who follows what: the follower groups, and the documents and viewers that followers share. The hub's lock
// guards it.
type registry struct {
	groups    map[string]*group
	byID      map[uuid.UUID][]*group // by the narrowest part of their filter
	unindexed []*group               // those whose filter names no id
	documents map[string]*sharedDocument
	viewers   map[string]*viewer
	own       map[fair.Caller]map[event]int // what the hub renders for each caller, and for how many live followers
}

// event is what the hub renders of an act once for all followers, or once for each viewer.
type event struct {
	group    *group
	document *sharedDocument
}

// group is all followers with the same filter.
type group struct {
	filter  Filter
	key     string
	members int // live or not
	live    []*follower
	now     *recipients // while acts are matched
}

func (g *group) event(cursor string, a *Act) *Event {
	e := &Event{Cursor: cursor, Act: a}
	switch {
	case g.filter.Among != nil:
		e.About = g.filter.Among.of(a.Act)
	case g.filter.Around != nil:
		e.About = *g.filter.Around
	case g.filter.Dialogue != nil:
		e.About = *g.filter.Dialogue
	}
	return e
}

// sharedDocument is a document that followers share.
type sharedDocument struct {
	Document
	public  bool
	members int
}

// viewer is an actor that followers share.
type viewer struct {
	actor   *policy.Actor
	seat    atomic.Pointer[policy.Seat] // of the follower that came last
	key     string
	rights  string // party, roles, scopes and the like: viewers with the same rights see the same acts
	members int
}

func newRegistry() registry {
	return registry{
		groups: map[string]*group{}, byID: map[uuid.UUID][]*group{}, documents: map[string]*sharedDocument{}, viewers: map[string]*viewer{},
		own: map[fair.Caller]map[event]int{},
	}
}

// mayShare reports whether the hub renders what a follower asks for.
func (r *registry) mayShare(f *follower) bool {
	own := r.own[f.caller]
	return len(own) < maxOwn || own[event{f.group, f.document}] > 0
}

// share counts a follower that goes live, or one less.
func (r *registry) share(f *follower, n int) {
	own, e := r.own[f.caller], event{f.group, f.document}
	if own == nil {
		own = map[event]int{}
		r.own[f.caller] = own
	}
	if own[e] += n; own[e] == 0 {
		delete(own, e)
	}
	if len(own) == 0 {
		delete(r.own, f.caller)
	}
}

func (r *registry) add(f *follower, filter Filter, d Document) {
	key := filter.key()
	if f.group = r.groups[key]; f.group == nil {
		f.group = &group{filter: filter, key: key}
		r.groups[key] = f.group
		r.index(f.group)
	}
	f.group.members++
	if f.document = r.documents[d.Key()]; f.document == nil {
		f.document = &sharedDocument{Document: d, public: d.Public()}
		r.documents[d.Key()] = f.document
	}
	f.document.members++
	f.actor = f.seat.Actor()
	f.viewer = r.holdViewer(f.actor, f.seat)
}

func (r *registry) remove(f *follower) {
	if f.group.members--; f.group.members == 0 {
		delete(r.groups, f.group.key)
		r.unindex(f.group)
	}
	if f.document.members--; f.document.members == 0 {
		delete(r.documents, f.document.Key())
	}
	r.dropViewer(f.viewer)
}

// viewerOf gives the viewer of a follower now: another one if the person in its seat has changed.
func (r *registry) viewerOf(f *follower) *viewer {
	if a := f.seat.Actor(); a != f.actor && !f.done.Load() {
		was := f.viewer
		f.actor, f.viewer = a, r.holdViewer(a, f.seat)
		r.dropViewer(was)
	}
	return f.viewer
}

// context puts the viewer into a context, with how it has proved who it is, which the addresses of files are made from.
func (v *viewer) context(ctx context.Context) context.Context {
	return policy.WithProof(ctx, *v.actor, v.seat.Load().Proof())
}

// holdViewer gives the viewer of an actor and counts one more holder.
func (r *registry) holdViewer(a *policy.Actor, seat *policy.Seat) *viewer {
	rights := fmt.Sprintf("%s|%s|%s|%v|%v|%s", a.Stakeholder, a.Kind, a.Status, a.Roles, a.Scopes, a.System)
	key := a.Key() + "|" + rights
	v := r.viewers[key]
	if v == nil {
		v = &viewer{actor: a, key: key, rights: rights}
		r.viewers[key] = v
	}
	v.seat.Store(seat)
	v.members++
	return v
}

func (r *registry) dropViewer(v *viewer) {
	if v.members--; v.members == 0 {
		delete(r.viewers, v.key)
	}
}

// candidates are the groups whose filter names something the act is about, and those that name nothing.
func (r *registry) candidates(a *db.Act) []*group {
	ids := []uuid.UUID{a.SubjectID}
	for _, id := range []*uuid.UUID{new(aboutOf(a)), a.DialogueID} {
		if id != nil && !slices.Contains(ids, *id) { // a comment on a dialogue names it twice
			ids = append(ids, *id)
		}
	}
	all := slices.Clone(r.unindexed)
	for _, id := range ids {
		all = append(all, r.byID[id]...)
	}
	return all
}

func (r *registry) index(g *group) {
	ids := g.ids()
	if len(ids) == 0 {
		r.unindexed = append(r.unindexed, g)
	}
	for _, id := range ids {
		r.byID[id] = append(r.byID[id], g)
	}
}

func (r *registry) unindex(g *group) {
	ids := g.ids()
	if len(ids) == 0 {
		r.unindexed = without(r.unindexed, g)
	}
	for _, id := range ids {
		if r.byID[id] = without(r.byID[id], g); len(r.byID[id]) == 0 {
			delete(r.byID, id)
		}
	}
}

func without(list []*group, g *group) []*group {
	return slices.DeleteFunc(list, func(one *group) bool { return one == g })
}

// ids are the narrowest that the filter names.
func (g *group) ids() []uuid.UUID {
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
