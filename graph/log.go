package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/internal/feed"
)

var logNoun = noun{
	name:    "log",
	tables:  []string{},
	hearsay: everyone,
	edges: edges{
		"Query.actLog": actLog,
		"ActLog.checkpoint": ofLog(func(ctx context.Context, r *Resolver, a args) (*feed.Checkpoint, error) {
			return r.feed.Checkpoint(ctx, a.text("size"))
		}),
		"ActLog.entry": ofLog(func(ctx context.Context, r *Resolver, a args) (*feed.LogEntry, error) {
			id := key("act", or(a.text("act"), ""))
			return r.feed.Entry(ctx, id)
		}),
		"ActLog.inclusionProof": ofLog(func(ctx context.Context, r *Resolver, a args) (*feed.InclusionProof, error) {
			id := key("act", or(a.text("act"), ""))
			return r.feed.Inclusion(ctx, id, a.text("size"))
		}),
		"ActLog.consistencyProof": ofLog(func(ctx context.Context, r *Resolver, a args) (*feed.ConsistencyProof, error) {
			return r.feed.Consistency(ctx, or(a.text("from"), ""), a.text("to"))
		}),
	},
}

// actLog is signed some time after the acts, so what it says changes without one.
var actLog = func() edge {
	e := top(func(ctx context.Context, r *Resolver, _ args) (*feed.ActLog, error) { return r.feed.Log(ctx) })
	e.passing = true
	return e
}()

// ofLog is a field of the one log there is.
func ofLog[T any](read func(ctx context.Context, r *Resolver, a args) (T, error)) edge {
	return one(func(ctx context.Context, r *Resolver, logs []*feed.ActLog, a args) ([]T, error) {
		v, err := read(ctx, r, a)
		out := make([]T, len(logs))
		for i := range out {
			out[i] = v
		}
		return out, err
	})
}
