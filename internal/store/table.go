package store

import (
	"database/sql"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// Row is what ent writes for the rows of every table; see ent/templates/table.tmpl.
type Row interface {
	TableName() string
	ColumnNames() []string
	Dest(column string) any
	Narrow(*db.Selection)
}

// Table says how the rows of a noun are read.
type Table[T any] struct {
	Name    string
	Columns []string

	row       func(*T) Row
	key       string        // the column of ids
	always    []string      // columns that are read whatever is selected, beside the key
	selection *db.Selection // of the columns, when some are left out
}

// TableOf gives the table of a type of ent's, with all its columns but for secrets.
func TableOf[T any, P interface {
	*T
	Row
}]() Table[T] {
	row := func(v *T) Row { return P(v) }
	r := row(new(T))
	return Table[T]{Name: r.TableName(), Columns: r.ColumnNames(), row: row, key: "id"}
}

// Only gives the table with these columns alone; secrets may be named.
func (t Table[T]) Only(columns ...string) Table[T] {
	t.Columns = columns
	return t
}

// Without gives the table without some columns.
func (t Table[T]) Without(columns ...string) Table[T] {
	t.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c string) bool { return slices.Contains(columns, c) })
	return t
}

// Always gives the table with columns that are read whatever is selected: those by which rows are told apart.
func (t Table[T]) Always(columns ...string) Table[T] {
	t.always = columns
	return t
}

// Key gives the table with another column of ids than id.
func (t Table[T]) Key(column string) Table[T] {
	t.key = column
	return t
}

// Beside is a row that is loaded together with one of another table.
type Beside struct {
	Table   string
	Columns []string
	Dest    []any // where they go
	ID      uuid.UUID
}

// Beside gives a row with an id, to be loaded into row.
func (t Table[T]) Beside(id uuid.UUID, row *T) Beside {
	return Beside{Table: t.Name, Columns: t.Columns, Dest: t.Dest(row), ID: id}
}

// ID gives the id of a row.
func (t Table[T]) ID(row *T) uuid.UUID {
	id, _ := t.row(row).Dest(t.key).(*uuid.UUID)
	return *id
}

// Dest gives where the columns of a row go, in their order.
func (t Table[T]) Dest(row *T) []any {
	r := t.row(row)
	dest := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		dest[i] = r.Dest(c)
	}
	return dest
}

// Scan reads a row that was selected by the table's columns, and what was selected after them.
func (t Table[T]) Scan(r *sql.Rows, row *T, more ...any) error {
	return r.Scan(directly(append(t.Dest(row), more...))...)
}

// rows gives a function that reads the next row. It scans every row into the same variable and copies it: so it makes the
// list of destinations once, and allocates many rows at a time.
func (t Table[T]) rows(blank T, more ...any) func(*sql.Rows) (*T, error) {
	if t.selection != nil {
		t.row(&blank).Narrow(t.selection)
	}
	var place T
	dest := directly(append(t.Dest(&place), more...))
	var slab []T
	return func(r *sql.Rows) (*T, error) {
		place = blank
		if err := r.Scan(dest...); err != nil {
			return nil, err
		}
		if len(slab) == cap(slab) {
			slab = make([]T, 0, min(max(4, 2*cap(slab)), 32))
		}
		slab = append(slab, place)
		return &slab[len(slab)-1], nil
	}
}

func directly(dest []any) []any {
	for i, d := range dest {
		dest[i] = direct(d)
	}
	return dest
}

// blank is what a row is before it is read. For tests it may hold what no database does in the columns that are not read:
// code that uses such a column then gives an answer that is wrong to see.
func (t Table[T]) blank(poison bool) T {
	var row T
	if !poison || t.selection == nil {
		return row
	}
	r := t.row(&row)
	for _, c := range r.ColumnNames() {
		if slices.Contains(t.Columns, c) {
			continue
		}
		switch v := reflect.ValueOf(r.Dest(c)).Elem(); v.Kind() {
		case reflect.String:
			v.SetString("not selected")
		case reflect.Int, reflect.Int64:
			v.SetInt(-1 << 20)
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Array:
			v.Set(reflect.ValueOf(uuid.Max))
		}
	}
	return row
}

// TableOfNodes is the table that the nodes of a page are rows of; nothing for nodes that are no rows.
func (*Page[T]) TableOfNodes() string {
	var node T
	if row, ok := any(node).(Row); ok {
		return row.TableName()
	}
	return ""
}
