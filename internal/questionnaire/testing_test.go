package questionnaire_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// object is a JSON object of a test.
type object = map[string]any

// document is a template as JSON, right as it is.
func document(sections ...any) object {
	return object{"format": questionnaire.Format, "key": "a-test", "languages": []any{"en"}, "title": object{"en": "A test"}, "sections": sections}
}

// section is one with questions; what they lack is filled in.
func section(key, score string, questions ...object) object {
	all := []any{}
	for _, q := range questions {
		all = append(all, filled(q))
	}
	return object{"key": key, "title": object{"en": key}, "scoreType": score, "questions": all}
}

func filled(q object) object {
	q = maps.Clone(q)
	if q["title"] == nil {
		q["title"] = object{"en": "?"}
	}
	if options, ok := q["options"].([]any); ok {
		all := []any{}
		for _, o := range options {
			o := maps.Clone(o.(object))
			if o["title"] == nil {
				o["title"] = object{"en": "!"}
			}
			all = append(all, o)
		}
		q["options"] = all
	}
	return q
}

// choice is a question with options v0, v1 and so on of some weights.
func choice(key, typ string, weights ...int64) object {
	options := []any{}
	for i, w := range weights {
		options = append(options, object{"value": fmt.Sprintf("v%d", i), "weight": w})
	}
	return object{"key": key, "type": typ, "options": options}
}

func with(o object, name string, value any) object {
	o = maps.Clone(o)
	o[name] = value
	return o
}

func text(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t testing.TB, v any) *questionnaire.Template {
	t.Helper()
	template, err := questionnaire.Read(text(t, v))
	if err != nil {
		for _, f := range source.Of(err).Listed {
			t.Errorf("line %d: %s", f.Line, f)
		}
		t.FailNow()
	}
	return template
}

// faults are the paths and codes of what is wrong with a document.
func faults(t testing.TB, v any) []string {
	t.Helper()
	_, err := questionnaire.Read(text(t, v))
	return told(err)
}

func told(err error) []string {
	var all []string
	if found := source.Of(err); found != nil {
		for _, f := range found.Listed {
			all = append(all, f.Path+" "+string(f.Code))
		}
	}
	slices.Sort(all)
	return all
}

// random is a small template with every type of question, conditions of all kinds and levels, and weights.
func random(t *rapid.T, most int) *questionnaire.Template {
	var sections []any
	var keys []string
	kinds := map[string]string{}
	n := rapid.IntRange(1, most).Draw(t, "questions")
	condition := func() string {
		var known []string
		for _, k := range keys {
			if kinds[k] != "TEXT" {
				known = append(known, k)
			}
		}
		if len(known) == 0 || rapid.IntRange(0, 2).Draw(t, "conditional") == 0 {
			return ""
		}
		test := func() string {
			k := rapid.SampledFrom(known).Draw(t, "asked")
			switch kinds[k] {
			case "SINGLE":
				return fmt.Sprintf(`{%s} %s "v%d"`, k, rapid.SampledFrom([]string{"=", "<>"}).Draw(t, "op"), rapid.IntRange(0, 1).Draw(t, "option"))
			case "MULTI":
				return fmt.Sprintf(`{%s} contains "v%d"`, k, rapid.IntRange(0, 1).Draw(t, "option"))
			default:
				return fmt.Sprintf("not {%s} = true", k)
			}
		}
		return test() + rapid.SampledFrom([]string{" and ", " or "}).Draw(t, "between") + test()
	}
	for i := 0; i < n; {
		score := rapid.SampledFrom([]string{"RAW", "MITIGATION", "NONE"}).Draw(t, "total")
		visible := condition()
		var questions []object
		for range rapid.IntRange(1, 3).Draw(t, "in section") {
			key := fmt.Sprintf("q%d", i)
			typ := rapid.SampledFrom([]string{"SINGLE", "SINGLE", "MULTI", "BOOLEAN", "TEXT"}).Draw(t, "type")
			w := func() int64 { return rapid.Int64Range(0, 4).Draw(t, "weight") }
			q := object{"key": key, "type": typ}
			switch typ {
			case "SINGLE", "MULTI":
				q = choice(key, typ, w(), w(), w())
			case "BOOLEAN":
				q["weightIfTrue"], q["weightIfFalse"] = w(), w()
			}
			if c := condition(); c != "" {
				q["visibleIf"] = c
			}
			if rapid.Bool().Draw(t, "has principle") {
				q["principle"] = rapid.SampledFrom(questionnaire.Principles).Draw(t, "principle")
			}
			questions = append(questions, q)
			i++
			keys, kinds[key] = append(keys, key), typ
		}
		s := section(fmt.Sprintf("s%d", len(sections)), score, questions...)
		if visible != "" {
			s["visibleIf"] = visible
		}
		sections = append(sections, s)
	}
	b, err := json.Marshal(document(sections...))
	if err != nil {
		t.Fatal(err)
	}
	template, err := questionnaire.Read(b)
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return template
}

// randomAnswers answers some of the questions.
func randomAnswers(t *rapid.T, template *questionnaire.Template, name string) questionnaire.Answers {
	a := questionnaire.Answers{}
	for _, key := range template.Keys() {
		q := template.Question(key)
		if rapid.IntRange(0, 4).Draw(t, name+" "+key+" is open") == 0 {
			continue
		}
		if v, ok := randomValue(t, q, name+" "+key); ok {
			a[key] = v
		}
	}
	return a
}

func randomValue(t *rapid.T, q *questionnaire.Question, name string) (questionnaire.Value, bool) {
	switch q.Type {
	case questionnaire.Single:
		return questionnaire.Chosen(rapid.SampledFrom(q.Options).Draw(t, name).Value), true
	case questionnaire.Multi:
		var chosen []string
		for i, o := range q.Options {
			if rapid.Bool().Draw(t, fmt.Sprint(name, i)) {
				chosen = append(chosen, o.Value)
			}
		}
		return questionnaire.Chosen(chosen...), len(chosen) > 0
	case questionnaire.Boolean:
		return questionnaire.True(rapid.Bool().Draw(t, name)), true
	case questionnaire.Number:
		return questionnaire.Counted(rapid.Int64Range(-5, 5).Draw(t, name)), true
	}
	return questionnaire.Said("because"), true
}
