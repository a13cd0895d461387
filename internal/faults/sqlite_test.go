//go:build faults

package faults_test

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

// F01: whatever the moment at which the server is killed, what it acknowledged is there, whole.
func TestKillingTheServerOnSQLiteLosesNothing(t *testing.T) {
	t.Parallel()
	w := onSQLite(t, t.TempDir()).serve(1)
	server := w.replicas[0]
	c := w.crowd(4)
	for range times(25, 5) {
		c.more(1 + rand.N(40))
		server.kill()
		server.start()
	}
	w.check(c.stop())
}

// F03: the disk is full. Writers are told to come back, readers notice nothing, readiness says no; and once there is room
// everything goes on.
func TestAFullDiskUnderSQLiteHeals(t *testing.T) {
	t.Parallel()
	d := smallDisk(t, 24)
	w := onSQLite(t, d.folder).serve(1)
	server := w.replicas[0]
	c := w.crowd(4, func(c *crowd) { c.padding = 4000 })
	following := w.follow("auditor", false)
	c.more(20)
	until(t, patience, "writers are refused", func() bool {
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

// F04: another program holds SQLite's write lock for ten seconds. Writers wait for a while and are told to come back;
// nothing piles up, and readers read.
func TestALockedSQLiteFileHeals(t *testing.T) {
	t.Parallel()
	long(t)
	w := onSQLite(t, t.TempDir()).serve(1)
	server := w.replicas[0]
	c := w.crowd(8)
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
		time.Sleep(250 * time.Millisecond) // between looks
	}
	told := c.failures()
	if _, err := one.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if told["UNAVAILABLE"]+told["DEADLINE_EXCEEDED"] == 0 {
		t.Errorf("writers were told %v, want to come back", told)
	}
	t.Logf("at most %d goroutines; writers were told %v", most, told)
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
	w.replicas = w.replicas[:1] // nobody speaks to it
	if _, err := second.spawn("--admin-listen", ""); err != nil {
		t.Fatal(err)
	}
	c := w.crowd(2)
	until(t, patience, "the second gives up", func() bool { return !second.alive() })
	if code := second.cmd.ProcessState.ExitCode(); code == 0 || !second.log.has("in use by another process") {
		t.Errorf("the second ended with %d: %s", code, second.log.end())
	}
	c.more(20)
	if got := c.failures(); len(got) > 0 {
		t.Errorf("people were told %v", got)
	}
	w.check(c.stop())
}
