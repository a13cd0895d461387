package actlog

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"
)

// Touch is what an act has touched: its subject, and what that belongs to.
type Touch struct {
	Act      uuid.UUID
	Noun     string // of the subject
	Subject  uuid.UUID
	Parent   uuid.UUID // Nil for none
	Dialogue uuid.UUID // Nil for none
	Seq      int64     // 0 for an act that has no place yet
}

// News gives what has been touched by acts behind a place, those without a place among them, as one look at the database
// shows it: every change that was answered before the look began is in it. It gives at most a number of them, and says
// whether those are all.
func (l *Log) News(ctx context.Context, after int64, most int) (touches []Touch, all bool, err error) {
	const columns = "act_id, subject_type, subject_id, parent_id, dialogue_id"
	const text = "SELECT seq, " + columns + " FROM acts WHERE seq > ? UNION ALL SELECT 0, " + columns + " FROM queued_acts LIMIT ?"
	err = l.store.Query(ctx, text, []any{after, most + 1}, func(r *sql.Rows) error {
		var t Touch
		var parent, dialogue *uuid.UUID
		if err := r.Scan(&t.Seq, &t.Act, &t.Noun, &t.Subject, &parent, &dialogue); err != nil {
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
