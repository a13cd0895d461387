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

// Want gives a context in which rows of a table are read by ByID, One and Pages with some of their columns alone, as nobody
// asks for the others. Those stay zero in the rows.
func Want(ctx context.Context, table string, columns []string) context.Context {
	return context.WithValue(ctx, wantKey{}, want{table, columns})
}

// wanted leaves out the columns that nobody wants.
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
