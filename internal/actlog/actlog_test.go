package actlog_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

var alice = policy.Actor{Member: uuid.New(), Stakeholder: uuid.New(), Kind: "NGO", Status: "ACTIVE"}

var bob = policy.Actor{Member: uuid.New(), Status: "ACTIVE"}

// open makes the log of a store in which alice and bob can act.
func open(t testing.TB, s *store.Store, c clock.Clock) *actlog.Log {
	t.Helper()
	l := actlog.New(s, c, testdb.Keys(t))
	enter(t, s, l)
	return l
}

// enter lets alice and bob act.
func enter(t testing.TB, s *store.Store, l *actlog.Log) {
	t.Helper()
	err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(l.Vault().EnterAs(ctx, tx, alice.Member, "https://id.example", "alice", time.Now()),
			l.Vault().EnterAs(ctx, tx, bob.Member, "https://id.example", "bob", time.Now()))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func testAct(n int) act.Entry {
	return act.Entry{
		Type: fmt.Sprintf("test.%d", n), Subject: act.Subject{Type: policy.Dialogue, ID: uuid.New(), Revision: 1}, Payload: map[string]any{"n": n},
	}
}

// write appends one act and writes one row as the change.
func write(ctx context.Context, l *actlog.Log, n int) (*act.Result, error) {
	return l.Write(policy.WithActor(ctx, alice), func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		return testAct(n), tx.Setting.Create().SetID(uuid.NewString()).SetValue([]byte{1}).Exec(ctx)
	})
}

func count(t testing.TB, s *store.Store, table string) int {
	t.Helper()
	var n int
	if err := s.Query(context.Background(), "SELECT COUNT(*) FROM "+table, nil, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// acts returns the whole log.
func acts(t *testing.T, l *actlog.Log) []*db.Act {
	t.Helper()
	var all []*db.Act
	for {
		var last int64
		if len(all) > 0 {
			last = all[len(all)-1].ID
		}
		more, err := l.Since(context.Background(), last, actlog.Query{})
		if err != nil {
			t.Fatal(err)
		}
		if len(more) == 0 {
			return all
		}
		all = append(all, more...)
	}
}

func TestAChangeAndItsActAreWrittenTogetherOrNotAtAll(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		l := open(t, s, clock.System{})
		before := count(t, s, "settings")
		if _, err := write(context.Background(), l, 1); err != nil {
			t.Fatal(err)
		}
		_, err := l.Write(policy.WithActor(context.Background(), alice), func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
			if err := tx.Setting.Create().SetID("x").SetValue([]byte{1}).Exec(ctx); err != nil {
				return act.Entry{}, err
			}
			return act.Entry{}, fault.New(fault.State, "no")
		})
		if !fault.Is(err, fault.State) {
			t.Fatalf("Write = %v, want State", err)
		}
		if changes, queued := count(t, s, "settings")-before, count(t, s, "queued_acts"); changes != 1 || queued != 1 {
			t.Errorf("%d changes and %d acts, want 1 and 1", changes, queued)
		}
	})
}

func TestSequenceNumbersHaveNoGapsWithManyWriters(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		l := open(t, s, clock.System{})
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		for range 2 { // two sequencers: the lease lets one of them work
			running.Go(func() { l.Run(ctx, slog.New(slog.NewTextHandler(io.Discard, nil))) })
		}
		const writers, each = 8, 25
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					if _, err := write(context.Background(), l, w*each+i); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		stop()
		running.Wait()
		if _, err := l.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i, a := range acts(t, l) {
			if a.ID != int64(i+1) {
				t.Fatalf("act %d has sequence number %d", i+1, a.ID)
			}
			if seen[a.Type] {
				t.Errorf("%s is in the log twice", a.Type)
			}
			seen[a.Type] = true
		}
		if len(seen) != writers*each || count(t, s, "queued_acts") != 0 {
			t.Errorf("%d acts in the log and %d queued, want %d and none", len(seen), count(t, s, "queued_acts"), writers*each)
		}
	})
}

// A reader that has seen a later act must not miss one that was inserted first and committed last.
func TestCommitsOutOfOrderLoseNothing(t *testing.T) {
	s := testdb.Open(t, testdb.Postgres(t), store.Options{Relaxed: true})
	l := open(t, s, clock.System{})
	ctx := policy.WithActor(context.Background(), alice)
	inserted, finish := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if _, err := l.Append(ctx, tx, alice, testAct(1)); err != nil {
				return err
			}
			close(inserted)
			<-finish
			return nil
		})
	}()
	<-inserted
	if _, err := write(ctx, l, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	seen := acts(t, l) // the reader is here now
	close(finish)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if _, err := l.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	later, err := l.Since(ctx, seen[len(seen)-1].ID, actlog.Query{})
	if err != nil || len(seen) != 1 || len(later) != 1 || later[0].Type != "test.1" {
		t.Errorf("the reader saw %d acts, then %d (%v), want 1 and then test.1", len(seen), len(later), err)
	}
}

func TestAKeyRunsAUseCaseOnce(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		s := testdb.Open(t, databaseURL, store.Options{Relaxed: true, Pool: 50}) // all of them wait for the first
		l := open(t, s, clock.System{})
		keyed := actlog.WithKey(context.Background(), "k", []byte("request"))
		const parallel = 50
		results := make([]*act.Result, parallel)
		var wg sync.WaitGroup
		for i := range parallel {
			wg.Go(func() {
				r, err := write(keyed, l, 1)
				if err != nil {
					t.Error(err)
					return
				}
				results[i] = r
			})
		}
		wg.Wait()
		for _, r := range results {
			if r == nil || r.Act != results[0].Act || !r.At.Equal(results[0].At) || r.Subject != results[0].Subject {
				t.Fatalf("results differ: %+v and %+v", r, results[0])
			}
		}
		if n := count(t, s, "queued_acts"); n != 1 {
			t.Errorf("%d acts, want 1", n)
		}
		for _, row := range []struct {
			name string
			ctx  context.Context
			want fault.Kind
		}{
			{"the same key with another request", actlog.WithKey(context.Background(), "k", []byte("other")), fault.Mismatch},
		} {
			if _, err := write(row.ctx, l, 2); !fault.Is(err, row.want) {
				t.Errorf("%s: %v, want %v", row.name, err, row.want)
			}
		}
		r, err := l.Write(policy.WithActor(keyed, bob), func(context.Context, *db.Tx) (act.Entry, error) { return testAct(3), nil })
		if err != nil || r.Repeated {
			t.Errorf("another member's use of the key = %+v, %v, want its own run", r, err)
		}
	})
}

func TestAnActIsSealedAndOpensToWhatItCommitsTo(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		l := open(t, s, clock.System{})
		if _, err := write(ctx, l, 7); err != nil {
			t.Fatal(err)
		}
		row, err := s.Client().QueuedAct.Query().Only(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(row.Salt) != 0 || row.Payload != "" || bytes.Contains(row.Sealed, []byte(`"n"`)) || len(row.Sealed) == 0 {
			t.Errorf("a person's act is not sealed: salt %x, payload %s, sealed %q", row.Salt, row.Payload, row.Sealed)
		}
		if _, err := l.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		opened, err := l.Opened(ctx, 0, 10)
		if err != nil || len(opened) != 1 {
			t.Fatalf("Opened = %v, %v, want one act", opened, err)
		}
		a := opened[0]
		if string(a.Payload) != `{"n":7}` || len(a.Salt) != bundle.SaltLen || a.Member != alice.Member {
			t.Errorf("the act opens to %q by %v, salt of %d bytes", a.Payload, a.Member, len(a.Salt))
		}
		if bundle.Commit(a.Salt, a.Payload) != a.Header.Commitment || bundle.CommitMember(a.Salt, a.Member) != a.Header.Member {
			t.Error("the act does not match its commitment")
		}
		if a.Header.Entry() != a.Entry || !bytes.Equal(row.Entry, a.Entry[:]) {
			t.Error("the entry does not match the header")
		}
	})
}

// A sequencer that sleeps past its lease must find that another has taken over, and do nothing.
func TestTheLeaseMovesOnWhenItsHolderIsGone(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		now := clock.NewFixed(time.Now())
		l := open(t, s, now)
		ctx := policy.WithActor(context.Background(), alice)
		if _, err := write(ctx, l, 1); err != nil {
			t.Fatal(err)
		}
		// Another process holds the lease and has died.
		if err := s.Client().Lease.Create().SetID("sequencer").SetHolder("dead").SetFence(7).SetExpiresAt(now.Now().Add(4 * time.Second)).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := l.Drain(ctx); n != 0 || err != nil {
			t.Fatalf("Drain while another holds the lease = %d, %v, want 0", n, err)
		}
		now.Advance(5 * time.Second)
		if n, err := l.Drain(ctx); n != 1 || err != nil {
			t.Fatalf("Drain after the lease expired = %d, %v, want 1", n, err)
		}
		row, err := s.Client().Lease.Get(ctx, "sequencer")
		if err != nil || row.Fence != 8 {
			t.Errorf("fence = %d, %v, want 8", row.Fence, err)
		}
	})
}

func TestAFollowerReceivesEveryActOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		l := open(t, s, clock.System{})
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		defer stop()
		var running sync.WaitGroup
		running.Go(func() { l.Run(ctx, slog.New(slog.NewTextHandler(io.Discard, nil))) })
		const total = 120
		go func() {
			for i := range total {
				if _, err := write(ctx, l, i); err != nil {
					t.Error(err)
					return
				}
			}
		}()
		var seq int64
		for seq < total {
			acts, grown, err := l.After(ctx, seq)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range acts {
				if a.ID != seq+1 {
					t.Fatalf("%d followed %d", a.ID, seq)
				}
				seq = a.ID
			}
			if len(acts) == 0 {
				select {
				case <-grown:
				case <-ctx.Done():
					t.Fatalf("nothing came after %d", seq)
				}
			}
		}
		stop()
		running.Wait()
	})
}
