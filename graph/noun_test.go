package graph

import (
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/act"
)

// What a noun declares of the places of its acts is what the feed hears.
func TestNounsKeepThePlacesOfTheirActs(t *testing.T) {
	all := map[string]noun{
		"dialogue": {name: "dialogue"}, "consent": {name: "consent", between: true}, "ballot": {name: "ballot", secret: []string{"ballot.cast"}},
	}
	veiled := veilsOf(all)
	for _, row := range []struct {
		noun, typ string
		want      bool
	}{
		{"dialogue", "dialogue.opened", false},
		{"consent", "consent.given", true},
		{"consent", "consent.withdrawn", true},
		{"ballot", "ballot.opened", false},
		{"ballot", "ballot.cast", true},
		{"unknown", "unknown.done", false},
	} {
		if got := veiled(row.noun, row.typ); got != row.want {
			t.Errorf("the place of acts %s on a %s is kept from everybody: %t, want %t", row.typ, row.noun, got, row.want)
		}
	}
	types := []act.Type{{Name: "ballot.opened"}, {Name: "ballot.cast"}}
	if err := checkNouns(all, types); err != nil {
		t.Errorf("checkNouns = %v", err)
	}
	if err := checkNouns(all, types[:1]); err == nil || !strings.Contains(err.Error(), "ballot.cast") {
		t.Errorf("checkNouns = %v, want that no domain declares ballot.cast", err)
	}
}
