package importing

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/personal"
)

// Personal says that the imports of a customer go with the customer.
func (s *Service) Personal() []personal.Data {
	const stays = "A customer's imports are deleted with the party; those of an organisation stay, and name a member whose identity is gone."
	return []personal.Data{
		{
			Table: "imports", Column: "party_id", Erasure: "The imports of a customer are deleted, with their files.",
			Erase: func(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
				return s.delete(ctx, tx, "party_id = ?", party)
			},
			Export: &personal.File{
				Name: "imports", Noun: "import", Columns: []string{"import", "kind", "sha256", "bytes", "state", "created_at", "started_at", "finished_at"},
				Query: "SELECT id, kind, sha256, CAST(bytes AS TEXT), state, created_at, started_at, finished_at FROM imports WHERE party_id = ? ORDER BY id",
			},
		},
		{
			Table: "imports", Column: "member_id", Erasure: stays,
			Withheld: "The imports of the party are in the copy already.",
		},
		{
			Table: "imports", Column: "starter_id", Erasure: stays,
			Withheld: "The acts of the export say what the member has started.",
		},
	}
}

// delete deletes imports with their files. A job that runs one of them then writes nothing.
func (s *Service) delete(ctx context.Context, tx *db.Tx, where string, args ...any) error {
	if err := s.drop(ctx, tx, where, args...); err != nil {
		return err
	}
	if _, err := s.Store.Exec(ctx, tx, "DELETE FROM imports WHERE "+where, args...); err != nil {
		return fmt.Errorf("delete imports: %w", err)
	}
	return nil
}
