package actlog

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// keepReason keeps why an act was done beside the act: its payload is sealed, and goes with the person who acted.
func (l *Log) keepReason(ctx context.Context, tx *db.Tx, d Deed) error {
	if d.Reason == "" {
		return nil
	}
	const text = "INSERT INTO act_reasons (id, stakeholder_id, words) VALUES (?, ?, ?)"
	if _, err := l.store.Exec(ctx, tx, text, d.ID, orNull(d.Stakeholder), d.Reason); err != nil {
		return fmt.Errorf("keep the reason of an act: %w", err)
	}
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
