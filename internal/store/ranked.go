package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

const (
	// ViewLife is how long the cursors of a ranked list are good for.
	ViewLife = 15 * time.Minute
	// viewKept is how long a view is stored: longer, so that a list that many people page through is not written again for each.
	viewKept = ViewLife + 5*time.Minute
	// maxRanked is how many entries of a ranked list can be paged through.
	maxRanked = MaxCount
	// maxViews bounds the views that are stored. The oldest go first.
	maxViews = 4000
)

var errViewExpired = fault.New(fault.Expired, "this list changes its order all the time, and the order in which you began to read it is kept for 15 minutes: begin without a cursor")

// Ranked reads lists in an order that moves all the time, such as by agreement: a page for each parent, or one without parents.
// Whoever goes on from a cursor reads the order that the list had at the beginning, so that no entry is missed and none comes
// twice. That order, a list of ids, is stored for every replica to find, and is asked again what the viewer may see of it.
func Ranked[T any](ctx context.Context, s *Store, l List[T], by Cond, now time.Time, parents []uuid.UUID) (map[uuid.UUID]*Page[*T], error) {
	k := ranking[T]{List: l, store: s, by: by, now: now}
	if l.Parent == "" {
		parents = []uuid.UUID{uuid.Nil}
	}
	if l.Slice.cursors {
		KeepNothing(ctx)
	}
	if r := readsOf(ctx); r != nil && l.Parent != "" && l.ActsNameParent {
		ctx = r.rows(ctx, parents, l.Where.SQL, l.Shown.SQL, by.SQL)
	}
	pages := make(map[uuid.UUID]*Page[*T], len(parents))
	for _, id := range parents {
		pages[id] = &Page[*T]{}
	}
	var err error
	if l.Slice.after == "" && l.Slice.before == "" {
		err = k.begin(ctx, parents, pages)
	} else {
		err = k.resume(ctx, pages)
	}
	if err == nil && l.Slice.count {
		err = l.count(ctx, s, parents, pages)
	}
	return pages, err
}

// OneRanked is Ranked for a list without parents.
func OneRanked[T any](ctx context.Context, s *Store, l List[T], by Cond, now time.Time) (*Page[*T], error) {
	pages, err := Ranked(ctx, s, l, by, now, nil)
	if err != nil {
		return nil, err
	}
	return pages[uuid.Nil], nil
}

type ranking[T any] struct {
	List[T]
	store *Store
	by    Cond
	now   time.Time
}

// view is the order that a list had.
type view struct {
	id, parent uuid.UUID
	ids        []uuid.UUID
}

// begin reads the lists as they are now.
func (k ranking[T]) begin(ctx context.Context, parents []uuid.UUID, pages map[uuid.UUID]*Page[*T]) error {
	views, err := k.rank(ctx, parents)
	if err != nil {
		return err
	}
	if k.Slice.cursors {
		k.store.keepViews(ctx, views, k.now)
	}
	var ids []uuid.UUID
	for _, v := range views {
		for _, i := range k.window(v, -1) {
			ids = append(ids, v.ids[i])
		}
	}
	rows, err := k.read(ctx, ids, k.List) // what was hidden a moment ago is left out
	for _, v := range views {
		k.fill(pages[v.parent], v, k.window(v, -1), rows)
	}
	return err
}

// resume goes on in the order that a list had. Entries that the viewer may no longer see are left out.
func (k ranking[T]) resume(ctx context.Context, pages map[uuid.UUID]*Page[*T]) error {
	v, at, err := k.opened(ctx)
	if err != nil {
		return err
	}
	p, asked := pages[v.parent]
	if !asked {
		field := "after"
		if k.Slice.backward {
			field = "before"
		}
		return fault.InvalidField(field, "", "this cursor does not belong to this list: begin without a cursor")
	}
	of := k.List
	if k.Parent != "" {
		of.Where = And(Where(k.Parent+" = ?", v.parent), of.Where)
	}
	rows := map[uuid.UUID]entry[T]{}
	left := k.from(v, at)
	for read := 0; read < len(left) && len(rows) <= k.Slice.size; {
		chunk := left[read:min(read+2*MaxPage, len(left))]
		ids := make([]uuid.UUID, len(chunk))
		for i, place := range chunk {
			ids[i] = v.ids[place]
		}
		found, err := k.read(ctx, ids, of)
		if err != nil {
			return err
		}
		maps.Copy(rows, found)
		read += len(chunk)
	}
	k.fill(p, v, left, rows)
	k.store.keepViews(ctx, []view{v}, k.now)
	return nil
}

// entry is what a view has at a place: a row, or nothing where none is shown.
type entry[T any] struct {
	row   *T
	shown bool
}

// read reads entries of a list by their ids.
func (k ranking[T]) read(ctx context.Context, ids []uuid.UUID, of List[T]) (map[uuid.UUID]entry[T], error) {
	shown := of.Where
	if of.hides() {
		shown = And(of.Where, of.Shown)
	}
	rows, err := ByID(ctx, k.store, k.Table, ids, shown)
	entries := make(map[uuid.UUID]entry[T], len(rows))
	for id, row := range rows {
		entries[id] = entry[T]{row, true}
	}
	if err != nil || !of.hides() || len(rows) == len(ids) {
		return entries, err
	}
	left := slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool { return rows[id] != nil })
	kept, err := ByID(ctx, k.store, k.Table, left, And(of.Where, of.Kept))
	for id, row := range kept {
		entries[id] = entry[T]{row, false}
	}
	return entries, err
}

// from gives the places of a view that a page may have, in the direction of reading; at is the cursor's place, -1 for none.
func (k ranking[T]) from(v view, at int) []int {
	var places []int
	if !k.Slice.backward {
		for i := at + 1; i < len(v.ids); i++ {
			places = append(places, i)
		}
		return places
	}
	if at < 0 {
		at = len(v.ids)
	}
	for i := min(at, len(v.ids)) - 1; i >= 0; i-- {
		places = append(places, i)
	}
	return places
}

// window gives the places that a page has, with one more if the list continues.
func (k ranking[T]) window(v view, at int) []int {
	places := k.from(v, at)
	return places[:min(len(places), k.Slice.size+1)]
}

// fill makes a page of the rows at some places of a view.
func (k ranking[T]) fill(p *Page[*T], v view, places []int, entries map[uuid.UUID]entry[T]) {
	var at []int
	gone := map[*T]bool{}
	for _, i := range places {
		if e, ok := entries[v.ids[i]]; ok && len(p.Nodes) <= k.Slice.size {
			p.Nodes, at = append(p.Nodes, e.row), append(at, i)
			gone[e.row] = !e.shown
		}
	}
	if len(at) > k.Slice.size {
		at = at[:k.Slice.size]
	}
	trim(k.Slice, p)
	if k.Slice.backward {
		for i, j := 0, len(at)-1; i < j; i, j = i+1, j-1 {
			at[i], at[j] = at[j], at[i]
		}
	}
	rows := p.Nodes
	p.place = func(i int) *T { return rows[i] }
	p.cursor = func(i int) string { return k.seal(v, at[i]) }
	vacate(p, gone)
}

// rank reads the ids of the lists in their order: all that can be paged through if the client may go on, else those of the page.
// What only keeps its place is at the end: its own would tell what it is sorted by.
func (k ranking[T]) rank(ctx context.Context, parents []uuid.UUID) ([]view, error) {
	limit := k.Slice.size + 1
	if k.Slice.cursors || k.Slice.backward {
		limit = maxRanked
	}
	first, last := k.ids(k.Where, k.by, limit), Where("'[]'")
	if k.hides() {
		hidden := k.shown()
		first = k.ids(And(k.Where, k.Shown), k.by, limit)
		last = k.ids(And(k.Where, Where(hidden.SQL+" = 0", hidden.Args...), k.Kept), Where("t.id DESC"), limit)
	}
	text := "SELECT p.id, " + first.SQL + ", " + last.SQL + " FROM (SELECT value AS id FROM json_each(?)) p"
	if k.store.IsPostgres() {
		text = "SELECT p.id, " + first.SQL + ", " + last.SQL + " FROM unnest(?::uuid[]) p(id)"
	}
	var views []view
	err := k.store.Query(ctx, text, slices.Concat(first.Args, last.Args, []any{k.store.IDs(parents)}), func(r *sql.Rows) error {
		var v view
		var ids, more string
		if err := r.Scan(&v.parent, &ids, &more); err != nil {
			return err
		}
		var end []uuid.UUID
		if err := errors.Join(json.Unmarshal([]byte(ids), &v.ids), json.Unmarshal([]byte(more), &end)); err != nil {
			return fmt.Errorf("read a ranking: %w", err)
		}
		v.ids = append(v.ids, end...)
		v.ids = v.ids[:min(len(v.ids), limit)]
		v.id = k.name(v)
		views = append(views, v)
		return nil
	})
	return views, err
}

// ids gives the ids of the rows of a parent p that meet a condition, sorted, as a text of JSON.
func (k ranking[T]) ids(where, by Cond, limit int) Cond {
	if k.Parent != "" {
		where.SQL = k.Parent + " = p.id AND " + where.SQL
	}
	each := "SELECT t.id" + k.List.from() + " WHERE " + where.SQL + " ORDER BY " + by.SQL + " LIMIT ?"
	args := slices.Concat(where.Args, by.Args, []any{limit})
	if k.store.IsPostgres() {
		return Cond{SQL: "array_to_json(ARRAY(" + each + "))::text", Args: args}
	}
	return Cond{SQL: "(SELECT json_group_array(id) FROM (" + each + "))", Args: args}
}

// name is the same for the same order of the same list.
func (k ranking[T]) name(v view) uuid.UUID {
	h := sha256.New()
	h.Write([]byte(k.scope().List))
	h.Write(v.parent[:])
	for _, id := range v.ids {
		h.Write(id[:])
	}
	return uuid.UUID(h.Sum(nil)[:16])
}

func (k ranking[T]) scope() Scope {
	return Scope{List: "ranked|" + k.Table.Name + "|" + k.Parent + "|" + k.by.SQL, Viewer: k.Viewer}
}

const rankedPosition = 16 + 16 + 8 + 4

func (k ranking[T]) seal(v view, at int) string {
	b := make([]byte, 0, rankedPosition)
	b = append(append(b, v.id[:]...), v.parent[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(k.now.Unix()))
	return k.store.Seal(k.scope(), binary.BigEndian.AppendUint32(b, uint32(at)))
}

// opened gives the view in a cursor, and the place.
func (k ranking[T]) opened(ctx context.Context) (v view, at int, err error) {
	field, text := "after", k.Slice.after
	if k.Slice.backward {
		field, text = "before", k.Slice.before
	}
	b, err := k.store.Unseal(field, k.scope(), text)
	if err != nil {
		return v, 0, err
	}
	if len(b) != rankedPosition {
		return v, 0, fmt.Errorf("a sealed cursor of %d bytes", len(b))
	}
	v.id, v.parent = uuid.UUID(b[:16]), uuid.UUID(b[16:32])
	given := time.Unix(int64(binary.BigEndian.Uint64(b[32:])), 0)
	if k.now.Sub(given) >= ViewLife {
		return v, 0, errViewExpired
	}
	v.ids, err = k.store.viewIDs(ctx, v.id)
	return v, int(binary.BigEndian.Uint32(b[40:])), err
}

// viewIDs reads a stored view.
func (s *Store) viewIDs(ctx context.Context, id uuid.UUID) (ids []uuid.UUID, err error) {
	found := false
	err = s.Query(ctx, "SELECT entries FROM list_views WHERE id = ?", []any{id}, func(r *sql.Rows) error {
		var b []byte
		if err := r.Scan(&b); err != nil {
			return err
		}
		found = true
		for ; len(b) >= 16; b = b[16:] {
			ids = append(ids, uuid.UUID(b[:16]))
		}
		return nil
	})
	if err == nil && !found {
		err = errViewExpired
	}
	return ids, err
}

// keepViews stores views for as long as the cursors that are given now are good for. A database that takes no changes at the moment
// keeps nobody from reading: the page is given, and its cursors answer as expired ones do.
func (s *Store) keepViews(ctx context.Context, views []view, now time.Time) {
	_ = s.saveViews(ctx, views, now)
}

// saveViews stores views. What is stored for long enough already is not written again.
func (s *Store) saveViews(ctx context.Context, views []view, now time.Time) error {
	ids := make([]uuid.UUID, 0, len(views))
	for _, v := range views {
		ids = append(ids, v.id)
	}
	kept := map[uuid.UUID]bool{}
	of := s.AnyOf("id", ids)
	err := s.Query(ctx, "SELECT id FROM list_views WHERE "+of.SQL+" AND expires_at >= ?", append(of.Args, now.Add(ViewLife)), func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		kept[id] = true
		return err
	})
	if err != nil || len(kept) == len(views) {
		return err
	}
	return s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		const save = "INSERT INTO list_views (id, entries, expires_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at"
		for _, v := range views {
			if kept[v.id] {
				continue
			}
			entries := make([]byte, 0, 16*len(v.ids))
			for _, id := range v.ids {
				entries = append(entries, id[:]...)
			}
			if _, err := s.Exec(ctx, tx, save, v.id, entries, now.Add(viewKept)); err != nil {
				return fmt.Errorf("store the order of a list: %w", err)
			}
		}
		return s.pruneViews(ctx, tx, now)
	})
}

// pruneViews deletes the views that have expired, and the oldest if there are too many.
func (s *Store) pruneViews(ctx context.Context, tx *db.Tx, now time.Time) error {
	for _, prune := range []Cond{
		Where("expires_at < ?", now),
		Where("expires_at < (SELECT expires_at FROM list_views ORDER BY expires_at DESC LIMIT 1 OFFSET ?)", maxViews),
	} {
		if _, err := s.Exec(ctx, tx, "DELETE FROM list_views WHERE "+prune.SQL, prune.Args...); err != nil {
			return fmt.Errorf("delete old orders of lists: %w", err)
		}
	}
	return nil
}
