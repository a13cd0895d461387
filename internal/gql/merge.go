package gql

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// mergeSteps bounds the comparisons of one operation. A page of a large client needs a few thousand.
const mergeSteps = 50_000

// fieldsMerge is the rule "Field Selection Merging" of the specification (October 2021, 5.3.2): fields under one response
// name must be the same field with the same arguments, or belong to different object types and have the same shape.
//
// gqlparser compares every pair and walks fragments again for each, so 2,000 duplicate fields cost it seconds. Equality is
// transitive, so each field is compared here only with the first of its group, and the sub-selections of a group are merged
// once. checkStructure has refused fragments that cycle.
func fieldsMerge(schema *ast.Schema, op *ast.OperationDefinition) *gqlerror.Error {
	m := &merging{schema: schema, steps: mergeSteps}
	return m.groups(m.spread(nil, op.SelectionSet, map[string]bool{}), true)
}

type merging struct {
	schema *ast.Schema
	steps  int
}

// group holds the fields of one selection set that have the same response name.
type group struct {
	name   string
	fields []*ast.Field
}

// spread appends the fields of a selection set and of its fragments, each fragment once.
func (m *merging) spread(to []*ast.Field, set ast.SelectionSet, seen map[string]bool) []*ast.Field {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			to = append(to, sel)
		case *ast.InlineFragment:
			to = m.spread(to, sel.SelectionSet, seen)
		case *ast.FragmentSpread:
			if sel.Definition != nil && !seen[sel.Name] {
				seen[sel.Name] = true
				to = m.spread(to, sel.Definition.SelectionSet, seen)
			}
		}
	}
	return to
}

// groups checks the fields of one merged selection set. With strict false their parents never meet in one object, so only
// the shapes must agree.
func (m *merging) groups(fields []*ast.Field, strict bool) *gqlerror.Error {
	for _, g := range byResponseName(fields) {
		if err := m.group(g, strict); err != nil {
			return err
		}
	}
	return nil
}

func (m *merging) group(g group, strict bool) *gqlerror.Error {
	first := g.fields[0]
	if m.steps -= len(g.fields); m.steps < 0 {
		return Refuse(CodeQueryTooLarge, "too many overlapping fields")
	}
	for _, f := range g.fields[1:] {
		if m.shapesDiffer(first.Definition.Type, f.Definition.Type) {
			return conflict(f, g.name, "they return conflicting types %q and %q", first.Definition.Type, f.Definition.Type)
		}
	}
	if !strict {
		return m.groups(m.below(g.fields), false)
	}
	parts := byParent(g.fields)
	for _, part := range parts {
		for _, f := range part[1:] {
			if f.Name != part[0].Name {
				return conflict(f, g.name, "%q and %q are different fields", part[0].Name, f.Name)
			}
			if !sameArguments(part[0].Arguments, f.Arguments) {
				return conflict(f, g.name, "they have differing arguments")
			}
		}
	}
	if len(parts) > 1 {
		if err := m.groups(m.below(g.fields), false); err != nil {
			return err
		}
	}
	for _, part := range parts {
		if err := m.groups(m.below(part), true); err != nil {
			return err
		}
	}
	return nil
}

// below merges the sub-selections of fields.
func (m *merging) below(fields []*ast.Field) []*ast.Field {
	if len(fields) == 1 && len(fields[0].SelectionSet) == 0 {
		return nil
	}
	var all []*ast.Field
	seen := make(map[string]bool)
	for _, f := range fields {
		all = m.spread(all, f.SelectionSet, seen)
	}
	return all
}

func byResponseName(fields []*ast.Field) []group {
	groups := make([]group, 0, len(fields))
	if len(fields) <= 8 { // most sets are small: no map
		for _, f := range fields {
			i := slices.IndexFunc(groups, func(g group) bool { return g.name == f.Alias })
			if i < 0 {
				groups = append(groups, group{name: f.Alias, fields: []*ast.Field{f}})
				continue
			}
			groups[i].fields = append(groups[i].fields, f)
		}
		return groups
	}
	at := make(map[string]int, len(fields))
	for _, f := range fields {
		i, ok := at[f.Alias]
		if !ok {
			at[f.Alias] = len(groups)
			groups = append(groups, group{name: f.Alias, fields: []*ast.Field{f}})
			continue
		}
		groups[i].fields = append(groups[i].fields, f)
	}
	return groups
}

// byParent splits a group into sets whose parents may be one object: for each object type its own fields and those selected
// on an interface or union, or the latter alone when no object type is named.
func byParent(fields []*ast.Field) [][]*ast.Field {
	var parts [][]*ast.Field
	var abstract []*ast.Field
	at := make(map[string]int, 1)
	for _, f := range fields {
		if f.ObjectDefinition.Kind != ast.Object {
			abstract = append(abstract, f)
			continue
		}
		i, ok := at[f.ObjectDefinition.Name]
		if !ok {
			i = len(parts)
			at[f.ObjectDefinition.Name] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], f)
	}
	if len(parts) == 0 {
		return [][]*ast.Field{abstract}
	}
	if len(abstract) > 0 {
		for i := range parts {
			parts[i] = append(parts[i], abstract...)
		}
	}
	return parts
}

// shapesDiffer reports whether two types cannot share a response name: different list or non-null wrapping, or a leaf and
// something else. Objects are compared through their fields.
func (m *merging) shapesDiffer(a, b *ast.Type) bool {
	for {
		if a.NonNull != b.NonNull || (a.Elem == nil) != (b.Elem == nil) {
			return true
		}
		if a.Elem == nil {
			break
		}
		a, b = a.Elem, b.Elem
	}
	if a.NamedType == b.NamedType {
		return false
	}
	da, db := m.schema.Types[a.NamedType], m.schema.Types[b.NamedType]
	return da.IsLeafType() || db.IsLeafType()
}

func sameArguments(a, b ast.ArgumentList) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		y := b.ForName(x.Name)
		if y == nil || !sameValue(x.Value, y.Value) {
			return false
		}
	}
	return true
}

func sameValue(a, b *ast.Value) bool {
	if a.Kind != b.Kind || a.Raw != b.Raw || len(a.Children) != len(b.Children) {
		return false
	}
	for i, c := range a.Children {
		if a.Kind == ast.ListValue && !sameValue(c.Value, b.Children[i].Value) {
			return false
		}
		if a.Kind == ast.ObjectValue {
			other := b.Children.ForName(c.Name)
			if other == nil || !sameValue(c.Value, other) {
				return false
			}
		}
	}
	return true
}

func conflict(f *ast.Field, name, format string, args ...any) *gqlerror.Error {
	why := refuseAt(f.Position, CodeValidationFailed, format, args...)
	why.Message = clip("Fields \"" + clipName(name) + "\" conflict because " + why.Message +
		". Use different aliases on the fields to fetch both if this was intentional.")
	return why
}

func clipName(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
