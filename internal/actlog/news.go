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
	Type     string
	Noun     string // of the subject
	Subject  uuid.UUID
	Parent   uuid.UUID // Nil for none
	Dialogue uuid.UUID // Nil for none
	Seq      int64     // 0 for an act that has no place yet
}

// End gives the newest act that has a place; zero and Nil for none.
func (l *Log) End(ctx context.Context) (seq int64, act uuid.UUID, err error) {
	err = l.store.Query(ctx, "SELECT seq, act_id FROM acts ORDER BY seq DESC LIMIT 1", nil, func(r *sql.Rows) error { return r.Scan(&seq, &act) })
	if err != nil {
		return 0, uuid.Nil, fmt.Errorf("find the end of the log: %w", err)
	}
	return seq, act, nil
}

// News gives what has been touched by acts behind a place, those without a place among them, as one look at the database
// shows it: every change that was answered before the look began is in it. It gives at most a number of them, and says
// whether those are all.
func (l *Log) News(ctx context.Context, after int64, most int) (touches []Touch, all bool, err error) {
	const columns = "act_id, type, subject_type, subject_id, parent_id, dialogue_id"
	// In order, though nobody needs one: only then does a plan for any place walk the index, and does a look at the queue not
	// read all pages that a burst of acts has left behind.
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
