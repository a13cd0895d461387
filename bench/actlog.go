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
	// queuedAtOnce is how many acts one transaction queues here, because the benchmark measures the log, not the commits.
	queuedAtOnce = 500
	// parts is how many batches they are sequenced in; the log signs a checkpoint after each.
	parts = 8
	// publicEvery makes one act in so many public; proofs are requested for those.
	publicEvery = 50
)

// sequenced is how fast acts were sequenced.
type sequenced struct {
	acts    int
	elapsed time.Duration
	cpu     time.Duration // of this process and the database
}

func (s sequenced) perSecond() float64 { return float64(s.acts) / s.elapsed.Seconds() }

// sequence fills the queue with acts of a member and lets the sequencer empty it: sequence numbers, hashes, tree and
// signature.
func (in *instance) sequence(ctx context.Context, a *app.App, acts int) (all sequenced, err error) {
	member, err := a.Store.Client().Member.Query().Order(db.Desc("id")).First(ctx)
	if err != nil {
		return all, fmt.Errorf("find the acting member: %w", err)
	}
	actor := policy.Actor{Member: member.ID, Stakeholder: in.data.Voter}
	for part := range parts {
		from, to := acts*part/parts, acts*(part+1)/parts
		if err := in.queue(ctx, a, actor, from, to); err != nil {
			return all, err
		}
		one, err := in.drain(ctx, a)
		if err != nil {
			return all, err
		}
		if one.acts < to-from {
			return all, fmt.Errorf("%d of %d acts were sequenced", one.acts, to-from)
		}
		all.acts += one.acts
		all.elapsed += one.elapsed
		all.cpu += one.cpu
	}
	return all, nil
}

// queue puts acts into the queue, some of them public.
func (in *instance) queue(ctx context.Context, a *app.App, actor policy.Actor, from, to int) error {
	for ; from < to; from += queuedAtOnce {
		entries := make([]actlog.Entry, min(queuedAtOnce, to-from))
		for i := range entries {
			audience := actlog.ForActor
			if (from+i)%publicEvery == 0 {
				audience = actlog.ForSubject
			}
			entries[i] = actlog.Entry{
				Type: "comment.voted", Subject: actlog.Subject{Type: policy.Comment, ID: in.data.Comments[(from+i)%len(in.data.Comments)], Revision: 1},
				Audience: audience, Payload: map[string]any{"choice": "AGREE"},
			}
		}
		err := a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Log.Append(ctx, tx, actor, entries...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// drain measures how long the sequencer takes to empty the queue.
func (in *instance) drain(ctx context.Context, a *app.App) (sequenced, error) {
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
