package history

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Book keeps the versions of the tracked nouns.
type Book struct {
	store   *store.Store
	tracked map[policy.Resource]*entry
	order   []policy.Resource
}

// entry is a tracked noun, with what is asked for it.
type entry struct {
	Tracked
	table, content string
}

// New makes the book of a store for nouns.
func New(s *store.Store, nouns ...Tracked) (*Book, error) {
	b := &Book{store: s, tracked: make(map[policy.Resource]*entry, len(nouns))}
	for _, n := range nouns {
		content, err := n.expression(s.IsPostgres(), "t")
		if err != nil {
			return nil, err
		}
		b.tracked[n.Resource] = &entry{n, db.TableOf[string(n.Resource)], content}
		b.order = append(b.order, n.Resource)
	}
	return b, nil
}

// atOnce bounds the arguments of a statement.
const atOnce = 200

// Keep writes versions of the rows that acts are on, as they are now, inside the transaction that changed them.
func (b *Book) Keep(ctx context.Context, tx *db.Tx, acts []act.Done) error {
	by := map[policy.Resource][]act.Done{}
	for _, a := range acts {
		if e := b.tracked[a.Subject.Type]; e != nil && !slices.Contains(e.Besides, a.Type) {
			by[a.Subject.Type] = append(by[a.Subject.Type], a)
		}
	}
	for _, of := range b.order {
		for some := range slices.Chunk(by[of], atOnce) {
			if err := b.keep(ctx, tx, b.tracked[of], some); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Book) keep(ctx context.Context, tx *db.Tx, e *entry, acts []act.Done) error {
	triple := "(?, ?, ?)"
	if b.store.IsPostgres() {
		triple = "(?::uuid, ?::uuid, ?::uuid)"
	}
	args := make([]any, 0, 3*len(acts))
	for _, a := range acts {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("name a version: %w", err)
		}
		args = append(args, id, a.ID, a.Subject.ID)
	}
	text := "INSERT INTO row_versions (id, act_id, subject_id, revision, updated_at, content) SELECT a.column1, a.column2, t.id, t.revision, t.updated_at, " +
		e.content + " FROM (VALUES " + strings.TrimSuffix(strings.Repeat(triple+", ", len(acts)), ", ") + ") a JOIN " + e.table + " t ON t.id = a.column3"
	if _, err := b.store.Exec(ctx, tx, text, args...); err != nil {
		return fmt.Errorf("keep a version of a row of %s: %w", e.table, err)
	}
	return nil
}

// Renew writes the versions of some rows anew, as the rows are now: what an erasure took from them is in no version either.
func (b *Book) Renew(ctx context.Context, tx *db.Tx, of policy.Resource, where string, args ...any) error {
	e := b.tracked[of]
	text := "UPDATE row_versions SET content = (SELECT " + e.content + " FROM " + e.table + " t WHERE t.id = row_versions.subject_id) WHERE subject_id IN (SELECT t.id FROM " +
		e.table + " t WHERE " + where + ")"
	if _, err := b.store.Exec(ctx, tx, text, args...); err != nil {
		return fmt.Errorf("renew the versions of rows of %s: %w", e.table, err)
	}
	return nil
}
