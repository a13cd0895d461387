package gql_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/goleak"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestResponses(t *testing.T) {
	for _, tt := range []struct{ rule, query, want string }{
		{"a query is answered", "{me{id n:name}}", `{"me":{"id":"user_1","n":"Ada"}}`},
		{"a mutation is answered", `mutation{rename(name:"Eve"){name}}`, `{"rename":{"name":"Eve"}}`},
		{"a page is answered", "{proposals(first:1){nodes{title} totalCount}}", `{"proposals":{"nodes":[{"title":"Say {why}"}],"totalCount":1}}`},
		{"types can be queried", `{__type(name:"User"){name}}`, `{"__type":{"name":"User"}}`},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			x, _ := newExecutor(t, nil)
			resp := ask(t, x, &graphql.RawParams{Query: tt.query})
			if resp.Errors != nil || string(resp.Data) != tt.want {
				t.Errorf("got %s %v, want %s", resp.Data, resp.Errors, tt.want)
			}
		})
	}
}

func TestErrorsLeakNothing(t *testing.T) {
	for _, tt := range []struct {
		rule, query, variables string
		code, message, field   string
		path                   string
		logged                 bool
	}{
		{"A43 a panic is an internal error", `{fails(how:"panic")}`, "", gql.CodeInternal, "internal error", "", `["fails"]`, true},
		{"A44 the text of a driver stays inside", `{fails(how:"sql")}`, "", gql.CodeInternal, "internal error", "", `["fails"]`, true},
		{"A44 the cause of a fault stays inside", `{fails(how:"wrapped")}`, "", gql.CodeUnavailable, "the database does not answer", "", `["fails"]`, false},
		{"an unknown kind is internal", `{fails(how:"kind")}`, "", gql.CodeInternal, "internal error", "", `["fails"]`, true},
		{"what is hidden is not found", `{fails(how:"missing")}`, "", gql.CodeNotFound, "not found", "", `["fails"]`, false},
		{"a fault names its field", `{fails(how:"invalid")}`, "", gql.CodeBadUserInput, "is too long", "input.title", `["fails"]`, false},
		{"a deadline has a code of its own", `{fails(how:"deadline")}`, "", gql.CodeDeadlineExceeded, "the operation took too long", "", `["fails"]`, false},
		{"A13 a page size a resolver refuses is bad input", "{me{proposals(first:101){totalCount}}}", "", gql.CodeBadUserInput, "must be from 0 to 100", "first", `["me","proposals"]`, false},
		{"a custom scalar refuses with its own message", `{echo(at:"soon")}`, "", gql.CodeBadUserInput, "is not a date", "at", `["echo"]`, false},
		{"an error that is no fault stays inside", `{echo(any:"refused")}`, "", gql.CodeBadUserInput, "the argument does not have the form that the schema requires", "any", `["echo"]`, false},
		{"it stays inside from a variable too", `query($a:Any){echo(any:$a)}`, `{"a":"refused"}`, gql.CodeBadUserInput, "the argument does not have the form that the schema requires", "any", `["echo"]`, false},
		{"a bad variable names its path", `query($f:Filter){echo(filter:$f)}`, `{"f":{"and":[{},{"limit":"x"}]}}`, gql.CodeBadUserInput, `Variable "$f.and.1.limit": Int cannot represent this string`, "f.and.1.limit", "null", false},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			var log bytes.Buffer
			x, _ := newExecutor(t, func(c *gql.Config) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
			ctx := gql.WithRequest(context.Background(), &gql.Request{ID: "r-17"})
			op, errs := x.CreateOperationContext(ctx, &graphql.RawParams{Query: tt.query, Variables: variables(t, tt.variables)})
			var resp *graphql.Response
			if errs != nil {
				resp = x.DispatchError(ctx, errs)
			} else {
				next, ctx := x.DispatchOperation(ctx, op)
				resp = next(ctx)
			}
			if len(resp.Errors) != 1 {
				t.Fatalf("errors = %v, want one", resp.Errors)
			}
			err := resp.Errors[0]
			path, _ := json.Marshal(err.Path)
			field, _ := err.Extensions["field"].(string)
			got := []string{gql.CodeOf(err), err.Message, field, string(path)}
			if diff := cmp.Diff([]string{tt.code, tt.message, tt.field, tt.path}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err.Extensions["requestId"] != "r-17" || err.Extensions["docUrl"] != "/docs/errors#"+tt.code {
				t.Errorf("extensions = %v", err.Extensions)
			}
			text, _ := json.Marshal(resp)
			if strings.Contains(string(text), "pq:") || strings.Contains(string(text), "goroutine") || strings.Contains(string(text), "10.0.0.7") {
				t.Errorf("leaks: %s", text)
			}
			if logged := strings.Contains(log.String(), "r-17"); logged != tt.logged {
				t.Errorf("logged = %v, want %v: %s", logged, tt.logged, log.String())
			}
			if tt.code == gql.CodeInternal && strings.Contains(tt.query, "panic") && !strings.Contains(log.String(), "gqltest/schema.go") {
				t.Errorf("the log has no stack: %s", log.String())
			}
		})
	}
}

func TestPresentKnowsEveryKind(t *testing.T) {
	want := map[fault.Kind]string{
		fault.Internal: gql.CodeInternal, fault.NotFound: gql.CodeNotFound, fault.Forbidden: gql.CodeForbidden,
		fault.State: gql.CodeForbiddenState, fault.Invalid: gql.CodeBadUserInput, fault.Conflict: gql.CodeUnavailable,
		fault.Mismatch: gql.CodeIdempotencyMismatch, fault.Unauthenticated: gql.CodeUnauthenticated,
		fault.TooMany: gql.CodeRateLimited, fault.Unavailable: gql.CodeUnavailable, fault.Deadline: gql.CodeDeadlineExceeded,
		fault.Expired: gql.CodeCursorExpired, fault.Foreign: gql.CodeCursorMismatch,
	}
	for kind := fault.Internal; kind <= fault.Foreign; kind++ {
		got := gql.Present(context.Background(), fmt.Errorf("read: %w", fault.New(kind, "words")))
		if gql.CodeOf(got) != want[kind] {
			t.Errorf("Present(%v) = %s, want %s", kind, gql.CodeOf(got), want[kind])
		}
		if (got.Message == "words") == (kind == fault.Internal) {
			t.Errorf("Present(%v) says %q", kind, got.Message)
		}
	}
}

// UNAVAILABLE asks a client to retry, except where no retry can help.
func TestAFinalFaultIsNotRetried(t *testing.T) {
	x, _ := newExecutor(t, nil)
	for how, want := range map[string]bool{"wrapped": true, "final": false} {
		resp := ask(t, x, &graphql.RawParams{Query: `{fails(how:"` + how + `")}`})
		if len(resp.Errors) != 1 || gql.CodeOf(resp.Errors[0]) != gql.CodeUnavailable || resp.Errors[0].Extensions["retryable"] != want {
			t.Errorf("%s: %v, want UNAVAILABLE with retryable %v", how, resp.Errors, want)
		}
	}
}

func TestErrorsAreBounded(t *testing.T) {
	x, _ := newExecutor(t, nil)
	resp := ask(t, x, &graphql.RawParams{Query: "{manyFail(count:500){value}}"})
	if len(resp.Errors) != 20 {
		t.Errorf("%d errors, want 20", len(resp.Errors))
	}
}

func TestLargeResponseIsRefused(t *testing.T) {
	x, _ := newExecutor(t, nil)
	resp := ask(t, x, &graphql.RawParams{Query: "{big(bytes:9000000)}"})
	if diff := cmp.Diff([]string{gql.CodeResponseTooLarge}, codes(resp.Errors)); diff != "" || string(resp.Data) != "null" {
		t.Errorf("data %.20s, codes (-want +got):\n%s", resp.Data, diff)
	}
}

func TestDeadline(t *testing.T) {
	x, _ := newExecutor(t, func(c *gql.Config) {
		c.Limits = gql.DefaultLimits()
		c.Limits.Deadline = 20 * time.Millisecond
	})
	resp := ask(t, x, &graphql.RawParams{Query: "{slow}"})
	if diff := cmp.Diff([]string{gql.CodeDeadlineExceeded}, codes(resp.Errors)); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}

func TestActualCostCountsTheResponse(t *testing.T) {
	x, _ := newExecutor(t, nil)
	for _, tt := range []struct {
		query             string
		requested, actual int64
	}{
		{"{proposals(first:3){nodes{id}}}", 4, 4}, // the response itself is an object too, but no more is charged than was requested
		{"{me{friends{id}}}", 6, 2},
		{"{proposals(first:2){nodes{title}}}", 3, 3},
	} {
		op, errs := x.CreateOperationContext(context.Background(), &graphql.RawParams{Query: tt.query})
		if errs != nil {
			t.Fatal(errs)
		}
		next, ctx := x.DispatchOperation(context.Background(), op)
		next(ctx)
		if c := gql.CostOf(op); c.Requested != tt.requested || c.Actual != tt.actual {
			t.Errorf("%s: cost = %+v, want requested %d, actual %d", tt.query, c, tt.requested, tt.actual)
		}
	}
}

type prepared struct{}

func TestPrepareRunsBeforeEachResponse(t *testing.T) {
	var calls int
	x, _ := newExecutor(t, func(c *gql.Config) {
		c.Prepare = func(ctx context.Context, _ *graphql.OperationContext) context.Context {
			calls++
			if ctx.Value(prepared{}) != nil {
				t.Error("an event inherits what was prepared for the previous one")
			}
			return context.WithValue(ctx, prepared{}, calls)
		}
	})
	ask(t, x, &graphql.RawParams{Query: "{me{id}}"})
	if calls != 1 {
		t.Errorf("a query was prepared %d times, want 1", calls)
	}
	calls = 0
	n := len(events(t, x, "subscription{count(to:3){value}}"))
	if n != 3 || calls != 4 { // the fourth call finds the end of the stream
		t.Errorf("%d events were prepared %d times, want 3 and 4", n, calls)
	}
}

// events reads a subscription to its end.
func events(t *testing.T, x *gql.Executor, query string) []string {
	t.Helper()
	op, errs := x.CreateOperationContext(context.Background(), &graphql.RawParams{Query: query})
	if errs != nil {
		t.Fatal(errs)
	}
	next, ctx := x.DispatchOperation(context.Background(), op)
	var out []string
	for resp := next(ctx); resp != nil; resp = next(ctx) {
		text := string(resp.Data)
		for _, err := range resp.Errors {
			path, _ := json.Marshal(err.Path)
			text += " " + gql.CodeOf(err) + string(path)
		}
		out = append(out, text)
	}
	return out
}

func TestSubscriptions(t *testing.T) {
	for _, tt := range []struct {
		rule, query string
		want        []string
	}{
		{"events come until the stream ends", "subscription{count(to:2){value}}", []string{`{"count":{"value":1}}`, `{"count":{"value":2}}`}},
		{"a stream resumes after its cursor", `subscription{n:count(to:3 after:"2"){value}}`, []string{`{"n":{"value":3}}`}},
		{"a stream that cannot be opened is refused without data", "subscription{refused{value}}", []string{` CURSOR_EXPIRED["refused"]`}},
		{"bad arguments are refused", "subscription($n:Int!){count(to:$n){value}}", nil},
		{"the error of an event has its full path", "subscription{f:failing{value fails}}", []string{`{"f":{"value":1,"fails":null}} INTERNAL["f","fails"]`}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			x, _ := newExecutor(t, func(c *gql.Config) { c.Log = slog.New(slog.DiscardHandler) })
			if tt.want == nil {
				if _, errs := x.CreateOperationContext(context.Background(), &graphql.RawParams{Query: tt.query}); errs == nil {
					t.Error("accepted")
				}
				return
			}
			if diff := cmp.Diff(tt.want, events(t, x, tt.query)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCancelledSubscriptionEnds(t *testing.T) {
	x, schema := newExecutor(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	op, errs := x.CreateOperationContext(ctx, &graphql.RawParams{Query: "subscription{wait{value}}"})
	if errs != nil {
		t.Fatal(errs)
	}
	next, ctx := x.DispatchOperation(ctx, op)
	if resp := next(ctx); resp == nil {
		t.Fatal("no event")
	}
	if schema.Live.Load() != 1 {
		t.Fatal("the stream is not open")
	}
	cancel()
	if resp := next(ctx); resp != nil {
		t.Errorf("an event after the end: %s", resp.Data)
	}
}

func TestPresentOfTheCallerIsUsed(t *testing.T) {
	x, _ := newExecutor(t, func(c *gql.Config) {
		c.Present = func(context.Context, error) *gqlerror.Error { return gql.Refuse(gql.CodeForbidden, "mine") }
	})
	resp := ask(t, x, &graphql.RawParams{Query: `{fails(how:"sql")}`})
	if len(resp.Errors) != 1 || resp.Errors[0].Message != "mine" {
		t.Errorf("errors = %v", resp.Errors)
	}
	if errors.Is(resp.Errors[0], context.Canceled) {
		t.Error("carries a cause")
	}
}

func TestCodesAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, code := range gql.Codes() {
		if seen[code] || strings.ToUpper(code) != code {
			t.Errorf("%q is listed twice or is no enum value", code)
		}
		seen[code] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d codes, want 20", len(seen))
	}
}
