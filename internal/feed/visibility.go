package feed

import (
	"context"
	"sync"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

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
