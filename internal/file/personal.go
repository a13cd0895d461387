package file

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/personal"
)

// Personal says that the files of a customer go with the customer.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "files", Column: "party_id", Erasure: "The files of a customer are deleted, with what they hold.",
			Erase: func(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
				_, err := s.delete(ctx, tx, "party_id = ?", party)
				return err
			},
			Export: &personal.File{
				Name: "files", Noun: "file", Columns: []string{"file", "name", "media_type", "bytes", "sha256", "state", "created_at"},
				Query: "SELECT id, name, media_type, CAST(bytes AS TEXT), sha256, state, created_at FROM files WHERE party_id = ? ORDER BY id",
			},
		},
		{
			Table: "files", Column: "member_id", Erasure: "A customer's files are deleted with the party; those of an organisation stay, and name a member whose identity is gone.",
			Withheld: "The files of the party are in the copy already, each under its own name.",
		},
	}
}
