package typeid

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// vector is one of the TypeID specification's, valid or not; see testdata/README.md.
type vector struct{ Name, TypeID, Prefix, UUID, Description string }

func vectors(t *testing.T, file string) (list []vector) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(b, &list); err != nil || len(list) == 0 {
		t.Fatalf("%s: %d vectors, %v", file, len(list), err)
	}
	return list
}

// TestValidVectors: of the specification's ids those are read that have a noun of letters only. Ours all do.
func TestValidVectors(t *testing.T) {
	for _, v := range vectors(t, "valid.yml") {
		key := uuid.MustParse(v.UUID)
		if v.Prefix == "" || strings.Contains(v.Prefix, "_") {
			if id, err := ParseAny(v.TypeID); err == nil {
				t.Errorf("%s: ParseAny(%s) = %s, want an error", v.Name, v.TypeID, id)
			}
			v.TypeID, v.Prefix = "noun_"+v.TypeID[len(v.TypeID)-suffixLen:], "noun" // the key is tested all the same
		}
		if got := New(v.Prefix, key).String(); got != v.TypeID {
			t.Errorf("%s: New(%s) = %s, want %s", v.Name, key, got, v.TypeID)
		}
		if got, err := Parse(v.Prefix, v.TypeID); err != nil || got != key {
			t.Errorf("%s: Parse(%s) = %s, %v, want %s", v.Name, v.TypeID, got, err, key)
		}
	}
}

func TestInvalidVectors(t *testing.T) {
	for _, v := range vectors(t, "invalid.yml") {
		if id, err := ParseAny(v.TypeID); err == nil {
			t.Errorf("%s: ParseAny(%q) = %s, want an error: %s", v.Name, v.TypeID, id, v.Description)
		}
	}
}

func TestMalformedIDsAreRefused(t *testing.T) {
	for _, row := range []struct{ name, in string }{
		{"empty", ""},
		{"no noun", "_01h455vb4pex5vsknk084sn02q"},
		{"no underscore", "01h455vb4pex5vsknk084sn02q"},
		{"upper-case noun", "Prefix_01h455vb4pex5vsknk084sn02q"},
		{"upper-case key", "prefix_01H455VB4PEX5VSKNK084SN02Q"},
		{"a letter outside the alphabet", "prefix_01h455vb4pex5vsknk084sn02u"},
		{"more than 128 bits", "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz"},
		{"another noun", "comment_01h455vb4pex5vsknk084sn02q"},
		{"NUL in the noun", "pre\x00fix_01h455vb4pex5vsknk084sn02q"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got, err := Parse("prefix", row.in); err == nil {
				t.Errorf("Parse(%q) = %s, want an error", row.in, got)
			}
		})
	}
}

func TestEveryKeyComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var key uuid.UUID
		copy(key[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "key"))
		id := New("comment", key)
		if got, err := Parse("comment", id.String()); err != nil || got != key {
			t.Fatalf("Parse(%s) = %s, %v, want %s", id, got, err, key)
		}
		var b bytes.Buffer
		id.MarshalGQL(&b)
		if b.String() != `"`+id.String()+`"` {
			t.Fatalf("MarshalGQL = %s, want %q", b.String(), id.String())
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	id := New("proposal", uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057"))
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		buf = id.Append(buf[:0])
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("proposal", "proposal_01h455vb4pex5vsknk084sn02q"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestIDsAreWrittenWithoutGarbage: a page of a thousand rows holds thousands of ids.
func TestIDsAreWrittenWithoutGarbage(t *testing.T) {
	id, buf := New("proposal", uuid.Max), make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() { buf = id.Append(buf[:0]) }); n != 0 {
		t.Errorf("Append makes %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = Parse("proposal", string(buf)) }); n > 1 { // the string
		t.Errorf("Parse makes %v allocations", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("proposal_01h455vb4pex5vsknk084sn02q")
	f.Add("_")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseAny(s)
		if err == nil && id.String() != s {
			t.Errorf("ParseAny(%q) = %s: two spellings of one id", s, id)
		}
	})
}
