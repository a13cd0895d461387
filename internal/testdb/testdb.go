// Package testdb gives each test a new, migrated database: always SQLite, and PostgreSQL as well when TEST_DATABASE_URL names
// a server. "make test" starts one; plain "go test" reports which tests it skips.
package testdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/lib/pq" // the driver that creates and drops databases

	"github.com/plenary-dialogue/plenary/ent/migrations"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Missing is the message of a test that needs PostgreSQL and has none.
const Missing = "skipped on PostgreSQL: TEST_DATABASE_URL names no server; \"make test\" starts one"

// Each runs a test on each database, with a new store that is migrated and can seal cursors.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachURL(t, func(t *testing.T, databaseURL string) { test(t, Open(t, databaseURL, store.Options{Relaxed: true})) })
}

// EachURL runs a test on each database by its URL. The database is migrated.
func EachURL(t *testing.T, test func(t *testing.T, databaseURL string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// EachEmpty runs a test on each database by its URL, without a table in it.
func EachEmpty(t *testing.T, test func(t *testing.T, databaseURL string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, NoSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, postgres(t, func(string) (string, error) { return "template0", nil })) })
}

// Open opens a database like a server does, and closes it after the test.
func Open(t testing.TB, databaseURL string, o store.Options) *store.Store {
	t.Helper()
	ctx := context.Background()
	o.Poison = true
	s, err := store.Open(ctx, databaseURL, o)
	if err != nil {
		t.Fatalf("open the database: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	if _, err := s.Migrate(ctx); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	if err := s.UseSealKey(ctx); err != nil {
		t.Fatalf("make the seal key: %v", err)
	}
	return s
}

// NoSQLite gives the URL of a file that does not exist yet.
func NoSQLite(t testing.TB) string { return "sqlite://" + filepath.Join(t.TempDir(), "test.db") }

// SQLite gives the URL of a migrated file that is deleted after the test.
func SQLite(t testing.TB) string {
	t.Helper()
	template, err := migrated()
	if err != nil {
		t.Fatalf("prepare a template file: %v", err)
	}
	databaseURL := NoSQLite(t)
	if err := os.WriteFile(strings.TrimPrefix(databaseURL, "sqlite://"), template, 0o600); err != nil {
		t.Fatalf("copy the template file: %v", err)
	}
	return databaseURL
}

// migrated is the content of a migrated file. It is made once for all test binaries: under the race detector that takes seconds.
var migrated = sync.OnceValues(func() ([]byte, error) {
	name, err := templateName("sqlite")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(os.TempDir(), name+".db")
	if content, err := os.ReadFile(path); err == nil {
		return content, nil
	}
	building, err := os.MkdirTemp("", name)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(building)
	made := filepath.Join(building, "made.db")
	if err := migrate("sqlite://" + made); err != nil {
		return nil, err
	}
	if err := os.Rename(made, path); err != nil { // whole, or not there
		return nil, err
	}
	return os.ReadFile(path)
})

func migrate(databaseURL string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, databaseURL, store.Options{Wait: time.Minute})
	if err != nil {
		return err
	}
	_, err = s.Migrate(ctx)
	return errors.Join(err, s.Close())
}

// Postgres gives the URL of a migrated database that is dropped after the test, or skips the test.
func Postgres(t testing.TB) string {
	t.Helper()
	return postgres(t, prepared)
}

func postgres(t testing.TB, from func(server string) (template string, err error)) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Skip(Missing)
	}
	template, err := from(server)
	if err != nil {
		t.Fatalf("prepare a template database: %v", err)
	}
	name := "t_" + uuid.NewString()[:18]
	if err := execute(server, fmt.Sprintf(`CREATE DATABASE %q TEMPLATE %q`, name, template)); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := execute(server, fmt.Sprintf(`DROP DATABASE IF EXISTS %q WITH (FORCE)`, name)); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return withName(server, name)
}

// prepared creates a migrated template database once. To copy it is faster than to migrate each database.
var prepared = func() func(server string) (string, error) {
	var once sync.Once
	var name string
	var err error
	return func(server string) (string, error) {
		once.Do(func() { name, err = prepare(server) })
		return name, err
	}
}()

func prepare(server string) (string, error) {
	name, err := templateName("postgres")
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	conn, err := sql.Open("postgres", server)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	// Test binaries run in parallel; the lock lets one of them create the template.
	one, err := conn.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer one.Close()
	if _, err := one.ExecContext(ctx, "SELECT pg_advisory_lock(7305809156)"); err != nil {
		return "", err
	}
	defer func() { _, _ = one.ExecContext(ctx, "SELECT pg_advisory_unlock(7305809156)") }()
	var n int
	if err := one.QueryRowContext(ctx, "SELECT COUNT(*) FROM pg_database WHERE datname = $1", name).Scan(&n); err != nil || n == 1 {
		return name, err
	}
	building := name + "_" + uuid.NewString()[:8]
	if _, err := one.ExecContext(ctx, fmt.Sprintf(`CREATE DATABASE %q`, building)); err != nil {
		return "", err
	}
	if err := migrate(withName(server, building)); err != nil {
		return "", err
	}
	_, err = one.ExecContext(ctx, fmt.Sprintf(`ALTER DATABASE %q RENAME TO %q`, building, name))
	return name, err
}

// templateName changes with the migrations, so that a server that keeps running never serves an old schema.
func templateName(database string) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.Files, database, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.Files, path)
		h.Write([]byte(path)) // a renamed migration is another migration
		h.Write(b)
		return err
	})
	return "plenary_" + hex.EncodeToString(h.Sum(nil))[:16], err
}

func withName(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}

func execute(server, text string) error {
	conn, err := sql.Open("postgres", server)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.ExecContext(context.Background(), text)
	return err
}
