package decisionrule

import (
	"fmt"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestWhoDefinesWhichVersionNext(t *testing.T) {
	at := func(n int32) *int32 { return &n }
	for _, c := range []struct {
		rule             string
		st               standing
		reserved, server bool
		expected         *int32
		want             int
		code             enum.UserErrorCode
	}{
		{rule: "the first version of a free key is 1", want: 1},
		{rule: "who expects no version makes the first", expected: at(0), want: 1},
		{rule: "a party goes on from its own version", st: standing{3, "a", true}, expected: at(3), want: 4},
		{rule: "it need not say from which", st: standing{3, "a", true}, want: 4},
		{rule: "an old version is a conflict", st: standing{3, "a", true}, expected: at(2), code: enum.UserErrorCodeConflict},
		{rule: "a key that is expected to be free is a conflict", st: standing{1, "a", true}, expected: at(0), code: enum.UserErrorCodeConflict},
		{rule: "a version that does not exist is a conflict", expected: at(1), code: enum.UserErrorCodeConflict},
		{rule: "the same content is no version", st: standing{3, "same", true}, code: enum.UserErrorCodeNothingToDo},
		{rule: "another party's key is taken", st: standing{3, "a", false}, code: enum.UserErrorCodeTaken},
		{rule: "its content does not matter", st: standing{3, "same", false}, code: enum.UserErrorCodeTaken},
		{rule: "reserved keys are taken, free or not", reserved: true, code: enum.UserErrorCodeTaken},
		{rule: "but for the server", reserved: true, server: true, want: 1},
		{rule: "which goes on from its own", st: standing{1, "a", false}, reserved: true, server: true, want: 2},
		{rule: "and ships nothing twice", st: standing{1, "same", false}, reserved: true, server: true, code: enum.UserErrorCodeNothingToDo},
	} {
		got, err := c.st.next("same", c.reserved, c.server, c.expected)
		var code enum.UserErrorCode
		if f := fault.Of(err); f != nil {
			code = f.UserCode()
		}
		if got != c.want || code != c.code {
			t.Errorf("%s: next = %d, %v, want %d, %s", c.rule, got, err, c.want, c.code)
		}
	}
}

func TestMistakesAreToldWithTheirPathsAndNotWithoutEnd(t *testing.T) {
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, `,"x%d":1`, i)
	}
	_, faults := decision.Parse([]byte(`{"v":1` + many.String() + `}`))
	all := fault.All(formOf(faults))
	if len(all) != mostFaults+1 || all[mostFaults].Code != enum.UserErrorCodeTooMany || all[mostFaults].Field != "document" {
		t.Errorf("%d mistakes are told, the last of %s", len(all), all[len(all)-1].Field)
	}
	for _, f := range all {
		if f.Field != "document" && !strings.HasPrefix(f.Field, "document.") {
			t.Errorf("a mistake is at %q", f.Field)
		}
	}
}
