package decision_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/decision"
)

func TestARuleThatNothingCanPass(t *testing.T) {
	test := func(changes ...any) object {
		one := over("t")
		for i := 0; i < len(changes); i += 2 {
			one = with(one, changes[i].(string), changes[i+1])
		}
		return one
	}
	tests := func(all ...any) func(d object) object {
		return func(d object) object { return with(d, "tests", all) }
	}
	quorum := func(changes ...any) func(d object) object {
		one := object{"id": "q", "scope": "TOTAL", "of": "MEMBERS", "op": ">", "ratio": "1"}
		for i := 0; i < len(changes); i += 2 {
			one[changes[i].(string)] = changes[i+1]
		}
		return func(d object) object { return with(d, "quorum", []any{one}) }
	}
	blocking := func(changes ...any) object { return with(test(changes...), "effect", "BLOCKS") }
	nobody := func(d object) object {
		return within(d, "electorate", "tree", []any{leaf("A", "1"), leaf("B", "0")})
	}
	shaded := func(d object) object {
		firms := object{"kinds": []any{"FIRM"}}
		return within(d, "electorate", "tree", []any{with(leaf("A", "1/2"), "who", firms), with(leaf("B", "1/2"), "who", firms)})
	}
	for name, c := range map[string]struct {
		change func(d object) object
		want   string
	}{
		"more than half":                         {tests(test()), ""},
		"all":                                    {tests(test("op", ">=", "ratio", "1")), ""},
		"more than all":                          {tests(test("ratio", "1")), "/tests/0/ratio"},
		"more than all in each chamber":          {tests(test("scope", "EACH_GROUP", "ratio", "1")), "/tests/0/ratio"},
		"more than all in one chamber":           {tests(test("scope", "GROUPS", "groups", []any{"B"}, "ratio", "1")), "/tests/0/ratio"},
		"more than all in some chambers":         {tests(test("scope", "N_GROUPS", "n", 1, "ratio", "1")), "/tests/0/ratio"},
		"less than nothing":                      {tests(test("op", "<", "ratio", "0")), "/tests/0/ratio"},
		"nothing of what it asks for":            {tests(test("op", "<=", "ratio", "0")), ""}, // all may vote another choice
		"fewer than none":                        {tests(with(test("op", "<", "count", 0), "ratio", gone{})), "/tests/0/count"},
		"more seats than a roll can have":        {tests(with(test("op", ">", "count", 1_000_000_000), "ratio", gone{})), "/tests/0/count"},
		"as many as a roll can have":             {tests(with(test("op", ">=", "count", 1_000_000_000), "ratio", gone{})), ""},
		"abstentions of votes that count":        {tests(test("choice", "ABSTAIN")), "/tests/0/ratio"},
		"a quorum of more than all":              {quorum(), "/quorum/0/ratio"},
		"a quorum of more than all in a chamber": {quorum("scope", "EACH_GROUP", "of", "WEIGHT"), "/quorum/0/ratio"},
		"a quorum of all":                        {quorum("op", ">="), ""},
		"the weight of a chamber without any": {
			func(d object) object {
				return tests(test("scope", "GROUPS", "groups", []any{"B"}, "of", "WEIGHT"))(nobody(d))
			}, "/tests/0/ratio",
		},
		"each chamber that has members, where one weighs nothing": {
			func(d object) object { return tests(test("scope", "EACH_GROUP", "of", "WEIGHT"))(nobody(d)) }, "",
		},
		"two chambers, of which one weighs nothing": {
			func(d object) object { return tests(test("scope", "N_GROUPS", "n", 2, "of", "WEIGHT"))(nobody(d)) }, "/tests/0/ratio",
		},
		"a chamber in which nobody ever sits": {
			func(d object) object { return tests(test("scope", "GROUPS", "groups", []any{"B"}))(shaded(d)) }, "/tests/0/ratio",
		},
		"two choices that both need more than half": {tests(test(), with(test("choice", "AGAINST"), "id", "u")), "/tests"},
		"many of a choice that may have few": {
			tests(with(test("op", ">=", "count", 5), "ratio", gone{}), with(with(test("op", "<", "count", 5), "ratio", gone{}), "id", "u")), "/tests",
		},
		"many in one chamber, and few in all": {
			tests(with(test("scope", "GROUPS", "groups", []any{"A"}, "op", ">=", "count", 5), "ratio", gone{}),
				with(with(test("op", "<", "count", 5), "ratio", gone{}), "id", "u")), "/tests",
		},
		"few where a secret ballot needs more": {
			func(d object) object {
				return tests(test(), with(with(test("op", "<", "count", 5), "ratio", gone{}), "id", "u"))(within(d, "ballot", "secrecy", "SECRET"))
			}, "/tests",
		},
		"an objection that blocks as soon as a vote counts": {
			func(d object) object {
				return with(d, "objections", []any{with(blocking("op", "<=", "ratio", "1"), "id", "o")})
			}, "/tests",
		},
		"an objection that blocks whatever all vote": {
			func(d object) object {
				return with(d, "objections", []any{with(blocking("base", "CAST", "op", "<=", "ratio", "1"), "id", "o")})
			}, "/objections/0/ratio",
		},
		"an objection to what is needed": {func(d object) object { return with(d, "objections", []any{with(blocking(), "id", "o")}) }, "/tests"},
		"one way that can be gone": {func(d object) object {
			return with(tests(test("ratio", "1"), with(test(), "id", "u"))(d), "anyOf", []any{[]any{"t"}, []any{"u"}})
		}, ""},
		"no way that can be gone": {func(d object) object {
			return with(tests(test("ratio", "1"), with(test(), "id", "u"))(d), "anyOf", []any{[]any{"t"}, []any{"t", "u"}})
		}, "/anyOf"},
	} {
		t.Run(name, func(t *testing.T) {
			var at []string
			for _, f := range parse(t, c.change(document())).Hopeless() {
				at = append(at, f.Pointer)
				if !strings.HasPrefix(f.Message, "nothing can ever be adopted: ") {
					t.Errorf("%s says %q", f.Pointer, f.Message)
				}
			}
			if got := strings.Join(at, " "); got != c.want {
				t.Errorf("Hopeless = %q, want %q", got, c.want)
			}
		})
	}
}

func TestNoRuleThatIsShippedIsHopeless(t *testing.T) {
	for key, rule := range presets(t) {
		if found := rule.Hopeless(); len(found) > 0 {
			t.Errorf("%s: %v", key, found)
		}
	}
}

// Whatever is told of a rule, no roll with anybody on it passes it.
func TestNoRollPassesAHopelessRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := generated(t)
		wild := func(list string) {
			all, _ := d[list].([]any)
			for i := range all {
				o := with(all[i].(object), "op", rapid.SampledFrom([]string{">=", ">", "<=", "<"}).Draw(t, "op"))
				o = with(o, "choice", rapid.SampledFrom(choices).Draw(t, "choice"))
				if o["count"] != nil {
					o = with(o, "count", rapid.IntRange(0, 12).Draw(t, "count"))
				} else {
					o = with(o, "ratio", rapid.SampledFrom([]string{"0", "1/2", "1"}).Draw(t, "ratio"))
				}
				all[i] = o
			}
		}
		wild("tests")
		wild("objections")
		rule := parse(t, d)
		seats, whole := map[string]int64{}, int64(0)
		for _, leaf := range rule.Leaves() {
			seats[leaf] = rapid.SampledFrom([]int64{0, 1, 2, 5, 7}).Draw(t, "seats")
			whole += seats[leaf]
		}
		if whole > 0 && decision.Passable(rule, seats) == nil && decision.KeepsSecret(rule, seats) == nil {
			if found := rule.Hopeless(); len(found) > 0 {
				t.Errorf("it is passed by %v, and is said to be hopeless: %v", seats, found)
			}
		}
	})
}
