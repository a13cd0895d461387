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
func (s *sealer) nonce(scope string, position []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(scope))
	mac.Write([]byte{0})
	mac.Write(position)
	return mac.Sum(nil)[:s.aead.NonceSize()]
}

// Seal makes a cursor from a position, for one scope: the list, its order and the viewer.
func (s *Store) Seal(scope string, position []byte) string {
	nonce := s.sealer.nonce(scope, position)
	return base64.RawURLEncoding.EncodeToString(s.sealer.aead.Seal(nonce, nonce, position, []byte(scope)))
}

// Unseal gives the position in a cursor of this scope. It refuses a cursor of any other scope like a forged one; field is the
// argument that holds the cursor.
func (s *Store) Unseal(field, scope, cursor string) ([]byte, error) {
	refused := fault.InvalidField(field, "", "this cursor does not belong to this list and viewer: begin without a cursor")
	if len(cursor) > maxCursor {
		return nil, refused
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(sealed) < s.sealer.aead.NonceSize() {
		return nil, refused
	}
	nonce, sealed := sealed[:s.sealer.aead.NonceSize()], sealed[s.sealer.aead.NonceSize():]
	position, err := s.sealer.aead.Open(nil, nonce, sealed, []byte(scope))
	if err != nil {
		return nil, refused
	}
	return position, nil
}
