package hiding

import (
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestAnAppealIsOverdueOnce(t *testing.T) {
	due := time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name  string
		state enum.HidingState
		due   *time.Time
		noted *time.Time
		now   time.Time
		want  bool
	}{
		{"a microsecond before it is due", enum.HidingStateAppealed, &due, nil, due.Add(-time.Microsecond), false},
		{"when it is due", enum.HidingStateAppealed, &due, nil, due, true},
		{"later", enum.HidingStateAppealed, &due, nil, due.Add(time.Hour), true},
		{"once that was noted", enum.HidingStateAppealed, &due, &due, due.Add(time.Hour), false},
		{"without an appeal", enum.HidingStateHidden, nil, nil, due, false},
		{"once it is upheld", enum.HidingStateUpheld, &due, nil, due, false},
		{"once it is overturned", enum.HidingStateOverturned, &due, nil, due, false},
		{"once a moderator has restored it", enum.HidingStateRestored, &due, nil, due, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Overdue(row.state, row.due, row.noted, row.now); got != row.want {
				t.Errorf("Overdue = %v, want %v", got, row.want)
			}
		})
	}
}

func TestWhatAnAppealLeadsTo(t *testing.T) {
	for outcome, want := range map[enum.AppealOutcome]enum.HidingState{
		enum.AppealOutcomeUpheld: enum.HidingStateUpheld, enum.AppealOutcomeOverturned: enum.HidingStateOverturned,
	} {
		if got := Decided(outcome); got != want {
			t.Errorf("Decided(%s) = %s, want %s", outcome, got, want)
		}
	}
}
