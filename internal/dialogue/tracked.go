package dialogue

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of dialogues is kept as it was.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Dialogue,
		Columns:  []string{"reference", "title", "brief", "visibility", "state", "languages", "round", "outcome", "opened_at", "closed_at"},
		Parts: []history.Part{
			{Table: "phases", Of: "dialogue_id", Columns: []string{"position", "kind", "opens_at", "closes_at"}},
			{Table: "outcomes", Of: "dialogue_id"},
			{Table: "invitations", Of: "dialogue_id", Columns: []string{"stakeholder_id"}},
		},
	}
}
