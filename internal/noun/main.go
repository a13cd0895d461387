// Command noun writes the frame of a new noun in every layer and adds it to the lists that name each noun:
//
//	make noun NAME=lantern
//
// What it writes is a start that works: a party drafts something, adopts it, and everyone sees it. It overwrites nothing.
package main

import (
	"bytes"
	"embed"
	"flag"
	"fmt"
	"go/format"
	"go/token"
	"log"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed frame
var frame embed.FS

func main() {
	log.SetFlags(0)
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("say which noun: make noun NAME=lantern")
	}
	n, err := wordsOf(flag.Arg(0))
	if err == nil {
		err = write(".", n)
	}
	if err != nil {
		log.Fatalf("nothing was written: %v", err)
	}
	fmt.Print(steps(n))
}

// noun is the name of a noun as files, types and sentences need it.
type noun struct {
	Name, Plural string // lantern, lanterns: package, files, fields and table
	Type, Types  string // Lantern, Lanterns
	A, AUpper    string // a lantern, A lantern
	Upper        string // LANTERN
}

// wordsOf checks a name.
func wordsOf(name string) (noun, error) {
	switch {
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" || len(name) < 3 || len(name) > 30:
		return noun{}, fmt.Errorf("a noun has 3 to 30 lower-case letters and nothing else, such as lantern; %q does not", name)
	case token.IsKeyword(name) || taken[name]:
		return noun{}, fmt.Errorf("%q already means something in Go or GraphQL: use another word", name)
	}
	n := noun{Name: name, Plural: name + "s", A: "a " + name}
	switch stem, y := strings.CutSuffix(name, "y"); {
	case y && !strings.ContainsAny(stem[len(stem)-1:], "aeiou"):
		n.Plural = stem + "ies"
	case strings.HasSuffix(name, "s") || strings.HasSuffix(name, "x") || strings.HasSuffix(name, "ch") || strings.HasSuffix(name, "sh"):
		n.Plural = name + "es"
	}
	if strings.ContainsAny(name[:1], "aeiou") {
		n.A = "an " + name
	}
	title := func(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
	n.Type, n.Types, n.AUpper, n.Upper = title(n.Name), title(n.Plural), title(n.A), strings.ToUpper(n.Name)
	return n, nil
}

// taken are names that files of the frame use for something else.
var taken = map[string]bool{
	"access": true, "act": true, "any": true, "clock": true, "context": true, "edge": true, "edges": true, "enum": true, "error": true, "field": true,
	"filter": true, "graph": true, "graphql": true, "int": true, "index": true, "internal": true, "main": true, "model": true, "mutation": true, "mutations": true,
	"node": true, "page": true, "party": true, "person": true, "personal": true, "policy": true, "query": true, "schema": true, "store": true, "string": true,
	"subscription": true, "time": true, "uuid": true,
}

// files of the frame, and where they go.
func files(n noun) map[string]string {
	return map[string]string{
		"schema.graphqls": filepath.Join("schema", n.Name+".graphqls"),
		"ent.go":          filepath.Join("ent", "schema", n.Name+".go"),
		"rules.go":        filepath.Join("internal", n.Name, "rules.go"),
		"service.go":      filepath.Join("internal", n.Name, "service.go"),
		"read.go":         filepath.Join("internal", n.Name, "read.go"),
		"graph.go":        filepath.Join("graph", n.Name+".go"),
		"story.txtar":     filepath.Join("internal", "story", "testdata", n.Name+".txtar"),
	}
}

// place is where lines are added to a list: before the first line that begins with before, after the line after.
type place struct{ file, after, before, lines string }

func places(n noun) []place {
	fill := strings.NewReplacer("lanterns", n.Plural, "Lanterns", n.Types, "lantern", n.Name, "Lantern", n.Type).Replace
	domains, table := filepath.Join("internal", "domains", "domains.go"), filepath.Join("internal", "policy", "table.go")
	return []place{
		{domains, "import (", ")", fill("\t\"github.com/plenary-dialogue/plenary/internal/lantern\"\n")},
		{domains, "type Domains struct {", "\tWebhooks ", fill("\tLanterns *lantern.Service\n")},
		{domains, "func New(", "\td.Webhooks = ", fill("\td.Lanterns = lantern.New(s, l, c)\n")},
		{filepath.Join("graph", "noun.go"), "var declared = []noun{", "}", fill("\tlanternNoun,\n")},
		{table, "// The resources.", ")", fill("\tLantern Resource = \"lantern\"\n")},
		{table, "// The actions; reading is one of them.", ")", fill(`	ReadLantern Action = "lantern.read"
	DraftLantern Action = "lantern.draft"
	AdoptLantern Action = "lantern.adopt"
`)},
		{table, "var table = []Rule{", "}", fill(`
	on(ReadLantern, nil, in(enum.LanternStateAdopted), none, none, charter),
	on(ReadLantern, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadLantern, oversight, nil, none, none, auditing),
	making(DraftLantern, []Role{Firm, Regulator, NGO, Academic}, These(ActiveParty), taking), // customers, too, once Personal erases their words
	on(AdoptLantern, []Role{Firm, Regulator, NGO, Academic}, in(enum.LanternStateDraft), These(Own, ActiveParty), none, ownWork),
`)},
	}
}

// write writes the frame below a folder, or nothing.
func write(folder string, n noun) error {
	texts := map[string][]byte{}
	for name, file := range files(n) {
		for _, at := range []string{file, filepath.Dir(file)} {
			if _, err := os.Stat(filepath.Join(folder, at)); err == nil && (at == file || filepath.Base(at) == n.Name) {
				return fmt.Errorf("%s already exists: is there %s already?", at, n.A)
			}
		}
		text, err := framed(name, n)
		if err != nil {
			return err
		}
		texts[file] = text
	}
	for _, p := range places(n) {
		text, ok := texts[p.file]
		if !ok {
			var err error
			if text, err = os.ReadFile(filepath.Join(folder, p.file)); err != nil {
				return fmt.Errorf("run this at the top of the checkout: %w", err)
			}
		}
		text, err := insert(text, p)
		if err != nil {
			return err
		}
		texts[p.file] = text
	}
	for file, text := range texts {
		if filepath.Ext(file) == ".go" {
			var err error
			if text, err = format.Source(text); err != nil {
				return fmt.Errorf("format %s: %w", file, err)
			}
		}
		full := filepath.Join(folder, file)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(full, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// framed fills a file of the frame.
func framed(name string, n noun) ([]byte, error) {
	t, err := template.New(name+".tmpl").Delims("<<", ">>").ParseFS(frame, "frame/"+name+".tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, n)
	return b.Bytes(), err
}

// insert adds lines to a list.
func insert(text []byte, p place) ([]byte, error) {
	begin := bytes.Index(text, []byte("\n"+p.after))
	if begin < 0 {
		return nil, fmt.Errorf("%s has no line that begins with %q, after which the lines of a noun go: add them by hand", p.file, p.after)
	}
	rest := begin + 1 + len(p.after)
	end := bytes.Index(text[rest:], []byte("\n"+p.before))
	if end < 0 {
		return nil, fmt.Errorf("%s has no line that begins with %q after %q: add the lines of a noun by hand", p.file, p.before, p.after)
	}
	at := rest + end + 1
	return bytes.Join([][]byte{text[:at], []byte(p.lines), text[at:]}, nil), nil
}

// steps says what is written and what comes next.
func steps(n noun) string {
	return strings.NewReplacer("Lantern", n.Type, "a lantern", n.A, "lantern", n.Name).Replace(`The frame of a lantern is written. It works as it is; change it to what a lantern is:

  schema/lantern.graphqls                what clients see
  ent/schema/lantern.go                  what is stored
  internal/lantern/rules.go              states, invariants and pure rules
  internal/lantern/service.go            use cases, acts, personal data
  internal/lantern/read.go               reads, with the facts that the policy needs
  graph/lantern.go                       how fields are read, and which use cases mutations run
  internal/story/testdata/lantern.txtar  what must happen, step by step

It is listed in three places: the service in internal/domains/domains.go, the noun in declared of graph/noun.go, and
actions and rules in internal/policy/table.go. Then:

  make generate
  make migration NAME=add_lantern                      read the SQL
  go test ./internal/policy ./internal/arch -update    review the diff of the two golden files
  make test

A change of the rules also raises Version in internal/policy/policy.go.
`)
}
