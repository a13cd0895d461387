package actlog

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// A server that has shown less than another must not give places to acts before the other has compared.
func TestNobodySequencesUntilAllHaveComparedWithANewPrimary(t *testing.T) {
	ctx := context.Background()
	s := testdb.Open(t, testdb.Postgres(t), store.Options{Relaxed: true})
	l := New(s, clock.System{}, testdb.Keys(t))
	add := func() {
		t.Helper()
		err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := l.Append(ctx, tx, policy.SystemActor("test"), act.Entry{Type: "test.x", Subject: act.Subject{Type: policy.Dialogue, ID: uuid.New(), Revision: 1}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	drained := func(want int) {
		t.Helper()
		if n, err := l.Drain(ctx); n != want || err != nil {
			t.Errorf("Drain = %d, %v, want %d", n, err, want)
		}
	}
	add()
	drained(1)
	if err := l.check(ctx); err != nil || len(l.timeline.name) != 8 || l.settling() {
		t.Fatalf("check = %v, on timeline %q, settling %v; want 8 digits and none", err, l.timeline.name, l.settling())
	}
	l.timeline.name = "000000FF" // as on the primary before
	add()
	drained(0)
	if l.timeline.settled.IsZero() {
		t.Error("the log does not wait after a change of timeline")
	}
	l.timeline.settled = time.Now().Add(time.Hour)
	drained(0)
	l.timeline.settled = time.Now() // time passes
	drained(1)
}

func TestCheckpointsAreDueASecondApart(t *testing.T) {
	for _, row := range []struct {
		name         string
		size, signed int64
		ready        bool
		ago          time.Duration
		unsigned     bool
		due          bool
	}{
		{"all is signed", 5, 5, true, time.Hour, false, true},
		{"the tree is not known", 5, 3, false, time.Hour, false, true},
		{"the last one is long ago", 5, 3, true, time.Hour, true, true},
		{"the last one was a second ago", 5, 3, true, signInterval, true, true},
		{"the last one was just now", 5, 3, true, 0, true, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := &sequencer{tree: frontier{size: row.size}, signed: row.signed, ready: row.ready, signedAt: time.Now().Add(-row.ago)}
			if s.unsigned() != row.unsigned || (s.wait() == 0) != row.due {
				t.Errorf("unsigned %v, due in %v; want %v and due now %v", s.unsigned(), s.wait(), row.unsigned, row.due)
			}
		})
	}
	if signInterval+pollInterval > 2*time.Second {
		t.Error("the documents promise a checkpoint every two seconds")
	}
}
