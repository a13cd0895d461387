package decision_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/decision"
)

// grow makes siblings whose shares sum to 1, and names the leaves below them.
func grow(t *rapid.T, above string, depth int, leaves *[]string) []any {
	n := rapid.IntRange(1, 3).Draw(t, "siblings")
	parts := make([]int64, n)
	var sum int64
	for i := range parts {
		parts[i] = rapid.Int64Range(1, 5).Draw(t, "part")
		sum += parts[i]
	}
	all := make([]any, n)
	for i := range all {
		key := fmt.Sprint("N", i)
		path := strings.TrimPrefix(above+"."+key, ".")
		share := fmt.Sprintf("%d/%d", parts[i], sum)
		if depth < 3 && rapid.IntRange(0, 2).Draw(t, "divided") == 0 {
			all[i] = node(key, share, grow(t, path, depth+1, leaves)...)
			continue
		}
		*leaves = append(*leaves, path)
		all[i] = leaf(key, share)
	}
	return all
}

var choices = []string{"FOR", "AGAINST", "OTHER", "ABSTAIN"}

// asks makes a test of a choice. Ratios of 0 ask for nothing and are left out.
func asks(t *rapid.T, id string, groups int, choice string, ops ...string) object {
	o := object{
		"id": id, "scope": rapid.SampledFrom([]string{"TOTAL", "EACH_GROUP", "N_GROUPS", "GROUPS"}).Draw(t, "scope"), "choice": choice,
		"of": rapid.SampledFrom([]string{"MEMBERS", "WEIGHT"}).Draw(t, "of"), "base": rapid.SampledFrom([]string{"CAST", "COUNTED", "ELIGIBLE"}).Draw(t, "base"),
		"op": rapid.SampledFrom(ops).Draw(t, "op"),
	}
	switch o["scope"] {
	case "N_GROUPS":
		o["n"] = rapid.IntRange(1, groups).Draw(t, "n")
	case "GROUPS":
		o["groups"] = []any{fmt.Sprint("N", rapid.IntRange(0, groups-1).Draw(t, "group"))}
	}
	if o["of"] == "MEMBERS" && rapid.Bool().Draw(t, "counted") {
		o["count"] = rapid.IntRange(1, 4).Draw(t, "count")
	} else {
		o["ratio"] = rapid.SampledFrom([]string{"1/3", "1/2", "3/5", "2/3", "1/10"}).Draw(t, "ratio")
	}
	return o
}

// generated is a rule whose tests ask much of FOR and little of others. Silence never follows the majority: with three choices it can turn
// against a choice that has just won a paper.
func generated(t *rapid.T) object {
	var leaves []string
	tree := grow(t, "", 1, &leaves)
	groups := len(tree)
	d := object{
		"v": 1, "key": "test.generated",
		"electorate": object{
			"tree": tree, "per": rapid.SampledFrom([]string{"ELIGIBLE", "CAST", "COUNTED"}).Draw(t, "per"),
			"emptyShare": rapid.SampledFrom([]string{"SIBLINGS", "LOST"}).Draw(t, "emptyShare"),
		},
		"ballot": object{
			"choices": choices, "abstain": "ABSTAIN", "abstentions": rapid.SampledFrom([]string{"EXCLUDED", "COUNTED"}).Draw(t, "abstentions"),
			"silence": rapid.SampledFrom([]string{"ABSENT", "ABSTAIN"}).Draw(t, "silence"),
		},
	}
	if rapid.Bool().Draw(t, "secret") {
		d = within(d, "ballot", "secrecy", "SECRET")
	} else {
		d = within(d, "ballot", "reasonsFor", rapid.SampledFrom([][]string{{}, {"AGAINST"}, {"FOR", "OTHER"}}).Draw(t, "reasonsFor"))
	}
	tests, objections, ids := []any{}, []any{}, []any{}
	for i := range rapid.IntRange(1, 3).Draw(t, "tests") {
		id := fmt.Sprint("t", i)
		ids = append(ids, id)
		if rapid.IntRange(0, 2).Draw(t, "other") == 0 {
			tests = append(tests, asks(t, id, groups, rapid.SampledFrom([]string{"AGAINST", "OTHER"}).Draw(t, "of"), "<=", "<"))
		} else {
			tests = append(tests, asks(t, id, groups, "FOR", ">=", ">"))
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "objections") {
		o := asks(t, fmt.Sprint("o", i), groups, rapid.SampledFrom([]string{"AGAINST", "OTHER"}).Draw(t, "of"), ">=", ">")
		objections = append(objections, with(o, "effect", rapid.SampledFrom([]string{"BLOCKS", "ANSWER_FIRST"}).Draw(t, "effect")))
	}
	d["tests"], d["objections"] = tests, objections
	if rapid.Bool().Draw(t, "quorum") {
		d["quorum"] = []any{object{
			"id": "q", "scope": rapid.SampledFrom([]string{"TOTAL", "EACH_GROUP"}).Draw(t, "scope"), "of": rapid.SampledFrom([]string{"MEMBERS", "WEIGHT"}).Draw(t, "of"),
			"op": ">=", "ratio": "1/3",
		}}
	}
	if len(ids) > 1 && rapid.IntRange(0, 3).Draw(t, "ways") == 0 {
		d["anyOf"] = []any{ids[:1], ids[1:]}
	}
	return d
}

// papers are one line for each seat of a roll.
func papers(t *rapid.T, r *decision.Rule) []decision.Line {
	b := r.Document().Ballot
	var all []decision.Line
	for _, leaf := range r.Leaves() {
		for range rapid.SampledFrom([]int{0, 1, 2, 5, 7}).Draw(t, "seats") {
			l := decision.Line{Leaf: leaf, Parties: 1, Vote: rapid.SampledFrom(append([]string{""}, b.Choices...)).Draw(t, "vote")}
			l.Recused = rapid.IntRange(0, 9).Draw(t, "recused") == 0
			l.Unreasoned = len(b.ReasonsFor) > 0 && rapid.IntRange(0, 3).Draw(t, "unreasoned") == 0
			all = append(all, l)
		}
	}
	return all
}

func adopted(result *decision.Result) bool {
	return result.Outcome == decision.Adopted || result.Outcome == decision.AdoptedOnceAnswered
}

// turn makes a paper that was given one for a choice, with its reason; without a reason it would not count.
func turn(lines []decision.Line, i int, choice string) []decision.Line {
	lines = slices.Clone(lines)
	lines[i].Vote, lines[i].Unreasoned = choice, false
	return lines
}

func TestAPaperThatTurnsToTheChoiceNeverRejects(t *testing.T) {
	check := func(t *rapid.T, rule *decision.Rule, lines []decision.Line, choice string) {
		before := evaluate(t, rule, lines)
		for i, l := range lines {
			if l.Vote == "" || l.Recused {
				continue
			}
			after := evaluate(t, rule, turn(lines, i, choice))
			worse := adopted(before) && !adopted(after) || before.Outcome == decision.Adopted && after.Outcome != decision.Adopted
			if worse {
				t.Fatalf("%s became %s when line %d (%+v) turned to %s:\n%s\n%v\n%v\n%v\n%v\n%v\n%v\n%v", before.Outcome, after.Outcome, i, l, choice, rule.Bytes(), lines,
					shown(before.Tests), shown(before.Objections), shown(after.Quorum), shown(after.Tests), shown(after.Objections), after.Sentence)
			}
		}
	}
	t.Run("generated", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			rule := parse(t, generated(t))
			check(t, rule, papers(t, rule), "FOR")
		})
	})
	for key, rule := range presets(t) {
		t.Run(key, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { check(t, rule, papers(t, rule), rule.Document().Ballot.Choices[0]) })
		})
	}
}

func TestTheOrderOfPapersPartiesAndGroupsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := generated(t)
		rule := parse(t, d)
		lines := papers(t, rule)
		before := evaluate(t, rule, lines)
		shuffled := rapid.Permutation(lines).Draw(t, "lines")
		if len(shuffled) > 1 { // two of a kind on one line
			a, b := shuffled[0], shuffled[1]
			if a == b {
				a.Parties = 2
				shuffled = append([]decision.Line{a}, shuffled[2:]...)
			}
		}
		if after := evaluate(t, rule, shuffled); string(text(t, after)) != string(text(t, before)) {
			t.Fatalf("another order of papers: %v, was %v", after, before)
		}
		tree := d["electorate"].(object)["tree"].([]any)
		groups := make([]any, len(tree))
		for i, n := range tree {
			groups[i] = n.(object)["key"]
		}
		other := within(within(d, "electorate", "tree", rapid.Permutation(tree).Draw(t, "tree")), "electorate", "groups", rapid.Permutation(groups).Draw(t, "groups"))
		after := evaluate(t, parse(t, other), lines)
		sorted := func(r *decision.Result) []string {
			all := slices.Concat(shown(r.Quorum), shown(r.Tests), shown(r.Objections))
			for _, g := range r.Groups {
				all = append(all, string(text(t, g)))
			}
			slices.Sort(all)
			return all
		}
		if after.Outcome != before.Outcome || !slices.Equal(sorted(after), sorted(before)) {
			t.Fatalf("another order of groups: %v, was %v", sorted(after), sorted(before))
		}
	})
}

// whole is what all weigh together, as a test of the whole finds it.
func whole(t *rapid.T, d object, basis string, lines []decision.Line) (decision.Finding, *decision.Rule) {
	per := within(d, "electorate", "per", basis)
	per["tests"] = []any{object{"id": "w", "scope": "TOTAL", "choice": "FOR", "of": "WEIGHT", "base": basis, "op": ">=", "ratio": "1/2"}}
	delete(per, "anyOf")
	rule := parse(t, per)
	return evaluate(t, rule, lines).Tests[0], rule
}

func TestWeightsSumToOneLessWhatIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := generated(t)
		basis := rapid.SampledFrom([]string{"ELIGIBLE", "CAST", "COUNTED"}).Draw(t, "basis")
		lines := papers(t, parse(t, d))
		found, rule := whole(t, d, basis, lines)
		groups := evaluate(t, rule, lines).Groups
		all := groups[len(groups)-1]
		anybody := map[string]int64{"ELIGIBLE": all.Eligible, "CAST": all.Cast, "COUNTED": all.Counted}[basis] > 0
		want := new(big.Rat)
		if anybody {
			want.SetInt64(1)
		}
		if d["electorate"].(object)["emptyShare"] == "LOST" {
			want = kept(d["electorate"].(object)["tree"].([]any), "", rule, lines, basis)
		}
		if found.Base.Cmp(want) != 0 {
			t.Fatalf("weights sum to %s, want %s: %s %v", found.Base, want.RatString(), rule.Bytes(), lines)
		}
	})
}

// kept is the sum of the shares of leaves that somebody of the basis sits in, found by asking for each leaf alone.
func kept(nodes []any, above string, rule *decision.Rule, lines []decision.Line, basis string) *big.Rat {
	sum := new(big.Rat)
	for _, n := range nodes {
		n := n.(object)
		share, _ := new(big.Rat).SetString(n["share"].(string))
		path := strings.TrimPrefix(above+"."+n["key"].(string), ".")
		if children, ok := n["children"].([]any); ok {
			sum.Add(sum, share.Mul(share, kept(children, path, rule, lines, basis)))
			continue
		}
		var here []decision.Line
		for _, l := range lines {
			if l.Leaf == path {
				here = append(here, l)
			}
		}
		result, err := decision.Evaluate(rule, here)
		if err != nil {
			panic(err)
		}
		g := result.Groups[len(result.Groups)-1]
		if map[string]int64{"ELIGIBLE": g.Eligible, "CAST": g.Cast, "COUNTED": g.Counted}[basis] > 0 {
			sum.Add(sum, share)
		}
	}
	return sum
}

// Where a rule divides a chamber's share among those whose papers count, a chamber weighs the same however many of them there are; where
// it divides it among all who are eligible, nothing that anybody does moves a weight.
func TestTurnoutMovesNoChamber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := within(generated(t), "electorate", "per", "COUNTED")
		d = within(within(d, "ballot", "secrecy", gone{}), "ballot", "silence", "ABSENT")
		d["tests"], d["objections"] = []any{object{"id": "w", "scope": "EACH_GROUP", "choice": "FOR", "of": "WEIGHT", "base": "COUNTED", "op": ">=", "ratio": "1/2"}}, []any{}
		delete(d, "anyOf")
		rule := parse(t, d)
		var some, more []decision.Line
		for _, leaf := range rule.Leaves() {
			n, extra := rapid.Int64Range(1, 5).Draw(t, "papers"), rapid.Int64Range(0, 90).Draw(t, "more")
			some = append(some, decision.Line{Leaf: leaf, Parties: n, Vote: "FOR"}, decision.Line{Leaf: leaf, Parties: extra})
			more = append(more, decision.Line{Leaf: leaf, Parties: n, Vote: "FOR"}, decision.Line{Leaf: leaf, Parties: extra, Vote: "OTHER"})
		}
		one, other := evaluate(t, rule, some), evaluate(t, rule, more)
		for i := range one.Tests {
			if one.Tests[i].Base.Cmp(other.Tests[i].Base.Rat) != 0 {
				t.Fatalf("%s weighs %s, and with more papers %s", one.Tests[i].Group, one.Tests[i].Base, other.Tests[i].Base)
			}
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		d := generated(t)
		lines := papers(t, parse(t, d))
		before, _ := whole(t, d, "ELIGIBLE", lines)
		for i := range lines {
			lines[i].Vote = rapid.SampledFrom(append([]string{""}, choices...)).Draw(t, "vote")
		}
		if after, _ := whole(t, d, "ELIGIBLE", lines); after.Base.Cmp(before.Base.Rat) != 0 {
			t.Fatalf("weights of who is eligible sum to %s, and with other votes to %s", before.Base, after.Base)
		}
	})
}

func BenchmarkEvaluate(b *testing.B) {
	rule := presets(b)["plenary.five-chambers"]
	lines := make([]decision.Line, 100_000)
	for i := range lines {
		lines[i] = decision.Line{Leaf: rule.Leaves()[i%5], Parties: 1, Vote: rule.Document().Ballot.Choices[i%7%3]}
	}
	b.ResetTimer()
	for range b.N {
		if _, err := decision.Evaluate(rule, lines); err != nil {
			b.Fatal(err)
		}
	}
}

// A rule as large as there can be, and counts whose fractions have thousands of digits, are evaluated at once.
func BenchmarkEvaluateLargest(b *testing.B) {
	nodes, lines := make([]any, 200), []decision.Line{}
	for i, prime := 0, int64(999_983); i < len(nodes); prime -= 2 {
		if !big.NewInt(prime).ProbablyPrime(0) {
			continue
		}
		key := fmt.Sprint("N", i)
		nodes[i] = leaf(key, "1/200")
		lines = append(lines, decision.Line{Leaf: key, Parties: 7, Vote: "FOR"}, decision.Line{Leaf: key, Parties: prime - 7, Vote: "AGAINST"})
		i++
	}
	tests := []any{}
	for i := range 100 {
		id, scope := fmt.Sprint("t", i), "TOTAL"
		if i < 4 {
			scope = "EACH_GROUP"
		}
		tests = append(tests, with(with(over(id), "of", "WEIGHT"), "scope", scope))
	}
	rule := parse(b, with(within(within(document(), "electorate", "tree", nodes), "electorate", "groups", gone{}), "tests", tests))
	b.ResetTimer()
	for range b.N {
		if _, err := decision.Evaluate(rule, lines); err != nil {
			b.Fatal(err)
		}
	}
}
