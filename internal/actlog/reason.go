package actlog

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// reasons are why some acts were done, as they are about to be kept.
type reasons struct {
	rows int
	args []any
}

func (r *reasons) add(d Deed) {
	if d.Reason != "" {
		r.rows++
		r.args = append(r.args, d.ID, orNull(d.Stakeholder), d.Reason)
	}
}

// keepReasons keeps why acts were done beside the acts: their payloads are sealed, and go with the person who acted.
func (l *Log) keepReasons(ctx context.Context, tx *db.Tx, r *reasons) error {
	if r.rows == 0 {
		return nil
	}
	text := "INSERT INTO act_reasons (id, stakeholder_id, words) VALUES (?, ?, ?)" + strings.Repeat(", (?, ?, ?)", r.rows-1)
	if _, err := l.store.Exec(ctx, tx, text, r.args...); err != nil {
		return fmt.Errorf("keep the reasons of acts: %w", err)
	}
	*r = reasons{}
	return nil
}

// Reasons gives why acts were done, by their ids: those that say so. The acts are visible already.
func (l *Log) Reasons(ctx context.Context, acts []uuid.UUID) (map[uuid.UUID]string, error) {
	found := map[uuid.UUID]string{}
	of := l.store.AnyOf("id", acts)
	err := l.store.Query(ctx, "SELECT id, words FROM act_reasons WHERE words <> '' AND "+of.SQL, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var words string
		err := r.Scan(&id, &words)
		found[id] = words
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the reasons of acts: %w", err)
	}
	return found, nil
}

// eraseReasons takes away what a customer gave as reasons.
func (l *Log) eraseReasons(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	if _, err := l.store.Exec(ctx, tx, "UPDATE act_reasons SET words = '' WHERE stakeholder_id = ?", customer); err != nil {
		return fmt.Errorf("blank reasons: %w", err)
	}
	return nil
}
