package assessment

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of assessments is kept as it was. What it says is in its versions.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Assessment,
		Columns:  []string{"reference", "redactions", "state", "version", "content_hash", "opened_at", "consultation_until", "next_review_due_at", "approved_at", "published_at"},
		Parts: []history.Part{
			{Table: "signers", Of: "assessment_id", Columns: []string{"state", "replaced", "ended_at"}},
			{Table: "sign_offs", Of: "assessment_id"},
			{Table: "stalenesses", Of: "assessment_id", Columns: []string{"resolved_at"}},
		},
	}
}
