// Command diff writes the step from the migrations so far to the schema of ent/schema, for both dialects. It wants two
// empty databases to replay on: a file of its own for SQLite, and TEST_DATABASE_URL for PostgreSQL.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ariga.io/atlas/sql/migrate"
	atlas "ariga.io/atlas/sql/schema"
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
	before, err := filepath.Glob(filepath.Join(path, "*.sql"))
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
		schema.WithDiffHook(refuseUnfilled),
		schema.WithFormatter(migrate.DefaultFormatter))
	if err != nil {
		return err
	}
	after, err := filepath.Glob(filepath.Join(path, "*.sql"))
	if err != nil {
		return err
	}
	written := slices.DeleteFunc(after, func(file string) bool { return slices.Contains(before, file) })
	if len(written) == 0 {
		written = []string{"the migrations so far make this schema: nothing was written"}
	}
	fmt.Printf("%s: %s\n", folder, strings.Join(written, ", "))
	return nil
}

// refuseUnfilled refuses what would fail, or be filled with anything, on tables that hold rows.
func refuseUnfilled(next schema.Differ) schema.Differ {
	return schema.DiffFunc(func(current, desired *atlas.Schema) ([]atlas.Change, error) {
		changes, err := next.Diff(current, desired)
		if err != nil {
			return nil, err
		}
		changes = predicatesKept(changes)
		return changes, unfilled(changes)
	})
}

// predicatesKept leaves out changes of nothing but the predicate of a partial index: PostgreSQL keeps predicates in words of its own,
// so the ones of ent/schema always look new. A predicate that does change needs an index of another name.
func predicatesKept(changes []atlas.Change) []atlas.Change {
	return slices.DeleteFunc(changes, func(change atlas.Change) bool {
		table, ok := change.(*atlas.ModifyTable)
		if !ok {
			return false
		}
		table.Changes = slices.DeleteFunc(table.Changes, func(one atlas.Change) bool {
			index, ok := one.(*atlas.ModifyIndex)
			return ok && index.Change == atlas.ChangeAttr
		})
		return len(table.Changes) == 0
	})
}

func unfilled(changes []atlas.Change) error {
	var errs []error
	for _, change := range changes {
		table, ok := change.(*atlas.ModifyTable)
		if !ok {
			continue
		}
		for _, one := range table.Changes {
			switch c := one.(type) {
			case *atlas.AddColumn:
				if !c.C.Type.Null && c.C.Default == nil {
					errs = append(errs, fmt.Errorf("the new column %s.%s needs a value, and rows that are there have none", table.T.Name, c.C.Name))
				}
			case *atlas.ModifyColumn:
				if c.From.Type.Null && !c.To.Type.Null {
					errs = append(errs, fmt.Errorf("the column %s.%s may no longer be null, and rows that are there may have no value", table.T.Name, c.To.Name))
				}
			}
		}
	}
	if len(errs) > 0 {
		errs = append(errs, errors.New("in ent/schema, make the column Optional().Nillable(), or give it a default in the database, "+
			"such as Default(\"\") or Annotations(entsql.Default(\"0\"))"))
	}
	return errors.Join(errs...)
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
		query = strings.TrimSuffix(query, ";") + " CASCADE"
	}
	return d.Driver.Exec(ctx, query, args, v)
}
