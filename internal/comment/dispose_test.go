package comment

import (
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestADecisionIsChecked(t *testing.T) {
	version := uuid.New()
	for _, row := range []struct {
		name     string
		decision Decision
		want     string // the field at fault
	}{
		{"accepted", Decision{enum.DispositionOutcomeAccepted, "Yes.", nil}, ""},
		{"accepted, in a version", Decision{enum.DispositionOutcomeAccepted, "Yes.", &version}, ""},
		{"accepted in part, in a version", Decision{enum.DispositionOutcomePartlyAccepted, "Yes.", &version}, ""},
		{"rejected", Decision{enum.DispositionOutcomeRejected, "No.", nil}, ""},
		{"what is rejected changes no version", Decision{enum.DispositionOutcomeRejected, "No.", &version}, "version"},
		{"nor does what is out of scope", Decision{enum.DispositionOutcomeOutOfScope, "No.", &version}, "version"},
		{"a reason is given", Decision{enum.DispositionOutcomeRejected, " ", nil}, "reason"},
	} {
		t.Run(row.name, func(t *testing.T) {
			field := ""
			_, err := row.decision.Check()
			if f := fault.Of(err); f != nil {
				field = f.Field
			}
			if field != row.want {
				t.Errorf("Check = %v, want a fault of %q", err, row.want)
			}
		})
	}
}

func TestWhatAwaitsADisposition(t *testing.T) {
	rejected := enum.DispositionOutcomeRejected
	for _, row := range []struct {
		name string
		c    db.Comment
		want bool
	}{
		{"owed one", db.Comment{Owed: true, State: enum.CommentStateVisible}, true},
		{"owed none", db.Comment{State: enum.CommentStateVisible}, false},
		{"hidden", db.Comment{Owed: true, State: enum.CommentStateHidden}, false},
		{"withdrawn", db.Comment{Owed: true, State: enum.CommentStateWithdrawn}, false},
		{"with one", db.Comment{Owed: true, State: enum.CommentStateVisible, Outcome: &rejected}, false},
	} {
		if got := Awaits(&row.c); got != row.want {
			t.Errorf("%s: Awaits = %v, want %v", row.name, got, row.want)
		}
	}
}
