package store

import (
	"context"
	"slices"
)

type wantKey struct{}

type want struct {
	table   string
	columns []string
}

// Want gives a context in which ByID, One and Pages read only some columns of a table. The other fields of the rows stay
// zero.
func Want(ctx context.Context, table string, columns []string) context.Context {
	return context.WithValue(ctx, wantKey{}, want{table, columns})
}

// wanted leaves out the columns that are not selected.
func (t Table[T]) wanted(ctx context.Context, more ...string) Table[T] {
	w, ok := ctx.Value(wantKey{}).(want)
	if !ok || w.table != t.Name {
		return t
	}
	columns, dest := t.Columns, t.Dest
	var at []int
	t.Columns = make([]string, 0, len(columns))
	for i, c := range columns {
		if c == "id" || slices.Contains(w.columns, c) || slices.Contains(t.Always, c) || slices.Contains(more, c) {
			at, t.Columns = append(at, i), append(t.Columns, c)
		}
	}
	t.Dest = func(row *T) []any {
		all := dest(row)
		some := make([]any, len(at))
		for i, from := range at {
			some[i] = all[from]
		}
		return some
	}
	return t
}
