//go:build ignore

// Command gen writes schema/enum from the SDL: the words of each enum as typed constants.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/schema"
)

func main() {
	if err := generate(); err != nil {
		log.Fatalf("generate schema/enum: %v", err)
	}
}

func generate() error {
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema", Input: schema.Text()})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("// Code generated from the SDL by schema/gen.go. DO NOT EDIT.\n\n")
	b.WriteString("// Package enum holds the words of the SDL's enums as typed constants. It has no code.\npackage enum\n")
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		def := s.Types[name]
		if def.Kind != ast.Enum || def.BuiltIn || strings.HasPrefix(name, "__") {
			continue
		}
		fmt.Fprintf(&b, "\n// %s: %s\ntype %s string\n\n// The values of %s.\nconst (\n", name, oneLine(def.Description), name, name)
		for _, v := range def.EnumValues {
			fmt.Fprintf(&b, "\t%s%s %s = %q\n", name, goName(v.Name), name, v.Name)
		}
		b.WriteString(")\n")
	}
	text, err := format.Source(b.Bytes())
	if err != nil {
		return err
	}
	if err := os.MkdirAll("enum", 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("enum", "enum.go"), text, 0o600)
}

// goName writes IN_REVIEW as InReview.
func goName(word string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.ToLower(word), "_") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
