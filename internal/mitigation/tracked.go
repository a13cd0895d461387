package mitigation

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of mitigations is kept as it was. Their words are in the versions of the assessment.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Mitigation,
		Columns:  []string{"owner_id", "due_at", "lowers_likelihood", "lowers_severity", "state", "before"},
		Parts: []history.Part{
			{Table: "mitigation_steps", Of: "mitigation_id"},
		},
	}
}
