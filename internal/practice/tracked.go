package practice

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of practices is kept as it was. What they say is in their versions.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Practice,
		Columns:  []string{"state", "version", "shown_version"},
	}
}
