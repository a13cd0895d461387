package server

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

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
	held   bool // it holds one of the places for running operations
}

// begin takes an operation through the steps that all transports share: allowance, reading, parsing, limits, validation,
// cost, the transport's own rule about kinds of operations, allowance again for the cost, a place to run, dispatch. The
// transport opens a subscription itself, when it is ready to take events. Authentication comes before all this, because its
// result says whose allowance counts.
func (s *Server) begin(ctx context.Context, v viewer, read func() (*graphql.RawParams, *refusal), rule func(ast.Operation) *refusal) (*operation, *refusal) {
	began := time.Now()
	q, ok := s.firstPoint(v)
	if !ok {
		return nil, tooFast(q)
	}
	op, refused := s.prepare(ctx, read, rule)
	if refused != nil {
		s.rates.take(v.caller, s.cfg.Rates.Refused-1)
		refused.quota = &q
		return nil, refused
	}
	cost := gql.CostOf(op)
	if cost.Requested > 1 {
		if q, ok = s.rates.take(v.caller, cost.Requested-1); !ok {
			return nil, tooFast(q)
		}
	}
	kind := op.Operation.Operation
	o := &operation{server: s, op: op, caller: v.caller, quota: q, began: began}
	if kind != ast.Subscription {
		if !s.enter(kind == ast.Mutation) {
			s.rates.refund(v.caller, cost.Requested)
			return nil, refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "the server is too busy: retry later").later(time.Second)
		}
		o.held = true
	}
	s.metrics.operation(kind)
	if kind == ast.Subscription {
		return o, nil
	}
	handler, running := s.cfg.Executor.DispatchOperation(ctx, op)
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

// prepare does the steps that need no allowance beyond the first point.
func (s *Server) prepare(ctx context.Context, read func() (*graphql.RawParams, *refusal), rule func(ast.Operation) *refusal) (*graphql.OperationContext, *refusal) {
	params, refused := read()
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
	m.answered(o.op.Operation.Operation, m.names.of(o.op), outcomeOf(resp), time.Since(o.began))
}

// giveBack refunds the points that were taken and not used.
func (o *operation) giveBack(requested, actual int64) {
	if unused := requested - max(actual, 1); unused > 0 {
		o.server.rates.refund(o.caller, unused)
		o.quota.remaining = min(o.quota.remaining+unused, o.quota.limit)
	}
}

// subscribe opens the events of a subscription; see gql.Executor.Subscribe.
func (o *operation) subscribe(ctx context.Context, to gql.Sink) (stop func(), refused *graphql.Response) {
	stop, refused = o.server.cfg.Executor.Subscribe(ctx, o.op, to)
	o.answered(refused)
	return stop, refused
}

func (o *operation) leave() {
	if o.held {
		o.held = false
		o.server.inFlight.Add(-1)
	}
}

func (o *operation) isSubscription() bool { return o.op.Operation.Operation == ast.Subscription }

// cost is the cost of the operation, with the rest of the allowance.
func (o *operation) cost() *gql.Cost { return o.costOf(*gql.CostOf(o.op)) }

func (o *operation) costOf(c gql.Cost) *gql.Cost {
	if o.quota.limit > 0 {
		c.Remaining, c.ResetAt = o.quota.remaining, o.server.now().Add(o.quota.reset)
	}
	return &c
}

// enter takes a place for a running operation, if one is free. Mutations may use all places and queries seven eighths, so
// that many readers cannot keep a participant from voting.
func (s *Server) enter(mutation bool) bool {
	places := int64(s.cfg.Limits.InFlight)
	if !mutation {
		places -= places / 8
	}
	if s.inFlight.Add(1) > places {
		s.inFlight.Add(-1)
		return false
	}
	return true
}
