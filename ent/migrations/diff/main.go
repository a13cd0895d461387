// Command diff writes the step from the migrations so far to the schema of ent/schema, for both dialects. It wants two
// empty databases to replay on: a file of its own for SQLite, and TEST_DATABASE_URL for PostgreSQL.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"github.com/plenary-dialogue/plenary/ent/db"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./ent/migrations/diff NAME (see make migration)")
	}
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "plenary-diff")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	scratch := "file:" + filepath.Join(folder, "empty.db") + "?_pragma=foreign_keys(1)"
	if err := diff(ctx, "sqlite", scratch, dialect.SQLite, "sqlite", os.Args[1]); err != nil {
		log.Fatalf("SQLite: %v", err)
	}
	if err := diff(ctx, "postgres", os.Getenv("TEST_DATABASE_URL"), dialect.Postgres, "postgres", os.Args[1]); err != nil {
		log.Fatalf("PostgreSQL: %v", err)
	}
}

func diff(ctx context.Context, driver, dsn, dia, folder, name string) error {
	conn, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer conn.Close()
	path := filepath.Join("ent", "migrations", folder)
	dir, err := migrate.NewLocalDir(path)
	if err != nil {
		return err
	}
	client := db.NewClient(db.Driver(cascading{entsql.OpenDB(dia, conn), dia == dialect.Postgres}))
	err = client.Schema.NamedDiff(ctx, name,
		schema.WithDir(dir),
		schema.WithMigrationMode(schema.ModeReplay),
		schema.WithDialect(dia),
		schema.WithDropColumn(true),
		schema.WithDropIndex(true),
		schema.WithFormatter(migrate.DefaultFormatter))
	if err != nil {
		return err
	}
	files, _ := filepath.Glob(filepath.Join(path, "*.sql"))
	fmt.Printf("%s: %s\n", folder, strings.Join(files, ", "))
	return nil
}

// cascading drops tables together with the views on them: what was replayed is cleaned away table by table, and a view keeps
// the old name of a table for replicas of the previous release.
type cascading struct {
	dialect.Driver
	postgres bool
}

// Exec runs a statement.
func (d cascading) Exec(ctx context.Context, query string, args, v any) error {
	if d.postgres && strings.HasPrefix(query, "DROP TABLE ") {
		query += " CASCADE"
	}
	return d.Driver.Exec(ctx, query, args, v)
}
