package questionnaire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

func TestWhatChangedIsTold(t *testing.T) {
	first := read(t, document(
		section("s", "RAW", choice("same", "SINGLE", 0, 1), choice("heavier", "SINGLE", 0, 2), choice("gone", "SINGLE", 0, 3), choice("moved", "SINGLE", 0, 4),
			with(choice("shown", "SINGLE", 0, 5), "visibleIf", `{same} = "v1"`), object{"key": "note", "type": "TEXT"})))
	second := read(t, document(
		section("s", "RAW", choice("same", "SINGLE", 0, 1), choice("heavier", "SINGLE", 0, 7), with(choice("shown", "SINGLE", 0, 5), "visibleIf", `{same} = "v1"`),
			with(object{"key": "note", "type": "TEXT", "required": true}, "title", object{"en": "Why?"}), choice("new", "SINGLE", 0, 6)),
		section("t", "MITIGATION", choice("moved", "SINGLE", 0, 4))))
	v1 := questionnaire.Chosen("v1")
	d := questionnaire.Compare(
		questionnaire.Version{Template: first, Answers: questionnaire.Answers{"heavier": v1, "gone": v1, "moved": v1, "shown": v1, "note": questionnaire.Said("a"), "lost": v1}},
		questionnaire.Version{Template: second, Answers: questionnaire.Answers{"same": v1, "heavier": v1, "moved": v1, "shown": v1, "new": v1, "note": questionnaire.Said("b")}})
	a, b := questionnaire.Said("a"), questionnaire.Said("b")
	want := questionnaire.Diff{
		Added: []string{"new"}, Removed: []string{"gone"},
		Changed: []questionnaire.QuestionChange{
			{Question: "heavier", Aspects: []questionnaire.Aspect{"WEIGHT"}},
			{Question: "note", Aspects: []questionnaire.Aspect{"TEXT", "DUTY"}},
			{Question: "moved", Aspects: []questionnaire.Aspect{"TOTAL", "PLACE"}},
		},
		Answers: []questionnaire.AnswerChange{
			{Question: "same", To: &v1}, {Question: "note", From: &a, To: &b}, {Question: "new", To: &v1}, {Question: "gone", From: &v1}, {Question: "lost", From: &v1},
		},
		Score: questionnaire.ScoreChange{
			From: questionnaire.Totals{Raw: 9, Current: 9, Level: 3}, To: questionnaire.Totals{Raw: 19, Mitigation: 4, Deducted: true, Current: 16, Level: 4},
			DeductionTo: 3, RawMaxFrom: 15, RawMaxTo: 19, MitigationTo: 4,
			Lines: []questionnaire.PointChange{
				{Question: "same", Total: "RAW", To: 1, MaxFrom: 1, MaxTo: 1, ByAnswers: 1, Causes: []questionnaire.Cause{"ANSWER_ADDED"}},
				{Question: "heavier", Total: "RAW", From: 2, To: 7, MaxFrom: 2, MaxTo: 7, ByTemplate: 5, Causes: []questionnaire.Cause{"QUESTION_CHANGED"}},
				{Question: "shown", Total: "RAW", To: 5, MaxFrom: 5, MaxTo: 5, ByAnswers: 5, Causes: []questionnaire.Cause{"APPEARED"}},
				{Question: "new", Total: "RAW", To: 6, MaxTo: 6, ByAnswers: 6, Causes: []questionnaire.Cause{"QUESTION_ADDED"}},
				{Question: "moved", Total: "RAW", From: 4, MaxFrom: 4, ByTemplate: -4, Causes: []questionnaire.Cause{"QUESTION_CHANGED"}},
				{Question: "moved", Total: "MITIGATION", To: 4, MaxTo: 4, ByTemplate: 4, Causes: []questionnaire.Cause{"QUESTION_CHANGED"}},
				{Question: "gone", Total: "RAW", From: 3, MaxFrom: 3, ByTemplate: -3, Causes: []questionnaire.Cause{"QUESTION_REMOVED"}},
			},
		},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("want (-), told (+):\n%s", diff)
	}
}

// The parts of a change add up to it, on any two versions of any two templates.
func TestThePartsOfAChangeAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := random(t, 8)
		second := first
		if rapid.Bool().Draw(t, "another template") {
			second = random(t, 8)
		}
		from := questionnaire.Version{Template: first, Answers: randomAnswers(t, first, "from")}
		to := questionnaire.Version{Template: second, Answers: randomAnswers(t, second, "to")}
		s := questionnaire.Compare(from, to).Score
		points, most := map[questionnaire.ScoreType]int64{}, map[questionnaire.ScoreType]int64{}
		for _, l := range s.Lines {
			points[l.Total] += l.To - l.From
			most[l.Total] += l.MaxTo - l.MaxFrom
			if l.ByTemplate+l.ByAnswers != l.To-l.From {
				t.Fatalf("the parts of %+v do not add up", l)
			}
			if first == second && l.ByTemplate != 0 || l.From != l.To && len(l.Causes) == 0 {
				t.Fatalf("%+v has the wrong cause, or none", l)
			}
		}
		if points["RAW"] != s.To.Raw-s.From.Raw || points["MITIGATION"] != s.To.Mitigation-s.From.Mitigation {
			t.Fatalf("lines add up to %v in %+v", points, s)
		}
		if most["RAW"] != s.RawMaxTo-s.RawMaxFrom || most["MITIGATION"] != s.MitigationTo-s.MitigationFrom {
			t.Fatalf("maxima add up to %v in %+v", most, s)
		}
		if s.To.Current-s.From.Current != points["RAW"]-(s.DeductionTo-s.DeductionFrom) {
			t.Fatalf("the current score changes by other than raw and deduction: %+v", s)
		}
		if s.From != slow(first, from.Answers) || s.To != slow(second, to.Answers) {
			t.Fatalf("the scores compared are not those of the versions: %+v", s)
		}
		if same := questionnaire.Compare(from, from); len(same.Answers)+len(same.Changed)+len(same.Added)+len(same.Removed)+len(same.Score.Lines) > 0 {
			t.Fatalf("a version differs from itself: %+v", same)
		}
	})
}
