package comment

import (
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked says what of comments is kept as it was. What is shown of the votes is kept when it is told, not with each vote.
func (s *Service) Tracked() history.Tracked {
	return history.Tracked{
		Resource: policy.Comment,
		Columns:  []string{"stance", "language", "state", "outcome", "edited_at", "agrees", "disagrees", "passes"},
		Parts: []history.Part{
			{Table: "comment_versions", Of: "comment_id"},
			{Table: "dispositions", Of: "comment_id"},
			{Table: "chamber_tallies", Of: "id", Columns: []string{"shown"}},
		},
		Besides: []string{"comment.voted", "comment.vote_retracted", "comment.translated"},
	}
}
