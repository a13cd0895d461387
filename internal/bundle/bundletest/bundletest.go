// Package bundletest makes logs, bundles and tampered bundles for tests of programs that write or verify them. The same
// steps always give the same bytes, and it never uses a database.
package bundletest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// Start is just before the first act of every log here.
var Start = time.Date(2026, 11, 22, 5, 7, 56, 123456000, time.UTC)

// Key makes an Ed25519 key of a note from a seed byte.
func Key(name string, seed byte) (skey, vkey string) {
	secret := bytes.Repeat([]byte{seed}, ed25519.SeedSize)
	public := ed25519.NewKeyFromSeed(secret).Public().(ed25519.PublicKey)
	text := append([]byte{1}, public...)
	sum := sha256.Sum256(append([]byte(name+"\n"), text...))
	id := binary.BigEndian.Uint32(sum[:])
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, id, b64(append([]byte{1}, secret...))), fmt.Sprintf("%s+%08x+%s", name, id, b64(text))
}

// Log is a log in memory with the keys that sign for it.
type Log struct {
	Origin  string
	Keys    []string // verifier keys, in the order in which they sign
	Acts    []bundle.Act
	signers []note.Signer
	hashes  []tlog.Hash
	t       testing.TB
}

// New makes an empty log with one key.
func New(t testing.TB, origin string) *Log {
	l := &Log{Origin: origin, t: t}
	l.Sign(1)
	return l
}

// Sign lets one more key sign from now on, made from a seed byte.
func (l *Log) Sign(seed byte) (vkey string) {
	l.t.Helper()
	skey, vkey := Key(l.Origin, seed)
	s, err := note.NewSigner(skey)
	if err != nil {
		l.t.Fatal(err)
	}
	l.signers, l.Keys = append(l.signers, s), append(l.Keys, vkey)
	return vkey
}

// Stop removes the oldest key.
func (l *Log) Stop() { l.signers, l.Keys = l.signers[1:], l.Keys[1:] }

// Size is the number of acts.
func (l *Log) Size() int64 { return int64(len(l.Acts)) }

// ID makes an id that depends only on its arguments.
func ID(kind byte, n int64) uuid.UUID {
	var id uuid.UUID
	copy(id[:], []byte{0x01, 0x9a, 0x9c, 0x42, 0, 0, 0x70, kind, 0x80})
	binary.BigEndian.PutUint32(id[12:], uint32(n))
	return id
}

// Member makes the id of a member.
func Member(n int64) uuid.UUID { return ID('m', n) }

// Add appends an act of a member, or of none.
func (l *Log) Add(typ string, member uuid.UUID, subject typeid.ID, payload string) *bundle.Act {
	l.t.Helper()
	seq := l.Size() + 1
	salt := sha256.Sum256(fmt.Appendf(nil, "salt %s %d", l.Origin, seq))
	a := bundle.Act{Seq: seq, Salt: salt[:bundle.SaltLen], Payload: []byte(payload), Member: member}
	a.Header = &bundle.Header{
		At: Start.Add(time.Duration(seq) * time.Second), Audience: "SUBJECT", Commitment: bundle.Commit(a.Salt, a.Payload),
		ID: ID('a', seq), PolicyVersion: 1, Revision: 1, Subject: subject, Type: typ,
	}
	if member != uuid.Nil {
		a.Header.Member = bundle.CommitMember(a.Salt, member)
		a.Header.Stakeholder = ID('s', 1)
	}
	if subject.Noun == "comment" {
		a.Header.Dialogue, a.Header.Parent = ID('d', 1), typeid.New("proposal", ID('p', 1))
	}
	return l.append(a)
}

// append appends an act unchanged, with the entry of its header.
func (l *Log) append(a bundle.Act) *bundle.Act {
	l.t.Helper()
	a.Entry = a.Header.Entry()
	hashes, err := tlog.StoredHashes(a.Seq-1, a.Entry[:], l)
	if err != nil {
		l.t.Fatal(err)
	}
	l.hashes = append(l.hashes, hashes...)
	l.Acts = append(l.Acts, a)
	return &l.Acts[len(l.Acts)-1]
}

// Comment appends a comment of a member.
func (l *Log) Comment(member uuid.UUID) *bundle.Act {
	l.t.Helper()
	return l.Add("comment.opened", member, typeid.New("comment", ID('c', l.Size())), fmt.Sprintf(`{"comment":%d,"text":"a \"quoted\" ünïcode \ud83d\ude00 line"}`, l.Size()))
}

// Fill appends comments up to a size.
func (l *Log) Fill(size int64) {
	l.t.Helper()
	for l.Size() < size {
		l.Comment(Member(1 + l.Size()%3))
	}
}

// ReadHashes lets tlog read the hashes that the log stores.
func (l *Log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

// Leaf is the leaf hash of an act.
func (l *Log) Leaf(seq int64) tlog.Hash { return l.hashes[tlog.StoredHashIndex(0, seq-1)] }

// Root is the root at a size.
func (l *Log) Root(size int64) tlog.Hash {
	l.t.Helper()
	root, err := tlog.TreeHash(size, l)
	if err != nil {
		l.t.Fatal(err)
	}
	return root
}

// Erase destroys the contents of a member's acts, and appends the act that records the erasure.
func (l *Log) Erase(member uuid.UUID) *bundle.Act {
	l.t.Helper()
	digest, n := sha256.New(), 0
	for i := range l.Acts {
		a := &l.Acts[i]
		if a.Member == member {
			a.Salt, a.Payload, a.Member, a.Erased = nil, nil, uuid.Nil, member
		}
		if a.Erased == member {
			digest.Write(a.Entry[:])
			n++
		}
	}
	return l.Add(bundle.PersonErased, uuid.Nil, typeid.New("member", member), fmt.Sprintf(`{"acts":%d,"digest":"%s"}`, n, hex.EncodeToString(digest.Sum(nil))))
}

// Announce appends an act log.key_added or log.key_retired.
func (l *Log) Announce(typ, vkey string) {
	l.t.Helper()
	l.Add(typ, uuid.Nil, typeid.ID{}, fmt.Sprintf(`{"key":%q}`, vkey))
}

// Reopen is a restore that brings back only the first acts: the log continues under the next origin, with keys from the same
// seeds, and names the last known size of the old one. It returns the old log.
func (l *Log) Reopen(restored, known int64) (old *Log) {
	l.t.Helper()
	was := *l
	old = &was
	root := l.Root(known)
	l.Acts = append([]bundle.Act(nil), l.Acts[:restored]...)
	l.hashes = append([]tlog.Hash(nil), l.hashes[:tlog.StoredHashCount(restored)]...)
	l.Origin, l.Keys, l.signers = bundle.NextOrigin(l.Origin), nil, nil
	l.Sign(1)
	l.Add(bundle.Reopened, uuid.Nil, typeid.ID{}, fmt.Sprintf(`{"origin":%q,"size":%d,"root":%q}`, was.Origin, known, root.String()))
	return old
}

// Checkpoint signs the log at a size.
func (l *Log) Checkpoint(size int64) []byte {
	l.t.Helper()
	c := bundle.Checkpoint{Origin: l.Origin, Tree: tlog.Tree{N: size, Hash: l.Root(size)}}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, l.signers...)
	if err != nil {
		l.t.Fatal(err)
	}
	return signed
}

// Consistency proves that the log at one size extends the log at a smaller one.
func (l *Log) Consistency(from, to int64) tlog.TreeProof {
	l.t.Helper()
	p, err := tlog.ProveTree(to, from, l)
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

// Complete is a bundle of all acts, with checkpoints of other sizes before that of the last one.
func (l *Log) Complete(sizes ...int64) []byte {
	l.t.Helper()
	return l.Bundle(true, l.checkpoints(sizes), nil, l.Acts)
}

func (l *Log) checkpoints(sizes []int64) [][]byte {
	var all [][]byte
	for _, size := range append(sizes, l.Size()) {
		all = append(all, l.Checkpoint(size))
	}
	return all
}

// Some is a bundle of some acts with their proofs, and with consistency proofs from other sizes to the last one. It contains
// the checkpoints of those sizes if with is true.
func (l *Log) Some(with bool, sizes []int64, seqs ...int64) []byte {
	l.t.Helper()
	var checkpoints [][]byte
	if with {
		checkpoints = l.checkpoints(sizes)
	} else {
		checkpoints = l.checkpoints(nil)
	}
	acts := make([]bundle.Act, len(seqs))
	for i, seq := range seqs {
		acts[i] = l.Acts[seq-1]
		p, err := tlog.ProveRecord(l.Size(), seq-1, l)
		if err != nil {
			l.t.Fatal(err)
		}
		acts[i].Proof = p
	}
	return l.Bundle(false, checkpoints, sizes, acts)
}

// Bundle writes a bundle from the given parts.
func (l *Log) Bundle(complete bool, checkpoints [][]byte, proved []int64, acts []bundle.Act) []byte {
	l.t.Helper()
	var b bytes.Buffer
	w := bundle.NewWriter(&b, bundle.Info{Origin: l.Origin, Keys: l.Keys, MadeAt: Start.AddDate(0, 1, 0), Complete: complete})
	for _, c := range checkpoints {
		_ = w.Checkpoint(c)
	}
	for _, from := range proved {
		_ = w.Consistency(from, l.Size(), l.Consistency(from, l.Size()))
	}
	for i := range acts {
		_ = w.Act(&acts[i])
	}
	if err := w.Close(); err != nil {
		l.t.Fatal(err)
	}
	return b.Bytes()
}

// Lines returns the lines of a bundle without their newlines.
func Lines(b []byte) []string { return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") }

// Join is the inverse of Lines, and corrects the number in the last line.
func Join(lines []string) []byte {
	if n := len(lines); n > 0 && strings.HasPrefix(lines[n-1], `{"kind":"end"`) {
		lines = append(append([]string(nil), lines[:n-1]...), fmt.Sprintf(`{"kind":"end","lines":%d}`, n))
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}
