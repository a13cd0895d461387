package gql

import (
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// A subscription is opened once and rendered for each of its events. The field's resolver either returns a channel, as usual
// in gqlgen, and then one goroutine reads it; or it names a Source with Follow. A Source renders each event through a
// Document, once for all subscriptions that request the same, and needs no goroutine for any of them.

// Sink takes the responses of one subscription as JSON, in order, each with the cursor to resume after it.
type Sink interface {
	// Offer takes a response if there is room for it now. The text is shared and must not be changed.
	Offer(text []byte, cursor string) bool
	// Flush sends what was taken, as far as that is possible without waiting; the rest follows by itself.
	Flush()
	// Put takes a response and sends it, waiting for room. It fails when ctx ends or the reader is too slow.
	Put(ctx context.Context, text []byte, cursor string) error
	// Close says that there are no more responses.
	Close()
	// Fail says the same, and why: with the error as a client may see it.
	Fail(err error)
}

// Source has the events of a subscription that was opened.
type Source interface {
	// Follow gives the events to the sink, rendered by the document, until stop is called.
	Follow(d *Document, to Sink) (stop func())
}

type openingKey struct{}

type opening struct{ source Source }

// Follow names the source of the subscription that is being opened, instead of a channel: the resolver returns nil for that.
func Follow(ctx context.Context, s Source) {
	if o, ok := ctx.Value(openingKey{}).(*opening); ok {
		o.source = s
	}
}

type eventKey struct{}

// EventOf gives the event that is being rendered, or nil while a subscription is being opened. A resolver with a source then
// returns just this event in a channel.
func EventOf(ctx context.Context) any { return ctx.Value(eventKey{}) }

// Subscribe opens a subscription and gives its responses to the sink until stop is called. ctx is for the opening; the open
// subscription outlives it. If it cannot be opened, the result is a response without data, and the sink gets nothing.
func (x *Executor) Subscribe(ctx context.Context, op *graphql.OperationContext, to Sink) (stop func(), refused *graphql.Response) {
	lasting, cancel := context.WithCancel(graphql.WithOperationContext(context.WithoutCancel(ctx), op))
	opened := context.AfterFunc(ctx, cancel)
	next, source, refused := x.open(lasting, op)
	opened()
	switch {
	case refused != nil:
		cancel()
		return nil, refused
	case source != nil:
		cancel()
		return source.Follow(newDocument(x, op), to), nil
	}
	go x.pump(lasting, next, to)
	return cancel, nil
}

// pump passes the events of a channel to the sink.
func (x *Executor) pump(ctx context.Context, next graphql.ResponseHandler, to Sink) {
	defer func() {
		if r := recover(); r != nil {
			_ = x.recovered(ctx, r)
		}
	}()
	for resp := next(ctx); resp != nil; resp = next(ctx) {
		cursor, _ := resp.Extensions["cursor"].(string)
		if to.Put(ctx, AppendResponse(nil, resp, nil), cursor) != nil {
			return
		}
	}
	if ctx.Err() == nil {
		to.Close()
	}
}

// Document is what a subscription requests of each event. Two with the same key request the same.
type Document struct {
	x    *Executor
	op   *graphql.OperationContext
	root graphql.CollectedField
	key  string
}

func newDocument(x *Executor, op *graphql.OperationContext) *Document {
	root, _ := subscribedField(op)
	return &Document{x: x, op: op, root: root, key: keyOf(op)}
}

// Key identifies a document by its text, its operation and the variables that change how an event is rendered.
func (d *Document) Key() string { return d.key }

// Operation is the requested operation, for callers that check which fields an event shows.
func (d *Document) Operation() *graphql.OperationContext { return d.op }

// Render renders an event for the viewer of ctx, with the deadline of a query. It is whole if nothing failed.
func (d *Document) Render(ctx context.Context, event any) (text []byte, whole bool) {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, eventKey{}, event), d.x.limits.Deadline)
	defer cancel()
	ctx = graphql.WithOperationContext(WithRequest(ctx, &Request{ID: NewRequestID()}), d.op)
	a := &answer{x: d.x}
	resp := a.guard(ctx, func() *graphql.Response {
		if ctx.Err() != nil {
			return nil
		}
		ctx := graphql.WithResponseContext(d.x.prepare(ctx, d.op), a.present, d.x.recovered)
		next := d.x.exec.Exec(ctx)
		// gqlgen renders an event without the field it came from: error paths would lack their first part.
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Subscription", Field: d.root, Args: map[string]any{}})
		return a.finish(ctx, d.op, next(ctx))
	})
	if resp == nil { // the deadline passed before rendering began
		resp = failure(complete(ctx, Refuse(CodeDeadlineExceeded, "the operation took too long")))
	}
	return AppendResponse(nil, resp, nil), len(resp.Errors) == 0 && len(resp.Extensions) == 0
}

// keyOf leaves out the variables that only say which events to follow: subscribers resume from cursors of their own and get
// the same events.
func keyOf(op *graphql.OperationContext) string {
	var b strings.Builder
	b.WriteString(op.OperationName)
	b.WriteByte(0)
	b.WriteString(op.RawQuery)
	used := map[string]bool{}
	variablesIn(op.Operation.SelectionSet, used)
	for _, f := range op.Doc.Fragments {
		variablesIn(f.SelectionSet, used)
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if v, ok := op.Variables[name]; ok {
			text, err := json.Marshal(v)
			if err != nil { // it was JSON in the request
				text = []byte(strconv.FormatUint(rand.Uint64(), 36))
			}
			b.WriteByte(0)
			b.WriteString(name)
			b.WriteByte('=')
			b.Write(text)
		}
	}
	return b.String()
}

// variablesIn collects the variables of a selection, except those in the arguments of the subscription's own field.
func variablesIn(set ast.SelectionSet, used map[string]bool) {
	directives := func(list ast.DirectiveList) {
		for _, d := range list {
			for _, a := range d.Arguments {
				inValue(a.Value, used)
			}
		}
	}
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			directives(s.Directives)
			if s.ObjectDefinition == nil || s.ObjectDefinition.Name != "Subscription" {
				for _, a := range s.Arguments {
					inValue(a.Value, used)
				}
			}
			variablesIn(s.SelectionSet, used)
		case *ast.InlineFragment:
			directives(s.Directives)
			variablesIn(s.SelectionSet, used)
		case *ast.FragmentSpread:
			directives(s.Directives) // its definition is visited with all others
		}
	}
}

func inValue(v *ast.Value, used map[string]bool) {
	if v == nil {
		return
	}
	if v.Kind == ast.Variable {
		used[v.Raw] = true
	}
	for _, child := range v.Children {
		inValue(child.Value, used)
	}
}

// NewRequestID need only be unique, not secret.
func NewRequestID() string { return strconv.FormatUint(rand.Uint64()|1<<63, 36) }
