package practice

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Adopt keeps what practices of releases before they had versions say now, as the first version that is known. Replicas may adopt
// at the same time: the row is locked, and the second finds it done.
func (s *Service) Adopt(ctx context.Context) (adopted int, err error) {
	var ids []uuid.UUID
	err = s.store.Query(ctx, "SELECT id FROM practices WHERE content_hash = ''", nil, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find practices without versions: %w", err)
	}
	for _, id := range ids {
		err := s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.adopt(ctx, tx, id) })
		if err != nil {
			return adopted, fmt.Errorf("keep the version of a practice: %w", err)
		}
		adopted++
	}
	return adopted, nil
}

func (s *Service) adopt(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	p, err := s.fetch(ctx, tx, id)
	if err != nil || p.ContentHash != "" {
		return err
	}
	row := p.Practice
	update := row.Update().SetContentHash(wordsOf(row).Hash())
	if row.State != enum.PracticeStateProposed {
		update.SetShownVersion(row.Version)
	}
	if row, err = update.Save(ctx); err != nil {
		return err
	}
	return s.keepVersion(ctx, tx, row, "")
}
