package hiding

import (
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// DecideFor is for how long an appeal may wait for its decision.
const DecideFor = 14 * 24 * time.Hour

// Decided is what an appeal leads to.
func Decided(outcome enum.AppealOutcome) enum.HidingState {
	if outcome == enum.AppealOutcomeOverturned {
		return enum.HidingStateOverturned
	}
	return enum.HidingStateUpheld
}

// Overdue tells whether an appeal waits for its decision too long, and nobody has said so.
func Overdue(state enum.HidingState, due, noted *time.Time, now time.Time) bool {
	return state == enum.HidingStateAppealed && noted == nil && due != nil && !now.Before(*due)
}
