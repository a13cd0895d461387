// Package commitment keeps what firms have accepted to do and dialogues have adopted.
//
// PLANNED | ON_TRACK | AT_RISK -> DONE | DROPPED. A ballot makes a commitment of a text that its firm has accepted before; what becomes of it,
// the firm says, and the clock. Whoever sees the proposal sees the commitment.
package commitment

import (
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Ended tells whether nothing more becomes of a commitment.
func Ended(s enum.CommitmentStatus) bool {
	return s == enum.CommitmentStatusDone || s == enum.CommitmentStatusDropped
}

// Reportable checks how a firm says that a commitment stands, of which milestones are there and were reached.
func Reportable(to enum.CommitmentStatus, milestones, reached int) error {
	switch {
	case to == enum.CommitmentStatusPlanned || to == enum.CommitmentStatusDropped:
		return fault.InvalidField("status", enum.UserErrorCodeInvalid, "say that it is on track, at risk or done; to give it up, drop it")
	case to != enum.CommitmentStatusDone:
		return nil
	case milestones == 0:
		return fault.InvalidField("status", enum.UserErrorCodeIncomplete, "plan a milestone first: without one, nobody can tell that it is done")
	case reached < milestones:
		return fault.InvalidField("status", enum.UserErrorCodeIncomplete, "%d of %d milestones have not been reached", milestones-reached, milestones).
			With(fault.Values{Minimum: &milestones, Actual: &reached})
	}
	return nil
}
