package store_test

import (
	"context"
	"testing"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/phase"
	"github.com/plenary-dialogue/plenary/ent/db/queuedact"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// The builders come from ent/templates, not from ent itself.
func TestBuilders(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		c := s.Client()
		dialogue := uuid.New()
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		plan := func(position int) *db.PhaseCreate {
			return c.Phase.Create().SetDialogueID(dialogue).SetPosition(position).SetKind("DISCUSSION").SetOpensAt(at).SetMayComment(true)
		}

		t.Run("a field keeps its last value", func(t *testing.T) {
			row := plan(7).SetPosition(0).SetClosesAt(at).SaveX(ctx)
			if got := c.Phase.GetX(ctx, row.ID).Position; got != 0 || row.Position != 0 {
				t.Errorf("position = %d in the database, %d in the row, want 0", got, row.Position)
			}
			row = row.Update().SetKind("A").SetKind("B").SetClosesAt(at).ClearClosesAt().SaveX(ctx)
			if row.Kind != "B" || row.ClosesAt != nil {
				t.Errorf("kind, closes_at = %q, %v, want B and none", row.Kind, row.ClosesAt)
			}
			row = row.Update().ClearClosesAt().SetClosesAt(at).SaveX(ctx)
			if row.ClosesAt == nil || !row.ClosesAt.Equal(at) {
				t.Errorf("closes_at = %v, want %v", row.ClosesAt, at)
			}
		})
		t.Run("additions add up, unless the field is set after them", func(t *testing.T) {
			row := c.Stakeholder.Create().SetKind("NGO").SetName("N").SetHandle("nnn").SaveX(ctx)
			if row = row.Update().AddRevision(1).AddRevision(2).SaveX(ctx); row.Revision != 4 {
				t.Errorf("revision = %d, want 4", row.Revision)
			}
			if row = row.Update().AddRevision(1).SetRevision(9).SaveX(ctx); row.Revision != 9 {
				t.Errorf("revision = %d, want 9", row.Revision)
			}
		})
		t.Run("a missing required field is named", func(t *testing.T) {
			err := c.Stakeholder.Create().SetKind("NGO").SetHandle("mmm").Exec(ctx)
			if err == nil || err.Error() != `db: missing required field "stakeholder.name"` {
				t.Errorf("Exec = %v, want the missing field named", err)
			}
		})
		t.Run("a unique index refuses a row", func(t *testing.T) {
			if err := c.Stakeholder.Create().SetKind("NGO").SetName("N").SetHandle("nnn").Exec(ctx); !db.IsConstraintError(err) {
				t.Errorf("Exec = %v, want a constraint error", err)
			}
		})
		t.Run("an update changes the rows that match, and the builder of a row that row alone", func(t *testing.T) {
			if err := c.Phase.CreateBulk(plan(1), plan(2), plan(3)).Exec(ctx); err != nil {
				t.Fatal(err)
			}
			n, err := c.Phase.Update().Where(entsql.FieldGT(phase.FieldPosition, 0)).Where(entsql.FieldLT(phase.FieldPosition, 3)).SetKind("C").SaveAll(ctx)
			if n != 2 || err != nil {
				t.Errorf("SaveAll = %d, %v, want 2 rows", n, err)
			}
			var kinds []string
			for _, p := range c.Phase.Query().Order(entsql.OrderByField(phase.FieldPosition).ToFunc()).AllX(ctx) {
				kinds = append(kinds, string(p.Kind))
			}
			if diff := cmp.Diff([]string{"B", "C", "C", "DISCUSSION"}, kinds); diff != "" {
				t.Errorf("kinds (-want +got):\n%s", diff)
			}
			if _, err := c.Phase.UpdateOneID(uuid.New()).SetKind("D").Save(ctx); !db.IsNotFound(err) {
				t.Errorf("Save of a row that does not exist = %v, want not found", err)
			}
			if _, err := c.Phase.UpdateOneID(uuid.New()).SetKind("D").SaveAll(ctx); err == nil {
				t.Error("SaveAll of one row gave no error")
			}
			if _, err := c.Phase.Update().SetKind("D").Save(ctx); err == nil {
				t.Error("Save of all rows gave no error")
			}
		})
		t.Run("the database gives a number", func(t *testing.T) {
			queue := func() *db.QueuedAct {
				return c.QueuedAct.Create().SetActID(uuid.New()).SetType("a.b").SetSubjectType("A").SetSubjectID(uuid.New()).SetSubjectRevision(1).
					SetPolicyVersion(1).SetAt(at).SetSalt([]byte{1}).SetCommitment([]byte{1}).SaveX(ctx)
			}
			first, second := queue(), queue()
			if first.ID == 0 || second.ID <= first.ID {
				t.Errorf("ids = %d and %d, want them to rise", first.ID, second.ID)
			}
			if id, err := c.QueuedAct.Query().Where(queuedact.ActID(second.ActID)).OnlyID(ctx); id != second.ID || err != nil {
				t.Errorf("OnlyID = %d, %v, want %d", id, err, second.ID)
			}
			if n, err := c.QueuedAct.Delete().Where(queuedact.ID(first.ID)).Exec(ctx); n != 1 || err != nil {
				t.Errorf("Exec of a deletion = %d, %v, want 1", n, err)
			}
			if ok, err := c.QueuedAct.Query().Where(queuedact.ID(first.ID)).Exist(ctx); ok || err != nil {
				t.Errorf("Exist = %v, %v, want false", ok, err)
			}
		})
		t.Run("only one row is one row", func(t *testing.T) {
			if _, err := c.Phase.Query().Only(ctx); err == nil || err.Error() != "db: phase not singular" {
				t.Errorf("Only = %v, want not singular", err)
			}
			if _, err := c.Vote.Query().First(ctx); !db.IsNotFound(err) {
				t.Errorf("First = %v, want not found", err)
			}
		})
	})
}
