package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// mutate runs a use case and makes its payload: under the idempotency key if the client gave one, and with expected
// failures as userErrors. Everything else is an error of the operation.
func mutate(ctx context.Context, useCase func(ctx context.Context) (*actlog.Receipt, error)) (*view.Payload, error) {
	ctx, err := withKey(ctx)
	if err != nil {
		return nil, err
	}
	receipt, err := useCase(ctx)
	if err == nil {
		return &view.Payload{Receipt: receipt, UserErrors: []*view.UserError{}}, nil
	}
	f := fault.Of(err)
	if f == nil || !expected(f.Kind) {
		return nil, err
	}
	e := &view.UserError{Code: gql.CodeOfKind(f.Kind), Message: f.Message}
	if f.Field != "" {
		e.Field = &f.Field
	}
	return &view.Payload{UserErrors: []*view.UserError{e}}, nil
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

// subjectOf is what a mutation changed; Nil when it changed nothing.
func subjectOf(p *view.Payload) uuid.UUID {
	if p.Receipt == nil {
		return uuid.Nil
	}
	return p.Receipt.Subject
}

// payloadAct reads the act a mutation wrote.
var payloadAct = one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([]*feed.Act, error) {
	id := func(p *view.Payload) uuid.UUID {
		if p.Receipt == nil {
			return uuid.Nil
		}
		return p.Receipt.Act
	}
	var wanted []uuid.UUID
	var made []*db.Act
	for _, p := range ps {
		switch {
		case p.Receipt == nil:
		case p.Receipt.Made != nil:
			made = append(made, p.Receipt.Made)
		default:
			wanted = append(wanted, p.Receipt.Act)
		}
	}
	acts, err := r.Feed.Seen(ctx, made)
	if err == nil && len(wanted) > 0 {
		var more map[uuid.UUID]*feed.Act
		more, err = r.Feed.ByID(ctx, wanted)
		maps.Copy(acts, more)
	}
	return pick(ps, id, acts), err
})

// payloadSubject gives what a mutation changed, with the viewer's eyes: what the use case has at hand, or else reads it.
func payloadSubject[T any](byID func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error)) edge {
	return one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([]*T, error) {
		rows := make([]*T, len(ps))
		var wanted []uuid.UUID
		for i, p := range ps {
			if p.Receipt == nil {
				continue
			}
			if rows[i], _ = p.Receipt.Row.(*T); rows[i] == nil {
				wanted = append(wanted, p.Receipt.Subject)
			}
		}
		if len(wanted) == 0 {
			return rows, nil
		}
		found, err := byID(r)(ctx, wanted)
		for i, p := range ps {
			if rows[i] == nil {
				rows[i] = found[subjectOf(p)]
			}
		}
		return rows, err
	})
}
