package decision_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/decision"
)

// object is a JSON object of a test.
type object = map[string]any

// leaf is a node in which parties of one kind sit.
func leaf(key, share string) object {
	return object{"key": key, "share": share, "who": "LISTED"}
}

// node is a node with others below it.
func node(key, share string, children ...any) object {
	return object{"key": key, "share": share, "children": children}
}

// over is a test of the whole: more than half of those whose papers count.
func over(id string) object {
	return object{"id": id, "scope": "TOTAL", "choice": "FOR", "of": "MEMBERS", "base": "COUNTED", "op": ">", "ratio": "1/2"}
}

// document is a rule as JSON, right as it is: two houses, more than half of the whole.
func document() object {
	return object{
		"v": 1, "key": "test.rule",
		"electorate": object{"tree": []any{leaf("A", "1/2"), leaf("B", "1/2")}, "groups": []any{"A", "B"}},
		"ballot":     object{"choices": []any{"FOR", "AGAINST", "ABSTAIN"}, "abstain": "ABSTAIN"},
		"tests":      []any{over("majority")},
	}
}

// with copies an object and changes a member; gone takes it away.
func with(o object, name string, value any) object {
	o = maps.Clone(o)
	if o[name] = value; value == any(gone{}) {
		delete(o, name)
	}
	return o
}

// gone stands for a member that is left out.
type gone struct{}

// within changes a member of an object of the document.
func within(d object, part, name string, value any) object {
	return with(d, part, with(d[part].(object), name, value))
}

func text(t rapid.TB, v any) []byte {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parse(t rapid.TB, v any) *decision.Rule {
	t.Helper()
	rule, faults := decision.Parse(text(t, v))
	if len(faults) > 0 {
		t.Fatalf("Parse: %v", faults)
	}
	return rule
}

// faults are what is wrong with a document, sorted: pointers with codes.
func faults(t rapid.TB, v any) []string {
	t.Helper()
	_, found := decision.Parse(text(t, v))
	return told(t, found)
}

func told(t rapid.TB, found []decision.Fault) []string {
	t.Helper()
	all := []string{}
	for _, f := range found {
		if len(f.Message) < 10 {
			t.Errorf("%s has no sentence: %q", f.Pointer, f.Message)
		}
		all = append(all, f.Pointer+" "+string(f.Code))
	}
	slices.Sort(all)
	return all
}

// votes are lines such as "A 3 FOR", "B 2" for silence, and "B 1 AGAINST unreasoned".
func votes(t rapid.TB, lines ...string) []decision.Line {
	t.Helper()
	all := make([]decision.Line, len(lines))
	for i, s := range lines {
		words := strings.Fields(s)
		l := decision.Line{Leaf: words[0]}
		if _, err := fmt.Sscan(words[1], &l.Parties); err != nil {
			t.Fatal(err)
		}
		for _, w := range words[2:] {
			switch w {
			case "unreasoned":
				l.Unreasoned = true
			case "recused":
				l.Recused = true
			case "destroyed":
				l.Destroyed = true
			default:
				if n, err := fmt.Sscanf(w, "proxies=%d", &l.Proxies); n == 1 && err == nil {
					continue
				}
				l.Vote = w
			}
		}
		all[i] = l
	}
	return all
}

func evaluate(t rapid.TB, r *decision.Rule, lines []decision.Line) *decision.Result {
	t.Helper()
	result, err := decision.Evaluate(r, lines)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// shown are findings in short: "majority . 6/10 5 holds".
func shown(found []decision.Finding) []string {
	all := []string{}
	for _, f := range found {
		group := f.Group
		if group == "" {
			group = "."
		}
		s := fmt.Sprintf("%s %s %s of %s, %s", f.ID, group, f.Left, f.Base, f.Bound)
		if f.Holds {
			s += " holds"
		}
		if f.Cause != "" {
			s += " " + f.Cause
		}
		all = append(all, s)
	}
	return all
}

// presets are those of the product, by key.
func presets(t rapid.TB) map[string]*decision.Rule {
	t.Helper()
	all, err := decision.Presets()
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*decision.Rule{}
	for _, p := range all {
		by[p.Document().Key] = p
	}
	return by
}
