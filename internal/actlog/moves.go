package actlog

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Move is an act as those see it who only want to know what it is about.
type Move struct {
	Position
	Type    string
	Subject uuid.UUID
}

// stride is how many places of the log one statement looks at: most acts are votes, and no reader of few nouns is to hold the database
// while all are passed.
const stride = 20_000

// Moves returns the acts about some nouns after a sequence number and up to another, in order, at most most of them, and how far it has
// looked.
func (l *Log) Moves(ctx context.Context, after, until int64, nouns []policy.Resource, most int) (moves []Move, through int64, err error) {
	through = min(until, after+stride)
	words := make([]string, len(nouns))
	for i, n := range nouns {
		words[i] = "'" + string(n) + "'"
	}
	text := "SELECT seq, act_id, type, subject_id FROM acts WHERE seq > ? AND seq <= ? AND subject_type IN (" + strings.Join(words, ", ") + ") ORDER BY seq LIMIT ?"
	err = l.store.Query(ctx, text, []any{after, through, most}, func(r *sql.Rows) error {
		var seq int64
		var act uuid.UUID
		var m Move
		err := r.Scan(&seq, &act, &m.Type, &m.Subject)
		m.Position = PositionAt(seq, act)
		moves = append(moves, m)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read what acts are about: %w", err)
	}
	if len(moves) == most {
		through = moves[most-1].Seq
	}
	return moves, through, nil
}

// Place is the present end of the log as a position.
func (l *Log) Place(ctx context.Context) (Position, error) {
	seq, act, err := l.End(ctx)
	if err != nil || seq == 0 {
		return Position{}, err
	}
	return PositionAt(seq, act), nil
}
