package milestone

import (
	"testing"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestStateAt(t *testing.T) {
	for progress, want := range map[int]enum.MilestoneState{
		0: enum.MilestoneStatePlanned, 99: enum.MilestoneStatePlanned, 100: enum.MilestoneStateReached,
	} {
		if got := StateAt(progress); got != want {
			t.Errorf("StateAt(%d) = %s, want %s", progress, got, want)
		}
	}
}
