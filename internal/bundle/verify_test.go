package bundle_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

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
