//go:build faults

package faults_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/testdb/cluster"
)

func withParam(name, value string) func(*url.URL) {
	return func(u *url.URL) {
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
	}
}

// F07: servers are killed while clients write through them; a client without a response retries on another server with the
// same key.
func TestKillingServersOnPostgresLosesNothing(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).serve(2)
	c := w.startLoad(4)
	following := w.follow("auditor", false)
	for i := range times(10, 3) {
		c.more(1 + rand.N(60))
		w.replicas[i%2].kill()
		c.more(20) // through the other replica
		w.replicas[i%2].start()
	}
	deeds := c.stop()
	following.sawAll()
	w.check(deeds)
}

// F08: the primary dies with everything it had in memory, and its synchronous standby is promoted. The servers find it by
// themselves, no acknowledged change is lost, and retries with the same key settle those of unknown outcome.
func TestAStandbyTakesOverWithEverythingAcknowledged(t *testing.T) {
	t.Parallel()
	primary := ownCluster(t, cluster.Options{})
	standby, err := primary.Standby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	database := newDatabase(t, primary)
	both := change(database, func(u *url.URL) {
		u.Host = primary.Address + "," + standby.Address
		withParam("target_session_attrs", "read-write")(u)
	})
	w := newWorld(t, both, change(database, func(u *url.URL) { u.Host = standby.Address })).serve(2)
	c := w.startLoad(4)
	followers := []*follower{w.follow("auditor", false), w.follow("customer", true)}
	c.more(times(400, 100))
	if err := primary.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	if err := standby.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	promoted := time.Now()
	c.more(1)
	t.Logf("promoted after %v, writing again %v later", promoted.Sub(killed).Round(time.Millisecond), time.Since(promoted).Round(time.Millisecond))
	c.more(times(400, 100))
	deeds := c.stop()
	for _, f := range followers {
		f.sawAll()
	}
	w.check(deeds)
}

// F11: the database is stopped and started again. Clients are asked to retry only while it is down, and subscriptions
// survive.
func TestTheServerRecoversFromARestartOfTheDatabase(t *testing.T) {
	t.Parallel()
	long(t)
	pg := ownCluster(t, cluster.Options{})
	w := onPostgres(t, pg).serve(2)
	c := w.startLoad(4)
	followers := []*follower{w.follow("auditor", false), w.follow("customer", true)}
	c.more(50)
	if err := pg.Down(); err != nil {
		t.Fatal(err)
	}
	until(t, waitLimit, "writers are refused", func() bool { return c.failures()["UNAVAILABLE"] >= 8 })
	for _, r := range w.replicas {
		until(t, waitLimit, r.name+" is not ready", func() bool { return !r.ready() })
		if status, text := r.health("/livez"); status != http.StatusOK {
			t.Errorf("/livez = %d %s, want 200", status, text)
		}
	}
	if err := pg.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	up, before := time.Now(), c.done()
	until(t, 5*time.Second, "writers succeed again, through both replicas", func() bool {
		return c.done() > before+4 && w.replicas[0].ready() && w.replicas[1].ready()
	})
	t.Logf("recovered %v after the database was up", time.Since(up).Round(time.Millisecond))
	failures := c.failures()
	c.more(100)
	if now := c.failures(); !maps.Equal(now, failures) {
		t.Errorf("failures after the recovery: %v in total, %v before", now, failures)
	}
	deeds := c.stop()
	stuck := `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`
	db := w.look()
	until(t, 5*time.Second, "no connection is left in a transaction", func() bool { return number(db, stuck) == 0 })
	for _, f := range followers {
		f.sawAll()
	}
	w.check(deeds)
}

// F12: the server starts before its database. It reports that it is alive but not ready, and waits.
func TestAServerWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	pg := ownCluster(t, cluster.Options{})
	w := onPostgres(t, pg).serve(1) // loads the example
	w.replicas[0].stop()
	w.replicas = nil
	if err := pg.Down(); err != nil {
		t.Fatal(err)
	}
	addr, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	r := w.replica("--listen", addr, "--admin-listen", "")
	r.addr.Store(addr)
	if _, err := r.spawn(); err != nil {
		t.Fatal(err)
	}
	status := func(path string) int {
		code, _ := r.health(path)
		return code
	}
	until(t, waitLimit, "it is alive", func() bool { return status("/livez") == http.StatusOK })
	if code, text := r.health("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(text, "database") {
		t.Errorf("/readyz = %d %s, want 503 that names the database", code, text)
	}
	if a, err := ask(t.Context(), addr, "", "{dialogues{totalCount}}", nil); err != nil || a.status != http.StatusServiceUnavailable || a.code() != "UNAVAILABLE" {
		t.Errorf("a query = %+v, %v, want 503 UNAVAILABLE", a, err)
	}
	if err := pg.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, 15*time.Second, "it is ready", r.ready)
	if !r.alive() {
		t.Error("the process ended")
	}
	c := w.startLoad(2)
	c.more(10)
	w.check(c.stop())
}

// F13: there are more requests than the database can serve at once. Those that would wait long are refused at once, and the
// server still reports its health.
func TestAFullPoolRefusesAtOnce(t *testing.T) {
	t.Parallel()
	long(t)
	w := onPostgres(t, commonCluster(t)).serve(1, "--pool", "10")
	server := w.replicas[0]
	place := w.place(server)
	var said struct {
		Dialogue struct {
			Comments struct{ Nodes []struct{ ID string } }
		}
	}
	w.read(server, "ngo", `query($id: ID!){dialogue(id: $id){comments(first: 1){nodes{id}}}}`, map[string]any{"id": place}, &said)
	comment := said.Dialogue.Comments.Nodes[0].ID
	for _, kind := range []struct {
		name, operation string
		variables       map[string]any
	}{
		{"queries", `query($comment: ID!) { comment(id: $comment) { body } }`, map[string]any{"comment": comment}},
		{"mutations", `mutation($place: ID!) { postComment(input: {subject: $place, body: "Slow"}) { act { id } userErrors { code } } }`, map[string]any{"place": place}},
	} {
		t.Run(kind.name, func(t *testing.T) {
			tx, err := w.look().Begin()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback() }()
			if _, err := tx.Exec("LOCK TABLE comments IN ACCESS EXCLUSIVE MODE"); err != nil {
				t.Fatal(err)
			}
			var mu sync.Mutex
			var asking sync.WaitGroup
			answers := map[string]int{}
			var refused []time.Duration
			for i := range 200 {
				token := w.token(writers[i%len(writers)])
				asking.Go(func() {
					a, err := ask(t.Context(), server.address(), token, kind.operation, kind.variables)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					answers[fmt.Sprintf("%d %s", a.status, a.code())]++
					if a.code() == "UNAVAILABLE" {
						refused = append(refused, a.took)
						// An operation that had begun returns 200 with partial data, as GraphQL over HTTP requires.
						begun := a.status == http.StatusOK && a.Data != nil && a.Errors[0].Extensions.Retryable
						if !begun && (a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "") {
							t.Errorf("refused with %d, Retry-After %q, %s; want 503 with Retry-After", a.status, a.header.Get("Retry-After"), a.text)
						}
					}
				})
			}
			for path, want := range map[string]int{"/livez": http.StatusOK, "/readyz": 0} {
				began := time.Now()
				status, text := server.health(path)
				if took := time.Since(began); status == 0 || want > 0 && status != want || took > 1500*time.Millisecond {
					t.Errorf("%s = %d %s after %v", path, status, text, took)
				}
			}
			asking.Wait()
			slices.Sort(refused)
			t.Logf("200 at once: %v; half were refused within %v", answers, refused[len(refused)/2].Round(time.Millisecond))
			if len(refused) < 100 {
				t.Errorf("%d requests were refused, want most of 200", len(refused))
			}
			// Requests that had a connection wait for the lock itself, for at most 2 s.
			late := slices.IndexFunc(refused, func(d time.Duration) bool { return d > time.Second })
			if late >= 0 && len(refused)-late > 10 {
				t.Errorf("%d refusals took more than 1 s, the slowest %v; want at most the pool's 10", len(refused)-late, refused[len(refused)-1])
			}
		})
	}
	until(t, 5*time.Second, "the server is ready", server.ready)
	c := w.startLoad(2)
	c.more(10)
	if got := c.failures(); len(got) > 0 {
		t.Errorf("writers got %v afterwards, want no failures", got)
	}
	w.check(c.stop())
}

// F18: the servers' connection leads to a standby. Reads work, no write is applied in part, and a URL that names both
// databases finds the primary by itself.
func TestAStandbyIsReadAndNotWritten(t *testing.T) {
	t.Parallel()
	long(t)
	primary := ownCluster(t, cluster.Options{})
	standby, err := primary.Standby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	w, l := onLine(t, primary)
	w.serve(1)
	server := w.replicas[0]
	c := w.startLoad(4)
	c.more(20)
	l.lead(standby.Address)
	until(t, waitLimit, "writers are refused", func() bool { return c.failures()["UNAVAILABLE"] > 20 })
	var seen struct{ Dialogues struct{ TotalCount int } }
	w.read(server, "ngo", "{dialogues{totalCount}}", nil, &seen)
	if seen.Dialogues.TotalCount == 0 {
		t.Error("the standby shows no dialogue")
	}
	until(t, 5*time.Second, "the server is not ready", func() bool { return !server.ready() })
	l.lead(primary.Address)
	until(t, 10*time.Second, "the server is ready again", server.ready)
	c.more(20)
	w.url = change(w.truth, func(u *url.URL) {
		u.Host = standby.Address + "," + primary.Address
		withParam("target_session_attrs", "read-write")(u)
	})
	w.serve(1)
	c.more(40)
	deeds := c.stop()
	w.check(deeds)
}

// F19: a server is suspended in the middle of a transaction, as a virtual machine may be, and another session leaves a
// transaction open. Neither stops the log; the suspended server resumes to find its transaction gone and another process
// sequencing.
func TestATransactionThatNeverEndsBlocksNobody(t *testing.T) {
	t.Parallel()
	long(t)
	w := onPostgres(t, commonCluster(t))
	for i := range 2 {
		w.replica("--database", change(w.url, withParam("application_name", fmt.Sprintf("sequencer%d", i)))).start()
	}
	db := w.look()
	forgotten, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = forgotten.Rollback() }()
	if _, err := forgotten.Exec("INSERT INTO settings (id, value) VALUES ('forgotten', '')"); err != nil {
		t.Fatal(err)
	}
	if n := number(db, "SELECT COUNT(*) FROM acts"); n <= 0 {
		t.Fatalf("%d acts", n)
	}
	var awake atomic.Pointer[replica]
	c := w.startLoad(4, func(c *generator) {
		c.pause = 20 * time.Millisecond
		c.pick = func() *replica {
			if r := awake.Load(); r != nil {
				return r // a load balancer has removed the other
			}
			return w.any()
		}
	})
	following := w.follow("auditor", false)
	c.more(20)
	held := w.caughtSequencing(db, true, func(r *replica) {
		awake.Store(w.replicas[0])
		if r == w.replicas[0] {
			awake.Store(w.replicas[1])
		}
		r.pause()
	})
	began, before := time.Now(), number(db, "SELECT COALESCE(MAX(seq), 0) FROM acts")
	until(t, 15*time.Second, "the other sequences", func() bool { return number(db, "SELECT COALESCE(MAX(seq), 0) FROM acts") > before })
	t.Logf("the log continued after %v", time.Since(began).Round(time.Millisecond))
	held.proceed()
	awake.Store(nil)
	c.more(100)
	until(t, 10*time.Second, "the suspended replica is ready", held.ready)
	deeds := c.stop()
	following.sawAll()
	w.check(deeds)
}

// F20: the database's disk is full. If the database stops because of that, an operator starts it again once there is room;
// no acknowledged change is lost, and no page is damaged.
func TestTheServerRecoversFromAFullDiskUnderPostgres(t *testing.T) {
	t.Parallel()
	long(t)
	d := smallDisk(t, 200)
	pg := ownCluster(t, cluster.Options{Folder: d.folder, Settings: []string{"min_wal_size=32MB", "max_wal_size=64MB", "shared_buffers=32MB"}})
	w := onPostgres(t, pg).serve(2)
	c := w.startLoad(4, func(c *generator) { c.padding = 8000 })
	following := w.follow("auditor", false)
	c.more(40)
	until(t, waitLimit, "writers are refused", func() bool {
		d.fill()
		return c.failures()["UNAVAILABLE"] >= 20
	})
	for _, r := range w.replicas {
		until(t, waitLimit, r.name+" is not ready", func() bool { return !r.ready() })
	}
	ended := !pg.Running()
	d.free()
	if !pg.Running() {
		ended = true
		if err := pg.Up(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("the database stopped because of it: %v", ended)
	for _, r := range w.replicas {
		until(t, 20*time.Second, r.name+" is ready again", r.ready)
	}
	c.more(40)
	deeds := c.stop()
	following.sawAll()
	w.check(deeds)
	// Checksums are on: reading every row of every table finds a damaged page.
	db := w.look()
	for table := range count(t, db, "SELECT tablename, 1 FROM pg_tables WHERE schemaname = 'public'") {
		if n := number(db, "SELECT COUNT(t::text) FROM "+table+" AS t"); n < 0 {
			t.Errorf("table %s cannot be read", table)
		}
	}
}

// With --require-sync a server takes changes only while a synchronous standby has each of them: it notices when the standby is
// configured away, and when it is back.
func TestAServerThatMustNotLoseChangesNeedsAStandby(t *testing.T) {
	t.Parallel()
	long(t)
	primary := ownCluster(t, cluster.Options{})
	standby, err := primary.Standby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	w := onPostgres(t, primary).serve(1, "--require-sync")
	server := w.replicas[0]
	if status, text := server.health("/readyz"); status != http.StatusOK || !strings.Contains(text, `"durability":"ok"`) {
		t.Errorf("/readyz = %d %s, want 200 and durability ok", status, text)
	}
	c := w.startLoad(2)
	c.more(20)
	if err := primary.Set(t.Context(), "synchronous_standby_names = ''"); err != nil {
		t.Fatal(err)
	}
	until(t, waitLimit, "writers are refused", func() bool { return c.failures()["UNAVAILABLE"] > 20 })
	until(t, waitLimit, "the server is not ready", func() bool {
		status, text := server.health("/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(text, "no synchronous standby")
	})
	if err := primary.Set(t.Context(), "synchronous_standby_names = 'standby'"); err != nil {
		t.Fatal(err)
	}
	until(t, waitLimit, "the server is ready again", server.ready)
	c.more(20)
	w.check(c.stop())
}
