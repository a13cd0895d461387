package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/internal/feed"
)

// Checkpoint is the resolver for the checkpoint field.
func (r *actLogResolver) Checkpoint(ctx context.Context, obj *feed.ActLog, size *string) (*feed.Checkpoint, error) {
	return take[*feed.Checkpoint](ctx, obj)
}

// Entry is the resolver for the entry field.
func (r *actLogResolver) Entry(ctx context.Context, obj *feed.ActLog, act string) (*feed.LogEntry, error) {
	return take[*feed.LogEntry](ctx, obj)
}

// InclusionProof is the resolver for the inclusionProof field.
func (r *actLogResolver) InclusionProof(ctx context.Context, obj *feed.ActLog, act string, size *string) (*feed.InclusionProof, error) {
	return take[*feed.InclusionProof](ctx, obj)
}

// ConsistencyProof is the resolver for the consistencyProof field.
func (r *actLogResolver) ConsistencyProof(ctx context.Context, obj *feed.ActLog, from string, to *string) (*feed.ConsistencyProof, error) {
	return take[*feed.ConsistencyProof](ctx, obj)
}

// ActLog is the resolver for the actLog field.
func (r *queryResolver) ActLog(ctx context.Context) (*feed.ActLog, error) {
	return take[*feed.ActLog](ctx, root)
}

// ActLog returns generated.ActLogResolver implementation.
func (r *Resolver) ActLog() generated.ActLogResolver { return &actLogResolver{r} }

type actLogResolver struct{ *Resolver }
