package webhook

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"fmt"
	"math"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// chunk is how many acts are read together, and chunks how many chunks a turn reads without finding anything to send.
const (
	chunk  = 200
	chunks = 25
)

// lane is what an attempt is for.
type lane int

const (
	laneChallenge lane = iota
	laneLetter
	laneLog
)

// job is one thing to send.
type job struct {
	lane   lane
	replay bool
	act    *db.Act
	letter *db.DeadLetter
	token  string // of a challenge
	event  Event
}

// find reads the webhook as it is now and finds what to send; nil for nothing.
func (w *worker) find(ctx context.Context) (*job, error) {
	rows, err := store.ByID(ctx, w.store, engineTable, []uuid.UUID{w.claim.id}, store.Always())
	if err != nil {
		return nil, fmt.Errorf("load the webhook: %w", err)
	}
	if w.row = rows[w.claim.id]; w.row == nil || w.row.Fence != w.claim.fence {
		return nil, errLost
	}
	if replaying(w.row) != w.replay {
		w.replay, w.queue, w.passed = !w.replay, nil, 0
	}
	owner, err := w.owner(ctx)
	if err != nil || owner.Status != string(enum.StakeholderStatusActive) {
		return nil, err
	}
	return w.next(policy.WithActor(ctx, owner))
}

// owner is the party as it is now. It has the rights of its chamber and no others: those of a token end with the token.
func (w *worker) owner(ctx context.Context) (policy.Actor, error) {
	a := policy.Actor{Member: w.row.MemberID, Stakeholder: w.row.StakeholderID}
	const text = "SELECT kind, status FROM stakeholders WHERE id = ?"
	err := w.store.Query(ctx, text, []any{a.Stakeholder}, func(r *sql.Rows) error { return r.Scan(&a.Kind, &a.Status) })
	if err != nil {
		return policy.Actor{}, fmt.Errorf("load the webhook's party: %w", err)
	}
	if role, ok := policy.ChamberRole(a.Kind); ok {
		a.Roles = []policy.Role{role}
	}
	return a, nil
}

// next finds what to send now; nil for nothing.
func (w *worker) next(ctx context.Context) (*job, error) {
	row, now := w.row, w.clock.Now()
	open := row.State == enum.WebhookStateActive
	if row.ChallengeAt != nil && !row.ChallengeAt.After(now) && (open || row.State == enum.WebhookStatePending) {
		return w.challenge()
	}
	if !open || row.DueAt.After(now) {
		return nil, nil
	}
	if row.Failures < breakAfter {
		if j, err := w.letter(ctx); j != nil || err != nil {
			return j, err
		}
	}
	found, err := w.nextAct(ctx)
	if found == nil || err != nil {
		return nil, err
	}
	return &job{lane: laneLog, replay: w.replay, act: found, event: w.event(found)}, nil
}

func (w *worker) event(a *db.Act) Event {
	h := Happened{
		Type: a.Type, Act: typeid.New("act", a.ActID).String(), Subject: typeid.New(a.SubjectType, a.SubjectID).String(),
		Revision: a.SubjectRevision, At: a.At, Cursor: *w.service.cursor(w.row.ID, actlog.PositionOf(a)),
	}
	return NewEvent(w.config.Source, EventID(w.row.ID, a.ActID), h)
}

func (w *worker) challenge() (*job, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return nil, fmt.Errorf("make a challenge: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	id := w.row.GlobalID().String()
	return &job{lane: laneChallenge, token: token, event: newEvent(
		w.config.Source, typeid.New("msg", uuid.Must(uuid.NewV7())).String(), ChallengeType, id, w.clock.Now(), Challenge{Webhook: id, Challenge: token},
	)}, nil
}

// letter finds a dead letter to retry. One that its party may no longer see stays dead.
func (w *worker) letter(ctx context.Context) (*job, error) {
	for {
		row, err := w.retrying(ctx)
		if row == nil || err != nil {
			return nil, err
		}
		found, err := w.feed.Lookup(ctx, row.ActID)
		if err != nil {
			return nil, err
		}
		if found != nil {
			return &job{lane: laneLetter, act: found, letter: row, event: w.event(found)}, nil
		}
		err = w.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return tx.DeadLetter.UpdateOneID(row.ID).SetState(enum.DeadLetterStateDead).SetUpdatedAt(w.clock.Now()).AddRevision(1).Exec(ctx)
		})
		if err != nil {
			return nil, fmt.Errorf("save a dead letter: %w", err)
		}
	}
}

// retrying reads the first dead letter to retry; nil when there is none.
func (w *worker) retrying(ctx context.Context) (*db.DeadLetter, error) {
	var row *db.DeadLetter
	text := "SELECT " + strings.Join(Letters.Columns, ", ") + " FROM " + Letters.Name + " WHERE webhook_id = ? AND state = 'RETRYING' ORDER BY seq LIMIT 1"
	err := w.store.Query(ctx, text, []any{w.claim.id}, func(r *sql.Rows) error {
		row = new(db.DeadLetter)
		return Letters.Scan(r, row)
	})
	if err != nil {
		return nil, fmt.Errorf("load a dead letter: %w", err)
	}
	return row, nil
}

// nextAct finds the next act to send, and passes over what the party does not follow or may not see.
func (w *worker) nextAct(ctx context.Context) (*db.Act, error) {
	position, until := w.row.Position, int64(math.MaxInt64)
	if w.replay {
		position, until = w.row.ReplayPosition, replayEnd(w.row)
	}
	for len(w.queue) > 0 {
		next := w.queue[0]
		if next.ID <= position || next.ID > until {
			w.queue = w.queue[1:]
			continue
		}
		w.queue = w.queue[1:]
		// Rights may have changed while the acts before it were sent.
		seen, err := w.feed.Shown(ctx, w.row.Types, w.row.DialogueID, w.row.Jurisdictions, []*db.Act{next})
		if err != nil {
			return nil, err
		}
		if len(seen) > 0 {
			return next, nil
		}
		w.passed = next.ID
	}
	w.passed = max(w.passed, position)
	for range chunks {
		more, err := w.read(ctx, until)
		switch {
		case err != nil:
			return nil, err
		case len(w.queue) > 0:
			next := w.queue[0]
			w.queue = w.queue[1:]
			return next, nil
		case !more:
			return nil, nil
		}
	}
	return nil, nil
}

// read reads the next acts after those passed, and reports whether there are more.
func (w *worker) read(ctx context.Context, until int64) (bool, error) {
	end, err := w.log.Head(ctx)
	if err != nil {
		return false, err
	}
	end = min(end, until)
	if w.passed >= end {
		return false, nil
	}
	acts, err := w.log.Since(ctx, w.passed, actlog.Query{
		Dialogue: w.row.DialogueID, Private: act.Private, Party: w.row.StakeholderID, Limit: chunk, // its owner oversees nothing
	})
	if err != nil {
		return false, err
	}
	through := end
	if len(acts) == chunk {
		through = min(end, acts[chunk-1].ID)
	}
	for len(acts) > 0 && acts[len(acts)-1].ID > through {
		acts = acts[:len(acts)-1]
	}
	if w.queue, err = w.feed.Shown(ctx, w.row.Types, w.row.DialogueID, w.row.Jurisdictions, acts); err != nil {
		return false, err
	}
	if len(w.queue) == 0 {
		w.passed = through
	}
	return through < end, nil
}
