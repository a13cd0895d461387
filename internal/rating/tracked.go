package rating

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of ratings is kept as it was.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Rating,
		Columns:  []string{"state"},
	}
}
