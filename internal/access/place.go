package access

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Place is a thing as those see it who make something in it or on it: a proposal in a dialogue, a comment on a practice.
type Place struct {
	Dialogue *uuid.UUID   // nil outside of dialogues
	Party    uuid.UUID    // whose it is
	Facts    policy.Facts // that the policy may know, for the actor; InSight says whether the actor may see it
	Phase    *uuid.UUID   // of the dialogue, that takes what is said now; nil outside of dialogues, or where there is none
	Late     bool         // that phase is over
	Asks     bool         // that phase asks for comments, each of which is owed a disposition
	Version  *int         // of what can be quoted; nil for a thing without versions
	Deep     bool         // a reply to it would be nested too deeply
	Hidden   bool         // a moderator has taken it down
	Ended    policy.Since
	Lack     *fault.Fault // what it lacks when it is not Complete, or not Votable
}

// Moderation is where domains note what moderators do.
type Moderation interface {
	// Hide notes that the actor hides something.
	Hide(ctx context.Context, tx *db.Tx, h Said, reason string) error
	// Restore notes that something is shown again.
	Restore(ctx context.Context, tx *db.Tx, id uuid.UUID, reason string) error
	// Settle notes that a moderator has dealt with what was reported, and gives how many reports that settles.
	Settle(ctx context.Context, tx *db.Tx, id uuid.UUID) (int64, error)
}

// Files keep what is attached.
type Files interface {
	// Put gives a thing the files that a list names, and takes the others away, inside a use case; nil leaves them. It returns the hashes of those
	// that the thing has then, and whether they are others than before.
	Put(ctx context.Context, tx *db.Tx, to policy.Resource, subject uuid.UUID, version int, list []uuid.UUID) (hashes []string, changed bool, err error)
}

// subject is the place as the policy sees it, for an action on a resource there.
func (p Place) subject(r policy.Resource) policy.Subject {
	facts := p.Facts
	if !p.Deep {
		facts.Add(policy.Shallow)
	}
	return policy.Subject{Resource: r, Facts: facts, Ended: p.Ended, Lack: p.Lack}
}

// Check returns an error when the actor may not see the place: to it, the place does not exist.
func (p Place) Check() error {
	if !p.Facts.Has(policy.InSight) {
		return fault.Missing()
	}
	return nil
}

// Places loads places inside a use case, and locks them.
type Places interface {
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (Place, error)
}

// In is where a use case makes something, for Create: a place that the actor may see. It is loaded into at.
func In(places Places, id uuid.UUID, at *Place) func(ctx context.Context, tx *db.Tx) (Place, error) {
	return Entering(places.Place, id, at)
}

// Entering is In by another way of loading.
func Entering(
	load func(ctx context.Context, tx *db.Tx, id uuid.UUID) (Place, error), id uuid.UUID, at *Place,
) func(ctx context.Context, tx *db.Tx) (Place, error) {
	return func(ctx context.Context, tx *db.Tx) (Place, error) {
		var err error
		if *at, err = load(ctx, tx, id); err == nil {
			err = at.Check()
		}
		return *at, err
	}
}

// Around is the fact of a row that its place has a fact.
func Around[S store.Row](fact policy.Fact, of func(S) Place) Fact[S] {
	return Fact[S]{Fact: fact, Holds: func(_ policy.Actor, s S) bool { return of(s).Facts.Has(fact) }}
}

// WithSQL adds the fact's SQL.
func (f Fact[S]) WithSQL(sql func(a policy.Actor, alias string) store.Cond) Fact[S] {
	f.SQL = sql
	return f
}

// Said is something that somebody said, as moderators see it.
type Said struct {
	Type     policy.Resource
	ID       uuid.UUID
	On       policy.Resource // of where it was said
	OnID     uuid.UUID
	Dialogue *uuid.UUID
	Author   uuid.UUID
}

// Convened asks, of a row of this alias, that the actor's party convened its dialogue, or that it has none: there any facilitator stands in.
func Convened(a policy.Actor, alias string) store.Cond {
	return store.Where("("+alias+".dialogue_id IS NULL OR EXISTS (SELECT 1 FROM dialogues c WHERE c.id = "+alias+".dialogue_id AND c.convenor_id = ?))", a.Stakeholder)
}

// Outside are the facts of a place outside of dialogues: discussion is always open, and any facilitator that acts for a party
// stands in for the convenor.
func Outside(a policy.Actor) policy.Facts {
	facts := policy.These(policy.DialogueOpen, policy.MayComment, policy.MayVote, policy.Shown)
	if a.Stakeholder != uuid.Nil {
		facts.Add(policy.Convenor)
	}
	return facts
}
