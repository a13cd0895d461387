//go:build ignore

// Command entc writes ent/db from ent/schema. Features are turned on one by one, each for a reason; templates replace those
// of ent that write much more than is used. See docs/generated-code.md.
package main

import (
	"log"
	"slices"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	// What ./templates replaces needs no files of these kinds.
	gen.Templates = slices.DeleteFunc(gen.Templates, func(t gen.TypeTemplate) bool { return slices.Contains([]string{"query", "delete"}, t.Name) })
	gen.GraphTemplates = slices.DeleteFunc(gen.GraphTemplates, func(t gen.GraphTemplate) bool {
		return slices.Contains([]string{"mutation", "hook", "enttest", "runtime/pkg", "predicate"}, t.Name)
	})
	err := entc.Generate("./schema", &gen.Config{
		Target:  "./db",
		Package: "github.com/plenary-dialogue/plenary/ent/db",
		Features: []gen.Feature{
			gen.FeatureVersionedMigration, // migrations are files that a person has read
			gen.FeatureExecQuery,          // the log and the tally write in sets, in the same transaction
		},
	}, entc.TemplateDir("./templates"))
	if err != nil {
		log.Fatalf("generate ent/db: %v", err)
	}
}
