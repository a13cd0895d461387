package link_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/link"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

func TestSetReplacesTheLinksToOneType(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		from, now := link.Thing{Type: policy.Dialogue, ID: uuid.New()}, time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
		a, b, other := uuid.New(), uuid.New(), uuid.New()
		tell := func(name string, want []uuid.UUID, do func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				if err := do(ctx, tx); err != nil {
					return err
				}
				got, err := link.From(ctx, s, tx, from.ID, policy.Practice)
				slices.SortFunc(want, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
				if !slices.Equal(got, want) {
					t.Errorf("%s: it is linked to %v, want %v", name, got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		set := func(want bool, ids ...uuid.UUID) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				changed, err := link.Set(ctx, s, tx, from, policy.Practice, ids, now)
				if changed != want {
					t.Errorf("Set(%v) = %t, want %t", ids, changed, want)
				}
				return err
			}
		}
		tell("added", []uuid.UUID{a}, func(ctx context.Context, tx *db.Tx) error {
			if err := link.Add(ctx, s, tx, from, policy.Practice, []uuid.UUID{a, a}, now); err != nil {
				return err
			}
			return link.Add(ctx, s, tx, from, policy.Proposal, []uuid.UUID{other}, now)
		})
		tell("one more", []uuid.UUID{a, b}, set(true, a, b))
		tell("the same", []uuid.UUID{a, b}, set(false, b, a))
		tell("one less", []uuid.UUID{b}, set(true, b))
		tell("none", nil, set(true))
		if n := s.Client().Link.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d links are left, want the one to a thing of another type", n)
		}
	})
}

// Replicas of the release before write practice_id alone, and read it.
func TestReplicasOfTheReleaseBeforeReadAndWriteLinks(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		if !s.IsPostgres() {
			t.Skip("SQLite belongs to one process")
		}
		old, now, practice := uuid.New(), time.Now(), uuid.New()
		fresh := link.Thing{Type: policy.Proposal, ID: uuid.New()}
		err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := s.Exec(ctx, tx, "INSERT INTO links (id, subject_id, practice_id) VALUES (?, ?, ?)", uuid.New(), old, practice); err != nil {
				return err
			}
			return link.Add(ctx, s, tx, fresh, policy.Practice, []uuid.UUID{practice}, now)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range s.Client().Link.Query().AllX(t.Context()) {
			if row.ObjectID != practice || row.PracticeID == nil || *row.PracticeID != practice || row.ObjectType != "PRACTICE" || row.SubjectType != "PROPOSAL" {
				t.Errorf("a link is %+v", row)
			}
		}
	})
}
