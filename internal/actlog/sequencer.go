package actlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
)

const (
	batch     = 500
	leaseTime = 5 * time.Second
	// floor is how long an act may wait when no wake-up reaches the sequencer, as one from another process.
	floor = time.Second
)

// Run sequences and follows the log until the context ends. It gives the lease back when it stops, so that another
// process need not wait for it to expire.
func (l *Log) Run(ctx context.Context, logger *slog.Logger) {
	holder := uuid.NewString()
	ticker := time.NewTicker(floor)
	defer ticker.Stop()
	for {
		moved, err := l.sequence(ctx, holder)
		switch {
		case ctx.Err() != nil:
			l.giveBack(context.WithoutCancel(ctx), holder, logger)
			return
		case errors.Is(err, errLost):
		case err != nil:
			logger.Error("sequencer_failed", "error", err)
		}
		if err := l.follow(ctx); err != nil && ctx.Err() == nil {
			logger.Error("follow_log_failed", "error", err)
		}
		if err == nil && moved == batch {
			continue // there is more
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-ticker.C:
		}
	}
}

// Drain sequences until the queue is empty; for tools that end, as an import.
func (l *Log) Drain(ctx context.Context) (int, error) {
	holder := uuid.NewString()
	defer l.giveBack(context.WithoutCancel(ctx), holder, slog.Default())
	total := 0
	for {
		n, err := l.sequence(ctx, holder)
		total += n
		if errors.Is(err, errLost) {
			return total, nil // a server is at it
		}
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// deedColumns are what moves from the queue into the log.
const deedColumns = "act_id, type, member_id, stakeholder_id, subject_type, subject_id, subject_revision, dialogue_id, audience, " +
	"policy_version, at, payload, salt, commitment"

// sequence gives the next batch of the queue its places, all in one transaction that also holds the lease.
func (l *Log) sequence(ctx context.Context, holder string) (int, error) {
	if empty, err := l.idle(ctx); err != nil || empty {
		return 0, err
	}
	moved := 0
	err := l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		moved = 0
		if err := l.hold(ctx, tx, holder); err != nil {
			return err
		}
		var last int64
		if err := l.one(ctx, tx, "SELECT COALESCE(MAX(seq), 0) FROM acts", &last); err != nil {
			return fmt.Errorf("find the end of the log: %w", err)
		}
		ids, err := l.queued(ctx, tx)
		if err != nil || len(ids) == 0 {
			return err
		}
		in, arg := l.store.AnyInt("id", ids)
		n, err := l.store.Exec(ctx, tx, "INSERT INTO acts (seq, "+deedColumns+") SELECT ROW_NUMBER() OVER (ORDER BY id) + "+
			l.store.Int("?")+", "+deedColumns+" FROM queued_acts WHERE "+in, last, arg)
		if err != nil {
			return fmt.Errorf("move acts into the log: %w", err)
		}
		if int(n) != len(ids) {
			return fmt.Errorf("moved %d of %d acts", n, len(ids))
		}
		if _, err := l.store.Exec(ctx, tx, "DELETE FROM queued_acts WHERE "+in, arg); err != nil {
			return fmt.Errorf("empty the queue: %w", err)
		}
		moved = len(ids)
		return nil
	})
	return moved, err
}

// idle looks without taking the write lock, so that an idle server leaves the database alone.
func (l *Log) idle(ctx context.Context) (bool, error) {
	empty := true
	err := l.store.Query(ctx, "SELECT id FROM queued_acts LIMIT 1", nil, func(*sql.Rows) error {
		empty = false
		return nil
	})
	return empty, err
}

func (l *Log) queued(ctx context.Context, tx *db.Tx) ([]int64, error) {
	ids := make([]int64, 0, batch)
	err := l.store.QueryTx(ctx, tx, "SELECT id FROM queued_acts ORDER BY id LIMIT ?", []any{batch}, func(r *sql.Rows) error {
		var id int64
		if err := r.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the queue: %w", err)
	}
	return ids, nil
}

// hold takes or renews the lease and locks its row: a holder that slept past its time finds another's name there.
func (l *Log) hold(ctx context.Context, tx *db.Tx, holder string) error {
	now := l.clock.Now()
	const claim = `INSERT INTO leases (id, holder, fence, expires_at) VALUES ('sequencer', ?, 1, ?)
		ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at,
			fence = CASE WHEN leases.holder = excluded.holder THEN leases.fence ELSE leases.fence + 1 END
		WHERE leases.holder = excluded.holder OR leases.expires_at < ?`
	n, err := l.store.Exec(ctx, tx, claim, holder, now.Add(leaseTime), now)
	if err != nil {
		return fmt.Errorf("hold the sequencer's lease: %w", err)
	}
	if n == 0 {
		return errLost
	}
	return nil
}

func (l *Log) giveBack(ctx context.Context, holder string, logger *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := l.store.Exec(ctx, tx, "UPDATE leases SET expires_at = ? WHERE id = 'sequencer' AND holder = ?", l.clock.Now().Add(-time.Second), holder)
		return err
	})
	if err != nil {
		logger.Warn("lease_not_given_back", "error", err)
	}
}

func (l *Log) one(ctx context.Context, tx *db.Tx, text string, dest any) error {
	return l.store.QueryTx(ctx, tx, text, nil, func(r *sql.Rows) error { return r.Scan(dest) })
}

// Table says how acts are read.
var Table = store.Table[db.Act]{
	Name: "acts",
	Columns: []string{
		"seq", "act_id", "type", "member_id", "stakeholder_id", "subject_type", "subject_id", "subject_revision", "dialogue_id", "audience",
		"policy_version", "at", "payload", "commitment",
	},
	Dest: func(a *db.Act) []any {
		return []any{
			&a.ID, &a.ActID, &a.Type, &a.MemberID, &a.StakeholderID, &a.SubjectType, &a.SubjectID, &a.SubjectRevision, &a.DialogueID, &a.Audience,
			&a.PolicyVersion, &a.At, &a.Payload, &a.Commitment,
		}
	},
	ID: func(a *db.Act) uuid.UUID { return a.ActID },
}
