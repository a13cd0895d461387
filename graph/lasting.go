package graph

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/actlog"
)

// Changes tells which tables an act has changed, for who keeps answers; false when nobody can tell.
func Changes(t actlog.Touch) (tables []string, known bool) {
	if t.Type == "dialogue.imported" { // parties, too
		return nil, false
	}
	tables, known = touches[t.Noun]
	return tables, known
}

// touches are the tables that an act on a noun changes. A noun that is not here changes what nobody can tell, as the erasure
// of a person does.
var touches = map[string][]string{
	"stakeholder": {"stakeholders"},
	"dialogue":    {"dialogues", "phases", "invitations", "links"},
	"proposal":    {"proposals", "proposal_versions", "links"},
	"comment":     {"comments", "votes"},
	"practice":    {"practices", "links"},
	"assessment":  {"assessments"},
	"webhook":     {"webhooks", "webhook_deliveries", "dead_letters"},
	"log":         {},
}

// Lasting tells whether the answer to an operation changes with acts alone: not with the time, and not with the proofs,
// which are signed some time after the acts.
func Lasting(op *graphql.OperationContext) bool {
	return op.Operation.Operation == ast.Query && lasts(op.Operation.SelectionSet, map[string]bool{})
}

func lasts(set ast.SelectionSet, seen map[string]bool) bool {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if passing[sel.Name] || passing[sel.ObjectDefinition.Name+"."+sel.Name] || !lasts(sel.SelectionSet, seen) {
				return false
			}
		case *ast.InlineFragment:
			if !lasts(sel.SelectionSet, seen) {
				return false
			}
		case *ast.FragmentSpread:
			if seen[sel.Name] {
				continue
			}
			seen[sel.Name] = true
			if !lasts(sel.Definition.SelectionSet, seen) {
				return false
			}
		}
	}
	return true
}

// passing are the fields whose values pass by themselves, as Type.field or for all types that have them.
var passing = map[string]bool{
	"Dialogue.phase": true, // phases begin and end
	"viewerCan":      true, // what a phase allows
	"Query.actLog":   true,
}
