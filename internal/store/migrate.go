package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"ariga.io/atlas/sql/migrate"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/migrations"
)

// Migration is one change of the schema.
type Migration struct {
	Version string // the name of its file without .sql; migrations run in this order
	Applied bool
}

// ErrNewer reports that a newer version has migrated the database.
var ErrNewer = errors.New("the database was migrated by a newer plenary")

const historyTable = `CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(128) PRIMARY KEY, applied_at bigint NOT NULL)`

// Status lists the migrations and whether they are applied. It fails on an applied migration that this program does not know: a
// newer version has migrated the database, and this one must not use it.
func (s *Store) Status(ctx context.Context) ([]Migration, error) {
	return s.status(ctx, migrations.Files)
}

func (s *Store) status(ctx context.Context, files fs.FS) ([]Migration, error) {
	versions, err := s.versions(files)
	if err != nil {
		return nil, err
	}
	done, err := s.applied(ctx)
	if err != nil {
		return nil, err
	}
	var list []Migration
	for _, v := range versions {
		list = append(list, Migration{Version: v, Applied: slices.Contains(done, v)})
	}
	for _, v := range done {
		if !slices.Contains(versions, v) {
			return list, fmt.Errorf("%w (it has %s): use that version or a later one", ErrNewer, v)
		}
	}
	return list, nil
}

// Migrate applies the missing migrations, each in its own transaction, and returns those that it applied.
func (s *Store) Migrate(ctx context.Context) ([]string, error) {
	return s.migrate(ctx, migrations.Files)
}

func (s *Store) migrate(ctx context.Context, files fs.FS) ([]string, error) {
	if err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.lockMigrating(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, historyTable)
		return err
	}); err != nil {
		return nil, fmt.Errorf("prepare to migrate: %w", err)
	}
	list, err := s.status(ctx, files)
	if err != nil {
		return nil, err
	}
	var applied []string
	for _, m := range list {
		if m.Applied {
			continue
		}
		ran, err := s.apply(ctx, files, m.Version)
		if err != nil {
			return applied, fmt.Errorf("migrate to %s: %w", m.Version, err)
		}
		if ran {
			applied = append(applied, m.Version)
		}
	}
	return applied, nil
}

// apply runs one migration, unless another replica has done so in the meantime.
func (s *Store) apply(ctx context.Context, files fs.FS, version string) (ran bool, err error) {
	text, err := fs.ReadFile(files, path.Join(s.folder(), version+".sql"))
	if err != nil {
		return false, err
	}
	statements, err := s.statements(string(text))
	if err != nil {
		return false, err
	}
	err = s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		ran = false
		if err := s.lockMigrating(ctx, tx); err != nil {
			return err
		}
		n, err := s.Exec(ctx, tx, "INSERT INTO schema_migrations (version, applied_at) VALUES (?, ?) ON CONFLICT (version) DO NOTHING",
			version, time.Now().UnixMicro())
		if err != nil || n == 0 {
			return err
		}
		ran = true
		for _, statement := range statements {
			if _, err := tx.ExecContext(ctx, statement.Text); err != nil {
				return fmt.Errorf("line %d: %w", 1+strings.Count(string(text[:statement.Pos]), "\n"), err)
			}
		}
		return nil
	})
	return ran, err
}

// statements splits a migration. A semicolon inside the body of a trigger or a function does not end a statement. A quote inside a
// string must be doubled: the scanner does not know the backslash of PostgreSQL's E'...' and refuses such a file.
func (s *Store) statements(text string) ([]*migrate.Stmt, error) {
	scanner := migrate.Scanner{ScannerOptions: migrate.ScannerOptions{
		MatchBegin:       true,
		MatchBeginAtomic: s.IsPostgres(),
		MatchDollarQuote: s.IsPostgres(),
	}}
	return scanner.Scan(text)
}

func (s *Store) lockMigrating(ctx context.Context, tx *db.Tx) error {
	if !s.IsPostgres() {
		return nil
	}
	_, err := tx.ExecContext(ctx, lockMigrations)
	return err
}

func (s *Store) folder() string {
	if s.IsPostgres() {
		return "postgres"
	}
	return "sqlite"
}

func (s *Store) versions(files fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(files, s.folder())
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var versions []string
	for _, f := range entries {
		if v, ok := strings.CutSuffix(f.Name(), ".sql"); ok {
			versions = append(versions, v)
		}
	}
	slices.Sort(versions)
	return versions, nil
}

func (s *Store) applied(ctx context.Context) ([]string, error) {
	exists := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
	if s.IsPostgres() {
		exists = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_migrations'"
	}
	var n int
	if err := s.read.QueryRowContext(ctx, exists).Scan(&n); err != nil || n == 0 {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, "SELECT version FROM schema_migrations ORDER BY version")
	if err != nil {
		return nil, err
	}
	return collect(rows)
}

func collect(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var list []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}
