package gql_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// worst are documents that are slow to check: many are within the limits, so validation sees them in full.
var worst = []struct{ name, query string }{
	{"duplicate fields", "{me{" + strings.Repeat("id name ", 990) + "}}"},
	{"duplicate objects", "{me{" + strings.Repeat("best{id}", 480) + "}}"},
	{"duplicate objects, nested", "{me{" + binary(8) + "}}"},
	{"duplicate objects, deep", "{me{" + strings.Repeat(nested("best{author{", "id", "}}", 5), 60) + "}}"},
	{"fragment spread bomb", spreadBomb(150)},
	{"fragments spread together", "{me{" + repeat(150, func(i int) string { return fmt.Sprintf("...F%d", i) }) + "}}" +
		repeat(150, func(i int) string { return fmt.Sprintf("fragment F%d on User{id name}", i) })},
	{"fragments of duplicate objects", "{me{" + repeat(90, func(i int) string { return fmt.Sprintf("...F%d", i) }) + "}}" +
		repeat(90, func(i int) string { return fmt.Sprintf("fragment F%d on User{best{author{id} id}}", i) })},
	{"a chain of fragments, spread from many places", "{me{" + strings.Repeat("best{...C0}", 20) + "}}" +
		repeat(100, func(i int) string { return fmt.Sprintf("fragment C%d on Proposal{id ...C%d}", i, i+1) }) + "fragment C100 on Proposal{id}"},
	{"parents that exclude each other, nested", "{me{friends{" + exclusive(5) + "}}}"},
	{"unknown fields", "{me{" + repeat(900, func(i int) string { return fmt.Sprintf("x%d", i) }) + "}}"},
	{"unknown fragments", "{me{" + repeat(900, func(i int) string { return fmt.Sprintf("...x%d", i) }) + "}}"},
	{"unused fragments", "{me{id}}" + repeat(240, func(i int) string { return fmt.Sprintf("fragment F%d on User{id}", i) })},
	{"unused variables", "query(" + repeat(480, func(i int) string { return fmt.Sprintf("$v%d:Int", i) }) + "){me{id}}"},
	{"one long name", "{" + strings.Repeat("x", 19_000) + "}"},
	{"deep inline fragments", "{me" + nested("{...", "{id}", "}", 650) + "}"},
	{"lists of lists", "{echo(any:[" + strings.Repeat(nested("[", "1", "]", 9), 80) + "])}"},
	{"inputs of inputs", "{echo(filter:{and:[" + strings.Repeat(nested("{not:", "{}", "}", 8), 60) + "]})}"},
	{"introspection through a chain", "{__schema{types{" + strings.Repeat("...C0 ", 15) + "}}}" +
		repeat(120, func(i int) string { return fmt.Sprintf("fragment C%d on __Type{name ...C%d}", i, i+1) }) + "fragment C120 on __Type{name}"},
}

// binary is a tree of objects in which every level has two of the same name.
func binary(levels int) string {
	if levels == 0 {
		return "id"
	}
	field := "best"
	if levels%2 == 1 {
		field = "author"
	}
	below := binary(levels - 1)
	return field + "{" + below + "}" + field + "{" + below + "}"
}

// exclusive selects at each level the fields of an interface and of two types, so that every group splits in two.
func exclusive(levels int) string {
	if levels == 0 {
		return "id"
	}
	below := exclusive(levels - 1)
	return "id friends{id} ...on User{friends{" + below + "}} ... on Node{id ...on User{friends{name}} ...on Proposal{author{friends{id}}}}"
}

func TestWorstCasesAreQuick(t *testing.T) {
	x, _ := newExecutor(t, nil)
	for _, tt := range worst {
		t.Run(tt.name, func(t *testing.T) {
			if len(tt.query) > x.Limits().QueryBytes {
				t.Fatalf("%d bytes: the limit would refuse it before it is parsed", len(tt.query))
			}
			const limit = 50 * time.Millisecond
			best := time.Hour
			var result any
			for end := time.Now().Add(20 * time.Second); best > limit && time.Now().Before(end); { // others share the machine
				start := time.Now()
				errs := gql.Read(x, tt.query)
				best = min(best, time.Since(start))
				result = errs
			}
			t.Logf("%v: %v", best, result)
			if best > limit {
				t.Errorf("took %v at best, want at most %v", best, limit)
			}
		})
	}
}
