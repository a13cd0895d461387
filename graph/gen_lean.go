//go:build ignore

package main

import (
	"fmt"
	"go/types"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// lean writes what graph/lean renders from: for each field of each object how its value is had and how it is written. It
// reads the same data as gqlgen's own templates, so a field means the same to both.
type lean struct{}

// Name is gqlgen's name for the plugin.
func (lean) Name() string { return "lean" }

// GenerateCode writes graph/generated/lean.generated.go.
func (lean) GenerateCode(data *codegen.Data) error {
	var tables leanTables
	reached := map[string]bool{}
	for _, root := range []*ast.Definition{data.Schema.Query, data.Schema.Mutation, data.Schema.Subscription} {
		reach(data, root, reached)
	}
	for _, o := range data.Objects {
		if reached[o.Name] && o.Name != "Mutation" && o.Name != "Subscription" { // these are begun by gqlgen
			tables.Objects = append(tables.Objects, o)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(data.Interfaces)) {
		if strings.HasPrefix(name, "__") {
			continue
		}
		tables.Interfaces = append(tables.Interfaces, data.Interfaces[name])
	}
	middleware := len(data.AllDirectives.LocationDirectives("FIELD")) > 0
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        filepath.Join(data.Config.Exec.Dir(), "lean.generated.go"),
		Template:        leanTemplate,
		Data:            tables,
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
		Funcs:           map[string]any{"accessor": func(f *codegen.Field) (string, error) { return accessor(f, middleware) }, "possible": possible, "which": which},
	})
}

// reach marks the types that an operation may lead to.
func reach(data *codegen.Data, def *ast.Definition, reached map[string]bool) {
	if reached[def.Name] || !def.IsCompositeType() || strings.HasPrefix(def.Name, "__") {
		return
	}
	reached[def.Name] = true
	for _, f := range def.Fields {
		reach(data, data.Schema.Types[f.Type.Name()], reached)
	}
	for _, possible := range data.Schema.GetPossibleTypes(def) {
		reach(data, possible, reached)
	}
}

type leanTables struct {
	Objects    []*codegen.Object
	Interfaces []*codegen.Interface
}

const leanTemplate = `
{{ reserveImport "context" }}
{{ reserveImport "github.com/99designs/gqlgen/graphql" }}
{{ reserveImport "github.com/plenary-dialogue/plenary/graph/lean" }}

// Lean is what graph/lean renders the schema's objects from.
func Lean() lean.Tables { return lean.Tables{Objects: leanObjects(), Abstract: leanAbstract} }

// leanContext reads arguments as gqlgen does.
func leanContext(op *graphql.OperationContext) *executionContext { return newExecutionContext(op, nil, nil) }

func leanObjects() []lean.Object {
	return []lean.Object{
	{{- range .Objects }}
		{Name: {{ .Name | quote }}, Fields: []lean.Field{
		{{- range .Fields }}{{ if not .IsReserved }}
			{{ accessor . }},
		{{- end }}{{ end }}
		}},
	{{- end }}
	}
}

var leanAbstract = []lean.Abstract{
{{- range .Interfaces }}
	{Name: {{ .Name | quote }}, Possible: []string{ {{- range possible . }}{{ .Name | quote }}, {{ end -}} }, Which: func(v any) int {
		{{ which . }}
	}},
{{- end }}
}
`

// possible are the objects behind an interface or a union. Values are pointers: where gqlgen lists a type both as a value and
// as a pointer, because it embeds what makes it an implementor, the value is left out. So are interfaces, which add nothing.
func possible(i *codegen.Interface) []codegen.InterfaceImplementor {
	return slices.DeleteFunc(slices.Clone(i.Implementors), func(one codegen.InterfaceImplementor) bool {
		return one.TakeRef || one.Kind != ast.Object
	})
}

// which writes how the type of a value behind an interface or a union is found.
func which(i *codegen.Interface) string {
	var b strings.Builder
	b.WriteString("switch v := v.(type) {\ncase nil:\nreturn lean.Nothing\n")
	for n, one := range possible(i) {
		fmt.Fprintf(&b, "case %s:\nif v == nil { return lean.Nothing }\nreturn %d\n", goType(one.Type), n)
	}
	b.WriteString("}\nreturn lean.Unknown")
	return b.String()
}

// accessor writes the row of a field. A field that none of the forms fits is a row without any, and falls to gqlgen.
func accessor(f *codegen.Field, middleware bool) (string, error) {
	ref := f.TypeReference
	row := fmt.Sprintf("{Name: %q, Type: %q, NonNull: %t", f.Name, ref.Definition.Name, ref.GQL.NonNull)
	if types.IsInterface(ref.GO) {
		row += ", Interface: true"
	}
	if ref.GQL.Elem != nil {
		row += fmt.Sprintf(", List: true, ElemNonNull: %t", ref.GQL.Elem.NonNull)
	}
	if len(f.Args) > 0 {
		row += fmt.Sprintf(`,
			Args: func(ctx context.Context, op *graphql.OperationContext, raw map[string]any) error {
				_, err := leanContext(op).%s(ctx, raw)
				return err
			},
			Context: func(ctx context.Context, op *graphql.OperationContext, field graphql.CollectedField) (*graphql.FieldContext, error) {
				return leanContext(op).%s(ctx, field)
			}`, f.ArgsFunc(), f.FieldContextFunc())
	}
	forms, ok := leanForms(f)
	if !ok || middleware || f.HasDirectives() || f.IsBatch() || f.IsMap() || f.HasHaser || f.VOkFunc {
		return row + "}", nil
	}
	return row + forms + "}", nil
}

// leanForms writes how the value is had and written; false where no form is known.
func leanForms(f *codegen.Field) (string, bool) {
	ref := f.TypeReference
	value, fails := "o."+f.GoFieldName, false
	if f.IsMethod() && !f.IsResolver {
		value, fails = value+"("+f.CallArgs()+")", !f.NoErr
	}
	obj := "_ any"
	self := ""
	if !f.Object.Root {
		obj, self = "obj any", "o := obj.("+goType(f.Object.Reference())+")\n"
	}
	var forms string
	leaf := ref.Definition.Kind == ast.Scalar || ref.Definition.Kind == ast.Enum
	if leaf {
		write, ok := leafCode(ref)
		if !ok {
			return "", false
		}
		if f.IsResolver {
			forms += fmt.Sprintf(", Write: func(b []byte, value any) ([]byte, bool) {\nv := value.(%s)\n%s}", goType(ref.GO), write)
		}
		switch {
		case f.IsResolver: // package graph has its value
		case fails:
			forms += fmt.Sprintf(", Call: func(ctx context.Context, b []byte, %s) ([]byte, bool, error) {\n%sv, err := %s\nif err != nil { return b, false, err }\nb, some := func() ([]byte, bool) {%s}()\nreturn b, some, nil\n}", obj, self, value, write)
		default:
			if c := column(f); c != "" {
				forms += fmt.Sprintf(", Column: %q", c)
			}
			forms += fmt.Sprintf(", Leaf: func(b []byte, %s) ([]byte, bool) {\n%sv := %s\n%s}", obj, self, value, write)
		}
		return forms, true
	}
	if ref.GQL.Elem != nil {
		elems, ok := elemsCode(ref)
		if !ok {
			return "", false
		}
		forms += elems
	} else if !config.IsNilable(ref.GO) {
		return "", false
	}
	some := "lean.Some" // makes a plain nil of a nil pointer or slice
	switch ref.GO.Underlying().(type) {
	case *types.Interface:
		some = ""
	case *types.Slice:
		some = "lean.SomeOf"
	}
	switch {
	case f.IsResolver: // package graph has its value
	case fails:
		forms += fmt.Sprintf(", Resolve: func(ctx context.Context, %s) (any, error) {\n%sv, err := %s\nreturn %s(v), err\n}", obj, self, value, some)
	default:
		forms += fmt.Sprintf(", Get: func(%s) any {\n%sreturn %s(%s)\n}", obj, self, some, value)
	}
	return forms, true
}

// column is the column behind a field that is one of a row's, as ent names it.
func column(f *codegen.Field) string {
	if !f.IsVariable() {
		return ""
	}
	_, path, _ := types.LookupFieldOrMethod(f.Object.Type, true, nil, f.GoFieldName)
	t, tag := f.Object.Type, ""
	for _, i := range path {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok {
			return ""
		}
		tag, t = s.Tag(i), s.Field(i).Type()
	}
	name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
	return name
}

// elemsCode writes how the elements of a list are had.
func elemsCode(ref *config.TypeReference) (string, bool) {
	elem := ref.Elem()
	if !ref.IsSlice() || elem.GQL.Elem != nil || !config.IsNilable(elem.GO) {
		return "", false
	}
	each := "lean.Values"
	if !types.IsInterface(elem.GO) {
		each = "lean.Pointers"
	}
	return fmt.Sprintf(", Elems: func(list any, to []any) []any { return %s(list.(%s), to) }", each, goType(ref.GO)), true
}

// writers are the functions of graph/lean that write what a marshaler writes, by the marshaler's full name. What is not
// here is written by the marshaler itself.
var writers = map[string]string{
	"github.com/99designs/gqlgen/graphql.MarshalString":                     "return lean.String(b, %s), true",
	"github.com/99designs/gqlgen/graphql.MarshalBoolean":                    "return lean.Boolean(b, %s), true",
	"github.com/plenary-dialogue/plenary/graph/view.MarshalString":          "return lean.String(b, %s), true",
	"github.com/plenary-dialogue/plenary/graph/view.MarshalID":              "return lean.String(b, %s), true",
	"github.com/plenary-dialogue/plenary/graph/view.MarshalInt":             "return lean.Int(b, int64(%s)), true",
	"github.com/plenary-dialogue/plenary/graph/view.MarshalInt32":           "return lean.Int(b, int64(%s)), true",
	"github.com/plenary-dialogue/plenary/graph/view.MarshalDateTime":        "return lean.DateTime(b, %s), true",
	"github.com/plenary-dialogue/plenary/graph/view.MarshalWholeNumber":     "return lean.Int(b, %s), true",
	"github.com/plenary-dialogue/plenary/internal/typeid.ID.MarshalGQL":     "return lean.ID(b, %s), true",
	"github.com/plenary-dialogue/plenary/internal/optional.Text.MarshalGQL": "return lean.Optional(b, string(%s))",
}

// leafCode writes v after b and returns, as gqlgen's marshal function does; false for a null.
func leafCode(ref *config.TypeReference) (string, bool) {
	if ref.GQL.Elem != nil {
		if !ref.IsSlice() {
			return "", false
		}
		write, ok := leafCode(ref.Elem())
		one, never := strings.CutSuffix(write, ", true\n")
		one, plain := strings.CutPrefix(one, "return ")
		if !ok || !never || !plain || strings.Contains(one, "\n") {
			return "", false // an element that may be null would be an error of its own
		}
		none := ""
		if !ref.GQL.NonNull {
			none = "if v == nil { return b, false }\n"
		}
		return none + "b = append(b, '[')\nfor i, v := range v {\nif i > 0 { b = append(b, ',') }\nb = " + one + "\n}\nreturn append(b, ']'), true\n", true
	}
	if ref.IsContext || ref.HasEnumValues() || ref.IsPtrToPtr() {
		return "", false
	}
	none := ""
	if ref.IsNilable() {
		none = "if v == nil { return b, false }\n"
	}
	if ref.IsMarshaler {
		v, named := "v", ref.GO
		if p, ok := named.(*types.Pointer); ok {
			v, named = "*v", p.Elem()
		}
		if write, ok := writers[named.String()+".MarshalGQL"]; ok {
			return none + fmt.Sprintf(write, v) + "\n", true
		}
		return none + "return lean.Marshal(b, v)\n", true
	}
	if ref.Marshaler == nil {
		return "", false
	}
	v := "v"
	switch {
	case ref.IsTargetNilable() && !ref.IsNilable():
		v = "&v"
	case !ref.IsTargetNilable() && ref.IsNilable():
		v = "*v"
	}
	if ref.CastType != nil {
		v = goType(ref.CastType) + "(" + v + ")"
	}
	if write, ok := writers[ref.Marshaler.FullName()]; ok {
		return none + fmt.Sprintf(write, v) + "\n", true
	}
	return none + fmt.Sprintf("return lean.Marshal(b, %s(%s))\n", templates.Call(ref.Marshaler), v), true
}

func goType(t types.Type) string { return templates.CurrentImports.LookupType(t) }
