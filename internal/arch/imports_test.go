package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/plenary-dialogue/plenary/"

// allowed lists which of our own packages each package may import. A package without a row fails, and so does an import
// that its row lacks. A row whose name ends in "/..." holds for all packages of the folder. "ent/db/..." are ent's queries
// and mutations.
var allowed = map[string][]string{
	"bench/...":           {"bench/...", "ent/db/...", "internal/app", "internal/clock", "internal/server", "internal/store", "internal/typeid", "internal/testdb", "internal/auth", "internal/policy", "internal/gql", "internal/actlog", "internal/bundle"},
	"cmd/plenary":         {"internal/actlog", "internal/app", "internal/auth", "internal/bundle", "internal/clock", "internal/config", "internal/console", "internal/consultation", "internal/demo", "internal/fanout", "internal/keys", "internal/policy", "internal/server", "internal/store", "internal/typeid", "internal/webhook", "schema"},
	"ent":                 {},
	"ent/db/...":          {"ent/db/...", "ent/schema", "internal/typeid"},
	"ent/migrations":      {},
	"ent/schema":          {},
	"ent/migrations/diff": {"ent/db"},

	"graph":           {"ent/db", "graph/generated", "graph/lean", "graph/model", "graph/view", "internal/actlog", "internal/assessment", "internal/clock", "internal/comment", "internal/dialogue", "internal/fault", "internal/feed", "internal/gql", "internal/party", "internal/policy", "internal/practice", "internal/privacy", "internal/proposal", "internal/store", "internal/typeid", "internal/webhook"},
	"graph/generated": {"ent/db", "graph/lean", "graph/model", "graph/view", "internal/assessment", "internal/comment", "internal/dialogue", "internal/feed", "internal/party", "internal/policy", "internal/practice", "internal/proposal", "internal/store", "internal/typeid", "internal/webhook"},
	"graph/lean":      {"internal/typeid"},
	"graph/model":     {},
	"graph/view":      {"ent/db", "internal/actlog", "internal/fault", "internal/policy", "internal/typeid"},
	"schema":          {},

	// Proofs: pure, so that they can be verified without a server.
	"internal/bundle":            {"internal/typeid"},
	"internal/bundle/bundletest": {"internal/bundle", "internal/typeid"},
	"internal/bundle/second":     {},

	// Domains: storage, policy, the log and the vocabulary, and the domains they build on, in one direction only.
	"internal/party":      domain(),
	"internal/practice":   domain(),
	"internal/dialogue":   domain("internal/practice"),
	"internal/proposal":   domain("internal/dialogue", "internal/practice"),
	"internal/assessment": domain("internal/practice"),
	"internal/comment":    domain("internal/assessment", "internal/dialogue", "internal/practice", "internal/proposal"),

	"internal/keys":    {},
	"internal/person":  {"ent/db", "internal/fault", "internal/keys", "internal/store"},
	"internal/privacy": domain("internal/bundle", "internal/comment", "internal/party", "internal/proposal", "internal/webhook"),
	"internal/actlog":  {"ent/db/...", "internal/bundle", "internal/clock", "internal/fault", "internal/keys", "internal/person", "internal/policy", "internal/store", "internal/typeid"},
	"internal/webhook": domain("internal/feed"),

	"internal/answers":      {"internal/actlog", "internal/store"},
	"internal/feed":         {"ent/db", "internal/actlog", "internal/fault", "internal/policy", "internal/store", "internal/typeid"},
	"internal/fanout":       {"ent/db", "internal/actlog", "internal/clock", "internal/keys"},
	"internal/consultation": {"ent/db/...", "internal/actlog", "internal/clock", "internal/fault", "internal/policy", "internal/store"},
	"internal/demo":         {"ent/db", "graph", "internal/actlog", "internal/assessment", "internal/comment", "internal/dialogue", "internal/party", "internal/policy", "internal/practice", "internal/proposal", "internal/store"},

	"internal/randquery": {},

	"internal/policy": {"internal/fault"},
	"internal/store":  {"ent/db", "ent/migrations", "internal/fault", "internal/policy"},
	"internal/auth":   {"internal/clock", "internal/fault"},
	"internal/gql":    {"internal/fault"},
	"internal/server": {"internal/answers", "internal/clock", "internal/fault", "internal/gql"},
	"internal/app":    {"graph", "internal/actlog", "internal/answers", "internal/auth", "internal/clock", "internal/console", "internal/fanout", "internal/fault", "internal/gql", "internal/keys", "internal/party", "internal/policy", "internal/server", "internal/store", "internal/typeid", "internal/webhook", "internal/worker", "schema"},

	"internal/fault":              {},
	"internal/clock":              {},
	"internal/typeid":             {},
	"internal/config":             {},
	"internal/worker":             {},
	"internal/console":            {},
	"internal/fanout/natstest":    {},
	"internal/gql/gqltest":        {"internal/fault", "internal/gql"},
	"internal/testdb":             {"ent/migrations", "internal/keys", "internal/store"},
	"internal/testdb/cluster":     {},
	"internal/testdb/wire":        {},
	"internal/testdb/cluster/run": {"internal/testdb/cluster"},
	"internal/arch":               {},
	"internal/story":              {},
	"internal/faults":             {},

	// Examples use the server only through its API.
	"examples/mirror":           {"examples/mirror/generated"},
	"examples/mirror/generated": {},
}

func domain(others ...string) []string {
	return append([]string{"ent/db/...", "internal/actlog", "internal/clock", "internal/fault", "internal/policy", "internal/store", "internal/typeid"}, others...)
}

type pkg struct {
	ImportPath, Doc, Dir string
	Imports, GoFiles     []string
}

// packages lists our packages, without tests.
func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Doc,Dir,Imports,GoFiles", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func matches(pattern, path string) bool {
	prefix, tree := strings.CutSuffix(pattern, "/...")
	return path == prefix || tree && strings.HasPrefix(path, prefix+"/")
}

func rowOf(path string) ([]string, bool) {
	if row, ok := allowed[path]; ok {
		return row, true
	}
	for pattern, row := range allowed {
		if matches(pattern, path) {
			return row, true
		}
	}
	return nil, false
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		row, ok := rowOf(path)
		if !ok {
			t.Errorf("%s has no row in the table of imports: say what it may import", path)
			continue
		}
		for _, i := range p.Imports {
			ours, ok := strings.CutPrefix(i, module)
			if ok && !slices.ContainsFunc(row, func(pattern string) bool { return matches(pattern, ours) }) {
				t.Errorf("%s imports %s, which its row does not allow", path, ours)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		if p.Doc == "" && !strings.HasPrefix(path, "ent/db") && path != "graph/generated" && path != "examples/mirror/generated" && path != "graph/model" {
			t.Errorf("%s has no doc sentence", path)
		}
	}
}

func TestOnlyTheirOwnersImportWhatIsDelicate(t *testing.T) {
	for _, rule := range []struct{ what, owner string }{
		{"github.com/golang-jwt/jwt/v5", "internal/auth"},
		{"github.com/MicahParks/jwkset", "internal/auth"},
		{"github.com/gobwas/ws", "internal/server"},
		{"modernc.org/sqlite", "internal/store"},
	} {
		for _, p := range packages(t) {
			path := strings.TrimPrefix(p.ImportPath, module)
			if slices.Contains(p.Imports, rule.what) && path != rule.owner && !matches("bench/...", path) && !matches("examples/...", path) && path != "ent/migrations/diff" {
				t.Errorf("%s imports %s; only %s may", path, rule.what, rule.owner)
			}
		}
	}
}

// Rules are pure: they know no context, clock or database.
func TestRulesImportTheStandardLibraryAndFaultOnly(t *testing.T) {
	found := 0
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		if !slices.Contains(p.GoFiles, "rules.go") || !strings.HasPrefix(path, "internal/") || path == "internal/gql" {
			continue // the rules of internal/gql are those of GraphQL, not of a domain
		}
		found++
		for _, i := range importsOf(t, filepath.Join(p.Dir, "rules.go")) {
			if i == "context" || i == "database/sql" || strings.Contains(i, ".") && i != module+"internal/fault" {
				t.Errorf("%s/rules.go imports %s", path, i)
			}
		}
	}
	if found < 6 {
		t.Errorf("found rules in %d packages, want at least 6", found)
	}
}
