package questionnaire_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

func TestWhatCannotBeShownTogetherIsNotReachable(t *testing.T) {
	template := read(t, document(
		section("s", "RAW", choice("phase", "SINGLE", 0, 1), object{"key": "n", "type": "NUMBER"}, object{"key": "why", "type": "TEXT"}, choice("many", "MULTI", 2, 3)),
		with(section("design", "RAW", choice("a", "SINGLE", 0, 5), choice("b", "SINGLE", 0, 2)), "visibleIf", `{phase} = "v0"`),
		with(section("built", "RAW", choice("c", "SINGLE", 0, 4)), "visibleIf", `{phase} = "v1"`),
		section("care", "MITIGATION", with(choice("d", "SINGLE", 0, 9), "visibleIf", "{n} > 3 and {n} < 5"), with(choice("e", "SINGLE", 0, 8), "visibleIf", "{n} > 4 or {why} = 'x' and {why} <> 'x'"),
			with(choice("f", "SINGLE", 0, 1), "visibleIf", `not {many} contains "v0"`)),
	))
	got, exact := template.Reachable()
	if want := (questionnaire.Reachable{Raw: 12, Mitigation: 10}); got != want || !exact || template.RawMax() != 17 || template.MitigationMax() != 18 {
		t.Errorf("reachable %+v (exact: %v), want %+v of %d and %d", got, exact, want, template.RawMax(), template.MitigationMax())
	}
}

// The most that can be reached is what the best of all answers reach.
func TestTheReachableIsReachedAndNotPassed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		template := random(t, 4)
		got, exact := template.Reachable()
		if !exact {
			t.Fatal("not found for a small template")
		}
		var best questionnaire.Reachable
		try := func(a questionnaire.Answers) {
			n := template.Totals(template.Set(a))
			best = questionnaire.Reachable{Raw: max(best.Raw, n.Raw), Mitigation: max(best.Mitigation, n.Mitigation)}
		}
		everyAnswer(template, template.Keys(), questionnaire.Answers{}, try)
		if got != best {
			t.Fatalf("reachable %+v, the best of all answers have %+v: %s", got, best, template.Bytes())
		}
	})
}

// everyAnswer tries all combinations of answers to some questions, no answer included.
func everyAnswer(t *questionnaire.Template, keys []string, a questionnaire.Answers, try func(questionnaire.Answers)) {
	if len(keys) == 0 {
		try(a)
		return
	}
	key, q := keys[0], t.Question(keys[0])
	values := []questionnaire.Value{{}}
	switch q.Type {
	case questionnaire.Single:
		for _, o := range q.Options {
			values = append(values, questionnaire.Chosen(o.Value))
		}
	case questionnaire.Multi:
		for n := 1; n < 1<<len(q.Options); n++ {
			var chosen []string
			for i, o := range q.Options {
				if n>>i&1 == 1 {
					chosen = append(chosen, o.Value)
				}
			}
			values = append(values, questionnaire.Chosen(chosen...))
		}
	case questionnaire.Boolean:
		values = append(values, questionnaire.True(true), questionnaire.True(false))
	}
	for _, v := range values {
		a[key] = v
		everyAnswer(t, keys[1:], a, try)
	}
	delete(a, key)
}
