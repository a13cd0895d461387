package principle

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/principle"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Frameworks are what principles are of.
type Frameworks interface {
	// Place loads a framework inside a use case, and keeps it as it is.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Service reads principles, and is where they are commented on. Package framework writes them.
type Service struct {
	access.Frame[db.Principle, placed]
	frameworks Frameworks
}

// New makes the service.
func New(s *store.Store, f Frameworks) *Service {
	n := &Service{frameworks: f}
	n.Frame = access.Frame[db.Principle, placed]{Noun: nounOf(f), Store: s, Fetch: n.fetch}
	return n
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Principle.Get(ctx, id)
	if err != nil {
		return placed{}, err
	}
	at, err := s.frameworks.Place(ctx, tx, row.FrameworkID) // before the principle, as an edit of the framework locks them
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Principle.Query().Where(principle.ID(id), s.Store.ForShare).Only(ctx)
	return placed{row, at}, err
}

// Place loads a principle as a place inside a use case, and keeps it and its framework as they are.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return p.place(), nil
}

// Places reads principles as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.Store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	list := make([]*db.Principle, 0, len(rows))
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

// Text gives what can be quoted of a principle.
func (s *Service) Text(ctx context.Context, tx *db.Tx, id uuid.UUID) (string, error) {
	row, err := tx.Principle.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return string(row.Statement), nil
}

// Version says that no earlier text of a principle can be quoted.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

// place is a principle as a place for comments: as its framework, while it is in there.
func (p placed) place() access.Place {
	at := p.at
	at.Version = nil
	if p.State == enum.PrincipleStateRemoved {
		at.Facts.Remove(policy.Shown)
		at.Asks = false
	}
	return at
}
