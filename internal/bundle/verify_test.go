package bundle_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

func TestGoodBundlesPassAndTamperedOnesFail(t *testing.T) {
	for _, c := range bundletest.Cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			r, err := bundle.Verify(bytes.NewReader(c.Bundle), bundle.Options{Keys: c.Keys, Saved: c.Saved})
			if c.Want == "" {
				if err != nil || (len(r.Unchecked) > 0) != c.Some {
					t.Errorf("Verify = %v, unchecked %q; want it good, unchecked %t", err, r.Unchecked, c.Some)
				}
				return
			}
			var f *bundle.Fault
			if !errors.As(err, &f) || f.Seq != c.Seq || !strings.Contains(f.What, c.Want) {
				t.Errorf("Verify = %v; want seq %d and %q", err, c.Seq, c.Want)
			}
		})
	}
}

func TestACosignatureDoesNotDisturbAVerifier(t *testing.T) {
	l := bundletest.New(t, "example.com/log")
	l.Fill(5)
	logKey, err := note.NewVerifier(l.Keys[0])
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(l.Checkpoint(5), note.VerifierList(logKey))
	if err != nil {
		t.Fatal(err)
	}
	skey, _ := bundletest.Key("witness.example/w1", 7)
	witness, err := formats.NewSignerForCosignatureV1(skey)
	if err != nil {
		t.Fatal(err)
	}
	cosigned, err := note.Sign(n, witness)
	if err != nil {
		t.Fatal(err)
	}
	b := l.Bundle(true, [][]byte{cosigned}, nil, l.Acts)
	if _, err := bundle.Verify(strings.NewReader(string(b)), bundle.Options{Keys: l.Keys}); err != nil {
		t.Errorf("Verify = %v, want it good", err)
	}
}
