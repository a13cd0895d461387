package story_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// A filter by the id of a thing tells whether something is tied to that thing. What the list's own edge to it hides, the filter
// must not find. The edge of a filter is the field of the listed type with the filter's name, or its plural.

// otherEdges are what shows the tie, and to which nouns, where no field has the filter's name.
var otherEdges = map[string]struct {
	edge  string
	nouns []string
}{
	"Act.subject":              {"subjectId", []string{"dialogue", "proposal", "comment", "practice", "assessment", "stakeholder", "webhook"}},
	"Act.actor":                {"stakeholder{id}", []string{"stakeholder"}},
	"ImpactAssessment.subject": {"subject{... on Practice{id} ... on Proposal{id}}", []string{"practice", "proposal"}},
	"Assignment.subject":       {"subject{... on ImpactAssessment{id} ... on Mitigation{id}}", []string{"assessment", "mitigation"}},
	"Amendment.dialogue":       {"proposal{dialogue{id}}", []string{"dialogue"}},
	"Comment.dialogue":         {"subject{... on Dialogue{id} ... on Proposal{dialogue{id}}}", []string{"dialogue"}},
}

// withoutEdge are filters by what is shown by nothing: whoever may see the thing may know the tie.
var withoutEdge = map[string]string{
	"Act.dialogue":   "whoever sees an act may know in which dialogue it happened",
	"Act.concerning": "whoever sees an act on something with an owner sees that, and whose it is; acts on comments, which can be hidden, have no owner",
}

// checkFilters compares, for each list of the schema and each filter by an id, what the filter finds with what the edge shows.
func (s *sightseer) checkFilters(d *drawn) {
	schema := s.w.Schema.Schema()
	types := map[string]string{} // nouns by type
	for _, n := range graph.Declarations() {
		for _, t := range n.Types {
			types[t] = n.Name
		}
	}
	compared := 0
	for _, owner := range append(slices.Sorted(maps.Keys(types)), "Query") {
		for _, f := range schema.Types[owner].Fields {
			arg := f.Arguments.ForName("filter")
			if arg == nil || !strings.HasSuffix(f.Type.Name(), "Connection") {
				continue
			}
			listed := schema.Types[schema.Types[f.Type.Name()].Fields.ForName("nodes").Type.Name()]
			for _, by := range schema.Types[arg.Type.Name()].Fields {
				if by.Type.Name() != "ID" || withoutEdge[listed.Name+"."+by.Name] != "" {
					continue
				}
				edge, nouns := s.edgeOf(schema, types, listed, by.Name)
				if owner == "Query" {
					s.checkFilter(d, "{%s}", nil, f.Name, by, edge, nouns)
					compared++
					continue
				}
				for _, key := range d.ids[types[owner]] {
					if id := typeid.New(types[owner], key).String(); s.seen[id] {
						s.checkFilter(d, `{node(id: "`+id+`"){... on `+owner+`{%s}}}`, []any{"node"}, f.Name, by, edge, nouns)
						compared++
					}
				}
			}
		}
	}
	if compared < 8 {
		s.rt.Fatalf("%d filters were compared: the schema has more", compared)
	}
}

// edgeOf gives the selection of the edge of a filter, and the nouns that it leads to.
func (s *sightseer) edgeOf(schema *ast.Schema, types map[string]string, listed *ast.Definition, by string) (edge string, nouns []string) {
	if other, ok := otherEdges[listed.Name+"."+by]; ok {
		return other.edge, other.nouns
	}
	field := listed.Fields.ForName(by)
	if field == nil {
		field = listed.Fields.ForName(by + "s")
	}
	if field == nil {
		s.rt.Fatalf("the list of %s is filtered by %s, and no field of %s shows that: name its edge in otherEdges", listed.Name, by, listed.Name)
	}
	typ := schema.Types[field.Type.Name()]
	selection := "{id}"
	if strings.HasSuffix(typ.Name, "Connection") {
		typ, selection = schema.Types[typ.Fields.ForName("nodes").Type.Name()], "{nodes{id}}"
	}
	for _, one := range append(schema.GetPossibleTypes(typ), typ) {
		if noun := types[one.Name]; noun != "" && !slices.Contains(nouns, noun) {
			nouns = append(nouns, noun)
		}
	}
	if len(nouns) == 0 {
		s.rt.Fatalf("the edge %s.%s leads to no noun", listed.Name, field.Name)
	}
	return field.Name + selection, nouns
}

// checkFilter compares one list. query has its parent, with %s for the list.
func (s *sightseer) checkFilter(d *drawn, query string, path []any, list string, by *ast.FieldDefinition, edge string, nouns []string) {
	shown := map[string][]string{} // entries by what their edge shows
	for after := ""; ; {
		args := "first: 100"
		if after != "" {
			args += fmt.Sprintf(", after: %q", after)
		}
		page := s.w.ask(s.who, fmt.Sprintf(query, list+"("+args+"){nodes{id "+edge+"} pageInfo{endCursor hasNextPage}}")).at(append(slices.Clone(path), list)...)
		for _, one := range page.at("nodes").list() {
			for _, id := range idsIn(one.v, false) {
				shown[id] = append(shown[id], one.at("id").text())
			}
		}
		if more, _ := page.at("pageInfo", "hasNextPage").v.(bool); !more {
			break
		}
		after = page.at("pageInfo", "endCursor").text()
	}
	candidates := []string{typeid.New(nouns[0], uuid.New()).String()} // one that nothing has
	for _, noun := range nouns {
		for _, key := range d.ids[noun] {
			candidates = append(candidates, typeid.New(noun, key).String())
		}
	}
	for part := range slices.Chunk(candidates, 10) {
		var b strings.Builder
		for i, id := range part {
			value := fmt.Sprintf("%q", id)
			if by.Type.Elem != nil {
				value = "[" + value + "]"
			}
			fmt.Fprintf(&b, "f%d: %s(first: 100, filter: {%s: %s}){nodes{id}} ", i, list, by.Name, value)
		}
		found := s.w.ask(s.who, fmt.Sprintf(query, b.String())).at(path...)
		for i, id := range part {
			got, want := found.at(fmt.Sprint("f", i), "nodes").texts("id"), slices.Clone(shown[id])
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
				s.rt.Errorf("%s filtered by the %s %s, for %s (-shown by %s +found):\n%s", list, by.Name, id, s.name, edge, diff)
			}
		}
	}
}

// idsIn are the ids below an entry of a list, without its own.
func idsIn(v any, below bool) []string {
	var ids []string
	switch v := v.(type) {
	case map[string]any:
		for name, one := range v {
			if text, ok := one.(string); ok && (name == "id" && below || name == "subjectId") {
				ids = append(ids, text)
				continue
			}
			ids = append(ids, idsIn(one, true)...)
		}
	case []any:
		for _, one := range v {
			ids = append(ids, idsIn(one, true)...)
		}
	}
	return ids
}
