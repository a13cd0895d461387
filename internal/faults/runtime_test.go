//go:build faults

package faults_test

import (
	"testing"
	"time"
)

// F38: three replicas are restarted one after the other, behind something that asks them whether they are ready. Nobody who
// writes notices, and subscribers are told to come back.
func TestARollingRestartGoesUnnoticed(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).inProduction().serve(3)
	balanced := w.balance()
	c := w.crowd(4, func(c *crowd) { c.pick, c.pause = balanced, 10*time.Millisecond })
	behind := func(f *follower) { f.pick = balanced }
	sockets := []*follower{w.follow("auditor", false, behind), w.follow("customer", false, behind)}
	followers := append([]*follower{w.follow("auditor", true, behind), w.follow("ngo", true, behind)}, sockets...)
	for _, r := range w.replicas {
		c.more(30)
		took := r.stop()
		t.Logf("%s stopped in order in %v", r.name, took.Round(time.Millisecond))
		// It says for 3 s that it is not ready, then gives what runs 20 s, and sockets 6.
		if took > 29*time.Second {
			t.Errorf("%s took %v to stop", r.name, took)
		}
		r.start()
		until(t, patience, r.name+" is ready again", r.ready)
	}
	c.more(30)
	if got := c.failures(); len(got) > 0 {
		t.Errorf("people who wrote were told %v, want nothing of it", got)
	}
	deeds := c.stop()
	for _, f := range followers {
		f.sawAll()
	}
	told := 0
	for _, f := range sockets {
		told += f.endings()["closed 1012 Service"]
	}
	if told == 0 {
		t.Error("no socket was told of the restart by 1012")
	}
	for _, f := range followers {
		for how, n := range f.endings() {
			if how != "closed 1012 Service" && how != "end of stream" {
				t.Errorf("%d connections of %s ended so: %s", n, f.name, how)
			}
		}
	}
	w.check(deeds)
}
