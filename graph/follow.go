package graph

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// follows are subscriptions by their names: which acts each follows.
type follows map[string]func(ctx context.Context, r *Resolver, n noun, args map[string]any) (feed.Filter, error)

// Follow is what every subscription does: it opens the feed where the viewer wants to begin. When an event is rendered, the
// same resolver is called again and gives that event.
func (r *Resolver) Follow(ctx context.Context, name string, args map[string]any) (<-chan *feed.Event, error) {
	if e, ok := gql.EventOf(ctx).(*feed.Event); ok {
		events := make(chan *feed.Event, 1)
		events <- e
		close(events)
		return events, nil
	}
	n, ok := r.following[name]
	if !ok {
		return nil, fmt.Errorf("no noun declares the subscription %s", name)
	}
	if err := policy.Enter(ctx, policy.Way("Subscription."+name)); err != nil {
		return nil, err
	}
	f, err := n.follows[name](ctx, r, n, args)
	if err != nil {
		return nil, err
	}
	after, _ := args["after"].(*string)
	if last := gql.RequestOf(ctx).LastEventID; after == nil && last != "" {
		after = &last // what a stream's client says it saw last
	}
	sub, err := r.feed.Subscribe(ctx, f, after)
	if err != nil {
		return nil, err
	}
	gql.Follow(ctx, source{r, sub})
	return nil, nil
}

// around follows one thing of the noun, and what is said on it.
func around(ctx context.Context, r *Resolver, n noun, args map[string]any) (feed.Filter, error) {
	k, node, err := r.followed(ctx, n, args)
	f := feed.Filter{Around: &k}
	if row, ok := node.(interface {
		Names(column string) (uuid.UUID, error)
	}); ok {
		if dialogue, err := row.Names("dialogue_id"); err == nil && dialogue != uuid.Nil {
			f.Dialogue = &dialogue
		}
	}
	return f, err
}

// followed reads the thing that a subscription is to, for those who may see it.
func (r *Resolver) followed(ctx context.Context, n noun, args map[string]any) (uuid.UUID, view.Node, error) {
	id, _ := args["id"].(string)
	k := key(n.name, id)
	found, err := n.read.read(ctx, r, []uuid.UUID{k})
	if err == nil && found[k] == nil {
		err = fault.Missing()
	}
	return k, found[k], err
}

// eventField reads a thing that events name: what the subscription is to, or what the act concerns.
func eventField(schema *ast.Schema, event string, n noun, all map[string]noun) edge {
	for _, f := range schema.Subscription.Fields {
		if _, to := n.follows[f.Name]; to && f.Type.Name() == event {
			return eventThing(n, func(e *feed.Event) uuid.UUID { return e.About })
		}
	}
	return eventThing(n, func(e *feed.Event) uuid.UUID {
		switch {
		case e.Act.SubjectType == n.name:
			return e.Act.SubjectID
		case e.Act.ParentID != nil && slices.Contains(all[e.Act.SubjectType].inside, policy.Resource(n.name)):
			return *e.Act.ParentID
		}
		return uuid.Nil
	})
}

// eventThing reads a thing that events name, for those who may see it.
func eventThing(n noun, id func(*feed.Event) uuid.UUID) edge {
	e := one(func(ctx context.Context, r *Resolver, es []*feed.Event, _ args) ([]view.Node, error) {
		ids := make([]uuid.UUID, len(es))
		for i, e := range es {
			ids[i] = id(e)
		}
		found, err := n.read.read(ctx, r, ids)
		nodes := make([]view.Node, len(es))
		for i, id := range ids {
			nodes[i] = found[id]
		}
		return nodes, err
	})
	e.public = true
	return e
}

// source joins a subscription of the feed to a document of GraphQL.
type source struct {
	resolver *Resolver
	sub      *feed.Subscription
}

func (s source) Follow(d *gql.Document, to gql.Sink) (stop func()) {
	return s.sub.Follow(document{s.resolver, d}, to)
}

type document struct {
	resolver *Resolver
	*gql.Document
}

// Public tells whether an event shows to everybody what it shows to a visitor, unless the visitor finds a gap in it.
func (d document) Public() bool {
	op := d.Operation()
	return d.resolver.fields.public(op.Operation.SelectionSet)
}

// Render words an event. It is not whole either if something in it was hidden from the viewer, or not there.
func (d document) Render(ctx context.Context, e *feed.Event) ([]byte, bool) {
	var gap atomic.Bool
	text, whole := d.Document.Render(context.WithValue(ctx, gapKey{}, &gap), e)
	return text, whole && !gap.Load()
}

type gapKey struct{}

// noteGap says that something in an event is missing, hidden or failed for this viewer.
func noteGap(ctx context.Context) {
	if gap, ok := ctx.Value(gapKey{}).(*atomic.Bool); ok {
		gap.Store(true)
	}
}
