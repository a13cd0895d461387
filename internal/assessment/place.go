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

// Place loads an assessment as a place inside a use case, and locks it.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return s.placeOf(policy.ActorFrom(ctx), p), nil
}

// Places reads assessments, which are visible already, as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	firms := make([]uuid.UUID, 0, len(rows))
	for _, row := range rows {
		firms = append(firms, row.FirmID)
	}
	near, err := s.near(ctx, s.store.Query, firms)
	places := make(map[uuid.UUID]access.Place, len(rows))
	for id, row := range rows {
		places[id] = s.placeOf(policy.ActorFrom(ctx), placed{Assessment: row, subject: access.Place{Facts: policy.InSight}, near: near[row.FirmID]})
	}
	return places, err
}

// InVisible asks for a column to name an assessment that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return s.Noun.InVisible(a, column)
}

// Text is empty: an assessment has no text to quote from.
func (s *Service) Text(context.Context, *db.Tx, uuid.UUID) (string, error) { return "", nil }

// Version is missing: comments do not quote versions of assessments.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

func (s *Service) placeOf(a policy.Actor, p placed) access.Place {
	at := access.Place{Party: p.FirmID, Facts: access.Outside(a)}
	if p.State != enum.ImpactAssessmentStatePublished {
		at.Facts &^= policy.Shown
	}
	if s.Reads(a, p) {
		at.Facts |= policy.InSight
	}
	return at
}
