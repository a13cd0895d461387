package officialresponse

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of official responses is kept as it was. The text does not change once it is given.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{Resource: policy.OfficialResponse, Columns: []string{"state", "version", "answered_at"}}
}
