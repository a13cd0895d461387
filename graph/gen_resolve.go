//go:build ignore

package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
)

// resolve writes the resolvers. They have one form each for fields, mutations and subscriptions, and none of them thinks: what
// a field is comes from the nouns that package graph declares.
type resolve struct{}

// Name is gqlgen's name for the plugin.
func (resolve) Name() string { return "resolve" }

// GenerateCode writes graph/generated/resolvers.generated.go.
func (resolve) GenerateCode(data *codegen.Data) error {
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        filepath.Join(data.Config.Exec.Dir(), "resolvers.generated.go"),
		Template:        resolveTemplate,
		Data:            data,
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
		Funcs:           map[string]any{"body": resolverBody, "method": func(o *codegen.Object) string { return strings.ToUpper(o.Name[:1]) + o.Name[1:] }},
	})
}

const resolveTemplate = `
{{ reserveImport "context" }}
{{ reserveImport "github.com/99designs/gqlgen/graphql" }}
{{ reserveImport "fmt" }}
{{ reserveImport "sync" }}
{{ reserveImport "github.com/vektah/gqlparser/v2/ast" }}
{{ reserveImport "github.com/plenary-dialogue/plenary/graph/lean" }}
{{ reserveImport "github.com/plenary-dialogue/plenary/graph/view" }}
{{ reserveImport "github.com/plenary-dialogue/plenary/internal/feed" }}
{{ reserveImport "github.com/plenary-dialogue/plenary/schema" }}

// Hand is what the resolvers are made of: package graph.
type Hand interface {
	// Take gives the value of the field that is being resolved, of a parent; nil for a root field.
	Take(ctx context.Context, parent any) (any, error)
	// Mutate runs a mutation.
	Mutate(ctx context.Context, mutation string, input any) (*view.Payload, error)
	// Follow opens a subscription.
	Follow(ctx context.Context, subscription string, args map[string]any) (<-chan *feed.Event, error)
}

// NewSchema gives the schema that a hand resolves, and what graph/lean renders from.
func NewSchema(h Hand) (graphql.ExecutableSchema, lean.Tables) {
	return NewExecutableSchema(Config{Schema: served(), Resolvers: resolvers{h}}), Lean()
}

var served = sync.OnceValue(func() *ast.Schema { return schema.Served(parsedSchema) })

type resolvers struct{ Hand }

func taken[T any](v any, err error) (T, error) {
	t, ok := v.(T)
	if err == nil && v != nil && !ok {
		err = fmt.Errorf("a field was read as %T, and the schema wants %T", v, t)
	}
	return t, err
}


{{- range $object := .Objects }}{{ if $object.HasResolvers }}
	func (r resolvers) {{ method $object }}() {{ method $object }}Resolver { return {{ lcFirst $object.Name }}Resolvers{r.Hand} }

	type {{ lcFirst $object.Name }}Resolvers struct{ Hand }
	{{ range $field := $object.Fields }}{{ if $field.IsResolver }}
		func (r {{ lcFirst $object.Name }}Resolvers) {{ $field.GoFieldName }}{{ $field.ShortResolverDeclaration }} {
			{{ body $object $field }}
		}
	{{ end }}{{ end }}
{{ end }}{{ end }}
`

func resolverBody(o *codegen.Object, f *codegen.Field) string {
	switch {
	case o.Name == "Mutation":
		return fmt.Sprintf("return r.Mutate(ctx, %q, %s)", f.Name, f.Args[0].VarName)
	case o.Name == "Subscription":
		args := make([]string, len(f.Args))
		for i, a := range f.Args {
			args[i] = fmt.Sprintf("%q: %s", a.Name, a.VarName)
		}
		return fmt.Sprintf("return r.Follow(ctx, %q, map[string]any{%s})", f.Name, strings.Join(args, ", "))
	case o.Root:
		return fmt.Sprintf("return taken[%s](r.Take(ctx, nil))", goType(f.TypeReference.GO))
	}
	return fmt.Sprintf("return taken[%s](r.Take(ctx, obj))", goType(f.TypeReference.GO))
}
