package graph

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/lean"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// A query runs in two phases. Fetch walks what was asked for, level by level, and reads each field of all its parents at
// once: one batch read a level, whatever the sizes of the pages. Render is gqlgen's; its resolvers take what is there. Most
// queries are answered by graph/lean instead, which reads by the same edges; here are what it leaves to gqlgen,
// payloads of mutations and events of subscriptions, which are fetched from the first field that asks.

// edge reads one field for many parents; values come in the parents' order. An error is the error of all.
type edge func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error)

// edges are all fields that are read, by type and field.
type edges map[string]edge

// one makes an edge from a typed batch read.
func one[P, C any](read func(ctx context.Context, r *Resolver, parents []P, a args) ([]C, error)) edge {
	return func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error) {
		typed := make([]P, len(parents))
		for i, p := range parents {
			typed[i] = p.(P)
		}
		values, err := read(ctx, r, typed, a)
		if err != nil {
			return nil, err
		}
		if len(values) != len(parents) {
			return nil, fmt.Errorf("a batch read gave %d values for %d parents", len(values), len(parents))
		}
		out := make([]any, len(values))
		for i, v := range values {
			out[i] = v
		}
		return out, nil
	}
}

// top makes the edge of a root field, which has one parent: the operation.
func top[C any](read func(ctx context.Context, r *Resolver, a args) (C, error)) edge {
	return func(ctx context.Context, r *Resolver, _ []any, a args) ([]any, error) {
		v, err := read(ctx, r, a)
		return []any{v}, err
	}
}

// root stands for the parent of root fields.
var root any = "root"

type fetchKey struct{}

// fetched is what an operation has read: for each field of the document, a value for each parent.
type fetched struct {
	r     *Resolver
	op    *graphql.OperationContext
	mu    sync.RWMutex
	slots map[*ast.Field]map[any]result
	gap   *atomic.Bool // of who asks whether anything was missing; nil for nobody
}

type result struct {
	value any
	err   error
}

// Prepare fetches all of a query before it is rendered. For mutations and subscriptions it only makes room: what they
// answer with is not known yet. A subscription has each event prepared anew.
func (r *Resolver) Prepare(ctx context.Context, op *graphql.OperationContext) context.Context {
	f := &fetched{r: r, op: op, slots: map[*ast.Field]map[any]result{}}
	f.gap, _ = ctx.Value(gapKey{}).(*atomic.Bool)
	ctx = context.WithValue(ctx, fetchKey{}, f)
	if op.Operation.Operation == ast.Query {
		f.walk(ctx, []level{{"Query", op.Operation.SelectionSet, []any{root}}})
	}
	return ctx
}

// take gives what was fetched for the field that is being resolved. What was not is fetched now, with all below it.
func take[C any](ctx context.Context, parent any) (C, error) {
	var none C
	f, ok := ctx.Value(fetchKey{}).(*fetched)
	if !ok {
		return none, fmt.Errorf("an operation was not prepared")
	}
	fc := graphql.GetFieldContext(ctx)
	f.mu.RLock()
	got, ok := f.slots[fc.Field.Field][parent]
	f.mu.RUnlock()
	if !ok {
		got = f.late(ctx, fc, parent)
	}
	if got.err != nil || got.value == nil {
		if f.gap != nil {
			f.gap.Store(true)
		}
		return none, got.err
	}
	return got.value.(C), nil
}

// late fetches what was not fetched before, with all below it.
func (f *fetched) late(ctx context.Context, fc *graphql.FieldContext, parent any) result {
	f.mu.Lock()
	defer f.mu.Unlock() // also when a read panics, which is the field's error: others go on
	if got, ok := f.slots[fc.Field.Field][parent]; ok {
		return got
	}
	f.walk(ctx, f.read(ctx, fc.Object, fc.Field, []any{parent}))
	return f.slots[fc.Field.Field][parent]
}

// level is a set of objects of one type, and what is asked of them.
type level struct {
	typ  string
	sel  ast.SelectionSet
	objs []any
}

// walk goes breadth first: all of a level before anything below it.
func (f *fetched) walk(ctx context.Context, levels []level) {
	for len(levels) > 0 {
		var below []level
		for _, l := range levels {
			for _, field := range graphql.CollectFields(f.op, l.sel, f.r.implements[l.typ]) {
				below = append(below, f.read(ctx, l.typ, field, l.objs)...)
			}
		}
		levels = below
	}
}

// read reads one field of all parents that lack it and gives what lies below.
func (f *fetched) read(ctx context.Context, typ string, field graphql.CollectedField, parents []any) []level {
	e, ok := f.r.edges[typ+"."+field.Name]
	if !ok {
		return nil
	}
	slot := f.slots[field.Field]
	if slot == nil {
		slot = make(map[any]result, len(parents))
		f.slots[field.Field] = slot
	}
	lacking := parents[:0:0]
	for _, p := range parents {
		if _, ok := slot[p]; !ok {
			slot[p] = result{}
			lacking = append(lacking, p)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	a := args{values: field.ArgumentMap(f.op.Variables), count: f.wants(field, "totalCount"), head: f.wants(field, "head")}
	values, err := e(ctx, f.r, lacking, a)
	var children []any
	for i, p := range lacking {
		if err != nil {
			slot[p] = result{err: err}
			continue
		}
		slot[p] = result{value: lean.NotNil(values[i])}
		if slot[p].value != nil {
			children = append(children, slot[p].value)
		}
	}
	return f.below(field, children)
}

// wants tells whether a field of a connection is asked for.
func (f *fetched) wants(field graphql.CollectedField, name string) bool {
	typ := field.Definition.Type.Name()
	if !strings.HasSuffix(typ, "Connection") {
		return false
	}
	for _, sub := range graphql.CollectFields(f.op, field.Selections, f.r.implements[typ]) {
		if sub.Name == name {
			return true
		}
	}
	return false
}

// below gives the levels under a field: through a connection to its nodes, through a list to its elements.
func (f *fetched) below(field graphql.CollectedField, values []any) []level {
	typ := field.Definition.Type.Name()
	if len(values) == 0 || len(field.Selections) == 0 {
		return nil
	}
	if !strings.HasSuffix(typ, "Connection") {
		return f.typed(field.Selections, elements(field, values))
	}
	var nodes []any
	for _, v := range values {
		nodes = append(nodes, v.(interface{ Items() []any }).Items()...)
	}
	var levels []level
	for _, part := range graphql.CollectFields(f.op, field.Selections, f.r.implements[typ]) {
		switch part.Name {
		case "nodes":
			levels = append(levels, f.typed(part.Selections, nodes)...)
		case "edges":
			for _, sub := range graphql.CollectFields(f.op, part.Selections, f.r.implements[part.Definition.Type.Name()]) {
				if sub.Name == "node" {
					levels = append(levels, f.typed(sub.Selections, nodes)...)
				}
			}
		}
	}
	return levels
}

// elements flattens lists.
func elements(field graphql.CollectedField, values []any) []any {
	if field.Definition.Type.Elem == nil {
		return values
	}
	var all []any
	for _, v := range values {
		list := reflect.ValueOf(v)
		for i := range list.Len() {
			if e := lean.NotNil(list.Index(i).Interface()); e != nil {
				all = append(all, e)
			}
		}
	}
	return all
}

// typed sorts objects by their type, because what is asked of an interface differs by it.
func (f *fetched) typed(sel ast.SelectionSet, objs []any) []level {
	var levels []level
	index := map[string]int{}
	for _, o := range objs {
		typ := typeName(o)
		i, ok := index[typ]
		if !ok {
			i = len(levels)
			index[typ] = i
			levels = append(levels, level{typ: typ, sel: sel})
		}
		levels[i].objs = append(levels[i].objs, o)
	}
	return levels
}

// typeName is the GraphQL type of a value that was read.
func typeName(v any) string {
	switch v.(type) {
	case *db.Dialogue:
		return "Dialogue"
	case *db.Phase:
		return "Phase"
	case *db.Proposal:
		return "Proposal"
	case *db.ProposalVersion:
		return "ProposalVersion"
	case *db.Comment:
		return "Comment"
	case *db.Practice:
		return "Practice"
	case *db.Assessment:
		return "ImpactAssessment"
	case *db.Webhook:
		return "Webhook"
	case *db.WebhookDelivery:
		return "WebhookDelivery"
	case *db.DeadLetter:
		return "DeadLetter"
	case *webhook.EventType:
		return "EventType"
	case *db.Member:
		return "Member"
	case *party.Firm:
		return "Firm"
	case *party.Customer:
		return "Customer"
	case *party.Regulator:
		return "Regulator"
	case *party.NGO:
		return "NGO"
	case *party.AcademicInstitution:
		return "AcademicInstitution"
	case *feed.Act:
		return "Act"
	case *feed.ActLog:
		return "ActLog"
	case *view.Viewer:
		return "Viewer"
	}
	return ""
}

// implementers gives, for each object type, the types that a fragment on it may name.
func implementers(schema *ast.Schema) map[string][]string {
	all := map[string][]string{}
	for name, def := range schema.Types {
		if def.Kind != ast.Object {
			continue
		}
		names := []string{name}
		for _, abstract := range schema.GetImplements(def) {
			names = append(names, abstract.Name)
		}
		all[name] = names
	}
	return all
}
