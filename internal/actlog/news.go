package actlog

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"
)

// Touch is what an act has touched: its subject, and what the subject belongs to.
type Touch struct {
	Act      uuid.UUID
	Type     string
	Noun     string // of the subject
	Subject  uuid.UUID
	Parent   uuid.UUID // Nil for none
	Dialogue uuid.UUID // Nil for none
	Seq      int64     // 0 for an act that has no sequence number yet
}

// News returns what was touched by acts after a sequence number and by queued acts, which have none yet. It is one
// statement, so it includes every change that was answered before it began. It returns at most most touches, and whether
// those are all.
func (l *Log) News(ctx context.Context, after int64, most int) (touches []Touch, all bool, err error) {
	const columns = "act_id, type, subject_type, subject_id, parent_id, dialogue_id"
	// Nobody needs the order. But it makes the generic plan walk the index, and it keeps the read of the queue from visiting
	// all pages that a burst of acts left behind.
	const text = "SELECT * FROM (SELECT seq, " + columns + " FROM acts WHERE seq > ? ORDER BY seq LIMIT ?) a UNION ALL " +
		"SELECT * FROM (SELECT 0, " + columns + " FROM queued_acts ORDER BY id LIMIT ?) q"
	err = l.store.Query(ctx, text, []any{after, most + 1, most + 1}, func(r *sql.Rows) error {
		var t Touch
		var parent, dialogue *uuid.UUID
		if err := r.Scan(&t.Seq, &t.Act, &t.Type, &t.Noun, &t.Subject, &parent, &dialogue); err != nil {
			return err
		}
		if parent != nil {
			t.Parent = *parent
		}
		if dialogue != nil {
			t.Dialogue = *dialogue
		}
		touches = append(touches, t)
		return nil
	})
	if err != nil {
		return nil, false, fmt.Errorf("look for news: %w", err)
	}
	return touches, len(touches) <= most, nil
}
