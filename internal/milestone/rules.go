// Package milestone keeps the steps of commitments.
//
// PLANNED <-> REACHED: a milestone is reached when its firm says that all of it is done.
package milestone

import (
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
