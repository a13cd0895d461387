// Package reading knows how far a person has read each dialogue, and what is new there since.
//
// Invariants: a reading goes up to a place in the log that the person was shown, and never back. It is the person's alone: no act
// tells of it, nobody else sees it by any way out, it is in the person's copy of their data, and it goes when the person is erased.
// What the person did is not new to them, and what they may not see does not count.
package reading

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Log runs use cases that write no act.
type Log interface {
	Quietly(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (*act.Result, error)) (*act.Result, error)
}

// Dialogues knows dialogues.
type Dialogues interface {
	// May checks that the actor may do something with a dialogue that it sees.
	May(ctx context.Context, action policy.Action, id uuid.UUID) error
}

// Visible knows which rows of a table the actor may see.
type Visible interface {
	Visible(a policy.Actor, alias string, given ...policy.Fact) store.Cond
}

// Service holds the use cases of readings.
type Service struct {
	store               *store.Store
	log                 Log
	dialogues           Dialogues
	comments, proposals Visible
}

// New makes the service.
func New(s *store.Store, l Log, dialogues Dialogues, comments, proposals Visible) *Service {
	return &Service{store: s, log: l, dialogues: dialogues, comments: comments, proposals: proposals}
}

// Mark notes that the actor has read a dialogue up to a place in the log. place gives it, once the actor may do this. Who has read
// further already, in another window or on another replica, stays there.
func (s *Service) Mark(ctx context.Context, dialogue uuid.UUID, place func(ctx context.Context) (seq int64, err error)) (*act.Result, error) {
	return s.log.Quietly(ctx, func(ctx context.Context, tx *db.Tx) (*act.Result, error) {
		if err := s.dialogues.May(ctx, policy.MarkDialogueRead, dialogue); err != nil {
			return nil, err
		}
		seq, err := place(ctx)
		if err != nil {
			return nil, err
		}
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return nil, fmt.Errorf("name the reading: %w", err)
		}
		const mark = `INSERT INTO readings (id, member_id, dialogue_id, seq, read_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (member_id, dialogue_id) DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at WHERE excluded.seq >= readings.seq`
		if _, err := s.store.Exec(ctx, tx, mark, id, policy.ActorFrom(ctx).Member, dialogue, seq, now.UTC()); err != nil {
			return nil, fmt.Errorf("mark the dialogue as read: %w", err)
		}
		return &act.Result{Resource: string(policy.Dialogue), Subject: dialogue, At: now}, nil
	})
}

// Personal says what becomes of what is kept of a person's reading.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "readings", Column: "member_id", Person: true, Erasure: "The rows are deleted.", Erase: s.erase,
		Export: &personal.File{
			Name: "readings", Noun: "dialogue", Columns: []string{"dialogue", "read_at"},
			Query: "SELECT dialogue_id, read_at FROM readings WHERE member_id = ? ORDER BY dialogue_id",
		},
	}}
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, member uuid.UUID) error {
	if _, err := s.store.Exec(ctx, tx, "DELETE FROM readings WHERE member_id = ?", member); err != nil {
		return fmt.Errorf("delete how far a person has read: %w", err)
	}
	return nil
}
