package assessment

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Place loads an assessment as something to comment on.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	row, err := s.Load(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return placeOf(policy.ActorFrom(ctx), row.Assessment), nil
}

// Places reads assessments, which are visible already, as what comments are about.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.store, noun.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	places := make(map[uuid.UUID]access.Place, len(rows))
	for id, row := range rows {
		places[id] = placeOf(policy.ActorFrom(ctx), row)
	}
	return places, nil
}

// InVisible asks for a column to name an assessment that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return noun.InVisible(a, column)
}

// Version is missing: comments do not quote versions of assessments.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

func placeOf(a policy.Actor, row *db.Assessment) access.Place {
	at := access.Place{Facts: access.Outside(a)}
	if row.State != enum.AssessmentStatePublished {
		at.Facts &^= policy.Shown
	}
	return at
}
