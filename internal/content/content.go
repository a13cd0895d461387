// Package content identifies the exact words of something that was read.
package content

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// Hash is SHA-256 over texts in order, each after its length in eight bytes, so that no text can move from one field to the next
// without changing the hash. docs/hashes.md describes it for other implementations.
func Hash(texts ...string) string {
	h := sha256.New()
	for _, s := range texts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Listed are the texts of a list: their number, and then each.
func Listed(texts []string) []string { return append([]string{strconv.Itoa(len(texts))}, texts...) }
