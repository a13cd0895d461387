package guideline

import (
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestOverdue(t *testing.T) {
	due := time.Date(2028, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name  string
		state enum.GuidelineState
		now   time.Time
		want  bool
	}{
		{"before its review is due it is not overdue", enum.GuidelineStateInForce, due.Add(-1), false},
		{"nor in the moment in which it is due", enum.GuidelineStateInForce, due, false},
		{"a moment later it is", enum.GuidelineStateInForce, due.Add(1), true},
		{"what was replaced is not reviewed", enum.GuidelineStateSuperseded, due.Add(1), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Overdue(row.state, due, row.now); got != row.want {
				t.Errorf("Overdue = %t, want %t", got, row.want)
			}
		})
	}
}
