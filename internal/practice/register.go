package practice

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

const (
	// mostAtOnce and heaviest bound what one statement of the register reads.
	mostAtOnce = 100
	heaviest   = 1 << 20 // bytes of descriptions
)

// Registered is a version of a practice as the register has it.
type Registered struct {
	Practice *db.Practice // without its words, which are those of its present version
	Version  *db.PracticeVersion
}

// Place is a place in the register.
type Place struct {
	Practice uuid.UUID
	Number   int
}

// Place is that of an entry.
func (r *Registered) Place() Place { return Place{r.Practice.ID, r.Version.Number} }

// errEnough ends a statement that has read enough.
var errEnough = errors.New("enough was read")

// RegisteredAfter reads the next versions of practices after a place that the actor may see, in the order of the practices' ids and of the
// versions' numbers; none at the end.
func (s *Service) RegisteredAfter(ctx context.Context, after Place) ([]*Registered, error) {
	actor := policy.ActorFrom(ctx)
	where := store.And(noun.Visible(actor, "p"), versionVisible(actor),
		store.Where("(p.id > ? OR p.id = ? AND t.number > ?)", after.Practice, after.Practice, after.Number))
	text := "SELECT t." + strings.Join(versions.Columns, ", t.") + ", p." + strings.Join(shared.Columns, ", p.") +
		" FROM practices p JOIN practice_versions t ON t.practice_id = p.id WHERE " + where.SQL + " ORDER BY p.id, t.number LIMIT ?"
	var all []*Registered
	size := 0
	err := s.store.Query(ctx, text, append(slices.Clone(where.Args), mostAtOnce), func(r *sql.Rows) error {
		if size > heaviest {
			return errEnough
		}
		one := &Registered{new(db.Practice), new(db.PracticeVersion)}
		if err := versions.Scan(r, one.Version, shared.Dest(one.Practice)...); err != nil {
			return err
		}
		all, size = append(all, one), size+len(one.Version.Description)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("read versions of practices: %w", err)
	}
	return all, nil
}

// VersionsAssessed reads, by the ids of assessments, the versions of practices that these are of, as far as the actor may see them.
func (s *Service) VersionsAssessed(ctx context.Context, assessments []uuid.UUID) (map[uuid.UUID]*db.PracticeVersion, error) {
	where := store.And(s.store.AnyOf("a.id", assessments), versionVisible(policy.ActorFrom(ctx)))
	text := "SELECT t." + strings.Join(versions.Columns, ", t.") +
		", a.id FROM assessments a JOIN practice_versions t ON t.practice_id = a.subject_id AND t.number = a.subject_version WHERE " + where.SQL
	all := make(map[uuid.UUID]*db.PracticeVersion, len(assessments))
	err := s.store.Query(ctx, text, where.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		row := new(db.PracticeVersion)
		err := versions.Scan(r, row, &id)
		all[id] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the versions of practices that were assessed: %w", err)
	}
	return all, nil
}
