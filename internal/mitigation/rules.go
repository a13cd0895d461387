// Package mitigation keeps what firms do to make risks less likely or less severe.
//
// PLANNED -> IN_PROGRESS -> IMPLEMENTED -> VERIFIED, and each to DROPPED and back to IN_PROGRESS: what was dropped is taken up again, and
// what was done turns out not to work. What is planned is content of the assessment: it changes while that is being written, until it is
// verified; one that is taken out is REMOVED, and as it was BEFORE when what everybody was consulted on is restored. What becomes of it
// goes on beside the content, also when the assessment is published. Nobody verifies what they answer for, have planned or have done.
package mitigation

import (
	"slices"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// most is how many mitigations a risk ever has, whatever became of them.
	most = 50
	// longest is how long a description may be.
	longest = 10_000
	// longestNote is how long a note on what became of it may be.
	longestNote = 2_000
)

// moves are what a firm can record in each state.
var moves = map[enum.MitigationState][]enum.MitigationState{
	enum.MitigationStatePlanned:     {enum.MitigationStateInProgress, enum.MitigationStateImplemented, enum.MitigationStateDropped},
	enum.MitigationStateInProgress:  {enum.MitigationStateImplemented, enum.MitigationStateDropped},
	enum.MitigationStateImplemented: {enum.MitigationStateInProgress, enum.MitigationStateDropped},
	enum.MitigationStateVerified:    {enum.MitigationStateInProgress, enum.MitigationStateDropped},
	enum.MitigationStateDropped:     {enum.MitigationStateInProgress},
}

// moved refuses what a firm cannot record in a state, and what needs a reason that is not given.
func moved(from, to enum.MitigationState, note string) error {
	if !slices.Contains(moves[from], to) {
		var states []string
		for _, s := range moves[from] {
			states = append(states, string(s))
		}
		return &fault.Fault{
			Kind: fault.State, Code: enum.UserErrorCodeState, Field: "state", Message: "this cannot be recorded of a mitigation that is " + string(from),
			Values: fault.Values{State: optional.Text(from), States: states},
		}
	}
	if note == "" && (to == enum.MitigationStateDropped || from == enum.MitigationStateVerified) {
		return fault.InvalidField("note", enum.UserErrorCodeRequired, "say why")
	}
	return nil
}
