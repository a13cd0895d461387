// Package person keeps who a member is apart from what the member did. Each person has a key, itself sealed under the
// master key. What the log holds about the person is sealed under the person's key. Erasing that key leaves the log
// complete and its proofs valid, but nobody can find the person in it. It knows no policy: domains check before they call.
package person

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// maxCached bounds how many persons' keys stay in memory.
const maxCached = 10_000

// ErrErased reports that sealed data can no longer be read.
var ErrErased = errors.New("the person was erased")

// Vault holds the persons of a store.
type Vault struct {
	store *store.Store
	ring  *keys.Ring

	mu    sync.RWMutex
	known map[uuid.UUID]keys.Key // only from committed rows: a key whose row is rolled back would be lost
}

// New makes the vault of a store.
func New(s *store.Store, ring *keys.Ring) *Vault {
	return &Vault{store: s, ring: ring, known: map[uuid.UUID]keys.Key{}}
}

// Find returns the member with an identity, and false if there is none.
func (v *Vault) Find(ctx context.Context, issuer, subject string) (id uuid.UUID, found bool, err error) {
	err = v.store.Query(ctx, "SELECT id FROM persons WHERE lookup = ?", []any{v.Lookup(issuer, subject)}, func(r *sql.Rows) error {
		found = true
		return r.Scan(&id)
	})
	return id, found, err
}

// Lookup is a keyed hash that represents an identity where the identity itself must not appear.
func (v *Vault) Lookup(issuer, subject string) []byte {
	return v.ring.Lookup("identity", issuer, subject)
}

// Enter creates the person of an identity unless it exists, and returns its id. Concurrent calls get the same id.
func (v *Vault) Enter(ctx context.Context, tx *db.Tx, issuer, subject string, now time.Time) (uuid.UUID, error) {
	id := uuid.Must(uuid.NewV7())
	if err := v.EnterAs(ctx, tx, id, issuer, subject, now); err != nil {
		return uuid.Nil, err
	}
	err := v.store.QueryTx(ctx, tx, "SELECT id FROM persons WHERE lookup = ?", []any{v.Lookup(issuer, subject)}, func(r *sql.Rows) error {
		return r.Scan(&id)
	})
	return id, err
}

// EnterAs creates the person of an identity under a given id, for tools that choose ids.
func (v *Vault) EnterAs(ctx context.Context, tx *db.Tx, id uuid.UUID, issuer, subject string, now time.Time) error {
	secret := keys.NewKey()
	key, err := keys.UseKey(secret)
	if err != nil {
		return err
	}
	text, err := json.Marshal([]string{issuer, subject})
	if err != nil {
		return fmt.Errorf("write an identity: %w", err)
	}
	const insert = `INSERT INTO persons (id, lookup, identity, key, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	_, err = v.store.Exec(ctx, tx, insert, id, v.Lookup(issuer, subject), key.Seal("identity "+id.String(), text),
		v.ring.Seal("person "+id.String(), secret), now)
	if err != nil {
		return fmt.Errorf("save a person: %w", err)
	}
	return nil
}

// Identity returns who a member is: issuer and subject.
func (v *Vault) Identity(ctx context.Context, member uuid.UUID) (issuer, subject string, err error) {
	key, err := v.Key(ctx, member)
	if err != nil {
		return "", "", err
	}
	var sealed []byte
	err = v.store.Query(ctx, "SELECT identity FROM persons WHERE id = ?", []any{member}, func(r *sql.Rows) error { return r.Scan(&sealed) })
	if err != nil || sealed == nil {
		return "", "", err
	}
	text, err := key.Open("identity "+member.String(), sealed)
	if err != nil {
		return "", "", err
	}
	var both [2]string
	if err := json.Unmarshal(text, &both); err != nil {
		return "", "", fmt.Errorf("read an identity: %w", err)
	}
	return both[0], both[1], nil
}

// Key returns a person's key; ErrErased if it no longer exists.
func (v *Vault) Key(ctx context.Context, member uuid.UUID) (keys.Key, error) {
	found, err := v.Keys(ctx, []uuid.UUID{member})
	if err != nil {
		return keys.Key{}, err
	}
	key, ok := found[member]
	if !ok {
		return key, ErrErased
	}
	return key, nil
}

// Keys returns the keys of those persons that have one.
func (v *Vault) Keys(ctx context.Context, members []uuid.UUID) (map[uuid.UUID]keys.Key, error) {
	found := make(map[uuid.UUID]keys.Key, len(members))
	var wanted []uuid.UUID
	v.mu.RLock()
	for _, m := range members {
		if key, ok := v.known[m]; ok {
			found[m] = key
		} else if _, twice := found[m]; !twice {
			wanted = append(wanted, m)
		}
	}
	v.mu.RUnlock()
	if len(wanted) == 0 {
		return found, nil
	}
	of := v.store.AnyOf("id", wanted)
	err := v.store.Query(ctx, "SELECT id, key FROM persons WHERE key IS NOT NULL AND "+of.SQL, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var sealed []byte
		if err := r.Scan(&id, &sealed); err != nil {
			return err
		}
		key, err := v.open(id, sealed)
		found[id] = key
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the keys of persons: %w", err)
	}
	v.remember(wanted, found)
	return found, nil
}

func (v *Vault) open(id uuid.UUID, sealed []byte) (keys.Key, error) {
	secret, err := v.ring.Open("person "+id.String(), sealed)
	if err != nil {
		return keys.Key{}, err
	}
	return keys.UseKey(secret)
}

func (v *Vault) remember(wanted []uuid.UUID, found map[uuid.UUID]keys.Key) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.known) > maxCached {
		clear(v.known)
	}
	for _, m := range wanted {
		if key, ok := found[m]; ok {
			v.known[m] = key
		}
	}
}

// Forget drops a key from memory: its person was erased, here or on another replica.
func (v *Vault) Forget(member uuid.UUID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.known, member)
}

// KeyIn returns the key of the person who acts, inside the transaction that writes the act. An erased person cannot act.
func (v *Vault) KeyIn(ctx context.Context, tx *db.Tx, member uuid.UUID) (keys.Key, error) {
	v.mu.RLock()
	key, ok := v.known[member]
	v.mu.RUnlock()
	if ok {
		return key, nil
	}
	var sealed []byte
	err := v.store.QueryTx(ctx, tx, "SELECT key FROM persons WHERE id = ?", []any{member}, func(r *sql.Rows) error { return r.Scan(&sealed) })
	switch {
	case err != nil:
		return key, fmt.Errorf("read a person's key: %w", err)
	case sealed == nil:
		return key, fault.New(fault.Unauthenticated, "this person was erased")
	}
	// The row is from an earlier transaction: a person is created before it can act.
	if key, err = v.open(member, sealed); err == nil {
		v.remember([]uuid.UUID{member}, map[uuid.UUID]keys.Key{member: key})
	}
	return key, err
}

// Erase destroys a person's key and the link to its identity. It reports whether there was anything left to erase.
func (v *Vault) Erase(ctx context.Context, tx *db.Tx, member uuid.UUID, now time.Time) (bool, error) {
	const erase = `UPDATE persons SET lookup = NULL, identity = NULL, key = NULL, erased_at = ? WHERE id = ? AND erased_at IS NULL`
	n, err := v.store.Exec(ctx, tx, erase, now, member)
	return n > 0, err
}

// LookupOf returns the Lookup of a member's identity; nil if the person was erased.
func (v *Vault) LookupOf(ctx context.Context, tx *db.Tx, member uuid.UUID) (lookup []byte, err error) {
	err = v.store.QueryTx(ctx, tx, "SELECT lookup FROM persons WHERE id = ?", []any{member}, func(r *sql.Rows) error { return r.Scan(&lookup) })
	return lookup, err
}

// Present reports whether the person exists and was not erased.
func (v *Vault) Present(ctx context.Context, member uuid.UUID) (present bool, err error) {
	err = v.store.Query(ctx, "SELECT 1 FROM persons WHERE id = ? AND erased_at IS NULL", []any{member}, func(*sql.Rows) error {
		present = true
		return nil
	})
	return present, err
}

// Adopt moves the identities that an older release stored with members into the vault.
func (v *Vault) Adopt(ctx context.Context, now time.Time) (int, error) {
	type old struct {
		id              uuid.UUID
		issuer, subject string
	}
	total := 0
	for {
		var batch []old
		err := v.store.Query(ctx, "SELECT id, issuer, subject FROM members WHERE issuer IS NOT NULL AND subject IS NOT NULL LIMIT 500", nil, func(r *sql.Rows) error {
			var o old
			err := r.Scan(&o.id, &o.issuer, &o.subject)
			batch = append(batch, o)
			return err
		})
		if err != nil || len(batch) == 0 {
			return total, err
		}
		err = v.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, o := range batch {
				if err := v.EnterAs(ctx, tx, o.id, o.issuer, o.subject, now); err != nil {
					return err
				}
				if _, err := v.store.Exec(ctx, tx, "UPDATE members SET issuer = NULL, subject = NULL WHERE id = ?", o.id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return total, fmt.Errorf("move identities into the vault: %w", err)
		}
		total += len(batch)
	}
}
