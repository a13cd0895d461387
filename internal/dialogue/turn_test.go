package dialogue_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// TestDeadlinesAreTheDatabases: replicas whose clocks are 10 s apart from the database's, either way, take what the database's clock says.
func TestDeadlinesAreTheDatabases(t *testing.T) {
	s := testdb.Open(t, testdb.Postgres(t), store.Options{Relaxed: true})
	l := actlog.New(s, clock.System{}, testdb.Keys(t))
	var now time.Time
	if err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) { now, err = s.Now(ctx, tx); return err }); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		closes, skew time.Duration
		takes        bool
	}{
		"closed, and the replica is behind": {-5 * time.Second, -10 * time.Second, false},
		"closed, and the replica is ahead":  {-5 * time.Second, 10 * time.Second, false},
		"open, and the replica is behind":   {5 * time.Minute, -10 * time.Second, true},
		"open, and the replica is ahead":    {5 * time.Minute, 10 * time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			replica := clock.NewFixed(now.Add(c.skew))
			service := dialogue.New(s, l, replica, practice.New(s, l, replica), nil)
			row := s.Client().Dialogue.Create().SetTitle("Open").SetConvenorID(uuid.New()).SetState(enum.DialogueStateOpen).SaveX(t.Context())
			s.Client().Phase.Create().SetDialogueID(row.ID).SetPosition(0).SetKind("CONSULTATION").SetOpensAt(now.Add(-time.Hour)).
				SetClosesAt(now.Add(c.closes)).SetMayComment(true).SaveX(t.Context())
			err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				at, err := service.Place(ctx, tx, row.ID)
				if takes := at.Facts.Has(policy.MayComment); takes != c.takes {
					t.Errorf("it takes comments: %v", takes)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestEachPhaseIsNotedOnce: two servers that look again and again write one act for each beginning and each end.
func TestEachPhaseIsNotedOnce(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
		c := clock.NewFixed(now)
		s := testdb.Open(t, databaseURL, store.Options{Relaxed: true, Now: c.Now})
		l := actlog.New(s, c, testdb.Keys(t))
		one, other := dialogue.New(s, l, c, practice.New(s, l, c), nil), dialogue.New(s, l, c, practice.New(s, l, c), nil)
		l.Declare(one.Declared()...)
		row := s.Client().Dialogue.Create().SetTitle("Open").SetConvenorID(uuid.New()).SetState(enum.DialogueStateOpen).SetOpenedAt(now.Add(-30 * time.Minute)).SaveX(t.Context())
		for i, p := range []struct{ opens, closes time.Duration }{{-3 * time.Hour, -time.Hour}, {-time.Minute, time.Minute}, {time.Hour, 2 * time.Hour}} {
			s.Client().Phase.Create().SetDialogueID(row.ID).SetPosition(i).SetKind("CONSULTATION").SetOpensAt(now.Add(p.opens)).SetClosesAt(now.Add(p.closes)).SaveX(t.Context())
		}
		acts := func(after time.Duration) (n int) {
			c.Advance(after)
			for _, service := range []*dialogue.Service{one, other, one} {
				did, err := service.Turn(t.Context(), uuid.NewString())
				if err != nil {
					t.Fatal(err)
				}
				n += did
			}
			return n
		}
		// The first phase was over before the dialogue was opened; then one begins, ends, and the last does both at once.
		for i, want := range []struct {
			after time.Duration
			acts  int
		}{{0, 1}, {2 * time.Minute, 1}, {time.Minute, 0}, {5 * time.Hour, 2}, {time.Hour, 0}} {
			if got := acts(want.after); got != want.acts {
				t.Errorf("look %d wrote %d acts, want %d", i, got, want.acts)
			}
		}
	})
}
