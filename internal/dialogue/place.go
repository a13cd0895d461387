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

// Place loads a dialogue as a place inside a use case, and keeps it as it is.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	space, err := s.open(ctx, tx, id, s.store.ForShare)
	if err != nil {
		return access.Place{}, err
	}
	return s.placeOf(policy.ActorFrom(ctx), space), nil
}

// Places reads dialogues as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	spaces, err := s.Spaces(ctx, ids)
	if err != nil {
		return nil, err
	}
	places := make(map[uuid.UUID]access.Place, len(spaces))
	for id, space := range spaces {
		places[id] = s.placeOf(policy.ActorFrom(ctx), space)
	}
	return places, nil
}

// InVisible asks for a column to name a dialogue that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return noun.InVisible(a, column)
}

// Version is missing: a dialogue has one text.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

func (s *Service) placeOf(a policy.Actor, space Space) access.Place {
	at := access.Place{Dialogue: &space.ID, Party: space.ConvenorID, Text: string(space.Brief), Facts: noun.Subject(a, space).Facts | policy.Shown, Ended: space.ended()}
	if s.Reads(a, space) {
		at.Facts |= policy.InSight
	}
	return at
}
