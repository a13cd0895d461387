package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

// maxCursor bounds the cursors that are decoded; ours are shorter than 120 bytes.
const maxCursor = 512

// Scope is what a cursor is good for: a list in its order, and a viewer. What a visitor was given is good for everybody, because
// what visitors see everybody sees.
type Scope struct {
	List, Viewer string // no Viewer for visitors
	Entry        string // what an entry's own cursor is sealed for, which the list takes as well; see Entry
}

// sealer encrypts and authenticates cursors. So nobody can forge a cursor or use it for another list or viewer, and it
// reveals nothing about hidden rows between two visible ones.
type sealer struct {
	aead cipher.AEAD
	key  []byte
}

// UseSealKey makes the store seal cursors with the key that all replicas share; the first start creates the key.
func (s *Store) UseSealKey(ctx context.Context) error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("make the cursor key: %w", err)
	}
	const insert = `INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`
	err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := s.Exec(ctx, tx, insert, "cursor_key", key); err != nil {
			return err
		}
		row, err := tx.Setting.Get(ctx, "cursor_key")
		if err != nil {
			return err
		}
		key = row.Value
		return nil
	})
	if err != nil {
		return fmt.Errorf("load the cursor key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("use the cursor key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return fmt.Errorf("use the cursor key: %w", err)
	}
	s.sealer = &sealer{aead: aead, key: key}
	return nil
}

// nonce derives the nonce from the sealed data: the same position gives the same text, which clients compare and caches rely
// on, and two different positions never share a nonce.
func (s *sealer) nonce(list string, plain []byte) []byte {
	return s.mac(list, plain)[:s.aead.NonceSize()]
}

func (s *sealer) mac(what string, b []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(what))
	mac.Write([]byte{0})
	mac.Write(b)
	return mac.Sum(nil)
}

// Secret gives bytes that only those who have the key of the cursors can tell; what is what they are for.
func (s *Store) Secret(what string, b []byte) []byte { return s.sealer.mac(what, b) }

// owner marks whose a cursor is; zero for everybody's.
type owner [8]byte

func (s *sealer) owner(viewer string) (o owner) {
	if viewer != "" {
		copy(o[:], s.mac("viewer", []byte(viewer)))
	}
	return o
}

// Seal makes a cursor from a position.
func (s *Store) Seal(scope Scope, position []byte) string {
	whose := s.sealer.owner(scope.Viewer)
	plain := append(whose[:], position...)
	nonce := s.sealer.nonce(scope.List, plain)
	return base64.RawURLEncoding.EncodeToString(s.sealer.aead.Seal(nonce, nonce, plain, []byte(scope.List)))
}

// Unseal gives the position in a cursor of this scope. It refuses a cursor of another list like a forged one, and tells a viewer
// whose cursor it is not; field is the argument that holds the cursor.
func (s *Store) Unseal(field string, scope Scope, cursor string) ([]byte, error) {
	plain, ok := s.sealer.open(scope.List, cursor)
	if !ok && scope.Entry != "" {
		plain, ok = s.sealer.open(scope.Entry, cursor)
	}
	if !ok {
		return nil, fault.InvalidField(field, "", "this cursor does not belong to this list: begin without a cursor")
	}
	whose := owner(plain[:len(owner{})])
	if whose != (owner{}) && whose != s.sealer.owner(scope.Viewer) {
		return nil, fault.New(fault.Foreign, "another viewer was given this cursor: begin without a cursor")
	}
	return plain[len(whose):], nil
}

func (s *sealer) open(list, cursor string) ([]byte, bool) {
	if len(cursor) > maxCursor {
		return nil, false
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(sealed) < s.aead.NonceSize() {
		return nil, false
	}
	nonce, sealed := sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():]
	plain, err := s.aead.Open(nil, nonce, sealed, []byte(list))
	return plain, err == nil && len(plain) >= len(owner{})
}
