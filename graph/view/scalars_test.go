package view

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

func TestIDsAreStringsAndIntsAreNumbersOf32Bits(t *testing.T) {
	written := func(m graphql.Marshaler) string {
		var b strings.Builder
		m.MarshalGQL(&b)
		return b.String()
	}
	if got := written(MarshalID("act_7")) + " " + written(MarshalInt(-7)); got != `"act_7" -7` {
		t.Errorf("an id and an integer are written %s", got)
	}
	if id, err := UnmarshalID("act_7"); id != "act_7" || err != nil {
		t.Errorf("UnmarshalID(act_7) = %q, %v", id, err)
	}
	if id, err := UnmarshalID(7); err == nil {
		t.Errorf("UnmarshalID(7) = %q, want an error", id)
	}
	for _, row := range []struct {
		in   any
		want int
		ok   bool
	}{
		{json.Number("7"), 7, true},
		{float64(7), 7, true},
		{int64(-1 << 31), -1 << 31, true},
		{int64(1 << 31), 0, false},
		{7.5, 0, false},
		{"7", 0, false},
	} {
		if got, err := UnmarshalInt(row.in); got != row.want || (err == nil) != row.ok {
			t.Errorf("UnmarshalInt(%#v) = %d, %v, want %d and accepted %t", row.in, got, err, row.want, row.ok)
		}
	}
}
