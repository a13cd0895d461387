// Package act is the vocabulary of acts: what a use case says that it did, and what it gets back. internal/actlog keeps them.
package act

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Type is a kind of act that a domain writes, and that can be followed.
type Type struct {
	Name        string // noun.verb in the past, such as proposal.submitted
	Description string // a sentence
	About       string // the noun that such acts are about, where it is not the name's own
	By          string // who writes such acts if no mutation does, such as "an import"
}

// Noun is what acts of the type are about, as in their subject's id.
func (t Type) Noun() string {
	if t.About != "" {
		return t.About
	}
	noun, _, _ := strings.Cut(t.Name, ".")
	return noun
}

// Audiences of an act.
const (
	ForSubject = "SUBJECT" // whoever may see the subject
	ForPlace   = "PLACE"   // whoever may see what the subject belongs to: the subject itself has just been hidden
	ForActor   = "ACTOR"   // the party that acted, and auditors
)

// Subject is what an act is about, at the revision the act made.
type Subject struct {
	Type     policy.Resource
	ID       uuid.UUID
	Revision int
}

// Parent is what a subject belongs to; the zero Parent is none.
type Parent struct {
	Type policy.Resource
	ID   uuid.UUID
}

// Entry is an act about to be appended to the log.
type Entry struct {
	Type     string // the name of a declared Type
	Subject  Subject
	Parent   Parent    // what the subject belongs to, such as the proposal of a comment
	Dialogue uuid.UUID // the dialogue the act happened in; uuid.Nil outside of any
	Audience string    // ForSubject when empty
	Payload  any       // sealed under the key of the person that acts
	Unnamed  bool      // the act does not name the member, who has just been erased
	Row      any       // the subject after the change, if the actor may see it: the response need not read it again
}

// Result is what a use case returns: what changed, and the act.
type Result struct {
	Act      uuid.UUID `json:"act"`
	Type     string    `json:"type"`
	Resource string    `json:"resource"`
	Subject  uuid.UUID `json:"subject"`
	At       time.Time `json:"at"`
	Repeated bool      `json:"-"` // the idempotency key was used before; nothing was done again
	Row      any       `json:"-"` // from the Entry; nil when it must be read
	Made     *db.Act   `json:"-"` // the act, before it has a sequence number; nil when it must be read
}
