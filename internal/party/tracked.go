package party

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of parties is kept as it was.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Stakeholder,
		Columns:  []string{"name", "jurisdictions", "sector_code", "status", "never_admitted"},
	}
}
