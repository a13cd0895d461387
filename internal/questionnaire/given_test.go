package questionnaire_test

import (
	"encoding/json"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

func TestAnAnswerOfEachTypeIsPutAndTaken(t *testing.T) {
	for kind, v := range map[string]questionnaire.Value{
		`{"choices":{"q":["a","b"]}}`:  questionnaire.Chosen("a", "b"),
		`{"texts":{"q":"words"}}`:      questionnaire.Said("words"),
		`{"numbers":{"q":7}}`:          questionnaire.Counted(7),
		`{"booleans":{"q":false}}`:     questionnaire.True(false),
		`{"dates":{"q":"2026-11-28"}}`: questionnaire.On("2026-11-28"),
	} {
		var g questionnaire.Given
		g.Put("q", v)
		if got, err := json.Marshal(g); err != nil || string(got) != kind {
			t.Errorf("put, it is %s, %v, want %s", got, err, kind)
		}
		g.Take("other")
		if got, _ := json.Marshal(g); string(got) != kind {
			t.Errorf("after another was taken, it is %s, want %s", got, kind)
		}
		g.Take("q")
		if got, _ := json.Marshal(g); string(got) != "{}" {
			t.Errorf("taken, it is %s, want {}", got)
		}
	}
}
