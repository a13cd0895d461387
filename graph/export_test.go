package graph

import (
	"context"
	"slices"
	"strings"

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

// Whole lists the fields that are no edge, of types that are rows, for which a row is read with all its columns.
func (r *Resolver) Whole() []string {
	rows := map[string]bool{}
	for _, n := range declared {
		for _, t := range n.types {
			rows[t] = n.read != nil && n.read.rows != ""
		}
	}
	return slices.DeleteFunc(r.lean.Whole(), func(name string) bool {
		typ, _, _ := strings.Cut(name, ".")
		_, edge := r.edges[name]
		return edge || !rows[typ]
	})
}
