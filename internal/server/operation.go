package server

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/fair"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// viewer is the authenticated client of a request or of a socket's connection_init. What resolvers need to know about the
// viewer is in the context that comes with it.
type viewer struct {
	session Session
	caller  caller
	first   *quota // the quota after the first point, if that has been taken
}

// operation is an admitted operation.
type operation struct {
	server *Server
	op     *graphql.OperationContext
	next   func() *graphql.Response // returns the answer to a query or mutation
	caller caller
	quota  quota
	began  time.Time
	place  place
}

// reading receives the parameters of an operation, which takes as long as the client likes. decoding makes sense of them,
// which takes a processor.
type (
	reading  func() (decoding, *refusal)
	decoding func() (*graphql.RawParams, *refusal)
)

// begin takes an operation through the steps that all transports share: allowance, reading, a place to run, decoding, parsing,
// limits, validation, cost, the transport's own rule about kinds of operations, allowance again for the cost, dispatch. The
// transport opens a subscription itself, when it is ready to take events. Authentication comes before all this, because its
// result says whose allowance and whose place count. What needs a processor comes after the place is taken.
func (s *Server) begin(ctx context.Context, v viewer, read reading, rule func(ast.Operation) *refusal) (*operation, *refusal) {
	began := time.Now()
	q, ok := s.firstPoint(v)
	if !ok {
		s.pause(ctx, v.caller)
		return nil, tooFast(q)
	}
	o := &operation{server: s, caller: v.caller, quota: q, began: began}
	ready := false
	defer func() { // also after a panic
		if !ready {
			o.leave()
		}
	}()
	if refused := o.prepare(ctx, read, rule); refused != nil {
		return nil, refused
	}
	ready = true
	s.metrics.operation(o.kind())
	if o.isSubscription() {
		return o, nil
	}
	handler, running := s.cfg.Executor.DispatchOperation(ctx, o.op)
	o.next = func() *graphql.Response { return handler(running) }
	return o, nil
}

// firstPoint takes the point that every request costs, even one that is refused.
func (s *Server) firstPoint(v viewer) (quota, bool) {
	if v.first != nil {
		return *v.first, true
	}
	return s.rates.take(v.caller, 1)
}

// prepare makes an operation ready to run. When it is refused, it has paid what that costs.
func (o *operation) prepare(ctx context.Context, read reading, rule func(ast.Operation) *refusal) *refusal {
	decode, refused := read()
	if refused != nil {
		return o.wrong(ctx, refused)
	}
	if refused = o.enter(ctx); refused != nil {
		o.server.rates.refund(o.caller, 1)
		return refused
	}
	if o.op, refused = o.server.understand(ctx, decode, rule); refused != nil {
		return o.wrong(ctx, refused)
	}
	cost := gql.CostOf(o.op).Requested
	if refused = o.pay(ctx, cost); refused != nil {
		return refused
	}
	if o.kind() != ast.Mutation {
		return nil
	}
	if refused = o.change(ctx); refused != nil {
		o.server.rates.refund(o.caller, cost)
	}
	return refused
}

// wrong lets the client pay for an operation that cannot be read or is not valid.
func (o *operation) wrong(ctx context.Context, refused *refusal) *refusal {
	o.server.rates.refuse(o.caller)
	refused.quota = &o.quota
	o.leave()
	o.server.pause(ctx, o.caller)
	return refused
}

// pay takes the points that an operation costs beyond the first. A client that lacks them pays nothing: otherwise one that
// does not wait would never have enough.
func (o *operation) pay(ctx context.Context, cost int64) *refusal {
	if cost <= 1 {
		return nil
	}
	q, ok := o.server.rates.take(o.caller, cost-1)
	if !ok {
		o.server.rates.refund(o.caller, 1)
		o.leave()
		o.server.pause(ctx, o.caller)
		return tooFast(q)
	}
	o.quota = q
	return nil
}

// understand reads an operation without running it.
func (s *Server) understand(ctx context.Context, decode decoding, rule func(ast.Operation) *refusal) (*graphql.OperationContext, *refusal) {
	params, refused := decode()
	if refused != nil {
		return nil, refused
	}
	op, errs := s.cfg.Executor.CreateOperationContext(ctx, params)
	if errs != nil {
		return nil, &refusal{status: http.StatusBadRequest, errors: errs, graphql: true}
	}
	return op, rule(op.Operation.Operation)
}

// anyKind is the rule of a transport that allows every kind of operation.
func anyKind(ast.Operation) *refusal { return nil }

func tooFast(q quota) *refusal {
	r := refuse(http.StatusTooManyRequests, gql.CodeRateLimited, "the allowance of this %s is used up: retry later", q.name).later(q.retry)
	r.quota = &q
	return r
}

// answer runs a query or mutation. It gives back its place and the points that it did not use.
func (o *operation) answer() *graphql.Response {
	defer o.leave()
	resp := o.next()
	o.answered(resp)
	cost := gql.CostOf(o.op)
	o.giveBack(cost.Requested, cost.Actual)
	return resp
}

func (o *operation) answered(resp *graphql.Response) {
	m := o.server.metrics
	m.answered(o.kind(), nameOf(o.op), outcomeOf(resp), time.Since(o.began))
}

// giveBack refunds the points that were taken and not used.
func (o *operation) giveBack(requested, actual int64) {
	if unused := requested - max(actual, 1); unused > 0 {
		o.server.rates.refund(o.caller, unused)
		o.quota.remaining = min(o.quota.remaining+unused, o.quota.limit)
	}
}

// subscribe opens the events of a subscription; see gql.Executor.Subscribe. An open subscription holds no place.
func (o *operation) subscribe(ctx context.Context, to gql.Sink) (stop func(), refused *graphql.Response) {
	defer o.leave()
	stop, refused = o.server.cfg.Executor.Subscribe(fair.WithCaller(ctx, o.caller.fair()), o.op, to)
	o.answered(refused)
	return stop, refused
}

func (o *operation) kind() ast.Operation { return o.op.Operation.Operation }

func (o *operation) isSubscription() bool { return o.kind() == ast.Subscription }

// cost is the cost of the operation, with the rest of the allowance.
func (o *operation) cost() *gql.Cost { return o.costOf(*gql.CostOf(o.op)) }

func (o *operation) costOf(c gql.Cost) *gql.Cost {
	if o.quota.limit > 0 {
		c.Remaining, c.ResetAt = o.quota.remaining, o.server.now().Add(o.quota.reset)
	}
	return &c
}
