package practice

import (
	"context"
	"database/sql"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/practiceversion"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// shared are the columns of a practice that a place on it needs.
var shared = noun.Table.Without("title", "description", "data_categories", "affected_groups", "disclosures")

// Place loads a practice as a place inside a use case, and keeps it as it is until the end. It is written by hand: every answer of an
// assessment asks for it, and ent's query takes twice as long.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	row, found := new(db.Practice), false
	text := "SELECT " + strings.Join(shared.Columns, ", ") + " FROM practices WHERE id = ?"
	if s.store.IsPostgres() {
		text += " FOR SHARE"
	}
	err := s.store.QueryTx(ctx, tx, text, []any{id}, func(r *sql.Rows) error { found = true; return shared.Scan(r, row) })
	if err == nil && !found {
		err = fault.Missing()
	}
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

// Text gives a practice's description.
func (s *Service) Text(ctx context.Context, tx *db.Tx, id uuid.UUID) (string, error) {
	row, err := tx.Practice.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return string(row.Description), nil
}

// Version gives the description in a version that the readers of a practice may read: that of its first trial, or a later one.
func (s *Service) Version(ctx context.Context, tx *db.Tx, id uuid.UUID, number int) (string, error) {
	v, err := tx.PracticeVersion.Query().Where(practiceversion.PracticeID(id), practiceversion.Number(number)).Only(ctx)
	if err != nil {
		return "", err
	}
	row, err := tx.Practice.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if row.ShownVersion == nil || number < *row.ShownVersion {
		return "", fault.Missing()
	}
	return string(v.Description), nil
}

func placeOf(a policy.Actor, row *db.Practice) access.Place {
	at := access.Place{Party: row.FirmID, Version: &row.Version, Facts: access.Outside(a).With(noun.Subject(a, placed{Practice: row}).Facts)}
	if row.ShownVersion == nil {
		at.Facts.Remove(policy.Shown)
	}
	if noun.Reads(a, placed{Practice: row}) {
		at.Facts.Add(policy.InSight)
	}
	return at
}

// VersionOf is the number of the present version of the practice that a column names, in SQL.
func (s *Service) VersionOf(column string) string {
	return "(SELECT now.version FROM practices now WHERE now.id = " + column + ")"
}
