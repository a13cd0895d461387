package second

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	checkpoint "github.com/transparency-dev/formats/log"
	keys "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/compact"
	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheDocumentsVectorsHold(t *testing.T) {
	var v struct {
		Acts []struct {
			Payload, Salt, Member, MemberUUID, C, M, A, Leaf string
			Header                                           map[string]any
		}
		Trees []struct {
			Size int
			Root string
		}
		Keys                           []string
		Checkpoint, CosignedCheckpoint string
		WitnessKey, ExampleErasure     string
		ExampleEntries                 []string
	}
	if err := json.Unmarshal(read(t, "act-log-vectors.json"), &v); err != nil || len(v.Acts) != 8 || len(v.Trees) != 9 {
		t.Fatalf("the vectors have %d acts and %d trees (%v)", len(v.Acts), len(v.Trees), err)
	}
	sum := func(parts ...[]byte) string {
		h := sha256.Sum256(bytes.Join(parts, nil))
		return hex.EncodeToString(h[:])
	}
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	f := compact.RangeFactory{Hash: hasher.HashChildren}
	tree := f.NewEmptyRange(0)
	for i, a := range v.Acts {
		salt := unhex(a.Salt)
		if got := sum(salt, []byte(a.Payload)); got != a.C || a.Header["commitment"] != a.C {
			t.Errorf("act %d: C is %s, want %s", i+1, a.C, got)
		}
		if a.Member != "" {
			id := uuidOf(a.Member)
			if hex.EncodeToString(id) != strings.ReplaceAll(a.MemberUUID, "-", "") {
				t.Errorf("act %d: the UUID of %s is %s, want %x", i+1, a.Member, a.MemberUUID, id)
			}
			if got := sum(salt, []byte("member"), id); got != a.M || a.Header["member"] != a.M {
				t.Errorf("act %d: M is %s, want %s", i+1, a.M, got)
			}
		}
		header, err := json.Marshal(a.Header)
		if err != nil {
			t.Fatal(err)
		}
		if got := sum([]byte("plenary/act/v1\n"), header); got != a.A {
			t.Errorf("act %d: A is %s, want %s", i+1, a.A, got)
		}
		leaf := hasher.HashLeaf(unhex(a.A))
		if hex.EncodeToString(leaf) != a.Leaf {
			t.Errorf("act %d: the leaf is %s, want %x", i+1, a.Leaf, leaf)
		}
		if err := tree.Append(leaf, nil); err != nil {
			t.Fatal(err)
		}
		root, err := tree.GetRootHash(nil)
		if err != nil || v.Trees[i+1].Size != i+1 || base64.StdEncoding.EncodeToString(root) != v.Trees[i+1].Root {
			t.Errorf("the root of %d acts is %s, want %x (%v)", i+1, v.Trees[i+1].Root, root, err)
		}
	}
	if got := base64.StdEncoding.EncodeToString(hasher.EmptyRoot()); v.Trees[0].Root != got {
		t.Errorf("the root of no acts is %s, want %s", v.Trees[0].Root, got)
	}
	for _, name := range []string{"act-log-example.jsonl", "act-log-example-part.jsonl"} {
		if got := verify(read(t, name), v.Keys, v.Checkpoint); name == "act-log-example.jsonl" && got.fault != "" {
			t.Errorf("%s with the saved checkpoint: %s", name, got.fault)
		}
		if got := verify(read(t, name), v.Keys, ""); got.fault != "" || got.unchecked != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	var erasure struct {
		Acts   int
		Digest string
	}
	if err := json.Unmarshal([]byte(v.ExampleErasure), &erasure); err != nil || erasure.Acts != 2 ||
		erasure.Digest != sum(unhex(v.ExampleEntries[1]), unhex(v.ExampleEntries[4])) {
		t.Errorf("the erasure is %+v (%v)", erasure, err)
	}
	witness, err := keys.NewVerifierForCosignatureV1(v.WitnessKey)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(v.CosignedCheckpoint), note.VerifierList(witness))
	if err != nil {
		t.Fatal(err)
	}
	var c checkpoint.Checkpoint
	if _, err := c.Unmarshal([]byte(n.Text)); err != nil || c.Size != 4 || c.Origin != "example.com/log" {
		t.Errorf("a witness cosigned %+v (%v)", c, err)
	}
}

// Both verifiers give the same verdict on any change to a bundle.
func TestBothAgreeOnAnyChange(t *testing.T) {
	var v struct{ Keys []string }
	if err := json.Unmarshal(read(t, "act-log-vectors.json"), &v); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"act-log-example.jsonl", "act-log-example-part.jsonl"} {
		b := read(t, name)
		step := 101
		if testing.Short() {
			step = 509
		}
		const odd = "019af\"{}[]:, \\.-+=A"
		for i := 0; i < len(b); i += step {
			for k, changed := range [][]byte{
				append(bytes.Clone(b[:i]), b[i+1:]...),
				bytes.Join([][]byte{b[:i], {odd[i%len(odd)]}, b[i+1:]}, nil),
				bytes.Join([][]byte{b[:i], {odd[i/7%len(odd)]}, b[i:]}, nil),
			} {
				agree(t, changed, v.Keys, "")
				if t.Failed() {
					t.Fatalf("%s, byte %d, change %d", name, i, k)
				}
			}
		}
	}
}

func TestBothAgreeOnEveryEditOfEveryField(t *testing.T) {
	tried, good, step := 0, 0, 4
	if testing.Short() {
		step = 20
	}
	for _, c := range bundletest.Cases(t) {
		if c.Want != "" || c.Saved == "" && !strings.HasPrefix(c.Name, "erasure") && !strings.HasPrefix(c.Name, "reopened") && !strings.HasPrefix(c.Name, "a bundle of some acts") {
			continue
		}
		lines := bundletest.Lines(c.Bundle)
		for i, line := range lines {
			if strings.Contains(line, "comment.opened") {
				continue // the other acts are alike
			}
			for what, edited := range bundletest.Edits(t, line) {
				changed := slices.Clone(lines)
				changed[i] = edited
				if tried++; tried%step != 0 {
					continue
				}
				if agree(t, []byte(strings.Join(changed, "\n")), c.Keys, c.Saved) {
					good++
				}
				if t.Failed() {
					t.Fatalf("%s, line %d%s", c.Name, i+1, what)
				}
			}
			if agree(t, bundletest.Join(slices.Delete(slices.Clone(lines), i, i+1)), c.Keys, c.Saved) {
				good++
			}
		}
	}
	if tried < 1000 || good == 0 {
		t.Errorf("tried %d edits, %d of them harmless", tried, good)
	}
}
