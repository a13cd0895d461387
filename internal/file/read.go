package file

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Holder is a noun whose things have files. Its domain implements it.
type Holder interface {
	// Place loads a thing inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// InWhole asks for a column to name one of which nothing is withheld from the actor.
	InWhole(a policy.Actor, column string) store.Cond
}

// Kind is a noun with those of its things that have files. Who sees the thing sees its files.
type Kind struct {
	Resource policy.Resource
	Holder
}

// word is the kind as it is stored: ASSESSMENT.
func (k Kind) word() string { return strings.ToUpper(string(k.Resource)) }

// ResourceOf gives the resource of a stored subject type.
func ResourceOf(word string) policy.Resource { return policy.Resource(strings.ToLower(word)) }

// placed is a file with what it is attached to.
type placed struct {
	*db.File
	subject access.Place
}

func nounOf(kinds []Kind) access.Noun[db.File, placed] {
	return access.Noun[db.File, placed]{
		Resource: policy.File,
		Table:    store.TableOf[db.File](),
		Row:      func(p placed) *db.File { return p.File },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "party_id"),
			access.Around(policy.InSight, func(p placed) access.Place { return p.subject }).WithSQL(func(a policy.Actor, t string) store.Cond {
				return ofAny(kinds, t, func(k Kind) store.Cond { return k.InVisible(a, t+".subject_id") })
			}),
			{
				Fact:  policy.Whole,
				Holds: func(_ policy.Actor, p placed) bool { return !p.Withheld || p.subject.Facts&policy.Whole != 0 },
				SQL: func(a policy.Actor, t string) store.Cond {
					return store.Or(store.Where("NOT "+t+".withheld"), ofAny(kinds, t, func(k Kind) store.Cond { return k.InWhole(a, t+".subject_id") }))
				},
			},
		},
	}
}

// ofAny asks for a file to be attached to a thing of one of the kinds, and for that thing to meet a condition.
func ofAny(kinds []Kind, t string, is func(k Kind) store.Cond) store.Cond {
	ways := make([]store.Cond, len(kinds))
	for i, k := range kinds {
		ways[i] = store.And(store.Where(t+".subject_type = '"+k.word()+"'"), is(k))
	}
	return store.Or(ways...)
}
