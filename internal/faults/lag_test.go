//go:build faults

package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/testdb/cluster"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// An asynchronous standby that lags takes over from a primary that dies, under load. Acts that were shown are lost, which
// nothing can undo. But no server takes the standby for the log: whatever it has shown last, in this process or in one before
// it, is compared. None sequences, signs, acknowledges a change or shows an earlier checkpoint; followers get CURSOR_EXPIRED.
// Once an operator has reopened the log, it goes on under another name, and a verifier with an old checkpoint says what is lost.
func TestAStandbyThatLagsIsNotTakenForTheLog(t *testing.T) {
	for _, rate := range []int{200, 400} {
		for _, restart := range []bool{false, true} {
			for n := range times(8, 1) {
				what := "running servers"
				if restart {
					what = "servers that start again"
				}
				t.Run(fmt.Sprintf("%d writes a second, %s, run %d", rate, what, n+1), func(t *testing.T) { takeover(t, rate, restart, n) })
			}
		}
	}
}

func takeover(t *testing.T, rate int, restart bool, n int) {
	w, primary, standby := lagging(t)
	w.serve(1)
	own := []string{}
	if n%2 == 1 { // as on another machine
		own = []string{"--keys", copyOfKeys(t, w.keys())}
	}
	w.serve(1, own...)
	keysBefore := w.verifierKeys(w.replicas[0])
	var followers []*follower
	for i, r := range w.replicas {
		followers = append(followers, w.follow("auditor", i == 1, func(f *follower) { f.pick = func() *replica { return r } }))
	}
	const clients = 16
	c := w.startLoad(clients, func(c *generator) { c.every = clients * time.Second / time.Duration(rate) })
	signed := w.collect()
	c.more(rate / 4)
	until(t, waitLimit, "there is a checkpoint", func() bool { return signed.last().size > 0 })

	if err := standby.Cut(t.Context()); err != nil {
		t.Fatal(err)
	}
	began, from := time.Now(), c.done()
	lose := 50 + rand.N(2*rate)
	for _, f := range followers {
		upTo := f.count() + lose
		until(t, waitLimit, fmt.Sprintf("%s has seen %d acts that will be lost", f.name, lose), func() bool { return f.count() >= upTo })
	}
	t.Logf("%d writes a second were acknowledged", int(float64(c.done()-from)/time.Since(began).Seconds()))
	if err := primary.Kill(); err != nil {
		t.Fatal(err)
	}
	if restart {
		for i, r := range w.replicas {
			if (n+i)%2 == 0 {
				r.kill()
			} else {
				r.stop()
			}
		}
	}
	if err := standby.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	db := w.look()
	kept := number(db, "SELECT COALESCE(MAX(seq), 0) FROM acts")
	for _, f := range followers {
		if f.count() <= kept {
			t.Fatalf("%s has seen %d acts, and the standby has %d: nothing was lost, so the run proves nothing", f.name, f.count(), kept)
		}
	}
	if restart {
		for _, r := range w.replicas {
			if err := r.launch(); err == nil || !r.log.has("plenary log reopen") {
				t.Errorf("%s starts with a standby that lacks what it has shown (%v)", r.name, err)
			}
		}
	} else {
		w.halted(c, followers)
	}
	c.abandon()
	signed.stop()
	if got := number(db, "SELECT COALESCE(MAX(seq), 0) FROM acts"); got != kept {
		t.Errorf("the log has grown from %d acts to %d since the standby took over", kept, got)
	}
	if !restart {
		for _, r := range w.replicas {
			r.stop()
		}
	}
	w.reopen(kept, followers)
	w.verifies(kept, append(keysBefore, w.verifierKeys(w.replicas[0])...), signed.last())
}

// lagging is a world on a primary with a standby for which no commit waits. The checks look at the standby.
func lagging(t *testing.T) (w *world, primary, standby *cluster.Cluster) {
	t.Helper()
	primary = ownCluster(t, cluster.Options{})
	standby, err := primary.AsyncStandby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	database := newDatabase(t, primary)
	both := change(database, func(u *url.URL) { u.Host = primary.Address + "," + standby.Address })
	return newWorld(t, both, change(database, func(u *url.URL) { u.Host = standby.Address })), primary, standby
}

// copyOfKeys makes a folder with the same keys, for a replica on another machine.
func copyOfKeys(t *testing.T, folder string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"log.key", "master.key"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// halted checks what running servers do once a database lacks what they have shown.
func (w *world) halted(c *generator, followers []*follower) {
	w.t.Helper()
	for _, r := range w.replicas {
		until(w.t, waitLimit, r.name+" has stopped", func() bool {
			status, text := r.health("/readyz")
			return status == http.StatusServiceUnavailable && strings.Contains(text, "log reopen")
		})
	}
	acknowledged := c.done()
	place := w.place(w.replicas[0]) // people still read
	for _, r := range w.replicas {
		a, err := ask(context.Background(), r.address(), w.token("customer"), postComment, map[string]any{"key": uuid.NewString(), "place": place, "body": "Too late"})
		if err != nil || a.code() != "UNAVAILABLE" || a.Errors[0].Extensions.Retryable {
			w.t.Errorf("a change at %s = %+v, %v, want UNAVAILABLE that is not to be retried", r.name, a, err)
		}
		if status, text := get("http://" + r.address() + "/log/checkpoint"); status != http.StatusServiceUnavailable {
			w.t.Errorf("the checkpoint of %s = %d %s, want 503", r.name, status, text)
		}
	}
	for _, f := range followers {
		until(w.t, waitLimit, f.name+" gets CURSOR_EXPIRED", func() bool {
			ends := f.endings()
			return ends["error CURSOR_EXPIRED"]+ends["event with CURSOR_EXPIRED"] > 0
		})
	}
	if now := c.done(); now != acknowledged {
		w.t.Errorf("%d changes were acknowledged after the servers had stopped", now-acknowledged)
	}
}

// reopen lets an operator reopen the log, starts the servers again, and checks that all goes on from what is left.
func (w *world) reopen(kept int, followers []*follower) {
	w.t.Helper()
	// The checks' database is the standby, now the primary.
	flags := []string{"log", "reopen", "--database", w.truth, "--keys", w.keys()}
	if code, out := tool(flags...); code != 0 || !strings.Contains(out, "/2") {
		w.t.Fatalf("log reopen = %d %s", code, out)
	}
	if code, out := tool(flags...); code == 0 || !strings.Contains(out, "whole") {
		w.t.Errorf("log reopen once more = %d %s, want it refused", code, out)
	}
	for _, r := range w.replicas {
		r.start()
	}
	c := w.startLoad(4)
	c.more(40)
	deeds := c.stop()
	w.settled()
	log := ledger(w.t, w.look())
	checkLog(w.t, log)
	checkChanges(w.t, w.look())
	if log[kept].kind != "log.reopened" {
		w.t.Errorf("the first act after the loss is %s, want log.reopened", log[kept].kind)
	}
	placed := map[string]bool{}
	for _, p := range log {
		placed[typeid.New("act", p.act).String()] = true
	}
	for _, d := range deeds {
		if !placed[d.act] {
			w.t.Errorf("act %s was acknowledged after the log was reopened, and is not in it", d.act)
		}
	}
	for _, f := range followers {
		f.mu.Lock()
		cursor, seen := f.cursor, slices.Clone(f.seen)
		f.mu.Unlock()
		for i, p := range log[:kept] {
			if want := typeid.New("act", p.act).String(); seen[i] != want {
				w.t.Fatalf("act %d is %s, and %s was shown %s", i+1, want, f.name, seen[i])
			}
		}
		a, err := ask(context.Background(), w.replicas[0].address(), f.token, "query($after: String) { acts(after: $after) { edges { cursor } } }", map[string]any{"after": cursor})
		if err != nil || a.code() != "CURSOR_EXPIRED" {
			w.t.Errorf("the cursor of %s after act %d of %d that are left = %+v, %v, want CURSOR_EXPIRED", f.name, len(seen), kept, a, err)
		}
	}
}

// verifies checks the log against a checkpoint that a reader has saved before the loss.
func (w *world) verifies(kept int, keys []string, saved checkpoint) {
	w.t.Helper()
	dir := w.t.TempDir()
	note, bundle := filepath.Join(dir, "saved"), filepath.Join(dir, "bundle")
	code, out := tool("log", "bundle", "--database", w.truth, "--keys", w.keys())
	if code != 0 {
		w.t.Fatalf("log bundle = %d %.500s", code, out)
	}
	for path, text := range map[string]string{note: saved.note, bundle: out} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	args := []string{"verify", bundle, "--checkpoint", note}
	for _, k := range keys {
		args = append(args, "--key", k)
	}
	want, says := 0, "is the beginning of this one"
	if saved.size > kept {
		want, says = 3, fmt.Sprintf("acts %d to %d of ", kept+1, saved.size)
	}
	if code, out := tool(args...); code != want || !strings.Contains(out, says) {
		w.t.Errorf("verify with a checkpoint of %d acts, of which %d are left = %d %s, want %d and %q", saved.size, kept, code, out, want, says)
	}
}

// checkpoint is a checkpoint that a server has shown.
type checkpoint struct {
	size int
	note string
}

// collection is the checkpoints that all servers show.
type collection struct {
	mu      sync.Mutex
	newest  checkpoint
	stopped chan struct{}
	ended   sync.WaitGroup
}

// collect reads the checkpoints of all servers until it is stopped, and checks that none shows an earlier one than it has shown.
func (w *world) collect() *collection {
	c := &collection{stopped: make(chan struct{})}
	for _, r := range w.replicas {
		c.ended.Go(func() {
			tick := time.NewTicker(50 * time.Millisecond)
			defer tick.Stop()
			for last := 0; ; {
				select {
				case <-tick.C:
				case <-c.stopped:
					return
				}
				status, note := get("http://" + r.address() + "/log/checkpoint")
				if status != http.StatusOK {
					continue
				}
				lines := strings.SplitN(note, "\n", 3)
				size, err := strconv.Atoi(lines[1])
				if err != nil || size < last {
					w.t.Errorf("%s shows a checkpoint of %s acts after one of %d", r.name, lines[1], last)
				}
				last = size
				c.mu.Lock()
				if size > c.newest.size {
					c.newest = checkpoint{size, note}
				}
				c.mu.Unlock()
			}
		})
	}
	w.t.Cleanup(c.stop)
	return c
}

func (c *collection) last() checkpoint {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.newest
}

func (c *collection) stop() {
	select {
	case <-c.stopped:
	default:
		close(c.stopped)
	}
	c.ended.Wait()
}

// verifierKeys are the keys that verify the log of a server.
func (w *world) verifierKeys(r *replica) []string {
	w.t.Helper()
	var log struct{ ActLog struct{ Keys []string } }
	w.read(r, "", "{actLog{keys}}", nil, &log)
	return log.ActLog.Keys
}
