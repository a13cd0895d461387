package arch

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

func TestMigrationsMakeEveryColumn(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		for _, table := range migrate.Tables {
			var names []string
			for _, c := range table.Columns {
				names = append(names, `"`+c.Name+`"`)
			}
			text := `SELECT ` + strings.Join(names, ", ") + ` FROM "` + table.Name + `" WHERE 1 = 0`
			if err := s.Query(context.Background(), text, nil, func(*sql.Rows) error { return nil }); err != nil {
				t.Errorf("no migration makes the table %s as ent/schema has it, run make migration: %v", table.Name, err)
			}
		}
	})
}
