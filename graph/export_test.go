package graph

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/lean"
)

// Disturb lets a test change what every edge gives, for gqlgen and for graph/lean alike.
func (r *Resolver) Disturb(schema *ast.Schema, change func(ctx context.Context, name string, values []any, err error) ([]any, error)) {
	for name, e := range r.edges {
		r.edges[name] = func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error) {
			values, err := e(ctx, r, parents, a)
			return change(ctx, name, values, err)
		}
	}
	r.lean = lean.New(generated.Lean(r), schema, r.reads(), needs)
}

// Missing lists the fields that graph/lean has no way to.
func (r *Resolver) Missing() []string { return r.lean.Missing() }
