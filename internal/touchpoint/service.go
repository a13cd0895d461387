package touchpoint

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/touchpoint"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Journeys are what touchpoints are of.
type Journeys interface {
	// Place loads a journey inside a use case, and keeps it as it is.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Service reads touchpoints, and is where they are commented on. Package journey writes them.
type Service struct {
	access.Frame[db.Touchpoint, placed]
	journeys Journeys
}

// New makes the service.
func New(s *store.Store, f Journeys) *Service {
	n := &Service{journeys: f}
	n.Frame = access.Frame[db.Touchpoint, placed]{Noun: nounOf(f), Store: s, Fetch: n.fetch}
	return n
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Touchpoint.Get(ctx, id)
	if err != nil {
		return placed{}, err
	}
	at, err := s.journeys.Place(ctx, tx, row.JourneyID) // before the touchpoint, as an edit of the journey locks them
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Touchpoint.Query().Where(touchpoint.ID(id), s.Store.ForShare).Only(ctx)
	return placed{row, at}, err
}

// Place loads a touchpoint as a place inside a use case, and keeps it and its journey as they are.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return p.place(), nil
}

// Places reads touchpoints as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.Store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	list := make([]*db.Touchpoint, 0, len(rows))
	for _, row := range rows {
		list = append(list, row)
	}
	all, err := s.around(ctx, list)
	places := make(map[uuid.UUID]access.Place, len(all))
	for _, p := range all {
		places[p.ID] = p.place()
	}
	return places, err
}

// Text gives what can be quoted of a touchpoint.
func (s *Service) Text(ctx context.Context, tx *db.Tx, id uuid.UUID) (string, error) {
	row, err := tx.Touchpoint.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return string(row.Stimulus), nil
}

// Version says that no earlier text of a touchpoint can be quoted.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

// place is a touchpoint as a place for comments: as its journey, while it is in there.
func (p placed) place() access.Place {
	at := p.at
	at.Version = nil
	if p.State == enum.TouchpointStateRemoved {
		at.Facts.Remove(policy.Shown)
		at.Asks = false
	}
	return at
}
