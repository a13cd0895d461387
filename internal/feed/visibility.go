package feed

import (
	"context"
	"sync"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// visibility finds out who may see some acts. It checks all acts at once, and once for all viewers with the same rights.
type visibility struct {
	service *Service
	ctx     context.Context
	acts    []*db.Act

	mu       sync.Mutex
	byRights map[string]*visibleActs
	byGroup  map[*group]*keptActs
}

// keptActs are the acts that are on things that a filter keeps.
type keptActs struct {
	once sync.Once
	ids  map[int64]bool
	err  error
}

// keeps tells whether the filter of a group keeps an act that it matches.
func (v *visibility) keeps(g *group, a *db.Act) (bool, error) {
	if g.filter.Among == nil {
		return true, nil
	}
	v.mu.Lock()
	kept := v.byGroup[g]
	if kept == nil {
		kept = &keptActs{ids: map[int64]bool{}}
		v.byGroup[g] = kept
	}
	v.mu.Unlock()
	kept.once.Do(func() {
		ctx, cancel := context.WithTimeout(v.ctx, timeout)
		defer cancel()
		var of []*db.Act
		for _, one := range v.acts {
			if g.filter.matches(one) {
				of = append(of, one)
			}
		}
		of, kept.err = g.filter.kept(ctx, of)
		for _, one := range of {
			kept.ids[one.ID] = true
		}
	})
	return kept.ids[a.ID], kept.err
}

// visibleActs are the acts that viewers with the same rights see.
type visibleActs struct {
	once sync.Once
	byID map[int64]*Act
	err  error
}

// toVisitors gives an act as a visitor sees it, or nil. Everybody may see what a visitor may: no rule of the policy denies
// to those who sign in what it allows to all.
func (v *visibility) toVisitors(a *db.Act) (*Act, error) { return v.check("", policy.Anonymous, a) }

// to gives an act as a viewer sees it, or nil.
func (v *visibility) to(w *viewer, a *db.Act) (*Act, error) { return v.check(w.rights, *w.actor, a) }

func (v *visibility) check(rights string, as policy.Actor, a *db.Act) (*Act, error) {
	v.mu.Lock()
	visible := v.byRights[rights]
	if visible == nil {
		visible = &visibleActs{}
		v.byRights[rights] = visible
	}
	v.mu.Unlock()
	visible.once.Do(func() { visible.byID, visible.err = v.query(as) })
	return visible.byID[a.ID], visible.err
}

func (v *visibility) query(as policy.Actor) (map[int64]*Act, error) {
	ctx, cancel := context.WithTimeout(policy.WithActor(v.ctx, as), timeout)
	defer cancel()
	for n := 1; ; n++ {
		seen, err := v.service.authorise(ctx, v.acts)
		if err == nil {
			byID := make(map[int64]*Act, len(seen))
			for _, a := range seen {
				byID[a.ID] = a
			}
			return byID, nil
		}
		if n == attempts || ctx.Err() != nil {
			return nil, err
		}
		pause(ctx, retryAfter)
	}
}
