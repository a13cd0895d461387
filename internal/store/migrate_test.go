package store_test

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/ent/migrations"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// migrationsAnd gives the migrations and those of another tree.
func migrationsAnd(t *testing.T, more fs.FS) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	for _, from := range []fs.FS{migrations.Files, more} {
		if from == nil {
			continue
		}
		err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := fs.ReadFile(from, name)
			all[name] = &fstest.MapFile{Data: b}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func texts(t *testing.T, s *store.Store, query string) (list []string) {
	t.Helper()
	err := s.Query(context.Background(), query, nil, func(r *sql.Rows) error {
		var text string
		err := r.Scan(&text)
		list = append(list, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAMigrationMayHoldTriggersAndFunctions(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		applied, err := s.MigrateFrom(context.Background(), migrationsAnd(t, os.DirFS("testdata/migrations")))
		if diff := cmp.Diff([]string{"99990101000000_bodies"}, applied); diff != "" || err != nil {
			t.Fatalf("%v, applied (-want +got):\n%s", err, diff)
		}
		if diff := cmp.Diff([]string{"high;"}, texts(t, s, "SELECT grade FROM gauges")); diff != "" {
			t.Errorf("grades (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"end;\nend;", "many"}, texts(t, s, "SELECT line FROM reading_log ORDER BY line")); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
	})
}

func TestAMigrationThatFailsSaysWhereAndLeavesNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		bad := &fstest.MapFile{Data: []byte("CREATE TABLE kept (id integer);\n\n-- this one\nINSERT INTO nowhere VALUES (1);\n")}
		files := migrationsAnd(t, fstest.MapFS{"sqlite/99990101000000_bad.sql": bad, "postgres/99990101000000_bad.sql": bad})
		if _, err := s.MigrateFrom(context.Background(), files); err == nil || !strings.Contains(err.Error(), "99990101000000_bad: line 4:") {
			t.Errorf("Migrate = %v, want the migration and the line", err)
		}
		if list := texts(t, s, "SELECT version FROM schema_migrations WHERE version LIKE '9999%'"); len(list) > 0 {
			t.Errorf("%s counts as applied", list)
		}
	})
}

// TestLandedMigrationsGiveTheirStatements: migrations from before the runner understood SQL split as they did then, at the
// semicolons that end a line.
func TestLandedMigrationsGiveTheirStatements(t *testing.T) {
	const last = "20261122065539_comment_sync.sql"
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		folder := "sqlite"
		if s.IsPostgres() {
			folder = "postgres"
		}
		entries, err := fs.ReadDir(migrations.Files, folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() > last {
				continue
			}
			b, err := fs.ReadFile(migrations.Files, path.Join(folder, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, statement := range strings.Split(string(b), ";\n") {
				for strings.HasPrefix(statement, "--") {
					_, statement, _ = strings.Cut(statement, "\n")
				}
				if statement != "" {
					want = append(want, statement+";")
				}
			}
			got, err := s.Statements(string(b))
			if diff := cmp.Diff(want, got); diff != "" || err != nil || len(got) == 0 {
				t.Errorf("%s: %v (-want +got):\n%s", e.Name(), err, diff)
			}
		}
	})
}
