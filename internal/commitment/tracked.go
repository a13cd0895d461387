package commitment

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of commitments is kept as it was.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{Resource: policy.Commitment, Columns: []string{"status", "status_reason", "late"}}
}
