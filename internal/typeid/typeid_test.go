package typeid

import (
	"bytes"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// The vectors are those of the TypeID specification's valid.yml.
func TestSpecificationVectors(t *testing.T) {
	for _, row := range []struct{ name, noun, key, want string }{
		{"nil key", "prefix", "00000000-0000-0000-0000-000000000000", "prefix_00000000000000000000000000"},
		{"one", "prefix", "00000000-0000-0000-0000-000000000001", "prefix_00000000000000000000000001"},
		{"sixteen", "prefix", "00000000-0000-0000-0000-000000000010", "prefix_0000000000000000000000000g"},
		{"largest", "prefix", "ffffffff-ffff-ffff-ffff-ffffffffffff", "prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz"},
		{"version seven", "prefix", "01890a5d-ac96-774b-bcce-b302099a8057", "prefix_01h455vb4pex5vsknk084sn02q"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := New(row.noun, uuid.MustParse(row.key)).String(); got != row.want {
				t.Errorf("New(%s) = %s, want %s", row.key, got, row.want)
			}
			if got, err := Parse(row.noun, row.want); err != nil || got.String() != row.key {
				t.Errorf("Parse(%s) = %s, %v, want %s", row.want, got, err, row.key)
			}
		})
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
