package questionnaire_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// TestTheShippedAssessmentReachesEveryLevel: testdata/levels.json holds a whole set of answers for each.
func TestTheShippedAssessmentReachesEveryLevel(t *testing.T) {
	shipped, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var ours *questionnaire.Template
	for _, q := range shipped {
		if q.Document().Key == "ethical-customer-experience" {
			ours = q
		}
	}
	if n := len(ours.Keys()); n < 40 || n > 70 {
		t.Errorf("%d questions, want 40 to 70", n)
	}
	text, err := os.ReadFile("testdata/levels.json")
	if err != nil {
		t.Fatal(err)
	}
	var sets map[string]json.RawMessage
	if err := json.Unmarshal(text, &sets); err != nil {
		t.Fatal(err)
	}
	for _, level := range []string{"I", "II", "III", "IV"} {
		var faults source.Faults
		answers, kept := ours.ImportPlain(source.JSON(sets[level], questionnaire.DocumentLimits, &faults))
		set := ours.Set(answers)
		score := ours.Score(set)
		if score.Level.String() != level || len(kept) > 0 || len(ours.Progress(set).Missing) > 0 || len(score.HiddenAnswers) > 0 {
			t.Errorf("the answers for level %s reach %s, with %d kept apart, %v missing, %v hidden", level, score.Level, len(kept), ours.Progress(set).Missing, score.HiddenAnswers)
		}
		if len(score.ByPrinciple) != len(questionnaire.Principles) {
			t.Errorf("%d requirements are scored, want all %d", len(score.ByPrinciple), len(questionnaire.Principles))
		}
	}
	conditions := 0
	for _, s := range ours.Document().Sections {
		all := []string{s.VisibleIf}
		for _, p := range s.Panels {
			all = append(all, p.VisibleIf)
		}
		for _, q := range s.Questions {
			all = append(all, q.VisibleIf)
		}
		for _, c := range all {
			if c != "" {
				conditions++
			}
		}
	}
	if conditions < 8 {
		t.Errorf("%d conditions, want at least 8", conditions)
	}
}
