package lean

import (
	"context"
	"fmt"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Fetched is what was read for an operation that gqlgen renders: a mutation, an event of a subscription, introspection, and
// every query when answers are compared. It reads as a Program does; gqlgen's resolvers take the values one by one.
type Fetched struct {
	mu   sync.RWMutex
	run  run
	root any
}

// Fetch begins an operation. All of a query is read at once; of a mutation or an event nothing is known yet, and what its
// first field asks for is read with all that lies below.
func (s *Schema) Fetch(ctx context.Context, op *graphql.OperationContext) *Fetched {
	p := &plan{program: &Program{schema: s, doc: op.Doc, op: op.Operation}, variables: op.Variables, index: map[*ast.Field][]indexed{}}
	f := &Fetched{run: run{ctx: ctx, op: op, plan: p, whole: true}}
	if op.Operation.Operation == ast.Query {
		p.root = p.set(s.root, op.Operation.SelectionSet)
		f.root = p.root
		if len(p.root.reads) > 0 {
			f.run.fetch([]level{{p.root, []any{f.root}}})
		}
	}
	return f
}

// Value gives the value of a field that gqlgen renders, of a parent; nil stands for the operation. What was not read before is
// read now.
func (f *Fetched) Value(typ string, field graphql.CollectedField, parent any) (any, error) {
	if parent == nil {
		parent = f.root
	}
	f.mu.RLock()
	v, ok, err := f.find(field.Field, parent)
	f.mu.RUnlock()
	if ok {
		return v, err
	}
	f.mu.Lock()
	defer f.mu.Unlock() // also when a read panics, which is the error of the field: others go on
	if v, ok, err := f.find(field.Field, parent); ok {
		return v, err
	}
	object := f.run.plan.program.schema.objects[typ]
	if object == nil {
		return nil, fmt.Errorf("the tables have no type %s", typ)
	}
	set := f.run.plan.collected(object, []graphql.CollectedField{field})
	if len(set.reads) == 0 {
		return nil, fmt.Errorf("nobody declares how %s.%s is read", typ, field.Name)
	}
	f.run.fetch([]level{{set, []any{parent}}})
	v, _, err = f.find(field.Field, parent)
	return v, err
}

func (f *Fetched) find(field *ast.Field, parent any) (v any, ok bool, err error) {
	for _, in := range f.run.plan.index[field] {
		b := f.run.batch(in.set.id)
		if b == nil {
			continue
		}
		at, found := b.at(parent)
		if !found {
			if b = f.run.late[lateKey{in.set.id, parent}]; b == nil {
				continue
			}
			at, _ = b.at(parent)
		}
		v, err = b.columns[in.field.column].at(at)
		return v, true, err
	}
	return nil, false, nil
}
