package server

import (
	"context"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// The log of requests holds ids, kinds and numbers: never a token, an address, a document or a variable.

func (s *Server) logAnswer(ctx context.Context, transport string, o *operation, resp *graphql.Response) {
	if !s.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	cost := gql.CostOf(o.op)
	s.log.DebugContext(ctx, "operation answered", "request_id", gql.RequestOf(ctx).ID, "transport", transport,
		"kind", string(o.op.Operation.Operation), "errors", len(resp.Errors), "bytes", len(resp.Data),
		"cost", cost.Requested, "actual", cost.Actual, "took", time.Since(o.began))
}

func (s *Server) logRefusal(ctx context.Context, transport string, r *refusal) {
	if !s.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	s.log.DebugContext(ctx, "request refused", "request_id", gql.RequestOf(ctx).ID, "transport", transport,
		"status", r.status, "code", gql.CodeOf(r.errors[0]))
}
