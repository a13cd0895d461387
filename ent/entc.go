//go:build ignore

// Command entc writes ent/db from ent/schema. Features are turned on one by one, each for a reason.
package main

import (
	"log"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	err := entc.Generate("./schema", &gen.Config{
		Target:  "./db",
		Package: "github.com/plenary-dialogue/plenary/ent/db",
		Features: []gen.Feature{
			gen.FeatureVersionedMigration, // migrations are files that a person has read
			gen.FeatureExecQuery,          // the log and the tally write in sets, in the same transaction
			gen.FeatureLock,               // a row that a rule looks at stays as it was looked at
		},
	}, entc.TemplateDir("./templates"))
	if err != nil {
		log.Fatalf("generate ent/db: %v", err)
	}
}
