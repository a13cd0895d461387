package comment

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/setting"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

const (
	// TellEvery is the least time between two acts that tell the tally of a comment, on all replicas together.
	TellEvery = 2 * time.Second
	// toldSetting is where the log's readers of votes stopped: the votes up to there have been told.
	toldSetting = "tallies_told"
)

// telling is the server itself, for the log and the policy.
var telling = policy.SystemActor("tallies")

// Teller tells how comments were voted on. The act of a vote is its party's own; so for each comment that was voted on, or whose
// votes were taken back, the teller writes an act with the tally, which names nobody, for everybody who may see the comment.
//
// It reads votes from the log. How far it got is in a row of the database, which it changes in the transaction of the acts that it
// writes: whatever dies when, each vote is told, and told once. Any number of tellers share a database.
type Teller struct {
	*Service
	log    *actlog.Log
	logger *slog.Logger
}

// Teller gives the teller of the comments' tallies.
func (s *Service) Teller(l *actlog.Log, logger *slog.Logger) *Teller { return &Teller{s, l, logger} }

// told is how far a teller got, and when.
type told struct {
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"`
}

// Begin begins at the log's end in a database where nothing was told yet: what was voted before can be read.
func (t *Teller) Begin(ctx context.Context) error {
	begun := false
	err := t.store.Query(ctx, "SELECT 1 FROM settings WHERE id = ?", []any{toldSetting}, func(*sql.Rows) error {
		begun = true
		return nil
	})
	if err == nil && !begun {
		err = t.store.InTx(ctx, t.begin)
	}
	if err != nil {
		return fmt.Errorf("find where tallies are told from: %w", err)
	}
	return nil
}

func (t *Teller) begin(ctx context.Context, tx *db.Tx) error {
	var end told
	const text = "SELECT (SELECT COALESCE(MAX(seq), 0) FROM acts) + (SELECT COUNT(*) FROM queued_acts)"
	if err := t.store.QueryTx(ctx, tx, text, nil, func(r *sql.Rows) error { return r.Scan(&end.Seq) }); err != nil {
		return err
	}
	value, err := json.Marshal(end)
	if err != nil {
		return err
	}
	_, err = t.store.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", toldSetting, value)
	return err
}

// Run tells tallies until the context ends. The log says when there is something to tell: while nobody votes it leaves the
// database alone.
func (t *Teller) Run(ctx context.Context) {
	seen := int64(-1) // votes up to here need no look
	for failed := false; ctx.Err() == nil; {
		var err error
		if seen, err = t.await(ctx, seen); err == nil {
			err = t.tellAll(ctx)
		}
		if err != nil && ctx.Err() == nil && !failed && !errors.Is(err, actlog.ErrForked) { // a log that has stopped says so itself
			t.logger.Error("tallies_not_told", "error", err)
		}
		if failed = err != nil; failed {
			seen = -1
			pause(ctx, TellEvery)
		}
	}
}

// await returns when somebody has voted after a place in the log, with that place; at once at the beginning, because somebody may
// have voted while no server ran.
func (t *Teller) await(ctx context.Context, seen int64) (int64, error) {
	if seen < 0 {
		return t.log.Head(ctx)
	}
	for {
		acts, grown, err := t.log.After(ctx, seen)
		if err != nil {
			return seen, err
		}
		for _, a := range acts {
			if seen = a.ID; isVote(a) {
				return seen, nil
			}
		}
		if len(acts) > 0 {
			continue
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return seen, ctx.Err()
		}
	}
}

// isVote reports whether an act moved a tally. What an import loads, without a member that acted, its own act tells.
func isVote(a *db.Act) bool {
	return (a.Type == "comment.voted" || a.Type == "comment.vote_retracted") && a.MemberCommitment != nil
}

const votes = "type IN ('comment.voted', 'comment.vote_retracted') AND member_commitment IS NOT NULL"

// tellAll tells what there is to tell, as soon as it may.
func (t *Teller) tellAll(ctx context.Context) error {
	for ctx.Err() == nil {
		wait, err := t.Tell(ctx)
		if err != nil || wait == 0 {
			return err
		}
		pause(ctx, wait)
	}
	return ctx.Err()
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Tell tells the tallies of the comments that were voted on since the last time. If that was a moment ago, it returns how long to
// wait.
func (t *Teller) Tell(ctx context.Context) (wait time.Duration, err error) {
	wrote := false
	err = t.store.InTx(policy.WithActor(ctx, telling), func(ctx context.Context, tx *db.Tx) error {
		wait, wrote = 0, false
		last, row, err := t.last(ctx, tx)
		if err != nil {
			return err
		}
		next, ids, err := t.voted(ctx, tx, last.Seq)
		if err != nil || len(ids) == 0 {
			return err
		}
		if next.At, err = t.store.Now(ctx, tx); err != nil {
			return err
		}
		if wait = last.At.Add(TellEvery).Sub(next.At); wait > 0 && wait <= TellEvery {
			return nil
		}
		wait, wrote = 0, true
		entries, err := t.tallies(ctx, tx, ids)
		if err != nil {
			return err
		}
		if _, err := t.log.Append(ctx, tx, telling, entries...); err != nil {
			return err
		}
		value, err := json.Marshal(next)
		if err != nil {
			return err
		}
		return row.Update().SetValue(value).Exec(ctx)
	})
	if err != nil {
		return 0, fmt.Errorf("tell tallies: %w", err)
	}
	if wrote {
		t.log.Wake()
	}
	return wait, nil
}

// last reads and locks how far the tellers got.
func (t *Teller) last(ctx context.Context, tx *db.Tx) (last told, row *db.Setting, err error) {
	row, err = tx.Setting.Query().Where(setting.ID(toldSetting), t.store.ForUpdate).Only(ctx)
	if err == nil {
		err = json.Unmarshal(row.Value, &last)
	}
	if err != nil {
		return last, nil, fmt.Errorf("read how far they were told: %w", err)
	}
	return last, row, nil
}

// voted finds the comments that were voted on after a place in the log, in the order of their first vote, and the log's end.
func (t *Teller) voted(ctx context.Context, tx *db.Tx, after int64) (end told, ids []uuid.UUID, err error) {
	const text = "SELECT subject_id, MIN(seq), MAX(seq) FROM acts WHERE seq > ? AND " + votes + " GROUP BY subject_id ORDER BY 2"
	end.Seq = after
	err = t.store.QueryTx(ctx, tx, text, []any{after}, func(r *sql.Rows) error {
		var id uuid.UUID
		var first, last int64
		err := r.Scan(&id, &first, &last)
		ids, end.Seq = append(ids, id), max(end.Seq, last)
		return err
	})
	if err != nil {
		return end, nil, fmt.Errorf("find who was voted on: %w", err)
	}
	return end, ids, nil
}

// tallies makes the acts that tell the tallies of comments.
func (t *Teller) tallies(ctx context.Context, tx *db.Tx, ids []uuid.UUID) ([]act.Entry, error) {
	rows := make(map[uuid.UUID]*db.Comment, len(ids))
	named := t.store.AnyOf("id", ids)
	text := "SELECT id, revision, state, subject_type, subject_id, dialogue_id, agrees, disagrees, passes FROM comments WHERE " + named.SQL
	err := t.store.QueryTx(ctx, tx, text, named.Args, func(r *sql.Rows) error {
		c := new(db.Comment)
		err := r.Scan(&c.ID, &c.Revision, &c.State, &c.SubjectType, &c.SubjectID, &c.DialogueID, &c.Agrees, &c.Disagrees, &c.Passes)
		rows[c.ID] = c
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read tallies: %w", err)
	}
	entries := make([]act.Entry, 0, len(ids))
	for _, id := range ids {
		c := rows[id]
		if c == nil {
			return nil, fmt.Errorf("somebody voted on the comment %s, which is not there", id)
		}
		if err := policy.Check(ctx, policy.TallyComment, policy.Subject{Resource: policy.Comment, State: string(c.State)}); err != nil {
			return nil, err
		}
		n := TallyOf(c)
		entries = append(entries, of("comment.tallied", placed{Comment: c}, map[string]any{"agree": n.Agree, "disagree": n.Disagree, "pass": n.Pass}))
	}
	return entries, nil
}
