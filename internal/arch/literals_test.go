package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gqlast "github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// literals calls f with each string literal of our domains' code, except in tests.
func literals(t *testing.T, f func(file, text string, in ast.Node)) {
	t.Helper()
	all := packages(t)
	isDomain := domainPackages(all)
	for _, p := range all {
		path := strings.TrimPrefix(p.ImportPath, module)
		if !isDomain[path] && path != "internal/actlog" {
			continue
		}
		for _, name := range p.GoFiles {
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			var parents []ast.Node
			ast.Inspect(tree, func(n ast.Node) bool {
				if n == nil {
					parents = parents[:len(parents)-1]
					return true
				}
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil {
						f(path+"/"+name, text, parents[len(parents)-1])
					}
				}
				parents = append(parents, n)
				return true
			})
		}
	}
}

// checkActLiterals finds types of act that a domain writes and does not declare, and the other way round.
func checkActLiterals(t *testing.T, declared []act.Type) {
	t.Helper()
	nouns := []string{"person"}
	for _, r := range policy.Table() {
		nouns = append(nouns, string(r.Resource))
	}
	form := regexp.MustCompile(`^(` + strings.Join(nouns, "|") + `)\.[a-zA-Z_]+$`)
	notTypes := []string{"log.key", "log.keys", "log.lost", "log.origin", "webhook.challenge"} // files and settings, and an event without an act
	isDeclared := func(text string) bool {
		return slices.ContainsFunc(declared, func(d act.Type) bool { return d.Name == text })
	}
	uses := map[string]int{}
	literals(t, func(file, text string, _ ast.Node) {
		if !form.MatchString(text) || slices.Contains(notTypes, text) {
			return
		}
		if uses[text]++; !isDeclared(text) {
			t.Errorf("%s writes acts of type %s, which the acts of its domain do not declare", file, text)
		}
	})
	elsewhere := []string{"dialogue.imported", "comment.imported", "person.erased"} // written by an import, and by a constant
	for _, d := range declared {
		if uses[d.Name] < 2 && !slices.Contains(elsewhere, d.Name) {
			t.Errorf("the type of act %s is declared, and nobody writes it", d.Name)
		}
	}
}

// checkWords finds literals that are words of the schema's enums.
func checkWords(t *testing.T, s *gqlast.Schema) {
	t.Helper()
	words := map[string]string{}
	for name, def := range s.Types {
		if def.Kind != gqlast.Enum || def.BuiltIn || strings.HasPrefix(name, "__") || name == "ErrorCode" {
			continue
		}
		for _, v := range def.EnumValues {
			words[v.Name] = name
		}
	}
	literals(t, func(file, text string, _ ast.Node) {
		if enum, ok := words[text]; ok {
			t.Errorf("%s writes %q: use the constant of enum.%s", file, text, enum)
		}
	})
}
