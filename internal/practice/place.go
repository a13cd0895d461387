package practice

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/practice"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Place loads a practice as a place inside a use case, and keeps it as it is until the end.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	row, err := tx.Practice.Query().Where(practice.ID(id), s.store.ForShare).Only(ctx)
	if err != nil {
		return access.Place{}, err
	}
	return placeOf(policy.ActorFrom(ctx), row), nil
}

// Places reads practices as places.
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

// InVisible asks for a column to name a practice that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return noun.InVisible(a, column)
}

// Version is missing: comments do not quote versions of practices.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

func placeOf(a policy.Actor, row *db.Practice) access.Place {
	at := access.Place{Party: row.FirmID, Text: string(row.Description), Facts: access.Outside(a) | noun.Subject(a, row).Facts}
	if row.State == enum.PracticeStateProposed {
		at.Facts &^= policy.Shown
	}
	if noun.Reads(a, row) {
		at.Facts |= policy.InSight
	}
	return at
}
