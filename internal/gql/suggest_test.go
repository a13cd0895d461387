package gql_test

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// A wrong name gets names that are like it in dev mode alone; elsewhere it says where the names are (A41).
func TestWrongNames(t *testing.T) {
	for _, row := range []struct{ rule, query, variables, suggests string }{
		{"a field", "{me{nam}}", "", `Did you mean "name"`},
		{"an argument", "{proposals(frist: 3){nodes{id}}}", "", `Did you mean "first"`},
		{"a value of an enum", "{proposals(state: OPNE){nodes{id}}}", "", `Did you mean the enum value "OPEN"`},
		{"a value of an enum in a variable", "query($s: State){proposals(state: $s){nodes{id}}}", `{"s":"CLOSE"}`, `Did you mean "CLOSED"`},
		{"a field of an input", "{proposals(filter: {txet: \"x\"}){nodes{id}}}", "", `Did you mean "text"`},
		{"a field of an input in a variable", "query($f: Filter){proposals(filter: $f){nodes{id}}}", `{"f":{"txet":"x"}}`, `Did you mean "text"`},
	} {
		for _, suggest := range []bool{false, true} {
			x, _ := newExecutor(t, func(c *gql.Config) { c.Suggest = suggest })
			errs := ask(t, x, &graphql.RawParams{Query: row.query, Variables: variables(t, row.variables)}).Errors
			text := errs.Error()
			if got := strings.Contains(text, row.suggests); got != suggest {
				t.Errorf("%s, suggestions %v: %s, want %s only with them", row.rule, suggest, text, row.suggests)
			}
			if got := strings.Contains(text, "/schema.graphql"); got == suggest {
				t.Errorf("%s, suggestions %v: %s, want the place of the schema only without them", row.rule, suggest, text)
			}
		}
	}
}
