package recount

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/tlog"
)

// The kinds of lines of a result, in the order in which they come.
const (
	KindRule   = "ballot.rule"
	KindSeat   = "ballot.seat"
	KindPaper  = "ballot.paper"
	KindResult = "ballot.result"
)

// Seat is a place on a roll, and after the count what was done from it.
type Seat struct { // in the order in which RFC 8785 writes members
	ID       string `json:"id"`
	Leaf     string `json:"leaf"`
	Party    string `json:"party"`
	Proxy    string `json:"proxy,omitempty"` // the party that cast its last paper for it
	Recused  bool   `json:"recused,omitempty"`
	Revision int    `json:"revision,omitempty"` // of its last paper; 0 for none
}

// Planned is the seat as it stood when the ballot was opened: what the tree over the roll holds.
func (s Seat) Planned() Seat { return Seat{ID: s.ID, Leaf: s.Leaf, Party: s.Party} }

// Paper is what was counted. One of an open ballot names its seat, one of a secret ballot a tracker that nobody but its voter knows.
type Paper struct { // in the order in which RFC 8785 writes members
	Choice   string `json:"choice"`
	Leaf     string `json:"leaf"`
	Reasoned bool   `json:"reasoned,omitempty"`
	Seat     string `json:"seat,omitempty"`
	Tracker  string `json:"tracker,omitempty"`
}

// before is the order of papers, in which nothing shows when they were cast.
func (p Paper) before(q Paper) int {
	return strings.Compare(p.Seat+p.Tracker, q.Seat+q.Tracker)
}

// SortPapers brings papers into their order.
func SortPapers(papers []Paper) { slices.SortFunc(papers, Paper.before) }

// SortSeats brings seats into the order of a roll: by leaf, in the order of the rule, and then by party.
func SortSeats(seats []Seat, leaves []string) {
	slices.SortFunc(seats, func(a, b Seat) int {
		if x, y := slices.Index(leaves, a.Leaf), slices.Index(leaves, b.Leaf); x != y {
			return x - y
		}
		return strings.Compare(a.Party, b.Party)
	})
}

// Canonical writes a value as RFC 8785 has it.
func Canonical(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write a record: %w", err)
	}
	switch v.(type) {
	case Seat, Paper: // of which there are many
		if line := bytes.TrimSuffix(b.Bytes(), []byte("\n")); !bytes.ContainsRune(line, '\\') {
			return line, nil
		}
	}
	out, err := jcs.Transform(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("write a record: %w", err)
	}
	return out, nil
}

// Hash is SHA-256 of the canonical form of a value, in hexadecimal.
func Hash(v any) (string, error) {
	b, err := Canonical(v)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// Root is the root of the tree of RFC 6962 over the canonical forms of values, in hexadecimal.
func Root[T any](values []T) (string, error) {
	hashes := make([]tlog.Hash, len(values))
	for i, v := range values {
		b, err := Canonical(v)
		if err != nil {
			return "", err
		}
		hashes[i] = tlog.RecordHash(b)
	}
	root := rootOf(hashes)
	return hex.EncodeToString(root[:]), nil
}

// rootOf is the root over the hashes of records.
func rootOf(hashes []tlog.Hash) tlog.Hash {
	switch len(hashes) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return hashes[0]
	}
	half := 1 << (bits.Len(uint(len(hashes)-1)) - 1) // the largest power of two below
	return tlog.NodeHash(rootOf(hashes[:half]), rootOf(hashes[half:]))
}

// RollRoot is the root over a roll as it stood when the ballot was opened.
func RollRoot(seats []Seat) (string, error) {
	planned := make([]Seat, len(seats))
	for i, s := range seats {
		planned[i] = s.Planned()
	}
	return Root(planned)
}
