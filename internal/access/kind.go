package access

import (
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Kind is a noun of which something can be the subject of a row, such as a practice of a comment, with what serves it.
type Kind interface {
	// Noun is the resource of the noun.
	Noun() policy.Resource
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// KindOf finds the kind of a resource; it is missing where there is none.
func KindOf[K Kind](kinds []K, r policy.Resource) (K, error) {
	for _, k := range kinds {
		if k.Noun() == r {
			return k, nil
		}
	}
	var none K
	return none, fault.Missing()
}

// OfAnyKind asks, of a row of this alias, that its subject is of one of the kinds and meets a condition.
func OfAnyKind[K Kind](kinds []K, t string, is func(k K) store.Cond) store.Cond {
	ways := make([]store.Cond, len(kinds))
	for i, k := range kinds {
		ways[i] = store.And(store.Where(t+".subject_type = '"+policy.SubjectType(k.Noun())+"'"), is(k))
	}
	return store.Or(ways...)
}

// SubjectVisible asks, of a row of this alias, that its subject is one that the actor may see.
func SubjectVisible[K Kind](kinds []K, a policy.Actor, t string) store.Cond {
	return OfAnyKind(kinds, t, func(k K) store.Cond { return k.InVisible(a, t+".subject_id") })
}
