package store

import (
	"context"
	"database/sql"
	"io/fs"
)

// Unhurried lets tests check what Rewrite relies on.
var Unhurried = unhurried

// InUse is how many connections for reading and, on PostgreSQL, for transactions are not in the pool.
func (s *Store) InUse() int { return s.read.Stats().InUse }

// MayLosePostgres lets tests check settings that no server of theirs has.
var MayLosePostgres = mayLosePostgres

// MigrateFrom applies the migrations of other files.
func (s *Store) MigrateFrom(ctx context.Context, files fs.FS) ([]string, error) {
	return s.migrate(ctx, files)
}

// Statements are those of a migration's text.
func (s *Store) Statements(text string) (texts []string, err error) {
	statements, err := s.statements(text)
	for _, one := range statements {
		texts = append(texts, one.Text)
	}
	return texts, err
}

// Exhaust takes every connection for reading until release is called.
func (s *Store) Exhaust(ctx context.Context) (release func(), err error) {
	var all []*sql.Conn
	release = func() {
		for _, c := range all {
			_ = c.Close()
		}
	}
	for range s.read.Stats().MaxOpenConnections {
		c, err := s.read.Conn(ctx)
		if err != nil {
			release()
			return nil, err
		}
		all = append(all, c)
	}
	return release, nil
}
