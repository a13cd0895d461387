package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// NoteEvery is how often servers look for what is to be noted.
const NoteEvery = time.Minute

const (
	noteLease = 5 * time.Minute
	// noteAtOnce is how many things are noted in one look.
	noteAtOnce = 500
)

// Appender is a log that takes the acts that follow from others as well.
type Appender interface {
	Log
	Append(ctx context.Context, tx *db.Tx, actor policy.Actor, entries ...act.Entry) ([]act.Result, error)
}

// Noting is how the server notes by the clock of the database that something is overdue: with one act for each, whatever crashes, since
// the row says that it was noted.
type Noting[R any, S store.Row] struct {
	Frame[R, S]
	Log    Appender
	Name   string // of the lease, and of the actor
	Action policy.Action
	Type   string // of the act
	Due    string // gives the ids of what may be due, oldest first, of two arguments: the time, and how many at most
	// Note changes what was loaded and locked; nil where it is not due any more.
	Note func(ctx context.Context, tx *db.Tx, s S, now time.Time) (*R, error)
}

// Turn notes what is due, if this server holds the lease, and tells how much.
func (n Noting[R, S]) Turn(ctx context.Context, holder string) (done int, err error) {
	now, held, err := n.Store.Lease(ctx, n.Name, holder, noteLease)
	if err != nil || !held {
		return 0, err
	}
	var due []uuid.UUID
	err = n.Store.Query(ctx, n.Due, []any{now, noteAtOnce}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		due = append(due, id)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("look for what is due: %w", err)
	}
	ctx = policy.WithActor(ctx, policy.SystemActor(n.Name))
	for _, id := range due {
		did := false
		wrong := n.Store.InTx(act.Collecting(ctx), func(ctx context.Context, tx *db.Tx) (err error) { did, err = n.note(ctx, tx, id); return err })
		if err = errors.Join(err, wrong); did && wrong == nil {
			done++
		}
	}
	return done, err
}

func (n Noting[R, S]) note(ctx context.Context, tx *db.Tx, id uuid.UUID) (bool, error) {
	s, err := n.Fetch(ctx, tx, id)
	if err != nil {
		return false, fmt.Errorf("load what is due: %w", err)
	}
	now, err := n.Store.Now(ctx, tx)
	if err != nil {
		return false, err
	}
	actor := policy.ActorFrom(ctx)
	if !policy.Decide(actor, n.Action, n.Subject(actor, s)).Allowed { // it has changed since it was found
		return false, nil
	}
	row, err := n.Note(ctx, tx, s, now.UTC().Truncate(time.Microsecond))
	if err != nil || row == nil {
		return false, err
	}
	*n.row(s) = *row
	_, err = n.Log.Append(ctx, tx, actor, n.Entry(n.Type, s))
	return err == nil, err
}
