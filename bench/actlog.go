package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/plenary-dialogue/plenary/bench/proc"
	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

const (
	// queuedAtOnce is how many acts one transaction queues here: what is measured is the log, not the commits before it.
	queuedAtOnce = 500
	queued       = 20_000
)

// sequenced is how fast acts came to their places in the log.
type sequenced struct {
	acts    int
	elapsed time.Duration
	cpu     time.Duration // of this process and the database
}

func (s sequenced) perSecond() float64 { return float64(s.acts) / s.elapsed.Seconds() }

// sequence fills the queue with acts of a member and lets the sequencer empty it: places, hashes, tree and signature.
func (in *instance) sequence(ctx context.Context, a *app.App, acts int) (sequenced, error) {
	member, err := a.Store.Client().Member.Query().Order(db.Desc("id")).First(ctx)
	if err != nil {
		return sequenced{}, fmt.Errorf("find who acts: %w", err)
	}
	actor := policy.Actor{Member: member.ID, Stakeholder: in.data.Voter}
	for from := 0; from < acts; from += queuedAtOnce {
		entries := make([]actlog.Entry, min(queuedAtOnce, acts-from))
		for i := range entries {
			entries[i] = actlog.Entry{
				Type: "comment.voted", Subject: actlog.Subject{Type: policy.Comment, ID: in.data.Comments[(from+i)%len(in.data.Comments)], Revision: 1},
				Audience: actlog.ForActor, Payload: map[string]any{"choice": "AGREE"},
			}
		}
		err := a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Log.Append(ctx, tx, actor, entries...)
			return err
		})
		if err != nil {
			return sequenced{}, err
		}
	}
	before, err := in.used(ctx)
	if err != nil {
		return sequenced{}, err
	}
	began := time.Now()
	n, err := a.Log.Drain(ctx)
	if err != nil {
		return sequenced{}, err
	}
	s := sequenced{acts: n, elapsed: time.Since(began)}
	if n < acts {
		return s, fmt.Errorf("%d of %d acts came to their places", n, acts)
	}
	after, err := in.used(ctx)
	s.cpu = after - before
	return s, err
}

// used is the processor time that this process and the database have used.
func (in *instance) used(ctx context.Context) (time.Duration, error) {
	own, err := proc.Read(os.Getpid())
	if err != nil || in.postgres == nil {
		return own.CPU, err
	}
	database, err := in.postgres.cpu(ctx)
	return own.CPU + database, err
}
