package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

const (
	// claimFor is longer than any attempt; a worker renews its claim with each result.
	claimFor = time.Minute
	// turn is how long a worker stays with one webhook while others may wait.
	turn = 10 * time.Second
)

// claim is a webhook that this engine serves.
type claim struct {
	id    uuid.UUID
	fence int64
}

// due selects webhooks that have something to send now, that no engine serves, and whose party is admitted.
const due = `claimed_until < ? AND (state IN ('PENDING', 'ACTIVE') AND challenge_at <= ? OR state = 'ACTIVE' AND due_at <= ? AND (
	position < (SELECT COALESCE(MAX(seq), 0) FROM acts) OR replay_position < replay_until
	OR failures < ? AND EXISTS (SELECT 1 FROM dead_letters l WHERE l.webhook_id = webhooks.id AND l.state = 'RETRYING')))
	AND EXISTS (SELECT 1 FROM stakeholders p WHERE p.id = webhooks.stakeholder_id AND p.status = 'ACTIVE')`

// byParty orders webhooks that are due by how many of their party are being served or come before them, so that parties take
// turns: one with many receivers that turn slow at once, before anybody knows, delays its own.
const byParty = `(SELECT COUNT(*) FROM webhooks o WHERE o.stakeholder_id = webhooks.stakeholder_id AND (o.claimed_until >= ?
	OR NOT o.slow AND (o.due_at < webhooks.due_at OR o.due_at = webhooks.due_at AND o.id < webhooks.id))), `

// claim takes webhooks of a lane that are due, longest waiting first. In the slow lane a webhook waits for its turn by that
// alone: there all wait for receivers, and none for a party.
func (e *Engine) claim(ctx context.Context, which pace, most int) ([]claim, error) {
	if most <= 0 {
		return nil, nil
	}
	now := e.clock.Now()
	args := []any{now, now, now, breakAfter}
	// This query takes no lock, so that an idle server leaves the database alone.
	idle := true
	err := e.store.Query(ctx, "SELECT 1 FROM webhooks WHERE "+due+string(which)+" LIMIT 1", args, func(*sql.Rows) error {
		idle = false
		return nil
	})
	if err != nil || idle {
		return nil, err
	}
	order := "due_at"
	if which != slowPace {
		order, args = byParty+order, append(args, now)
	}
	text := "UPDATE webhooks SET claimed_by = ?, claimed_until = ?, fence = fence + 1 WHERE id IN (SELECT id FROM webhooks WHERE " + due +
		string(which) + " ORDER BY " + order + " LIMIT ?" + e.store.SkipLocked() + ") RETURNING id, fence"
	args = append(append([]any{e.name, now.Add(claimFor)}, args...), most)
	var claims []claim
	err = e.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		claims = nil
		return e.store.QueryTx(ctx, tx, text, args, func(r *sql.Rows) error {
			var c claim
			claims = append(claims, c)
			last := &claims[len(claims)-1]
			return r.Scan(&last.id, &last.fence)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim webhooks: %w", err)
	}
	return claims, nil
}

// errLost means that another worker has the webhook by now.
var errLost = errors.New("the claim was lost")

// serve sends what one webhook waits for. An error or a panic affects this webhook alone.
func (e *Engine) serve(ctx context.Context, c claim, at *seat) {
	w := &worker{Engine: e, claim: c, seat: at}
	defer func() {
		if v := recover(); v != nil {
			n := e.panics.Add(1)
			e.config.Log.Error("webhook_worker_panicked", "webhook", c.id, "panic", v, "count", n, "stack", string(debug.Stack()))
			w.release(context.WithoutCancel(ctx), e.pauseAfterPanic(c.id))
		}
	}()
	began := time.Now()
	for time.Since(began) < turn {
		more, err := w.serveOne(ctx)
		switch {
		case errors.Is(err, errLost):
			return
		case err != nil && ctx.Err() == nil:
			e.config.Log.Error("webhook_not_served", "webhook", c.id, "error", err)
			w.release(context.WithoutCancel(ctx), schedule[1])
			return
		}
		if !more || ctx.Err() != nil || at != nil && at.slow { // in the slow lane others wait for the seat
			break
		}
	}
	w.release(context.WithoutCancel(ctx), 0)
}

// pauseAfterPanic doubles with each panic of a webhook, until the engine restarts.
func (e *Engine) pauseAfterPanic(hook uuid.UUID) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.panicked[hook]++
	return min(schedule[1]<<min(e.panicked[hook]-1, 10), schedule[3])
}

// worker serves one webhook for a turn.
type worker struct {
	*Engine
	claim  claim
	seat   *seat // nil when nobody waits for it
	late   bool  // the last attempt took long
	broken bool  // it was broken off, because the slow lane is full
	row    *db.Webhook
	replay bool      // the queue is of a replay, not of the log as it grows
	queue  []*db.Act // matching and visible when they were read, not yet sent
	passed int64     // no act up to here needs sending; not saved yet
}

// serveOne makes one attempt, and reports whether there may be more to do.
func (w *worker) serveOne(ctx context.Context) (bool, error) {
	var j *job
	err := w.withDatabase(func() (err error) {
		j, err = w.find(ctx)
		return err
	})
	if err != nil || j == nil {
		return false, err
	}
	if w.config.before != nil {
		w.config.before(w.claim.id)
	}
	r, err := w.watched(ctx, j)
	if err != nil || r.interrupted {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	defer cancel()
	return true, w.withDatabase(func() error { return w.record(ctx, j, r) })
}

// lock locks the row and checks that the claim still holds.
func (w *worker) lock(ctx context.Context, tx *db.Tx) (*db.Webhook, error) {
	if err := w.store.Lock(ctx, tx, noun.Table.Name, w.claim.id); err != nil {
		return nil, err
	}
	row, err := tx.Webhook.Get(ctx, w.claim.id)
	if err != nil {
		return nil, fmt.Errorf("load the webhook: %w", err)
	}
	if row.Fence != w.claim.fence {
		return nil, errLost
	}
	return row, nil
}

// release gives the webhook back and saves how far acts were passed over. With a pause it is not claimed again at once.
func (w *worker) release(ctx context.Context, pause time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := w.withDatabase(func() error { return w.saveRelease(ctx, pause) })
	if err != nil && !errors.Is(err, errLost) && !fault.Is(err, fault.NotFound) {
		w.config.Log.Warn("webhook_not_released", "webhook", w.claim.id, "error", err)
	}
}

func (w *worker) saveRelease(ctx context.Context, pause time.Duration) error {
	return w.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := w.lock(ctx, tx)
		if err != nil {
			return err
		}
		now := w.clock.Now()
		update := row.Update().SetClaimedUntil(now.Add(pause - time.Microsecond))
		if w.broken {
			update.SetSlow(true)
		}
		if w.passed > 0 && len(w.queue) == 0 {
			advance(row, w.replay, w.passed, update)
		}
		return update.Exec(ctx)
	})
}
