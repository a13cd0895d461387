package bundle_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

// small is a log with one key and an erasure, as a complete bundle and as one of some acts.
func small(t testing.TB) (keys []string, whole, part []byte) {
	t.Helper()
	l := bundletest.New(t, "example.com/log")
	l.Fill(5)
	l.Erase(bundletest.Member(2))
	l.Fill(8)
	return l.Keys, l.Complete(4, 6), l.Some(true, []int64{4}, 1, 3, 6, 8)
}

// verify returns why a bundle is not good, or not fully checked.
func verify(b []byte, keys []string) error {
	r, err := bundle.Verify(bytes.NewReader(b), bundle.Options{Keys: keys})
	if err == nil && len(r.Unknown)+len(r.Unchecked) > 0 {
		return &bundle.Fault{What: fmt.Sprintf("unknown %v, unchecked %v", r.Unknown, r.Unchecked)}
	}
	return err
}

// meaning is the content of a bundle, without its maker's claims and independent of formatting.
func meaning(b []byte) (any, error) {
	var all []any
	for _, line := range bundletest.Lines(b) {
		var v any
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		if o, ok := v.(map[string]any); ok {
			delete(o, "madeAt")
		}
		all = append(all, v)
	}
	return all, nil
}

func TestAnyByteThatChangesTheMeaningIsRefused(t *testing.T) {
	keys, whole, part := small(t)
	random := rand.New(rand.NewPCG(1, 2))
	const odd = "0123456789abcdef\"{}[]:, \\"
	for name, b := range map[string][]byte{"all acts": whole, "some acts": part} {
		t.Run(name, func(t *testing.T) {
			before, err := meaning(b)
			if err != nil || verify(b, keys) != nil {
				t.Fatal("the bundle is not good to begin with")
			}
			step, refused := 3, 0
			if testing.Short() {
				step = 29
			}
			for i := random.IntN(step); i < len(b); i += step {
				changed := bytes.Clone(b)
				switch random.IntN(4) {
				case 0:
					changed[i] ^= 1 << random.IntN(8)
				case 1:
					changed[i] = odd[random.IntN(len(odd))]
				case 2:
					changed = slices.Delete(changed, i, i+1)
				default:
					changed = slices.Insert(changed, i, changed[i])
				}
				if after, err := meaning(changed); err == nil && reflect.DeepEqual(after, before) {
					continue
				}
				if verify(changed, keys) == nil {
					t.Errorf("byte %d may be changed: %s", i, around(changed, i))
				}
				refused++
			}
			if refused < len(b)/step/2 {
				t.Errorf("only %d changes were refused", refused)
			}
		})
	}
}

func around(b []byte, i int) string { return string(b[max(0, i-40):min(len(b), i+40)]) }

// harmless reports whether an edit of a line is allowed: it shows less of an act, or repeats a key.
func harmless(line, what string) bool {
	return what == ".member removed" || what == ".keys longer" || what == ".header removed" && strings.Contains(line, `"erased"`)
}

func TestEveryFieldOfEveryLineIsBound(t *testing.T) {
	keys, whole, part := small(t)
	for name, b := range map[string][]byte{"all acts": whole, "some acts": part} {
		t.Run(name, func(t *testing.T) {
			lines := bundletest.Lines(b)
			tried := 0
			for i, line := range lines {
				for what, edited := range bundletest.Edits(t, line) {
					changed := slices.Clone(lines)
					changed[i] = edited
					err := verify([]byte(strings.Join(changed, "\n")+"\n"), keys)
					want := !harmless(line, what)
					if (err != nil) != want {
						t.Errorf("line %d%s: %v, want it refused %t", i+1, what, err, want)
					}
					var f *bundle.Fault
					if i > 0 && err != nil && !errors.As(err, &f) {
						t.Errorf("line %d%s: %v is not a Fault", i+1, what, err)
					}
					tried++
				}
				for what, changed := range map[string][]string{
					"removed": slices.Delete(slices.Clone(lines), i, i+1),
					"doubled": slices.Insert(slices.Clone(lines), i, line),
					"first":   slices.Insert(slices.Delete(slices.Clone(lines), i, i+1), 0, line),
				} {
					if what == "first" && i == 0 {
						continue
					}
					if verify([]byte(strings.Join(changed, "\n")+"\n"), keys) == nil {
						t.Errorf("line %d may be %s", i+1, what)
					}
				}
			}
			if tried < 20*len(lines) {
				t.Errorf("only %d edits were tried", tried)
			}
			for n := 0; n < len(b)-1; n += 61 {
				if verify(b[:n], keys) == nil {
					t.Errorf("the file may be cut after %d of %d bytes", n, len(b))
				}
			}
		})
	}
}

func TestTheSameTextInAnotherLogIsAnotherAct(t *testing.T) {
	l := bundletest.New(t, "example.com/log")
	l.Fill(3)
	moved := l.Acts[1]
	moved.Seq = 3
	acts := []bundle.Act{l.Acts[0], l.Acts[1], moved}
	if err := verify(l.Bundle(true, [][]byte{l.Checkpoint(3)}, nil, acts), l.Keys); err == nil {
		t.Error("an act may stand in for another")
	}
}

func FuzzVerify(f *testing.F) {
	for _, c := range bundletest.Cases(f) {
		if len(c.Bundle) < 64<<10 {
			f.Add(c.Bundle, c.Saved)
		}
	}
	_, one := bundletest.Key("example.com/log", 1)
	_, two := bundletest.Key("example.com/log", 2)
	f.Fuzz(func(t *testing.T, b []byte, saved string) {
		for _, keys := range [][]string{{one, two}, nil} {
			r, err := bundle.Verify(bytes.NewReader(b), bundle.Options{Keys: keys, Saved: saved, Act: func(a *bundle.Act) error {
				if a.Payload != nil && a.Header == nil || a.Member != uuid.Nil && a.Salt == nil {
					t.Errorf("an invalid act was accepted: %+v", a)
				}
				return nil
			}})
			if err == nil && r.Tree.N > 0 && len(r.SignedBy) == 0 {
				t.Errorf("it is good, but nobody signed it: %+v", r)
			}
		}
	})
}
