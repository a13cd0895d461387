package proposal

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of proposals is kept as it was. What they say is in their versions.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Proposal,
		Columns:  []string{"kind", "reference", "state", "published", "version", "content_hash", "opened_at", "opened_version", "firm_id", "accepted_version"},
	}
}
