package ciso_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/ciso"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

func good(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestALibraryBecomesATemplate(t *testing.T) {
	template, notices, err := ciso.Read([]byte(good(t)), ciso.About{Key: "fair-offers"})
	if err != nil {
		t.Fatal(source.Of(err).Listed)
	}
	d := template.Document()
	if d.Title["fr"] != "Offres loyales" || d.Licence != "Written for tests of this project." || !slices.Equal(d.Languages, []string{"en", "fr"}) {
		t.Errorf("title %v, licence %q, languages %v", d.Title, d.Licence, d.Languages)
	}
	var got []string
	for _, s := range d.Sections {
		got = append(got, fmt.Sprintf("section %s %q %q %s", s.Key, s.Title, s.Intro["fr"], s.ScoreType))
		for _, p := range s.Panels {
			got = append(got, fmt.Sprintf("panel %s %q", p.Key, p.Title["en"]))
		}
		for _, q := range s.Questions {
			most, _ := template.MaxScore(q.Key)
			got = append(got, fmt.Sprintf("%s in %q: %s of %d %q if %s", q.Key, q.Panel, q.Type, most, q.Help["en"], q.VisibleIf))
		}
	}
	want := []string{
		`section prices map["en":"1 Prices" "fr":"1 Prix"] "Comment un prix se forme." MITIGATION`,
		`panel who "1.1 Personal prices › 1.1.1 Who pays what"`,
		`who:question:1 in "who": SINGLE of 4 "Two people see two prices.\n\nThink of loyalty, too.\n\nA list of prices.\n\nAny part of the price." if `,
		`who:question:2 in "who": MULTI of 3 "" if {who:question:1} = "1" or {who:question:1} = "3"`,
		`who:question:3 in "who": TEXT of 0 "" if ({who:question:1} = "1" or {who:question:1} = "3") and {who:question:2} contains ["1", "2"]`,
		`who:question:4 in "who": DATE of 0 "" if ({who:question:1} = "1" or {who:question:1} = "3") and ({who:question:2} contains "1" or {who:question:2} contains "2")`,
		`section words map["en":"Words"] "" MITIGATION`,
		`words:question:1 in "": SINGLE of 3 "" if `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), read (+):\n%s", diff)
	}
	options := d.Sections[0].Questions[0].Options
	if options[0].Title["fr"] != "Oui" || options[2].Title["en"] != "Not known\nNobody has looked." || options[2].Value != "3" {
		t.Errorf("options %+v", options)
	}
	told := ""
	for _, n := range notices {
		told += n.Message + "\n"
	}
	for _, word := range []string{"compute_result", "color", "select_implementation_groups", "implementation_groups", "threats", "max_score", "by a result alone"} {
		if !strings.Contains(told, word) {
			t.Errorf("no notice tells of %s:\n%s", word, told)
		}
	}
	again, err := questionnaire.Read(template.Bytes())
	if err != nil || again.Hash() != template.Hash() {
		t.Errorf("written and read again: %v", err)
	}
	risk, _, err := ciso.Read([]byte(good(t)), ciso.About{Key: "fair-offers", Total: questionnaire.Raw})
	if err != nil || risk.RawMax() != 10 || template.MitigationMax() != 10 {
		t.Errorf("maxima %d and %d, want 10: %v", risk.RawMax(), template.MitigationMax(), err)
	}
}

// What is hidden in CISO Assistant with the question that it depends on is hidden here, too.
func TestWhatDependsOnAHiddenQuestionIsHidden(t *testing.T) {
	template, _, err := ciso.Read([]byte(good(t)), ciso.About{Key: "fair-offers"})
	if err != nil {
		t.Fatal(err)
	}
	a := questionnaire.Answers{"who:question:1": questionnaire.Chosen("2"), "who:question:2": questionnaire.Chosen("1", "2")}
	if v := template.Visibility(template.Set(a)); v.Visible("who:question:3") || v.Visible("who:question:4") {
		t.Errorf("visible: %v", v.Keys())
	}
	a["who:question:1"] = questionnaire.Chosen("3")
	if v := template.Visibility(template.Set(a)); !v.Visible("who:question:3") || !v.Visible("who:question:4") {
		t.Errorf("visible: %v", v.Keys())
	}
}

func TestWhatALibraryHasThatATemplateLacksIsNamed(t *testing.T) {
	file := good(t)
	change := func(old, by string) {
		t.Helper()
		if strings.Count(file, old) == 0 {
			t.Fatalf("the file has no %s", old)
		}
		file = strings.Replace(file, old, by, 1)
	}
	change("add_score: 4", "add_score: -4")
	change("add_score: 2}", "add_score: 2.5}")
	change("weight: 1", "weight: 3")
	change("type: date", "type: matrix")
	change("condition: any}", "condition: none}")
	change("text: Are terms easy to read?", "text: Are terms easy to read?\n          unit: words")
	change("depends_on: null", `depends_on: {question: "urn:later", answers: [x]}`)
	change("- {urn: \"urn:plenary:risk:req_node:fair-offers:result\"", "- {urn: \"urn:plenary:risk:req_node:fair-offers:words\"")
	change("locale: en", "locale: en\nsoup: yes")
	_, _, err := ciso.Read([]byte(file), ciso.About{Key: "fair-offers"})
	var got []string
	for _, f := range source.Of(err).Listed {
		got = append(got, fmt.Sprint(f.Path[max(0, len(f.Path)-45):], " ", f.Code))
		if f.Line < 2 || f.Message == "" {
			t.Errorf("%+v has no line or no sentence", f)
		}
		if strings.HasSuffix(f.Path, "choices.1.add_score") && strings.Contains(f.Path, "question:1") && !strings.Contains(f.Message, "negative add_score (-4)") {
			t.Errorf("a negative score is not named: %s", f.Message)
		}
	}
	for _, end := range []string{
		"question:1.choices.1.add_score UNSUPPORTED", "question:2.choices.1.add_score NOT_WHOLE", "2.weight UNSUPPORTED", "question:4.type UNSUPPORTED",
		"question:2.depends_on.condition UNSUPPORTED", "words:question:1.unit UNSUPPORTED", "words:question:1.depends_on.question UNKNOWN_QUESTION", "4.urn DUPLICATE", "soup UNSUPPORTED",
	} {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, end) }) {
			t.Errorf("%s is missing", end)
		}
	}
	if len(got) != 9 {
		t.Errorf("%d faults, want 9: %v", len(got), got)
	}
}

func TestALibraryThatAsksNothingIsRefused(t *testing.T) {
	for name, file := range map[string]string{
		"no framework":       "name: x\nobjects: {threats: []}",
		"no objects":         "name: x",
		"no questions":       "name: x\nobjects:\n  framework:\n    requirement_nodes:\n    - {urn: a, name: A}",
		"the older form":     "name: x\nobjects:\n  framework:\n    requirement_nodes:\n    - {urn: a, name: A, question: {question_type: text}}",
		"a list":             "- a",
		"two documents":      "name: x\n---\nname: y",
		"broken":             "name: [",
		"a merge key":        "a: &a {b: c}\nobjects: {<<: *a}",
		"an alias of itself": "objects: &a {framework: *a}",
		"a parent after":     "name: x\nobjects:\n  framework:\n    requirement_nodes:\n    - {urn: a, name: A, parent_urn: b}\n    - {urn: b, name: B}",
	} {
		if _, _, err := ciso.Read([]byte(file), ciso.About{Key: "a-test"}); source.Of(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABombOfAliasesIsRefusedSoon(t *testing.T) {
	file := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		file += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	for name, text := range map[string]string{
		"aliases":       file,
		"deep lists":    strings.Repeat("[", 5000),
		"deep mappings": strings.Repeat("{a: ", 5000),
		"many values":   "[" + strings.Repeat("a,", 1_300_000) + "a]",
		"large":         strings.Repeat("# nothing\n", 1_000_000),
	} {
		_, _, err := ciso.Read([]byte(text), ciso.About{Key: "a-test"})
		if found := source.Of(err); found == nil || !slices.Contains([]source.Code{source.TooLarge, source.TooDeep, source.Syntax}, found.Listed[0].Code) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(good(f)))
	f.Add([]byte("objects: {framework: {requirement_nodes: [{urn: a, questions: {b: {type: unique_choice, choices: [{value: x, add_score: -1}]}}}]}}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		template, _, err := ciso.Read(b, ciso.About{Key: "a-test"})
		if (template == nil) != (source.Of(err) != nil) {
			t.Fatalf("template %v, error %v", template, err)
		}
	})
}
