// Package schema is the public contract: the SDL, written by hand but for what gen.go derives. Nothing of storage shows in it.
package schema

//go:generate go run gen.go

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

//go:embed *.graphqls derived/*.graphqls
var files embed.FS

// Text is the whole SDL: the root first, then the domains by name, then what is derived. Extensions stand in the types that they
// extend, because tools take "extend type Query" for fields of the client's own.
var Text = sync.OnceValue(func() string {
	doc, err := parser.ParseSchemas(sources()...)
	if err != nil {
		panic(err) // the tests have read it
	}
	for _, more := range doc.Extensions {
		merge(doc.Definitions.ForName(more.Name), more)
	}
	doc.Extensions = nil
	withoutSizes(doc)
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchemaDocument(doc)
	return tidied(b.String())
})

// sizes is the directive with which the server prices lists. Introspection cannot tell where a directive stands, so that the SDL would
// say more than introspection; what it means for clients is in the descriptions.
const sizes = "listSize"

func withoutSizes(doc *ast.SchemaDocument) {
	for _, def := range doc.Definitions {
		for _, f := range def.Fields {
			f.Directives = slices.DeleteFunc(f.Directives, func(d *ast.Directive) bool { return d.Name == sizes })
		}
	}
	doc.Directives = slices.DeleteFunc(doc.Directives, func(d *ast.DirectiveDefinition) bool { return d.Name == sizes })
}

// tidied writes descriptions of one line in quotes, and puts an empty line before each definition, which begins with its
// description in the first column.
func tidied(text string) string {
	var b strings.Builder
	var block []string // the lines of a description that has not ended; nil outside
	for line := range strings.Lines(text) {
		quotes := strings.TrimSpace(line) == `"""`
		switch {
		case block == nil && quotes:
			block = []string{line}
			if strings.HasPrefix(line, `"`) && b.Len() > 0 {
				b.WriteByte('\n')
			}
		case block == nil:
			b.WriteString(line)
		case !quotes:
			block = append(block, line)
		case len(block) == 2 && !strings.ContainsAny(block[1], `"\`):
			indent, _, _ := strings.Cut(line, `"`)
			b.WriteString(indent + `"` + strings.TrimSpace(block[1]) + "\"\n")
			block = nil
		default:
			b.WriteString(strings.Join(block, "") + line)
			block = nil
		}
	}
	return b.String()
}

func merge(into, more *ast.Definition) {
	into.Fields = append(into.Fields, more.Fields...)
	into.Types = append(into.Types, more.Types...)
	into.Interfaces = append(into.Interfaces, more.Interfaces...)
	into.EnumValues = append(into.EnumValues, more.EnumValues...)
	into.Directives = append(into.Directives, more.Directives...)
}

// sources are the files in their order.
func sources() []*ast.Source {
	names := []string{"root.graphqls"}
	for _, pattern := range []string{"*.graphqls", "derived/*.graphqls"} {
		found, err := fs.Glob(files, pattern)
		if err != nil {
			panic(err) // the pattern is a constant
		}
		names = append(names, slices.DeleteFunc(found, func(name string) bool { return name == names[0] })...)
	}
	all := make([]*ast.Source, len(names))
	for i, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		all[i] = &ast.Source{Name: name, Input: string(text)}
	}
	return all
}
