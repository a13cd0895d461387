package risk

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of risks is kept as it was. Their words are in the versions of the assessment.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Risk,
		Columns:  []string{"likelihood", "severity", "reversibility", "scope", "treatment", "edition", "state"},
		Parts: []history.Part{
			{Table: "risk_acceptances", Of: "risk_id"},
		},
	}
}
