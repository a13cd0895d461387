package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/gowebpki/jcs"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	sdl "github.com/plenary-dialogue/plenary/schema"
)

var update = flag.Bool("update", false, "write golden files anew")

// ours are lists of words that the SDL does not have.
var ours = map[string][]code{
	"Type": {
		{"ASSESSMENT", "An assessment, whole."},
		{"PORTFOLIO", "Many assessments, in short."},
		{"CONSULTATION", "What was said on an assessment or in a dialogue."},
		{"DIFF", "What changed from one version of an assessment to another."},
	},
	"Audience": {
		{"PUBLIC", "Everybody: what every visitor may see."},
		{"REGULATOR", "A regulator, for firms of its jurisdictions."},
		{"PARTY", "The party that asked for it: what its members may see."},
	},
	"FilingState": {
		{"FILED", "Filed; the regulator has not answered yet."},
		{"ACKNOWLEDGED", "The regulator has acknowledged it."},
		{"RETURNED", "The regulator has returned it, with a reason."},
	},
	"CallState": {{"OPEN", "Firms can file."}, {"CLOSED", "Its date has passed, or the caller closed it."}, {"WITHDRAWN", "The caller took it back."}},
	"CalledState": {
		{"PENDING", "It has not filed, and the date has not passed."},
		{"FILED", "It filed in time."},
		{"LATE", "It filed after the date."},
		{"SILENT", "The date has passed, and it filed nothing."},
		{"NOT_APPLICABLE", "It says that the call does not apply, and the caller accepts that."},
	},
	"SubjectType": {
		{"Practice", "Something that a firm does."},
		{"Proposal", "Something that is proposed in a dialogue."},
		{"ImpactAssessment", "An impact assessment."},
		{"Dialogue", "A dialogue."},
	},
}

// schemaOf writes the schema of a type and of all that it holds into defs.
func schemaOf(t *testing.T, defs map[string]any, typ reflect.Type) map[string]any {
	t.Helper()
	ref := func(name string) map[string]any { return map[string]any{"$ref": "#/$defs/" + name} }
	switch {
	case typ == timeType:
		return map[string]any{"type": "string", "format": "date-time"}
	case typ == wholeType:
		return map[string]any{"oneOf": []any{map[string]any{"type": "integer", "minimum": -exact, "maximum": exact}, map[string]any{"type": "string", "pattern": "^-?[0-9]{16,19}$"}}}
	case isCode(typ):
		if defs[typ.Name()] == nil {
			defs[typ.Name()] = map[string]any{"oneOf": codesOf(t, typ.Name())}
		}
		return ref(typ.Name())
	case typ.Kind() == reflect.String:
		return map[string]any{"type": "string"}
	case typ.Kind() == reflect.Int:
		return map[string]any{"type": "integer"}
	case typ.Kind() == reflect.Bool:
		return map[string]any{"type": "boolean"}
	case typ.Kind() == reflect.Pointer:
		return schemaOf(t, defs, typ.Elem())
	case typ.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t, defs, typ.Elem())}
	case typ.Kind() != reflect.Struct:
		t.Fatalf("the model has a %s, which the schema has no form for", typ)
	}
	if defs[typ.Name()] == nil {
		def := map[string]any{"type": "object"}
		defs[typ.Name()] = def
		properties, required := map[string]any{}, []any{}
		for _, f := range fieldsOf(typ) {
			one := schemaOf(t, defs, typ.Field(f.index).Type)
			if f.nullable {
				one = map[string]any{"anyOf": []any{one, map[string]any{"type": "null"}}}
			}
			if f.doc == "" {
				t.Errorf("%s.%s lacks the tag doc, which says what it means", typ.Name(), f.name)
			}
			one["description"] = f.doc
			properties[f.name], required = one, append(required, f.name)
		}
		def["properties"], def["required"] = properties, required
	}
	return ref(typ.Name())
}

// lines writes a schema with a line for each property and each word.
func lines(t *testing.T, whole, defs map[string]any) []byte {
	t.Helper()
	var out bytes.Buffer
	put := func(head string, v any, tail string) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(head + string(b) + tail)
	}
	comma := func(i, n int) string { return map[bool]string{true: ",\n", false: "\n"}[i < n-1] }
	out.WriteString("{\n")
	for _, name := range []string{"$schema", "title", "description", "type", "required", "properties"} {
		put("  "+strconv.Quote(name)+": ", whole[name], ",\n")
	}
	out.WriteString("  \"$defs\": {\n")
	names := slices.Sorted(maps.Keys(defs))
	for i, name := range names {
		def := defs[name].(map[string]any)
		out.WriteString("    " + strconv.Quote(name) + ": {\n")
		if words, ok := def["oneOf"].([]any); ok {
			out.WriteString("      \"oneOf\": [\n")
			for k, w := range words {
				put("        ", w, comma(k, len(words)))
			}
			out.WriteString("      ]\n")
		} else {
			put("      \"type\": \"object\",\n      \"required\": ", def["required"], ",\n      \"properties\": {\n")
			properties := def["properties"].(map[string]any)
			for k, r := range def["required"].([]any) {
				put("        "+strconv.Quote(r.(string))+": ", properties[r.(string)], comma(k, len(properties)))
			}
			out.WriteString("      }\n")
		}
		out.WriteString("    }" + comma(i, len(names)))
	}
	out.WriteString("  }\n}\n")
	return out.Bytes()
}

func codesOf(t *testing.T, name string) []any {
	t.Helper()
	var all []any
	add := func(value, meaning string) {
		all = append(all, map[string]any{"const": value, "description": meaning})
	}
	for _, c := range ours[name] {
		add(c.Value, c.Meaning)
	}
	if def := loadedSDL(t).Types[name]; def != nil && len(all) == 0 {
		for _, v := range def.EnumValues {
			add(v.Name, v.Description)
		}
	}
	if len(all) == 0 {
		t.Errorf("nothing says which words %s has: neither the SDL nor this test", name)
	}
	return all
}

var parsedSDL *ast.Schema

func loadedSDL(t *testing.T) *ast.Schema {
	t.Helper()
	if parsedSDL == nil {
		s, err := gqlparser.LoadSchema(&ast.Source{Input: sdl.Text()})
		if err != nil {
			t.Fatal(err)
		}
		parsedSDL = s
	}
	return parsedSDL
}

func TestSchemaIsThatOfTheModel(t *testing.T) {
	defs := map[string]any{}
	schemaOf(t, defs, reflect.TypeFor[Document]())
	whole := map[string]any{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "A report, version 1",
		"description": "The canonical form of RFC 8785 of the member document is what the report's hash is over. Within version 1, members are only added. Members that are missing are null. A whole number that not every reader of JSON keeps exactly is a text.",
		"type":        "object",
		"required":    []any{"document"},
		"properties": map[string]any{
			"document": map[string]any{"$ref": "#/$defs/Document"},
			"note":     map[string]any{"type": "string", "description": "A signed note over the document's hash: see docs/reports.md."},
		},
	}
	text := lines(t, whole, defs)
	if *update {
		if err := os.WriteFile("report-1.json", text, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(text, Schema()) {
		t.Error("report-1.json is not the schema of the model: go test ./internal/report -run Schema -update, and read the difference")
	}
}

// validated is a JSON report after its schema has accepted it.
func validated(t *testing.T, file []byte) any {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report-1.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report-1.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(got); err != nil {
		t.Errorf("the schema refuses the report: %v", err)
	}
	if again, err := jcs.Transform(file); err != nil || !bytes.Equal(again, file) {
		t.Errorf("the file is not in the form of RFC 8785: %v", err)
	}
	return got
}
