package feed

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// Among keeps acts on some things of a noun, and on what belongs to them. Which things these are is asked when an act is delivered: it is
// a filter of rows, which no act tells.
type Among struct {
	Noun  string
	Key   string // the same for filters that mean the same
	Keeps func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error)
}

// of is the thing that an act is about; Nil for none.
func (m *Among) of(a *db.Act) uuid.UUID {
	switch {
	case a.SubjectType == m.Noun:
		return a.SubjectID
	case a.ParentType == m.Noun:
		return aboutOf(a)
	}
	return uuid.Nil
}

// kept are those of some acts that match which are on things that a filter keeps.
func (f Filter) kept(ctx context.Context, acts []*db.Act) ([]*db.Act, error) {
	if f.Among == nil || len(acts) == 0 {
		return acts, nil
	}
	ids := make([]uuid.UUID, len(acts))
	for i, a := range acts {
		ids[i] = f.Among.of(a)
	}
	keeps, err := f.Among.Keeps(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("ask which acts a filter keeps: %w", err)
	}
	var kept []*db.Act
	for i, a := range acts {
		if keeps[ids[i]] {
			kept = append(kept, a)
		}
	}
	return kept, nil
}
