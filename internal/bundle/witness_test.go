package bundle_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

func cosigner(t *testing.T) *bundle.Cosigner {
	t.Helper()
	skey, _ := bundletest.Key("witness.example/w1", 7)
	c, err := bundle.NewCosigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAWitnessCosignsOnlyWhatContinuesWhatItSaw(t *testing.T) {
	l := bundletest.New(t, "example.com/log")
	l.Fill(12)
	fork := bundletest.New(t, "example.com/log")
	fork.Fill(2)
	fork.Comment(bundletest.Member(9))
	fork.Fill(12)
	other := bundletest.New(t, "example.com/other")
	other.Fill(12)
	thief := bundletest.New(t, "example.com/log")
	thief.Sign(5)
	thief.Stop()
	thief.Fill(12)
	fresh := bundle.Witness{Origin: l.Origin, Keys: l.Keys}
	at8 := fresh
	at8.Last = tlog.Tree{N: 8, Hash: l.Root(8)}
	trusting := at8 // of a key that signs for another log as well
	trusting.Keys = append(trusting.Keys[:1:1], other.Keys...)
	for _, row := range []struct {
		name   string
		w      bundle.Witness
		signed []byte
		proof  tlog.TreeProof
		want   error
	}{
		{"the first checkpoint", fresh, l.Checkpoint(8), nil, nil},
		{"an empty log", fresh, l.Checkpoint(0), nil, nil},
		{"a larger one with its proof", at8, l.Checkpoint(12), l.Consistency(8, 12), nil},
		{"the same one again", at8, l.Checkpoint(8), nil, nil},
		{"an older one", at8, l.Checkpoint(7), nil, bundle.ErrOlder},
		{"a larger one without proof", at8, l.Checkpoint(12), nil, bundle.ErrForked},
		{"a larger one with the proof of another size", at8, l.Checkpoint(12), l.Consistency(7, 12), bundle.ErrForked},
		{"a fork with its own proof", at8, fork.Checkpoint(12), fork.Consistency(8, 12), bundle.ErrForked},
		{"a fork with the right log's proof", at8, fork.Checkpoint(12), l.Consistency(8, 12), bundle.ErrForked},
		{"a fork of the same size", at8, fork.Checkpoint(8), nil, bundle.ErrForked},
		{"a first checkpoint with a proof from nothing", fresh, l.Checkpoint(8), l.Consistency(4, 8), bundle.ErrForked},
		{"a wrong key", at8, thief.Checkpoint(12), thief.Consistency(8, 12), bundle.ErrWrong},
		{"another log that the keys may sign", trusting, other.Checkpoint(12), other.Consistency(8, 12), bundle.ErrWrong},
		{"a changed size", at8, []byte(strings.Replace(string(l.Checkpoint(12)), "\n12\n", "\n11\n", 1)), l.Consistency(8, 12), bundle.ErrWrong},
		{"no checkpoint at all", at8, []byte("hello"), nil, bundle.ErrWrong},
	} {
		t.Run(row.name, func(t *testing.T) {
			line, next, err := row.w.Cosign(row.signed, row.proof, cosigner(t), time.Unix(1679315147, 0))
			if !errors.Is(err, row.want) {
				t.Fatalf("Cosign = %v, want %v", err, row.want)
			}
			if row.want != nil {
				if line != "" || next.Last != row.w.Last {
					t.Errorf("it refused, and gave %q and remembers %v", line, next.Last)
				}
				return
			}
			// Another implementation reads the cosignature.
			v, err := formats.NewVerifierForCosignatureV1(cosigner(t).VerifierKey())
			if err != nil {
				t.Fatal(err)
			}
			n, err := note.Open(append(row.signed, line...), note.VerifierList(v))
			if err != nil {
				t.Fatalf("the cosignature %q does not verify: %v", line, err)
			}
			if when, err := formats.CoSigV1Timestamp(n.Sigs[0]); err != nil || when.Unix() != 1679315147 {
				t.Errorf("cosigned at %v (%v), want 1679315147", when, err)
			}
			if c, err := bundle.ParseCheckpoint(n.Text); err != nil || next.Last != c.Tree {
				t.Errorf("it remembers %v, want %v (%v)", next.Last, c.Tree, err)
			}
		})
	}
}

func TestACosignatureDoesNotDisturbAVerifier(t *testing.T) {
	l := bundletest.New(t, "example.com/log")
	l.Fill(5)
	signed := l.Checkpoint(5)
	line, _, err := bundle.Witness{Origin: l.Origin, Keys: l.Keys}.Cosign(signed, nil, cosigner(t), time.Unix(1679315147, 0))
	if err != nil {
		t.Fatal(err)
	}
	b := l.Bundle(true, [][]byte{append(signed, line...)}, nil, l.Acts)
	if _, err := bundle.Verify(strings.NewReader(string(b)), bundle.Options{Keys: l.Keys}); err != nil {
		t.Errorf("Verify = %v, want it good", err)
	}
}

func TestOnlyASignersKeyMakesACosigner(t *testing.T) {
	_, vkey := bundletest.Key("witness.example/w1", 7)
	for _, key := range []string{"", vkey, "PRIVATE+KEY+w+00000000+AAAA"} {
		if _, err := bundle.NewCosigner(key); err == nil {
			t.Errorf("NewCosigner(%q) worked, want an error", key)
		}
	}
}
