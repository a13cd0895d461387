package access

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
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

// Where is a noun on which something can be said.
type Where interface {
	Kind
	Places
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Place, error)
}

// On is the subject of a row.
type On struct {
	Type string
	ID   uuid.UUID
}

// PlacesOf reads the subjects of rows, which are visible already, as places. That of a kind which is not among these is the zero Place.
func PlacesOf[W Where](ctx context.Context, kinds []W, on []On) ([]Place, error) {
	all := make([]Place, len(on))
	for _, kind := range kinds {
		typ := policy.SubjectType(kind.Noun())
		var ids []uuid.UUID
		for _, one := range on {
			if one.Type == typ {
				ids = append(ids, one.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		places, err := kind.Places(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, one := range on {
			if one.Type == typ {
				all[i] = places[one.ID]
			}
		}
	}
	return all, nil
}

// PlaceOf reads the subject of a row as a place, for a use case. What is of none of the kinds, or is gone, is the zero Place: nobody sees it.
func PlaceOf[W Where](ctx context.Context, tx *db.Tx, kinds []W, on On) (Place, error) {
	kind, err := KindOf(kinds, policy.ResourceOf(on.Type))
	var at Place
	if err == nil {
		at, err = kind.Place(ctx, tx, on.ID)
	}
	if fault.Is(err, fault.NotFound) || db.IsNotFound(err) {
		return Place{}, nil
	}
	return at, err
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
