package decision

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// SchemaURL is where the JSON Schema of documents is, on every server.
const SchemaURL = "/schemas/decision-rule-1.json"

//go:embed decision-rule-1.json
var schema []byte

// Schema is the JSON Schema (2020-12) of documents. What it refuses, Parse refuses; Parse refuses more.
func Schema() []byte { return schema }

//go:embed presets/*.json
var presets embed.FS

// Presets are the rules that come with the product, in the order of their keys. They are read once.
func Presets() ([]*Rule, error) { return readPresets() }

var readPresets = sync.OnceValues(func() ([]*Rule, error) {
	names, err := fs.Glob(presets, "presets/*.json")
	if err != nil {
		return nil, fmt.Errorf("list the presets: %w", err)
	}
	all := make([]*Rule, len(names))
	for i, name := range names {
		text, err := presets.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a preset: %w", err)
		}
		rule, faults := Parse(text)
		if len(faults) > 0 {
			return nil, fmt.Errorf("the preset %s: %w", name, faults[0])
		}
		all[i] = rule
	}
	slices.SortFunc(all, func(a, b *Rule) int { return strings.Compare(a.doc.Key, b.doc.Key) })
	return all, nil
})

// reserved are the first parts of keys that belong to presets.
var reserved = []string{"plenary", "fsc", "iso", "icann"}

// Reserved tells whether a key belongs to presets, which nobody changes.
func Reserved(key string) bool {
	first, _, _ := strings.Cut(key, ".")
	return slices.Contains(reserved, first)
}
