package store

import (
	"context"
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
