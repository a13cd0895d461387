package actlog_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestThePlaceOfATime compares places with what a look at every act gives: imports carry times of long ago, in any order.
func TestThePlaceOfATime(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx, seed := context.Background(), rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 1))
		l := actlog.New(s, clock.System{}, testdb.Keys(t))
		first := time.Date(2016, 3, 1, 0, 0, 0, 0, time.UTC)
		times := make([]time.Time, 40)
		for i := range times {
			times[i] = first.Add(time.Duration(10*i+r.IntN(60)-30) * time.Minute)
		}
		err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return l.Queue(ctx, tx, len(times), func(i int) actlog.Deed {
				return actlog.Deed{
					Entry: act.Entry{Type: fmt.Sprintf("test.%d", i), Subject: act.Subject{Type: policy.Dialogue, ID: uuid.New(), Revision: 1}},
					ID:    uuid.Must(uuid.NewV7()), At: times[i],
				}
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		for m := -60; m < 500; m += 7 {
			at, want := first.Add(time.Duration(m)*time.Minute), int64(0)
			for _, one := range times {
				if one.After(at) {
					break
				}
				want++
			}
			if got, err := l.PlaceAt(ctx, at); got != want || err != nil {
				t.Errorf("the place of %v is %d, %v; want %d of %v", at, got, err, want, times)
			}
		}
		latest := first
		for i, one := range times {
			if one.After(latest) || i == 0 {
				latest = one
			}
			if got, err := l.TimeOf(ctx, int64(i+1)); !got.Equal(latest) || err != nil {
				t.Errorf("the time of place %d is %v, %v; want %v", i+1, got, err, latest)
			}
		}
	})
}
