//go:build faults

package faults_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"
)

// F23: with a distant database everything is slow but nothing fails.
func TestAFarDatabaseMakesNothingFail(t *testing.T) {
	t.Parallel()
	long(t)
	w, l := onLine(t, commonCluster(t))
	w.serve(1)
	c := w.startLoad(3)
	following := w.follow("auditor", false)
	c.more(20)
	l.spoil("latency", "downstream", `{"latency": 200, "jitter": 25}`)
	c.more(3) // those in flight
	from := c.done()
	c.more(18)
	if got := c.failures(); len(got) > 0 {
		t.Errorf("writers got %v, want no failures", got)
	}
	c.mu.Lock()
	took := slices.Sorted(slices.Values(c.took[from:]))
	c.mu.Unlock()
	p50, p99 := took[len(took)/2], took[len(took)*99/100]
	t.Logf("with 200 ms to the database a deed takes %v, at the 99th percentile %v", p50.Round(time.Millisecond), p99.Round(time.Millisecond))
	if p99 > 10*time.Second {
		t.Errorf("the slowest took %v; an operation has 10 s", p99)
	}
	l.mend()
	deeds := c.stop()
	following.sawAll()
	w.check(deeds)
}

// F24: packets to the database vanish without an error. Requests still end by their deadline, and writers succeed again once
// packets get through.
func TestABlackHoleEndsRequestsByTheirDeadline(t *testing.T) {
	t.Parallel()
	w, l := onLine(t, commonCluster(t))
	w.serve(1)
	server := w.replicas[0]
	c := w.startLoad(4)
	following := w.follow("auditor", false)
	c.more(20)
	l.spoil("timeout", "upstream", `{"timeout": 0}`)
	l.spoil("timeout", "downstream", `{"timeout": 0}`)
	cut := time.Now()
	slowest, asked := time.Duration(0), 0
	var mu sync.Mutex
	var asking sync.WaitGroup
	for range 8 { // besides the load generator, whose clients occupy at most four connections
		asking.Go(func() {
			for time.Since(cut) < time.Duration(times(20, 5))*time.Second {
				began := time.Now()
				a, err := ask(context.Background(), server.address(), w.token("ngo"), `{dialogues(first: 3){nodes{title}}}`, nil)
				took := time.Since(began)
				mu.Lock()
				slowest, asked = max(slowest, took), asked+1
				mu.Unlock()
				switch {
				case err != nil:
					t.Errorf("a request was not answered: %v", err)
				case !worthRetrying(a.code()):
					t.Errorf("a request was answered %s", a.text)
				}
			}
		})
	}
	asking.Wait()
	t.Logf("%d requests while packets vanished, the slowest answered after %v", asked, slowest.Round(time.Millisecond))
	if slowest > 12*time.Second {
		t.Errorf("a request took %v; an operation has 10 s", slowest)
	}
	if status, text := server.health("/livez"); status != 200 {
		t.Errorf("/livez = %d %s, want 200: a restart would not help", status, text)
	}
	if status, text := server.health("/readyz"); status != 503 {
		t.Errorf("/readyz = %d %s, want 503", status, text)
	}
	l.mend()
	mended, before := time.Now(), c.done()
	until(t, 10*time.Second, "writers succeed again", func() bool { return c.done() > before })
	until(t, 10*time.Second, "the server is ready again", server.ready)
	t.Logf("recovered %v after packets got through again", time.Since(mended).Round(time.Millisecond))
	deeds := c.stop()
	following.sawAll()
	w.check(deeds)
}
