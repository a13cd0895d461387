package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// Reference numbers are for people: short enough to be read aloud. Each is what its counter begins with and the next number, and is
// taken in the transaction that gives it away. The counter's row stays locked until that transaction ends, so replicas that give
// numbers at once give different ones, in the order in which they commit, and a transaction that fails leaves no gap.

const nextReference = ` ON CONFLICT (id) DO UPDATE SET value = counters.value + 1 RETURNING id || value`

// YearReference takes the next number of this year, by the database's clock: 2026/14, or 2026/A7 for the kind A.
func (s *Store) YearReference(ctx context.Context, tx *db.Tx, kind string) (string, error) {
	year := "strftime('%Y', 'now')"
	if s.IsPostgres() {
		year = "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY')"
	}
	return s.reference(ctx, tx, "INSERT INTO counters (id, value) VALUES ("+year+" || '/' || "+s.text("?")+", 1)", kind)
}

// ReferenceWithin takes the next number of a kind within a dialogue: 2026/14-P3. It is nil in a dialogue that has none, because a
// replica of the previous release has opened it.
func (s *Store) ReferenceWithin(ctx context.Context, tx *db.Tx, dialogue uuid.UUID, kind string) (*string, error) {
	const take = "INSERT INTO counters (id, value) SELECT d.reference || '-' || %s, 1 FROM dialogues d WHERE d.id = ? AND d.reference IS NOT NULL"
	reference, err := s.reference(ctx, tx, fmt.Sprintf(take, s.text("?")), kind, dialogue)
	if err != nil || reference == "" {
		return nil, err
	}
	return &reference, nil
}

func (s *Store) reference(ctx context.Context, tx *db.Tx, take string, args ...any) (reference string, err error) {
	err = s.QueryTx(ctx, tx, take+nextReference, args, func(r *sql.Rows) error { return r.Scan(&reference) })
	if err != nil {
		return "", fmt.Errorf("take a reference number: %w", err)
	}
	return reference, nil
}
