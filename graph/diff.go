package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/textdiff"
)

// differing compares two versions of each of many things.
type differing func(ctx context.Context, ids []uuid.UUID, from, to int) (map[uuid.UUID]textdiff.Result, error)

// diffs makes the edge to what changed between two versions of each parent. A parent that lacks one of them has an error of its own.
func diffs(of func(r *Resolver) differing) edge {
	return edge{needs: []string{"id"}, read: func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error) {
		ids, err := keysOf(parents, "id")
		if err != nil {
			return nil, err
		}
		found, err := of(r)(ctx, ids, int(or(a.integer("from"), 0)), int(or(a.integer("to"), 0)))
		out := make([]any, len(ids))
		for i, id := range ids {
			if out[i] = any(found[id].Hunks); found[id].Err != nil {
				out[i] = found[id].Err
			}
		}
		return out, err
	}}
}
