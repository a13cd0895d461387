//go:build faults

package faults_test

import (
	"testing"
	"time"
)

// F38: three replicas behind a load balancer that checks their readiness are restarted one after the other. Writers do not
// notice, and subscribers are asked to reconnect.
func TestARollingRestartGoesUnnoticed(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).inProduction().serve(3)
	balanced := w.balance()
	c := w.startLoad(4, func(c *generator) { c.pick, c.pause = balanced, 10*time.Millisecond })
	viaBalancer := func(f *follower) { f.pick = balanced }
	sockets := []*follower{w.follow("auditor", false, viaBalancer), w.follow("customer", false, viaBalancer)}
	followers := append([]*follower{w.follow("auditor", true, viaBalancer), w.follow("ngo", true, viaBalancer)}, sockets...)
	for _, r := range w.replicas {
		c.more(30)
		took := r.stop()
		t.Logf("%s stopped properly in %v", r.name, took.Round(time.Millisecond))
		// It reports for 3 s that it is not ready, then gives running requests 20 s, and sockets 6 s.
		if took > 29*time.Second {
			t.Errorf("%s took %v to stop", r.name, took)
		}
		r.start()
		until(t, waitLimit, r.name+" is ready again", r.ready)
	}
	c.more(30)
	if got := c.failures(); len(got) > 0 {
		t.Errorf("writers got %v, want no failures", got)
	}
	deeds := c.stop()
	for _, f := range followers {
		f.sawAll()
	}
	restarted := 0
	for _, f := range sockets {
		restarted += f.endings()["closed 1012 Service"]
	}
	if restarted == 0 {
		t.Error("no socket was closed with 1012, service restart")
	}
	for _, f := range followers {
		for how, n := range f.endings() {
			if how != "closed 1012 Service" && how != "end of stream" {
				t.Errorf("%d connections of %s ended with: %s", n, f.name, how)
			}
		}
	}
	w.check(deeds)
}
