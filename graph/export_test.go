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
		if e.made != nil {
			continue
		}
		read := e.read
		e.read = func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error) {
			values, err := read(ctx, r, parents, a)
			return change(ctx, name, values, err)
		}
		r.edges[name] = e
	}
	r.lean = lean.New(generated.Lean(), schema, r.ways())
}

// Missing lists the fields that graph/lean has no way to.
func (r *Resolver) Missing() []string { return r.lean.Missing() }
