// Package guideline keeps what dialogues have adopted as advice or as rules.
//
// IN_FORCE -> SUPERSEDED. A ballot makes a guideline, and only another ballot replaces it: by the next version. In between the dialogue's
// convenor has it reviewed. Whoever sees the proposal sees the guideline.
package guideline

import (
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// reviewAfterYears is how long after its adoption a guideline is reviewed, unless the convenor sets another date.
const reviewAfterYears = 2

// Overdue tells whether the review of a guideline is due.
func Overdue(state enum.GuidelineState, due, now time.Time) bool {
	return state == enum.GuidelineStateInForce && now.After(due)
}
