// Package lean renders query operations: it reads all that an operation asks for, level by level, and then walks what was
// asked for over what was read, once and in order, appending JSON. It answers byte for byte what gqlgen answers, errors and
// their order included, without a goroutine for each element of a list, a context for each field and closures for each
// value. Mutations, subscriptions and introspection stay gqlgen's; so does what Compile refuses.
//
// Tables says how each field's value is had (written by gqlgen's data, see graph/gen_lean.go), Compile makes a Program of
// an operation (plan.go), a run of it reads (fetch.go) and writes (render.go).
package lean

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Tables are the objects of a schema, and the interfaces and unions over them.
type Tables struct {
	Objects  []Object
	Abstract []Abstract
}

// Object is an object type.
type Object struct {
	Name   string
	Fields []Field

	satisfies []string // its name, and those of the interfaces and unions it is of
	byName    map[string]*Field
}

// Abstract is an interface or a union.
type Abstract struct {
	Name     string
	Possible []string
	Which    func(v any) int // the index of the value's type in Possible, or Nothing or Unknown

	objects []*Object
}

// What Which says of a value that is of no type.
const (
	Nothing = -1 // it is nil
	Unknown = -2
)

// Field is a field of an object, with one way to its value. A field that has none of them is not rendered here.
type Field struct {
	Name        string
	Type        string // without list and non-null
	NonNull     bool
	List        bool
	ElemNonNull bool
	Interface   bool // its Go type is an interface, whose nil gqlgen words otherwise

	// Of a leaf that is a column of the row: its name.
	Column string
	// Of a leaf: appends the value, or tells that it is null.
	Leaf func(b []byte, obj any) ([]byte, bool)
	// Of a leaf that may fail.
	Call func(ctx context.Context, b []byte, obj any) ([]byte, bool, error)
	// Of a leaf that has a Way: appends its value.
	Write func(b []byte, v any) ([]byte, bool)

	// Of an object or a list of them: gives it; nil for none.
	Get func(obj any) any
	// Of one that may fail.
	Resolve func(ctx context.Context, obj any) (any, error)
	// Of a list of objects: appends the elements; nil for none.
	Elems func(v any, to []any) []any

	// Of a field with arguments: tells whether gqlgen takes them.
	Args func(ctx context.Context, op *graphql.OperationContext, raw map[string]any) error
	// Of the same: reads them as gqlgen does, and reports what is wrong with them.
	Context func(ctx context.Context, op *graphql.OperationContext, field graphql.CollectedField) (*graphql.FieldContext, error)

	needs    []string  // the columns of the row that it is made of; nil when nobody said
	read     Read      // set for a field that is read in batches
	first    bool      // it is read before what is selected beside it
	object   *Object   // its type, when that is an object
	abstract *Abstract // its type, when that is an interface or a union
}

// rendered tells whether there is a way to the field's value.
func (f *Field) rendered() bool {
	if f.read != nil {
		return f.Write != nil || f.object != nil || f.abstract != nil
	}
	return f.Leaf != nil || f.Call != nil || f.Get != nil || f.Resolve != nil
}

// Read reads a field of many parents at once; values come in the parents' order. An error is the error of all.
type Read func(ctx context.Context, parents []any, a Args) ([]any, error)

// Args is what a read is asked for.
type Args struct {
	Values map[string]any
	Below  []string // the fields of the value that are asked for, when its type is an object
	// Columns are those of the rows that are asked for: of the value, its elements or, through a connection, its nodes. nil when
	// all may be.
	Columns []string
}

// Schema is what operations are compiled against.
type Schema struct {
	objects  map[string]*Object
	possible map[string][]*Object // of every object, interface and union
	root     *Object
}

// Way is how package graph gets the value of a field: by reading it for many parents, or from each parent alone.
type Way struct {
	Read  Read
	Made  func(ctx context.Context, obj any) (any, error)
	Needs []string // the columns of the parent's row; nil for all
	First bool     // it is read before what is selected beside it
}

// New links the tables, the schema and the ways, which are named Type.field.
func New(t Tables, schema *ast.Schema, ways map[string]Way) *Schema {
	s := &Schema{objects: make(map[string]*Object, len(t.Objects)), possible: map[string][]*Object{}}
	for i := range t.Objects {
		o := &t.Objects[i]
		o.satisfies, o.byName = []string{o.Name}, make(map[string]*Field, len(o.Fields))
		for _, def := range schema.GetImplements(schema.Types[o.Name]) {
			o.satisfies = append(o.satisfies, def.Name)
		}
		s.objects[o.Name], s.possible[o.Name] = o, []*Object{o}
	}
	abstract := make(map[string]*Abstract, len(t.Abstract))
	for _, a := range t.Abstract {
		for _, name := range a.Possible {
			a.objects = append(a.objects, s.objects[name])
		}
		abstract[a.Name], s.possible[a.Name] = &a, a.objects
	}
	for _, o := range s.objects {
		for i := range o.Fields {
			f := &o.Fields[i]
			f.object, f.abstract = s.objects[f.Type], abstract[f.Type]
			switch {
			case f.Column != "":
				f.needs = []string{f.Column}
			case f.Name == "id": // a method of the row
				f.needs = []string{"id"}
			}
			if way, ok := ways[o.Name+"."+f.Name]; ok {
				f.take(way)
			}
			o.byName[f.Name] = f
		}
	}
	s.root = s.objects[schema.Query.Name]
	return s
}

// take gives a field its way.
func (f *Field) take(w Way) {
	f.read, f.needs, f.first = w.Read, w.Needs, w.First
	switch {
	case w.Made == nil:
	case f.Write != nil:
		f.Call = func(ctx context.Context, b []byte, obj any) ([]byte, bool, error) {
			v, err := w.Made(ctx, obj)
			if v == nil || err != nil {
				return b, false, err
			}
			b, some := f.Write(b, v)
			return b, some, nil
		}
	default:
		f.Resolve = func(ctx context.Context, obj any) (any, error) {
			v, err := w.Made(ctx, obj)
			return NotNil(v), err
		}
	}
}

// Whole lists the fields, as Type.field, for which a row is read with all its columns.
func (s *Schema) Whole() []string {
	var names []string
	for _, o := range s.objects {
		for i := range o.Fields {
			if f := &o.Fields[i]; f.needs == nil {
				names = append(names, o.Name+"."+f.Name)
			}
		}
	}
	return names
}

// Missing lists the fields, as Type.field, that there is no way to: an operation that asks for one falls to gqlgen.
func (s *Schema) Missing() []string {
	var names []string
	for _, o := range s.objects {
		for i := range o.Fields {
			if !o.Fields[i].rendered() {
				names = append(names, o.Name+"."+o.Fields[i].Name)
			}
		}
	}
	return names
}
