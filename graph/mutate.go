package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// mutation runs the use case of a mutation with its input. A secret is shown in its answer alone.
type mutation func(ctx context.Context, r *Resolver, n noun, input any) (result *act.Result, secret *string, err error)

// mutations are use cases by the names of the schema's mutations.
type mutations map[string]mutation

// moving and reasoned are the common forms of a use case on something that exists.
type (
	moving   = func(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error)
	reasoned = func(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error)
)

// with is a mutation whose use case takes the input as a whole.
func with[I any](do func(ctx context.Context, r *Resolver, in I) (*act.Result, error)) mutation {
	return func(ctx context.Context, r *Resolver, _ noun, input any) (*act.Result, *string, error) {
		result, err := do(ctx, r, input.(I))
		return result, nil, err
	}
}

// on is a mutation whose input names a thing of the noun by id, and the revision that the client saw.
func on(of func(r *Resolver) moving) mutation {
	return onWith(func(ctx context.Context, r *Resolver, id uuid.UUID, in input) (*act.Result, error) {
		return of(r)(ctx, id, in.expected())
	})
}

// because is on for a mutation whose input also gives a reason, or another text in that field.
func because(field string, of func(r *Resolver) reasoned) mutation {
	return onWith(func(ctx context.Context, r *Resolver, id uuid.UUID, in input) (*act.Result, error) {
		return of(r)(ctx, id, in.text(field), in.expected())
	})
}

// onWith is a mutation whose input names a thing of the noun by id.
func onWith(do func(ctx context.Context, r *Resolver, id uuid.UUID, in input) (*act.Result, error)) mutation {
	return func(ctx context.Context, r *Resolver, n noun, given any) (*act.Result, *string, error) {
		in := input{reflect.ValueOf(given)}
		id := key(n.name, in.text("ID"))
		result, err := do(ctx, r, id, in)
		return result, nil, err
	}
}

// input reads the fields that inputs have in common.
type input struct{ reflect.Value }

func (in input) text(field string) string {
	v := reflect.Indirect(in.FieldByName(field))
	if !v.IsValid() { // a text that was not given
		return ""
	}
	return v.String()
}

func (in input) expected() *int32 {
	switch v := in.FieldByName("ExpectedRevision").Interface().(type) {
	case int32:
		return &v
	case *int32:
		return v
	}
	return nil
}

// Mutate runs a use case and makes its payload: under the idempotency key if the client gave one, and with expected
// failures as userErrors. Everything else is an error of the operation.
func (r *Resolver) Mutate(ctx context.Context, name string, input any) (*view.Payload, error) {
	n, ok := r.mutating[name]
	if !ok {
		return nil, fmt.Errorf("no noun declares the mutation %s", name)
	}
	ctx, err := withKey(ctx)
	if err != nil {
		return nil, err
	}
	result, secret, err := r.change(ctx, name, n, input)
	if err == nil {
		return &view.Payload{Result: result, Secret: secret, UserErrors: []*view.UserError{}}, nil
	}
	found := fault.All(err)
	if found == nil || slices.ContainsFunc(found, func(f *fault.Fault) bool { return !expected(f.Kind) }) {
		return nil, err
	}
	return &view.Payload{UserErrors: view.UserErrorsOf(found)}, nil
}

// change runs the use case of a mutation that the scopes of the viewer's token allow. A repeat must not get the first answer otherwise.
func (r *Resolver) change(ctx context.Context, name string, n noun, input any) (*act.Result, *string, error) {
	if err := policy.EnterChange(ctx, r.does[name]); err != nil {
		return nil, nil, err
	}
	return n.mutations[name](ctx, r, n, input)
}

// expected tells which failures are part of the conversation with a person, and not of the client or the server.
func expected(k fault.Kind) bool {
	switch k {
	case fault.Invalid, fault.NotFound, fault.Forbidden, fault.State, fault.Conflict:
		return true
	}
	return false
}

// withKey reads the idempotency key: of the field's directive, or of the header where the operation has one mutation.
func withKey(ctx context.Context) (context.Context, error) {
	op, fc := graphql.GetOperationContext(ctx), graphql.GetFieldContext(ctx)
	key := op.Headers.Get("Idempotency-Key")
	switch d := fc.Field.Directives.ForName("idempotent"); {
	case d != nil:
		key, _ = d.ArgumentMap(op.Variables)["key"].(string)
	case key == "":
		return ctx, nil
	case len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Mutation"})) > 1:
		return ctx, fault.New(fault.Invalid, "the header Idempotency-Key goes with one mutation: give each its own with @idempotent")
	}
	if len(key) < 1 || len(key) > 128 {
		return ctx, fault.New(fault.Invalid, "an idempotency key has 1 to 128 visible characters")
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return ctx, fault.New(fault.Invalid, "an idempotency key has 1 to 128 visible characters")
		}
	}
	request, err := json.Marshal(fc.Field.ArgumentMap(op.Variables)) // members sorted by name
	if err != nil {
		return ctx, fmt.Errorf("read the request: %w", err)
	}
	return actlog.WithKey(ctx, key, append([]byte(fc.Field.Name+"\n"), request...)), nil
}

// subjectOf is what a mutation changed; uuid.Nil when it changed nothing.
func subjectOf(p *view.Payload) uuid.UUID {
	if p.Result == nil {
		return uuid.Nil
	}
	return p.Result.Subject
}

// payloadAct reads the act a mutation wrote.
var payloadAct = one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([]*feed.Act, error) {
	var wanted []uuid.UUID
	var made []*db.Act
	ids := make([]uuid.UUID, len(ps))
	for i, p := range ps {
		switch {
		case p.Result == nil || p.Result.Act == uuid.Nil: // no act tells of what is the viewer's own business
			continue
		case p.Result.Made != nil:
			made = append(made, p.Result.Made)
		default:
			wanted = append(wanted, p.Result.Act)
		}
		ids[i] = p.Result.Act
	}
	acts, err := r.feed.Seen(ctx, made)
	if err == nil && len(wanted) > 0 {
		var more map[uuid.UUID]*feed.Act
		more, err = r.feed.ByID(ctx, wanted)
		maps.Copy(acts, more)
	}
	out := make([]*feed.Act, len(ps))
	for i, id := range ids {
		out[i] = acts[id]
	}
	return out, err
})

// together is what a mutation did, in the order of its input; nothing when it changed nothing.
func together(p *view.Payload) []act.Result {
	if p.Result == nil {
		return nil
	}
	return p.Result.All()
}

// payloadAll gives what a mutation changed together, as the viewer sees it.
func payloadAll[T any](of func(*Resolver) many[T]) edge {
	return one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([][]*T, error) {
		var ids []uuid.UUID
		for _, p := range ps {
			for _, one := range together(p) {
				ids = append(ids, one.Subject)
			}
		}
		found, err := of(r)(ctx, ids)
		out := make([][]*T, len(ps))
		for i, p := range ps {
			out[i] = []*T{}
			for _, one := range together(p) {
				if row := found[one.Subject]; row != nil {
					out[i] = append(out[i], row)
				}
			}
		}
		return out, err
	})
}

// payloadActs reads the acts that a mutation wrote together.
var payloadActs = one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([][]*feed.Act, error) {
	var wanted []uuid.UUID
	var made []*db.Act
	for _, p := range ps {
		for _, one := range together(p) {
			if one.Made != nil {
				made = append(made, one.Made)
			} else {
				wanted = append(wanted, one.Act)
			}
		}
	}
	found, err := r.feed.Seen(ctx, made)
	if err == nil && len(wanted) > 0 {
		var more map[uuid.UUID]*feed.Act
		more, err = r.feed.ByID(ctx, wanted)
		maps.Copy(found, more)
	}
	out := make([][]*feed.Act, len(ps))
	for i, p := range ps {
		out[i] = []*feed.Act{}
		for _, one := range together(p) {
			if a := found[one.Act]; a != nil {
				out[i] = append(out[i], a)
			}
		}
	}
	return out, err
})

// payloadSubject gives what a mutation changed, as the viewer sees it: what the use case has at hand, or else reads it.
func payloadSubject(n noun) edge {
	return one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([]view.Node, error) {
		return changed(ctx, r, n, ps)
	})
}

// payloadEdge gives the same as an entry of the lists that it is in.
func payloadEdge(n noun) edge {
	return one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([]any, error) {
		nodes, err := changed(ctx, r, n, ps)
		entries := make([]any, len(nodes))
		for i, node := range nodes {
			if node != nil {
				entries[i] = n.read.edge(r.store, policy.ActorFrom(ctx).Key(), node)
			}
		}
		return entries, err
	})
}

func changed(ctx context.Context, r *Resolver, n noun, ps []*view.Payload) ([]view.Node, error) {
	nodes := make([]view.Node, len(ps))
	var wanted []uuid.UUID
	for i, p := range ps {
		if p.Result == nil {
			continue
		}
		if nodes[i] = asNode(p.Result.Row); nodes[i] == nil {
			wanted = append(wanted, p.Result.Subject)
		}
	}
	if len(wanted) == 0 {
		return nodes, nil
	}
	found, err := n.read.read(ctx, r, wanted)
	for i, p := range ps {
		if nodes[i] == nil {
			nodes[i] = found[subjectOf(p)]
		}
	}
	return nodes, err
}

// asNode is a row as the schema sees it; nil for none.
func asNode(row any) view.Node {
	switch row := row.(type) {
	case *db.Stakeholder:
		return party.Of(row)
	case view.Node:
		return row
	}
	return nil
}
