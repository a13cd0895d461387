package bundle_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var update = flag.Bool("update", false, "rewrite the test vectors in docs")

type actVector struct {
	Payload    string          `json:"payload"`
	Salt       string          `json:"salt"`
	Member     string          `json:"member,omitempty"`
	MemberUUID string          `json:"memberUUID,omitempty"`
	C          string          `json:"C"`
	M          string          `json:"M,omitempty"`
	Header     json.RawMessage `json:"header"`
	A          string          `json:"A"`
	Leaf       string          `json:"leaf"`
}

type treeVector struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
}

type vectors struct {
	Acts              []actVector  `json:"acts"`
	Trees             []treeVector `json:"trees"` // of the entries of the first acts
	Seed              string       `json:"seed"`
	Keys              []string     `json:"keys"`
	Checkpoint        string       `json:"checkpoint"` // of size 4, signed by the first key
	WitnessKey        string       `json:"witnessKey"`
	CosignedCheck     string       `json:"cosignedCheckpoint"` // the same
	ExampleErasure    string       `json:"exampleErasure"`     // the payload of the example's act person.erased
	ExampleLogEntries []string     `json:"exampleEntries"`
}

// A witness signed the vectors' checkpoint once, dated 1679315147. The second verifier checks it with another library.
const (
	witnessKey  = "witness.example/w1+aa4a09d1+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
	cosignature = "— witness.example/w1 qkoJ0QAAAABkGFDLo0qGW1V65ORSHaRn7Fc6zA6ZijSBpVz/Kp4C2T+rCLdmXTRJX3jkiXj3x7X3FCoTC4IJkxrm9UbyFUpUhDLsDQ==\n"
)

func makeVectors(t *testing.T) (v vectors, whole, part []byte) {
	t.Helper()
	fresh := bundletest.New(t, "example.com/log") // without erasures
	fresh.Add("stakeholder.registered", uuid.Nil, typeid.New("stakeholder", bundletest.ID('s', 1)), `{"kind":"FIRM"}`)
	fresh.Fill(8)
	for _, a := range fresh.Acts {
		row := actVector{
			Payload: string(a.Payload), Salt: hex.EncodeToString(a.Salt), Header: a.Header.Canonical(),
			C: hex.EncodeToString(a.Header.Commitment[:]), A: hex.EncodeToString(a.Entry[:]),
		}
		if a.Member != uuid.Nil {
			row.Member, row.MemberUUID, row.M = typeid.New("member", a.Member).String(), a.Member.String(), hex.EncodeToString(a.Header.Member[:])
		}
		leaf := fresh.Leaf(a.Seq)
		row.Leaf = hex.EncodeToString(leaf[:])
		v.Acts = append(v.Acts, row)
	}
	for size := range fresh.Size() + 1 {
		v.Trees = append(v.Trees, treeVector{size, fresh.Root(size).String()})
	}
	s := bundletest.NewStory(t)
	v.Seed, v.Keys, v.Checkpoint = hex.EncodeToString(bytes.Repeat([]byte{1}, 32)), []string{s.First, s.Second}, string(s.Early)
	v.WitnessKey, v.CosignedCheck = witnessKey, string(s.Early)+cosignature
	for _, a := range s.Acts {
		if a.Header.Type == bundle.PersonErased {
			v.ExampleErasure = string(a.Payload)
		}
		v.ExampleLogEntries = append(v.ExampleLogEntries, hex.EncodeToString(a.Entry[:]))
	}
	return v, s.Whole(), s.Part()
}

func TestVectorsMatchTheDocument(t *testing.T) {
	v, whole, part := makeVectors(t)
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{
		"act-log-vectors.json": append(text, '\n'), "act-log-example.jsonl": whole, "act-log-example-part.jsonl": part,
	} {
		path := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from what is generated now: the format has changed, which breaks every existing log", name)
		}
	}
	for _, b := range [][]byte{whole, part} {
		if err := verify(b, v.Keys); err != nil {
			t.Errorf("the example does not verify: %v", err)
		}
	}
}
