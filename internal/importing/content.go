package importing

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// chunkBytes is the size of the pieces of a file in the database.
const chunkBytes = 256 << 10

// keep stores the file of an import until it is started.
func (s *Service) keep(ctx context.Context, tx *db.Tx, id uuid.UUID, text []byte) error {
	const add = "INSERT INTO import_chunks (id, import_id, number, content) VALUES (?, ?, ?, ?)"
	for n := 0; n == 0 || n*chunkBytes < len(text); n++ {
		piece := text[n*chunkBytes : min(len(text), (n+1)*chunkBytes)]
		if _, err := s.Store.Exec(ctx, tx, add, uuid.Must(uuid.NewV7()), id, n, append([]byte{}, piece...)); err != nil {
			return fmt.Errorf("keep the file of an import: %w", err)
		}
	}
	return nil
}

// content gives the file of an import.
func (s *Service) content(ctx context.Context, id uuid.UUID) ([]byte, error) {
	var text bytes.Buffer
	err := s.Store.Query(ctx, "SELECT content FROM import_chunks WHERE import_id = ? ORDER BY number", []any{id}, func(r *sql.Rows) error {
		var piece []byte
		err := r.Scan(&piece)
		text.Write(piece)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the file of an import: %w", err)
	}
	return text.Bytes(), nil
}

// drop deletes the files of imports, which a condition on imports finds.
func (s *Service) drop(ctx context.Context, tx *db.Tx, where string, args ...any) error {
	if _, err := s.Store.Exec(ctx, tx, "DELETE FROM import_chunks WHERE import_id IN (SELECT id FROM imports WHERE "+where+")", args...); err != nil {
		return fmt.Errorf("delete the file of an import: %w", err)
	}
	return nil
}

func counted(n *int) func(*sql.Rows) error {
	return func(r *sql.Rows) error { return r.Scan(n) }
}
