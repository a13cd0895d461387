package gql

import (
	"bytes"
	"context"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// DispatchOperation starts an operation. The handler gives one response for a query or mutation, one per event for a
// subscription from a channel, and then nil. Call it with the returned context or one made from it. The data of an event is
// valid until the handler is called again.
func (x *Executor) DispatchOperation(ctx context.Context, op *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	ctx = graphql.WithOperationContext(ctx, op)
	if op.Operation.Operation == ast.Subscription {
		return x.events(ctx, op), ctx
	}
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		return x.run(ctx, op)
	}, ctx
}

// events gives the responses of a subscription one by one. Transports use Subscribe, which also knows sources.
func (x *Executor) events(ctx context.Context, op *graphql.OperationContext) graphql.ResponseHandler {
	next, source, refused := x.open(ctx, op)
	if source != nil {
		refused = x.DispatchError(ctx, gqlerror.List{Refuse(CodeInternal, internalMessage)})
	}
	if refused != nil {
		return graphql.OneShot(refused)
	}
	return next
}

// programKey is the extension that holds an operation's program, if it has one.
const programKey = "plenary.program"

// run executes a query or a mutation.
func (x *Executor) run(ctx context.Context, op *graphql.OperationContext) *graphql.Response {
	ctx, cancel := context.WithTimeout(ctx, x.limits.Deadline)
	defer cancel()
	a := &answer{x: x}
	resp := a.guard(ctx, func() *graphql.Response {
		if p, ok := op.Stats.GetExtension(programKey).(Program); ok {
			ctx := graphql.WithResponseContext(ctx, a.present, x.recovered)
			return a.finish(ctx, op, &graphql.Response{Data: p.Run(ctx, op, x.limits.ResponseBytes)})
		}
		if x.compile != nil && op.Operation.Operation == ast.Query {
			x.fallbacks.Add(1)
		}
		ctx := graphql.WithResponseContext(x.prepare(ctx, op), a.present, x.recovered)
		return a.finish(ctx, op, x.exec.Exec(ctx)(ctx))
	})
	if resp == nil { // an executable schema that returns nothing is broken
		resp = failure(complete(ctx, Refuse(CodeInternal, internalMessage)))
	}
	return resp
}

// open opens a subscription. It gives a handler for its responses, or the source that its resolver named. A failure is a
// response without data, which a transport reports as the refusal of the operation and not as an event.
func (x *Executor) open(ctx context.Context, op *graphql.OperationContext) (graphql.ResponseHandler, Source, *graphql.Response) {
	ctx = graphql.WithOperationContext(ctx, op)
	root, refused := subscribedField(op)
	if refused != nil {
		return nil, nil, x.DispatchError(ctx, gqlerror.List{refused})
	}
	var next graphql.ResponseHandler
	begun, named := &answer{x: x}, &opening{}
	failed := begun.guard(ctx, func() *graphql.Response {
		ctx := graphql.WithResponseContext(context.WithValue(ctx, openingKey{}, named), begun.present, x.recovered)
		next = x.exec.Exec(ctx)
		if errs := graphql.GetErrors(ctx); errs != nil {
			return &graphql.Response{Errors: errs}
		}
		return nil
	})
	if failed != nil {
		failed.Data = nil
		return nil, nil, failed
	}
	return func(ctx context.Context) *graphql.Response {
		if ctx.Err() != nil {
			return nil
		}
		a := &answer{x: x}
		return a.guard(ctx, func() *graphql.Response {
			ctx := graphql.WithResponseContext(x.prepare(ctx, op), a.present, x.recovered)
			// gqlgen renders an event without the field it came from: error paths would lack their first part.
			ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Subscription", Field: root, Args: map[string]any{}})
			return a.finish(ctx, op, next(ctx))
		})
	}, named.source, nil
}

// subscribedField is the one field a subscription selects; @skip may have left none.
func subscribedField(op *graphql.OperationContext) (graphql.CollectedField, *gqlerror.Error) {
	fields := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})
	if len(fields) != 1 {
		return graphql.CollectedField{}, Refuse(CodeBadUserInput, "a subscription selects exactly one field")
	}
	return fields[0], nil
}

// DispatchError is the response to an operation that was refused before it ran.
func (x *Executor) DispatchError(ctx context.Context, errs gqlerror.List) *graphql.Response {
	return Refusal(ctx, errs)
}

// answer gathers one response.
type answer struct {
	x      *Executor
	errors atomic.Int32
}

// present shows an error to the client, up to the limit: a list of 5,000 failing items gives 20 errors.
func (a *answer) present(ctx context.Context, err error) *gqlerror.Error {
	if int(a.errors.Add(1)) > a.x.limits.Errors {
		return nil
	}
	return a.x.present(ctx, err)
}

func (x *Executor) present(ctx context.Context, err error) *gqlerror.Error {
	shown := x.presentOne(ctx, err)
	if shown == nil {
		return nil
	}
	_ = complete(ctx, shown)
	if CodeOf(shown) == CodeInternal && !isPanic(err) {
		x.log.ErrorContext(ctx, "resolver failed", "request_id", RequestOf(ctx).ID, "path", shown.Path.String(), "error", err)
	}
	return shown
}

// guard keeps a panic outside a resolver, such as one while rendering, from ending the process.
func (a *answer) guard(ctx context.Context, respond func() *graphql.Response) (resp *graphql.Response) {
	defer func() {
		if r := recover(); r != nil {
			resp = failure(a.x.present(ctx, a.x.recovered(ctx, r)))
		}
	}()
	return respond()
}

// finish adds the errors and extensions gathered in ctx and bounds the size.
func (a *answer) finish(ctx context.Context, op *graphql.OperationContext, resp *graphql.Response) *graphql.Response {
	if resp == nil {
		return nil
	}
	resp.Errors = append(resp.Errors, graphql.GetErrors(ctx)...)
	if ext := graphql.GetExtensions(ctx); len(ext) > 0 {
		resp.Extensions = ext
	}
	if len(resp.Data) > a.x.limits.ResponseBytes {
		return failure(complete(ctx, Refuse(CodeResponseTooLarge, "the response has more than %d bytes", a.x.limits.ResponseBytes)))
	}
	// A subscription was charged when it began; its events are rendered several at a time.
	if c := CostOf(op); c != nil && op.Operation.Operation != ast.Subscription {
		// Every object in the response opens with a brace. A brace in a participant's words makes the count too high, never too low.
		c.Actual = min(c.Requested, int64(bytes.Count(resp.Data, []byte{'{'})))
	}
	return resp
}

// failure is the response to an operation that ran and has no data to show.
func failure(err *gqlerror.Error) *graphql.Response {
	return &graphql.Response{Data: []byte("null"), Errors: gqlerror.List{err}}
}
