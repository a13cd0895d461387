// Package gqltest is a small executable schema for the tests of gql and of the transports. It behaves like generated code
// where that matters to them: arguments, errors, panics and subscriptions. It is never part of the program.
package gqltest

import (
	"context"
	_ "embed"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

//go:embed schema.graphql
var sdl string

// SDL is the text of the schema.
func SDL() string { return sdl }

// Schema is the executable schema. Ran counts the root resolvers that ran, Live the subscriptions that are open.
type Schema struct {
	Ran, Live atomic.Int64
	followed  atomic.Pointer[gql.Document]
	sink      atomic.Pointer[gql.Sink]
	parsed    *ast.Schema
	root      *object
}

// New makes a schema with its counters at zero.
func New() *Schema {
	s := &Schema{parsed: gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: sdl})}
	delete(s.parsed.Directives, "defer") // as the product does
	s.root = s.query()
	return s
}

var _ graphql.ExecutableSchema = (*Schema)(nil)

// Schema gives the parsed schema.
func (s *Schema) Schema() *ast.Schema { return s.parsed }

// Complexity is not used: gql computes costs itself.
func (*Schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

type viewerKey struct{}

// WithViewer sets the viewer, like authentication.
func WithViewer(ctx context.Context, subject string) context.Context {
	return context.WithValue(ctx, viewerKey{}, subject)
}

// ViewerOf returns the viewer that WithViewer set, or "".
func ViewerOf(ctx context.Context) string {
	subject, _ := ctx.Value(viewerKey{}).(string)
	return subject
}

// object is a value of an object type. A field that is a function is called with its arguments.
type object struct {
	typ    string
	fields map[string]any
}

type resolver func(ctx context.Context, args map[string]any) (any, error)

func (s *Schema) query() *object {
	return &object{"Query", map[string]any{
		"me":        s.user(),
		"node":      func(context.Context, map[string]any) (any, error) { return s.user(), nil },
		"nodes":     func(_ context.Context, args map[string]any) (any, error) { return s.users(args), nil },
		"proposals": s.proposals,
		"recent":    []any{s.proposal()},
		"search":    []any{s.user(), s.proposal()},
		"echo":      echo,
		"fails":     fails,
		"manyFail":  manyFail,
		"big": func(_ context.Context, args map[string]any) (any, error) {
			return strings.Repeat("x", int(args["bytes"].(int32))), nil
		},
		"slow":   func(ctx context.Context, _ map[string]any) (any, error) { <-ctx.Done(); return nil, ctx.Err() },
		"viewer": viewer,
		"__type": func(_ context.Context, args map[string]any) (any, error) { return s.typeNamed(args["name"]), nil },
		"__schema": &object{"__Schema", map[string]any{
			"queryType": s.typeNamed("Query"),
		}},
	}}
}

func (s *Schema) mutation() *object {
	return &object{"Mutation", map[string]any{"rename": func(_ context.Context, args map[string]any) (any, error) {
		u := s.user()
		u.fields["name"] = args["name"]
		return u, nil
	}}}
}

func (s *Schema) typeNamed(name any) any {
	def := s.parsed.Types[name.(string)]
	if def == nil {
		return nil
	}
	return &object{"__Type", map[string]any{"name": def.Name, "kind": string(def.Kind)}}
}

func (s *Schema) user() *object {
	return &object{"User", map[string]any{
		"id": "user_1", "name": "Ada", "friends": []any{}, "proposals": s.proposals,
		"best": func(context.Context, map[string]any) (any, error) { return s.proposal(), nil },
	}}
}

func (s *Schema) users(args map[string]any) []any {
	list := make([]any, len(args["ids"].([]any)))
	for i := range list {
		list[i] = s.user()
	}
	return list
}

func (s *Schema) proposal() *object {
	return &object{"Proposal", map[string]any{
		"id": "proposal_1", "title": "Say {why}", "state": "OPEN", "tags": []any{"a", "b"},
		"author": func(context.Context, map[string]any) (any, error) { return s.user(), nil },
		"comments": func(context.Context, map[string]any) (any, error) {
			return &object{"CommentConnection", map[string]any{"edges": []any{}, "nodes": []any{}}}, nil
		},
	}}
}

func (s *Schema) proposals(_ context.Context, args map[string]any) (any, error) {
	n := int32(20)
	if first, ok := args["first"].(int32); ok {
		n = first
	}
	if n < 0 || n > 100 {
		return nil, fault.InvalidField("first", "", "must be from 0 to 100")
	}
	nodes, edges := make([]any, n), make([]any, n)
	for i := range nodes {
		p := s.proposal()
		nodes[i], edges[i] = p, &object{"ProposalEdge", map[string]any{"cursor": strconv.Itoa(i), "node": p}}
	}
	return &object{"ProposalConnection", map[string]any{
		"edges": edges, "nodes": nodes, "totalCount": n,
		"pageInfo": &object{"PageInfo", map[string]any{"hasNextPage": false}},
	}}, nil
}

func echo(_ context.Context, args map[string]any) (any, error) {
	if len(args) == 0 {
		return nil, nil
	}
	var out []string
	for _, name := range []string{"text", "number", "ratio", "flag", "id", "at", "any", "list", "filter"} {
		if v, ok := args[name]; ok {
			out = append(out, name+"="+show(v))
		}
	}
	return strings.Join(out, " "), nil
}

func fails(ctx context.Context, args map[string]any) (any, error) {
	switch args["how"] {
	case "panic":
		var nowhere *object
		return nowhere.fields["x"], nil
	case "sql":
		return nil, errors.New(`pq: relation "secrets" does not exist`)
	case "wrapped":
		return nil, fault.Wrap(fault.Unavailable, errors.New("pq: dial tcp 10.0.0.7:5432"), "the database does not answer")
	case "deadline":
		return nil, context.DeadlineExceeded
	case "final":
		return nil, fault.New(fault.Unavailable, "an operator must act first").Finally()
	case "missing":
		return nil, fault.Missing()
	case "invalid":
		return nil, fault.InvalidField("input.title", "", "is too long")
	case "kind":
		return nil, fault.New(fault.Kind(99), "a secret")
	}
	return "did not fail", ctx.Err()
}

func manyFail(_ context.Context, args map[string]any) (any, error) {
	list := make([]any, args["count"].(int32))
	for i := range list {
		list[i] = &object{"Failing", map[string]any{"value": func(context.Context, map[string]any) (any, error) {
			return nil, fault.New(fault.State, "item fails")
		}}}
	}
	return list, nil
}

func viewer(ctx context.Context, _ map[string]any) (any, error) {
	r := gql.RequestOf(ctx)
	return &object{"Viewer", map[string]any{"subject": ViewerOf(ctx), "request": r.ID, "lastEvent": r.LastEventID}}, nil
}

// subscribe opens the stream of a subscription field.
func (s *Schema) subscribe(ctx context.Context, name string, args map[string]any) (<-chan *object, error) {
	switch name {
	case "followed":
		if n, ok := gql.EventOf(ctx).(int); ok {
			return s.once(n), nil
		}
		gql.Follow(ctx, s)
		return nil, nil
	case "refused":
		return nil, fault.New(fault.Expired, "the cursor is too old")
	case "failing":
		return s.stream(ctx, 1, 1, ""), nil
	case "wait":
		return s.stream(ctx, 1, -1, ""), nil
	case "flood":
		return s.stream(ctx, 1, 1<<30, strings.Repeat("x", 16<<10)), nil
	}
	after, _ := args["after"].(string)
	if after == "" {
		after = gql.RequestOf(ctx).LastEventID
	}
	from, _ := strconv.Atoi(after)
	return s.stream(ctx, from+1, int(args["to"].(int32)), ""), nil
}

// Follow keeps the document and the sink of a subscription whose source is the schema itself; a test renders its events.
func (s *Schema) Follow(d *gql.Document, to gql.Sink) (stop func()) {
	s.followed.Store(d)
	s.sink.Store(&to)
	s.Live.Add(1)
	return func() { s.Live.Add(-1) }
}

// Sink takes the events of the last subscription whose source is the schema itself.
func (s *Schema) Sink() gql.Sink { return *s.sink.Load() }

// Followed gives the document of the last subscription whose source is the schema itself.
func (s *Schema) Followed() *gql.Document { return s.followed.Load() }

func (s *Schema) once(n int) <-chan *object {
	events := make(chan *object, 1)
	events <- tick(n, "")
	close(events)
	return events
}

// stream sends ticks from one number to another and closes. When to is negative, it waits after the first until ctx ends.
func (s *Schema) stream(ctx context.Context, from, to int, text string) <-chan *object {
	events := make(chan *object)
	s.Live.Add(1)
	go func() {
		defer s.Live.Add(-1)
		defer close(events)
		for i := from; i <= to || to < 0; i++ {
			select {
			case events <- tick(i, text):
			case <-ctx.Done():
				return
			}
			if to < 0 {
				<-ctx.Done()
				return
			}
		}
	}()
	return events
}

func tick(i int, text string) *object {
	return &object{"Tick", map[string]any{
		"value": int32(i), "text": text, "viewer": resolver(viewer),
		"cursor": func(ctx context.Context, _ map[string]any) (any, error) {
			graphql.RegisterExtension(ctx, "cursor", strconv.Itoa(i))
			return strconv.Itoa(i), nil
		},
		"fails": func(context.Context, map[string]any) (any, error) { return nil, errors.New("pq: secrets") },
	}}
}

// date is a custom scalar: it refuses with a fault, like the program's scalars.
func date(v any) (any, error) {
	s, _ := v.(string)
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return nil, fault.New(fault.Invalid, "is not a date")
	}
	return s, nil
}
