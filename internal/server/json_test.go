package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecode(t *testing.T) {
	for _, tt := range []struct {
		rule, text string
		want       any
		err        error
	}{
		{"an object is read", ` {"a":[1,-2.5e+3,true,false,null,"x"]} `, map[string]any{"a": []any{json.Number("1"), json.Number("-2.5e+3"), true, false, nil, "x"}}, nil},
		{"escapes are read", `"\"\\\/\b\f\n\r\t\u00e9 é 😀 \ud83d\ude00"`, "\"\\/\b\f\n\r\té é 😀 😀", nil},
		{"U+FFFD itself is a character like others", "\"\ufffd\"", "\ufffd", nil},
		{"an empty text is not a value", "", nil, errSyntax},
		{"a truncated object is not a value", `{"a":`, nil, errSyntax},
		{"a second value is refused", `{} {}`, nil, errTrailing},
		{"trailing text is refused", `{}x`, nil, errTrailing},
		{"a trailing comma is refused", `[1,]`, nil, errSyntax},
		{"a comment is refused", `/**/{}`, nil, errSyntax},
		{"single quotes are refused", `{'a':1}`, nil, errSyntax},
		{"two members of the same name are refused", `{"a":1,"a":2}`, nil, errDuplicate},
		{"also if one of them is escaped", `{"a":1,"\u0061":2}`, nil, errDuplicate},
		{"also in a nested object", `{"a":{"b":1,"b":2}}`, nil, errDuplicate},
		{"A99 U+0000 is refused", `"a\u0000b"`, nil, errNUL},
		{"A99 half a pair is refused", `"\ud800"`, nil, errSurrogate},
		{"A99 half a pair is refused before a character", `"\ud800x"`, nil, errSurrogate},
		{"A99 the second half alone is refused", `"\udc00"`, nil, errSurrogate},
		{"A99 two first halves are refused", `"\ud800\ud800"`, nil, errSurrogate},
		{"bytes that are not UTF-8 are refused", "\"\xff\"", nil, errUTF8},
		{"also after an escape", "\"\\n\xff\"", nil, errUTF8},
		{"surrogates written as UTF-8 are refused", "\"\xed\xa0\x80\"", nil, errUTF8},
		{"a control character is refused", "\"\x01\"", nil, errSyntax},
		{"a leading zero is refused", "01", nil, errSyntax},
		{"a point needs digits", "1.", nil, errSyntax},
		{"an exponent needs digits", "1e", nil, errSyntax},
		{"a minus needs digits", "-", nil, errSyntax},
		{"a plus is refused", "+1", nil, errSyntax},
		{"a number has a bounded length", strings.Repeat("9", 129), nil, errSyntax},
		{"A19 thousands of nested arrays are refused", strings.Repeat("[", 9999), nil, errDepth},
		{"A19 thousands of nested objects are refused", strings.Repeat(`{"a":`, 9999), nil, errDepth},
		{"eight levels are allowed here", strings.Repeat("[", 8) + strings.Repeat("]", 8), []any{[]any{[]any{[]any{[]any{[]any{[]any{[]any{}}}}}}}}, nil},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			got, err := decode([]byte(tt.text), 8)
			if !errors.Is(err, tt.err) {
				t.Fatalf("err = %v, want %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzDecode compares the decoder with encoding/json: what the decoder accepts must be JSON with the same meaning.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"query":"{a}","variables":{"n":[1,2.5e-3,null]}}`, `"\ud83d\ude00\n"`, `[]`, `-0.0`, `{"a":{},"b":[{}]}`, ` 1 `, `"é"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := decode(text, 64)
		if err != nil {
			if len(err.Error()) > 60 {
				t.Errorf("error repeats the input: %v", err)
			}
			return
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatalf("took what encoding/json refuses: %v", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-encoding/json +ours):\n%s", diff)
		}
	})
}
