// Package milestone keeps the steps of commitments.
//
// PLANNED <-> REACHED: a milestone is reached when its firm says that all of it is done.
package milestone

import (
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// most is how many milestones a commitment has at most.
const most = 50

// StateAt is the state of a milestone of which so many percent are done.
func StateAt(progress int) enum.MilestoneState {
	if progress >= 100 {
		return enum.MilestoneStateReached
	}
	return enum.MilestoneStatePlanned
}

// Late tells whether a milestone was reached after it was due, or is due and was not reached.
func Late(due time.Time, reached *time.Time, now time.Time) bool {
	if reached != nil {
		now = *reached
	}
	return now.After(due)
}
