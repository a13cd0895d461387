package story_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
)

// live opens a world that runs like a real server: on a listener, with its sequencer.
func live(t testing.TB, databaseURL string, change func(*app.Config)) *world {
	t.Helper()
	w := prepare(t, databaseURL, change)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.url = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx, l) }()
	w.end = sync.OnceFunc(func() {
		stop()
		if err := <-done; err != nil {
			w.t.Errorf("Run: %v", err)
		}
		w.client.CloseIdleConnections()
		w.close()
	})
	t.Cleanup(w.end)
	return w
}

// followed is a subscription over server-sent events.
type followed struct {
	w    *world
	body io.ReadCloser
	next func() (event, bool)
	stop func()
}

// follow opens a subscription. It is open when follow returns, because the server sends its headers after it opens it.
func (w *world) follow(who auth.Identity, query string, variables ...any) *followed {
	w.t.Helper()
	c := call{query: query, variables: map[string]any{}, token: w.token(who)}
	for i := 0; i < len(variables); i += 2 {
		c.variables[variables[i].(string)] = variables[i+1]
	}
	resp, err := w.client.Do(w.request("POST", "/graphql/stream", c, "text/event-stream"))
	if err != nil {
		w.t.Fatal(err)
	}
	f := &followed{w: w, body: resp.Body}
	lines := bufio.NewReader(resp.Body)
	f.next = func() (event, bool) {
		for e := range eventsIn(lines) {
			return e, true
		}
		return event{}, false
	}
	f.stop = sync.OnceFunc(func() { _ = resp.Body.Close() })
	w.t.Cleanup(f.stop)
	return f
}

// event reads the next event. The test fails if the stream ends instead.
func (f *followed) event() answer {
	f.w.t.Helper()
	e, ok := f.next()
	if !ok || e.name != "next" {
		f.w.t.Fatalf("got %+v, want an event", e)
	}
	return f.w.received(200, nil, e.data)
}

// quiet waits until every act has its sequence number. The sequencer of the server assigns them and sends no signal.
func (w *world) quiet() {
	w.t.Helper()
	w.until("the queue is empty", func() bool { return w.count("queued_acts", "") == 0 })
}

// until polls until a condition holds.
func (w *world) until(what string, done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(patience); !done(); runtime.Gosched() {
		if time.Now().After(deadline) {
			w.t.Fatalf("after %v still not: %s", patience, what)
		}
	}
}
