package party

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/person"
)

// Reach says for which parties an issuer may speak besides those that registered under it: the operator's settings name them.
type Reach struct {
	All     bool
	Parties []uuid.UUID
}

// Covers tells whether tokens of an issuer may speak for a party. owner is the issuer under which the party was registered;
// empty or nil for none.
func (r Reach) Covers(issuer string, party uuid.UUID, owner *string) bool {
	return owner != nil && *owner != "" && *owner == issuer || r.All || slices.Contains(r.Parties, party)
}

// adoptAtOnce is how many parties of an earlier release one transaction gives to their issuers.
const adoptAtOnce = 500

// adopt gives a party its issuer. Its key stays null if another party has it.
const adopt = `UPDATE stakeholders SET issuer = ?, name_key = CASE WHEN EXISTS (SELECT 1 FROM stakeholders s WHERE s.name_key = ?) THEN NULL ELSE ? END,
	name_skeleton = ? WHERE id = ? AND issuer IS NULL`

// Adopt gives parties of releases before they had an issuer to the issuer of their members, if that is one. Any other stays
// without: no token speaks for it until the settings name who may. Their names get keys to be compared by, too, and of two parties
// that had one name already only the first. Replicas may adopt at the same time: all find the same.
func (s *Service) Adopt(ctx context.Context) (adopted, without int, err error) {
	for {
		var parties []uuid.UUID
		names := map[uuid.UUID]string{}
		err := s.store.Query(ctx, "SELECT id, name FROM stakeholders WHERE issuer IS NULL ORDER BY id LIMIT ?", []any{adoptAtOnce}, func(r *sql.Rows) error {
			var id uuid.UUID
			var name string
			err := r.Scan(&id, &name)
			parties, names[id] = append(parties, id), name
			return err
		})
		if err != nil || len(parties) == 0 {
			return adopted, without, err
		}
		issuers, err := s.issuersOf(ctx, parties)
		if err != nil {
			return adopted, without, err
		}
		err = s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, id := range parties {
				key := nameKey(names[id])
				if _, err := s.store.Exec(ctx, tx, adopt, issuers[id], key, key, nameSkeleton(names[id]), id); err != nil {
					return err
				}
			}
			return nil
		})
		if fault.Is(err, fault.Conflict) { // one of the names has just been registered: look again
			continue
		}
		if err != nil {
			return adopted, without, fmt.Errorf("give parties to their issuers: %w", err)
		}
		for _, id := range parties {
			if issuers[id] == "" {
				without++
			} else {
				adopted++
			}
		}
	}
}

// issuersOf gives the issuer of each party's members where all have the same one.
func (s *Service) issuersOf(ctx context.Context, parties []uuid.UUID) (map[uuid.UUID]string, error) {
	of := s.store.AnyOf("stakeholder_id", parties)
	members := map[uuid.UUID]uuid.UUID{}
	err := s.store.Query(ctx, "SELECT id, stakeholder_id FROM members WHERE "+of.SQL, of.Args, func(r *sql.Rows) error {
		var member, party uuid.UUID
		err := r.Scan(&member, &party)
		members[member] = party
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the members of parties: %w", err)
	}
	issuers, several := map[uuid.UUID]string{}, map[uuid.UUID]bool{}
	for member, party := range members {
		issuer, _, err := s.vault.Identity(ctx, member)
		if errors.Is(err, person.ErrErased) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read who vouches for a member: %w", err)
		}
		if before, ok := issuers[party]; ok && before != issuer {
			several[party] = true
		}
		issuers[party] = issuer
	}
	for party := range several {
		issuers[party] = ""
	}
	return issuers, nil
}
