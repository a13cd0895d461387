package demo

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/store"
)

// Place is a dialogue in which everybody may speak now.
type Place struct {
	Dialogue uuid.UUID
	Title    string
}

// Open finds a place to speak; nil when there is none.
func Open(ctx context.Context, s *store.Store, now time.Time) (found *Place, err error) {
	const text = `SELECT d.id, d.title FROM dialogues d JOIN phases p ON p.dialogue_id = d.id
		WHERE d.state = 'OPEN' AND d.visibility = 'PUBLIC' AND p.may_comment AND p.opens_at <= ? AND (p.closes_at IS NULL OR p.closes_at > ?)
		ORDER BY d.id LIMIT 1`
	err = s.Query(ctx, text, []any{now, now}, func(r *sql.Rows) error {
		found = &Place{}
		return r.Scan(&found.Dialogue, &found.Title)
	})
	if err != nil {
		return nil, fmt.Errorf("find an open dialogue: %w", err)
	}
	return found, nil
}
