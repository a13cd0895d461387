package file

import (
	"context"

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

// Open makes a holder of things of which nothing is withheld from those who see them.
func Open(of Seen) Holder { return open{of} }

// Seen is what serves such things.
type Seen interface {
	// Place loads a thing inside a use case.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

type open struct{ Seen }

// InWhole is never asked for: no file of such a thing is withheld.
func (open) InWhole(policy.Actor, string) store.Cond { return store.Never() }

// Noun is the resource of the noun.
func (k Kind) Noun() policy.Resource { return k.Resource }

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
				return access.SubjectVisible(kinds, a, t)
			}),
			{
				Fact:  policy.Whole,
				Holds: func(_ policy.Actor, p placed) bool { return !p.Withheld || p.subject.Facts.Has(policy.Whole) },
				SQL: func(a policy.Actor, t string) store.Cond {
					return store.Or(store.Where("NOT "+t+".withheld"), access.OfAnyKind(kinds, t, func(k Kind) store.Cond { return k.InWhole(a, t+".subject_id") }))
				},
			},
		},
	}
}
