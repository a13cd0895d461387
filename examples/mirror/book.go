package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

//go:embed tables.sql
var tablesSQL string

// book is the mirror's own database.
type book struct{ db *sql.DB }

// place is how far the mirror has got; see tables.sql.
type place struct {
	Cursor, Head string
	List         int
	After        string
	Copy         int
	CopiedAt     string
	Since        string
}

// table says where things of one kind are stored; the first column is the id.
type table struct {
	name    string
	columns []string
	kept    string // a column that keeps its value when the server gives null for it
}

var (
	parties     = &table{name: "parties", columns: []string{"id", "kind", "name", "handle", "status", "description", "created_at", "revision"}}
	dialogues   = &table{name: "dialogues", columns: []string{"id", "convenor", "title", "brief", "visibility", "state", "round", "outcome", "created_at", "updated_at", "revision"}}
	proposals   = &table{name: "proposals", columns: []string{"id", "dialogue", "author", "kind", "title", "summary", "body", "language", "state", "state_reason", "version", "content_hash", "created_at", "updated_at", "revision"}}
	comments    = &table{name: "comments", columns: []string{"id", "subject", "parent", "author", "body", "stance", "language", "state", "agree", "disagree", "pass", "created_at", "updated_at", "revision"}, kept: "parent"}
	practices   = &table{name: "practices", columns: []string{"id", "firm", "title", "description", "kind", "state", "version", "created_at", "updated_at", "revision"}}
	assessments = &table{name: "assessments", columns: []string{"id", "practice", "title", "template", "state", "version", "content_hash", "created_at", "updated_at", "revision"}}

	// tables by the word with which the ids of their rows begin.
	tables = map[string]*table{
		"stakeholder": parties, "dialogue": dialogues, "proposal": proposals, "comment": comments, "practice": practices, "assessment": assessments,
	}
)

// row is one thing as the server returned it.
type row struct {
	table  *table
	values []any // in the order of the columns
}

func openBook(ctx context.Context, path string) (*book, error) {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, tablesSQL); err != nil {
		return nil, errors.Join(fmt.Errorf("make the tables of %s: %w", path, err), db.Close())
	}
	return &book{db: db}, nil
}

// Close closes the database.
func (b *book) Close() error { return b.db.Close() }

// place reads how far the mirror has got.
func (b *book) place(ctx context.Context) (place, error) {
	var p place
	err := b.db.QueryRowContext(ctx, "SELECT cursor, head, list, after, copy, copied_at, since FROM place").
		Scan(&p.Cursor, &p.Head, &p.List, &p.After, &p.Copy, &p.CopiedAt, &p.Since)
	if err != nil {
		return p, fmt.Errorf("read the place: %w", err)
	}
	return p, nil
}

// change is what one transaction changes in the book.
type change struct {
	rows  []row
	gone  []string // ids of what the viewer may no longer see
	swept bool     // remove what the current copy did not contain
	place place
}

// apply makes a change and moves the place in the same transaction.
func (b *book) apply(ctx context.Context, c change) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, r := range c.rows {
		if _, err := tx.ExecContext(ctx, r.table.upsert(), append(r.values, c.place.Copy)...); err != nil {
			return fmt.Errorf("save %v: %w", r.values[0], err)
		}
	}
	for _, id := range c.gone {
		noun, _, _ := strings.Cut(id, "_")
		t, ok := tables[noun]
		if !ok {
			continue // of a kind that the mirror does not store
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+t.name+" WHERE id = ?", id); err != nil {
			return fmt.Errorf("remove %s: %w", id, err)
		}
	}
	if c.swept {
		for _, t := range tables {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+t.name+" WHERE copy <> ?", c.place.Copy); err != nil {
				return fmt.Errorf("sweep %s: %w", t.name, err)
			}
		}
	}
	p := c.place
	if _, err := tx.ExecContext(ctx, "UPDATE place SET cursor = ?, head = ?, list = ?, after = ?, copy = ?, copied_at = ?, since = ?",
		p.Cursor, p.Head, p.List, p.After, p.Copy, p.CopiedAt, p.Since); err != nil {
		return fmt.Errorf("move on: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (t *table) upsert() string {
	columns := append(t.columns[:len(t.columns):len(t.columns)], "copy")
	sets := make([]string, 0, len(columns))
	for _, c := range columns[1:] {
		set := c + " = excluded." + c
		if c == t.kept {
			set = c + " = COALESCE(excluded." + c + ", " + c + ")"
		}
		sets = append(sets, set)
	}
	return "INSERT INTO " + t.name + " (" + strings.Join(columns, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(columns)-1) +
		") ON CONFLICT (id) DO UPDATE SET " + strings.Join(sets, ", ")
}

// strangers returns the authors of comments and proposals that are not stored as parties.
func (b *book) strangers(ctx context.Context) ([]string, error) {
	rows, err := b.db.QueryContext(ctx, `SELECT author FROM comments UNION SELECT author FROM proposals EXCEPT SELECT id FROM parties`)
	if err != nil {
		return nil, fmt.Errorf("look for strangers: %w", err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("look for strangers: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
