package store_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// hold keeps reads of a context from ending until release is called.
func hold(ctx context.Context, t *testing.T, s *store.Store, n int) (release func()) {
	t.Helper()
	held, end, ended := make(chan struct{}), make(chan struct{}), make(chan error, n)
	for range n {
		go func() {
			ended <- s.Query(ctx, "SELECT 1", nil, func(*sql.Rows) error {
				held <- struct{}{}
				<-end
				return nil
			})
		}()
		<-held
	}
	return func() {
		t.Helper()
		close(end)
		for range n {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
}

func TestRequestsDoNotWaitForTheBackground(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, rawURL string) {
		s := testdb.Open(t, rawURL, store.Options{Pool: 8, Relaxed: true})
		requests, background := t.Context(), store.InBackground(t.Context())
		release := hold(background, t, s, 2) // a quarter of the pool
		impatient, cancel := context.WithCancel(background)
		waiting := make(chan error, 1)
		go func() {
			_, err := ask(impatient, s, "SELECT 1")
			waiting <- err
		}()
		if _, err := ask(requests, s, "SELECT 1"); err != nil {
			t.Errorf("a request beside a busy background = %v", err)
		}
		err := s.InTx(requests, func(ctx context.Context, _ *db.Tx) error {
			_, err := ask(ctx, s, "SELECT 1")
			return err
		})
		if err != nil {
			t.Errorf("a transaction beside a busy background = %v", err)
		}
		cancel()
		if err := <-waiting; !fault.Is(err, fault.Deadline) {
			t.Errorf("a third read in the background = %v, want that it waits", err)
		}
		release()

		release = hold(requests, t, s, 8)
		defer release()
		if _, err := ask(background, s, "SELECT 1"); err != nil {
			t.Errorf("the background beside a full pool = %v", err)
		}
	})
}

// TestPlacesFitTheConnections: when as much runs as a store says, with reads beside the transactions, nothing waits for long.
func TestPlacesFitTheConnections(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, rawURL string) {
		s := testdb.Open(t, rawURL, store.Options{Relaxed: true})
		p := s.Places()
		if p.All != 12 || p.Changes < 1 || p.Changes >= p.All || p.Wait <= 0 {
			t.Errorf("Places = %+v, want 12 of a pool of 16, fewer of them for changes", p)
		}
		if one := testdb.Open(t, testdb.SQLite(t), store.Options{Pool: 1, Relaxed: true}).Places(); one.All != 1 || one.Changes != 1 {
			t.Errorf("Places of the smallest pool = %+v", one)
		}
		release := hold(store.InBackground(t.Context()), t, s, 4)
		defer release()
		if !s.IsPostgres() {
			return // there changes come one after the other
		}
		inside, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, p.All)
		for range p.All {
			go func() {
				ended <- s.InTx(t.Context(), func(ctx context.Context, _ *db.Tx) error {
					inside <- struct{}{}
					<-goOn
					_, err := ask(ctx, s, "SELECT 1")
					return err
				})
			}()
		}
		for range p.All {
			<-inside
		}
		close(goOn)
		for range p.All {
			if err := <-ended; err != nil {
				t.Errorf("one of %d transactions at once = %v", p.All, err)
			}
		}
	})
}

func TestPingWaitsForNobody(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, rawURL string) {
		s := testdb.Open(t, rawURL, store.Options{Pool: 2, Relaxed: true})
		release, err := s.Exhaust(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := s.Ping(ctx); err != nil {
			t.Errorf("Ping while all connections are in use = %v", err)
		}
	})
}
