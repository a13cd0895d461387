package store

import (
	"context"
	"slices"

	"github.com/plenary-dialogue/plenary/ent/db"
)

type wantKey struct{}

type want struct {
	table   string
	columns []string
}

// Want gives a context in which ByID, One and Pages read only some columns of a table: those that a request selects. The rows
// know which, and asking a row for another column is an error.
func Want(ctx context.Context, table string, columns []string) context.Context {
	return context.WithValue(ctx, wantKey{}, want{table, columns})
}

// wanted leaves out the columns that are not selected.
func (t Table[T]) wanted(ctx context.Context, more ...string) Table[T] {
	w, ok := ctx.Value(wantKey{}).(want)
	if !ok || w.table != t.Name {
		return t
	}
	columns := t.Columns
	t.Columns = make([]string, 0, len(columns))
	for _, c := range columns {
		if c == t.key || slices.Contains(w.columns, c) || slices.Contains(t.always, c) || slices.Contains(more, c) {
			t.Columns = append(t.Columns, c)
		}
	}
	if len(t.Columns) < len(columns) {
		t.selection = &db.Selection{Columns: t.Columns}
	}
	return t
}
