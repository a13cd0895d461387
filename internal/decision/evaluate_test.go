package decision_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/decision"
)

func TestEdgesOfCounting(t *testing.T) {
	forIn := func(id, scope string, members object) object {
		o := object{"id": id, "scope": scope, "choice": "FOR", "of": "MEMBERS", "base": "COUNTED", "op": ">=", "ratio": "1/2"}
		for name, v := range members {
			o = with(o, name, v)
			if name == "count" {
				o = with(o, "ratio", gone{})
			}
		}
		return o
	}
	tests := func(d object, all ...any) object { return with(d, "tests", all) }
	lost := func(d object) object { return within(d, "electorate", "emptyShare", "LOST") }
	per := func(d object, basis string) object { return within(d, "electorate", "per", basis) }
	ballot := func(d object, name string, v any) object { return within(d, "ballot", name, v) }
	weight := object{"of": "WEIGHT"}
	deep := within(document(), "electorate", "tree", []any{node("A", "2/3", leaf("X", "1/4"), leaf("Y", "3/4")), node("B", "1/3", leaf("X", "1/2"), leaf("Y", "1/2"))})
	secret := ballot(document(), "secrecy", "SECRET")
	for name, c := range map[string]struct {
		rule    object
		votes   []string
		outcome string
		tests   []string
	}{
		"exactly one half of the whole is not more than a half": {
			document(), []string{"A 1 FOR", "B 1 AGAINST"}, "REJECTED", []string{"majority . 1 of 2, 1"},
		},
		"exactly two thirds are at least two thirds": {
			tests(document(), forIn("t", "TOTAL", object{"ratio": "2/3"})), []string{"A 2 FOR", "B 1 AGAINST"}, "ADOPTED", []string{"t . 2 of 3, 2 holds"},
		},
		"a named group without members is not won by a ratio": {
			tests(document(), forIn("t", "GROUPS", object{"groups": []any{"B"}})), []string{"A 2 FOR"}, "REJECTED", []string{"t B 0 of 0, 0 EMPTY"},
		},
		"a named group without members meets a count that asks for none": {
			tests(document(), forIn("t", "GROUPS", object{"groups": []any{"B"}, "choice": "AGAINST", "op": "<=", "count": 0})),
			[]string{"A 2 FOR"},
			"ADOPTED",
			[]string{"t B 0 of 0, 0 holds EMPTY"},
		},
		"a group without members fails no test of each group": {
			tests(document(), forIn("t", "EACH_GROUP", nil)), []string{"A 2 FOR"}, "ADOPTED", []string{"t A 2 of 2, 1 holds", "t B 0 of 0, 0 holds EMPTY"},
		},
		"a group that abstains fails a test of each group": {
			tests(document(), forIn("t", "EACH_GROUP", nil)), []string{"A 2 FOR", "B 2 ABSTAIN"}, "REJECTED", []string{"t A 2 of 2, 1 holds", "t B 0 of 0, 0 NO_BASE"},
		},
		"a count needs no base": {
			tests(document(), forIn("t", "TOTAL", object{"choice": "AGAINST", "op": "<=", "count": 0})), []string{"A 2 ABSTAIN"}, "ADOPTED", []string{"t . 0 of 0, 0 holds"},
		},
		"abstentions count where the rule says so": {
			ballot(document(), "abstentions", "COUNTED"), []string{"A 2 FOR", "B 2 ABSTAIN"}, "REJECTED", []string{"majority . 2 of 4, 2"},
		},
		"silence that abstains is cast": {
			tests(ballot(document(), "silence", "ABSTAIN"), forIn("t", "TOTAL", object{"base": "CAST"})), []string{"A 2 FOR", "B 2"}, "ADOPTED", []string{"t . 2 of 4, 2 holds"},
		},
		"silence goes to nobody on a tie": {
			tests(ballot(document(), "silence", "WITH_MAJORITY"), forIn("t", "TOTAL", object{"base": "CAST"})),
			[]string{"A 2 FOR", "B 2 AGAINST", "B 5"},
			"ADOPTED",
			[]string{"t . 2 of 4, 2 holds"},
		},
		"silence goes to nobody when nobody voted": {
			tests(ballot(document(), "silence", "WITH_MAJORITY"), forIn("t", "TOTAL", object{"base": "CAST"})), []string{"A 2", "B 2"}, "REJECTED", []string{"t . 0 of 0, 0 NO_BASE"},
		},
		"silence goes to the choice with most papers, not with most weight": {
			tests(ballot(document(), "silence", "WITH_MAJORITY"), forIn("t", "TOTAL", weight)),
			[]string{"A 1 AGAINST", "B 2 FOR", "A 1"},
			"ADOPTED",
			[]string{"t . 3/4 of 1, 1/2 holds"},
		},
		"a paper that lacks its reason is cast and does not count": {
			tests(ballot(document(), "reasonsFor", []any{"AGAINST"}), forIn("t", "TOTAL", nil), forIn("u", "TOTAL", object{"base": "CAST"})),
			[]string{"A 1 FOR", "B 2 AGAINST unreasoned", "A 5 ABSTAIN unreasoned"},
			"REJECTED",
			[]string{"t . 1 of 1, 1/2 holds", "u . 1 of 8, 4"},
		},
		"a recused party leaves every denominator": {
			tests(document(), forIn("t", "TOTAL", object{"base": "ELIGIBLE"})), []string{"A 1 FOR", "B 1", "B 7 AGAINST recused"}, "ADOPTED", []string{"t . 1 of 2, 1 holds"},
		},
		"shares multiply down the path": {
			tests(deep, forIn("t", "TOTAL", weight)), []string{"A.X 1 FOR", "A.Y 1 AGAINST", "B.X 1 AGAINST", "B.Y 2 FOR"}, "REJECTED", []string{"t . 1/3 of 1, 1/2"},
		},
		"an empty leaf gives its share to its siblings, an empty node to the node beside it": {
			tests(deep, forIn("t", "EACH_GROUP", weight), forIn("u", "TOTAL", weight)),
			[]string{"A.X 1 FOR", "B.X 1 AGAINST"},
			"REJECTED",
			[]string{"t A 2/3 of 2/3, 1/3 holds", "t B 0 of 1/3, 1/6", "u . 2/3 of 1, 1/2 holds"},
		},
		"lost shares are nobody's": {
			tests(lost(deep), forIn("t", "TOTAL", weight)), []string{"A.X 1 FOR", "B.X 1 AGAINST"}, "ADOPTED", []string{"t . 1/6 of 1/3, 1/6 holds"},
		},
		"weights of who is eligible do not move with turnout": {
			tests(per(document(), "ELIGIBLE"), forIn("t", "TOTAL", object{"of": "WEIGHT", "base": "CAST"})),
			[]string{"A 1 FOR", "A 9", "B 1 AGAINST"},
			"REJECTED",
			[]string{"t . 1/20 of 11/20, 11/40"},
		},
		"base ELIGIBLE takes weights of who is eligible, whatever the rule weighs": {
			tests(document(), forIn("t", "TOTAL", object{"of": "WEIGHT", "base": "ELIGIBLE"})), []string{"A 1 FOR", "A 1", "B 1"}, "REJECTED", []string{"t . 1/4 of 1, 1/2"},
		},
		"who does not belong to the basis has no weight": {
			tests(document(), forIn("t", "TOTAL", object{"of": "WEIGHT", "base": "CAST"})), []string{"A 1 FOR", "A 3 ABSTAIN", "B 1 ABSTAIN"}, "ADOPTED", []string{"t . 1 of 1, 1/2 holds"},
		},
		"a share of 0 weighs nothing, and nothing is divided by it": {
			tests(within(document(), "electorate", "tree", []any{leaf("A", "1"), leaf("B", "0/1")}), forIn("t", "TOTAL", weight)),
			[]string{"B 3 FOR"},
			"REJECTED",
			[]string{"t . 0 of 0, 0 NO_BASE"},
		},
		"one way of two is enough": {
			with(tests(document(), forIn("a", "GROUPS", object{"groups": []any{"A"}}), forIn("b", "GROUPS", object{"groups": []any{"B"}})), "anyOf", []any{[]any{"a"}, []any{"b"}}),
			[]string{"A 1 FOR", "B 1 AGAINST"},
			"ADOPTED",
			[]string{"a A 1 of 1, 1/2 holds", "b B 0 of 1, 1/2"},
		},
		"a group whose papers stayed unopened is not won, by a count either": {
			tests(secret, forIn("t", "N_GROUPS", object{"n": 2, "choice": "AGAINST", "op": "<=", "count": 0}), forIn("u", "EACH_GROUP", object{"choice": "AGAINST", "op": "<=", "base": "ELIGIBLE"})),
			[]string{"A 5 FOR", "B 4 FOR", "B 1"},
			"REJECTED",
			[]string{"t A 0 of 5, 0 holds", "t B 0 of 0, 0 DESTROYED", "t * 1 of 2, 2", "u A 0 of 5, 5/2 holds", "u B 0 of 5, 5/2 DESTROYED"},
		},
		"a holder of proxies counts once for the floor": {
			tests(secret, forIn("t", "GROUPS", object{"groups": []any{"A"}}), forIn("u", "TOTAL", object{"base": "CAST"})),
			[]string{"A 6 FOR proxies=2", "B 5 FOR"},
			"REJECTED",
			[]string{"t A 0 of 0, 0 NO_BASE", "u . 5 of 11, 11/2"},
		},
		"papers of whom nobody knows the vote are cast": {
			tests(secret, forIn("t", "TOTAL", object{"base": "CAST", "ratio": "5/9"})), []string{"A 4 destroyed", "A 3", "B 5 FOR"}, "ADOPTED", []string{"t . 5 of 9, 5 holds"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := evaluate(t, parse(t, c.rule), votes(t, c.votes...))
			if got.Outcome != c.outcome {
				t.Errorf("outcome = %s, want %s: %s", got.Outcome, c.outcome, got.Sentence)
			}
			if diff := cmp.Diff(c.tests, shown(got.Tests)); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

func TestObjectionsBlockOrAskForAnAnswer(t *testing.T) {
	against := object{"id": "o", "scope": "EACH_GROUP", "choice": "AGAINST", "of": "MEMBERS", "base": "COUNTED", "op": ">", "ratio": "1/2"}
	for name, c := range map[string]struct {
		changes object
		votes   []string
		want    string
	}{
		"one group is enough":                {object{"effect": "BLOCKS"}, []string{"A 9 FOR", "B 2 AGAINST"}, "REJECTED"},
		"an answer is asked for":             {object{"effect": "ANSWER_FIRST"}, []string{"A 9 FOR", "B 2 AGAINST"}, "ADOPTED_ONCE_ANSWERED"},
		"nobody objects":                     {object{"effect": "BLOCKS"}, []string{"A 9 FOR", "B 2 FOR"}, "ADOPTED"},
		"an empty group never objects":       {object{"effect": "BLOCKS", "op": ">=", "ratio": gone{}, "count": 0, "scope": "GROUPS", "groups": []any{"B"}}, []string{"A 9 FOR"}, "ADOPTED"},
		"so many groups must object":         {object{"effect": "BLOCKS", "scope": "N_GROUPS", "n": 2}, []string{"A 9 FOR", "B 2 AGAINST"}, "ADOPTED"},
		"so many do":                         {object{"effect": "BLOCKS", "scope": "N_GROUPS", "n": 1}, []string{"A 9 FOR", "B 2 AGAINST"}, "REJECTED"},
		"a rejected proposal owes no answer": {object{"effect": "ANSWER_FIRST"}, []string{"A 1 FOR", "B 2 AGAINST"}, "REJECTED"},
	} {
		t.Run(name, func(t *testing.T) {
			o := against
			for member, v := range c.changes {
				o = with(o, member, v)
			}
			got := evaluate(t, parse(t, with(document(), "objections", []any{o})), votes(t, c.votes...))
			if got.Outcome != c.want {
				t.Errorf("outcome = %s, want %s: %s, %v", got.Outcome, c.want, got.Sentence, shown(got.Objections))
			}
		})
	}
}

func TestCountsOfGroups(t *testing.T) {
	d := within(within(document(), "ballot", "reasonsFor", []any{"AGAINST"}), "ballot", "silence", "WITH_MAJORITY")
	got := evaluate(t, parse(t, d), votes(t, "A 3 FOR", "A 1 AGAINST", "A 1 AGAINST unreasoned", "A 2 ABSTAIN", "A 1 FOR recused", "B 2"))
	want := []decision.GroupCount{
		{Key: "A", Eligible: 7, Cast: 7, Counted: 4}, {Key: "B", Eligible: 2, Cast: 2, Counted: 2, Silent: 2}, {Eligible: 9, Cast: 9, Counted: 6, Silent: 2},
	}
	chosen := [][]string{{"FOR 3 3/8", "AGAINST 1 1/8", "ABSTAIN 2 0"}, {"FOR 2 1/2", "AGAINST 0 0", "ABSTAIN 0 0"}, {"FOR 5 7/8", "AGAINST 1 1/8", "ABSTAIN 2 0"}}
	for i, g := range got.Groups {
		for k, c := range g.Choices {
			if s := c.Choice + " " + string(text(t, c.Papers)) + " " + c.Weight.String(); s != chosen[i][k] {
				t.Errorf("%s: %s, want %s", g.Key, s, chosen[i][k])
			}
		}
		g.Choices = nil
		if diff := cmp.Diff(want[i], g); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
	}
}

func TestSentences(t *testing.T) {
	by := presets(t)
	all := func(lines ...string) (out []string) {
		for _, leaf := range []string{"FIRM", "CUSTOMER", "REGULATOR", "NGO", "ACADEMIC"} {
			for _, l := range lines {
				out = append(out, leaf+" "+l)
			}
		}
		return out
	}
	veto := with(document(), "objections", []any{object{
		"id": "o", "scope": "GROUPS", "groups": []any{"B"}, "choice": "AGAINST", "of": "MEMBERS", "base": "COUNTED", "op": ">", "ratio": "1/2", "effect": "BLOCKS",
	}})
	for _, c := range []struct {
		rule  *decision.Rule
		votes []string
		want  string
	}{
		{by["plenary.simple-majority"], []string{"FIRM 5 FOR", "NGO 5 AGAINST"}, "Rejected: FOR had 5 of 10 votes that count, and needed at least 6 (more than 1/2 of them)."},
		{by["plenary.simple-majority"], []string{"FIRM 5 FOR", "NGO 4 AGAINST"}, "Adopted: FOR had 5 of 9 votes that count, and needed at least 5 (more than 1/2 of them)."},
		{by["plenary.simple-majority"], []string{"FIRM 5", "NGO 5 ABSTAIN"}, "Rejected: no paper counted."},
		{by["plenary.consent"], []string{"FIRM 1 CONSENT", "NGO 2"}, "No quorum: 1 of 3 members voted, and at least 2 (at least 1/2 of them) had to."},
		{by["plenary.consent"], []string{"FIRM 4 CONSENT", "NGO 1 BLOCK"}, "Rejected: BLOCK had 1 of 5 votes that count, and could have at most 0."},
		{
			by["plenary.five-chambers"], all("6 FOR", "4 AGAINST"),
			"Adopted: FOR had more than 1/2 of the votes that count in 5 of 5 groups, and needed it in 4; FOR had 3/5 (60 %) of the weight, and needed at least 3/5.",
		},
		{
			by["plenary.five-chambers"], append(all("9 FOR"), "NGO 31 AGAINST"),
			"Adopted once its convenor answers in writing: in NGO AGAINST has 31 of 40 votes that count, and at least 27 (at least 2/3 of them) make an objection.",
		},
		{parse(t, veto), []string{"A 9 FOR", "B 2 AGAINST"}, "Rejected: in B AGAINST has 2 of 2 votes that count, and at least 2 (more than 1/2 of them) block it."},
		{by["plenary.simple-majority"], []string{"FIRM 1 FOR"}, "Adopted: FOR had 1 of 1 vote that counts, and needed at least 1 (more than 1/2 of them)."},
		{
			by["fsc.general-assembly"],
			[]string{"ENV.NORTH 2 FOR", "SOC.SOUTH 1 FOR", "ECO.NORTH 1 FOR"},
			"Adopted: in each group that has members FOR had more than 1/2 of the weight of the votes that count; FOR had all of the weight, and needed at least 2/3.",
		},
		{by["fsc.general-assembly"], []string{"ENV.NORTH 3 FOR", "ENV.NORTH 1", "SOC.SOUTH 1 FOR", "ECO.NORTH 7"}, "No quorum: in ECO none of the weight voted, and more than 1/2 had to."},
		{
			by["fsc.general-assembly"],
			[]string{"ENV.NORTH 3 AGAINST", "ENV.NORTH 4 FOR", "SOC.SOUTH 1 AGAINST", "ECO.NORTH 1 FOR"},
			"Rejected: in SOC FOR had none of the weight, and needed more than 1/2; FOR had 11/21 (52.4 %) of the weight, and needed at least 2/3.",
		},
	} {
		if got := evaluate(t, c.rule, votes(t, c.votes...)).Sentence; got != c.want {
			t.Errorf("sentence = %q\n    want   %q", got, c.want)
		}
	}
}

func TestCountsThatCannotBeAreRefused(t *testing.T) {
	secret := parse(t, within(document(), "ballot", "secrecy", "SECRET"))
	for name, c := range map[string]struct {
		line   decision.Line
		member string
	}{
		"a leaf that is not there":        {decision.Line{Leaf: "C", Parties: 1}, "leaf"},
		"a node that is no leaf":          {decision.Line{Leaf: "", Parties: 1}, "leaf"},
		"a choice that is not there":      {decision.Line{Leaf: "A", Parties: 1, Vote: "MAYBE"}, "vote"},
		"less than nobody":                {decision.Line{Leaf: "A", Parties: -1}, "parties"},
		"more than there can be":          {decision.Line{Leaf: "A", Parties: 1 << 40}, "parties"},
		"more proxies than papers":        {decision.Line{Leaf: "A", Parties: 1, Vote: "FOR", Proxies: 2}, "proxies"},
		"proxies of the silent":           {decision.Line{Leaf: "A", Parties: 1, Proxies: 1}, "proxies"},
		"a vote that stayed unopened":     {decision.Line{Leaf: "A", Parties: 1, Vote: "FOR", Destroyed: true}, "destroyed"},
		"papers unopened above the floor": {decision.Line{Leaf: "A", Parties: 5, Destroyed: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decision.Evaluate(secret, []decision.Line{{Leaf: "B", Parties: 1}, c.line})
			var f *decision.LineFault
			if err == nil || errors.As(err, &f) != (c.member != "") || f != nil && (f.Line != 1 || f.Member != c.member) {
				t.Errorf("Evaluate = %v, want a fault of %q", err, c.member)
			}
		})
	}
}

func TestARollOnWhichNothingCanPassIsRefused(t *testing.T) {
	five, secret := presets(t)["plenary.five-chambers"], presets(t)["plenary.five-chambers-secret"]
	seats := func(n ...int64) map[string]int64 {
		all := map[string]int64{}
		for i, leaf := range five.Leaves() {
			all[leaf] = n[i]
		}
		return all
	}
	for name, c := range map[string]struct {
		rule  *decision.Rule
		seats map[string]int64
		want  string
	}{
		"all five chambers":              {five, seats(1, 1, 1, 1, 1), ""},
		"four of five":                   {five, seats(1, 1, 0, 1, 1), ""},
		"three of five":                  {five, seats(1, 1, 0, 0, 1), "nothing could be adopted by the 3 seats"},
		"nobody":                         {five, seats(0, 0, 0, 0, 0), "nothing could be adopted by the 0 seats"},
		"four above the floor":           {secret, seats(5, 5, 5, 5, 4), ""},
		"three above the floor":          {secret, seats(5, 5, 5, 4, 4), "stayed unopened"},
		"a choice that is not the first": {parse(t, with(document(), "tests", []any{with(over("t"), "choice", "AGAINST")})), map[string]int64{"A": 1}, ""},
		"more than all":                  {parse(t, with(document(), "tests", []any{with(over("t"), "ratio", "1")})), map[string]int64{"A": 9}, "if all of them voted FOR"},
		"a leaf that is not there":       {five, map[string]int64{"X": 1}, "no such leaf"},
	} {
		t.Run(name, func(t *testing.T) {
			err := decision.Passable(c.rule, c.seats)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("Passable = %v, want %q", err, c.want)
			}
		})
	}
	for name, c := range map[string]struct {
		rule  *decision.Rule
		seats map[string]int64
		want  string
	}{
		"an open ballot keeps none":  {five, seats(1, 1, 1, 1, 1), ""},
		"every chamber at the floor": {secret, seats(5, 5, 5, 5, 5), ""},
		"a chamber without seats":    {secret, seats(5, 5, 5, 5, 0), ""},
		"a chamber below the floor":  {secret, seats(5, 5, 5, 4, 5), "a secret ballot could not keep its secret in NGO (4 seats): with fewer than 5 seats one could guess who chose what"},
		"a chamber of one":           {secret, seats(1, 5, 5, 5, 5), "a secret ballot could not keep its secret in FIRM (1 seat): with fewer than 5 seats one could guess who chose what"},
		"all chambers below it":      {secret, seats(1, 4, 5, 2, 5), "a secret ballot could not keep its secret in FIRM (1 seat), CUSTOMER (4 seats), NGO (2 seats): with fewer than 5 seats one could guess who chose what"},
	} {
		t.Run(name, func(t *testing.T) {
			err := decision.KeepsSecret(c.rule, c.seats)
			if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
				t.Errorf("KeepsSecret = %v, want %q", err, c.want)
			}
		})
	}
}

func TestTheFirstLeafThatFitsTakesAParty(t *testing.T) {
	who := func(key, share string, w object) object { return with(leaf(key, share), "who", w) }
	d := within(with(document(), "tests", []any{over("t")}), "electorate", "tree", []any{
		leaf("LIST", "1/4"), who("IRISH", "1/4", object{"kinds": []any{"FIRM", "NGO"}, "jurisdictions": []any{"IE"}}),
		who("EUROPEAN", "1/4", object{"jurisdictions": []any{"EU"}}), who("CUSTOMERS", "1/4", object{"kinds": []any{"CUSTOMER"}}),
	})
	rule := parse(t, within(d, "electorate", "groups", gone{}))
	for _, c := range []struct {
		kind          string
		jurisdictions []string
		want          string
	}{
		{"FIRM", []string{"IE"}, "IRISH"},
		{"FIRM", []string{"FR", "IE-D"}, "IRISH"},
		{"REGULATOR", []string{"IE"}, "EUROPEAN"},
		{"FIRM", []string{"FR"}, "EUROPEAN"},
		{"CUSTOMER", nil, "CUSTOMERS"},
		{"CUSTOMER", []string{"EU"}, "EUROPEAN"},
		{"FIRM", []string{"CA"}, ""},
		{"NGO", nil, ""},
	} {
		if got, ok := rule.Seat(c.kind, c.jurisdictions); got != c.want || ok != (c.want != "") {
			t.Errorf("Seat(%s, %v) = %q, %v, want %q", c.kind, c.jurisdictions, got, ok, c.want)
		}
	}
	if !rule.Listed("LIST") || rule.Listed("IRISH") || rule.Listed("NONE") {
		t.Error("Listed tells the wrong leaves")
	}
}
