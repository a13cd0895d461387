package gql_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/gql/gqltest"
)

// overlaps reports whether the fields of a document conflict, by gqlparser's own rule, which is slow and correct.
func overlaps(schema *ast.Schema, doc *ast.QueryDocument) bool {
	events, found := &core.Events{}, false
	rules.OverlappingFieldsCanBeMergedRule.RuleFunc(events, func(...core.ErrorOption) { found = true })
	validator.Walk(schema, doc, events)
	return found
}

func TestFieldsMerge(t *testing.T) {
	schema := gqltest.New().Schema()
	for _, tt := range []struct {
		rule, query string
		conflict    bool
	}{
		{"the same field twice is one", "{me{id id}}", false},
		{"two fields may not share a name", "{me{a:id a:name}}", true},
		{"two fields may not share a name through fragments", "{me{...A ...B}} fragment A on User{a:id} fragment B on User{a:name}", true},
		{"two fields may not share a name below", "{me{best{a:id} best{a:title}}}", true},
		{"arguments must be the same", "{proposals(first:1){totalCount} proposals(first:2){totalCount}}", true},
		{"arguments may be in any order", `{echo(text:"a" number:1) echo(number:1 text:"a")}`, false},
		{"arguments must be the same inside lists", "{echo(list:[1]) echo(list:[2])}", true},
		{"arguments must be the same inside objects", "{echo(filter:{limit:1}) echo(filter:{limit:2})}", true},
		{"objects may name their fields in any order", `{echo(filter:{limit:1 text:"a"}) echo(filter:{text:"a" limit:1})}`, false},
		{"a variable is not another", "query($a:Int $b:Int){echo(number:$a) echo(number:$b)}", true},
		{"types that exclude each other may differ in field", "{search(text:\"\"){... on User{a:name} ... on Proposal{a:title}}}", false},
		{"types that exclude each other may not differ in shape", "{search(text:\"\"){... on Proposal{a:title} ... on Comment{a:title}}}", true},
		{"nor in the shape of their selections", "{search(text:\"\"){... on Proposal{a:author{b:id}} ... on Comment{a:author{b:best{id}}}}}", true},
		{"a leaf is no object", "{search(text:\"\"){... on User{a:name} ... on Proposal{a:author{id}}}}", true}, // gqlparser misses it
		{"an interface overlaps each of its types", "{node(id:1){a:id ... on User{a:name}}}", true},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			doc, err := parser.ParseQuery(&ast.Source{Input: tt.query})
			if err != nil {
				t.Fatal(err)
			}
			validator.Walk(schema, doc, &core.Events{})
			got := gql.FieldsMerge(schema, doc.Operations[0])
			if (got != nil) != tt.conflict {
				t.Errorf("conflict = %v, want %v (gqlparser says %v)", got, tt.conflict, overlaps(schema, doc))
			}
		})
	}
}

// TestFieldsMergeAgreesWithGqlparser compares the two rules on random documents.
func TestFieldsMergeAgreesWithGqlparser(t *testing.T) {
	schema := gqltest.New().Schema()
	r := rand.New(rand.NewPCG(1, 2))
	conflicts := 0
	for range 3000 {
		query := randomQuery(r)
		doc, err := parser.ParseQuery(&ast.Source{Input: query})
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		validator.Walk(schema, doc, &core.Events{})
		want := overlaps(schema, doc)
		if got := gql.FieldsMerge(schema, doc.Operations[0]); (got != nil) != want {
			t.Fatalf("conflict = %v, want %v in\n%s", got, want, query)
		}
		if want {
			conflicts++
		}
	}
	if conflicts < 300 || conflicts > 2700 {
		t.Errorf("%d of 3000 documents conflict: too few for the test to mean anything", conflicts)
	}
}

func randomQuery(r *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, "{me{...U0 ...U1 %s} search(text:\"\"){... on User{...U2 %s} ... on Proposal{%s} ... on Node{%s}}}",
		randomSet(r, "User", 3, 0), randomSet(r, "User", 2, 0), randomSet(r, "Proposal", 2, 0), randomSet(r, "Node", 1, 0))
	for i := range fragments {
		fmt.Fprintf(&b, " fragment U%d on User{%s}", i, randomSet(r, "User", 1, i+1))
	}
	return b.String()
}

const fragments = 3

// randomSet spreads only fragments from the given one onwards, so that they never cycle.
func randomSet(r *rand.Rand, typ string, depth, from int) string {
	leaves := map[string][]string{"User": {"id", "name"}, "Proposal": {"id", "title", "state", "tags"}, "Node": {"id"}}
	objects := map[string][]string{"User": {"best:Proposal", "friends:User"}, "Proposal": {"author:User"}}
	names := func(a, b string) string { return []string{"", "", "", a, b}[r.IntN(5)] }
	var b strings.Builder
	b.WriteString("id ")
	for range 1 + r.IntN(2) {
		switch n := r.IntN(10); {
		case n < 5 || depth == 0:
			b.WriteString(names("a:", "b:") + leaves[typ][r.IntN(len(leaves[typ]))] + " ")
		case n < 8 && len(objects[typ]) > 0:
			name, below, _ := strings.Cut(objects[typ][r.IntN(len(objects[typ]))], ":")
			b.WriteString(names("c:", "d:") + name + "{" + randomSet(r, below, depth-1, from) + "} ")
		case n == 8 && typ == "User" && from < fragments:
			fmt.Fprintf(&b, "...U%d ", from+r.IntN(fragments-from))
		default:
			b.WriteString("... on " + typ + "{" + randomSet(r, typ, depth-1, from) + "} ")
		}
	}
	return b.String()
}
