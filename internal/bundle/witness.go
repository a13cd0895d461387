package bundle

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Why a witness does not cosign. The first is no sign of a wrong: somebody may have been faster.
var (
	ErrOlder  = errors.New("the checkpoint is older than one that was cosigned")
	ErrForked = errors.New("the checkpoint does not continue the one that was cosigned: the log was forked")
	ErrWrong  = errors.New("the checkpoint is not one of this log")
)

// Witness is what a witness remembers of a log: the keys it trusts and the last checkpoint it cosigned. Whoever keeps it
// must store the next one before giving out the signature, and let nobody else cosign meanwhile; otherwise two histories
// could both be cosigned.
type Witness struct {
	Origin string
	Keys   []string  // verifier keys of the log
	Last   tlog.Tree // of size 0 before the first
}

// Cosigner signs as a witness (C2SP tlog-cosignature, version 1 with Ed25519).
type Cosigner struct {
	name string
	id   uint32
	key  ed25519.PrivateKey
}

const (
	algEd25519     = 1
	algCosignature = 4
)

// NewCosigner takes a signer key as note.GenerateKey makes it. The key must sign nothing else.
func NewCosigner(skey string) (*Cosigner, error) {
	s, err := note.NewSigner(skey)
	if err != nil {
		return nil, fmt.Errorf("read the witness's key: %w", err)
	}
	parts := strings.Split(skey, "+")
	secret, err := base64.StdEncoding.DecodeString(strings.Join(parts[4:], "+")) // base64 has plus signs of its own
	if err != nil || len(secret) != 1+ed25519.SeedSize || secret[0] != algEd25519 {
		return nil, errors.New("read the witness's key: it is not an Ed25519 key")
	}
	c := &Cosigner{name: s.Name(), key: ed25519.NewKeyFromSeed(secret[1:])}
	sum := sha256.Sum256(append([]byte(c.name+"\n"), c.public()...))
	c.id = binary.BigEndian.Uint32(sum[:])
	return c, nil
}

func (c *Cosigner) public() []byte {
	return append([]byte{algCosignature}, c.key.Public().(ed25519.PublicKey)...)
}

// VerifierKey is what others verify the cosignatures with.
func (c *Cosigner) VerifierKey() string {
	return fmt.Sprintf("%s+%08x+%s", c.name, c.id, base64.StdEncoding.EncodeToString(c.public()))
}

// Cosign signs a checkpoint that continues the last one, as a consistency proof shows, and gives the signature's line and
// what is to be remembered from now on. A proof from size 0, or to the same size, is empty. An older tree, a fork and a
// checkpoint that the log's keys did not sign are refused, and nothing changes.
func (w Witness) Cosign(signed []byte, p tlog.TreeProof, by *Cosigner, at time.Time) (line string, next Witness, err error) {
	ring, err := newKeyring(w.Keys)
	if err != nil {
		return "", w, err
	}
	c, _, err := ring.open(signed)
	switch {
	case err != nil:
		return "", w, fmt.Errorf("%w: it %w", ErrWrong, err)
	case c.Origin != w.Origin:
		return "", w, fmt.Errorf("%w: it is of %s, not of %s", ErrWrong, c.Origin, w.Origin)
	case c.N < w.Last.N:
		return "", w, fmt.Errorf("%w: it has %d acts, and one of %d was cosigned", ErrOlder, c.N, w.Last.N)
	case c.N == 0 && c.Hash != (&tree{}).root():
		return "", w, fmt.Errorf("%w: its root is not that of an empty log", ErrForked)
	case w.Last.N == 0 && len(p) > 0:
		return "", w, fmt.Errorf("%w: there is nothing before it to be consistent with", ErrForked)
	case w.Last.N > 0 && tlog.CheckTree(p, c.N, c.Hash, w.Last.N, w.Last.Hash) != nil:
		return "", w, fmt.Errorf("%w: size %d is not proved to grow out of size %d", ErrForked, c.N, w.Last.N)
	}
	w.Last = c.Tree
	return by.sign(signed, at), w, nil
}

func (c *Cosigner) sign(signed []byte, at time.Time) string {
	text := signed[:strings.LastIndex(string(signed), "\n\n")+1]
	message := append([]byte("cosignature/v1\ntime "+strconv.FormatInt(at.Unix(), 10)+"\n"), text...)
	b := binary.BigEndian.AppendUint32(nil, c.id)
	b = binary.BigEndian.AppendUint64(b, uint64(at.Unix()))
	b = append(b, ed25519.Sign(c.key, message)...)
	return "— " + c.name + " " + base64.StdEncoding.EncodeToString(b) + "\n"
}
