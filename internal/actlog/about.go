package actlog

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// About returns the last acts of the log about each of some subjects, in order.
func (l *Log) About(ctx context.Context, subjects []uuid.UUID, most int) ([]*db.Act, error) {
	columns, of := strings.Join(Table.Columns, ", "), l.store.AnyOf("subject_id", subjects)
	text := "SELECT " + columns + " FROM (SELECT " + columns + ", ROW_NUMBER() OVER (PARTITION BY subject_id ORDER BY seq DESC) AS place FROM acts WHERE " +
		of.SQL + ") a WHERE place <= ? ORDER BY seq"
	var acts []*db.Act
	err := l.store.Query(ctx, text, append(of.Args, most), func(r *sql.Rows) error {
		a := new(db.Act)
		acts = append(acts, a)
		return Table.Scan(r, a)
	})
	if err == nil && len(acts) > 0 {
		err = l.catchUp(ctx, acts[len(acts)-1].ID)
	}
	if err != nil {
		return nil, fmt.Errorf("read the acts about things: %w", err)
	}
	return acts, nil
}
