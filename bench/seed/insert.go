package seed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	_ "github.com/lib/pq" // the drivers that the server's store uses
	_ "modernc.org/sqlite"
)

// adder takes the values of one row, in the order of the columns.
type adder func(values ...any) error

// database is the database to fill. It bypasses the server's store, which ends long statements such as CREATE INDEX.
type database struct {
	conn     *sql.DB
	postgres bool
}

func open(databaseURL string) (*database, error) {
	if path, ok := strings.CutPrefix(databaseURL, "sqlite://"); ok {
		q := url.Values{"_pragma": {"busy_timeout(5000)", "synchronous(OFF)", "cache_size(-200000)", "temp_store(MEMORY)"}}
		conn, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
		if err == nil {
			conn.SetMaxOpenConns(1)
		}
		return &database{conn: conn}, err
	}
	conn, err := sql.Open("postgres", databaseURL)
	return &database{conn: conn, postgres: true}, err
}

// insert writes the rows of a table. It drops the indexes first and rebuilds them afterwards, which is many times faster than
// updating them with each row.
func (d *database) insert(ctx context.Context, table string, columns []string, rows func(adder) error) error {
	names, texts, err := d.indexes(ctx, table)
	if err != nil {
		return fmt.Errorf("fill %s: %w", table, err)
	}
	for _, name := range names {
		if _, err := d.conn.ExecContext(ctx, fmt.Sprintf("DROP INDEX %q", name)); err != nil {
			return fmt.Errorf("fill %s: %w", table, err)
		}
	}
	if d.postgres {
		err = d.copy(ctx, table, columns, rows)
	} else {
		err = d.write(ctx, table, columns, rows)
	}
	if err != nil {
		return fmt.Errorf("fill %s: %w", table, err)
	}
	for _, text := range texts {
		if _, err := d.conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("index %s: %w", table, err)
		}
	}
	return nil
}

// indexes returns the names of a table's indexes, except its primary key, and the statements that create them.
func (d *database) indexes(ctx context.Context, table string) (names, texts []string, err error) {
	text := "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = $1"
	if d.postgres {
		text = `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = $1
			AND indexname NOT IN (SELECT conname FROM pg_constraint)`
	}
	found, err := d.conn.QueryContext(ctx, text, table)
	if err != nil {
		return nil, nil, err
	}
	defer found.Close()
	for found.Next() {
		var name, text string
		if err := found.Scan(&name, &text); err != nil {
			return nil, nil, err
		}
		names, texts = append(names, name), append(texts, text)
	}
	return names, texts, found.Err()
}

// copy is PostgreSQL's way.
func (d *database) copy(ctx context.Context, table string, columns []string, rows func(adder) error) (err error) {
	tx, err := d.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end(tx)) }()
	stmt, err := tx.PrepareContext(ctx, "COPY "+table+" ("+strings.Join(columns, ", ")+") FROM STDIN")
	if err != nil {
		return err
	}
	err = rows(func(values ...any) error {
		_, err := stmt.ExecContext(ctx, values...)
		return err
	})
	if err != nil {
		return errors.Join(err, stmt.Close())
	}
	if _, err := stmt.ExecContext(ctx); err != nil { // flushes
		return errors.Join(err, stmt.Close())
	}
	if err := stmt.Close(); err != nil {
		return err
	}
	return tx.Commit()
}

const (
	// most bounds the arguments of a statement: SQLite's driver searches all of them to bind each one.
	most = 300
	// together is how many statements make a transaction: its pages stay in the write-ahead log until it ends.
	together = 2000
)

// write is SQLite's way: many rows with each statement, and many statements with each transaction.
func (d *database) write(ctx context.Context, table string, columns []string, rows func(adder) error) (err error) {
	chunk := most / len(columns)
	mark := "(?" + strings.Repeat(",?", len(columns)-1) + ")"
	text := func(n int) string {
		return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " + strings.Repeat(mark+",", n-1) + mark
	}
	var tx *sql.Tx
	var stmt *sql.Stmt
	begin := func() error {
		if tx, err = d.conn.BeginTx(ctx, nil); err == nil {
			stmt, err = tx.PrepareContext(ctx, text(chunk))
		}
		return err
	}
	if err := begin(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end(tx)) }()
	args := make([]any, 0, chunk*len(columns))
	statements := 0
	err = rows(func(values ...any) error {
		for _, v := range values {
			if at, ok := v.(time.Time); ok {
				v = at.UnixMicro()
			}
			args = append(args, v)
		}
		if len(args) < cap(args) {
			return nil
		}
		_, err := stmt.ExecContext(ctx, args...)
		args = args[:0]
		if statements++; err != nil || statements%together > 0 {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		return begin()
	})
	if err != nil {
		return err
	}
	if len(args) > 0 {
		if _, err := tx.ExecContext(ctx, text(len(args)/len(columns)), args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// end rolls back what was not committed.
func end(tx *sql.Tx) error {
	if err := tx.Rollback(); !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}
