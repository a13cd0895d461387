package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

func full() Header {
	return Header{
		At: time.Date(2026, 11, 22, 5, 7, 56, 123456000, time.UTC), Audience: "SUBJECT", Commitment: [32]byte{1},
		Dialogue: uuid.UUID{2}, ID: uuid.UUID{3}, Member: [32]byte{4}, Parent: typeid.New("proposal", uuid.UUID{5}),
		PolicyVersion: 6, Revision: 7, Stakeholder: uuid.UUID{8}, Subject: typeid.New("comment", uuid.UUID{9}), Type: "comment.opened",
	}
}

func TestAHeaderIsCanonical(t *testing.T) {
	bare := Header{At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)), Audience: "ACTOR", Type: "x"}
	zeros := strings.Repeat("0", 62)
	for _, row := range []struct {
		name string
		h    Header
		want string
	}{
		{"every member", full(), `{"at":"2026-11-22T05:07:56.123456Z","audience":"SUBJECT","commitment":"01` + zeros +
			`","dialogue":"dialogue_02000000000000000000000000","id":"act_03000000000000000000000000","member":"04` + zeros +
			`","parent":"proposal_05000000000000000000000000","policyVersion":6,"revision":7,` +
			`"stakeholder":"stakeholder_08000000000000000000000000","subject":"comment_09000000000000000000000000","type":"comment.opened","v":1}`},
		{"only what is always there, in UTC", bare, `{"at":"2026-01-02T02:04:05.000000Z","audience":"ACTOR","commitment":"00` + zeros +
			`","id":"act_00000000000000000000000000","policyVersion":0,"revision":0,"type":"x","v":1}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := string(row.h.Canonical()); got != row.want {
				t.Errorf("Canonical() = %s, want %s", got, row.want)
			}
		})
	}
}

// encoding/json writes a map with its members in order and no spaces; for plain texts RFC 8785 requires the same.
func TestCanonicalAgreesWithEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := full()
		if rapid.Bool().Draw(t, "bare") {
			h.Dialogue, h.Member, h.Parent, h.Stakeholder, h.Subject = uuid.Nil, [32]byte{}, typeid.ID{}, uuid.Nil, typeid.ID{}
		}
		h.At = time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "at"))
		h.Revision = rapid.IntRange(0, 1<<50).Draw(t, "revision")
		h.Type = rapid.StringMatching(`[a-z]+\.[a-zA-Z]+`).Draw(t, "type")
		got := h.Canonical()
		var members map[string]any
		dec := json.NewDecoder(strings.NewReader(string(got)))
		dec.UseNumber()
		if err := dec.Decode(&members); err != nil {
			t.Fatalf("%s is not JSON: %v", got, err)
		}
		want, err := json.Marshal(members)
		if err != nil || string(want) != string(got) {
			t.Fatalf("Canonical() = %s, want %s (%v)", got, want, err)
		}
	})
}

func TestTextsAreEscapedAsRFC8785Says(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"plain", "comment.opened", `"comment.opened"`},
		{"the example of section 3.2.2.2", "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", `"€$\u000f\nA'B\"\\\\\"/"`},
		{"short escapes", "\b\t\n\f\r", `"\b\t\n\f\r"`},
		{"what HTML would escape stays", "<&>\u2028\u007f", "\"<&>\u2028\u007f\""},
		{"beyond the first plane", "😀", `"😀"`},
		{"invalid UTF-8", "a\xffb\xc3", "\"a\ufffdb\ufffd\""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := string(appendText(nil, row.in)); got != row.want {
				t.Errorf("appendText(%q) = %s, want %s", row.in, got, row.want)
			}
			if got := string(appendText(nil, []byte(row.in))); got != row.want {
				t.Errorf("appendText(bytes of %q) = %s, want %s", row.in, got, row.want)
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.String().Draw(t, "in")
		var back string
		if err := json.Unmarshal(appendText(nil, in), &back); err != nil || utf8.ValidString(in) && back != in {
			t.Fatalf("%q came back as %q (%v)", in, back, err)
		}
	})
}

func TestCommitmentsAreOfTheirParts(t *testing.T) {
	salt, member := []byte("0123456789abcdef"), uuid.UUID{1, 2, 3}
	if got, want := Commit(salt, []byte("{}")), sha256.Sum256([]byte("0123456789abcdef{}")); got != want {
		t.Errorf("Commit = %x, want %x", got, want)
	}
	if got, want := CommitMember(salt, member), sha256.Sum256([]byte("0123456789abcdefmember"+string(member[:]))); got != want {
		t.Errorf("CommitMember = %x, want %x", got, want)
	}
	h := full()
	if got, want := h.Entry(), sha256.Sum256([]byte("plenary/act/v1\n"+string(h.Canonical()))); got != want {
		t.Errorf("Entry = %s, want %x", hex.EncodeToString(got[:]), want)
	}
}

func BenchmarkEntry(b *testing.B) {
	h := full()
	b.ReportAllocs()
	for b.Loop() {
		_ = h.Entry()
	}
}
