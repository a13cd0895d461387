package store_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestNowIsByTheClockOfTheDatabase: on PostgreSQL it lies between two readings of the database's own clock, on SQLite of ours; a test
// can put another in its place.
func TestNowIsByTheClockOfTheDatabase(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
		for name, o := range map[string]store.Options{"its own": {Relaxed: true}, "another": {Relaxed: true, Now: func() time.Time { return noon }}} {
			s, err := store.Open(t.Context(), databaseURL, o)
			if err != nil {
				t.Fatal(err)
			}
			read := func(ctx context.Context, tx *db.Tx) (at time.Time) {
				if !s.IsPostgres() {
					return time.Now()
				}
				if err := s.QueryTx(ctx, tx, "SELECT clock_timestamp()", nil, func(r *sql.Rows) error { return r.Scan(&at) }); err != nil {
					t.Fatal(err)
				}
				return at
			}
			err = s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				before := read(ctx, tx)
				now, err := s.Now(ctx, tx)
				if after := read(ctx, tx); o.Now == nil && (now.Before(before) || now.After(after)) || o.Now != nil && !now.Equal(noon) {
					t.Errorf("%s: Now = %v, between %v and %v", name, now, before, after)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
