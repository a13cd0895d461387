package server_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/gql/gqltest"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// TestShutdown is F38 on one machine: running operations are answered, the clients of sockets and streams are asked to
// reconnect, and nothing stays open.
func TestShutdown(t *testing.T) {
	r := start(t, func(c *server.Config) { c.ShutdownDelay = 30 * time.Millisecond })
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{wait{value}}")
	w.receive()
	w.subscribe("2", "{slow}")
	stream, err := r.client.Do(r.request(t, "POST", "/graphql/stream", call{query: "subscription{wait{value}}"}, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer shut(stream.Body)
	events := make(chan event, 8)
	go func() {
		defer close(events)
		for e := range eventsOf(stream.Body) {
			if e.comment == "" {
				events <- e
			}
		}
	}()
	<-events
	eventually(t, "the query runs", func() bool { return r.schema.Ran.Load() == 1 })

	stopped := make(chan error, 1)
	go func() { stopped <- r.stop() }()
	eventually(t, "the server says it is not ready", func() bool {
		req := r.request(t, "GET", "/readyz", call{}, "")
		req.Close = true
		resp, err := r.client.Do(req)
		if err != nil {
			return true // the delay is over
		}
		defer shut(resp.Body)
		return resp.StatusCode == http.StatusServiceUnavailable
	})
	eventually(t, "the listener closes", func() bool {
		conn, err := net.Dial("tcp", r.address)
		if err == nil {
			shut(conn)
		}
		return err != nil
	})
	w.subscribe("3", "{me{id}}")
	if f := w.receive(); f.Type != "error" || f.ID != "3" || !strings.Contains(string(f.Payload), gql.CodeUnavailable) {
		t.Errorf("a new operation got %+v", f)
	}
	// The running query would end at its own deadline. The test does not wait for that: its client completes it.
	w.send([]byte(`{"id":"2","type":"complete"}`))
	if f := w.receive(); f.Close != "1012 Service restart" {
		t.Errorf("the socket got %+v", f)
	}
	if e, more := <-events; more {
		t.Errorf("the stream got %+v, want its end", e)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Serve = %v", err)
	}
	eventually(t, "the sources of all subscriptions end", func() bool { return r.schema.Live.Load() == 0 })
}

// TestShutdownWaitsForAnswers: a mutation on a socket is answered before the socket closes.
func TestShutdownWaitsForAnswers(t *testing.T) {
	for range 20 {
		r := start(t, nil)
		w := r.open(t, "sub=ada")
		w.subscribe("1", rename)
		eventually(t, "the mutation runs", func() bool { return r.schema.Ran.Load() > 0 })
		go func() { _ = r.stop() }()
		if f := w.receive(); f.Type != "next" || !strings.Contains(string(f.Payload), "Eve") {
			t.Fatalf("got %+v, want the answer", f)
		}
	}
}

// TestShutdownDoesNotWaitForever: the server cuts off an operation that does not end in time.
func TestShutdownDoesNotWaitForever(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Drain = 50 * time.Millisecond })
	w := r.open(t, "")
	w.subscribe("1", "{slow}")
	eventually(t, "the query runs", func() bool { return r.schema.Ran.Load() == 1 })
	go func() { _ = r.stop() }()
	f := w.receive()
	if f.Type == "next" && strings.Contains(string(f.Payload), gql.CodeUnavailable) { // it may still report that it was cancelled
		if f = w.receive(); f.Type == "complete" { // and its end, before the socket closes
			f = w.receive()
		}
	}
	if f.Close != "1012 Service restart" {
		t.Errorf("got %+v", f)
	}
}

// TestShutdownServesWhoWaits: operations that wait for a place when the server stops get their turn.
func TestShutdownServesWhoWaits(t *testing.T) {
	r := start(t, places(1))
	eve, w := r.open(t, "sub=eve"), r.open(t, "sub=ada")
	r.occupy(t, eve, 1, 1)
	w.subscribe("1", rename)
	r.gauges(t, 1, 1)
	stopped := make(chan error, 1)
	go func() { stopped <- r.stop() }()
	eventually(t, "the listener closes", func() bool {
		conn, err := net.Dial("tcp", r.address)
		if err == nil {
			shut(conn)
		}
		return err != nil
	})
	w.subscribe("late", "{me{id}}")
	if f := w.receive(); f.ID != "late" || !strings.Contains(string(f.Payload), "shutting down") {
		t.Errorf("a new operation got %+v", f)
	}
	eve.completeAll(1)
	if f := w.receive(); f.Type != "next" || f.ID != "1" || !strings.Contains(string(f.Payload), "Eve") {
		t.Errorf("got %+v, want the answer to the mutation", f)
	}
	if f := w.receive(); f.Type != "complete" {
		t.Errorf("got %+v, want its end", f)
	}
	if f := w.receive(); f.Close != "1012 Service restart" {
		t.Errorf("the socket got %+v", f)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Serve = %v", err)
	}
}

// TestAnswersOfADrainingServerEndTheirConnection: whatever they answer, and also if the request came before.
func TestAnswersOfADrainingServerEndTheirConnection(t *testing.T) {
	cfg := config(t, &log{}, gqltest.New())
	places(1)(&cfg)
	cfg.ShutdownDelay = time.Hour
	began, goOn := make(chan struct{}, 1), make(chan struct{})
	cfg.Pages = map[string]server.Page{
		"/page": {Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("x")) })},
		"/slow": {Cost: 1, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			began <- struct{}{}
			<-goOn
			_, _ = w.Write([]byte("x"))
		})},
	}
	s, err := server.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	r := &running{Server: s, address: strings.TrimPrefix(web.URL, "http://"), client: web.Client()}
	ask := func(method, path string, c call) func() *http.Request {
		return func() *http.Request { return r.request(t, method, path, c, "") }
	}
	requests := map[string]func() *http.Request{
		"a query":               ask("POST", "/graphql", call{query: "{me{id}}"}),
		"a query by GET":        ask("GET", call{query: "{me{id}}"}.url(), call{}),
		"an invalid query":      ask("POST", "/graphql", call{query: "{"}),
		"a bad token":           ask("POST", "/graphql", call{query: "{me{id}}", token: "bad"}),
		"a stream of one event": ask("POST", "/graphql/stream", call{query: "{me{id}}"}),
		"health":                ask("GET", "/readyz", call{}),
		"the schema":            ask("GET", "/schema.graphql", call{}),
		"a page":                ask("GET", "/page", call{}),
		"nothing":               ask("GET", "/nothing", call{}),
	}
	for name, req := range requests {
		if resp, text := r.do(t, req()); resp.Close && name != "a stream of one event" {
			t.Errorf("%s ends its connection before the server stops: %s", name, text)
		}
	}
	early := make(chan *http.Response, 2)
	send := func(req *http.Request) {
		resp, err := r.client.Do(req)
		if err != nil {
			t.Error(err)
			early <- nil
			return
		}
		shut(resp.Body)
		early <- resp
	}
	go send(r.request(t, "GET", "/slow", call{}, ""))
	<-began
	go send(r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, ""))
	r.gauges(t, 1, 1)

	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- s.Shutdown(ctx) }()
	eventually(t, "the server says it is not ready", func() bool {
		resp, _ := r.do(t, r.request(t, "GET", "/readyz", call{}, ""))
		return resp.StatusCode == http.StatusServiceUnavailable
	})
	close(goOn)
	for range 2 {
		if resp := <-early; resp == nil || resp.StatusCode != http.StatusOK || !resp.Close {
			t.Errorf("a request from before = %+v, want 200 and the end of its connection", resp)
		}
	}
	for name, req := range requests {
		if resp, text := r.do(t, req()); !resp.Close {
			t.Errorf("%s does not end its connection: %d %s", name, resp.StatusCode, text)
		}
	}
	cancel()
	if err := <-stopped; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown = %v", err)
	}
}

// TestShutdownCutsOffNoRequest: clients that reuse their connections, and send one request after the other, get every answer
// until they cannot connect any more.
func TestShutdownCutsOffNoRequest(t *testing.T) {
	for range 5 {
		r := start(t, func(c *server.Config) { c.Rates.Off = true })
		var all sync.WaitGroup
		var answered atomic.Int64
		for range 8 {
			all.Go(func() {
				client := &http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				for {
					resp, err := client.Post("http://"+r.address+"/graphql", "application/json", strings.NewReader(`{"query":"{me{id}}"}`))
					if errors.Is(err, syscall.ECONNREFUSED) {
						return
					}
					if err == nil {
						_, err = io.Copy(io.Discard, resp.Body)
						shut(resp.Body)
					}
					if err != nil {
						t.Errorf("after %d answers: %v", answered.Load(), err)
						return
					}
					answered.Add(1)
				}
			})
		}
		eventually(t, "many are answered", func() bool { return answered.Load() > 500 })
		if err := r.stop(); err != nil {
			t.Errorf("Serve = %v", err)
		}
		all.Wait()
	}
}
