package actlog_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// rogue is a broker that loses, duplicates, truncates, delays and reorders what it is given.
type rogue struct {
	mu      sync.Mutex
	deliver []func([]*db.Act)
	late    [][]*db.Act
	batches int
}

func (r *rogue) Publish(_ context.Context, acts []*db.Act) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	acts = slices.Clone(acts)
	out := [][]*db.Act{acts}
	switch rand.N(7) {
	case 0:
		out = nil
	case 1:
		out = append(out, acts)
	case 2:
		out = [][]*db.Act{acts[rand.N(len(acts)):]}
	case 3:
		r.late, out = append(r.late, acts), nil
	case 4:
		out, r.late = append(out, r.late...), nil
	case 5:
		out = [][]*db.Act{append(acts[1:], acts[0])}
	}
	for _, batch := range out {
		r.batches++
		for _, deliver := range r.deliver {
			deliver(batch)
		}
	}
	return nil
}

func (r *rogue) Follow(ctx context.Context, got func([]*db.Act)) {
	r.mu.Lock()
	r.deliver = append(r.deliver, got)
	r.mu.Unlock()
	<-ctx.Done()
}

// runWith runs logs over one store with a broker until the test ends.
func runWith(t *testing.T, s *store.Store, n int, b actlog.Broker) []*actlog.Log {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	ring := testdb.Keys(t)
	var logs []*actlog.Log
	for i := range n {
		l := actlog.New(s, clock.System{}, ring)
		if i == 0 {
			enter(t, s, l)
		}
		l.UseBroker(b)
		running.Go(func() { l.Publish(ctx, logger) })
		running.Go(func() { l.Receive(ctx) })
		running.Go(func() { l.Run(ctx, logger) })
		logs = append(logs, l)
	}
	return logs
}

// subscriber reads a log as a subscription does, after a sequence number, until it has n acts.
func subscriber(t *testing.T, l *actlog.Log, after int64, n int) []*db.Act {
	t.Helper()
	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	var seen []*db.Act
	for len(seen) < n {
		more, grown, err := l.After(context.Background(), after)
		if err != nil {
			t.Error(err)
			return seen
		}
		if seen = append(seen, more...); len(more) > 0 {
			after = more[len(more)-1].ID
			continue
		}
		select {
		case <-grown:
		case <-limit.C:
			t.Errorf("saw %d acts within a minute, want %d", len(seen), n)
			return seen
		}
	}
	return seen
}

func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-limit.C:
			t.Fatalf("not within a minute: %s", what)
		case <-tick.C:
		}
	}
}

func ids(acts []*db.Act) []uuid.UUID {
	var all []uuid.UUID
	for _, a := range acts {
		all = append(all, a.ActID)
	}
	return all
}

func TestARogueBrokerCannotLoseDuplicateOrReorderActs(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		b := &rogue{}
		logs := runWith(t, s, 3, b)
		const n = 500
		seen := make([][]*db.Act, len(logs))
		var following sync.WaitGroup
		for i, l := range logs {
			following.Go(func() { seen[i] = subscriber(t, l, 0, n) })
		}
		for i := range n {
			if _, err := write(context.Background(), logs[i%len(logs)], i); err != nil {
				t.Fatal(err)
			}
			if written := int64(i + 1); written%20 == 0 { // else a fast database puts all acts into few batches
				until(t, "the acts have sequence numbers", func() bool {
					head, err := logs[0].Head(context.Background())
					return err == nil && head >= written
				})
			}
		}
		following.Wait()
		want := ids(acts(t, logs[0]))
		for i := range logs {
			if !slices.Equal(ids(seen[i]), want) {
				t.Errorf("subscriber %d saw %d acts, not the %d of the log in their order", i, len(seen[i]), len(want))
			}
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.batches < 5 {
			t.Errorf("the broker delivered %d batches, want at least 5", b.batches)
		}
	})
}

// Only replicas make batches, from committed acts. So an act of a batch that the database does not have was shown and lost.
func TestAnActOfTheBrokerThatTheDatabaseDoesNotHoldIsALoss(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		b := &rogue{}
		l := runWith(t, s, 1, b)[0]
		if _, err := write(context.Background(), l, 1); err != nil {
			t.Fatal(err)
		}
		subscriber(t, l, 0, 1)
		until(t, "the log follows the broker", func() bool {
			b.mu.Lock()
			defer b.mu.Unlock()
			return len(b.deliver) == 1
		})
		phantom := &db.Act{ID: 2, ActID: uuid.New(), Type: "test.phantom"}
		b.mu.Lock()
		b.deliver[0]([]*db.Act{phantom})
		b.mu.Unlock()
		until(t, "the log stops", func() bool { return errors.Is(l.Healthy(context.Background()), actlog.ErrForked) })
		until(t, "the act is shown no more", func() bool {
			more, _, err := l.After(context.Background(), 1)
			if err != nil {
				t.Fatal(err)
			}
			return len(more) == 0
		})
		if _, err := write(context.Background(), l, 2); !fault.Is(err, fault.Unavailable) {
			t.Errorf("Write = %v, want Unavailable", err)
		}
		if found, err := l.Since(context.Background(), 0, actlog.Query{}); err != nil || len(found) != 1 {
			t.Errorf("people read %d acts, %v; want the one that is left", len(found), err)
		}
	})
}
