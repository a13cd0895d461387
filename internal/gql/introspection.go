package gql

import (
	_ "embed"
	"fmt"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// standardIntrospection is the query of graphql-js 16 with every option on; GraphiQL, urql, Apollo and Relay send this or less.
//
//go:embed introspection.graphql
var standardIntrospection string

// introspection prices the fields below __schema and __type. The standard query costs a quarter of the limit, whatever the
// size of the schema, and other queries cost in proportion to the objects they would return. So tools always work, and
// types{fields{type{fields{type}}}} does not.
type introspection struct {
	items    map[string]int64 // "Type.field" of a list -> its mean length in this schema, rounded up
	standard int64            // objects in the response to the standard query, by the same measure
	price    int64            // what the standard query costs
}

func newIntrospection(schema *ast.Schema, limits *Limits) (*introspection, error) {
	in := &introspection{items: listSizes(schema), price: limits.Cost / 4}
	doc, err := parser.ParseQuery(&ast.Source{Input: standardIntrospection})
	if err != nil {
		return nil, fmt.Errorf("parse the standard introspection query: %w", err)
	}
	if errs := validate(schema, doc, 1, false); len(errs) > 0 {
		return nil, fmt.Errorf("validate the standard introspection query: %w", errs)
	}
	in.standard = max(1, in.objects(doc.Operations[0].SelectionSet, make(map[string]int64)))
	return in, nil
}

// objects counts what a selection set returns for one parent, each fragment measured once.
func (in *introspection) objects(set ast.SelectionSet, done map[string]int64) int64 {
	var n int64
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if len(sel.SelectionSet) > 0 {
				each := add(1, in.objects(sel.SelectionSet, done))
				n = add(n, times(in.length(sel), each))
			}
		case *ast.InlineFragment:
			n = add(n, in.objects(sel.SelectionSet, done))
		case *ast.FragmentSpread:
			one, ok := done[sel.Name]
			if !ok {
				one = in.objects(sel.Definition.SelectionSet, done)
				done[sel.Name] = one
			}
			n = add(n, one)
		}
	}
	return n
}

func (in *introspection) length(f *ast.Field) int64 {
	if f.Definition.Type.Elem == nil {
		return 1
	}
	return max(1, in.items[f.ObjectDefinition.Name+"."+f.Name])
}

// cost is the price of one __schema or __type field.
func (in *introspection) cost(f *ast.Field) int64 {
	n := times(add(1, in.objects(f.SelectionSet, make(map[string]int64))), in.price)
	if n == math.MaxInt64 {
		return n
	}
	return n/in.standard + 1
}

func listSizes(schema *ast.Schema) map[string]int64 {
	var fields, args, inputs, values, interfaces, possible int64
	for _, t := range schema.Types {
		switch t.Kind {
		case ast.InputObject:
			inputs += int64(len(t.Fields))
		case ast.Object, ast.Interface:
			fields += int64(len(t.Fields))
			for _, f := range t.Fields {
				args += int64(len(f.Arguments))
			}
		}
		values += int64(len(t.EnumValues))
		interfaces += int64(len(t.Interfaces))
		if t.IsAbstractType() {
			possible += int64(len(schema.PossibleTypes[t.Name]))
		}
	}
	types := int64(len(schema.Types))
	mean := func(n, of int64) int64 { return (n + max(of, 1) - 1) / max(of, 1) }
	return map[string]int64{
		"__Schema.types": types, "__Schema.directives": int64(len(schema.Directives)),
		"__Type.fields": mean(fields, types), "__Type.inputFields": mean(inputs, types), "__Type.enumValues": mean(values, types),
		"__Type.interfaces": mean(interfaces, types), "__Type.possibleTypes": mean(possible, types),
		"__Field.args": mean(args, fields), "__Directive.args": 1,
	}
}
