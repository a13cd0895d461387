package webhook_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// TestSlowReceiversKeepNobodyWaiting has more receivers that do not answer than there are seats in both lanes. While they hold
// their attempts, the others get every event. No clock says who is slow: an attempt at a slow receiver is late as it begins,
// and no other ever is.
func TestSlowReceiversKeepNobodyWaiting(t *testing.T) {
	const (
		seats   = 3
		slow    = 5 * seats
		healthy = 3
		events  = 4
	)
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		got, holding, open := make(chan string, 1000), make(chan struct{}, 1000), make(chan struct{})
		quickly := receive(t, func(w http.ResponseWriter, m message) {
			w.WriteHeader(http.StatusNoContent)
			got <- m.act
		})
		slowly := receive(t, func(w http.ResponseWriter, _ message) {
			holding <- struct{}{}
			<-open
			w.WriteHeader(http.StatusNoContent)
		})
		release := sync.OnceFunc(func() { close(open) })
		t.Cleanup(release) // before the receivers close, who wait for their requests

		isSlow, wait := map[uuid.UUID]bool{}, make(chan time.Time)
		close(wait)
		for range slow {
			id, _ := p.hook(slowly)
			isSlow[id] = true
		}
		p.ngo = p.party("NGO", policy.NGO)
		for range healthy {
			p.hook(quickly)
		}
		roots := pool(slowly)
		roots.AddCert(quickly.server.Certificate())
		c := p.config(nil).With(roots, time.Hour).Late(func(hook uuid.UUID) <-chan time.Time {
			if isSlow[hook] {
				return wait
			}
			return nil
		})
		c.Workers, c.Slow = seats, seats
		ctx, cancel := context.WithCancel(context.Background())
		var all sync.WaitGroup
		defer all.Wait()
		defer release()
		defer cancel()
		engine := p.newEngine(c)
		all.Go(func() { p.log.Run(ctx, slog.New(slog.NewTextHandler(io.Discard, nil))) })
		all.Go(func() { engine.Run(ctx) })

		for n := range events {
			want := typeid.New("act", p.happen(1)[0]).String()
			for range healthy {
				if act := <-got; act != want {
					t.Fatalf("event %d is %s, want %s", n, act, want)
				}
			}
			if n == 0 { // from now on the slow lane is full, and stays so
				for range seats {
					<-holding
				}
			}
		}
		marked, err := p.store.Client().Webhook.Query().All(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range marked {
			if row.Slow && !isSlow[row.ID] {
				t.Errorf("a receiver that was never late is in the slow lane")
			}
		}
		release() // nothing was lost: the slow ones get every event
		last := p.store.Client().Act.Query().CountX(ctx)
		for id := range isSlow {
			for p.row(id).DeliveredSeq < int64(last) {
				runtime.Gosched()
			}
		}
	})
}

// TestOnePartysReceiversWaitBehindOthers: of a party that is being served most, others come first.
func TestOnePartysReceiversWaitBehindOthers(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		open, first := make(chan struct{}), make(chan uuid.UUID, 100)
		r := receive(t, func(w http.ResponseWriter, _ message) { <-open })
		release := sync.OnceFunc(func() { close(open) })
		t.Cleanup(release)
		big := map[uuid.UUID]bool{}
		for range 8 {
			id, _ := p.hook(r)
			big[id] = true
		}
		p.ngo = p.party("NGO", policy.NGO)
		small, _ := p.hook(r)
		c := p.config(r).Before(func(hook uuid.UUID) { first <- hook }).Late(func(uuid.UUID) <-chan time.Time { return nil })
		c.Workers = 2
		engine := p.newEngine(c)
		another := p.newEngine(c)
		p.happen(1)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var all sync.WaitGroup
		defer all.Wait()
		defer release()
		defer cancel()
		all.Go(func() { engine.Run(ctx) })
		served := map[uuid.UUID]bool{<-first: true, <-first: true}
		all.Go(func() { another.Run(ctx) }) // it has two more seats
		served[<-first], served[<-first] = true, true
		if !served[small] {
			t.Errorf("four of nine are served, and the one webhook of a party waits for eight of another")
		}
	})
}
