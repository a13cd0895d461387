package gql_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

const ordinary = `query Page($first: Int, $after: String, $state: State) {
  proposals(first: $first, after: $after, state: $state) {
    totalCount
    pageInfo { hasNextPage }
    edges { cursor node { ...Proposal author { ...User } comments(first: 5) { nodes { id title author { ...User } } } } }
  }
  viewer { subject }
}
fragment Proposal on Proposal { id title state tags }
fragment User on User { id name }`

func BenchmarkCreateCached(b *testing.B) {
	x, _ := newExecutor(b, nil)
	ctx := context.Background()
	params := &graphql.RawParams{Query: ordinary, Variables: map[string]any{"first": int64(10), "state": "OPEN"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, errs := x.CreateOperationContext(ctx, params); errs != nil {
			b.Fatal(errs)
		}
	}
}

func BenchmarkCreateCachedWithoutVariables(b *testing.B) {
	x, _ := newExecutor(b, nil)
	ctx := context.Background()
	params := &graphql.RawParams{Query: "{proposals(first:5){nodes{id title author{id name}}}}"}
	b.ReportAllocs()
	for b.Loop() {
		if _, errs := x.CreateOperationContext(ctx, params); errs != nil {
			b.Fatal(errs)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	x, _ := newExecutor(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		if errs := gql.Read(x, ordinary); errs != nil {
			b.Fatal(errs)
		}
	}
}

func BenchmarkDispatch(b *testing.B) {
	x, _ := newExecutor(b, nil)
	params := &graphql.RawParams{Query: "{__typename}"}
	b.ReportAllocs()
	for b.Loop() {
		op, _ := x.CreateOperationContext(context.Background(), params)
		next, ctx := x.DispatchOperation(context.Background(), op)
		next(ctx)
	}
}
