package amendment

import (
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestChecked(t *testing.T) {
	for _, row := range []struct {
		name, body, base string
		want             enum.UserErrorCode // empty for none
	}{
		{"another text is taken", "Give two.", "Give one.", ""},
		{"a text is wanted", "  ", "Give one.", enum.UserErrorCodeRequired},
		{"the same text changes nothing", "Give one.", "Give one.", enum.UserErrorCodeNothingToDo},
		{"it has at most 50,000 characters", strings.Repeat("ä", 50_001), "Give one.", enum.UserErrorCodeTooLong},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := checked(row.body, row.base)
			if f := fault.Of(err); (f == nil) != (row.want == "") || f != nil && (f.UserCode() != row.want || f.Field != "body") {
				t.Errorf("checked = %v, want %s", err, row.want)
			}
		})
	}
}

func TestOnPresent(t *testing.T) {
	for _, row := range []struct {
		name          string
		base, present int
		refused       bool
	}{
		{"the present version is amended", 3, 3, false},
		{"an earlier one is not", 2, 3, true},
		{"nor one that does not exist yet", 4, 3, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := onPresent("version", row.base, row.present); (err != nil) != row.refused || err != nil && !fault.Is(err, fault.Conflict) {
				t.Errorf("onPresent(%d, %d) = %v, want refused: %t", row.base, row.present, err, row.refused)
			}
		})
	}
}
