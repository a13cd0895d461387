package filing

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of filings is kept as it was.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Filing,
		Columns:  []string{"state", "answered_at", "reason"},
	}
}
