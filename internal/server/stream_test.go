package server_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// streamOf opens a stream and gives its events, without comments, to the end.
func (r *running) streamOf(t *testing.T, req *http.Request) []event {
	t.Helper()
	resp, err := r.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(resp.Body)
	var all []event
	for e := range eventsOf(resp.Body) {
		if e.comment == "" {
			all = append(all, e)
		}
	}
	return all
}

func TestStreams(t *testing.T) {
	r := start(t, nil)
	for _, tt := range []struct {
		rule string
		call call
		want []event
	}{
		{"events carry their cursors", call{query: "subscription{count(to:2){value cursor}}"}, []event{
			{name: "next", id: "1", data: `{"data":{"count":{"value":1,"cursor":"1"}},"extensions":{"cursor":"1"}}`},
			{name: "next", id: "2", data: `{"data":{"count":{"value":2,"cursor":"2"}},"extensions":{"cursor":"2"}}`},
			{name: "complete"},
		}},
		{"a client resumes from its last event", call{query: "subscription{count(to:3){value}}", header: map[string]string{"Last-Event-ID": "2"}}, []event{
			{name: "next", data: `{"data":{"count":{"value":3}}}`}, {name: "complete"},
		}},
		{"each event knows its viewer", call{query: "subscription{count(to:1){viewer{subject}}}", token: "sub=ada"}, []event{
			{name: "next", data: `{"data":{"count":{"viewer":{"subject":"ada"}}}}`}, {name: "complete"},
		}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			for _, req := range []*http.Request{
				r.request(t, "POST", "/graphql", tt.call, "text/event-stream"),
				r.request(t, "POST", "/graphql/stream", tt.call, ""),
				r.request(t, "GET", tt.call.url(), tt.call, "text/event-stream"),
			} {
				if diff := cmp.Diff(tt.want, r.streamOf(t, req), cmp.AllowUnexported(event{})); diff != "" {
					t.Errorf("%s %s (-want +got):\n%s", req.Method, req.URL.Path, diff)
				}
			}
		})
	}
}

func TestStreamOfARefusedSubscriptionCompletes(t *testing.T) {
	r := start(t, nil)
	for _, query := range []string{"subscription{refused{value}}", "subscription{nothing}", "{"} {
		c := call{query: query}
		events := r.streamOf(t, r.request(t, "POST", "/graphql/stream", c, "text/event-stream"))
		if len(events) != 2 || events[0].name != "next" || !strings.Contains(events[0].data, `"errors":`) || strings.Contains(events[0].data, `"data":`) || events[1].name != "complete" {
			t.Errorf("%s: %+v, want one event of errors and complete", query, events)
		}
	}
}

// The source of a subscription can end it with an error, which reaches the client after what was sent before.
func TestASourceEndsASubscriptionWithAnError(t *testing.T) {
	lost := fault.New(fault.Expired, "the log has lost acts")
	wants := func(t *testing.T, text string) {
		t.Helper()
		for _, part := range []string{`"code":"CURSOR_EXPIRED"`, `"message":"the log has lost acts"`, `"retryable":false`, `"requestId":"`} {
			if !strings.Contains(text, part) {
				t.Errorf("the error is %s, want %s in it", text, part)
			}
		}
	}
	const query = "subscription{followed{value}}"
	t.Run("socket", func(t *testing.T) {
		r := start(t, nil)
		w := r.open(t, "sub=ada")
		w.subscribe("1", query)
		eventually(t, "it is open", func() bool { return r.schema.Live.Load() == 1 })
		sink := r.schema.Sink()
		if err := sink.Put(t.Context(), []byte(`{"data":1}`), "7"); err != nil {
			t.Fatal(err)
		}
		sink.Fail(lost)
		sink.Fail(lost) // once is enough
		if f := w.receive(); f.Type != "next" {
			t.Errorf("got %+v first, want the event", f)
		}
		f := w.receive()
		if f.Type != "error" || f.ID != "1" {
			t.Errorf("got %+v, want an error of operation 1", f)
		}
		wants(t, string(f.Payload))
		eventually(t, "the source is told", func() bool { return r.schema.Live.Load() == 0 })
		w.subscribe("1", "{__typename}") // the socket and the id are free for the next
		if f := w.receive(); f.Type != "next" {
			t.Errorf("got %+v, want the answer to the next operation", f)
		}
	})
	t.Run("stream", func(t *testing.T) {
		r := start(t, nil)
		got := make(chan []event, 1)
		go func() {
			got <- r.streamOf(t, r.request(t, "POST", "/graphql/stream", call{query: query, token: "sub=ada"}, ""))
		}()
		eventually(t, "it is open", func() bool { return r.schema.Live.Load() == 1 })
		r.schema.Sink().Fail(lost)
		events := <-got
		if len(events) != 2 || events[0].name != "next" || events[1].name != "complete" {
			t.Fatalf("got %+v, want an error and complete", events)
		}
		wants(t, events[0].data)
		eventually(t, "the source is told", func() bool { return r.schema.Live.Load() == 0 })
	})
}

func TestStreamSendsHeartbeats(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *server.Config) {
		c.Limits.Heartbeat, c.Limits.ReadTimeout, c.Limits.WriteTimeout = 250e6, time.Second, time.Second
	})
	resp, err := r.client.Do(r.request(t, "POST", "/graphql/stream", call{query: "subscription{wait{value}}"}, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer shut(resp.Body)
	beats := 0
	for e := range eventsOf(resp.Body) { // the stream outlives the deadlines of ordinary requests
		if e.comment != "" {
			beats++
		}
		if beats == 8 {
			return
		}
	}
	t.Errorf("the stream ended after %d heartbeats", beats)
}

func TestStreamEndsWithItsToken(t *testing.T) { // A85
	t.Parallel()
	r := start(t, nil)
	events := r.streamOf(t, r.request(t, "POST", "/graphql/stream", call{query: "subscription{wait{value}}", token: "sub=ada&life=2s"}, ""))
	if len(events) != 3 || !strings.Contains(events[1].data, gql.CodeUnauthenticated) || events[2].name != "complete" {
		t.Errorf("%+v, want an event, UNAUTHENTICATED, complete", events)
	}
}

func TestStreamEndsWhenItsSubjectIsRevoked(t *testing.T) {
	var revoked atomic.Bool
	r := start(t, func(c *server.Config) { revocable(c, &revoked) })
	resp, err := r.client.Do(r.request(t, "POST", "/graphql/stream", call{query: "subscription{wait{value}}", token: "sub=ada"}, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer shut(resp.Body)
	var got []string
	for e := range eventsOf(resp.Body) {
		if e.name == "next" && len(got) == 0 {
			r.Recheck() // does nothing before the revocation
			revoked.Store(true)
			r.Recheck()
		}
		if e.comment == "" {
			got = append(got, e.name+" "+fmt.Sprint(strings.Contains(e.data, gql.CodeForbidden)))
		}
	}
	if diff := cmp.Diff([]string{"next false", "next true", "complete false"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStreamsOfOneCallerAreBounded(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Streams = 2 })
	open := func(token string) (string, io.Closer) {
		resp, err := r.client.Do(r.request(t, "POST", "/graphql/stream", call{query: "subscription{wait{value}}", token: token}, ""))
		if err != nil {
			t.Fatal(err)
		}
		for e := range eventsOf(resp.Body) {
			if e.name == "next" {
				return e.data, resp.Body
			}
		}
		t.Fatal("no event")
		return "", nil
	}
	for i, want := range []bool{false, false, true} {
		data, body := open("sub=ada")
		defer shut(body)
		if refused := strings.Contains(data, gql.CodeRateLimited); refused != want {
			t.Errorf("stream %d: %s", i, data)
		}
	}
	data, body := open("sub=eve")
	defer shut(body)
	if strings.Contains(data, gql.CodeRateLimited) {
		t.Errorf("another subject: %s", data)
	}
}

// TestVanishedReadersLeaveNothing is F25 as far as one machine can show it: connections are cut without a close, and their
// subscriptions end.
func TestVanishedReadersLeaveNothing(t *testing.T) {
	r := start(t, nil)
	for range 5 {
		conn, err := net.Dial("tcp", r.address)
		if err != nil {
			t.Fatal(err)
		}
		body := string(call{query: "subscription{wait{value}}"}.body())
		_, _ = fmt.Fprintf(conn, "POST /graphql/stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		for e := range eventsOf(conn) {
			if e.name == "next" {
				break
			}
		}
		_ = conn.(*net.TCPConn).SetLinger(0)
		shut(conn)
	}
	for range 5 {
		w := r.open(t, "")
		w.subscribe("1", "subscription{wait{value}}")
		w.receive()
		_ = w.conn.CloseNow()
	}
	eventually(t, "subscriptions end", func() bool { return r.schema.Live.Load() == 0 })
}

// eventually waits until another goroutine has made a condition true.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// TestSlowStreams: the id of the last event tells a client that does not read where to resume.
func TestSlowStreams(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Patience = 50e6 })
	resp, err := r.client.Do(r.request(t, "POST", "/graphql/stream", call{query: "subscription{flood{value cursor text}}"}, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer shut(resp.Body)
	r.slowReader(t)
	last, seen := "", 0
	for e := range eventsOf(resp.Body) {
		switch {
		case e.comment != "":
		case e.name == "next" && e.id != "":
			if seen++; e.id != fmt.Sprint(seen) {
				t.Fatalf("event %d has id %s", seen, e.id)
			}
		default:
			last += e.name + " " + fmt.Sprint(strings.Contains(e.data, gql.CodeResync)) + "; "
		}
	}
	if last != "next true; complete false; " || seen == 0 {
		t.Errorf("after %d events the stream ends %q", seen, last)
	}
}

// TestStreamsOfOldClients: HTTP/1.0 has no chunks, so its stream ends with the connection.
func TestStreamsOfOldClients(t *testing.T) {
	r := start(t, nil)
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(conn)
	body := string(call{query: "subscription{count(to:2){value}}"}.body())
	_, _ = fmt.Fprintf(conn, "POST /graphql/stream HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	_, stream, _ := strings.Cut(string(all), "\r\n\r\n")
	want := ":\n\nevent: next\ndata: {\"data\":{\"count\":{\"value\":1}}}\n\nevent: next\ndata: {\"data\":{\"count\":{\"value\":2}}}\n\nevent: complete\ndata:\n\n"
	if diff := cmp.Diff(want, stream); diff != "" || strings.Contains(string(all), "chunked") {
		t.Errorf("(-want +got):\n%s\n%s", diff, all)
	}
}
