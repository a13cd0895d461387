package history

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

const (
	// sinceSetting is from which place of the log on rows can be read as they were.
	sinceSetting = "history_since"
	// filledAtOnce bounds a transaction that keeps versions of rows which were there before.
	filledAtOnce = 500
)

// Behind is a place of the log behind everything that has happened until now: what waits for its number is counted as if it had it.
func (b *Book) Behind(ctx context.Context) (seq int64, err error) {
	const behind = "SELECT COALESCE((SELECT MAX(seq) FROM acts), 0) + (SELECT COUNT(*) FROM queued_acts)"
	err = b.store.Query(ctx, behind, nil, func(r *sql.Rows) error { return r.Scan(&seq) })
	return seq, err
}

// newest is the content of the last version that was kept of a row t.
const newest = "(SELECT v.content FROM row_versions v WHERE v.subject_id = t.id ORDER BY v.revision DESC, v.id DESC LIMIT 1)"

// Fill keeps a version of each row that is otherwise than it was kept last: those of an earlier release, and those that one has changed
// meanwhile. They count from a place on that end gives: one behind everything that has happened. From the first such place on rows can be
// read as they were.
func (b *Book) Fill(ctx context.Context, end func(ctx context.Context) (int64, error)) error {
	seq, err := end(ctx)
	if err != nil {
		return err
	}
	for _, of := range b.order {
		for after, more := uuid.Nil, true; more; {
			var err error
			if after, more, err = b.fill(ctx, b.tracked[of], after, end); err != nil {
				return err
			}
		}
	}
	if _, ready, err := b.Since(ctx); ready || err != nil {
		return err
	}
	if now, err := end(ctx); err != nil {
		return err
	} else if seq > 0 { // nothing can have been otherwise in a log that was empty
		seq = now
	}
	return b.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := b.store.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", sinceSetting, strconv.AppendInt(nil, seq, 10))
		return err
	})
}

// fill goes on after an id, and tells where it came to and whether there may be more.
func (b *Book) fill(ctx context.Context, e *entry, after uuid.UUID, end func(ctx context.Context) (int64, error)) (last uuid.UUID, more bool, err error) {
	var lacking []uuid.UUID
	n := 0
	next := "SELECT t.id, CASE WHEN " + e.content + " = " + newest + " THEN 1 ELSE 0 END FROM " +
		e.table + " t WHERE t.id > ? ORDER BY t.id LIMIT ?"
	last = after
	err = b.store.Query(ctx, next, []any{after, filledAtOnce}, func(r *sql.Rows) error {
		n++
		var there int
		err := r.Scan(&last, &there)
		if there == 0 {
			lacking = append(lacking, last)
		}
		return err
	})
	if err == nil && len(lacking) > 0 {
		err = b.base(ctx, e, lacking, end)
	}
	if err != nil {
		err = fmt.Errorf("keep versions of the rows of %s: %w", e.table, err)
	}
	return last, n == filledAtOnce, err
}

// base keeps versions of rows without an act.
func (b *Book) base(ctx context.Context, e *entry, ids []uuid.UUID, end func(ctx context.Context) (int64, error)) error {
	return b.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		seq, err := end(ctx)
		if err != nil {
			return err
		}
		place, pair := "?", "(?, ?)"
		if b.store.IsPostgres() {
			place, pair = "?::bigint", "(?::uuid, ?::uuid)"
		}
		args := make([]any, 1, 1+2*len(ids))
		args[0] = seq
		for _, id := range ids {
			name, err := uuid.NewV7()
			if err != nil {
				return fmt.Errorf("name a version: %w", err)
			}
			args = append(args, name, id)
		}
		text := "INSERT INTO row_versions (id, seq, subject_id, revision, updated_at, content) SELECT k.column1, " + place +
			", t.id, t.revision, t.updated_at, " + e.content + " FROM (VALUES " + strings.TrimSuffix(strings.Repeat(pair+", ", len(ids)), ", ") +
			") k JOIN " + e.table + " t ON t.id = k.column2 WHERE " + e.content + " <> COALESCE(" + newest + ", '')"
		_, err = b.store.Exec(ctx, tx, text, args...)
		return err
	})
}

// Differing are the rows that are otherwise than they were kept last, as noun and id: none where every change of a tracked row is kept.
func (b *Book) Differing(ctx context.Context) ([]string, error) {
	var all []string
	for _, of := range b.order {
		e := b.tracked[of]
		text := "SELECT t.id, " + e.content + ", " + newest + " FROM " + e.table + " t ORDER BY t.id"
		err := b.store.Query(ctx, text, nil, func(r *sql.Rows) error {
			var id uuid.UUID
			var now string
			var kept sql.NullString
			err := r.Scan(&id, &now, &kept)
			if now != kept.String {
				all = append(all, fmt.Sprintf("%s %s is %s, but was kept as %s", of, id, now, kept.String))
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("compare the rows of %s with what was kept: %w", e.table, err)
		}
	}
	return all, nil
}

// Since is the place of the log from which on rows can be read as they were; false while that is not yet so.
func (b *Book) Since(ctx context.Context) (seq int64, ready bool, err error) {
	var value []byte
	err = b.store.Query(ctx, "SELECT value FROM settings WHERE id = ?", []any{sinceSetting}, func(r *sql.Rows) error { return r.Scan(&value) })
	if err != nil || value == nil {
		return 0, false, err
	}
	seq, err = strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		return 0, false, fmt.Errorf("read since when versions are kept: %w", err)
	}
	return seq, true, nil
}
