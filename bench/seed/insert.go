package seed

import (
	"context"
	"fmt"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// adder takes the values of one row, in the order of the columns.
type adder func(values ...any) error

// most is how many arguments go into one statement: SQLite's driver looks through all of them for each.
const most = 600

// insert writes the rows of a table in one transaction, many with each statement.
func insert(ctx context.Context, s *store.Store, table string, columns []string, rows func(adder) error) error {
	chunk := most / len(columns)
	mark := "(?" + strings.Repeat(",?", len(columns)-1) + ")"
	text := func(n int) string {
		return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + strings.Repeat(mark+",", n-1) + mark
	}
	full := text(chunk)
	err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		args := make([]any, 0, chunk*len(columns))
		err := rows(func(values ...any) error {
			if args = append(args, values...); len(args) < cap(args) {
				return nil
			}
			_, err := s.Exec(ctx, tx, full, args...)
			args = args[:0]
			return err
		})
		if err != nil || len(args) == 0 {
			return err
		}
		_, err = s.Exec(ctx, tx, text(len(args)/len(columns)), args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("fill %s: %w", table, err)
	}
	return nil
}
