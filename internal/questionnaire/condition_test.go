package questionnaire_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

func TestConditionsArePrintedInOneForm(t *testing.T) {
	for in, want := range map[string]string{
		`{a}="x"`:                            `{a} = "x"`,
		`  {a} = 'x'  `:                      `{a} = "x"`,
		`{a} = 'say "x"'`:                    `{a} = 'say "x"'`,
		`{a} contains ["x"]`:                 `{a} contains "x"`,
		`{a} contains [ "x" , "y" ]`:         `{a} contains ["x", "y"]`,
		`(({a}=1))`:                          `{a} = 1`,
		`{a}=1 and ({b}=2 and {c}=3)`:        `{a} = 1 and {b} = 2 and {c} = 3`,
		`({a}=1 or {b}=2) or {c}=3`:          `{a} = 1 or {b} = 2 or {c} = 3`,
		`{a}=1 or ({b}=2 and {c}=3)`:         `{a} = 1 or {b} = 2 and {c} = 3`,
		`({a}=1 or {b}=2) and {c}=3`:         `({a} = 1 or {b} = 2) and {c} = 3`,
		`not({a}=1 or {b}=2)and not{c}empty`: `not ({a} = 1 or {b} = 2) and not {c} empty`,
		`not not {a} notempty`:               `not not {a} notempty`,
		`{a}<>-5`:                            `{a} <> -5`,
		`{a} >= 007`:                         `{a} >= 7`,
		`{a}<=1or{b}<2`:                      "",
		`{a} <= 1 or {b} < 2`:                `{a} <= 1 or {b} < 2`,
		"{a b-c.d} = true\tor\n{é} <> false": `{a b-c.d} = true or {é} <> false`,
		`{a} contains []`:                    `{a} contains []`,
		`{a} = "x" AND {b} = "y"`:            "",
		`{a} == "x"`:                         "",
		`{a} = x`:                            "",
		`{a} = 1.5`:                          "",
		`{a} = 9223372036854775808`:          "",
		`{a} = 9007199254740992`:             "",
		`{a} = "x`:                           "",
		`{a = 1`:                             "",
		`{a} =`:                              "",
		`{a}`:                                "",
		`{a} = 1 or`:                         "",
		`({a} = 1`:                           "",
		`{a} = 1)`:                           "",
		`{a} contains ["x"`:                  "",
		`not`:                                "",
		``:                                   "",
	} {
		e, err := questionnaire.Parse(in)
		var parse *questionnaire.ParseError
		switch {
		case want == "" && !errors.As(err, &parse):
			t.Errorf("Parse(%s) = %v, want it refused", in, err)
		case want == "":
		case err != nil:
			t.Errorf("Parse(%s): %v", in, err)
		case questionnaire.Print(e) != want:
			t.Errorf("Print(Parse(%s)) = %s, want %s", in, questionnaire.Print(e), want)
		}
	}
}

func TestBoundsOfConditions(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("(", n) + "{a} = 1" + strings.Repeat(")", n) }
	if _, err := questionnaire.Parse(deep(32)); err != nil {
		t.Errorf("32 brackets: %v", err)
	}
	for _, s := range []string{deep(33), strings.Repeat("not ", 33) + "{a} = 1", strings.Repeat(" ", 9_994) + "{a} = 1"} {
		if e, err := questionnaire.Parse(s); err == nil {
			t.Errorf("%.50s is taken as %v", s, questionnaire.Print(e))
		}
	}
	if _, err := questionnaire.Parse(strings.Repeat(" ", 9_993) + "{a} = 1"); err != nil {
		t.Errorf("10,000 characters: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{a} = "x" and ({b} contains ["y", 'z'] or not {c} >= -5) or {d} empty`, `not not ({a} = true)`, `((((`, `{`, `{a} contains []`, "{a} = '\"'", "{a}<>1or{b}=2",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := questionnaire.Parse(s)
		if err != nil {
			return
		}
		again, err := questionnaire.Parse(questionnaire.Print(e))
		if len(s) < 5000 && err != nil { // what is printed may pass the bound of 10,000 characters
			t.Fatalf("%s is printed as %s: %v", s, questionnaire.Print(e), err)
		}
		if err == nil && !cmp.Equal(e, again) {
			t.Fatalf("%s is printed as %s: %s", s, questionnaire.Print(e), cmp.Diff(e, again))
		}
	})
}

// expr draws a condition tree.
func expr(t *rapid.T, depth int) questionnaire.Expr {
	parts := func() []questionnaire.Expr {
		all := make([]questionnaire.Expr, rapid.IntRange(2, 3).Draw(t, "parts"))
		for i := range all {
			all[i] = expr(t, depth-1)
		}
		return all
	}
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	switch {
	case depth > 0 && kind == 0:
		return &questionnaire.All{Parts: parts()}
	case depth > 0 && kind == 1:
		return &questionnaire.Any{Parts: parts()}
	case depth > 0 && kind == 2:
		return &questionnaire.Not{Part: expr(t, depth-1)}
	}
	return &questionnaire.Test{Question: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "q"), Op: questionnaire.Equals, Literals: []questionnaire.Literal{{Kind: questionnaire.TruthLiteral, Truth: rapid.Bool().Draw(t, "literal")}}}
}

func holds(e questionnaire.Expr, a map[string]bool) bool {
	switch e := e.(type) {
	case *questionnaire.All:
		for _, p := range e.Parts {
			if !holds(p, a) {
				return false
			}
		}
		return true
	case *questionnaire.Any:
		for _, p := range e.Parts {
			if holds(p, a) {
				return true
			}
		}
		return false
	case *questionnaire.Not:
		return !holds(e.Part, a)
	}
	test := e.(*questionnaire.Test)
	given, there := a[test.Question]
	return there && given == test.Literals[0].Truth
}

// Printing keeps what a tree means, whatever brackets it needs.
func TestPrintedConditionsMeanTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := expr(t, 4)
		again, err := questionnaire.Parse(questionnaire.Print(e))
		if err != nil {
			t.Fatal(err)
		}
		for n := range 9 {
			a := map[string]bool{}
			if n%3 < 2 {
				a["a"] = n%3 == 1
			}
			if n/3 < 2 {
				a["b"] = n/3 == 1
			}
			if holds(e, a) != holds(again, a) {
				t.Fatalf("%s means another thing with %v", questionnaire.Print(e), a)
			}
		}
	})
}

func TestTestsOfAnswers(t *testing.T) {
	d := document(section("s", "NONE",
		choice("single", "SINGLE", 0, 0), choice("multi", "MULTI", 0, 0, 0),
		object{"key": "text", "type": "TEXT"}, object{"key": "number", "type": "NUMBER"}, object{"key": "yes", "type": "BOOLEAN"}, object{"key": "date", "type": "DATE"}))
	none := questionnaire.Answers{}
	all := questionnaire.Answers{
		"single": questionnaire.Chosen("v0"), "multi": questionnaire.Chosen("v0", "v2"), "text": questionnaire.Said("x"), "number": questionnaire.Counted(5),
		"yes": questionnaire.True(false), "date": questionnaire.On("2026-11-28"),
	}
	for condition, want := range map[string][2]bool{ // on no answers, on all
		`{single} = "v0"`:              {false, true},
		`{single} = "v1"`:              {false, false},
		`{single} <> "v0"`:             {true, false},
		`{single} <> "v1"`:             {true, true},
		`{single} empty`:               {true, false},
		`{single} notempty`:            {false, true},
		`not {single} = "v0"`:          {true, false},
		`{multi} contains "v0"`:        {false, true},
		`{multi} contains "v1"`:        {false, false},
		`{multi} contains ["v0","v2"]`: {false, true},
		`{multi} contains ["v0","v1"]`: {false, false},
		`{text} = "x"`:                 {false, true},
		`{text} = "X"`:                 {false, false},
		`{text} <> "y"`:                {true, true},
		`{text} empty`:                 {true, false},
		`{number} = 5`:                 {false, true},
		`{number} < 5`:                 {false, false},
		`{number} <= 5`:                {false, true},
		`{number} > 4`:                 {false, true},
		`{number} >= 6`:                {false, false},
		`{number} <> 5`:                {true, false},
		`{number} notempty`:            {false, true},
		`{yes} = false`:                {false, true},
		`{yes} = true`:                 {false, false},
		`{yes} <> true`:                {true, true},
		`{date} < "2026-11-29"`:        {false, true},
		`{date} <= "2026-11-27"`:       {false, false},
		`{date} = "2026-11-28"`:        {false, true},
		`{date} <> "2026-11-28"`:       {true, false},
		`{date} empty`:                 {true, false},
		`{single} = "v0" and {number} > 9 or {yes} = false`: {false, true},
	} {
		asked := with(d, "sections", append(d["sections"].([]any), with(section("asks", "NONE", object{"key": "last", "type": "TEXT"}), "visibleIf", condition)))
		template := read(t, asked)
		for i, a := range []questionnaire.Answers{none, all} {
			if got := template.Visibility(template.Set(a)).Visible("last"); got != want[i] {
				t.Errorf("%s on %d answers = %v, want %v", condition, len(a), got, want[i])
			}
		}
	}
}

func TestTypesOfTests(t *testing.T) {
	d := []object{choice("single", "SINGLE", 0), choice("multi", "MULTI", 0), {"key": "text", "type": "TEXT"}, {"key": "number", "type": "NUMBER"}, {"key": "yes", "type": "BOOLEAN"}, {"key": "date", "type": "DATE"}}
	for condition, code := range map[string]string{
		`{single} < "v0"`: "WRONG_TYPE", `{single} = 1`: "WRONG_TYPE", `{single} = "v9"`: "UNKNOWN_OPTION", `{multi} = "v0"`: "WRONG_TYPE",
		`{multi} contains ["v0", "v9"]`: "UNKNOWN_OPTION", `{text} > "a"`: "WRONG_TYPE", `{text} = 1`: "WRONG_TYPE", `{text} contains "a"`: "WRONG_TYPE",
		`{number} = "1"`: "WRONG_TYPE", `{number} contains 1`: "WRONG_TYPE", `{yes} < true`: "WRONG_TYPE", `{yes} = 1`: "WRONG_TYPE",
		`{date} = 20260101`: "WRONG_TYPE", `{date} > "2026-2-1"`: "WRONG_TYPE", `{nobody} empty`: "UNKNOWN_QUESTION", `{last} empty`: "CYCLE",
	} {
		got := faults(t, document(section("s", "NONE", append(d, object{"key": "last", "type": "TEXT", "visibleIf": condition})...)))
		if want := "sections.0.questions.6.visibleIf " + code; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", condition, got, want)
		}
	}
}

func TestWhyHidden(t *testing.T) {
	d := document(section("one", "NONE", object{"key": "a", "type": "BOOLEAN"}, object{"key": "b", "type": "BOOLEAN"}),
		with(with(section("two", "NONE", object{"key": "q", "type": "TEXT", "panel": "p", "visibleIf": "{b} = true and {a} = true"}), "visibleIf", "{a}=true"),
			"panels", []any{object{"key": "p", "visibleIf": "{b}   notempty"}}))
	template := read(t, d)
	why := template.Visibility(template.Set(nil)).WhyHidden("q")
	want := []questionnaire.Hidden{
		{Part: questionnaire.OfSection, Key: "two", Condition: "{a} = true", Reads: []string{"a"}},
		{Part: questionnaire.OfPanel, Key: "p", Condition: "{b} notempty", Reads: []string{"b"}},
		{Part: questionnaire.OfQuestion, Key: "q", Condition: "{b} = true and {a} = true", Reads: []string{"b", "a"}},
	}
	if diff := cmp.Diff(want, why); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	yes := template.Set(questionnaire.Answers{"a": questionnaire.True(true), "b": questionnaire.True(true)})
	if why := template.Visibility(yes).WhyHidden("q"); why != nil {
		t.Errorf("a visible question is hidden by %v", why)
	}
	if s := fmt.Sprint(want[1]); s != "the panel p is shown only if {b} notempty" {
		t.Errorf("in words: %s", s)
	}
	appeared, vanished := template.Turned(template.Set(nil), yes)
	if !cmp.Equal(appeared, []string{"q"}) || vanished != nil {
		t.Errorf("appeared %v, vanished %v", appeared, vanished)
	}
}

// A hidden question is still read: its answer is stored.
func TestConditionsReadHiddenAnswers(t *testing.T) {
	template := read(t, document(section("s", "NONE", object{"key": "a", "type": "BOOLEAN"}, object{"key": "b", "type": "BOOLEAN", "visibleIf": "{a} = true"},
		object{"key": "c", "type": "TEXT", "visibleIf": "{b} = true"})))
	v := template.Visibility(template.Set(questionnaire.Answers{"b": questionnaire.True(true)}))
	if v.Visible("b") || !v.Visible("c") {
		t.Errorf("visible: %v, want a and c", v.Keys())
	}
}
