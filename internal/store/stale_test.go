package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// A reader that goes in the middle of its read must not leave its connection at the moment of that read: who gets the
// connection next would see an old database for as long as it stays.
func TestWhoGoesWhileReadingLeavesNothingOpen(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		all := context.Background()
		count := func(ctx context.Context, text string) (n int, err error) {
			err = s.Query(ctx, text, nil, func(r *sql.Rows) error { n++; var id string; return r.Scan(&id) })
			return n, err
		}
		const text = "SELECT id FROM settings ORDER BY id"
		for round := range 40 {
			err := s.InTx(all, func(ctx context.Context, tx *db.Tx) error {
				for i := range 20 {
					if err := tx.Setting.Create().SetID(fmt.Sprintf("%d-%d", round, i)).SetValue([]byte{1}).Exec(ctx); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			want, err := count(all, "SELECT id FROM settings WHERE id <> 'x' ORDER BY id")
			if err != nil {
				t.Fatal(err)
			}
			if want < (round+1)*20 {
				t.Fatalf("round %d: %d rows are seen of at least %d", round, want, (round+1)*20)
			}
			var readers sync.WaitGroup
			for range 8 {
				readers.Go(func() {
					for range 10 {
						ctx, cancel := context.WithTimeout(all, time.Duration(rand.IntN(400))*time.Microsecond)
						_, _ = count(ctx, text)
						cancel()
					}
				})
			}
			readers.Wait()
			for range 40 {
				if n, err := count(all, text); err != nil || n != want {
					t.Fatalf("round %d: %d rows are seen, %v, want %d", round, n, err, want)
				}
			}
		}
	})
}
