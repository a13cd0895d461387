package lean

import (
	"context"
	"fmt"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
)

// run is one run of a program: what was read.
type run struct {
	ctx     context.Context
	op      *graphql.OperationContext
	plan    *plan
	args    []*prepared
	batches []*batch // by set
	late    map[lateKey]*batch
	whole   bool // rows are read with all their columns
}

// batch is what was read of the objects that a set is asked of.
type batch struct {
	objects []any
	place   map[any]int // of an object among them; nil for a single one
	columns []column    // by the set's reads
}

// column are the values of one field, in the order of the objects. A value that is an error is the error of its object alone.
type column struct {
	values []any
	err    error
}

func (c *column) at(i int) (any, error) {
	if c.err != nil {
		return nil, c.err
	}
	if err, failed := c.values[i].(error); failed {
		return nil, err
	}
	return c.values[i], nil
}

type lateKey struct {
	set    int
	object any
}

// level is what is asked of the objects of a level that have one type.
type level struct {
	set     *set
	objects []any
}

// fetch goes breadth first: all of a level before anything below it.
func (r *run) fetch(levels []level) {
	for len(levels) > 0 {
		var below []level
		for _, l := range levels {
			below = append(below, r.read(l)...)
		}
		levels = below
	}
}

// read reads every field of a level and gives the levels below.
func (r *run) read(l level) []level {
	b := newBatch(l)
	if r.batch(l.set.id) == nil {
		r.keep(l.set.id, b)
	} else {
		if r.late == nil {
			r.late = map[lateKey]*batch{}
		}
		for _, o := range b.objects {
			r.late[lateKey{l.set.id, o}] = b
		}
	}
	var below []level
	for i, f := range l.set.reads {
		c := &b.columns[i]
		args := Args{Below: f.below}
		if !r.whole {
			args.Columns = f.columns(r.plan)
		}
		if a := r.arguments(f); a != nil {
			args.Values = a.values
		}
		c.values, c.err = f.read(r.ctx, b.objects, args)
		if c.err == nil && len(c.values) != len(b.objects) {
			c.err = fmt.Errorf("a batch read gave %d values for %d parents", len(c.values), len(b.objects))
		}
		if c.err != nil {
			c.values = nil
			continue
		}
		for i, v := range c.values {
			c.values[i] = NotNil(v)
		}
		below = r.below(below, f, c.values)
	}
	return below
}

// newBatch makes room for a level, each object of it once.
func newBatch(l level) *batch {
	b := &batch{objects: l.objects, columns: make([]column, len(l.set.reads))}
	if len(l.objects) == 1 {
		return b
	}
	b.place = make(map[any]int, len(l.objects))
	once := l.objects[:0]
	for _, o := range l.objects {
		if _, ok := b.place[o]; !ok {
			b.place[o] = len(once)
			once = append(once, o)
		}
	}
	b.objects = once
	return b
}

func (b *batch) at(o any) (int, bool) {
	if b.place == nil {
		return 0, b.objects[0] == o
	}
	i, ok := b.place[o]
	return i, ok
}

func (r *run) batch(set int) *batch {
	if set >= len(r.batches) {
		return nil
	}
	return r.batches[set]
}

func (r *run) keep(set int, b *batch) {
	for len(r.batches) <= set {
		r.batches = append(r.batches, nil)
	}
	r.batches[set] = b
}

// find gives what was read of a field. What was not, because its object lies below a resolver, is read now with all below it.
func (r *run) find(s *set, f *field, o any) (any, error) {
	b := r.batch(s.id)
	at, ok := 0, false
	if b != nil {
		at, ok = b.at(o)
	}
	if !ok {
		if b = r.late[lateKey{s.id, o}]; b == nil {
			r.fetch([]level{{s, []any{o}}})
			return r.find(s, f, o)
		}
		at, _ = b.at(o)
	}
	return b.columns[f.column].at(at)
}

// below adds the levels under a field: where nothing is read of a value itself, what its own fields hold.
func (r *run) below(levels []level, f *field, values []any) []level {
	if f.one == nil && f.abstract == nil || f.one != nil && !f.one.deep() {
		return levels
	}
	var all []any
	for _, v := range values {
		_, failed := v.(error)
		switch {
		case v == nil, failed:
		case f.List:
			all = f.Elems(v, all)
		default:
			all = append(all, v)
		}
	}
	// What is asked of an interface differs by type.
	var groups []level
	for _, v := range all {
		if v == nil {
			continue
		}
		s, _ := f.of(r.plan, v)
		if s == nil || !s.deep() {
			continue
		}
		i := 0
		for i < len(groups) && groups[i].set != s {
			i++
		}
		if i == len(groups) {
			groups = append(groups, level{set: s})
			if f.one != nil {
				groups[i].objects = make([]any, 0, len(all))
			}
		}
		groups[i].objects = append(groups[i].objects, v)
	}
	for _, g := range groups {
		if len(g.set.reads) > 0 {
			levels = append(levels, g)
		}
		for _, way := range g.set.ways {
			held := make([]any, len(g.objects))
			for i, o := range g.objects {
				held[i] = way.Get(o)
			}
			levels = r.below(levels, way, held)
		}
	}
	return levels
}

// arguments gives those of a field; nil when it takes none.
func (r *run) arguments(f *field) *prepared {
	if f.argsAt < 0 {
		return f.fixed
	}
	for len(r.args) <= f.argsAt {
		r.args = append(r.args, nil)
	}
	if r.args[f.argsAt] == nil {
		r.args[f.argsAt] = f.prepare(r.ctx, r.op)
	}
	return r.args[f.argsAt]
}

// NotNil makes a nil pointer in an interface a plain nil.
func NotNil(v any) any {
	if v == nil {
		return nil
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && rv.IsNil() {
		return nil
	}
	return v
}
