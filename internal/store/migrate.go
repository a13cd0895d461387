package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/migrations"
)

// Migration is one step of the schema.
type Migration struct {
	Version string // its file's name without .sql; sorted by it
	Applied bool
}

const historyTable = `CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(128) PRIMARY KEY, applied_at bigint NOT NULL)`

// Status tells which steps are applied. A step that this program does not know means that a newer program has been here:
// then the error says so and nothing may run.
func (s *Store) Status(ctx context.Context) ([]Migration, error) {
	steps, err := s.steps()
	if err != nil {
		return nil, err
	}
	done, err := s.applied(ctx)
	if err != nil {
		return nil, err
	}
	var list []Migration
	for _, v := range steps {
		list = append(list, Migration{Version: v, Applied: slices.Contains(done, v)})
	}
	for _, v := range done {
		if !slices.Contains(steps, v) {
			return list, fmt.Errorf("the database was migrated by a newer plenary (it has %s): use that version or a later one", v)
		}
	}
	return list, nil
}

// Migrate applies what is missing, each step in a transaction of its own, and tells what it applied.
func (s *Store) Migrate(ctx context.Context) ([]string, error) {
	if err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.lockMigrating(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, historyTable)
		return err
	}); err != nil {
		return nil, fmt.Errorf("prepare to migrate: %w", err)
	}
	list, err := s.Status(ctx)
	if err != nil {
		return nil, err
	}
	var applied []string
	for _, m := range list {
		if m.Applied {
			continue
		}
		ran, err := s.apply(ctx, m.Version)
		if err != nil {
			return applied, fmt.Errorf("migrate to %s: %w", m.Version, err)
		}
		if ran {
			applied = append(applied, m.Version)
		}
	}
	return applied, nil
}

// apply runs one step unless another replica did so in the meantime.
func (s *Store) apply(ctx context.Context, version string) (ran bool, err error) {
	text, err := fs.ReadFile(migrations.Files, path.Join(s.folder(), version+".sql"))
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
		for _, statement := range strings.Split(string(text), ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	return ran, err
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

func (s *Store) steps() ([]string, error) {
	files, err := fs.ReadDir(migrations.Files, s.folder())
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var steps []string
	for _, f := range files {
		if v, ok := strings.CutSuffix(f.Name(), ".sql"); ok {
			steps = append(steps, v)
		}
	}
	slices.Sort(steps)
	return steps, nil
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
