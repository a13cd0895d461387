package feed

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// group is all who follow the same.
type group struct {
	filter  Filter
	key     string
	members int // live or not
	live    []*follower
	now     *crowd // while it is being told of some acts
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

// viewing gives the viewer of a follower, under the lock: another one if somebody else sits in its seat by now.
func (h *hub) viewing(f *follower) *viewer {
	if a := f.seat.Actor(); a != f.actor && !f.done.Load() {
		was := f.viewer
		f.actor, f.viewer = a, h.viewerOf(a)
		h.dropViewer(was)
	}
	return f.viewer
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
