package auth

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseObject(t *testing.T) {
	for _, row := range []struct {
		rule string
		raw  string
		want error
	}{
		{"an object is read", ` {"a" : [1, {"b": null}], "c": true} `, nil},
		{"names that differ in case are two", `{"a":1,"A":2}`, nil},
		{"the deepest nesting is read", strings.Repeat(`{"a":`, maxDepth) + `1` + strings.Repeat(`}`, maxDepth), nil},
		{"one level more is refused", strings.Repeat(`{"a":`, maxDepth+1) + `1` + strings.Repeat(`}`, maxDepth+1), errTooDeep},
		{"a hundred thousand brackets are refused", strings.Repeat(`[`, 100_000), errNotJSON},
		{"a duplicate member is refused", `{"a":1,"a":1}`, errDuplicate},
		{"a duplicate member hidden by an escape is refused", `{"a":1,"\u0061":2}`, errDuplicate},
		{"a duplicate member is refused at any depth", `{"a":[{"b":{"c":1,"c":2}}]}`, errDuplicate},
		{"data after the object is refused", `{"a":1} {"a":2}`, errNotJSON},
		{"a brace after the object is refused", `{"a":1}}`, errNotJSON},
		{"a trailing comma is refused", `{"a":1,}`, errNotJSON},
		{"a comment is refused", `{"a":1}//`, errNotJSON},
		{"an array is refused", `[1]`, errNotObject},
		{"null is refused", `null`, errNotObject},
		{"nothing is refused", ``, errNotJSON},
		{"a byte order mark is refused", "\ufeff{}", errNotJSON},
		{"a byte that is not UTF-8 is refused", "{\"a\":\"\xff\"}", errNotUTF8},
		{"half a surrogate pair is refused in a value", `{"a":"\ud800"}`, errBadRune},
		{"half a surrogate pair is refused in a name", `{"\ud800":1,"\udfff":2}`, errBadRune},
	} {
		t.Run(row.rule, func(t *testing.T) {
			if _, err := parseObject([]byte(row.raw)); !errors.Is(err, row.want) {
				t.Errorf("parseObject(%.40q) = %v, want %v", row.raw, err, row.want)
			}
		})
	}
}

func TestDecodeSegment(t *testing.T) {
	for _, row := range []struct {
		rule, in string
		want     error
	}{
		{"base64url is read", "-_8", nil},
		{"padding is refused", "-_8=", errNotBase64},
		{"the other alphabet is refused", "+/8", errNotBase64},
		{"slack in the last character is refused", "-_9", errNotBase64},
		{"a line break is refused", "-_\n8", errNotBase64},
		{"a carriage return is refused", "-_8\r", errNotBase64},
		{"a space is refused", " -_8", errNotBase64},
		{"a length that no bytes have is refused", "-_8-_", errNotBase64},
	} {
		t.Run(row.rule, func(t *testing.T) {
			if _, err := decodeSegment(row.in); !errors.Is(err, row.want) {
				t.Errorf("decodeSegment(%q) = %v, want %v", row.in, err, row.want)
			}
		})
	}
}

// encoding/json reads everything that our parser accepts in the same way.
func FuzzStrictJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, `{"a":1,"a":2}`, `{"a":[{"b":[1e300,-0,"\u00e9"]}],"c":null}`, `{"a":1}x`, `[{}]`, `{"\ud800":1}`, "\xff",
		`{"alg":"EdDSA","typ":"at+jwt","kid":"k"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := parseObject(raw)
		if err != nil {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(string(raw)))
		decoder.UseNumber()
		var want map[string]any
		if err := decoder.Decode(&want); err != nil {
			t.Fatalf("accepted %q, which encoding/json refuses: %v", raw, err)
		}
		if diff := cmp.Diff(want, plain(got)); diff != "" {
			t.Errorf("%q is read differently (-encoding/json +ours):\n%s", raw, diff)
		}
	})
}

// plain turns our objects into the maps that encoding/json makes.
func plain(value any) any {
	switch v := value.(type) {
	case object:
		m := map[string]any{}
		for name, member := range v {
			m[name] = plain(member)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	}
	return value
}
