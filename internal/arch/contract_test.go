package arch

import (
	"flag"
	"go/parser"
	"go/token"
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

// The rule of a mutation verbNoun is noun.verb. If the mutation changes a part of the noun, the rule is noun.verbPart:
// webhook.rotateSecret for rotateWebhookSecret.
func TestEveryMutationHasARule(t *testing.T) {
	var actions []string
	for _, r := range policy.Table() {
		if !slices.Contains(actions, string(r.Action)) {
			actions = append(actions, string(r.Action))
		}
	}
	for _, f := range contract(t).Mutation.Fields {
		name := f.Name
		if !slices.ContainsFunc(actions, func(a string) bool {
			noun, verb, _ := strings.Cut(a, ".")
			title := strings.ToUpper(noun[:1]) + noun[1:]
			rest, isOfNoun := strings.CutPrefix(strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyz"), title)
			if isOfNoun && rest != "" && name == strings.TrimSuffix(verb, rest)+title+rest && strings.HasSuffix(verb, rest) {
				return true
			}
			return name == verb+title || name == verb+"On"+title || name == verb+"To"+title
		}) {
			t.Errorf("the mutation %s has no rule in the policy", name)
		}
	}
}

// A field that leads to another object needs an edge: a batch read with the policy's filter. Fields that are made from
// their parent alone are listed here.
func TestEveryFieldThatLeadsElsewhereHasAnEdge(t *testing.T) {
	made := []string{
		"Comment.quote", "Comment.tally", "ImpactAssessment.answers", "ImpactAssessment.risks", "Viewer.member", "Viewer.viewerCan",
		"ActEvent.act", "ProposalEvent.act", "InclusionProof.checkpoint", "DialogueEvent.act", "AssessmentEvent.act",
	}
	s := contract(t)
	var has []string
	for _, e := range graph.EdgeNames() {
		typ, field, _ := strings.Cut(e, ".")
		def := s.Types[typ]
		if def == nil || def.Fields.ForName(field) == nil {
			t.Errorf("the edge %s belongs to no field of the contract", e)
		}
		has = append(has, e)
	}
	for name, def := range s.Types {
		if def.Kind != ast.Object || def.BuiltIn || strings.HasSuffix(name, "Connection") || strings.HasSuffix(name, "Edge") ||
			name == "Mutation" || name == "Subscription" {
			continue
		}
		for _, f := range def.Fields {
			target := s.Types[f.Type.Name()]
			if strings.HasPrefix(f.Name, "__") || !target.IsCompositeType() || f.Name == "userErrors" {
				continue
			}
			if at := name + "." + f.Name; !slices.Contains(has, at) && !slices.Contains(made, at) {
				t.Errorf("%s leads to %s but has no edge", at, target.Name)
			}
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
