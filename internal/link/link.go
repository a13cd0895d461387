// Package link keeps which things go with which others, in one table for all nouns: what a dialogue is about, which principles a practice
// names. It asks nobody whether somebody may link them or see that they are linked: the domain of the subject does.
package link

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Thing is what a link leads from, or to.
type Thing struct {
	Type policy.Resource
	ID   uuid.UUID
}

// Add links a thing to others of one type. Those to which it is linked already stay so, as of when that was first said.
func Add(ctx context.Context, s *store.Store, tx *db.Tx, from Thing, to policy.Resource, ids []uuid.UUID, now time.Time) error {
	const text = `INSERT INTO links (id, subject_type, subject_id, object_type, object_id, created_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (subject_id, object_id) DO NOTHING`
	for _, id := range ids {
		key, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("name a link: %w", err)
		}
		if _, err := s.Exec(ctx, tx, text, key, policy.SubjectType(from.Type), from.ID, policy.SubjectType(to), id, now); err != nil {
			return fmt.Errorf("link a %s to a %s: %w", from.Type, to, err)
		}
	}
	return nil
}

// Set links a thing to others of one type and to no more of that type, and tells whether that changes anything.
func Set(ctx context.Context, s *store.Store, tx *db.Tx, from Thing, to policy.Resource, ids []uuid.UUID, now time.Time) (changed bool, err error) {
	there, err := From(ctx, s, tx, from.ID, to)
	if err != nil {
		return false, err
	}
	for _, id := range there {
		if slices.Contains(ids, id) {
			continue
		}
		if _, err := s.Exec(ctx, tx, "DELETE FROM links WHERE subject_id = ? AND object_id = ?", from.ID, id); err != nil {
			return false, fmt.Errorf("take a link away: %w", err)
		}
		changed = true
	}
	fresh := slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool { return slices.Contains(there, id) })
	return changed || len(fresh) > 0, Add(ctx, s, tx, from, to, fresh, now)
}

// From gives the things of a type to which a thing is linked, in the order of their ids.
func From(ctx context.Context, s *store.Store, tx *db.Tx, subject uuid.UUID, to policy.Resource) (ids []uuid.UUID, err error) {
	const text = "SELECT object_id FROM links WHERE subject_id = ? AND object_type = ? ORDER BY object_id"
	err = s.QueryTx(ctx, tx, text, []any{subject, policy.SubjectType(to)}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is linked: %w", err)
	}
	return ids, nil
}
