// Package act is the vocabulary of acts: what a use case says that it did, and what it gets back. internal/actlog keeps them.
package act

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Type is a kind of act that a domain writes, and that can be followed.
type Type struct {
	Name  string // noun.verb in the past, such as proposal.taken_up
	About string // the noun that such acts are about, where it is not the name's own
	By    string // who writes such acts if no mutation does, such as "an import"
}

// Word is the name of a type as the schema has it: PROPOSAL_TAKEN_UP.
func Word(name string) enum.ActType {
	return enum.ActType(strings.ToUpper(strings.ReplaceAll(name, ".", "_")))
}

// NameOf is the name of a type that the schema has under a word. The noun in it is one word.
func NameOf(word enum.ActType) string {
	return strings.ToLower(strings.Replace(string(word), "_", ".", 1))
}

// NamesOf are the names of types; nil for nil.
func NamesOf(words []enum.ActType) []string {
	var names []string
	for _, w := range words {
		names = append(names, NameOf(w))
	}
	if words != nil && names == nil {
		names = []string{}
	}
	return names
}

// Words are the words of names.
func Words(names []string) []enum.ActType {
	words := make([]enum.ActType, len(names))
	for i, name := range names {
		words[i] = Word(name)
	}
	return words
}

// Description says in a sentence what such acts did, as the schema does.
func (t Type) Description() string { return enum.ActTypeDescriptions[Word(t.Name)] }

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
	ForPlace   = "PLACE"   // whoever may see what the subject belongs to: the subject itself has just been hidden, or shown again
	ForActor   = "ACTOR"   // the party that acted, auditors and admins
	ForParties = "PARTIES" // the party that acted, the one for which it did (the Owner), and auditors: admins do not see it either
)

// Private are the audiences of acts that are the business of the parties that they name.
var Private = []string{ForActor, ForParties}

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
	Owner    uuid.UUID // the party whose the subject is, if whoever sees the act may know that; to find acts by. See ForParties
	Dialogue uuid.UUID // the dialogue the act happened in; uuid.Nil outside of any
	Audience string    // ForSubject when empty
	Payload  any       // sealed under the key of the person that acts
	Reason   string    // why, for whoever may see the act, for good; empty for none. The payload, a map, holds it as well
	Unnamed  bool      // the act does not name the member, who has just been erased
	Unkept   bool      // nothing has changed of the subject's row that is kept as it was; see internal/history
	NoParty  bool      // the act names no party: those who may see it may not see whose its subject is
	Row      any       // the subject after the change, if the actor may see it: the response need not read it again
	Told     any       // what else the response says, as JSON; it is kept with an idempotency key and is for the actor alone
}

// Done is an act that has just been appended.
type Done struct {
	ID      uuid.UUID
	Type    string
	Subject Subject
}

// All are the result and its others, in the order of the acts.
func (r *Result) All() []Result { return append([]Result{*r}, r.Others...) }

// Result is what a use case returns: what changed, and the act.
type Result struct {
	Act      uuid.UUID       `json:"act"`
	Type     string          `json:"type"`
	Resource string          `json:"resource"`
	Subject  uuid.UUID       `json:"subject"`
	At       time.Time       `json:"at"`
	Told     json.RawMessage `json:"told,omitempty"`
	Others   []Result        `json:"others,omitempty"` // of what was changed together with it
	Repeated bool            `json:"-"`                // the idempotency key was used before; nothing was done again
	Row      any             `json:"-"`                // from the Entry; nil when it must be read
	Made     *db.Act         `json:"-"`                // the act, before it has a sequence number; nil when it must be read
}
