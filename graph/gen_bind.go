//go:build ignore

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	module  = "github.com/plenary-dialogue/plenary/"
	rows    = module + "ent/db."
	enums   = module + "schema/enum."
	payload = module + "graph/view.Payload"
	node    = module + "graph/view.Node"
	event   = module + "internal/feed.Event"
)

// bind adds to gqlgen.yml what follows from names: an enum is its type of schema/enum; a connection and its edge are pages of
// their node, under the names that a domain gives them; a payload, an event and a union have one form; a type with an id is the
// row of ent's of the same name. A type that is left without a Go type is an error here: gqlgen would invent one. bind gives the
// path of a configuration that holds these rows as well: gqlgen loads what it names together.
func bind(path string) (full string, err error) {
	cfg, err := config.LoadConfig(path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	var sources []*ast.Source
	for _, name := range cfg.SchemaFilename {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		return "", err
	}
	aliases, err := pageAliases()
	if err != nil {
		return "", err
	}
	b := &binding{cfg: cfg, schema: schema, aliases: aliases}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		if def := schema.Types[name]; !def.BuiltIn && !strings.HasPrefix(name, "__") && !cfg.Models.Exists(name) {
			b.bind(def)
		}
	}
	if len(b.unbound) > 0 {
		return "", fmt.Errorf("no Go type is known for %s: name the ent entity of a type with an id alike, or add a row to gqlgen.yml", strings.Join(b.unbound, ", "))
	}
	return b.config(path)
}

// config writes the rows of a configuration with those that follow; models are its last section.
func (b *binding) config(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	full, err := os.CreateTemp("", "gqlgen-*.yml")
	if err != nil {
		return "", err
	}
	defer full.Close()
	_, err = full.WriteString(string(text) + strings.Join(b.rows, ""))
	return full.Name(), err
}

// add binds a type, whose id, if it has one, is its GlobalID.
func (b *binding) add(name, goType string, id bool) {
	row := fmt.Sprintf("  %s: { model: %s }\n", name, goType)
	if id {
		row = fmt.Sprintf("  %s: { model: %s, fields: { id: { fieldName: GlobalID } } }\n", name, goType)
	}
	b.rows = append(b.rows, row)
	b.cfg.Models.Add(name, goType)
}

type binding struct {
	cfg     *config.Config
	schema  *ast.Schema
	aliases map[string]string // of pages and edges, by what they are of
	rows    []string          // of the configuration
	unbound []string
}

func (b *binding) bind(def *ast.Definition) {
	of := func(suffix string) (string, bool) { return strings.CutSuffix(def.Name, suffix) }
	switch def.Kind {
	case ast.Enum:
		b.add(def.Name, enums+def.Name, false)
		return
	case ast.Union:
		b.add(def.Name, node, false)
		return
	case ast.InputObject:
		return
	}
	if def == b.schema.Query || def == b.schema.Mutation || def == b.schema.Subscription {
		return
	}
	if noun, ok := of("Connection"); ok && def.Fields.ForName("nodes") != nil {
		b.page(def.Name, "Page", noun)
		return
	}
	if noun, ok := of("Edge"); ok && def.Fields.ForName("node") != nil {
		b.page(def.Name, "Edge", noun)
		return
	}
	if _, ok := of("Payload"); ok {
		b.add(def.Name, payload, false)
		return
	}
	if _, ok := of("Event"); ok {
		b.add(def.Name, event, false)
		return
	}
	if _, err := os.Stat(filepath.Join("ent", "db", strings.ToLower(def.Name)+".go")); err == nil && def.Fields.ForName("id") != nil {
		b.add(def.Name, rows+def.Name, true)
		return
	}
	b.unbound = append(b.unbound, def.Name)
}

// page binds a connection or an edge to the name that a domain gives it.
func (b *binding) page(name, form, noun string) {
	def := b.schema.Types[noun]
	if def != nil && !b.cfg.Models.Exists(noun) {
		b.bind(def)
	}
	if def == nil || !b.cfg.Models.Exists(noun) {
		b.unbound = append(b.unbound, name)
		return
	}
	of := filepath.Base(b.cfg.Models[noun].Model[0]) // as db.Proposal
	if alias, ok := b.aliases[form+" "+of]; ok {
		b.add(name, alias, false)
		return
	}
	b.unbound = append(b.unbound, fmt.Sprintf("%s (its domain names no store.%s of %s)", name, form, of))
}

var aliasLine = regexp.MustCompile(`(?m)^\s*(?:type )?(\w+)\s*= store\.(Page|Edge)\[\*?([\w.]+)\]`)

// pageAliases finds the names that domains give to pages and edges.
func pageAliases() (map[string]string, error) {
	files, err := filepath.Glob("internal/*/*.go")
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		folder := filepath.Dir(name)
		for _, m := range aliasLine.FindAllStringSubmatch(string(text), -1) {
			of := m[3]
			if !strings.Contains(of, ".") {
				of = filepath.Base(folder) + "." + of
			}
			found[m[2]+" "+of] = module + folder + "." + m[1]
		}
	}
	return found, nil
}
