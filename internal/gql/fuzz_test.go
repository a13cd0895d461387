package gql_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// FuzzCreateOperationContext looks for documents and variables that panic, which shows as INTERNAL, or take long.
func FuzzCreateOperationContext(f *testing.F) {
	for _, tt := range refusals {
		f.Add(tt.query, tt.variables)
	}
	for _, tt := range worst {
		f.Add(tt.query, "")
	}
	f.Add(gql.StandardIntrospection, "{}")
	f.Add(ordinary, `{"first":5,"state":"OPEN"}`)
	f.Add(`query($f:Filter=null,$l:[Int!]=[1]){echo(filter:$f list:$l any:{a:$l})}`, `{"f":{"and":[{"not":null}]}}`)
	x, _ := newExecutor(f, func(c *gql.Config) { c.Log = slog.New(slog.NewTextHandler(io.Discard, nil)) })
	f.Fuzz(func(t *testing.T, query, vars string) {
		params := &graphql.RawParams{Query: query}
		d := json.NewDecoder(strings.NewReader(vars))
		d.UseNumber()
		_ = d.Decode(&params.Variables)
		start := time.Now()
		op, errs := x.CreateOperationContext(context.Background(), params)
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v", took)
		}
		for _, err := range errs {
			if gql.CodeOf(err) == gql.CodeInternal {
				t.Errorf("internal error for %q %q", query, vars)
			}
			if strings.Contains(err.Message, "Did you mean") {
				t.Errorf("suggests: %s", err.Message)
			}
		}
		if errs == nil && gql.CostOf(op).Requested > x.Limits().Cost {
			t.Error("accepted above the limit")
		}
	})
}
