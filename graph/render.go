package graph

import (
	"context"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph/lean"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// Compile makes what answers a query operation without gqlgen; nil for an operation that gqlgen is to answer.
func (r *Resolver) Compile(doc *ast.QueryDocument, op *ast.OperationDefinition) gql.Program {
	if p := r.lean.Compile(doc, op); p != nil {
		return p
	}
	return nil
}

// reads are the edges as graph/lean calls them.
func (r *Resolver) reads() map[string]lean.Read {
	all := make(map[string]lean.Read, len(r.edges))
	for name, e := range r.edges {
		all[name] = func(ctx context.Context, parents []any, a lean.Args) ([]any, error) {
			return e(wanting(ctx, name, a.Columns), r, parents, args{
				values: a.Values, count: slices.Contains(a.Below, "totalCount"), head: slices.Contains(a.Below, "head"),
			})
		}
	}
	return all
}
