package history

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Version is a row after an act.
type Version struct {
	Act       uuid.UUID // Nil for what was there before versions were kept
	Seq       int64     // the place from which on it was so
	Type      string    // of the act
	UpdatedAt time.Time // of the row
	content   map[string]json.RawMessage
}

// Row is a row of ent's.
type Row interface{ Dest(column string) any }

// At reads the newest version that rows had at a place of the log. What was not there yet is left out.
func (b *Book) At(ctx context.Context, seq int64, ids []uuid.UUID) (map[uuid.UUID]*Version, error) {
	found := make(map[uuid.UUID]*Version, len(ids))
	err := b.read(ctx, seq, ids, "n = 1", func(subject uuid.UUID, v *Version) { found[subject] = v })
	return found, err
}

// Until reads all versions that rows had up to a place of the log, in their order.
func (b *Book) Until(ctx context.Context, seq int64, ids []uuid.UUID) (map[uuid.UUID][]*Version, error) {
	found := make(map[uuid.UUID][]*Version, len(ids))
	err := b.read(ctx, seq, ids, "n > 0", func(subject uuid.UUID, v *Version) { found[subject] = append(found[subject], v) })
	return found, err
}

func (b *Book) read(ctx context.Context, seq int64, ids []uuid.UUID, which string, each func(subject uuid.UUID, v *Version)) error {
	if len(ids) == 0 {
		return nil
	}
	in := b.store.AnyOf("v.subject_id", ids)
	text := "SELECT subject_id, act_id, updated_at, content, place, type FROM (SELECT v.subject_id, v.act_id, v.updated_at, v.content, " +
		"COALESCE(a.seq, v.seq) place, a.type, ROW_NUMBER() OVER (PARTITION BY v.subject_id ORDER BY v.revision DESC, COALESCE(a.seq, v.seq) DESC, v.id DESC) n " +
		"FROM row_versions v LEFT JOIN acts a ON a.act_id = v.act_id WHERE " + in.SQL + " AND COALESCE(a.seq, v.seq) <= ?) s WHERE " + which + " ORDER BY subject_id, n DESC"
	err := b.store.Query(ctx, text, append(in.Args, seq), func(r *sql.Rows) error {
		var subject uuid.UUID
		var id uuid.NullUUID
		var content []byte
		var typ sql.NullString
		v := new(Version)
		if err := r.Scan(&subject, &id, &v.UpdatedAt, &content, &v.Seq, &typ); err != nil {
			return err
		}
		v.Act, v.Type, v.UpdatedAt = id.UUID, typ.String, v.UpdatedAt.UTC()
		if err := json.Unmarshal(content, &v.content); err != nil {
			return err
		}
		each(subject, v)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the versions of rows at %d: %w", seq, err)
	}
	return nil
}

// Onto makes a row what it was.
func (v *Version) Onto(row Row) error { return lay(v.content, row) }

// Word is a text of the row, such as its state.
func (v *Version) Word(column string) string {
	var text string
	_ = json.Unmarshal(v.content[column], &text) // not a text: none
	return text
}

// Parts keeps those of some rows that belonged to the row, in the order in which they were listed, and makes them what they were.
func Parts[R any, P interface {
	*R
	Row
}](v *Version, table string, rows map[uuid.UUID]P) ([]P, error) {
	var listed []map[string]json.RawMessage
	if raw := v.content[list+table]; raw != nil {
		if err := json.Unmarshal(raw, &listed); err != nil {
			return nil, fmt.Errorf("read what belonged to a row in %s: %w", table, err)
		}
	}
	var out []P
	for _, content := range listed {
		var id uuid.UUID
		if err := json.Unmarshal(content["id"], &id); err != nil {
			return nil, fmt.Errorf("read what belonged to a row in %s: %w", table, err)
		}
		row := rows[id]
		if row == nil { // it was deleted since: all of it that is kept
			row = P(new(R))
		}
		if err := lay(content, row); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

var null = []byte("null")

// lay writes columns over those of a row.
func lay(content map[string]json.RawMessage, row Row) error {
	for column, raw := range content {
		if strings.HasPrefix(column, list) {
			continue
		}
		dest := row.Dest(column)
		if bytes.Equal(raw, null) {
			reflect.ValueOf(dest).Elem().SetZero()
			continue
		}
		var err error
		switch d := dest.(type) {
		case *time.Time:
			*d, err = moment(raw)
		case **time.Time:
			var at time.Time
			at, err = moment(raw)
			*d = &at
		case *json.RawMessage:
			*d = bytes.Clone(raw)
		default:
			reflect.ValueOf(dest).Elem().SetZero()
			err = json.Unmarshal(raw, dest)
		}
		if err != nil {
			return fmt.Errorf("read what a row had in %s: %w", column, err)
		}
	}
	return nil
}

// moment is a time as a database writes it in JSON: PostgreSQL as ISO 8601, SQLite as it stores it, in microseconds since 1970.
func moment(raw json.RawMessage) (time.Time, error) {
	var micros int64
	if err := json.Unmarshal(raw, &micros); err == nil {
		return time.UnixMicro(micros).UTC(), nil
	}
	var t time.Time
	err := json.Unmarshal(raw, &t)
	return t.UTC(), err
}
