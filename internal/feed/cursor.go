package feed

import (
	"context"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
)

func (s *Service) seal(scope store.Scope, p actlog.Position) string {
	return s.store.Seal(scope, p.Bytes())
}

// unseal gives the position in a cursor, if the log still has the act at it; field is the argument that holds the cursor.
func (s *Service) unseal(ctx context.Context, field string, scope store.Scope, cursor string) (actlog.Position, error) {
	b, err := s.store.Unseal(field, scope, cursor)
	if err != nil {
		return actlog.Position{}, err
	}
	p, held, err := s.log.Find(ctx, b)
	if err == nil && !held {
		err = errExpired
	}
	return p, err
}

var errLost = fault.New(fault.Expired, "the log has lost acts that this subscription has delivered: read the state again and continue from a new cursor")

var errExpired = fault.New(fault.Expired, "the log no longer holds the act that this cursor points after: read the state again and continue from a new cursor")
