package lean

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Program is a query operation that is ready to be run. It is kept with its document and run by many requests at once.
type Program struct {
	schema      *Schema
	doc         *ast.QueryDocument
	op          *ast.OperationDefinition
	fields      int                  // of the document
	conditional bool                 // what is asked for depends on variables, so that each request has a plan of its own
	fixed       atomic.Pointer[plan] // otherwise the plan of all
	size        atomic.Int64         // of the last answer, in bytes
}

// Compile makes the program of an operation; nil for one that gqlgen is to render: a mutation, a subscription, and a query
// that asks for __schema or __type or for a field that the tables have no way to.
func (s *Schema) Compile(doc *ast.QueryDocument, op *ast.OperationDefinition) *Program {
	if op.Operation != ast.Query {
		return nil
	}
	look := &inspection{schema: s, doc: doc, seen: map[string]bool{}}
	if !look.renders(op.SelectionSet) {
		return nil
	}
	return &Program{schema: s, doc: doc, op: op, fields: look.fields, conditional: look.conditional}
}

// inspection looks through all that an operation may ask for.
type inspection struct {
	schema      *Schema
	doc         *ast.QueryDocument
	seen        map[string]bool // fragments
	fields      int
	conditional bool
}

func (l *inspection) renders(set ast.SelectionSet) bool {
	for _, sel := range set {
		ok := true
		switch sel := sel.(type) {
		case *ast.Field:
			l.fields++
			l.directives(sel.Directives)
			ok = l.field(sel) && l.renders(sel.SelectionSet)
		case *ast.InlineFragment:
			l.directives(sel.Directives)
			ok = l.renders(sel.SelectionSet)
		case *ast.FragmentSpread:
			l.directives(sel.Directives)
			if !l.seen[sel.Name] {
				l.seen[sel.Name] = true
				ok = l.renders(l.doc.Fragments.ForName(sel.Name).SelectionSet)
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

func (l *inspection) field(f *ast.Field) bool {
	if strings.HasPrefix(f.Name, "__") {
		return f.Name == "__typename"
	}
	for _, o := range l.schema.possible[f.ObjectDefinition.Name] {
		if !o.byName[f.Name].rendered() {
			return false
		}
	}
	return true
}

func (l *inspection) directives(list ast.DirectiveList) {
	for _, d := range list {
		if a := d.Arguments.ForName("if"); a != nil && a.Value.Kind == ast.Variable {
			l.conditional = true
		}
	}
}

// plan is what is asked for, with fragments spread, conditions applied and equal fields merged. Below an interface or a
// union it is made for a type when an object of that type is met.
type plan struct {
	program   *Program
	variables map[string]any // of the conditions
	root      *set

	mu     sync.Mutex
	sets   atomic.Int32
	args   atomic.Int32
	fields atomic.Int32

	// index finds the fields of a document where gqlgen renders it; nil elsewhere.
	index map[*ast.Field][]indexed
}

// indexed is a field of a document in one of the sets that select it.
type indexed struct {
	set   *set
	field *field
}

// set is what is asked of an object of one type.
type set struct {
	id     int
	object *Object
	fields []field
	reads  []*field // those that are read in batches
	ways   []*field // those without a read of their own, below which something may be read
}

// deep tells whether something is read of the object or below it.
func (s *set) deep() bool { return len(s.reads) > 0 || len(s.ways) > 0 }

// field is a field that is asked for.
type field struct {
	*Field             // nil for __typename
	key      []byte    // the brace or comma before it, its name in the answer and the colon
	hidden   bool      // another field has the same name in the answer and was first
	column   int       // its place among the set's reads
	typename []byte    // of __typename: what is written
	argsAt   int       // its place among the arguments of a request; -1 when it has none
	fixed    *prepared // its arguments, when no variable is in them
	below    []string
	one      *set                  // what is asked of its value, when that has one type
	by       []atomic.Pointer[set] // the same for each possible type
	selected graphql.CollectedField
	needed   atomic.Pointer[[]string] // columns of the rows below, once they are known
}

// prepared are the arguments of a field for one request.
type prepared struct {
	values  map[string]any
	refused bool // gqlgen does not take them
}

// planFor gives the plan of a request.
func (p *Program) planFor(op *graphql.OperationContext) *plan {
	if fixed := p.fixed.Load(); fixed != nil {
		return fixed
	}
	made := &plan{program: p}
	if p.conditional {
		made.variables = op.Variables
	}
	made.root = made.set(p.schema.root, p.op.SelectionSet)
	if !p.conditional && !p.fixed.CompareAndSwap(nil, made) {
		if fixed := p.fixed.Load(); fixed != nil { // another request was first
			return fixed
		}
	}
	return made
}

// large tells whether a plan has so many more fields than its document, because fragments are spread in many places and asked
// of many types, that it is not to be kept: a cache counts on plans being about as large as documents.
func (p *plan) large() bool { return int(p.fields.Load()) > 2*p.program.fields+40 }

// set plans a selection for an object type. The lock is held, or nobody else has the plan yet.
func (p *plan) set(o *Object, sel ast.SelectionSet) *set {
	op := &graphql.OperationContext{Doc: p.program.doc, Variables: p.variables}
	return p.collected(o, graphql.CollectFields(op, sel, o.satisfies))
}

// collected plans fields for an object type.
func (p *plan) collected(o *Object, collected []graphql.CollectedField) *set {
	s := &set{id: int(p.sets.Add(1)) - 1, object: o, fields: make([]field, len(collected))}
	p.fields.Add(int32(len(collected)))
	names := make(map[string]bool, len(collected))
	for i, c := range collected {
		f := &s.fields[i]
		p.field(f, o, c)
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		f.key = append(append([]byte{before, '"'}, c.Alias...), '"', ':')
		f.hidden, names[c.Alias] = names[c.Alias], true
		switch {
		case f.Field == nil:
		case f.read != nil:
			s.reads = append(s.reads, f)
			if p.index != nil {
				p.index[c.Field] = append(p.index[c.Field], indexed{s, f})
			}
		case f.Get != nil && (f.one == nil || f.one.deep()):
			s.ways = append(s.ways, f)
		}
	}
	s.order()
	return s
}

// order puts the reads that come before others first.
func (s *set) order() {
	slices.SortStableFunc(s.reads, func(a, b *field) int {
		switch {
		case a.first == b.first:
			return 0
		case a.first:
			return -1
		}
		return 1
	})
	for i, f := range s.reads {
		f.column = i
	}
}

func (p *plan) field(f *field, o *Object, c graphql.CollectedField) {
	f.selected, f.argsAt = c, -1
	if c.Name == "__typename" {
		f.typename = String(nil, o.Name)
		return
	}
	if f.Field = o.byName[c.Name]; f.Field == nil {
		return // introspection, which gqlgen answers
	}
	if f.Args != nil {
		if usesVariables(c.Arguments) {
			f.argsAt = int(p.args.Add(1)) - 1
		} else {
			f.fixed = f.prepare(context.Background(), &graphql.OperationContext{})
		}
	}
	switch {
	case f.object != nil:
		f.one = p.set(f.object, c.Selections)
		for i := range f.one.fields {
			f.below = append(f.below, f.one.fields[i].selected.Name)
		}
	case f.abstract != nil:
		f.by = make([]atomic.Pointer[set], len(f.abstract.objects))
	}
}

func usesVariables(args ast.ArgumentList) bool {
	for _, a := range args {
		if hasVariable(a.Value) {
			return true
		}
	}
	return false
}

func hasVariable(v *ast.Value) bool {
	if v.Kind == ast.Variable {
		return true
	}
	for _, c := range v.Children {
		if hasVariable(c.Value) {
			return true
		}
	}
	return false
}

// refused tells whether gqlgen does not take the arguments of a field.
func (f *field) refused(r *run) bool {
	a := r.arguments(f)
	return a != nil && a.refused
}

// prepare reads the arguments of a field.
func (f *field) prepare(ctx context.Context, op *graphql.OperationContext) (a *prepared) {
	a = &prepared{values: f.selected.ArgumentMap(op.Variables), refused: true}
	defer func() { _ = recover() }() // gqlgen tells of it when the field is rendered
	a.refused = f.Args(ctx, op, a.values) != nil
	return a
}

// of gives what is asked of a value, by its type; nil for a value that is nil or of no known type.
func (f *field) of(p *plan, v any) (s *set, which int) {
	if f.one != nil {
		return f.one, 0
	}
	which = f.abstract.Which(v)
	if which < 0 {
		return nil, which
	}
	if s = f.by[which].Load(); s != nil {
		return s, which
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return f.typed(p, which), which
}

// typed gives what is asked of a value of a type. The plan's lock is held.
func (f *field) typed(p *plan, which int) *set {
	s := f.by[which].Load()
	if s == nil {
		s = p.set(f.abstract.objects[which], f.selected.Selections)
		f.by[which].Store(s)
	}
	return s
}
