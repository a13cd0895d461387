package bundle

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestTheTreeIsThatOfTlog(t *testing.T) {
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = hashes[x]
		}
		return out, nil
	})
	var h history
	for n := range int64(200) {
		want, err := tlog.TreeHash(n, reader)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.root(); got != want {
			t.Fatalf("the root of %d leaves is %s, want %s", n, got, want)
		}
		leaf := tlog.RecordHash([]byte{byte(n)})
		more, err := tlog.StoredHashesForRecordHash(n, leaf, reader)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
		h.add(leaf)
	}
	for n := range int64(201) {
		want, err := tlog.TreeHash(n, reader)
		if got, ok := h.rootAt(n); err != nil || !ok || got != want {
			t.Fatalf("the root at %d was %s (%t), want %s (%v)", n, got, ok, want, err)
		}
	}
}

func TestHistoryGoesBackAsFarAsItSays(t *testing.T) {
	const size = 2*minHistory + 5
	var h history
	var at tlog.Hash
	for n := range int64(size) {
		h.add(tlog.Hash{byte(n), byte(n >> 8), byte(n >> 16)})
		if h.size == size-minHistory {
			at = h.root()
		}
	}
	if got, ok := h.rootAt(size - minHistory); !ok || got != at {
		t.Errorf("the root %d leaves ago was %s (%t), want %s", minHistory, got, ok, at)
	}
	if _, ok := h.rootAt(1); ok {
		t.Error("it still has the root at the very beginning")
	}
	if _, ok := h.rootAt(size + 1); ok {
		t.Error("it has a root beyond its size")
	}
}

func TestADuplicateIDIsFoundAmongAnyNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := ids{limit: rapid.IntRange(1, 10).Draw(t, "limit")}
		defer s.close()
		bytes := rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "ids")
		var all []idAt
		for i, b := range bytes {
			at := idAt{uuid.UUID{b % 64, 15: b}, int64(i + 1)}
			all = append(all, at)
			if err := s.add(at.id, at.seq); err != nil {
				t.Fatal(err)
			}
		}
		want := false
		slices.SortStableFunc(all, func(a, b idAt) int { return strings.Compare(string(a.id[:]), string(b.id[:])) })
		for i := 1; i < len(all); i++ {
			want = want || all[i].id == all[i-1].id
		}
		first, second, got, err := s.twice()
		if err != nil || got != want {
			t.Fatalf("twice() of %v = %t (%v), want %t", bytes, got, err, want)
		}
		if got && (cmp.Compare(first, second) >= 0 || bytes[first-1] != bytes[second-1]) {
			t.Fatalf("twice() of %v = %d, %d", bytes, first, second)
		}
	})
}

func TestIDsLeaveNoFileBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := ids{limit: 1}
	for i := range 3 {
		if err := s.add(uuid.UUID{byte(i)}, int64(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	s.close()
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) > 0 {
		t.Errorf("the files %v remain (%v)", left, err)
	}
}

// encoding/json accepts everything that split accepts, and reads it in the same way.
func TestStrictJSONIsPartOfJSON(t *testing.T) {
	for _, row := range []struct {
		in   string
		want error
	}{
		{`{}`, nil},
		{` {"a" : [ ] } `, nil},
		{`{"a":{"b":{"a":1}},"b":[-0,1.5e+3,2E-2,true,false,null,"é"]}`, nil},
		{`{"\ud83d\ude00":"\"\\\/\b\f\n\r\tA"}`, nil},
		{``, errJSON},
		{`{`, errJSON},
		{`{"a"}`, errJSON},
		{`{"a":}`, errJSON},
		{`{"a":1,}`, errJSON},
		{`{"a":01}`, errJSON},
		{`{"a":1.}`, errJSON},
		{`{"a":1e}`, errJSON},
		{`{"a":-}`, errJSON},
		{`{"a":+1}`, errJSON},
		{`{"a":nul}`, errJSON},
		{`{"a":[1,]}`, errJSON},
		{`{"a":[1 2]}`, errJSON},
		{`{"a":"\x"}`, errJSON},
		{`{"a":"\u12g4"}`, errJSON},
		{`{"a":"\`, errJSON},
		{`{a:1}`, errJSON},
		{`{"a":1} x`, errJSON},
		{"\ufeff{}", errJSON},
		{"{\"a\":\"\n\"}", errJSON},
		{"{\"a\":\"\xc3\"}", errUTF8},
		{`{"a":"\ud83d"}`, errSurrogate},
		{`{"a":"\ud83dA"}`, errSurrogate},
		{`{"a":"\ude00\ud83d"}`, errSurrogate},
		{`{"a":1,"a":1}`, errDuplicate},
		{`{"a":1,"\u0061":1}`, errDuplicate},
		{`{"b":[{"a":1,"a":1}]}`, errDuplicate},
		{`{"a":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`, nil},
		{`{"a":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, errDeep},
	} {
		fields, err := split([]byte(row.in), nil)
		if !errors.Is(err, row.want) {
			t.Errorf("split(%s) = %v, want %v", row.in, err, row.want)
		}
		if err := valid([]byte(row.in)); !errors.Is(err, row.want) {
			t.Errorf("valid(%s) = %v, want %v", row.in, err, row.want)
		}
		var same map[string]json.RawMessage
		if row.want == nil && (json.Unmarshal([]byte(row.in), &same) != nil || len(same) != len(fields)) {
			t.Errorf("encoding/json reads %v from %s, but split %d members", same, row.in, len(fields))
		}
	}
}

func TestADuplicateAmongManyMembersIsRefused(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		b.WriteString(`,"m` + strings.Repeat("x", i%7) + string(rune('0'+i%10)) + strings.Repeat("y", i/10) + `":1`)
	}
	many := b.String()[1:]
	if fields, err := split([]byte("{"+many+"}"), nil); err != nil || len(fields) != 1000 {
		t.Errorf("split of 1000 members = %d, %v", len(fields), err)
	}
	if _, err := split([]byte("{"+many+","+many[:strings.Index(many, ",")]+"}"), nil); !errors.Is(err, errDuplicate) {
		t.Errorf("split with the first of 1000 members again = %v, want %v", err, errDuplicate)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,"\ud83d\ude00"]}}`))
	f.Add([]byte(`{"a":"\ud83d","a":-0.1e5}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		fields, err := split(b, nil)
		if err != nil {
			return
		}
		var same map[string]json.RawMessage
		if err := json.Unmarshal(b, &same); err != nil || len(same) != len(fields) {
			t.Fatalf("encoding/json reads %v (%v), but split %d members", same, err, len(fields))
		}
		for _, field := range fields {
			if string(same[string(field.name)]) != string(field.raw) {
				t.Errorf("%s is %s to encoding/json, but %s to split", field.name, same[string(field.name)], field.raw)
			}
		}
	})
}

func TestOriginsHaveGenerations(t *testing.T) {
	for _, row := range []struct {
		origin, name string
		n            int64
	}{
		{"example.com/log", "example.com/log", 1},
		{"example.com/log/2", "example.com/log", 2},
		{"example.com/log/12", "example.com/log", 12},
		{"example.com/log/1", "example.com/log/1", 1},
		{"example.com/log/02", "example.com/log/02", 1},
		{"log", "log", 1},
	} {
		if name, n := Generation(row.origin); name != row.name || n != row.n {
			t.Errorf("Generation(%s) = %s, %d; want %s, %d", row.origin, name, n, row.name, row.n)
		}
		if name, n := Generation(NextOrigin(row.origin)); name != row.name || n != row.n+1 {
			t.Errorf("after %s comes %s, want generation %d of %s", row.origin, NextOrigin(row.origin), row.n+1, row.name)
		}
	}
}
