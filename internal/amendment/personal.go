package amendment

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/personal"
)

// Personal says what becomes of what customers wanted to amend.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "amendments", Column: "author_id",
			Erasure: "Drafts, and what was withdrawn, lose their words; what others answered stays without its author, as part of what was decided on.",
			Erase:   s.erase,
			Export: &personal.File{
				Name: "amendments", Noun: "amendment", Columns: []string{"id", "created_at", "updated_at", "proposal", "base", "body", "state"},
				Query: "SELECT id, created_at, updated_at, proposal_id, base, body, state FROM amendments WHERE author_id = ? ORDER BY id",
			},
			Kept: []personal.Kept{{
				Columns: []string{"body"}, Where: "state NOT IN ('DRAFT', 'WITHDRAWN')", Why: "Others discussed it and decided on it.",
			}},
		},
		{
			Table: "amendments", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
	}
}

// erase takes away what a customer wrote that nobody answered, and what it gave as reasons, be it as the author of amendments or of the
// proposals that others wanted to amend.
func (s *Service) erase(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
	const bodies = `UPDATE amendments SET body = '', revision = revision + 1, updated_at = ? WHERE author_id = ? AND state IN ('DRAFT', 'WITHDRAWN')`
	if _, err := s.Store.Exec(ctx, tx, bodies, s.clock.Now(), party); err != nil {
		return fmt.Errorf("blank amendments: %w", err)
	}
	const reasons = `UPDATE amendments SET state_reason = '', revision = revision + 1, updated_at = ? WHERE state_reason <> '' AND
		(author_id = ? OR EXISTS (SELECT 1 FROM proposals p WHERE p.id = proposal_id AND p.author_id = ?))`
	if _, err := s.Store.Exec(ctx, tx, reasons, s.clock.Now(), party, party); err != nil {
		return fmt.Errorf("blank reasons: %w", err)
	}
	return nil
}
