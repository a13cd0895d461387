package schema

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Served is a loaded schema without what gqlparser adds to each and Text does not have, so that introspection says the same as the
// SDL: @defer, which our transports do not support, and standard scalars that nothing uses.
func Served(loaded *ast.Schema) *ast.Schema {
	s := *loaded
	s.Directives = maps.Clone(s.Directives)
	delete(s.Directives, "defer")
	delete(s.Directives, sizes)
	s.Types = maps.Clone(s.Types)
	for _, name := range []string{"Float", "Int", "ID"} {
		if !uses(&s, name) {
			delete(s.Types, name)
		}
	}
	return &s
}

func uses(s *ast.Schema, scalar string) bool {
	for _, def := range s.Types {
		for _, f := range def.Fields {
			if f.Type.Name() == scalar || slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.Name() == scalar }) {
				return true
			}
		}
	}
	return false
}
