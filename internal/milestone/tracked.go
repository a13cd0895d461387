package milestone

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of milestones is kept as it was.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{Resource: policy.Milestone, Columns: []string{"title", "state", "due_at", "progress", "reached_at"}}
}
