package bundletest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// Stream writes a complete bundle of any number of acts without holding them, and returns the key that signs it.
func Stream(t testing.TB, w io.Writer, acts int64) (vkey string) {
	t.Helper()
	var peaks []tlog.Hash
	for seq := int64(1); seq <= acts; seq++ {
		entry := nth(seq).Entry
		h := tlog.RecordHash(entry[:])
		for range bits.TrailingZeros64(uint64(seq)) {
			h = tlog.NodeHash(peaks[len(peaks)-1], h)
			peaks = peaks[:len(peaks)-1]
		}
		peaks = append(peaks, h)
	}
	root := peaks[len(peaks)-1]
	for i := len(peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(peaks[i], root)
	}
	skey, vkey := Key(origin, 1)
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	c := bundle.Checkpoint{Origin: origin, Tree: tlog.Tree{N: acts, Hash: root}}
	signed, err := note.Sign(&note.Note{Text: c.Text()}, signer)
	if err != nil {
		t.Fatal(err)
	}
	bw := bundle.NewWriter(w, bundle.Info{Origin: origin, Keys: []string{vkey}, MadeAt: Start, Complete: true})
	_ = bw.Checkpoint(signed)
	for seq := int64(1); seq <= acts; seq++ {
		_ = bw.Act(nth(seq))
	}
	if err := bw.Close(); err != nil {
		t.Fatal(err)
	}
	return vkey
}

// nth is an act of usual size. Its id is random, the harder case for the search for duplicates.
func nth(seq int64) *bundle.Act {
	var in [8]byte
	binary.BigEndian.PutUint64(in[:], uint64(seq))
	random := sha256.Sum256(in[:])
	member := Member(seq % 1000)
	a := &bundle.Act{Seq: seq, Salt: random[:bundle.SaltLen], Member: member, Payload: fmt.Appendf(nil, `{"comment":"comment_01kae44000e1pr%012d","state":"OPEN","revision":%d,"words":%d}`, seq, seq%7, seq%200)}
	a.Header = &bundle.Header{
		At: Start.Add(time.Duration(seq) * time.Millisecond), Audience: "SUBJECT", Commitment: bundle.Commit(a.Salt, a.Payload),
		Dialogue: ID('d', seq%10), Member: bundle.CommitMember(a.Salt, member), Parent: typeid.New("proposal", ID('p', seq%100)),
		PolicyVersion: 1, Revision: 1, Stakeholder: ID('s', seq%50), Subject: typeid.New("comment", ID('c', seq)), Type: "comment.opened",
	}
	copy(a.Header.ID[:], random[16:])
	a.Entry = a.Header.Entry()
	return a
}
