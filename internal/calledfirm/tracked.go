package calledfirm

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of called firms is kept as it was.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.CalledFirm,
		Columns:  []string{"due_at", "state", "filing_id", "answered_at", "claim", "claimed_at", "decision", "decided_at"},
	}
}
