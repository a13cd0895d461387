package lean

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
)

// roomy is how much room an answer gets at once where the last one took more.
const roomy = 256 << 10

// Run answers the operation: its data as JSON. Errors go to the response of ctx. Of data that has more bytes than atMost,
// no more is kept than shows that.
func (p *Program) Run(ctx context.Context, op *graphql.OperationContext, atMost int) []byte {
	plan := p.planFor(op)
	w := &walk{run: run{ctx: ctx, op: op, plan: plan}, most: atMost + 1}
	root := any(plan.root)
	if len(plan.root.reads) > 0 {
		w.fetch([]level{{plan.root, []any{root}}})
	}
	w.b = make([]byte, 0, min(p.size.Load(), roomy)+512)
	if !w.object(plan.root, root) {
		w.null(0)
	}
	p.size.Store(int64(len(w.b)))
	if plan.large() {
		p.fixed.CompareAndSwap(plan, nil)
	}
	return w.b
}

// walk goes over what was asked for, once and in order.
type walk struct {
	run
	b     []byte
	most  int    // more bytes are not kept: that there are as many is all that matters then, unless they are taken back
	path  []step // to the object
	elems []any  // of the lists around
}

// step leads from an object to a field, or from a list to an element.
type step struct {
	field *field // nil for an element
	index int
}

// object appends an object; false when a field that cannot be null is. What it has appended then is the caller's to cut.
// Even so each field is rendered, because each may have an error to tell.
func (w *walk) object(s *set, obj any) bool {
	if len(s.fields) == 0 {
		w.b = append(w.b, '{', '}')
		return true
	}
	whole := true
	for i := range s.fields {
		f := &s.fields[i]
		before := len(w.b)
		w.b = append(w.b, f.key...)
		if f.Field == nil {
			w.b = append(w.b, f.typename...)
		} else if !w.value(s, f, obj) && f.NonNull {
			whole = false
		}
		if f.hidden {
			w.cut(before)
		}
	}
	w.b = append(w.b, '}')
	w.cut(w.most)
	return whole
}

// value appends the value of a field; false when that is null. A panic on the way is the field's error.
func (w *walk) value(s *set, f *field, obj any) (some bool) {
	before, depth, elems := len(w.b), len(w.path), len(w.elems)
	defer func() {
		if r := recover(); r != nil {
			w.path, w.elems = w.path[:depth], w.elems[:elems]
			ctx := w.context(step{field: f})
			w.op.Error(ctx, w.op.Recover(ctx, r))
			w.null(before)
			some = false
		}
	}()
	var v any
	var err error
	switch {
	case f.Leaf != nil:
		w.b, some = f.Leaf(w.b, obj)
		return w.leaf(f, some)
	case f.refused(&w.run):
		// gqlgen reads the arguments anew, in the field's place, and tells what is wrong with them.
		_, _ = f.Context(w.context(), w.op, f.selected)
		w.b = append(w.b, "null"...)
		return false
	case f.read != nil:
		if v, err = w.find(s, f, obj); err == nil && f.Write != nil {
			if v != nil {
				w.b, some = f.Write(w.b, v)
			}
			return w.leaf(f, some)
		}
	case f.Call != nil:
		if w.b, some, err = f.Call(w.ctx, w.b, obj); err == nil {
			return w.leaf(f, some)
		}
	case f.Get != nil:
		v = f.Get(obj)
	default:
		v, err = f.Resolve(w.ctx, obj)
	}
	if err != nil {
		ctx := w.context(step{field: f})
		w.op.Error(ctx, graphql.AddFieldLocationToError(ctx, err))
		w.b = append(w.b, "null"...)
		return false
	}
	w.path = append(w.path, step{field: f})
	if f.List {
		some = w.list(f, v)
	} else {
		some = w.single(f, v, f.NonNull, f.Interface)
	}
	w.path = w.path[:depth]
	if !some {
		w.null(before)
	}
	return some
}

// leaf ends the value of a leaf.
func (w *walk) leaf(f *field, some bool) bool {
	if !some {
		if f.NonNull {
			w.missing(w.context(step{field: f}), nullElement)
		}
		w.b = append(w.b, "null"...)
	}
	return some
}

// single appends an object, at the end of the path; false when there is none.
func (w *walk) single(f *field, v any, nonNull, wholly bool) bool {
	if v == nil {
		if nonNull {
			words := nullElement
			if wholly {
				words = nullField
			}
			w.missing(w.context(), words)
		}
		return false
	}
	s, which := f.of(w.plan, v)
	if which == Unknown {
		panic(fmt.Errorf("unexpected type %T; non-generated variants of %s must implement graphql.Marshaler", v, f.Type))
	}
	return s != nil && w.object(s, v)
}

// list appends a list of objects; false when it is null.
func (w *walk) list(f *field, v any) bool {
	before, start := len(w.b), len(w.elems)
	w.b = append(w.b, '[')
	if v != nil {
		w.elems = f.Elems(v, w.elems)
	} else if !f.NonNull {
		return false
	}
	whole, broken := true, false
	for i, end := start, len(w.elems); i < end; i++ {
		if i > start {
			w.b = append(w.b, ',')
		}
		some, panicked := w.element(f, i-start, w.elems[i])
		whole, broken = whole && (some || !f.ElemNonNull), broken || panicked
	}
	w.elems = w.elems[:start]
	if broken { // as gqlgen has it
		w.cut(before)
		w.b = append(w.b, '[', ']')
		return true
	}
	w.b = append(w.b, ']')
	return whole
}

// element appends an element of a list.
func (w *walk) element(f *field, index int, v any) (some, panicked bool) {
	before, depth, elems := len(w.b), len(w.path), len(w.elems)
	w.path = append(w.path, step{index: index})
	defer func() {
		if r := recover(); r != nil {
			w.path, w.elems = w.path[:depth+1], w.elems[:elems]
			ctx := w.context()
			graphql.AddError(ctx, graphql.Recover(ctx, r))
			panicked = true
		}
		w.path = w.path[:depth]
	}()
	if some = w.single(f, v, f.ElemNonNull, false); !some {
		w.null(before)
	}
	return some, false
}

// What gqlgen says of a null where none may be.
const (
	nullElement = "the requested element is null which the schema does not allow"
	nullField   = "must not be null" // of a nil interface
)

// missing tells that a value may not be null, unless its field has told an error already.
func (w *walk) missing(ctx context.Context, words string) {
	if !graphql.HasFieldError(ctx, graphql.GetFieldContext(ctx)) {
		graphql.AddErrorf(ctx, "%s", words)
	}
}

// context is what gqlgen would have at the end of the path and what follows it. It is made only to tell an error.
func (w *walk) context(more ...step) context.Context {
	ctx := graphql.WithFieldContext(w.ctx, &graphql.FieldContext{Object: w.plan.root.object.Name})
	for _, steps := range [2][]step{w.path, more} {
		for _, one := range steps {
			fc := &graphql.FieldContext{}
			if one.field != nil {
				fc.Field, fc.Args = one.field.selected, map[string]any{}
			} else {
				fc.Index = &one.index
			}
			ctx = graphql.WithFieldContext(ctx, fc)
		}
	}
	return ctx
}

// cut takes back what was written beyond a length.
func (w *walk) cut(to int) { w.b = w.b[:min(to, len(w.b))] }

func (w *walk) null(to int) {
	w.cut(to)
	w.b = append(w.b, "null"...)
}
