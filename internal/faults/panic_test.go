//go:build faults

package faults_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// brittle is a clock that panics a given number of times when the sequencer reads it.
type brittle struct {
	clock.System
	left atomic.Int32
}

func (c *brittle) Now() time.Time {
	if c.left.Load() > 0 && sequencing() && c.left.Add(-1) >= 0 {
		panic("the clock broke")
	}
	return c.System.Now()
}

// sequencing reports whether the log's own goroutine is the caller.
func sequencing() bool {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers[:])])
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, "actlog.(*Log).Run") {
			return true
		}
		if !more {
			return false
		}
	}
}

// F41: the sequencer panics in the middle of its transaction several times. Writers do not notice, the metrics count it, and
// the log continues where it was. This server runs in the test's process, so that the test can replace its clock.
func TestASequencerThatPanicsIsStartedAgain(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t))
	r := &replica{t: t, name: "the server in this process", log: &record{}}
	w.replicas = append(w.replicas, r)
	w.serve(1) // loads the example; it would also take the lease
	w.replicas[1].stop()
	c := &brittle{}
	a, err := app.Open(t.Context(), app.Config{
		Database: w.url, Mode: "dev", DevKey: w.devKey(), Keys: w.keys(), Clock: c, Log: slog.New(slog.NewJSONHandler(r.log, nil)), Rates: server.Rates{Off: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	l, admin := listen(t), listen(t)
	r.addr.Store(l.Addr().String())
	r.admin = admin.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, l) }()
	metrics := &http.Server{Handler: a.Server.AdminHandler(), ReadHeaderTimeout: time.Second}
	go func() { _ = metrics.Serve(admin) }()
	defer func() { _ = metrics.Close() }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	w.replicas = w.replicas[:1]
	load := w.startLoad(4)
	following := w.follow("auditor", false)
	load.more(20)
	const panics = 5
	c.left.Store(panics)
	load.more(20)
	const counter = `plenary_worker_panics_total{worker="sequencer"}`
	until(t, waitLimit, "the sequencer has panicked", func() bool { return r.gauge(counter) == panics })
	load.more(20)
	if got := load.failures(); len(got) > 0 {
		t.Errorf("writers got %v, want no failures", got)
	}
	if n := r.log.count("worker_panicked"); n != panics {
		t.Errorf("%d panics were logged, want %d", n, panics)
	}
	deeds := load.stop()
	following.sawAll()
	w.check(deeds)
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}
