package reporting

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
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// heldFor is how long a server holds a report without a sign of life, and lookEvery how often others look for what nobody holds.
	heldFor   = 30 * time.Second
	lookEvery = 5 * time.Second
	// soon is when a report is looked at again whose place no checkpoint covers yet.
	soon = time.Second
	// mostAttempts is how often a report is begun: what has brought three servers down is not given to a fourth.
	mostAttempts = 3
)

var (
	// errLost is why a server stops with a report that another one makes, or that is to be made anew.
	errLost = errors.New("the report is no longer this server's")
	// errErased is why a report is made once more.
	errErased = errors.New("somebody was erased while the report was made")
	// errUncovered is why a report waits.
	errUncovered = errors.New("no checkpoint covers the place yet")
)

// Run makes what was asked for, and deletes what was kept long enough, until the context ends.
func (s *Service) Run(ctx context.Context) {
	ctx = store.InBackground(ctx)
	holder := uuid.NewString()
	look, again, sweep := time.NewTicker(lookEvery), time.NewTicker(soon), time.NewTicker(sweepEvery)
	defer look.Stop()
	defer again.Stop()
	defer sweep.Stop()
	waits := false
	for {
		for ran := true; ran && ctx.Err() == nil; {
			var err error
			if ran, err = s.Turn(ctx, holder); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "reports_not_looked_through", "error", err)
			}
			waits = waits || ran
		}
		select {
		case <-s.wake:
			waits = true
		case <-again.C:
			if !waits {
				continue
			}
			waits = false
		case <-look.C:
		case <-sweep.C:
			if err := s.Sweep(ctx, holder); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "reports_not_swept", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// Turn makes the report that waits longest, and tells whether there was one.
func (s *Service) Turn(ctx context.Context, holder string) (ran bool, err error) {
	row, err := s.claim(ctx, holder)
	if err != nil || row == nil {
		return false, err
	}
	if row.Attempts > mostAttempts {
		return true, s.fail(ctx, row, "it was begun three times, and the server stopped each time")
	}
	err = s.make(ctx, row)
	known := fault.Of(err)
	switch {
	case err == nil, errors.Is(err, errLost):
		return true, nil
	case errors.Is(err, errUncovered):
		return true, s.release(ctx, row, soon, true)
	case errors.Is(err, errErased):
		return true, s.release(ctx, row, 0, true)
	case ctx.Err() != nil: // the server stops: another one goes on at once
		return true, s.release(context.WithoutCancel(ctx), row, 0, true)
	case known != nil && known.Kind != fault.Internal && known.Kind != fault.Unavailable && known.Kind != fault.Deadline:
		return true, s.fail(ctx, row, known.Message)
	case row.Attempts >= mostAttempts:
		slog.ErrorContext(ctx, "report_failed", "report", row.GlobalID(), "error", err)
		return true, s.fail(ctx, row, "the server failed, three times: the operator finds the reason in its log")
	}
	slog.WarnContext(ctx, "report_interrupted", "report", row.GlobalID(), "error", err)
	return true, s.release(ctx, row, lookEvery, false)
}

// claim takes the report that waits longest.
func (s *Service) claim(ctx context.Context, holder string) (row *db.Report, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		row = nil
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return err
		}
		id := uuid.Nil
		const next = "SELECT id FROM reports WHERE state IN ('QUEUED', 'RUNNING') AND (held_until IS NULL OR held_until < ?) ORDER BY queued_at, id LIMIT 1"
		err = s.store.QueryTx(ctx, tx, next+s.store.SkipLocked(), []any{now.UTC()}, func(r *sql.Rows) error { return r.Scan(&id) })
		if err != nil || id == uuid.Nil {
			return err
		}
		row, err = tx.Report.UpdateOneID(id).SetState(enum.ReportStateRunning).SetHolder(holder).SetHeldUntil(now.UTC().Add(heldFor)).AddAttempts(1).Save(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for a report to make: %w", err)
	}
	return row, nil
}

// make makes a report: all of its files or none.
func (s *Service) make(ctx context.Context, row *db.Report) error {
	checkpoint, err := s.covering(ctx, row.Seq)
	if err != nil {
		return err
	}
	if checkpoint == nil {
		return errUncovered
	}
	erasures, err := s.erasures(ctx)
	if err != nil {
		return err
	}
	track, ctx := s.track(ctx, row)
	defer s.forget(row, track)
	scope, err := scopeOf(row)
	if err != nil {
		return err
	}
	d, named, err := s.compose(ctx, scope, row.Seq, row.At.UTC(), func(done, total int) { track.hear(beingRead, done, total) })
	if err != nil {
		return cause(ctx, err)
	}
	d.ID = row.GlobalID().String()
	d.AsOf = report.AsOf{Seq: report.Whole(row.Seq), Time: row.At.UTC(), Checkpoint: report.Checkpoint{
		Origin: checkpoint.Origin, Size: report.Whole(checkpoint.Size), Root: checkpoint.Root, Note: checkpoint.Note,
	}}
	remade, err := s.again(d, row)
	if err != nil {
		return err
	}
	made, err := s.render(ctx, row, d, checkpoint, track)
	if err != nil {
		return cause(ctx, err)
	}
	made.remade, made.named, made.erasures = remade, named, erasures
	track.stop() // from here on the transaction has the row
	err = s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.keep(ctx, tx, row, d, made) })
	if err == nil {
		s.made.Add(1)
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

const (
	becauseErased   = "Somebody whose words were in it was erased."
	becauseReleased = "A later release of the server writes it otherwise."
)

// again says in a document why it was made before: it was, if it had another hash.
func (s *Service) again(d *report.Document, row *db.Report) ([]*Remade, error) {
	all, err := RemadeOf(row)
	if err != nil {
		return nil, err
	}
	said := func() {
		d.Remade = nil
		for _, r := range all {
			d.Remade = append(d.Remade, report.Remade{At: r.At.UTC(), Hash: r.Hash, Because: r.Because})
		}
	}
	said()
	hash, err := d.Hash()
	if err != nil || row.Hash == "" || string(row.Hash) == hash {
		return all, err
	}
	one := &Remade{At: s.clock.Now().UTC().Truncate(time.Second), Hash: string(row.Hash), Because: becauseReleased}
	if row.ErasedAt != nil {
		one.At, one.Because = row.ErasedAt.UTC(), becauseErased
	}
	all = append(all, one)
	said()
	return all, nil
}

// keep stores the files of a report, and says that it is ready.
func (s *Service) keep(ctx context.Context, tx *db.Tx, row *db.Report, d *report.Document, made *made) error {
	if err := s.nobodyErased(ctx, tx, made.erasures); err != nil {
		return err
	}
	now, err := s.store.Now(ctx, tx)
	if err != nil {
		return err
	}
	hash, err := d.Hash()
	if err != nil {
		return err
	}
	const done = `UPDATE reports SET state = 'READY', hash = ?, remade = ?, problems = ?, title = ?, checkpoint = ?, note = ?, failure = '', erased_at = NULL, finished_at = ?,
		expires_at = ?, updated_at = ?, revision = revision + 1, progress = NULL, held_until = NULL, attempts = 0 WHERE id = ? AND state = 'RUNNING' AND holder = ?`
	n, err := s.store.Exec(ctx, tx, done, hash, written(made.remade), written(made.problems), d.Title, int64(d.AsOf.Checkpoint.Size), string(made.note), now.UTC(),
		now.UTC().Add(s.options.Keep), now.UTC(), row.ID, row.Holder)
	switch {
	case err != nil:
		return fmt.Errorf("finish a report: %w", err)
	case n == 0:
		return errLost
	}
	if err := s.drop(ctx, tx, "id = ?", row.ID); err != nil {
		return err
	}
	if err := s.save(ctx, tx, row.ID, made.files); err != nil {
		return err
	}
	if err := s.name(ctx, tx, row.ID, made.named); err != nil {
		return err
	}
	after, err := tx.Report.Get(ctx, row.ID)
	if err != nil {
		return err
	}
	_, err = s.log.Append(ctx, tx, policy.SystemActor("reports"), entry("report.ready", placed{Report: after}))
	return err
}

// fail says that a report was not made, and why.
func (s *Service) fail(ctx context.Context, row *db.Report, why string) error {
	ctx = policy.WithActor(ctx, policy.SystemActor("reports"))
	_, err := s.Log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		p, err := s.fetch(ctx, tx, row.ID)
		switch {
		case db.IsNotFound(err), err == nil && (p.State != enum.ReportStateRunning || p.Holder != row.Holder):
			return act.Entry{}, errLost
		case err != nil:
			return act.Entry{}, err
		}
		at, err := s.store.Now(ctx, tx)
		if err != nil {
			return act.Entry{}, err
		}
		after, err := p.Update().SetState(enum.ReportStateFailed).SetFailure(optional.Text(why)).SetFinishedAt(at.UTC()).SetUpdatedAt(at.UTC()).ClearProgress().
			ClearHeldUntil().AddRevision(1).Save(ctx)
		if err != nil {
			return act.Entry{}, err
		}
		return entry("report.failed", placed{Report: after}), s.drop(ctx, tx, "id = ?", row.ID)
	})
	switch {
	case errors.Is(err, errLost):
		return nil
	case err == nil:
		s.failed.Add(1)
	}
	return err
}

// release gives a report back, to be made after a while. What is no failure does not count.
func (s *Service) release(ctx context.Context, row *db.Report, after time.Duration, free bool) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return err
		}
		attempts := row.Attempts
		if free {
			attempts--
		}
		_, err = s.store.Exec(ctx, tx, "UPDATE reports SET state = 'QUEUED', held_until = ?, attempts = ? WHERE id = ? AND state = 'RUNNING' AND holder = ?",
			now.UTC().Add(after), attempts, row.ID, row.Holder)
		return err
	})
}

func written(v any) string {
	text, _ := json.Marshal(v) // texts, numbers, times, and lists of them
	if string(text) == "null" {
		return "[]"
	}
	return string(text)
}
