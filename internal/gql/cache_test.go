package gql_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

func TestCacheIsBoundedInBytes(t *testing.T) {
	x, _ := newExecutor(t, nil)
	for i := range 600 { // A23: documents of 10 KB, twice as many as fit
		query := fmt.Sprintf("{me{%s}} #%s", repeat(400, func(int) string { return "id" }), strings.Repeat("x", 8800)+fmt.Sprint(i))
		if _, errs := x.CreateOperationContext(context.Background(), &graphql.RawParams{Query: query}); errs != nil {
			t.Fatal(errs)
		}
	}
	n, bytes := gql.CacheUsed(x)
	if bytes > 32<<20 || n == 0 {
		t.Errorf("%d documents weigh %d bytes, want at most 32 MiB", n, bytes)
	}
}

func TestCacheKeepsOnlyValidDocuments(t *testing.T) {
	x, _ := newExecutor(t, nil)
	for _, query := range []string{"{mee}", "{", "{me{id id:name}}", "{me" + nested("{best{author", "{id}", "}}", 9) + "}"} {
		ask(t, x, &graphql.RawParams{Query: query})
		if n, _ := gql.CacheUsed(x); n != 0 {
			t.Errorf("cached %s", query)
		}
	}
	ask(t, x, &graphql.RawParams{Query: "{me{id}}"})
	ask(t, x, &graphql.RawParams{Query: "{me{id}}"})
	if n, _ := gql.CacheUsed(x); n != 1 {
		t.Errorf("%d documents cached, want 1", n)
	}
}

// TestWeighIsCloseToTheMemoryUsed compares what the cache charges with what documents take. An estimate that is too low would let the
// cache outgrow its bound.
func TestWeighIsCloseToTheMemoryUsed(t *testing.T) {
	x, _ := newExecutor(t, nil)
	for _, tt := range []struct{ name, query string }{
		{"leaves", "{me{" + strings.Repeat("id name ", 900) + "}}"},
		{"objects", "{me{" + strings.Repeat("best{id}", 450) + "}}"},
		{"arguments", "{me{" + strings.Repeat("proposals(first:1){totalCount}", 180) + "}}"},
		{"literals", "{echo(any:[" + strings.Repeat("[1 2 3 4 5 6 7]", 200) + "])}"},
		{"text", `{echo(text:"` + strings.Repeat("x", 19_000) + `")}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const copies = 50
			charged := gql.Weigh(x, tt.query)
			before := heap()
			keep := make([]*graphql.OperationContext, 0, copies)
			fresh, _ := newExecutor(t, func(c *gql.Config) {
				c.Limits = gql.DefaultLimits()
				c.Limits.CacheBytes = 1
			})
			for range copies {
				op, errs := fresh.CreateOperationContext(context.Background(), &graphql.RawParams{Query: tt.query})
				if errs != nil {
					t.Fatal(errs)
				}
				keep = append(keep, op)
			}
			took := int(heap()-before) / copies
			runtime.KeepAlive(keep)
			t.Logf("charged %d, took %d", charged, took)
			if took > charged*5/4 || took < charged/2 {
				t.Errorf("charged %d bytes for %d", charged, took)
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestCacheIsSafeForConcurrentUse(t *testing.T) {
	x, _ := newExecutor(t, nil)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				query := fmt.Sprintf("query($n:Int){proposals(first:$n){nodes{id}}} #%d", (i+j)%20)
				resp := ask(t, x, &graphql.RawParams{Query: query, Variables: map[string]any{"n": int64(2)}})
				if resp.Errors != nil {
					t.Error(resp.Errors)
				}
			}
		})
	}
	wg.Wait()
}
