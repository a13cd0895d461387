package arch

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema"
)

var update = flag.Bool("update", false, "write the golden contract again")

func contract(t *testing.T) *ast.Schema {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema", Input: schema.Text()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, path)
	}
	return all
}

func TestEveryMemberOfTheContractIsDescribed(t *testing.T) {
	check := func(what, description string) {
		words := strings.Fields(description)
		if len(words) == 0 || !strings.ContainsAny(description[len(description)-1:], ".;:") {
			t.Errorf("%s is not described in a sentence: %q", what, description)
		}
	}
	s := contract(t)
	for name, def := range s.Types {
		if def.BuiltIn || strings.HasPrefix(name, "__") {
			continue
		}
		check(name, def.Description)
		for _, v := range def.EnumValues {
			check(name+"."+v.Name, v.Description)
		}
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			check(name+"."+f.Name, f.Description)
			for _, a := range f.Arguments {
				check(name+"."+f.Name+"("+a.Name+")", a.Description)
			}
		}
	}
	d := s.Directives["idempotent"]
	check("@idempotent", d.Description)
	check("@idempotent(key)", d.Arguments[0].Description)
}

func TestErrorCodesAreThoseOfTheContract(t *testing.T) {
	var want []string
	for _, v := range contract(t).Types["ErrorCode"].EnumValues {
		want = append(want, v.Name)
	}
	got := gql.Codes()
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error codes of the SDL (-) and of the program (+):\n%s", diff)
	}
}

// What viewerCan may name is in the SDL, and nothing else is.
func TestActionsAreThoseOfTheContract(t *testing.T) {
	var want, got []string
	for _, v := range contract(t).Types["Action"].EnumValues {
		want = append(want, v.Name)
	}
	shown := policy.CanBegin(policy.Anonymous)
	for _, r := range policy.Table() {
		if !shows(contract(t), declarations()[string(r.Resource)].Types) {
			continue
		}
		shown = slices.Concat(shown, policy.Can(policy.Anonymous, policy.Subject{Resource: r.Resource}), policy.CanToward(policy.Anonymous, policy.Subject{Resource: r.Resource}))
	}
	for _, d := range shown {
		got = append(got, string(d.Word()))
	}
	slices.Sort(want)
	slices.Sort(got)
	got = slices.Compact(got)
	for _, word := range got {
		if !slices.Contains(want, word) {
			t.Errorf("the policy has rules for %s, but enum Action of the SDL does not have it: say \"extend enum Action { %s }\" in the noun's SDL", word, word)
		}
	}
	for _, word := range want {
		if !slices.Contains(got, word) {
			t.Errorf("enum Action of the SDL has %s, for which internal/policy/table.go has no rule that a viewer is shown", word)
		}
	}
}

// shows tells whether one of these types says what the viewer can do with it.
func shows(s *ast.Schema, types []string) bool {
	return slices.ContainsFunc(types, func(typ string) bool { return s.Types[typ] != nil && s.Types[typ].Fields.ForName("viewerCan") != nil })
}

// The golden copy shows a change of the contract in review. A member is deprecated before it is removed.
func TestTheContractIsTheGoldenOne(t *testing.T) {
	golden := filepath.Join("testdata", "schema.golden.graphqls")
	if *update {
		if err := os.WriteFile(golden, []byte(schema.Text()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), schema.Text()); diff != "" {
		t.Errorf("the contract changed (-golden +now); go test ./internal/arch -update after review:\n%s", diff)
	}
}

// What is served says the same as the files it is made of, in one definition for each type.
func TestTheServedContractIsMerged(t *testing.T) {
	served, err := gqlparser.LoadSchema(&ast.Source{Name: "served", Input: schema.Text()})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(schema.Text(), "\nextend ") || strings.Contains(schema.Text(), "@defer") {
		t.Error("the contract extends a type of its own, or offers what is not supported")
	}
	read, _ := generated.NewSchema(nil)
	if diff := cmp.Diff(membersOf(read.Schema()), membersOf(schema.Served(served))); diff != "" {
		t.Errorf("the contract that gqlgen read (-) and the one that is served (+):\n%s", diff)
	}
}

// membersOf lists all that a schema says, in an order that does not depend on its files.
func membersOf(s *ast.Schema) []string {
	var all []string
	for name, def := range s.Types {
		all = append(all, fmt.Sprintf("%s %s: %s %v %v", def.Kind, name, def.Description, slices.Sorted(slices.Values(def.Types)), slices.Sorted(slices.Values(def.Interfaces))))
		for _, f := range def.Fields {
			all = append(all, fmt.Sprintf("%s.%s: %s = %v: %s %s", name, f.Name, f.Type, f.DefaultValue, f.Description, directives(f.Directives)))
			for _, a := range f.Arguments {
				all = append(all, fmt.Sprintf("%s.%s(%s: %s = %v): %s", name, f.Name, a.Name, a.Type, a.DefaultValue, a.Description))
			}
		}
		for _, v := range def.EnumValues {
			all = append(all, fmt.Sprintf("%s.%s: %s %s", name, v.Name, v.Description, directives(v.Directives)))
		}
	}
	for name, d := range s.Directives {
		if name == "listSize" {
			continue
		}
		all = append(all, fmt.Sprintf("@%s: %s %v", name, d.Description, d.Locations))
	}
	slices.Sort(all)
	return all
}

func directives(list ast.DirectiveList) string {
	var b strings.Builder
	for _, d := range list {
		if d.Name == "listSize" { // for the server alone
			continue
		}
		fmt.Fprintf(&b, " @%s", d.Name)
		for _, a := range d.Arguments {
			fmt.Fprintf(&b, " %s: %s", a.Name, a.Value)
		}
	}
	return b.String()
}

// The rule of a mutation verbNoun is noun.verb. If the mutation changes a part of the noun, the rule is noun.verbPart:
// webhook.rotate_secret for rotateWebhookSecret.
func TestEveryMutationHasARule(t *testing.T) {
	var actions []string
	for _, r := range policy.Table() {
		if !slices.Contains(actions, string(r.Action)) {
			actions = append(actions, string(r.Action))
		}
	}
	does := map[string]policy.Action{}
	for _, n := range graph.Declarations() {
		maps.Copy(does, n.Does)
	}
	for _, f := range contract(t).Mutation.Fields {
		name := f.Name
		if slices.Contains(actions, string(does[name])) {
			continue
		}
		if !slices.ContainsFunc(actions, func(a string) bool { return isRuleOf(a, name) }) {
			t.Errorf("the mutation %s has no rule in the policy", name)
		}
	}
}

// What a mutation makes joins the lists that clients show, and they put it there by its edge. A mutation makes something if its
// input does not name it.
func TestWhatIsMadeComesWithItsEdge(t *testing.T) {
	s, found := contract(t), 0
	for _, f := range s.Mutation.Fields {
		if strings.HasPrefix(f.Name, "__") || s.Types[f.Arguments[0].Type.Name()].Fields.ForName("id") != nil {
			continue
		}
		payload := s.Types[f.Type.Name()]
		for _, made := range payload.Fields {
			typ := made.Type.Name()
			if names := s.Types[f.Arguments[0].Type.Name()].Fields.ForName(made.Name); names != nil && names.Type.NonNull {
				continue // the input names them
			}
			if made.Name == "act" || made.Name == "acts" || s.Types[typ+"Connection"] == nil {
				continue
			}
			found++
			if edge := payload.Fields.ForName(made.Name + "Edge"); edge == nil || edge.Type.String() != typ+"Edge" {
				t.Errorf("%s makes a %s, which is listed: its payload %s must have %sEdge: %sEdge", f.Name, typ, payload.Name, made.Name, typ)
			}
		}
	}
	if found < 7 {
		t.Errorf("%d mutations make something that is listed: the schema has more", found)
	}
}

// What has a number for people is read by it, and found by it in the text filter of its list.
func TestWhatHasANumberIsReadByIt(t *testing.T) {
	s, found := contract(t), 0
	for _, f := range s.Query.Fields {
		def := s.Types[f.Type.Name()]
		id, reference := f.Arguments.ForName("id"), f.Arguments.ForName("reference")
		numbered := def.Kind == ast.Object && def.Fields.ForName("reference") != nil && !strings.HasSuffix(def.Name, "Connection")
		if numbered {
			found++
		}
		if numbered != (reference != nil) || numbered && (id == nil || id.Type.NonNull || reference.Type.NonNull) {
			t.Errorf("Query.%s gives a %s: it takes id: ID and reference: String if that has a reference, and else no reference", f.Name, def.Name)
		}
	}
	if found < 3 {
		t.Errorf("%d root fields give what has a number: the schema has more", found)
	}
}

// What goes wrong in one root field leaves the rest of the page: a field that may not be null would take all of it away.
func TestRootFieldsFailAlone(t *testing.T) {
	for _, f := range contract(t).Query.Fields {
		if f.Type.NonNull && !strings.HasPrefix(f.Name, "__") {
			t.Errorf("Query.%s is %s: an error in it would empty the whole answer, so write it without the exclamation mark", f.Name, f.Type)
		}
	}
}

// A client gives each list its own page and cursor, either of which may be refused: that empties the list, and not what it is of.
func TestListsFailAlone(t *testing.T) {
	lists := 0
	for name, def := range contract(t).Types {
		for _, f := range def.Fields {
			if !strings.HasSuffix(f.Type.Name(), "Connection") && f.Arguments.ForName("first") == nil {
				continue
			}
			if lists++; f.Type.NonNull {
				t.Errorf("%s.%s is %s: a cursor that is refused would empty the whole %[1]s, so write it without the exclamation mark", name, f.Name, f.Type)
			}
		}
	}
	if lists < 30 {
		t.Errorf("%d fields are lists with pages: the schema has more", lists)
	}
}

// A field that leads to something else is read in a batch, with the policy's filter inside, or made of its parent: it has an
// edge. Pages, and what Go types hold themselves, need none.
func TestEveryEdgeIsOfAField(t *testing.T) {
	s := contract(t)
	for _, e := range graph.EdgeNames(s) {
		typ, field, _ := strings.Cut(e, ".")
		def := s.Types[typ]
		if def == nil || def.Fields.ForName(field) == nil {
			t.Errorf("package graph declares an edge %s, which is no field of the schema", e)
		}
	}
}

func TestNoFileNamesAMachineOrIsUnfinished(t *testing.T) {
	top, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		t.Skip("skipped: this is not a git checkout")
	}
	dir := strings.TrimSpace(string(top))
	out, err := exec.Command("git", "-C", dir, "ls-files").Output()
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/", "TO" + "DO", "FIX" + "ME"}
	for _, name := range strings.Fields(string(out)) {
		if strings.HasPrefix(name, "ent/db/") || strings.HasSuffix(name, "package-lock.json") || strings.HasSuffix(name, "go.sum") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue // deleted but not committed yet
		}
		for _, w := range words {
			if strings.Contains(string(b), w) {
				t.Errorf("%s holds %q", name, w)
			}
		}
	}
}
