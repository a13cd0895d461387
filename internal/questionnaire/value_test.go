package questionnaire_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

func everyType() object {
	return document(section("s", "RAW", choice("single", "SINGLE", 0, 1), choice("multi", "MULTI", 0, 1, 2), object{"key": "text", "type": "TEXT"},
		object{"key": "number", "type": "NUMBER"}, object{"key": "yes", "type": "BOOLEAN"}, object{"key": "date", "type": "DATE"}))
}

func TestAnswersAreCheckedAgainstTheirQuestions(t *testing.T) {
	template := read(t, everyType())
	both := questionnaire.Said("x")
	both.Choices = []string{"v0"}
	for _, c := range []struct {
		rule, question string
		value          questionnaire.Value
		want           string
	}{
		{"a question that is not there", "nobody", questionnaire.Said("x"), "at UNKNOWN_QUESTION"},
		{"nothing", "text", questionnaire.Value{}, "at REQUIRED"},
		{"two values", "text", both, "at INVALID"},
		{"a text for a choice", "single", questionnaire.Said("v0"), "at.text WRONG_TYPE"},
		{"a choice for a text", "text", questionnaire.Chosen("v0"), "at.choices WRONG_TYPE"},
		{"a number for true or false", "yes", questionnaire.Counted(1), "at.number WRONG_TYPE"},
		{"a text for a date", "date", questionnaire.Said("2026-11-28"), "at.text WRONG_TYPE"},
		{"an option", "single", questionnaire.Chosen("v1"), ""},
		{"two options of a single choice", "single", questionnaire.Chosen("v0", "v1"), "at.choices TOO_MANY"},
		{"no options", "multi", questionnaire.Value{Choices: []string{}}, "at.choices TOO_FEW"},
		{"an option that is not there", "multi", questionnaire.Chosen("v0", "v9"), "at.choices.1 UNKNOWN_OPTION"},
		{"an option twice", "multi", questionnaire.Chosen("v0", "v0"), "at.choices.1 DUPLICATE"},
		{"more options than there are", "multi", questionnaire.Chosen("v0", "v1", "v2", "v0"), "at.choices TOO_MANY"},
		{"a blank text", "text", questionnaire.Said(" \n"), "at.text REQUIRED"},
		{"20,000 characters", "text", questionnaire.Said(strings.Repeat("é", 20_000)), ""},
		{"20,001 characters", "text", questionnaire.Said(strings.Repeat("é", 20_001)), "at.text TOO_LONG"},
		{"a zero byte", "text", questionnaire.Said("a\x00b"), "at.text INVALID"},
		{"a number", "number", questionnaire.Counted(-questionnaire.MaxNumber), ""},
		{"a number beyond what readers keep", "number", questionnaire.Counted(questionnaire.MaxNumber + 1), "at.number OUT_OF_RANGE"},
		{"a day", "date", questionnaire.On("2024-02-29"), ""},
		{"a day that does not exist", "date", questionnaire.On("2026-02-29"), "at.date INVALID"},
		{"a time", "date", questionnaire.On("2026-02-01T10:00:00Z"), "at.date INVALID"},
		{"no", "yes", questionnaire.True(false), ""},
	} {
		_, faults := template.CheckValue("at", c.question, c.value)
		got := ""
		for _, f := range faults {
			got += f.Path + " " + string(f.Code)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
}

func TestAnswersAreKeptInOneForm(t *testing.T) {
	template := read(t, everyType())
	for question, v := range map[string][2]questionnaire.Value{
		"multi": {questionnaire.Chosen("v2", "v0"), questionnaire.Chosen("v0", "v2")},
		"text":  {questionnaire.Said("e\u0301"), questionnaire.Said("\u00e9")},
	} {
		if got, _ := template.CheckValue("", question, v[0]); !cmp.Equal(got, v[1]) {
			t.Errorf("%s is kept as %+v, want %+v", question, got, v[1])
		}
	}
	if !questionnaire.Chosen("a", "b").Same(questionnaire.Chosen("b", "a")) || questionnaire.Said("a").Same(questionnaire.Chosen("a")) || questionnaire.True(true).Same(questionnaire.True(false)) {
		t.Error("Same does not tell values apart, or tells the order of options")
	}
}

func TestAnImportKeepsWhatTheTemplateLacks(t *testing.T) {
	template := read(t, everyType())
	var faults questionnaire.Faults
	n := source.JSON([]byte(`{"single": "v9", "multi": ["v2", "v9", "v0", "v2"], "text": "x", "number": 7, "yes": "true", "date": "2026-11-28", "gone": ["a"], "odd": {"a": [1, null]}, "empty": null}`),
		source.Limits{Bytes: 1000, Nodes: 100, Depth: 4}, &faults)
	if n == nil {
		t.Fatal(faults.Err())
	}
	taken, kept := template.ImportPlain(n)
	want := questionnaire.Answers{
		"multi": questionnaire.Chosen("v0", "v2"), "text": questionnaire.Said("x"), "number": questionnaire.Counted(7), "yes": questionnaire.True(true), "date": questionnaire.On("2026-11-28"),
	}
	if diff := cmp.Diff(want, taken); diff != "" {
		t.Errorf("taken:\n%s", diff)
	}
	var listed []string
	for _, k := range kept {
		listed = append(listed, fmt.Sprint(k.Question, " ", k.Code, " ", k.Value.Choices))
	}
	if diff := cmp.Diff([]string{"gone UNKNOWN_QUESTION [a]", "multi UNKNOWN_OPTION [v9]", "odd UNKNOWN_QUESTION []", "single UNKNOWN_OPTION [v9]"}, listed); diff != "" {
		t.Errorf("kept:\n%s", diff)
	}
	if s := *kept[2].Value.Text; s != `{"a":[1,null]}` {
		t.Errorf("what is no value is kept as %s", s)
	}
	if n := template.Totals(template.Set(taken)); n.Raw != 2 {
		t.Errorf("raw = %d, want the two points of what is known", n.Raw)
	}
}

func TestProgressPhaseAndFollowUp(t *testing.T) {
	d := document(section("s", "RAW", with(choice("phase", "SINGLE", 0, 0), "required", true),
		object{"key": "why", "type": "TEXT", "required": true, "evidenceRequired": true, "visibleIf": `{phase} = "v1"`}, object{"key": "more", "type": "TEXT"}))
	d["phase"] = object{"question": "phase", "design": "v0", "implementation": "v1"}
	d["followUp"] = object{"template": "full", "when": `{phase} = "v1" and {why} notempty`}
	template := read(t, d)
	for _, c := range []struct {
		answers  questionnaire.Answers
		phase    string
		due      bool
		progress questionnaire.Progress
	}{
		{nil, "", false, questionnaire.Progress{Required: 1, Missing: []string{"phase"}}},
		{questionnaire.Answers{"phase": questionnaire.Chosen("v0")}, "DESIGN", false, questionnaire.Progress{Required: 1, Answered: 1}},
		{questionnaire.Answers{"phase": questionnaire.Chosen("v1")}, "IMPLEMENTATION", false, questionnaire.Progress{Required: 2, Answered: 1, Missing: []string{"why"}}},
		{
			questionnaire.Answers{"phase": questionnaire.Chosen("v1"), "why": questionnaire.Said("x")},
			"IMPLEMENTATION", true,
			questionnaire.Progress{Required: 2, Answered: 2, NeedEvidence: []string{"why"}},
		},
	} {
		s := template.Set(c.answers)
		if got := template.Phase(s); got != c.phase || template.FollowUpDue(s) != c.due {
			t.Errorf("%d answers: phase %q, due %v", len(c.answers), got, template.FollowUpDue(s))
		}
		if diff := cmp.Diff(c.progress, template.Progress(s)); diff != "" {
			t.Errorf("%d answers:\n%s", len(c.answers), diff)
		}
	}
	if !template.Read("phase") || !template.Read("why") || template.Read("more") || template.Scores("more") {
		t.Error("what conditions ask is not told")
	}
}

// A document of answers read by bytes is the one that encoding/json reads, or both refuse it.
func FuzzReadSet(f *testing.F) {
	d, err := json.Marshal(everyType())
	if err != nil {
		f.Fatal(err)
	}
	template, err := questionnaire.Read(d)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		`{"choices":{"single":["v1"],"multi":["v0","v2"]},"booleans":{"yes":true},"numbers":{"number":-5},"dates":{"date":"2026-11-28"},"texts":{"text":"a \"b\" \u00e9"}}`,
		`{}`, ` { "choices" : { } } `, `{"choices":{"single":[]}}`, `{"texts":{"a`, `{"x":1}`, `{"numbers":{"number":1.5}}`, `{"choices":{"s\u0069ngle":["v1"]}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := template.ReadSet(b)
		var g questionnaire.Given
		if json.Unmarshal(b, &g) != nil {
			return // the scanner does not look into texts that it does not need
		}
		again, jsonErr := json.Marshal(g)
		if err == nil && jsonErr == nil {
			if _, err := template.ReadSet(again); err != nil {
				t.Fatalf("%s is refused: %v", again, err)
			}
			_ = template.Totals(s)
		}
	})
}

func TestDocumentsOfAnswersThatAreBroken(t *testing.T) {
	template := read(t, everyType())
	for _, s := range []string{
		``, `{`, `[]`, `{"choices":{"single":"v1"}}`, `{"choices":{"single":["v1"}}`, `{"booleans":{"yes":1}}`, `{"numbers":{"number":"5"}}`, `{"texts":{"text":"a}}`, `{} x`, `{"odd":{}}`,
		`{"texts":{"text":"\q"}}`, `{"dates":{"date":1}}`, `{"choices" {}}`, `{"choices":{} "texts":{}}`,
	} {
		if _, err := template.ReadSet([]byte(s)); err == nil {
			t.Errorf("%s is read", s)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a := questionnaire.Answers{"text": questionnaire.Said(rapid.StringN(1, 50, -1).Draw(t, "text")), "number": questionnaire.Counted(rapid.Int64().Draw(t, "number"))}
		b, err := json.MarshalIndent(a.Given(), " ", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if s, err := template.ReadSet(b); err != nil || !template.Answered(s, "text") || !template.Answered(s, "number") {
			t.Fatalf("%s: %v", b, err)
		}
	})
}
