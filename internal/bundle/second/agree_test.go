package second

import (
	"bytes"
	"errors"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

func TestTheSecondVerifierAgreesWithTheFirst(t *testing.T) {
	for _, c := range bundletest.Cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			v := verify(c.Bundle, c.Keys, c.Saved)
			if got, want := v.fault == "", c.Want == ""; got != want {
				t.Fatalf("the second verifier says %q at seq %d, want good %t", v.fault, v.seq, want)
			}
			if v.fault != "" && v.seq != c.Seq {
				t.Errorf("the second verifier names seq %d (%s), want %d", v.seq, v.fault, c.Seq)
			}
			if v.fault == "" && (len(v.unchecked) > 0) != c.Some {
				t.Errorf("the second verifier could not check %q, want unchecked %t", v.unchecked, c.Some)
			}
			agree(t, c.Bundle, c.Keys, c.Saved)
		})
	}
}

// agree compares the verdicts of both on a bundle that may have any fault, and returns the verdict.
func agree(t testing.TB, b []byte, keys []string, saved string) (good bool) {
	t.Helper()
	v := verify(b, keys, saved)
	r, err := bundle.Verify(bytes.NewReader(b), bundle.Options{Keys: keys, Saved: saved})
	if (v.fault == "") != (err == nil) {
		t.Errorf("the first verifier says %v, but the second %q", err, v.fault)
	}
	var f *bundle.Fault
	if errors.As(err, &f) && f.Seq > 0 && v.seq > 0 && f.Seq != v.seq {
		t.Logf("the first names seq %d (%s), but the second seq %d (%s)", f.Seq, f.What, v.seq, v.fault)
	}
	if err == nil && (len(r.Unchecked)+len(r.Unknown) > 0) != (len(v.unchecked) > 0) {
		t.Errorf("the first could not check %q, but the second %q", r.Unchecked, v.unchecked)
	}
	return err == nil
}

func FuzzBothAgree(f *testing.F) {
	for _, c := range bundletest.Cases(f) {
		if len(c.Bundle) < 64<<10 {
			f.Add(c.Bundle, c.Saved)
		}
	}
	var keys []string
	for _, seed := range []byte{1, 2} {
		for _, name := range []string{"example.com/log", "example.com/log/2"} {
			_, vkey := bundletest.Key(name, seed)
			keys = append(keys, vkey)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, saved string) {
		agree(t, b, keys, saved)
	})
}
