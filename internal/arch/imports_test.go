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
	"bench/...":           {"bench/...", "internal/act", "internal/ballot", "internal/dialogue", "internal/proposal", "schema/enum", "ent/db/...", "internal/app", "internal/clock", "internal/server", "internal/store", "internal/typeid", "internal/testdb", "internal/auth", "internal/policy", "internal/gql", "internal/actlog", "internal/bundle", "internal/questionnaire/..."},
	"cmd/plenary":         {"ent/db", "internal/recount", "internal/act", "internal/actlog", "internal/app", "internal/domains", "internal/export", "internal/auth", "internal/ballot", "internal/bundle", "internal/clock", "internal/config", "internal/console", "internal/demo", "internal/fanout", "internal/file", "internal/importing", "internal/intake", "internal/keys", "internal/party", "internal/policy", "internal/questionnaire/...", "internal/report", "internal/reporting", "internal/server", "internal/spool", "internal/store", "internal/typeid", "internal/webhook", "schema", "schema/enum"},
	"ent":                 {},
	"ent/db/...":          {"ent/db/...", "ent/schema", "internal/optional", "internal/typeid", "schema/enum"},
	"ent/migrations":      {},
	"ent/schema":          {"internal/optional", "schema/enum"},
	"ent/migrations/diff": {"ent/db"},

	// What domains offer to graph is imported by it; domains are wired in internal/domains.
	"graph":           domainsAnd("ent/db", "internal/decision", "internal/report", "graph/lean", "graph/model", "graph/view", "internal/act", "internal/actlog", "internal/domains", "internal/fault", "internal/feed", "internal/gql", "internal/intake", "internal/optional", "internal/policy", "internal/questionnaire", "internal/questionnaire/localized", "internal/store", "internal/typeid", "schema/enum", "internal/textdiff", "internal/sponsorship"),
	"graph/generated": domainsAnd("ent/db", "graph/lean", "graph/model", "graph/view", "internal/fault", "internal/feed", "internal/intake", "internal/optional", "internal/policy", "internal/questionnaire/localized", "internal/store", "internal/typeid", "schema", "schema/enum", "internal/textdiff", "internal/sponsorship"),
	"graph/lean":      {"internal/typeid"},
	"graph/model":     {"schema/enum"},
	"graph/view":      {"ent/db", "internal/act", "internal/fault", "internal/policy", "internal/typeid", "schema/enum"},
	"schema":          {},
	"schema/enum":     {},

	// Proofs: pure, so that they can be verified without a server.
	"internal/bundle":            {"internal/typeid"},
	"internal/bundle/bundletest": {"internal/bundle", "internal/typeid"},
	"internal/bundle/second":     {},

	// What domains have in common: the vocabulary of acts and of personal data, and how the policy meets what is stored.
	"internal/act":      {"ent/db", "internal/policy", "schema/enum"},
	"internal/access":   {"ent/db", "internal/act", "internal/fault", "internal/policy", "internal/store", "schema/enum"},
	"internal/personal": {"ent/db"},
	"internal/history":  {"ent/db", "internal/act", "internal/policy", "internal/store"},
	"internal/content":  {},
	"internal/link":     {"ent/db", "internal/policy", "internal/store"},
	"internal/hazard":   {"internal/optional", "schema/enum"},
	"internal/decision": {"internal/fault", "internal/questionnaire/source", "schema/enum"},
	"internal/intake":   {"ent/db", "internal/act", "internal/policy", "internal/questionnaire/source"},
	"internal/post":     {"internal/fault", "internal/openapi", "schema/enum"},

	// What is pure about the sponsors that dialogues ask for.
	"internal/sponsorship": {"internal/fault", "schema/enum"},

	// A domain that builds on others, one way only; every other that internal/domains wires may import what domain lists.
	"internal/proposal":     domain("internal/dialogue", "internal/textdiff", "internal/sponsorship"),
	"internal/dialogue":     domain("internal/sponsorship"),
	"internal/amendment":    domain("internal/textdiff"),
	"internal/practice":     domain("internal/textdiff"),
	"internal/framework":    domain("internal/textdiff"),
	"internal/journey":      domain("internal/cjml", "internal/eventlog", "internal/intake", "internal/questionnaire/source"),
	"internal/assessment":   domain("internal/hazard", "internal/intake", "internal/questionnaire", "internal/questionnaire/localized", "internal/questionnaire/pia", "internal/questionnaire/source", "internal/report"),
	"internal/risk":         domain("internal/hazard", "internal/report"),
	"internal/rating":       domain("internal/report"),
	"internal/decisionrule": domain("internal/decision"),
	"internal/ballot":       domain("internal/bundle", "internal/decision", "internal/keys", "internal/openapi", "internal/post", "internal/recount"),

	// What is pure about the results of ballots, so that they can be counted again without a server.
	"internal/recount": {"internal/bundle", "internal/decision"},

	"internal/comment": domain("internal/campaign", "internal/report", "internal/textdiff"),
	"internal/party":   domain("internal/person"),
	"internal/privacy": domain("internal/bundle", "internal/openapi", "internal/post"),
	"internal/webhook": domain("internal/openapi", "internal/post"),
	"internal/filing":  domain("internal/bundle"),
	"internal/domains": domainsAnd("internal/access", "internal/act", "internal/actlog", "internal/clock", "internal/consultation", "internal/history", "internal/policy", "internal/store"),

	// What is pure about impact assessments: read by the domains of templates and assessments.
	"internal/questionnaire/...": {"internal/fault", "internal/optional", "internal/questionnaire/...", "schema/enum"},
	"internal/template":          domain("internal/intake", "internal/questionnaire", "internal/questionnaire/ciso", "internal/questionnaire/source", "internal/questionnaire/surveyjs"),
	"internal/file":              domain("internal/filetype", "internal/openapi", "internal/post"),
	"internal/reporting":         domain("internal/openapi", "internal/post", "internal/report"),
	"internal/importing":         domain("internal/intake", "internal/openapi", "internal/post", "internal/questionnaire/source"),

	// What reports are made of, and all formats of them: pure, so that they can be verified without a server.
	"internal/report": {"internal/csvtext", "schema/enum"},

	// What is pure about texts: what changed in them, and which say nearly the same.
	"internal/textdiff": {"internal/fault", "schema/enum"},
	"internal/words":    {},
	"internal/campaign": {"internal/words"},

	// What is pure about perceptions and journeys: measures of counts, which of them are shown, and readers of what others publish.
	"internal/measure":    {},
	"internal/disclosure": {"internal/measure"},
	"internal/csvscan":    {"internal/questionnaire/source"},
	"internal/survey":     {"internal/csvscan", "internal/disclosure", "internal/fault", "internal/measure", "internal/questionnaire/source"},
	"internal/xmlscan":    {"internal/questionnaire/source"},
	"internal/eventlog":   {"internal/csvscan", "internal/questionnaire/source", "internal/xmlscan"},
	"internal/cjml":       {"internal/questionnaire/source", "internal/xmlscan"},

	"internal/keys":   {},
	"internal/person": {"ent/db", "internal/fault", "internal/keys", "internal/store"},
	"internal/actlog": {"ent/db/...", "internal/act", "internal/bundle", "internal/clock", "internal/fault", "internal/keys", "internal/openapi", "internal/person", "internal/personal", "internal/policy", "internal/post", "internal/store", "internal/typeid", "schema/enum"},

	"internal/download":     {"internal/fault", "internal/policy", "internal/post", "internal/store", "schema/enum"},
	"internal/export":       {"ent/db", "internal/hiding", "internal/actlog", "internal/assessment", "internal/csvtext", "internal/download", "internal/fault", "internal/openapi", "internal/policy", "internal/questionnaire", "internal/store", "internal/typeid", "schema/enum"},
	"internal/register":     {"ent/db", "internal/actlog", "internal/assessment", "internal/csvtext", "internal/download", "internal/fault", "internal/openapi", "internal/party", "internal/policy", "internal/post", "internal/practice", "internal/store", "internal/typeid", "schema/enum"},
	"internal/answers":      {"internal/actlog", "internal/store"},
	"internal/feed":         {"ent/db", "internal/act", "internal/actlog", "internal/fair", "internal/fault", "internal/policy", "internal/store", "internal/typeid", "schema/enum"},
	"internal/fanout":       {"ent/db", "internal/actlog", "internal/clock", "internal/keys"},
	"internal/consultation": {"ent/db/...", "internal/act", "internal/actlog", "internal/clock", "internal/fault", "internal/intake", "internal/optional", "internal/policy", "internal/questionnaire/source", "internal/store", "internal/typeid"},
	"internal/demo":         domainsAnd("ent/db/...", "internal/act", "internal/actlog", "internal/clock", "internal/domains", "internal/intake", "internal/policy", "internal/questionnaire", "internal/store", "internal/typeid", "schema/enum"),

	"internal/randquery": {},

	"internal/policy": {"internal/fault", "internal/optional", "schema/enum"},
	"internal/store":  {"ent/db", "ent/migrations", "internal/fault", "schema/enum"},
	"internal/auth":   {"internal/clock", "internal/fault"},
	"internal/gql":    {"internal/fault"},
	"internal/server": {"internal/answers", "internal/clock", "internal/fair", "internal/fault", "internal/gql", "internal/openapi"},
	"internal/app":    {"graph", "internal/ballot", "graph/generated", "graph/lean", "internal/decision", "internal/domains", "internal/actlog", "internal/answers", "internal/auth", "internal/clock", "internal/console", "internal/demo", "internal/export", "internal/fanout", "internal/fault", "internal/file", "internal/gql", "internal/importing", "internal/keys", "internal/openapi", "internal/party", "internal/policy", "internal/post", "internal/privacy", "internal/questionnaire", "internal/register", "internal/report", "internal/reporting", "internal/server", "internal/store", "internal/typeid", "internal/webhook", "internal/worker", "schema", "schema/enum"},

	"internal/csvtext":            {},
	"internal/openapi":            {},
	"internal/fair":               {},
	"internal/filetype":           {},
	"internal/fault":              {"internal/optional", "schema/enum"},
	"internal/optional":           {},
	"internal/clock":              {},
	"internal/typeid":             {},
	"internal/config":             {},
	"internal/worker":             {},
	"internal/spool":              {},
	"internal/console":            {"internal/post"},
	"internal/fanout/natstest":    {},
	"internal/gql/gqltest":        {"internal/fault", "internal/gql"},
	"internal/testdb":             {"ent/migrations", "internal/keys", "internal/store"},
	"internal/testdb/cluster":     {},
	"internal/testdb/wire":        {},
	"internal/testdb/cluster/run": {"internal/testdb/cluster"},
	"internal/noun/...":           {},
	"internal/arch":               {},
	"internal/story":              {},
	"internal/faults":             {},

	// Examples use the server only through its API.
	"examples/mirror":           {"examples/mirror/generated"},
	"examples/mirror/generated": {},
}

func domain(others ...string) []string {
	return append([]string{
		"ent/db/...", "internal/access", "internal/act", "internal/actlog", "internal/clock", "internal/content", "internal/fault", "internal/optional",
		"internal/history", "internal/link", "internal/personal", "internal/policy", "internal/store", "internal/typeid", "internal/worker", "schema/enum",
	}, others...)
}

// domainsAnd stands for the packages that internal/domains wires, beside others.
func domainsAnd(others ...string) []string { return append([]string{wired}, others...) }

const wired = "(domains)"

// domainPackages are the packages with rules or a service that internal/domains imports.
func domainPackages(all []pkg) map[string]bool {
	found := map[string]bool{}
	for _, p := range all {
		if p.ImportPath != module+"internal/domains" {
			continue
		}
		for _, i := range p.Imports {
			path := strings.TrimPrefix(i, module)
			if slices.ContainsFunc(all, func(q pkg) bool { return q.ImportPath == i && slices.Contains(q.GoFiles, "service.go") }) {
				found[path] = true
			}
		}
	}
	return found
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
	all := packages(t)
	isDomain := domainPackages(all)
	if len(isDomain) < 8 {
		t.Fatalf("found %d domains, want at least 8: does internal/domains wire them?", len(isDomain))
	}
	for _, p := range all {
		path := strings.TrimPrefix(p.ImportPath, module)
		row, ok := rowOf(path)
		if !ok && isDomain[path] {
			row, ok = domain(), true
		}
		if !ok {
			t.Errorf("%s has no row in the table of imports, and internal/domains does not wire it: say what it may import", path)
			continue
		}
		for _, i := range p.Imports {
			ours, ok := strings.CutPrefix(i, module)
			if !ok || slices.Contains(row, wired) && isDomain[ours] {
				continue
			}
			if !slices.ContainsFunc(row, func(pattern string) bool { return matches(pattern, ours) }) {
				t.Errorf("%s imports %s, which its row does not allow", path, ours)
			}
		}
	}
}

// A change low in a long chain of imports builds and tests everything above it again.
func TestChainsOfImportsAreShort(t *testing.T) {
	const most = 9
	imports := map[string][]string{}
	for _, p := range packages(t) {
		imports[p.ImportPath] = p.Imports
	}
	longest := map[string][]string{}
	var chain func(path string) []string
	chain = func(path string) []string {
		if known, ok := longest[path]; ok {
			return known
		}
		best := []string{strings.TrimPrefix(path, module)}
		for _, i := range imports[path] {
			if _, ours := imports[i]; !ours {
				continue
			}
			if c := chain(i); len(c)+1 > len(best) {
				best = append([]string{strings.TrimPrefix(path, module)}, c...)
			}
		}
		longest[path] = best
		return best
	}
	for path := range imports {
		if c := chain(path); len(c)-1 > most {
			t.Errorf("a chain of imports is %d long, want at most %d: %s", len(c)-1, most, strings.Join(c, " > "))
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
			if i == "context" || i == "database/sql" || strings.Contains(i, ".") && !slices.Contains([]string{module + "internal/content", module + "internal/fault", module + "internal/optional", module + "internal/sponsorship", module + "schema/enum"}, i) {
				t.Errorf("%s/rules.go imports %s", path, i)
			}
		}
	}
	if found < 6 {
		t.Errorf("found rules in %d packages, want at least 6", found)
	}
}
