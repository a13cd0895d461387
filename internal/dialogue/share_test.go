package dialogue_test

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Who waits for a dialogue that somebody is changing sees its phases as they are after the change, not as they were before.
func TestAPlaceThatWasWaitedForIsAsItIsNow(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	s := testdb.Open(t, testdb.Postgres(t), store.Options{Relaxed: true})
	c := clock.NewFixed(now)
	l := actlog.New(s, c, testdb.Keys(t))
	service := dialogue.New(s, l, c, practice.New(s, l, c), nil)
	row := s.Client().Dialogue.Create().SetTitle("Open").SetConvenorID(uuid.New()).SetState(enum.DialogueStateOpen).SaveX(t.Context())
	phase := s.Client().Phase.Create().SetDialogueID(row.ID).SetPosition(0).SetKind("CONSULTATION").SetOpensAt(now.Add(-time.Hour)).
		SetMayComment(true).SetMayVote(true).SaveX(t.Context())

	changing, waited := make(chan struct{}), make(chan error, 1)
	var facts policy.Facts
	err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := s.Exec(ctx, tx, "UPDATE phases SET may_vote = FALSE WHERE id = ?", phase.ID); err != nil {
			return err
		}
		if _, err := s.Exec(ctx, tx, "UPDATE dialogues SET revision = revision + 1 WHERE id = ?", row.ID); err != nil {
			return err
		}
		go func() {
			close(changing)
			waited <- s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				at, err := service.Place(ctx, tx, row.ID)
				facts = at.Facts
				return err
			})
		}()
		<-changing
		return awaitLock(ctx, s)
	})
	if err := errors.Join(err, <-waited); err != nil {
		t.Fatal(err)
	}
	if facts.Has(policy.MayVote) || !facts.Has(policy.MayComment) {
		t.Errorf("the place has the facts %v: votes are taken that the phase no longer takes", facts)
	}
}

// awaitLock waits until another session waits for a lock.
func awaitLock(ctx context.Context, s *store.Store) error {
	const waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
	for n := 0; n == 0; runtime.Gosched() {
		if err := s.Query(ctx, waiting, nil, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil {
			return err
		}
	}
	return nil
}
