package arch

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
)

// The rule of expectedRevision, as the description of type Mutation states it: what changes something that has a revision takes
// it, and must have it where a part of the content is given and the rest stays as it is.
func TestExpectedRevisionFollowsItsRule(t *testing.T) {
	s := contract(t)
	required, optional := 0, 0
	for _, f := range s.Mutation.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		input := s.Types[f.Arguments[0].Type.Name()]
		thing, got := changedBy(t, s, f.Name, input), ""
		if e := input.Fields.ForName("expectedRevision"); e != nil {
			got = e.Type.String()
		}
		want, why := "", "it changes nothing that has a revision"
		switch {
		case f.Name == "castBallot":
			want, why = "Int!", "it replaces the paper of a seat, which has a revision of its own"
		case thing == nil:
		case f.Name == "respondToProposal":
			want, why = "Int", "it is written once: what is left out was not there before"
			optional++
		case partial(input, thing):
			want, why = "Int!", "it gives a part of the content, and the rest stays as it is"
			required++
		default:
			want, why = "Int", "it changes something that has a revision"
			optional++
		}
		if got != want {
			t.Errorf("%s takes expectedRevision: %q, want %q: %s", f.Name, got, want, why)
		}
	}
	if required < 4 || optional < 20 {
		t.Errorf("the rule was found to require it %d times and to allow it %d times", required, optional)
	}
}

// What is missing before something can be done is said like what is wrong with a form: in a list named for the mutation.
func TestListsOfWhatIsMissingAreLikeFailures(t *testing.T) {
	s, found := contract(t), 0
	for _, def := range s.Types {
		for _, f := range def.Fields {
			verb, ok := strings.CutPrefix(f.Name, "missing")
			if !ok || def.Name == "AssessmentForm" || def.Name == "Sponsorship" { // one repeats that of its assessment, the other counts what missingToOpen says
				continue
			}
			found++
			verb = strings.ToLower(strings.TrimPrefix(verb, "To"))
			does := slices.ContainsFunc(s.Mutation.Fields, func(m *ast.FieldDefinition) bool {
				return strings.EqualFold(m.Name, verb) || strings.HasPrefix(m.Name, verb) && strings.HasSuffix(def.Name, strings.TrimPrefix(m.Name, verb))
			})
			if f.Type.String() != "[UserError!]!" || !strings.HasPrefix(f.Name, "missingTo") || !does {
				t.Errorf("%s.%s is %s: it must be [UserError!]! and be named missingTo for a mutation of %s", def.Name, f.Name, f.Type, def.Name)
			}
		}
	}
	if found == 0 {
		t.Error("no type lists what is missing")
	}
}

// besides are mutations that leave what their input names as it is.
var besides = map[string]string{
	"markDialogueRead": "it changes how far a person has read, and not the dialogue",
	"appointProxy":     "it changes a seat, and not the ballot",
	"revokeProxy":      "it changes a seat, and not the ballot",
	"recuseFromBallot": "it changes a seat, and not the ballot",
	"objectToRoll":     "it adds what a party says, and leaves the ballot as it is",
}

// changedBy is the type of what a mutation's input names by id, where it has a revision: the noun of the id's description, or
// else of the mutation's name.
func changedBy(t *testing.T, s *ast.Schema, mutation string, input *ast.Definition) *ast.Definition {
	t.Helper()
	id := input.Fields.ForName("id")
	if id == nil || besides[mutation] != "" {
		return nil
	}
	noun, ok := strings.CutSuffix(strings.TrimPrefix(id.Description, "The "), "'s id.")
	def := namedLike(s, noun)
	if !ok || strings.Contains(noun, ":") || def == nil {
		def = namedLike(s, lowered(mutation))
	}
	switch {
	case def == nil:
		t.Errorf("neither the name of %s nor the description of the id in its input names what it changes: say \"The noun's id.\"", mutation)
		return nil
	case def.Fields.ForName("revision") == nil:
		return nil
	}
	return def
}

// namedLike is a type with an id whose name and words end alike.
func namedLike(s *ast.Schema, words string) *ast.Definition {
	for name, def := range s.Types {
		typ := " " + lowered(name)
		if def.Fields.ForName("id") != nil && def.Kind != ast.InputObject && (strings.HasSuffix(typ, " "+words) || strings.HasSuffix(" "+words, typ)) {
			return def
		}
	}
	return nil
}

// partial tells whether an input leaves out what it does not change.
func partial(input, thing *ast.Definition) bool {
	return slices.ContainsFunc(input.Fields, func(f *ast.FieldDefinition) bool {
		return f.Name != "expectedRevision" && !f.Type.NonNull && thing.Fields.ForName(f.Name) != nil
	})
}

// lowered writes DeadLetter as dead letter.
func lowered(name string) string {
	var b strings.Builder
	for i, c := range name {
		if i > 0 && unicode.IsUpper(c) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
