package ballot

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of ballots is kept as it was. Papers and seats are not: until the count they are nobody's business, and afterwards
// they do not change.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{Resource: policy.Ballot, Columns: []string{"state", "closes_at", "version", "outcome", "counted_at", "answered_at"}}
}
