// Package graph translates between GraphQL and the domains: each noun is declared in one place, with how its fields are read
// and which use cases its mutations run. It decides nothing and never queries.
package graph

//go:generate rm -rf generated model
//go:generate go run gen.go gen_bind.go gen_lean.go gen_resolve.go

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph/lean"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Resolver answers fields, mutations and subscriptions from the declarations of the nouns.
type Resolver struct {
	*domains.Domains
	store *store.Store
	feed  *feed.Service

	nouns     map[string]noun
	edges     edges
	mutating  map[string]noun          // by the names of mutations
	following map[string]noun          // by the names of subscriptions
	does      map[string]policy.Action // by the names of mutations
	tables    lean.Tables
	schema    *ast.Schema
	lean      *lean.Schema
	fields    fields
}

// New makes the resolver of the domains of a store. It resolves nothing before Use.
func New(s *store.Store, d *domains.Domains) (*Resolver, error) {
	r := &Resolver{Domains: d, store: s, nouns: nouns(), mutating: map[string]noun{}, following: map[string]noun{}}
	r.does = actionsOf(r.nouns)
	for _, n := range r.nouns {
		for name := range n.mutations {
			r.mutating[name] = n
		}
		for name := range n.follows {
			r.following[name] = n
		}
	}
	if err := checkNouns(r.nouns, d.Acts()); err != nil {
		return nil, fmt.Errorf("the nouns do not fit the domains: %w", err)
	}
	sight, place := r.sight()
	r.feed = feed.New(s, d.Log, sight, place, veilsOf(r.nouns))
	r.feed.Tell(func(ctx context.Context, codes []string, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
		return d.Assessments.Kept(ctx, assessment.Filter{Jurisdiction: codes}, ids)
	})
	return r, nil
}

// Feed is the act log as viewers see it.
func (r *Resolver) Feed() *feed.Service { return r.feed }

// Use says which schema is resolved, and what its types are rendered from.
func (r *Resolver) Use(schema *ast.Schema, tables lean.Tables) {
	r.schema, r.tables = schema, tables
	r.edges = within(allEdges(schema, r.nouns))
	r.fields = fieldsOf(schema, r.edges)
	r.lean = lean.New(tables, schema, r.ways())
}

// ways are the edges as graph/lean calls them.
func (r *Resolver) ways() map[string]lean.Way {
	all := make(map[string]lean.Way, len(r.edges))
	for name, e := range r.edges {
		w := lean.Way{Needs: e.needs, First: e.first}
		if e.made != nil {
			w.Made = func(ctx context.Context, obj any) (any, error) {
				if err := e.selected([]any{obj}); err != nil {
					return nil, err
				}
				return e.made(ctx, r, obj)
			}
		} else {
			w.Read = func(ctx context.Context, parents []any, a lean.Args) ([]any, error) {
				if err := e.selected(parents); err != nil {
					return nil, err
				}
				if e.rows != "" && a.Columns != nil {
					ctx = store.Want(ctx, e.rows, a.Columns)
				}
				return e.read(ctx, r, parents, argsOf(a))
			}
		}
		all[name] = w
	}
	return all
}

// Compile makes what answers a query operation without gqlgen; nil for an operation that gqlgen is to answer.
func (r *Resolver) Compile(doc *ast.QueryDocument, op *ast.OperationDefinition) gql.Program {
	if p := r.lean.Compile(doc, op); p != nil {
		return p
	}
	return nil
}

type fetchKey struct{}

// Prepare makes the context that gqlgen's resolvers run under. All of a query is read before it is rendered; of a mutation and
// an event nothing is known yet.
func (r *Resolver) Prepare(ctx context.Context, op *graphql.OperationContext) context.Context {
	return context.WithValue(ctx, fetchKey{}, r.lean.Fetch(ctx, op))
}

// Take gives the value of the field that gqlgen is resolving: made of its parent, or read with all that lies below.
func (r *Resolver) Take(ctx context.Context, parent any) (any, error) {
	fetched, ok := ctx.Value(fetchKey{}).(*lean.Fetched)
	if !ok {
		return nil, fmt.Errorf("an operation was not prepared")
	}
	fc := graphql.GetFieldContext(ctx)
	var v any
	var err error
	e := r.edges[fc.Object+"."+fc.Field.Name]
	if e.made != nil {
		v, err = e.made(ctx, r, parent)
	} else {
		v, err = fetched.Value(fc.Object, fc.Field, parent)
	}
	if err != nil || e.made == nil && lean.NotNil(v) == nil {
		noteGap(ctx)
	}
	return v, err
}
