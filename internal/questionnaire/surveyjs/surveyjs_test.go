package surveyjs_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/surveyjs"
)

func survey(elements string) []byte {
	return []byte(`{"pages": [{"name": "one", "title": "One", "elements": [` + elements + `]}]}`)
}

func TestWhatCannotBeRepresentedIsNamedAllAtOnce(t *testing.T) {
	_, _, err := surveyjs.Read([]byte(`{
 "triggers": [], "calculatedValues": [],
 "pages": [{"name": "p", "title": "P", "visible": false, "elements": [
  {"type": "matrix", "name": "m", "columns": ["a"], "rows": ["b"]},
  {"type": "text", "name": "t", "inputType": "color", "validators": [{"type": "email"}]},
  {"type": "radiogroup", "name": "r", "choices": ["a", {"value": "b", "text": "B", "enableIf": "{t} = 1"}], "hasOther": true, "choicesOrder": "random"},
  {"type": "comment", "name": "c", "visibleIf": "{t} anyof ['a']"},
  {"type": "comment", "name": "d", "visibleIf": "{later} = 'x'"},
  {"type": "html", "name": "h", "html": "<b>text</b>", "visibleIf": "{t} notempty"},
  {"type": "panel", "name": "q", "elements": [{"type": "panel", "name": "inner", "elements": []}]},
  {"type": "file", "name": "f"},
  {"type": "radiogroup", "name": "s", "choices": ["a"], "visibleIf": "{r} contains 'z'"}
 ]}]}`), surveyjs.About{Key: "a-test", Title: "A test"})
	found := source.Of(err)
	if found == nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found.Listed {
		got = append(got, f.Path)
		if f.Line == 0 || f.Message == "" {
			t.Errorf("%+v has no line or no sentence", f)
		}
	}
	slices.Sort(got)
	at := func(rest string) string { return "pages.0.elements." + rest }
	want := []string{
		"calculatedValues", at("0.type"), at("1.inputType"), at("1.validators"), at("2.choices.1.enableIf"), at("2.choicesOrder"), at("2.hasOther"),
		at("3.visibleIf"), at("4.visibleIf"), at("5.visibleIf"), at("6.elements.0.type"), at("7.type"), at("8.visibleIf"), "pages.0.visible", "triggers",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), named (+):\n%s", diff)
	}
}

func TestEveryTypeOfElementThatCanBeRead(t *testing.T) {
	template, notices, err := surveyjs.Read(survey(`
		{"type": "html", "name": "i", "html": {"default": "<h2>Hello</h2>", "de": "<p>Guten Tag</p>"}},
		{"type": "html", "name": "i", "html": "More"},
		{"type": "dropdown", "name": "single", "title": "Which?", "choices": [1, {"value": 2, "text": {"default": "B", "de": "Be"}}], "choicesOrder": "desc"},
		{"type": "panel", "name": "p-RS", "visibleIf": "{single} = '1'", "elements": [{"type": "radiogroup", "name": "inner", "choices": ["item1-0", "item2-3"]}]},
		{"type": "checkbox", "name": "multi-MS", "isRequired": true, "choices": ["a-1", "b-2"], "description": "Help <i>one</i>", "help": "and two"},
		{"type": "text", "name": "n", "inputType": "number"}, {"type": "text", "name": "d", "inputType": "date"}, {"type": "boolean", "name": "b"},
		{"type": "comment", "name": "c-RS", "visibleIf": "{n} >= 3 and ({b} = true or {d} < '2026-01-01')"}`), surveyjs.About{Key: "a-test", Title: "A test"})
	if err != nil {
		t.Fatal(source.Of(err).Listed)
	}
	s := template.Document().Sections[0]
	if diff := cmp.Diff(questionnaire.Words{"en": "Hello\n\nMore", "de": "Guten Tag\n\nMore"}, s.Intro); diff != "" {
		t.Errorf("intro:\n%s", diff)
	}
	got := map[string]string{}
	for _, q := range s.Questions {
		most, total := template.MaxScore(q.Key)
		got[q.Key] = strings.TrimSpace(strings.Join([]string{string(q.Type), string(total), string(rune('0' + most)), q.VisibleIf, q.Help["en"]}, " "))
	}
	want := map[string]string{
		"single": "SINGLE NONE 0", "inner": "SINGLE RAW 3", "multi-MS": "MULTI MITIGATION 3  Help one\n\nand two", "n": "NUMBER NONE 0", "d": "DATE NONE 0", "b": "BOOLEAN NONE 0",
		"c-RS": `TEXT RAW 0 {n} >= 3 and ({b} = true or {d} < "2026-01-01")`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("questions:\n%s", diff)
	}
	if o := s.Questions[0].Options; o[0].Value != "2" || o[1].Value != "1" || !s.Questions[2].Required {
		t.Errorf("options %v, required %v", o, s.Questions[2].Required)
	}
	if len(notices) != 7 { // the order, and six names that stand for titles
		t.Errorf("%d notices: %v", len(notices), notices)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(survey(`{"type": "radiogroup", "name": "a", "choices": ["item1-0", {"value": "item2-3", "text": {"default": "B"}}]}, {"type": "comment", "name": "b", "visibleIf": "{a} contains ['item1']"}`))
	f.Add([]byte(`{"pages": [{"elements": [{"type": "panel", "elements": [{}]}, {"type": "html", "html": 5}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		template, _, err := surveyjs.Read(b, surveyjs.About{Key: "a-test", Title: "A test"})
		if (template == nil) != (source.Of(err) != nil) {
			t.Fatalf("template %v, error %v", template, err)
		}
	})
}
