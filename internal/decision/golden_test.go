package decision_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
)

// golden is what the file of given cases holds.
type golden struct {
	Rules map[string]json.RawMessage
	Cases []struct {
		Name, Rule string
		Roll       []struct {
			Leaf     string
			Parties  int64
			Vote     *string
			Reasoned *bool
			Recused  bool
			OnRoll   *bool
		}
		Expect struct {
			Outcome                   string
			Quorum, Tests, Objections []map[string]any
		}
	}
}

func given(t testing.TB) golden {
	t.Helper()
	var file golden
	if err := json.Unmarshal(shareddata.Read(t, "decisions", "cases-given.json"), &file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheGivenCasesMatchInEveryNumber(t *testing.T) {
	file := given(t)
	if len(file.Cases) != 34 {
		t.Fatalf("read %d cases, want 34", len(file.Cases))
	}
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			rule, faults := decision.Parse(file.Rules[c.Rule])
			if len(faults) > 0 {
				t.Fatalf("Parse: %v", faults)
			}
			var lines []decision.Line
			for _, l := range c.Roll {
				line := decision.Line{Leaf: l.Leaf, Parties: l.Parties, Recused: l.Recused, Unreasoned: l.Reasoned != nil && !*l.Reasoned}
				if l.Vote != nil {
					line.Vote = *l.Vote
				}
				if l.OnRoll == nil || *l.OnRoll {
					lines = append(lines, line)
				}
			}
			got := evaluate(t, rule, lines)
			if got.Outcome != c.Expect.Outcome {
				t.Errorf("outcome = %s, want %s: %s", got.Outcome, c.Expect.Outcome, got.Sentence)
			}
			for name, pair := range map[string]struct {
				want []map[string]any
				got  []decision.Finding
			}{"quorum": {c.Expect.Quorum, got.Quorum}, "tests": {c.Expect.Tests, got.Tests}, "objections": {c.Expect.Objections, got.Objections}} {
				var found []map[string]any
				if err := json.Unmarshal(text(t, pair.got), &found); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(pair.want, found); diff != "" {
					t.Errorf("%s: want (-), got (+):\n%s", name, diff)
				}
			}
			t.Log(got.Sentence)
		})
	}
}
