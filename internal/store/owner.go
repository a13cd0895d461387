package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
)

const (
	// applicationID marks the SQLite files of Plenary: "PLNY", where SQLite's own tools look for the owner of a file.
	applicationID = 0x504c4e59
	// firstMigration is in every database of a release from before files were marked.
	firstMigration = "20261122030345_initial"
)

var sqliteMagic = []byte("SQLite format 3\x00")

// checkOwner refuses a file that is no SQLite database, or is that of another program, before anything is written to it.
func checkOwner(ctx context.Context, path string) error {
	began, err := beginning(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && len(began) == 0:
		return nil
	case err != nil:
		return err
	case !bytes.Equal(began, sqliteMagic):
		return fmt.Errorf("%s is not an SQLite database: name another file", path)
	}
	c, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer c.Close()
	var id int64
	var table sql.NullString
	const ask = "SELECT (SELECT application_id FROM pragma_application_id), (SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' LIMIT 1)"
	if err := c.QueryRowContext(ctx, ask).Scan(&id, &table); err != nil {
		return fmt.Errorf("look into %s: %w", path, err)
	}
	if id == applicationID || id == 0 && (!table.Valid || isOfOurs(ctx, c)) {
		return nil
	}
	return fmt.Errorf("%s is the database of another program (it has the table %q): name another file", path, table.String)
}

func isOfOurs(ctx context.Context, c *sql.DB) bool {
	var n int
	err := c.QueryRowContext(ctx, "SELECT COUNT(*) FROM schema_migrations WHERE version = ?", firstMigration).Scan(&n)
	return err == nil && n > 0 // the table of another program has other columns, or none of our versions
}

// beginning reads what tells the format of a file.
func beginning(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, len(sqliteMagic))
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return b[:n], err
}

// mark says whose file this is.
func (s *Store) mark(ctx context.Context) error {
	if _, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return fmt.Errorf("mark the database as Plenary's: %w", err)
	}
	return nil
}
