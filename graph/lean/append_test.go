package lean_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/graph/lean"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

func marshaled(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func FuzzStringIsWrittenAsGqlgenDoes(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\b\f\n\r\t\x00\x1f\x7f", "ünï\u2028", "\xff\xfe broken", "a\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := string(lean.String(nil, s)), marshaled(view.MarshalString(s)); got != want {
			t.Errorf("String(%q) = %s, want %s", s, got, want)
		}
	})
}

func TestOtherLeavesAreWrittenAsGqlgenDoes(t *testing.T) {
	for _, at := range []time.Time{
		{}, time.Unix(0, 0), time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.FixedZone("", 3600)), time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		got := lean.DateTime(nil, at)
		if want := marshaled(view.MarshalDateTime(at)); string(got) != want || want[0] != '"' {
			t.Errorf("DateTime(%v) = %s, want %s", at, got, want)
		}
	}
	for _, i := range []int{0, -1, 1 << 31, -1 << 63} {
		if got, want := string(lean.Int(nil, int64(i))), marshaled(view.MarshalInt(i)); got != want {
			t.Errorf("Int(%d) = %s, want %s", i, got, want)
		}
	}
	for _, v := range []bool{true, false} {
		if got, want := string(lean.Boolean(nil, v)), marshaled(graphql.MarshalBoolean(v)); got != want {
			t.Errorf("Boolean(%t) = %s, want %s", v, got, want)
		}
	}
	id := typeid.New("comment", uuid.UUID{1, 2, 3, 255})
	if got, want := string(lean.ID(nil, id)), marshaled(id); got != want {
		t.Errorf("ID = %s, want %s", got, want)
	}
	if got, some := lean.Marshal([]byte("x"), graphql.Null); some || string(got) != "x" {
		t.Errorf("Marshal(null) = %s, %t, want nothing appended", got, some)
	}
	if got, some := lean.Marshal([]byte("x"), graphql.MarshalFloat(1.5)); !some || string(got) != "x1.5" {
		t.Errorf("Marshal(1.5) = %s, %t, want it appended", got, some)
	}
}
