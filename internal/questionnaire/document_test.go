package questionnaire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

func TestBadTemplatesAreRefusedWithTheirPaths(t *testing.T) {
	var file struct {
		Cases []struct {
			Name, Path string
			Q          []json.RawMessage
		}
	}
	if err := json.Unmarshal(shareddata.Read(t, "assessment", "templates-bad.json"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 22 {
		t.Fatalf("read %d cases, want 22", len(file.Cases))
	}
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			var questions []object
			for _, raw := range c.Q {
				var q object
				dec := json.NewDecoder(bytes.NewReader(raw))
				dec.UseNumber()
				if err := dec.Decode(&q); err != nil {
					t.Fatal(err)
				}
				questions = append(questions, q)
			}
			_, err := questionnaire.Read(text(t, document(section("s", "RAW", questions...))))
			found := source.Of(err)
			if found == nil || found.Count != 1 || found.Listed[0].Path != c.Path {
				t.Fatalf("faults = %v, want one at %s", told(err), c.Path)
			}
			if f := found.Listed[0]; f.Line < 2 || len(f.Message) < 10 || strings.ToUpper(string(f.Code)) != string(f.Code) {
				t.Errorf("fault = %+v, want a line, a code and a sentence", f)
			}
		})
	}
}

func TestEveryFaultComesAtOnce(t *testing.T) {
	d := document(section("s", "RAW",
		object{"key": "a", "type": "TEXT", "titel": "?", "required": "yes"},
		object{"key": "a", "type": "SINGLE", "options": []any{object{"value": "x", "weight": -1}, object{"value": "x", "weight": 1.5}}, "visibleIf": "{b"},
	), with(section("s", "SOME"), "title", object{"de": "Wie?"}))
	d["colour"], d["title"] = "red", object{"en": "x", "fr": "x"}
	d["rule"] = object{"cutPercents": []any{50, 25, 75}, "deductionPercent": 101}
	want := []string{
		"colour UNKNOWN_MEMBER", "rule.cutPercents.1 OUT_OF_RANGE", "rule.deductionPercent OUT_OF_RANGE",
		"sections.0.questions.0.required WRONG_TYPE", "sections.0.questions.0.titel UNKNOWN_MEMBER",
		"sections.0.questions.1.key DUPLICATE", "sections.0.questions.1.options.0.weight OUT_OF_RANGE",
		"sections.0.questions.1.options.1.value DUPLICATE", "sections.0.questions.1.options.1.weight NOT_WHOLE",
		"sections.0.questions.1.visibleIf SYNTAX", "sections.1.key DUPLICATE", "sections.1.scoreType INVALID",
		"sections.1.title REQUIRED", "title.fr INVALID",
	}
	if diff := cmp.Diff(want, faults(t, d)); diff != "" {
		t.Errorf("want (-), told (+):\n%s", diff)
	}
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	yes := object{"key": "a", "type": "BOOLEAN"}
	long := strings.Repeat("x", 2001)
	for name, c := range map[string]struct {
		change func(d object)
		want   string
	}{
		"another format":                       {func(d object) { d["format"] = "x/1" }, "format INVALID"},
		"a key with capitals":                  {func(d object) { d["key"] = "Ab" }, "key INVALID"},
		"no language":                          {func(d object) { d["languages"] = []any{} }, "languages REQUIRED"},
		"a language that is none":              {func(d object) { d["languages"] = []any{"en", "no such"} }, "languages.1 INVALID_LANGUAGE"},
		"a language twice":                     {func(d object) { d["languages"] = []any{"en", "en"} }, "languages.1 DUPLICATE"},
		"a jurisdiction that is gone":          {func(d object) { d["jurisdiction"] = "SU" }, "jurisdiction INVALID_JURISDICTION"},
		"a title too long":                     {func(d object) { d["title"] = object{"en": long} }, "title.en TOO_LONG"},
		"a phase without its question":         {func(d object) { d["phase"] = object{"question": "a", "design": "x", "implementation": "y"} }, "phase.question UNKNOWN_QUESTION"},
		"a level that is none":                 {func(d object) { d["obligations"] = []any{object{"level": "V", "key": "k", "text": object{"en": "x"}}} }, "obligations.0.level INVALID"},
		"a capacity that is none":              {func(d object) { d["signOffs"] = []any{object{"level": "I", "capacity": "KING"}} }, "signOffs.0.capacity INVALID"},
		"nobody signs level I":                 {func(d object) { d["signOffs"] = []any{object{"level": "II", "capacity": "APPROVER"}} }, "signOffs TOO_FEW"},
		"a follow-up that asks what is absent": {func(d object) { d["followUp"] = object{"template": "full-one", "when": "{b} = true"} }, "followUp.when UNKNOWN_QUESTION"},
		"no question at all":                   {func(d object) { d["sections"] = []any{section("s", "RAW")} }, "sections TOO_FEW"},
		"a panel that is not there":            {func(d object) { d["sections"] = []any{section("s", "RAW", with(yes, "panel", "p"))} }, "sections.0.questions.0.panel INVALID"},
		"a section that asks its own question": {func(d object) { d["sections"] = []any{with(section("s", "RAW", yes), "visibleIf", "{a} = true")} }, "sections.0.visibleIf CYCLE"},
		"a condition that is empty":            {func(d object) { d["sections"] = []any{section("s", "RAW", with(yes, "visibleIf", " "))} }, "sections.0.questions.0.visibleIf REQUIRED"},
		"a condition too long": {func(d object) {
			d["sections"] = []any{section("s", "RAW", with(yes, "visibleIf", strings.Repeat(" ", 10_001)))}
		}, "sections.0.questions.0.visibleIf REQUIRED"},
		"a key with a brace": {func(d object) { d["sections"] = []any{section("s", "RAW", with(yes, "key", "a}"))} }, "sections.0.questions.0.key INVALID"},
		"a weight of a text": {func(d object) {
			d["sections"] = []any{section("s", "RAW", object{"key": "a", "type": "TEXT", "weightIfTrue": 0})}
		}, "sections.0.questions.0.weightIfTrue INVALID"},
		"weights whose sum could overflow": {func(d object) { d["sections"] = []any{section("s", "RAW", choice("a", "MULTI", 1<<62, 1<<62))} }, "sections.0.questions.0.options.0.weight OUT_OF_RANGE sections.0.questions.0.options.1.weight OUT_OF_RANGE"},
		"a principle that is none":         {func(d object) { d["sections"] = []any{section("s", "RAW", with(yes, "principle", "PROFIT"))} }, "sections.0.questions.0.principle INVALID"},
		"a null":                           {func(d object) { d["description"] = nil }, "description WRONG_TYPE"},
	} {
		t.Run(name, func(t *testing.T) {
			d := document(section("s", "RAW", yes))
			c.change(d)
			if got := strings.Join(faults(t, d), " "); got != c.want {
				t.Errorf("faults = %s, want %s", got, c.want)
			}
		})
	}
}

func TestCirclesAreNamed(t *testing.T) {
	q := func(key, visible string) object { return object{"key": key, "type": "BOOLEAN", "visibleIf": visible} }
	got := faults(t, document(section("s", "RAW", q("a", "{c} = true"), q("b", "{a} = true"), q("c", "{b} = true"), q("d", "{e} = true"), object{"key": "e", "type": "BOOLEAN"})))
	want := []string{"sections.0.questions.0.visibleIf CYCLE", "sections.0.questions.3.visibleIf LATER_QUESTION"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), told (+):\n%s", diff)
	}
}

func TestBrokenTextIsRefused(t *testing.T) {
	for name, s := range map[string]string{
		"cut off":               `{"format": "x"`,
		"nothing":               ``,
		"two texts":             `{} {}`,
		"half of a pair":        `{"key": "\ud800"}`,
		"half of a pair, first": `{"key": "\ud800\u0041"}`,
		"no UTF-8":              "{\"key\": \"\xff\"}",
		"a comma too many":      `{"key": "a",}`,
		"too deep":              strings.Repeat("[", 1000),
	} {
		if _, err := questionnaire.Read([]byte(s)); source.Of(err) == nil || source.Of(err).Listed[0].Line != 1 {
			t.Errorf("%s: %v, want a fault with its line", name, err)
		}
	}
	_, err := questionnaire.Read([]byte("{\n\"key\": \"abc\",\n\"key\": \"abd\"}"))
	if i := slices.IndexFunc(source.Of(err).Listed, func(f questionnaire.Fault) bool { return f.Code == source.Duplicate }); i < 0 || source.Of(err).Listed[i].Line != 3 {
		t.Errorf("a doubled member: %v", err)
	}
}

func TestALargeTemplateIsReadAndALargerOneIsNot(t *testing.T) {
	large := func(questions, options int) []byte {
		option := func(i int) string {
			return fmt.Sprintf(`{"value": "v%d", "title": {"en": "An option"}, "weight": %d}`, i, i)
		}
		all := make([]string, options)
		for i := range all {
			all[i] = option(i)
		}
		list := make([]string, questions)
		for i := range list {
			list[i] = fmt.Sprintf(`{"key": "q%d", "type": "MULTI", "title": {"en": "?"}, "options": [%s]}`, i, strings.Join(all, ",\n"))
		}
		return fmt.Appendf(nil, `{"format": %q, "key": "a-test", "languages": ["en"], "title": {"en": "A"}, "sections": [{"key": "s", "title": {"en": "S"}, "scoreType": "RAW", "questions": [%s]}]}`,
			questionnaire.Format, strings.Join(list, ",\n"))
	}
	if template, err := questionnaire.Read(large(800, 2)); err != nil || template.RawMax() != 800 {
		t.Errorf("800 questions with 2 options: %v", err)
	}
	if _, err := questionnaire.Read(large(400, 5)); !slices.Equal(told(err), []string{"sections TOO_MANY"}) {
		t.Errorf("2,000 options: %v", err)
	}
	if _, err := questionnaire.Read(large(1, 501)); !slices.Equal(told(err), []string{"sections.0.questions.0.options TOO_MANY"}) {
		t.Errorf("501 options: %v", err)
	}
	if _, err := questionnaire.Read(bytes.Repeat([]byte(" "), questionnaire.DocumentLimits.Bytes+1)); told(err)[0] != " TOO_LARGE" {
		t.Errorf("too many bytes: %v", err)
	}
	if _, err := questionnaire.Read([]byte(`{"sections":[` + strings.Repeat("0,", questionnaire.DocumentLimits.Nodes) + `0]}`)); !slices.Contains(told(err), fmt.Sprintf("sections.%d TOO_LARGE", questionnaire.DocumentLimits.Nodes-2)) {
		t.Errorf("too many values: %v", err)
	}
}

// What means the same has the same hash, and the hash is that of the document written and read again.
func TestTheHashIsOfWhatTheDocumentSays(t *testing.T) {
	plain := document(section("s", "RAW", object{"key": "a", "type": "BOOLEAN"}, object{"key": "b", "type": "TEXT", "visibleIf": "{a} = true"}))
	full := document(section("s", "RAW", object{"key": "a", "type": "BOOLEAN", "weightIfTrue": 0, "required": false},
		object{"key": "b", "type": "TEXT", "visibleIf": " ( {a}  =true ) "}))
	full["rule"] = object{"mitigationSharePercent": 40, "deductionPercent": 15, "cutPercents": []any{25, 50, 75}}
	one, other := read(t, plain), read(t, full)
	if one.Hash() != other.Hash() || len(one.Hash()) != 64 {
		t.Errorf("hashes %s and %s of documents that say the same:\n%s\n%s", one.Hash(), other.Hash(), one.Bytes(), other.Bytes())
	}
	changed := read(t, with(plain, "title", object{"en": "Another"}))
	if changed.Hash() == one.Hash() {
		t.Error("another title has the same hash")
	}
	composed, decomposed := read(t, with(plain, "title", object{"en": "\u00e9"})), read(t, with(plain, "title", object{"en": "e\u0301"}))
	if composed.Hash() != decomposed.Hash() {
		t.Error("one text, composed or not, has two hashes")
	}
}

func TestWrittenAndReadAgainItIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		template := random(t, 12)
		again, err := questionnaire.Read(template.Bytes())
		if err != nil || again.Hash() != template.Hash() || !bytes.Equal(again.Bytes(), template.Bytes()) {
			t.Fatalf("%v: %s", err, template.Bytes())
		}
	})
}

func TestShippedTemplates(t *testing.T) {
	all, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(source.Of(err).Listed)
	}
	compiled := compiledSchema(t)
	for _, template := range all {
		checkSchema(t, compiled, template.Bytes(), true)
		for _, s := range template.Document().Sections {
			for _, q := range s.Questions {
				if q.Title["en"] == "" || q.Title["fr"] == "" {
					t.Errorf("%s: %s lacks a language", template.Document().Key, q.Key)
				}
			}
		}
	}
}

func compiledSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(questionnaire.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("template.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("template.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type failer interface{ Errorf(string, ...any) }

func checkSchema(t failer, s *jsonschema.Schema, document []byte, right bool) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Errorf("%v: %s", err, document)
		return
	}
	if err := s.Validate(doc); (err == nil) != right {
		t.Errorf("the schema says %v, the reader says right = %v: %s", err, right, document)
	}
}

// What the schema refuses, the reader refuses: one place of a good document at a time is made wrong.
func TestWhatTheSchemaRefusesTheReaderRefuses(t *testing.T) {
	schema := compiledSchema(t)
	good := document(
		with(section("s", "RAW", with(choice("a", "SINGLE", 0, 2), "required", true), object{"key": "b", "type": "BOOLEAN", "weightIfTrue": 3, "principle": "TRANSPARENCY", "panel": "p"}),
			"panels", []any{object{"key": "p", "visibleIf": `{a} = "v0"`, "scoreType": "NONE"}}),
		section("t", "MITIGATION", with(choice("c", "MULTI", 1), "visibleIf", "{b} = true"), object{"key": "d", "type": "DATE", "help": object{"en": "When?"}}),
	)
	good["obligations"] = []any{object{"level": "II", "key": "o", "text": object{"en": "Do."}}}
	good["signOffs"] = []any{object{"level": "I", "capacity": "APPROVER", "count": 1, "orCapacities": []any{"LEGAL"}}}
	good["phase"] = object{"question": "a", "design": "v0", "implementation": "v1"}
	good["followUp"] = object{"template": "full", "when": "{b} = true"}
	good["rule"] = object{"cutPercents": []any{20, 50, 80}}
	checkSchema(t, schema, text(t, good), true)
	read(t, good)
	refused := 0
	for _, wrong := range []any{nil, true, -1, 1.5, 1 << 40, "", "x", []any{}, []any{"x"}, object{}, object{"x": "y"}, gone{}} {
		for _, changed := range everywhere(good, wrong) {
			b := text(t, changed)
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if schema.Validate(doc) == nil {
				continue
			}
			refused++
			if _, err := questionnaire.Read(b); err == nil {
				t.Errorf("the schema refuses what the reader takes: %v: %s", schema.Validate(doc), b)
			}
		}
	}
	if refused < 500 {
		t.Errorf("the schema refused %d changes, want more", refused)
	}
}

// gone stands for a member that is left out.
type gone struct{}

// everywhere puts a value into each place of a document in turn.
func everywhere(v, wrong any) []any {
	var all []any
	switch v := v.(type) {
	case object:
		for name, inside := range v {
			for _, changed := range append(everywhere(inside, wrong), wrong) {
				o := maps.Clone(v)
				if o[name] = changed; changed == any(gone{}) {
					delete(o, name)
				}
				all = append(all, o)
			}
		}
		if _, left := wrong.(gone); !left {
			all = append(all, with(v, "extra", wrong))
		}
	case []any:
		for i, inside := range v {
			for _, changed := range append(everywhere(inside, wrong), wrong) {
				if changed == any(gone{}) {
					all = append(all, slices.Delete(slices.Clone(v), i, i+1))
					continue
				}
				l := slices.Clone(v)
				l[i] = changed
				all = append(all, l)
			}
		}
	}
	return all
}

func FuzzRead(f *testing.F) {
	good, err := json.Marshal(document(section("s", "RAW", choice("a", "SINGLE", 1, 2), object{"key": "b", "type": "TEXT", "visibleIf": `{a} = "v0"`})))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"sections":[{"questions":[{"options":[{}]}]}]}`))
	f.Add([]byte("[{\"\\ud83d\\ude00\": 1e5}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		template, err := questionnaire.Read(b)
		if err != nil {
			if found := source.Of(err); found == nil || found.Count == 0 || found.Listed[0].Message == "" {
				t.Fatalf("no fault in %v", err)
			}
			return
		}
		if again, err := questionnaire.Read(template.Bytes()); err != nil || again.Hash() != template.Hash() {
			t.Fatalf("read again: %v", err)
		}
	})
}
