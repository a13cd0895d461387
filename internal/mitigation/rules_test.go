package mitigation

import (
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestWhatBecomesOfAMitigation(t *testing.T) {
	const states = "PLANNED IN_PROGRESS IMPLEMENTED VERIFIED DROPPED REMOVED"
	allowed := map[string]string{
		"PLANNED": "IN_PROGRESS IMPLEMENTED DROPPED", "IN_PROGRESS": "IMPLEMENTED DROPPED", "IMPLEMENTED": "IN_PROGRESS DROPPED",
		"VERIFIED": "IN_PROGRESS DROPPED", "DROPPED": "IN_PROGRESS",
	}
	for _, from := range strings.Fields(states) {
		for _, to := range strings.Fields(states) {
			want := strings.Contains(" "+allowed[from]+" ", " "+to+" ")
			if err := moved(enum.MitigationState(from), enum.MitigationState(to), "Because."); (err == nil) != want {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
	for _, c := range []struct{ from, to, code string }{
		{"PLANNED", "DROPPED", "REQUIRED"}, {"VERIFIED", "IN_PROGRESS", "REQUIRED"}, {"PLANNED", "IMPLEMENTED", ""}, {"PLANNED", "VERIFIED", "STATE"},
	} {
		code := ""
		if f := fault.Of(moved(enum.MitigationState(c.from), enum.MitigationState(c.to), "")); f != nil {
			code = string(f.Code)
		}
		if code != c.code {
			t.Errorf("%s to %s without a note: %q, want %q", c.from, c.to, code, c.code)
		}
	}
}

func TestWhatIsPlanned(t *testing.T) {
	for _, c := range []struct {
		field string
		plan  Plan
	}{
		{"", Plan{Title: "T"}},
		{"", Plan{Title: "T", LowersLikelihood: 3, LowersSeverity: 3}},
		{"title", Plan{}},
		{"description", Plan{Title: "T", Description: strings.Repeat("a", 10_001)}},
		{"lowersLikelihood", Plan{Title: "T", LowersLikelihood: 4}},
		{"lowersLikelihood", Plan{Title: "T", LowersLikelihood: -1}},
		{"lowersSeverity", Plan{Title: "T", LowersSeverity: 4}},
		{"lowersSeverity", Plan{Title: "T", LowersSeverity: -1}},
	} {
		_, err := c.plan.Check()
		field := ""
		if f := fault.Of(err); f != nil {
			field = f.Field
		}
		if field != c.field {
			t.Errorf("%+v: %v", c.plan, err)
		}
	}
}
