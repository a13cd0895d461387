package importing

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// heldFor is how long a server holds an import without a sign of life, and lookEvery how often others look for what nobody holds.
	heldFor   = 30 * time.Second
	lookEvery = 5 * time.Second
	// mostAttempts is how often an import is run: what has brought three servers down is not given to a fourth.
	mostAttempts = 3
)

// Run runs what was started, and deletes what nobody started, until the context ends.
func (s *Service) Run(ctx context.Context) {
	holder := uuid.NewString()
	look, sweep := time.NewTicker(lookEvery), time.NewTicker(sweepEvery)
	defer look.Stop()
	defer sweep.Stop()
	for {
		for ran := true; ran && ctx.Err() == nil; {
			var err error
			if ran, err = s.Turn(ctx, holder); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "imports_not_looked_through", "error", err)
			}
		}
		select {
		case <-s.wake:
		case <-look.C:
		case <-sweep.C:
			s.sweepOnce(ctx, holder)
		case <-ctx.Done():
			return
		}
	}
}

// Turn runs the import that waits longest, and tells whether there was one.
func (s *Service) Turn(ctx context.Context, holder string) (ran bool, err error) {
	row, err := s.claim(ctx, holder)
	if err != nil || row == nil {
		return false, err
	}
	if row.Attempts > mostAttempts {
		return true, s.fail(ctx, row, nil, "it was begun three times, and the server stopped each time")
	}
	err = s.run(ctx, row)
	var wrong *source.Faults
	known := fault.Of(err)
	switch {
	case err == nil, errors.Is(err, errLost):
		return true, nil
	case ctx.Err() != nil: // the server stops: another one goes on at once
		return true, s.release(context.WithoutCancel(ctx), row, 0)
	case errors.As(err, &wrong):
		return true, s.fail(ctx, row, wrong, "the database has changed since the check, or who started it has: see the faults")
	case known != nil && known.Kind != fault.Internal && known.Kind != fault.Unavailable && known.Kind != fault.Deadline:
		return true, s.fail(ctx, row, nil, reason(known))
	case row.Attempts == mostAttempts:
		slog.ErrorContext(ctx, "import_failed", "import", row.GlobalID(), "error", err)
		return true, s.fail(ctx, row, nil, "the server failed, three times: nothing is wrong with the file")
	}
	slog.WarnContext(ctx, "import_interrupted", "import", row.GlobalID(), "error", err)
	return true, s.release(ctx, row, lookEvery)
}

// reason says why an import failed that was checked.
func reason(f *fault.Fault) string {
	if f.Kind == fault.NotFound {
		return "what it was to be imported into is no longer there for who started it"
	}
	return f.Message
}

// errLost is why a server stops with an import that another one runs, or that is gone.
var errLost = errors.New("the import is no longer this server's")

// claim takes the import that waits longest.
func (s *Service) claim(ctx context.Context, holder string) (row *db.Imported, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		row = nil
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return err
		}
		id := uuid.Nil
		const next = "SELECT id FROM imports WHERE state = 'RUNNING' AND (held_until IS NULL OR held_until < ?) ORDER BY started_at, id LIMIT 1"
		err = s.Store.QueryTx(ctx, tx, next+s.Store.SkipLocked(), []any{now.UTC()}, func(r *sql.Rows) error { return r.Scan(&id) })
		if err != nil || id == uuid.Nil {
			return err
		}
		row, err = tx.Imported.UpdateOneID(id).SetHolder(holder).SetHeldUntil(now.UTC().Add(heldFor)).AddAttempts(1).Save(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for an import to run: %w", err)
	}
	return row, nil
}

// run writes an import: all of it or nothing.
func (s *Service) run(ctx context.Context, row *db.Imported) error {
	k, err := s.Kind(row.Kind)
	if err != nil {
		return err
	}
	track, ctx := s.track(ctx, row)
	defer s.forget(row, track)
	text, err := s.content(ctx, row.ID)
	if err != nil {
		return err
	}
	_, reduced := k.(intake.Reducer)
	if sum := sha256.Sum256(text); !reduced && hex.EncodeToString(sum[:]) != row.Sha256 {
		return fault.New(fault.Conflict, "the file that is kept is not the one that was checked")
	}
	from := intake.Source{Text: text, Progress: track.hear}
	if err := json.Unmarshal(row.Options, &from.Options); err != nil {
		return fmt.Errorf("read the options of an import: %w", err)
	}
	if ctx, err = s.as(ctx, row); err != nil {
		return err
	}
	var faults source.Faults
	reading, err := s.read(ctx, k, from, &faults)
	if err != nil {
		return err
	}
	if err := faults.Err(); err != nil {
		return err
	}
	err = s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.write(ctx, tx, row, k, reading, track) })
	if err == nil {
		s.log.Wake()
	}
	return cause(ctx, err)
}

// cause is why a context ended, where that is why something failed.
func cause(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errLost) {
		return errLost
	}
	return err
}

// as is a context of who started an import, as they are now.
func (s *Service) as(ctx context.Context, row *db.Imported) (context.Context, error) {
	var actor policy.Actor
	err := s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		actor, err = s.starter(ctx, tx, row)
		return err
	})
	return policy.WithActor(ctx, actor), err
}

func (s *Service) starter(ctx context.Context, tx *db.Tx, row *db.Imported) (policy.Actor, error) {
	actor, err := s.members.Acting(ctx, tx, row.PartyID, *row.StarterID)
	if fault.Is(err, fault.NotFound) {
		return actor, fault.New(fault.Forbidden, "who started it does not act for this party any more")
	}
	return actor, err
}

// write is the one transaction of an import: who has started it may do so now, the database is as the check found it or takes it still,
// everything is written, and the act says what.
func (s *Service) write(ctx context.Context, tx *db.Tx, row *db.Imported, k intake.Kind, reading intake.Reading, track *tracker) error {
	actor, err := s.starter(ctx, tx, row)
	if err != nil {
		return err
	}
	ctx = policy.WithActor(ctx, actor)
	counts, results, err := put(ctx, tx, k, reading, track.hear)
	if err != nil {
		return err
	}
	track.stop() // from here on this transaction has the row
	now, err := s.Store.Now(ctx, tx)
	if err != nil {
		return err
	}
	const done = `UPDATE imports SET state = 'DONE', counts = ?, results = ?, finished_at = ?, updated_at = ?, revision = revision + 1, progress = NULL
		WHERE id = ? AND state = 'RUNNING' AND holder = ?`
	n, err := s.Store.Exec(ctx, tx, done, string(listed(counts)), string(listed(results)), now.UTC(), now.UTC(), row.ID, row.Holder)
	switch {
	case err != nil:
		return fmt.Errorf("finish an import: %w", err)
	case n == 0:
		return errLost
	}
	if err := s.drop(ctx, tx, "id = ?", row.ID); err != nil {
		return err
	}
	after, err := tx.Imported.Get(ctx, row.ID)
	if err != nil {
		return err
	}
	_, err = s.log.Append(ctx, tx, actor, entry("import.finished", after))
	return err
}

// put writes what was read, for the actor of the context.
func put(ctx context.Context, tx *db.Tx, k intake.Kind, reading intake.Reading, progress intake.Progress) ([]intake.Count, []string, error) {
	if err := k.May(ctx, tx, reading.Place()); err != nil {
		return nil, nil, err
	}
	var faults source.Faults
	counts, err := reading.Look(ctx, tx, &faults)
	if err == nil {
		err = faults.Err()
	}
	if err != nil {
		return nil, nil, err
	}
	results, err := reading.Write(ctx, tx, progress)
	if err != nil {
		return nil, nil, fmt.Errorf("write an import: %w", err)
	}
	return counts, results, nil
}

// Put reads and writes a file at once, for the operator: all of it or nothing.
func (s *Service) Put(ctx context.Context, k intake.Kind, from intake.Source) (notes, results []string, err error) {
	if from.Progress == nil {
		from.Progress = nobody
	}
	var faults source.Faults
	if r, ok := k.(intake.Reducer); ok {
		if from.Text, err = reduce(ctx, r, from.File, from.Options, &faults); err == nil {
			err = faults.Err()
		}
		if err != nil {
			return nil, nil, err
		}
	}
	reading, err := s.read(ctx, k, from, &faults)
	if err == nil {
		err = faults.Err()
	}
	if err != nil {
		return nil, nil, err
	}
	err = s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		_, results, err = put(ctx, tx, k, reading, from.Progress)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	s.log.Wake()
	return reading.Notes(), results, nil
}

// fail says that nothing of an import was written, and why.
func (s *Service) fail(ctx context.Context, row *db.Imported, wrong *source.Faults, why string) error {
	ctx = policy.WithActor(ctx, policy.SystemActor("imports"))
	_, err := s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		now, err := s.fetch(ctx, tx, row.ID)
		switch {
		case db.IsNotFound(err), err == nil && (now.State != enum.ImportStateRunning || now.Holder != row.Holder):
			return act.Entry{}, errLost
		case err != nil:
			return act.Entry{}, err
		}
		at, err := s.Store.Now(ctx, tx)
		if err != nil {
			return act.Entry{}, err
		}
		update := now.Update().SetState(enum.ImportStateFailed).SetFailure(optional.Text(why)).SetFinishedAt(at).SetUpdatedAt(at).ClearProgress().AddRevision(1)
		if wrong != nil {
			update.SetFaultCount(wrong.Count).SetFaults(listed(faultsOf(wrong)))
		}
		if now, err = update.Save(ctx); err != nil {
			return act.Entry{}, err
		}
		return entry("import.failed", now), s.drop(ctx, tx, "id = ?", row.ID)
	})
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}

// release gives an import back, to be run again after a while.
func (s *Service) release(ctx context.Context, row *db.Imported, after time.Duration) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return err
		}
		attempts := row.Attempts
		if after == 0 { // a server that is told to stop is no failure
			attempts--
		}
		_, err = s.Store.Exec(ctx, tx, "UPDATE imports SET held_until = ?, attempts = ? WHERE id = ? AND state = 'RUNNING' AND holder = ?",
			now.UTC().Add(after), attempts, row.ID, row.Holder)
		return err
	})
}
