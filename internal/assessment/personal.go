package assessment

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/personal"
)

// Personal says that assessments are of firms, written by their members, and signed by members of theirs and by others.
func (s *Service) Personal() []personal.Data {
	const stays = "It stays, and names a member whose identity is gone."
	return []personal.Data{
		{
			Table: "assessments", Column: "firm_id", Organisations: true, Erasure: "It stays: it names a firm, not a person.",
			Withheld: "What a firm says is its own, not its member's.",
		},
		{Table: "assessments", Column: "member_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member wrote."},
		{Table: "assessment_authors", Column: "member_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member wrote."},
		{Table: "answers", Column: "author_id", Organisations: true, Erasure: stays, Withheld: "What a firm says is its own, not its member's."},
		{
			Table: "signers", Column: "party_id", Erasure: "A customer's words go; that somebody was to sign stays, as nobody.", Erase: s.erase("signers"),
			Export: &personal.File{
				Name: "signers", Noun: "assessment", Columns: []string{"assessment", "appointed_at", "capacity", "state", "reason", "ended_at"},
				Query: "SELECT assessment_id, appointed_at, capacity, state, reason, ended_at FROM signers WHERE party_id = ? ORDER BY id",
			},
		},
		{Table: "signers", Column: "member_id", Organisations: true, Erasure: stays, Withheld: "It names a member of the firm, which appointed them."},
		{
			Table: "sign_offs", Column: "party_id", Erasure: "A customer's words go; the signature stays, as nobody's: what was signed was signed.", Erase: s.erase("sign_offs"),
			Kept: []personal.Kept{
				{Columns: []string{"content_hash"}, Why: "It identifies what was signed, which the firm wrote."},
				{Table: "stalenesses", Columns: []string{"because"}, Why: "The server wrote it."},
			},
			Export: &personal.File{
				Name: "signatures", Noun: "assessment", Columns: []string{"assessment", "signed_at", "capacity", "version", "content_hash", "reason"},
				Query: "SELECT assessment_id, signed_at, capacity, version, content_hash, reason FROM sign_offs WHERE party_id = ? ORDER BY id",
			},
		},
		{Table: "sign_offs", Column: "member_id", Erasure: stays, Withheld: "It is the id of the member who asks, which the profile holds."},
	}
}

// erase takes away what a customer said as a signer.
func (s *Service) erase(table string) personal.Erase {
	return func(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
		if _, err := s.store.Exec(ctx, tx, "UPDATE "+table+" SET reason = '' WHERE party_id = ?", customer); err != nil {
			return fmt.Errorf("erase the words of a signer: %w", err)
		}
		return nil
	}
}
