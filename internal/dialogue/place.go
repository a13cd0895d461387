package dialogue

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Place loads a dialogue as something to comment on.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	space, err := s.Enter(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return placeOf(policy.ActorFrom(ctx), space), nil
}

// Places reads dialogues, which are visible already, as what comments are about.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	spaces, err := s.Spaces(ctx, ids)
	if err != nil {
		return nil, err
	}
	places := make(map[uuid.UUID]access.Place, len(spaces))
	for id, space := range spaces {
		places[id] = placeOf(policy.ActorFrom(ctx), space)
	}
	return places, nil
}

// InVisible asks for a column to name a dialogue that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond { return InVisible(a, column) }

// Version is missing: a dialogue has one text.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

func placeOf(a policy.Actor, s Space) access.Place {
	return access.Place{Dialogue: &s.ID, Text: s.Brief, Facts: s.Facts(a) | policy.Shown | policy.InSight}
}
