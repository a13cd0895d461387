package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/internal/feed"
)

var logEdges = edges{
	"Query.actLog": top(func(ctx context.Context, r *Resolver, _ args) (*feed.ActLog, error) { return r.Feed.Log(ctx) }),
	"ActLog.checkpoint": ofLog(func(ctx context.Context, r *Resolver, a args) (*feed.Checkpoint, error) {
		return r.Feed.Checkpoint(ctx, a.text("size"))
	}),
	"ActLog.entry": ofLog(func(ctx context.Context, r *Resolver, a args) (*feed.LogEntry, error) {
		id, err := key("act", or(a.text("act"), ""))
		if err != nil {
			return nil, err
		}
		return r.Feed.Entry(ctx, id)
	}),
	"ActLog.inclusionProof": ofLog(func(ctx context.Context, r *Resolver, a args) (*feed.InclusionProof, error) {
		id, err := key("act", or(a.text("act"), ""))
		if err != nil {
			return nil, err
		}
		return r.Feed.Inclusion(ctx, id, a.text("size"))
	}),
	"ActLog.consistencyProof": ofLog(func(ctx context.Context, r *Resolver, a args) (*feed.ConsistencyProof, error) {
		return r.Feed.Consistency(ctx, or(a.text("from"), ""), a.text("to"))
	}),
}

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
