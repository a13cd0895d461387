package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestMigrationsKeepWhatIsThere applies the migrations one by one to tables that all hold rows, as those of an operator do who
// upgrades: none fails, and none loses a row.
func TestMigrationsKeepWhatIsThere(t *testing.T) {
	testdb.EachEmpty(t, func(t *testing.T, databaseURL string) {
		s, err := store.Open(t.Context(), databaseURL, store.Options{Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		all, names := migrationsFor(t, s)
		counts := map[string]int{}
		for i, name := range names {
			before := counts
			some := maps.Clone(all)
			for _, later := range names[i+1:] {
				delete(some, later)
			}
			if _, err := s.MigrateFrom(t.Context(), some); err != nil {
				t.Fatalf("on tables that hold rows: %v", err)
			}
			counts = tables(t, s)
			for table, rows := range before {
				if now, ok := counts[table]; ok && now != rows {
					t.Errorf("%s leaves %d of the %d rows of %s", name, now, rows, table)
				}
			}
			for table := range counts {
				addRows(t, s, table)
				counts[table] += 3
			}
		}
		if len(names) < 5 || len(counts) < 20 {
			t.Errorf("%d migrations and %d tables", len(names), len(counts))
		}
	})
}

// migrationsFor gives all migrations, and the names of those for a database in order.
func migrationsFor(t *testing.T, s *store.Store) (all fstest.MapFS, names []string) {
	t.Helper()
	all = migrationsAnd(t, nil)
	folder := map[bool]string{false: "sqlite/", true: "postgres/"}[s.IsPostgres()]
	return all, slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(n string) bool { return !strings.HasPrefix(n, folder) || !strings.HasSuffix(n, ".sql") })
}

func run(t *testing.T, s *store.Store, text string, args ...any) {
	t.Helper()
	if err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { _, err := s.Exec(ctx, tx, text, args...); return err }); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// tables counts the rows of each table.
func tables(t *testing.T, s *store.Store) map[string]int {
	t.Helper()
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migrations'"
	if s.IsPostgres() {
		list = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'schema_migrations'"
	}
	counts := map[string]int{}
	for _, name := range texts(t, s, list) {
		err := s.Query(t.Context(), fmt.Sprintf("SELECT COUNT(*) FROM %q", name), nil, func(r *sql.Rows) error {
			var n int
			err := r.Scan(&n)
			counts[name] = n
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return counts
}

// addRows adds three rows to a table.
func addRows(t *testing.T, s *store.Store, table string) {
	t.Helper()
	for range 3 {
		addRow(t, s, table, nil)
	}
}

// addRow adds a row to a table, with what is given and the rest by the types of the columns.
func addRow(t *testing.T, s *store.Store, table string, given map[string]any) {
	t.Helper()
	list := "SELECT name || ' ' || type FROM pragma_table_info('" + table + "')"
	if s.IsPostgres() {
		list = "SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '" + table + "'"
	}
	columns := texts(t, s, list)
	var names, marks []string
	var values []any
	for _, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		value, ok := given[name]
		if !ok {
			value = anything(t, table, typ)
		}
		names, marks, values = append(names, `"`+name+`"`), append(marks, "?"), append(values, value)
	}
	run(t, s, fmt.Sprintf("INSERT INTO %q (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(marks, ", ")), values...)
}

var numbers int64 = 1000

func anything(t *testing.T, table, typ string) any {
	t.Helper()
	numbers++
	switch strings.ToLower(strings.TrimSpace(typ)) {
	case "uuid":
		return uuid.New()
	case "text", "character varying", "varchar":
		return fmt.Sprintf("text %d", numbers)
	case "integer", "bigint", "int":
		return numbers
	case "bool", "boolean":
		return true
	case "blob", "bytea":
		return fmt.Appendf(nil, "bytes %d", numbers)
	case "json", "jsonb":
		return "[]"
	case "datetime", "timestamp with time zone":
		return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	}
	t.Fatalf("no value for the type %q of a column of %s", typ, table)
	return nil
}
