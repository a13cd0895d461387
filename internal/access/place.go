package access

import (
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Place is where something is said: what those who say it need to know of the thing they speak of.
type Place struct {
	Dialogue *uuid.UUID  // nil outside of dialogues
	Facts    policy.Fact // that the policy may know, for the actor
	Text     string      // what can be quoted
	Version  *int        // of the text; nil for a thing without versions
}

// Outside are the facts of a place outside of dialogues: discussion is always open, and any facilitator that acts for a party
// stands in for the convenor.
func Outside(a policy.Actor) policy.Fact {
	facts := policy.DialogueOpen | policy.MayComment | policy.MayVote | policy.Shown | policy.InSight
	if a.Stakeholder != uuid.Nil {
		facts |= policy.Convenor
	}
	return facts
}
