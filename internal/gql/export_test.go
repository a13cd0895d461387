package gql

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// StandardIntrospection is the embedded query.
var StandardIntrospection = standardIntrospection

// CacheUsed gives the number of documents in the cache and their weight.
func CacheUsed(x *Executor) (n, bytes int) { return x.cache.used() }

// FieldsMerge is the rule under test.
func FieldsMerge(schema *ast.Schema, op *ast.OperationDefinition) *gqlerror.Error {
	return fieldsMerge(schema, op)
}

// Read parses, limits, validates and costs a document without the cache.
func Read(x *Executor, text string) gqlerror.List {
	_, errs := x.read(text)
	return errs
}

// Weigh gives what the cache charges for a document.
func Weigh(x *Executor, text string) int {
	d, errs := x.read(text)
	if errs != nil {
		panic(errs)
	}
	return d.weight
}

// KeyOf is the function under test.
var KeyOf = keyOf
