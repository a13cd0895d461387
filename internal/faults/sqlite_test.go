//go:build faults

package faults_test

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

// F01: at whatever moment the server is killed, everything it acknowledged is stored completely.
func TestKillingTheServerOnSQLiteLosesNothing(t *testing.T) {
	t.Parallel()
	w := onSQLite(t, t.TempDir()).serve(1)
	server := w.replicas[0]
	c := w.startLoad(4)
	for range times(25, 5) {
		c.more(1 + rand.N(40))
		server.kill()
		server.start()
	}
	w.check(c.stop())
}

// F03: the disk is full. Writers are asked to retry, readers notice nothing, and the server is not ready; once there is room
// everything works again.
func TestTheServerRecoversFromAFullDiskUnderSQLite(t *testing.T) {
	t.Parallel()
	d := smallDisk(t, 24)
	w := onSQLite(t, d.folder).serve(1)
	server := w.replicas[0]
	c := w.startLoad(4, func(c *generator) { c.padding = 4000 })
	following := w.follow("auditor", false)
	c.more(20)
	until(t, waitLimit, "writers are refused", func() bool {
		d.fill()
		return c.failures()["UNAVAILABLE"] >= 20
	})
	d.fill()
	var seen struct{ Dialogues struct{ TotalCount int } }
	w.read(server, "ngo", "{dialogues{totalCount}}", nil, &seen)
	if seen.Dialogues.TotalCount == 0 {
		t.Error("readers see no dialogue")
	}
	until(t, 5*time.Second, "the server is not ready", func() bool { return !server.ready() })
	if status, text := server.health("/livez"); status != http.StatusOK {
		t.Errorf("/livez = %d %s, want 200", status, text)
	}
	d.free()
	until(t, 5*time.Second, "the server is ready again", server.ready)
	c.more(20)
	deeds := c.stop()
	following.sawAll()
	w.check(deeds)
}

// F04: another program holds SQLite's write lock for ten seconds. Writers wait for a while and are asked to retry; requests do
// not pile up, and readers can read.
func TestTheServerRecoversFromALockedSQLiteFile(t *testing.T) {
	t.Parallel()
	long(t)
	w := onSQLite(t, t.TempDir()).serve(1)
	server := w.replicas[0]
	c := w.startLoad(8)
	c.more(20)
	one, err := w.look().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	if _, err := one.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	locked, most := time.Now(), 0
	for time.Since(locked) < 10*time.Second {
		began := time.Now()
		var seen struct{ Dialogues struct{ TotalCount int } }
		w.read(server, "ngo", "{dialogues{totalCount}}", nil, &seen)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("a reader waited %v", took)
		}
		most = max(most, server.goroutines())
		time.Sleep(250 * time.Millisecond) // between checks
	}
	failures := c.failures()
	if _, err := one.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if failures["UNAVAILABLE"]+failures["DEADLINE_EXCEEDED"] == 0 {
		t.Errorf("writers got %v, want UNAVAILABLE or DEADLINE_EXCEEDED", failures)
	}
	t.Logf("at most %d goroutines; writers got %v", most, failures)
	if most > 150 {
		t.Errorf("%d goroutines for 8 writers", most)
	}
	c.more(40)
	w.check(c.stop())
}

// F06: a second server on the same file is refused, and the first does not notice.
func TestASecondServerOnASQLiteFileIsRefused(t *testing.T) {
	t.Parallel()
	w := onSQLite(t, t.TempDir()).serve(1)
	second := w.replica("--db-wait", "1s")
	w.replicas = w.replicas[:1] // no client uses the second
	if _, err := second.spawn("--admin-listen", ""); err != nil {
		t.Fatal(err)
	}
	c := w.startLoad(2)
	until(t, waitLimit, "the second gives up", func() bool { return !second.alive() })
	if code := second.cmd.ProcessState.ExitCode(); code == 0 || !second.log.has("in use by another process") {
		t.Errorf("the second ended with %d: %s", code, second.log.end())
	}
	c.more(20)
	if got := c.failures(); len(got) > 0 {
		t.Errorf("writers got %v, want no failures", got)
	}
	w.check(c.stop())
}
