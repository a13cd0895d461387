package call

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of calls is kept as it was. Whom they call on has versions of its own.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Call,
		Columns:  []string{"due_at", "state", "ended_at"},
	}
}
