//go:build faults

package faults_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fanout/natstest"
)

// F35: the broker is stopped, started, wiped, and its stream deleted, while clients write and follow. No follower misses an
// act or gets one twice or out of order; every replica stays ready; and publishing resumes once the broker is back.
func TestTheBrokerMayStopAndLoseEverything(t *testing.T) {
	t.Parallel()
	b := natstest.Start(t)
	_, js := b.Client()
	w := onPostgres(t, commonCluster(t)).serve(3, "--nats", b.URL())
	var followers []*follower
	for i, r := range w.replicas {
		followers = append(followers, w.follow("auditor", i%2 == 0, func(f *follower) { f.pick = func() *replica { return r } }))
	}
	c := w.startLoad(4, func(c *generator) { c.pause = 20 * time.Millisecond })
	published := func() {
		t.Helper()
		var before uint64
		until(t, waitLimit, "the stream exists", func() bool {
			s := natstest.Stream(js)
			if s == nil {
				return false
			}
			before = s.CachedInfo().State.LastSeq
			return true
		})
		until(t, waitLimit, "acts are published", func() bool {
			s := natstest.Stream(js)
			return s != nil && s.CachedInfo().State.LastSeq > before+3
		})
	}
	for range times(3, 1) {
		published()
		b.Stop()
		c.more(40)
		for _, r := range w.replicas {
			if status, text := r.health("/readyz"); status != 200 {
				t.Errorf("without the broker %s is not ready: %d %s", r.name, status, text)
			}
		}
		b.Start()
		published()
		b.Stop()
		b.Wipe()
		b.Start()
		published()
		if err := js.DeleteStream(context.Background(), natstest.Stream(js).CachedInfo().Config.Name); err != nil {
			t.Fatal(err)
		}
		published()
	}
	deeds := c.stop()
	for _, f := range followers {
		f.sawAll()
	}
	w.check(deeds)
	for _, r := range w.replicas {
		if r.log.has(natstest.Password) {
			t.Errorf("%s logged the broker's password", r.name)
		}
	}
}

// F37: the sessions that wait for NOTIFY are ended. Events still arrive, at the latest after the poll interval of a second,
// or as soon as a session is back, because a replica then checks at once; also if those sessions are ended repeatedly.
func TestEventsArriveWithoutNotify(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).serve(2)
	db := w.look()
	place := w.place(w.replicas[0])
	c := w.startLoad(0)
	var followers []*follower
	for _, r := range w.replicas {
		followers = append(followers, w.follow("auditor", false, func(f *follower) { f.pick = func() *replica { return r } }))
	}
	listening := func() int {
		return number(db, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN %'")
	}
	done := func(i int, limit time.Duration) deed {
		t.Helper()
		c.pick = func() *replica { return w.replicas[i%2] } // only one of them sequences
		d := deed{key: uuid.NewString(), body: "Deed without a wake-up " + uuid.NewString()}
		if !c.insist(&d, w.token("customer"), postComment, map[string]any{"key": d.key, "place": place, "body": d.body}) {
			t.Fatal("a deed was not acknowledged")
		}
		began := time.Now()
		for _, f := range followers {
			until(t, limit, "an event arrives at "+f.name, func() bool { return f.saw(d.act) })
		}
		t.Logf("an event arrived at both replicas after %v", time.Since(began).Round(time.Millisecond))
		return d
	}
	var deeds []deed
	for i := range times(6, 2) {
		until(t, waitLimit, "both replicas listen", func() bool { return listening() == 2 })
		if n := end(t, db); n != 2 {
			t.Fatalf("%d sessions that listen were ended, want 2", n)
		}
		deeds = append(deeds, done(i, 1500*time.Millisecond))
	}
	// Now they never listen for long. At worst the sequencer checks the queue after its poll interval, and then the other
	// replica the log after its own.
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				end(t, db)
			case <-stop:
				return
			}
		}
	}()
	for i := range times(6, 2) {
		deeds = append(deeds, done(i, 2500*time.Millisecond))
	}
	close(stop)
	<-ended
	for _, f := range followers {
		f.sawAll()
	}
	w.check(deeds)
}

// end ends the sessions that listen, and counts them.
func end(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	err := db.QueryRow(`SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query ILIKE 'LISTEN %' OFFSET 0) AS ended`).Scan(&n)
	if err != nil {
		t.Errorf("end the sessions that listen: %v", err)
	}
	return n
}

func (f *follower) saw(act string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.seen, act)
}
