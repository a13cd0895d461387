package journey

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of journeys is kept as it was.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{Resource: policy.Journey, Columns: []string{"state", "name"}}
}
