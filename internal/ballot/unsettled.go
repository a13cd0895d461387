package ballot

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// mostListed is how many ballots are named that keep a dialogue from being closed.
const mostListed = 50

// Unsettled says of each dialogue which of its ballots are open, or wait for the convenor's answer: until then it is not closed.
func (s *Service) Unsettled(ctx context.Context, tx *db.Tx, dialogues []uuid.UUID) (map[uuid.UUID][]*fault.Fault, error) {
	found := map[uuid.UUID][]*fault.Fault{}
	of := s.Store.AnyOf("dialogue_id", dialogues)
	text := `SELECT id, dialogue_id, state FROM ballots WHERE (state = 'OPEN' OR outcome = 'ADOPTED_ONCE_ANSWERED' AND answered_at IS NULL) AND ` + of.SQL + " ORDER BY dialogue_id, id"
	scan := func(r *sql.Rows) error {
		var id, dialogue uuid.UUID
		var state enum.BallotState
		err := r.Scan(&id, &dialogue, &state)
		if len(found[dialogue]) < mostListed {
			found[dialogue] = append(found[dialogue], unsettled(id, state))
		}
		return err
	}
	var err error
	if tx != nil {
		err = s.Store.QueryTx(ctx, tx, text, of.Args, scan)
	} else {
		err = s.Store.Query(ctx, text, of.Args, scan)
	}
	if err != nil {
		return nil, fmt.Errorf("look for ballots that are not settled: %w", err)
	}
	return found, nil
}

func unsettled(id uuid.UUID, state enum.BallotState) *fault.Fault {
	what := "this ballot is open"
	if state != enum.BallotStateOpen {
		what = "this ballot waits for an answer to an objection"
	}
	f := fault.Coded(fault.State, enum.UserErrorCodeIncomplete, "%s", what)
	f.Field = "ballots." + typeid.New("ballot", id).String()
	return f
}

// OpenUntil is when the last ballot of a dialogue closes that is open; nil for none.
func (s *Service) OpenUntil(ctx context.Context, tx *db.Tx, dialogue uuid.UUID) (*time.Time, error) {
	var closes sql.NullTime
	const last = "SELECT closes_at FROM ballots WHERE dialogue_id = ? AND state = 'OPEN' ORDER BY closes_at DESC LIMIT 1"
	if err := s.Store.QueryTx(ctx, tx, last, []any{dialogue}, func(r *sql.Rows) error { return r.Scan(&closes) }); err != nil {
		return nil, fmt.Errorf("look for open ballots: %w", err)
	}
	if !closes.Valid {
		return nil, nil
	}
	return new(closes.Time.UTC()), nil
}
