package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page sizes: the default, and the largest that a client may request.
const (
	DefaultPage = 20
	MaxPage     = 100
)

// MaxCount is the largest exact totalCount. A longer list reports one more than that.
const MaxCount = 10_000

// PageArgs are the arguments of a connection as a client gives them.
type PageArgs struct {
	First, Last   *int32
	After, Before *string
	Count         bool // the client asked for totalCount
	Cursors       bool // the client asked for something that may have cursors in it
}

// Slice is the checked form of PageArgs.
type Slice struct {
	size          int
	backward      bool
	after, before string
	count         bool
	cursors       bool
}

// Check refuses arguments that no list supports: both ends at once, and sizes outside 1..MaxPage.
func (a PageArgs) Check() (Slice, error) {
	s := Slice{size: DefaultPage, count: a.Count, cursors: a.Cursors}
	switch {
	case a.First != nil && a.Last != nil:
		return s, fault.InvalidField("first", enum.UserErrorCodeExclusive, "give first or last, not both")
	case a.First != nil && a.Before != nil:
		return s, fault.InvalidField("before", enum.UserErrorCodeExclusive, "use before with last, and after with first")
	case a.Last != nil && a.After != nil:
		return s, fault.InvalidField("after", enum.UserErrorCodeExclusive, "use after with first, and before with last")
	}
	field, size := "first", a.First
	if a.Last != nil || a.Before != nil {
		field, size, s.backward = "last", a.Last, true
	}
	if size != nil {
		if *size < 1 || *size > MaxPage {
			return s, fault.InvalidField(field, enum.UserErrorCodeOutOfRange, "request 1 to %d entries", MaxPage)
		}
		s.size = int(*size)
	}
	if a.After != nil {
		s.after = *a.After
	}
	if a.Before != nil {
		s.before = *a.Before
	}
	return s, nil
}

// Size is the most entries that the page has.
func (s Slice) Size() int { return s.size }

// Backward tells whether they are counted back from before, or from the end of the list.
func (s Slice) Backward() bool { return s.backward }

// Order sorts by one column and then by id, or by id alone, which is the order of creation. The column holds integers or times.
type Order struct {
	Column     string // empty for the order of creation
	Descending bool
	Leads      bool // it is the order of creation but for the column, whose value is known from the beginning
	Unique     bool // no two rows have the same value, which may be of any type, so that the id decides nothing
	time       bool
}

// List is one page of rows, or one page for each of many parents, in one statement.
type List[T any] struct {
	Table          Table[T]
	Join           string // joins a table of pairs that connects rows to parents: JOIN ... ON ... = t.id
	Parent         string // the column that names the parent, such as t.dialogue_id; empty for a list without parents
	ActsNameParent bool   // the act of each change names the parents of the row, so the lists of other parents stay valid
	Where          Cond   // what the viewer may see, and the filters of the client
	Shown          Cond   // empty where the viewer sees all that Where keeps; other rows keep their place, and nothing of them is given,
	Kept           Cond   // if they meet this one, whose rows have the same parent, so that the acts of their changes name it as well
	Order          Order
	Value          func(*T) int64 // the value of Order.Column
	Slice          Slice
	Viewer         string // the viewer that its cursors belong to
}

// ByTime orders a list by a column of times, and leaves out the rows that have none in it.
func (l *List[T]) ByTime(column string, descending bool) {
	l.Order = Order{Column: column, Descending: descending, time: true}
	if _, optional := l.Table.row(new(T)).Dest(column).(**time.Time); optional {
		l.Where = And(l.Where, Where("t."+column+" IS NOT NULL"))
	}
	l.Value = func(row *T) int64 {
		switch at := l.Table.row(row).Dest(column).(type) {
		case *time.Time:
			return at.UnixNano()
		case **time.Time:
			return (*at).UnixNano()
		}
		panic("store: " + column + " is no column of times")
	}
}

// Page is part of a list, with cursors to continue from.
type Page[T any] struct {
	Nodes      []T
	HasNext    bool
	HasPrev    bool
	TotalCount *int32
	cursor     func(i int) string
	place      func(i int) T // the row at a place, shown or not
	once       sync.Once
	edges      []*Edge[T]
}

// Edge is one entry of a page with its cursor.
type Edge[T any] struct {
	page *Page[T]
	i    int
}

// PageInfo says whether a list continues.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// TotalCountIsExact tells whether TotalCount counts all entries; nil if they were not counted.
func (p *Page[T]) TotalCountIsExact() *bool {
	if p.TotalCount == nil {
		return nil
	}
	return new(*p.TotalCount <= MaxCount)
}

// Edges gives the entries of a page. It makes them only when they are requested, because their cursors cost time, and once, because
// what is read of an entry is found by it.
func (p *Page[T]) Edges() []*Edge[T] {
	p.once.Do(func() {
		all := make([]Edge[T], len(p.Nodes))
		p.edges = make([]*Edge[T], len(p.Nodes))
		for i := range p.Nodes {
			all[i] = Edge[T]{page: p, i: i}
			p.edges[i] = &all[i]
		}
	})
	return p.edges
}

// Items are the entries without their type, for a walk over lists of many types.
func (p *Page[T]) Items() []any {
	items := make([]any, len(p.Nodes))
	for i, n := range p.Nodes {
		items[i] = n
	}
	return items
}

// PageInfo says whether the list continues, and from which cursors.
func (p *Page[T]) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: p.HasNext, HasPreviousPage: p.HasPrev}
	if n := len(p.Nodes); n > 0 && p.cursor != nil {
		first, last := p.cursor(0), p.cursor(n-1)
		info.StartCursor, info.EndCursor = &first, &last
	}
	return info
}

// Node is the entry itself; nil in place of one of which nothing is shown.
func (e *Edge[T]) Node() T { return e.page.Nodes[e.i] }

// Place is the row at this place, whether it is shown or not: for what the place alone tells, and for what is below it.
func (e *Edge[T]) Place() T { return e.page.place(e.i) }

// Cursor points to the position just after this entry.
func (e *Edge[T]) Cursor() string { return e.page.cursor(e.i) }

// Map makes a page of another type, with the same cursors and counts.
func Map[T, U any](p *Page[T], f func(T) U) *Page[U] {
	nodes := make([]U, len(p.Nodes))
	for i, n := range p.Nodes {
		nodes[i] = f(n)
	}
	return &Page[U]{Nodes: nodes, HasNext: p.HasNext, HasPrev: p.HasPrev, TotalCount: p.TotalCount, cursor: p.cursor, place: func(i int) U { return f(p.place(i)) }}
}

// ByID reads the rows with these ids that meet the condition, in one statement. Missing and hidden rows are not in the result.
func ByID[T any](ctx context.Context, s *Store, t Table[T], ids []uuid.UUID, where Cond) (map[uuid.UUID]*T, error) {
	rows := make(map[uuid.UUID]*T, len(ids))
	ids = slices.DeleteFunc(slices.Compact(slices.SortedFunc(slices.Values(ids), compareIDs)), func(id uuid.UUID) bool { return id == uuid.Nil })
	if len(ids) == 0 {
		return rows, nil
	}
	t = t.wanted(ctx)
	if r := readsOf(ctx); r != nil {
		ctx = r.rows(ctx, ids, where.SQL)
	}
	byID := s.AnyOf("t.id", ids)
	text := "SELECT " + columns("t", t.Columns) + " FROM " + t.Name + " t WHERE " + byID.SQL + " AND " + where.SQL
	next := t.rows(t.blank(s.poison))
	err := s.Query(ctx, text, append(byID.Args, where.Args...), func(r *sql.Rows) error {
		row, err := next(r)
		if err != nil {
			return err
		}
		rows[t.ID(row)] = row
		return nil
	})
	return rows, err
}

func compareIDs(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

// One reads the page of a list without parents.
func One[T any](ctx context.Context, s *Store, l List[T]) (*Page[*T], error) {
	pages, err := Pages(ctx, s, l, []uuid.UUID{uuid.Nil})
	if err != nil {
		return nil, err
	}
	return pages[uuid.Nil], nil
}

// Pages reads one page for each parent, in one statement for any number of parents, and one more if counts are requested.
// Every parent gets a page, even if it is empty.
func Pages[T any](ctx context.Context, s *Store, l List[T], parents []uuid.UUID) (map[uuid.UUID]*Page[*T], error) {
	keyset, err := l.keyset(s)
	if err != nil {
		return nil, err
	}
	l.Table = l.Table.wanted(ctx, l.Order.Column)
	pages := make(map[uuid.UUID]*Page[*T], len(parents))
	slab := make([]Page[*T], len(parents))
	for i, id := range parents {
		pages[id] = &slab[i]
	}
	noted := ctx
	if r := readsOf(ctx); r != nil && l.Parent != "" && l.ActsNameParent {
		noted = r.rows(ctx, parents, l.Where.SQL, l.Shown.SQL, l.Join)
	}
	text, args := l.statement(s, parents, keyset)
	var parent uuid.UUID
	var shown int
	var last []any
	if l.Parent != "" {
		last = []any{&parent}
	}
	gone := map[*T]bool{}
	if l.hides() {
		last = append(last, &shown)
	}
	next := l.Table.rows(l.Table.blank(s.poison), last...)
	err = s.Query(noted, text, args, func(r *sql.Rows) error {
		row, err := next(r)
		if err != nil {
			return err
		}
		p := pages[parent]
		if p.Nodes == nil {
			p.Nodes = make([]*T, 0, l.Slice.size+1)
		}
		p.Nodes = append(p.Nodes, row)
		if l.hides() && shown == 0 {
			gone[row] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		trim(l.Slice, p)
		l.name(s, p)
		vacate(p, gone)
	}
	if l.Slice.count {
		return pages, l.count(noted, s, parents, pages)
	}
	return pages, nil
}

// trim removes the extra row that shows whether the list continues, and reverses a page that was read backwards.
func trim[T any](c Slice, p *Page[T]) {
	more := len(p.Nodes) > c.size
	if more {
		p.Nodes = p.Nodes[:c.size]
	}
	p.HasNext, p.HasPrev = more, c.after != ""
	if c.backward {
		slices.Reverse(p.Nodes)
		p.HasNext, p.HasPrev = c.before != "", more
	}
}

// name gives the entries of a page their cursors.
func (l List[T]) name(s *Store, p *Page[*T]) {
	rows := p.Nodes
	p.place = func(i int) *T { return rows[i] }
	p.cursor = func(i int) string {
		value := int64(0)
		if l.Value != nil {
			value = l.Value(rows[i])
		}
		return s.Seal(l.scope(), position(value, l.Table.ID(rows[i])))
	}
}

// vacate takes rows off their places.
func vacate[T any](p *Page[*T], gone map[*T]bool) {
	if len(gone) > 0 {
		p.Nodes = slices.Clone(p.Nodes)
	}
	for i, row := range p.Nodes {
		if gone[row] {
			p.Nodes[i] = nil
		}
	}
}

// hides tells whether nothing is shown of some rows that have a place in the list.
func (l List[T]) hides() bool { return l.Shown.SQL != "" }

// where is the condition of the rows that have a place in the list.
func (l List[T]) where() Cond {
	if !l.hides() {
		return l.Where
	}
	return And(l.Where, Or(l.Shown, l.Kept))
}

// shown is 1 for a row that is shown, and 0 for one that only has a place.
func (l List[T]) shown() Cond {
	return Where("CASE WHEN "+l.Shown.SQL+" THEN 1 ELSE 0 END", l.Shown.Args...)
}

// statement gives one text for all parents. PostgreSQL reads the page of each parent with LATERAL, SQLite with a correlated
// list of rowids. Both scan an index and stop at the end of the page, so a parent with a million children costs no more
// than one with twenty. A window function would read all children.
func (l List[T]) statement(s *Store, parents []uuid.UUID, keyset Cond) (string, []any) {
	cols := columns("t", l.Table.Columns)
	from := l.from() + " WHERE "
	where := And(l.where(), keyset)
	var told Cond
	if l.hides() {
		told = l.shown()
		told.SQL = ", " + told.SQL
	}
	order := " ORDER BY " + l.orderBy("t")
	if l.Parent == "" {
		text := "SELECT " + cols + told.SQL + from + where.SQL + order + " LIMIT ?"
		if s.IsPostgres() {
			// PostgreSQL plans an unknown LIMIT for a tenth of the table. The constant shows it that no page is so large.
			text = "SELECT * FROM (" + text + ") x LIMIT " + strconv.Itoa(MaxPage+1)
		}
		return text, slices.Concat(told.Args, where.Args, []any{l.Slice.size + 1})
	}
	ids, size := []any{s.IDs(parents)}, []any{l.Slice.size + 1}
	if s.IsPostgres() {
		return "SELECT c.* FROM unnest(?::uuid[]) WITH ORDINALITY p(id, n) CROSS JOIN LATERAL (SELECT " + cols + ", p.id AS parent_key" + told.SQL +
			from + l.Parent + " = p.id AND " + where.SQL + order + " LIMIT ?) c ORDER BY p.n, " + l.orderBy("c"), slices.Concat(ids, told.Args, where.Args, size)
	}
	return "SELECT " + cols + ", p.value" + told.SQL + " FROM json_each(?) p JOIN " + l.Table.Name + " t ON t.rowid IN (SELECT t.rowid" +
		from + l.Parent + " = p.value AND " + where.SQL + order + " LIMIT ?) ORDER BY p.key, " + l.orderBy("t"), slices.Concat(told.Args, ids, where.Args, size)
}

// count counts the lists of the pages, under the same condition, so that a count never reveals hidden rows. It stops after
// MaxCount: so the size of a list of millions neither takes long nor keeps the database busy.
func (l List[T]) count(ctx context.Context, s *Store, parents []uuid.UUID, pages map[uuid.UUID]*Page[*T]) error {
	of := ""
	if l.Parent != "" {
		of = l.Parent + " = p.id AND "
	}
	where := l.where()
	some := "SELECT 1" + l.from() + " WHERE " + of + where.SQL + " LIMIT ?"
	text := "SELECT COUNT(*) FROM (" + some + ") x"
	args := append(slices.Clone(where.Args), MaxCount+1)
	switch {
	case l.Parent == "":
	case s.IsPostgres():
		text = "SELECT c.n, p.id FROM unnest(?::uuid[]) p(id) CROSS JOIN LATERAL (SELECT COUNT(*) AS n FROM (" + some + ") x) c"
		args = append([]any{s.IDs(parents)}, args...)
	default:
		text = "SELECT (" + text + "), p.id FROM (SELECT value AS id FROM json_each(?)) p"
		args = append(args, s.IDs(parents))
	}
	return s.Query(ctx, text, args, func(r *sql.Rows) error {
		var n int32
		var parent uuid.UUID
		dest := []any{&n}
		if l.Parent != "" {
			dest = append(dest, &parent)
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		pages[parent].TotalCount = &n
		return nil
	})
}

func (l List[T]) from() string {
	if l.Join == "" {
		return " FROM " + l.Table.Name + " t"
	}
	return " FROM " + l.Table.Name + " t " + l.Join
}

// orderBy is the order of the list, or the reverse for a page from the end.
func (l List[T]) orderBy(alias string) string {
	dir := " ASC"
	if l.Order.Descending != l.Slice.backward {
		dir = " DESC"
	}
	switch {
	case l.Order.Column == "":
		return alias + ".id" + dir
	case l.Order.Unique:
		return alias + "." + l.Order.Column + dir
	}
	return alias + "." + l.Order.Column + dir + ", " + alias + ".id" + dir
}

// keyset is the condition that starts a page after a cursor.
func (l List[T]) keyset(s *Store) (Cond, error) {
	field, text := "after", l.Slice.after
	if l.Slice.backward {
		field, text = "before", l.Slice.before
	}
	if text == "" {
		return Always(), nil
	}
	position, err := s.Unseal(field, l.scope(), text)
	if err != nil {
		return Cond{}, err
	}
	if len(position) != 8+16 {
		return Cond{}, fmt.Errorf("a sealed cursor of %d bytes", len(position))
	}
	value, id := int64(binary.BigEndian.Uint64(position)), uuid.UUID(position[8:])
	op := " > "
	if l.Order.Descending != l.Slice.backward {
		op = " < "
	}
	switch {
	case l.Order.Column == "":
		return Where("t.id"+op+"?", id), nil
	case l.Order.Unique:
		return Where("t."+l.Order.Column+op+"(SELECT k."+l.Order.Column+" FROM "+l.Table.Name+" k WHERE k.id = ?)", id), nil
	}
	var key any = value
	if l.Order.time {
		key = time.Unix(0, value).UTC()
	}
	return Where("(t."+l.Order.Column+", t.id)"+op+"(?, ?)", key, id), nil
}

func position(value int64, id uuid.UUID) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 8+16), uint64(value))
	return append(b, id[:]...)
}

func (l List[T]) scope() Scope {
	dir := "asc"
	if l.Order.Descending {
		dir = "desc"
	}
	scope := Scope{List: strings.Join([]string{l.Table.Name, l.Parent, l.Order.Column, dir}, "|"), Viewer: l.Viewer}
	if l.Order.Column == "" || l.Order.Leads {
		scope.Entry = entryOf(l.Table.Name)
	}
	return scope
}

func entryOf(table string) string { return table + "|entry" }

// Entry gives the edge of a row that was just made. Clients put it into the lists that they show, so its cursor is good for every
// list of its table in the order of creation, whatever parents the list has. value is that of the column that leads this order, or 0.
func Entry[T any](s *Store, table string, id uuid.UUID, viewer string, node T, value int64) *Edge[T] {
	p := &Page[T]{Nodes: []T{node}, place: func(int) T { return node }}
	p.cursor = func(int) string { return s.Seal(Scope{List: entryOf(table), Viewer: viewer}, position(value, id)) }
	return p.Edges()[0]
}

func columns(alias string, names []string) string {
	return alias + "." + strings.Join(names, ", "+alias+".")
}
