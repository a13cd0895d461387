package webhook_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// running runs the log and engines in real time until the test ends or stop is called.
func (p *place) running(engines ...*webhook.Engine) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { p.log.Run(ctx, slog.New(slog.NewTextHandler(io.Discard, nil))) })
	for _, e := range engines {
		all.Go(func() { e.Run(ctx) })
	}
	stop = sync.OnceFunc(func() { cancel(); all.Wait() })
	p.t.Cleanup(stop)
	return stop
}

// write appends acts; the running log gives them their sequence numbers.
func (p *place) write(n int) []uuid.UUID {
	p.t.Helper()
	var ids []uuid.UUID
	for i := range n {
		r, err := p.log.Write(as(p.firm), func(context.Context, *db.Tx) (act.Entry, error) {
			return act.Entry{
				Type: "dialogue.opened", Subject: act.Subject{Type: policy.Dialogue, ID: p.open, Revision: i + 1}, Dialogue: p.open,
			}, nil
		})
		if err != nil {
			p.t.Fatal(err)
		}
		ids = append(ids, r.Act)
	}
	return ids
}

// until polls a condition until it holds, for ten minutes at most: the machine may be busy.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		if time.Now().After(deadline) {
			t.Fatalf("not within ten minutes: %s", what)
		}
		<-tick.C
	}
}

func eachLive(t *testing.T, test func(t *testing.T, p *place)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, s *store.Store) { test(t, newPlace(t, s, clock.System{})) })
}

func TestASlowReceiverDelaysNobodyElse(t *testing.T) {
	eachLive(t, func(t *testing.T, p *place) {
		slow, fast := receive(t, nil), []*receiver{receive(t, nil), receive(t, nil), receive(t, nil)}
		p.hook(slow)
		roots := pool(slow)
		for _, r := range fast {
			p.hook(r)
			roots.AddCert(r.server.Certificate())
		}
		for _, r := range fast {
			r.forget()
		}
		let := make(chan struct{})
		slow.reply(func(w http.ResponseWriter, _ message) { <-let })
		p.running(p.newEngine(p.config(nil).With(roots, time.Hour)))
		acts := p.write(40)
		for i, r := range fast {
			until(t, fmt.Sprintf("receiver %d has everything", i), func() bool { return len(r.messages()) >= len(acts) })
			expectActs(t, r, acts)
		}
		if n := len(slow.messages()); n != 1 {
			t.Errorf("the slow receiver was sent %d messages at once", n)
		}
		close(let)
		until(t, "the slow receiver has everything", func() bool { return len(slow.messages()) >= len(acts) })
		expectActs(t, slow, acts)
	})
}

// Two engines on one database send each act once and in order.
func TestTwoEnginesSendEachActOnce(t *testing.T) {
	eachLive(t, func(t *testing.T, p *place) {
		receivers := []*receiver{receive(t, nil), receive(t, nil), receive(t, nil), receive(t, nil), receive(t, nil)}
		roots := pool(nil)
		for _, r := range receivers {
			p.hook(r)
			roots.AddCert(r.server.Certificate())
		}
		for _, r := range receivers {
			r.forget()
		}
		config := p.config(nil).With(roots, time.Hour)
		config.Workers = 2 // neither can take all
		one, two := p.newEngine(config), p.newEngine(config)
		stop := p.running(one, two)
		acts := p.write(60)
		for _, r := range receivers {
			until(t, "everything has arrived", func() bool { return len(r.messages()) >= len(acts) })
		}
		stop()
		for _, r := range receivers {
			expectActs(t, r, acts)
		}
		if sum := one.Counts().Attempts + two.Counts().Attempts; sum != int64(len(acts)*len(receivers)) {
			t.Errorf("%d attempts for %d acts and %d receivers", sum, len(acts), len(receivers))
		}
		if one.Counts().Attempts == 0 || two.Counts().Attempts == 0 {
			t.Errorf("the engines made %d and %d attempts: one of them did nothing", one.Counts().Attempts, two.Counts().Attempts)
		}
	})
}

// An engine that is interrupted during an attempt leaves the event to another, under the same webhook-id.
func TestAnInterruptedEngineLosesNothing(t *testing.T) {
	eachLive(t, func(t *testing.T, p *place) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		arrived, let := make(chan struct{}, 100), make(chan struct{})
		r.reply(func(http.ResponseWriter, message) {
			arrived <- struct{}{}
			<-let
		})
		acts := p.happen(3)
		ctx, cut := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			if _, err := p.engine.Step(ctx); err != nil {
				t.Error(err)
			}
		}()
		<-arrived
		cut()
		<-done
		close(let)
		if d := p.deliveries(id); len(d) != 1 { // the challenge's
			t.Errorf("an interrupted attempt was stored: %v", d)
		}
		p.engine = p.newEngine(p.config(r))
		p.step()
		expectActs(t, r, append(acts[:1:1], acts...))
		if m := r.messages(); m[0].id != m[1].id || m[0].id != webhook.EventID(id, acts[0]) {
			t.Errorf("the event has webhook-ids %s and %s", m[0].id, m[1].id)
		}
		if row := p.row(id); row.Failures != 0 {
			t.Errorf("the interruption counts as %d failures", row.Failures)
		}
	})
}

// An engine whose claim expired while it was suspended changes nothing.
func TestAnExpiredClaimChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		other := p.newEngine(p.config(r))
		acts := p.happen(2)
		slept := false
		p.engine = p.newEngine(p.config(r).Before(func(uuid.UUID) {
			if slept {
				return
			}
			slept = true
			now.Advance(2 * time.Minute) // another engine takes over
			for {
				n, err := other.Step(context.Background())
				if err != nil {
					t.Error(err)
				}
				if n == 0 {
					return
				}
			}
		}))
		p.step()
		expectActs(t, r, []uuid.UUID{acts[0], acts[1], acts[0]}) // the event it was about to send goes out again, with the same id
		if n := len(p.deliveries(id)); n != 3 {
			t.Errorf("%d attempts were stored, want the challenge and two of the other engine", n)
		}
		if row := p.row(id); row.DeliveredSeq != row.Position {
			t.Errorf("the queue is at %d, the last delivered was %d", row.Position, row.DeliveredSeq)
		}
	})
}

func TestAPanicAffectsOnlyItsWebhook(t *testing.T) { // F41
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		bad, good := receive(t, nil), receive(t, nil)
		broken, _ := p.hook(bad)
		p.hook(good)
		roots := pool(good)
		roots.AddCert(bad.server.Certificate())
		panics := 2
		var mu sync.Mutex
		p.engine = p.newEngine(p.config(nil).With(roots, time.Hour).Before(func(hook uuid.UUID) {
			mu.Lock()
			defer mu.Unlock()
			if hook == broken && panics > 0 {
				panics--
				panic("broken")
			}
		}))
		acts := p.happen(2)
		good.forget()
		bad.forget()
		for range 4 {
			p.step()
			now.Advance(11 * time.Second)
		}
		expectActs(t, good, acts)
		expectActs(t, bad, acts)
		if n := p.engine.Counts().Panics; n != 2 || !strings.Contains(p.logged.String(), "webhook_worker_panicked") {
			t.Errorf("%d panics were counted, want 2; %s", n, p.logged)
		}
	})
}

// The secret is in the response that creates it and nowhere else: not in a row, an act, a log line or the file.
func TestASecretIsShownOnce(t *testing.T) { // A96
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r := receive(t, nil)
		id, secret := p.hook(r)
		keyed := actlog.WithKey(as(p.ngo), "k", []byte("request"))
		_, rotated, err := p.all.Webhooks.RotateSecret(keyed, id, nil)
		if err != nil || rotated == "" {
			t.Fatal(err)
		}
		r.expect(rotated)
		if result, again, err := p.all.Webhooks.RotateSecret(keyed, id, nil); err != nil || again != "" || !result.Repeated {
			t.Errorf("a repeat gives %q, %v", again, err)
		}
		r.reply(func(w http.ResponseWriter, m message) {
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, m.header)
		})
		p.happen(1)
		p.step()
		var bad []string
		for _, s := range []string{secret, rotated} {
			text := strings.TrimPrefix(s, "whsec_")
			raw, err := base64.StdEncoding.DecodeString(text)
			if err != nil || len(raw) != 32 {
				t.Fatalf("%q: %v", s, err)
			}
			bad = append(bad, text, string(raw), base64.RawURLEncoding.EncodeToString(raw))
		}
		look := func(where, text string) {
			for _, b := range bad {
				if strings.Contains(text, b) {
					t.Errorf("%s holds a secret", where)
				}
			}
		}
		for _, table := range migrate.Tables {
			look("the table "+table.Name, p.dump(table.Name))
		}
		look("the log", p.logged.String())
		look("what is printed of a row", p.row(id).String())
		if path, ok := strings.CutPrefix(p.database, "sqlite://"); ok {
			for _, suffix := range []string{"", "-wal"} {
				b, err := os.ReadFile(path + suffix)
				if err != nil {
					t.Fatal(err)
				}
				look("the file"+suffix, string(b))
			}
		}
		if _, err := p.all.Webhooks.Delete(as(p.ngo), id, nil); err != nil {
			t.Fatal(err)
		}
		row := p.row(id)
		if row.Secret != nil || row.PreviousSecret != nil || row.URL != "" || len(p.deliveries(id)) != 0 {
			t.Errorf("what is left of a deleted webhook: %v", row)
		}
	})
}

// Erasing a customer deletes their webhooks: an address may name its owner.
func TestAnErasedCustomerLeavesNoAddress(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r := receive(t, nil)
		p.ngo = p.party("CUSTOMER", policy.Customer)
		id, _ := p.hook(r, func(reg *webhook.Registration) { reg.URL, reg.Description = r.server.URL+"/canary-5c1", "canary-5c1" })
		p.happen(1)
		p.step()
		if _, err := p.all.Privacy.Erase(as(p.ngo), p.ngo.Member, "ERASE"); err != nil {
			t.Fatal(err)
		}
		r.forget()
		p.happen(1)
		p.step()
		if row := p.row(id); row.State != "DELETED" || row.Secret != nil || len(r.messages()) != 0 {
			t.Errorf("the webhook is %v; %d messages were sent", row, len(r.messages()))
		}
		for _, table := range migrate.Tables {
			if strings.Contains(p.dump(table.Name), "canary-5c1") {
				t.Errorf("the table %s holds the address", table.Name)
			}
		}
	})
}
