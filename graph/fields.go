package graph

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// fields says of the schema's fields which differ between viewers, and which change with the time.
type fields struct {
	own, passing map[string]bool // as Type.field
	possible     map[string][]string
}

func fieldsOf(schema *ast.Schema, all edges) fields {
	f := fields{own: map[string]bool{}, passing: map[string]bool{}, possible: map[string][]string{}}
	for name, e := range all {
		f.own[name], f.passing[name] = !e.public, e.passing
	}
	for name, def := range schema.Types {
		for _, possible := range schema.GetPossibleTypes(def) {
			f.possible[name] = append(f.possible[name], possible.Name)
		}
	}
	return f
}

// any tells whether a mark is on any field that a selection asks for, of every type that may answer to it. A fragment is
// looked at once, however often it is spread.
func (f fields) any(set ast.SelectionSet, mark, seen map[string]bool) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.ObjectDefinition == nil || f.any(s.SelectionSet, mark, seen) {
				return true
			}
			for _, typ := range f.possible[s.ObjectDefinition.Name] {
				if mark[typ+"."+s.Name] {
					return true
				}
			}
		case *ast.InlineFragment:
			if f.any(s.SelectionSet, mark, seen) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition == nil {
				return true
			}
			if seen[s.Name] {
				continue
			}
			seen[s.Name] = true
			if f.any(s.Definition.SelectionSet, mark, seen) {
				return true
			}
		}
	}
	return false
}

// public tells whether a selection shows the same to everybody who sees what it is asked of.
func (f fields) public(set ast.SelectionSet) bool { return !f.any(set, f.own, map[string]bool{}) }

// Lasting tells whether the answer to an operation changes with acts alone: not with the time, and not with the proofs,
// which are signed some time after the acts.
func (r *Resolver) Lasting(op *graphql.OperationContext) bool {
	return op.Operation.Operation == ast.Query && !r.fields.any(op.Operation.SelectionSet, r.fields.passing, map[string]bool{})
}
