package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/server"
)

func TestSocketProtocol(t *testing.T) {
	const initiate, subscribe = `{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":{"query":"subscription{wait{value}}"}}`
	for _, tt := range []struct {
		rule string
		talk []string // in turn what the client sends and what comes back: types of messages, or the close
	}{
		{"a socket is acknowledged", []string{initiate, "connection_ack"}},
		{"a ping is answered", []string{`{"type":"ping"}`, "pong"}},
		{"a pong is taken", []string{`{"type":"pong"}`, "", initiate, "connection_ack"}},
		{"A82 an operation before initiation closes", []string{subscribe, "4401 Unauthorized"}},
		{"A82 the old protocol's start closes", []string{`{"id":"1","type":"start","payload":{"query":"{me{id}}"}}`, "4400 Invalid message"}},
		{"a second initiation closes", []string{initiate, "connection_ack", initiate, "4429 Too many initialisation requests"}},
		{"an id in use closes", []string{initiate, "connection_ack", subscribe, "next", subscribe, "4409 Subscriber for 1 already exists"}},
		{"what is no JSON closes", []string{"x", "4400 Invalid message"}},
		{"what has no type closes", []string{"{}", "4400 Invalid message"}},
		{"a list closes", []string{"[]", "4400 Invalid message"}},
		{"an unknown type closes", []string{`{"type":"next"}`, "4400 Invalid message"}},
		{"an operation without id closes", []string{initiate, "connection_ack", `{"type":"subscribe","payload":{"query":"{me{id}}"}}`, "4400 Invalid message"}},
		{"an operation with a long id closes", []string{initiate, "connection_ack", `{"id":"` + strings.Repeat("x", 129) + `","type":"subscribe","payload":{"query":"{me{id}}"}}`, "4400 Invalid message"}},
		{"an operation without query closes", []string{initiate, "connection_ack", `{"id":"1","type":"subscribe","payload":{}}`, "4400 Invalid message"}},
		{"a batch closes", []string{initiate, "connection_ack", `{"id":"1","type":"subscribe","payload":[{"query":"{me{id}}"}]}`, "4400 Invalid message"}},
		{"a query is answered and completes", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"{me{id}}"}}`, "next", "", "complete"}},
		{"a mutation is too", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"mutation{rename(name:\"x\"){id}}"}}`, "next", "", "complete"}},
		{"A83 what is not valid is refused as on HTTP", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"{mee}"}}`, "error"}},
		{"a subscription that cannot be opened is refused", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"subscription{refused{value}}"}}`, "error"}},
		{"an id may be used again", []string{initiate, "connection_ack", `{"id":"1","type":"subscribe","payload":{"query":"{"}}`, "error", subscribe, "next", `{"id":"1","type":"complete"}`, "", subscribe, "next"}},
		{"completing what does not run is no fault", []string{`{"id":"1","type":"complete"}`, "", initiate, "connection_ack"}},
		{"a token under any case of its name is read", []string{`{"type":"connection_init","payload":{"AUTHORIZATION":"bearer sub=ada"}}`, "connection_ack"}},
		{"a bad token closes", []string{`{"type":"connection_init","payload":{"authorization":"bad"}}`, "4403 Forbidden"}},
		{"a token that is no text closes", []string{`{"type":"connection_init","payload":{"authorization":{"a":1}}}`, "4403 Forbidden"}},
		{"two tokens close", []string{`{"type":"connection_init","payload":{"authorization":"sub=ada","Authorization":"sub=eve"}}`, "4403 Forbidden"}},
		{"half a pair is refused, and the socket stays", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"{a}","variables":{"a":"\ud800"}}}`, "error", subscribe, "next"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			r := start(t, nil)
			w, err := r.dial(t, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range tt.talk {
				switch {
				case s == "":
				case i%2 == 0:
					w.send([]byte(s))
				default:
					if f := w.receive(); f.Type+f.Close != s {
						t.Fatalf("got %+v, want %q", f, s)
					}
				}
			}
		})
	}
}

func TestBinaryMessagesClose(t *testing.T) {
	r := start(t, nil)
	w, err := r.dial(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"connection_init"}`)); err != nil {
		t.Fatal(err)
	}
	if f := w.receive(); f.Close != "4400 Invalid message" {
		t.Errorf("got %+v", f)
	}
}

func TestUpgrades(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Origins = []string{"https://console.example"} })
	for _, tt := range []struct {
		rule     string
		protocol string
		header   map[string]string
		status   int
	}{
		{"the protocol is spoken", "graphql-transport-ws", nil, 101},
		{"among others too", "graphql-ws, graphql-transport-ws", nil, 101},
		{"the older protocol is not", "graphql-ws", nil, 400},
		{"a protocol must be named", "", nil, 400},
		{"A84 a page of another site is refused", "graphql-transport-ws", map[string]string{"Origin": "https://evil.example", "Cookie": "session=1"}, 403},
		{"A84 a page that hides its site is refused", "graphql-transport-ws", map[string]string{"Origin": "null"}, 403},
		{"our own page is served", "graphql-transport-ws", map[string]string{"Origin": "http://" + r.address}, 101},
		{"an allowed page is served", "graphql-transport-ws", map[string]string{"Origin": "https://console.example"}, 101},
		{"a bad token is refused", "graphql-transport-ws", map[string]string{"Authorization": "Bearer bad"}, 401},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			req := r.request(t, "GET", "/graphql", call{}, "")
			for name, value := range map[string]string{
				"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
				"Sec-WebSocket-Protocol": tt.protocol,
			} {
				if value != "" {
					req.Header.Set(name, value)
				}
			}
			for name, value := range tt.header {
				req.Header.Set(name, value)
			}
			resp, err := r.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			shut(resp.Body)
			if resp.StatusCode != tt.status {
				t.Errorf("status = %d, want %d", resp.StatusCode, tt.status)
			}
		})
	}
}

func TestTokenOfTheUpgradeRequestCounts(t *testing.T) {
	r := start(t, nil)
	w, err := r.dial(t, http.Header{"Authorization": {"Bearer sub=ada"}})
	if err != nil {
		t.Fatal(err)
	}
	w.initiate("")
	w.subscribe("1", "{viewer{subject}}")
	if f := w.receive(); !strings.Contains(string(f.Payload), `"subject":"ada"`) {
		t.Errorf("got %s", f.Payload)
	}
}

func TestSilentSocketsClose(t *testing.T) {
	t.Run("without initiation", func(t *testing.T) {
		t.Parallel()
		r := start(t, func(c *server.Config) { c.Limits.InitTimeout = 50e6 })
		w, err := r.dial(t, nil)
		if err != nil {
			t.Fatal(err)
		}
		if f := w.receive(); f.Close != "4408 Connection initialisation timeout" {
			t.Errorf("got %+v", f)
		}
	})
	t.Run("without pongs", func(t *testing.T) {
		t.Parallel()
		r := start(t, func(c *server.Config) { c.Limits.Ping = 500e6 })
		w := r.open(t, "")
		w.subscribe("1", "subscription{wait{value}}")
		pings := 0
		for f := w.receive(); f.Close == ""; f = w.receive() {
			if f.Type == "ping" {
				pings++
			}
		}
		if pings != 1 {
			t.Errorf("%d pings before it closed, want 1", pings)
		}
		eventually(t, "the subscription ends", func() bool { return r.schema.Live.Load() == 0 })
	})
	t.Run("not with pongs", func(t *testing.T) {
		t.Parallel()
		r := start(t, func(c *server.Config) { c.Limits.Ping = time.Second })
		r.open(t, "").pong(4)
	})
}

func TestSocketEndsWithItsToken(t *testing.T) { // A85
	t.Parallel()
	r := start(t, nil)
	w := r.open(t, "sub=ada&life=2s")
	w.subscribe("1", "subscription{wait{value}}")
	if f := w.receive(); f.Type != "next" {
		t.Fatalf("got %+v", f)
	}
	if f := w.receive(); f.Close != "4401 Token expired" {
		t.Errorf("got %+v", f)
	}
	eventually(t, "the subscription ends", func() bool { return r.schema.Live.Load() == 0 })
}

func TestSocketEndsWhenRecheckSaysSo(t *testing.T) {
	var revoked atomic.Bool
	r := start(t, func(c *server.Config) {
		c.Limits.Recheck = 20e6
		c.Recheck = func(context.Context) error {
			if revoked.Load() {
				return errors.New("revoked")
			}
			return nil
		}
	})
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{wait{value}}")
	w.receive()
	revoked.Store(true)
	if f := w.receive(); f.Close != "4403 Forbidden" {
		t.Errorf("got %+v", f)
	}
}

func TestSocketEndsWhenItsSubjectIsRevoked(t *testing.T) {
	r := start(t, nil)
	ada, eve := r.open(t, "sub=ada"), r.open(t, "sub=eve")
	r.CloseSubject("ada")
	if f := ada.receive(); f.Close != "4403 Forbidden" {
		t.Errorf("got %+v", f)
	}
	eve.subscribe("1", "{me{id}}")
	if f := eve.receive(); f.Type != "next" {
		t.Errorf("another subject's socket got %+v", f)
	}
}

func TestSocketsOfOneCallerAreBounded(t *testing.T) { // A87
	r := start(t, func(c *server.Config) { c.Limits.Sockets = 3 })
	for range 3 {
		r.open(t, "sub=ada")
	}
	w, err := r.dial(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.send([]byte(`{"type":"connection_init","payload":{"authorization":"sub=ada"}}`))
	if f := w.receive(); f.Close != "4429 Too many connections" {
		t.Errorf("got %+v", f)
	}
	one := r.open(t, "sub=eve")
	eventually(t, "the refused one is gone", func() bool { return strings.Contains(metricsOf(t, r), "plenary_sockets 4\n") })
	for range 3 { // of one address, as none has said who it is
		if _, err := r.dial(t, nil); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "they are seated", func() bool { return strings.Contains(metricsOf(t, r), "plenary_sockets 7\n") })
	if w, err = r.dial(t, nil); err != nil {
		t.Fatal(err)
	}
	if f := w.receive(); f.Close != "4429 Too many connections" {
		t.Errorf("got %+v", f)
	}
	one.subscribe("1", "{me{id}}")
	if f := one.receive(); f.Type != "next" {
		t.Errorf("a socket that was there got %+v", f)
	}
}

func TestConnectionsOfEverybodyAreBounded(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Connections = 2 })
	for _, token := range []string{"sub=a", "sub=b"} {
		r.open(t, token)
	}
	w, err := r.dial(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if f := w.receive(); f.Close != "4429 Too many connections" {
		t.Errorf("got %+v", f)
	}
}

func TestOperationsOfOneSocketAreBounded(t *testing.T) { // A87
	r := start(t, nil)
	w := r.open(t, "sub=ada")
	for i := range 50 {
		w.subscribe(fmt.Sprint(i), "subscription{wait{value}}")
		if f := w.receive(); f.Type != "next" {
			t.Fatalf("operation %d got %+v", i, f)
		}
	}
	w.subscribe("one more", "{me{id}}")
	if f := w.receive(); f.Type != "error" || f.ID != "one more" || !strings.Contains(string(f.Payload), gql.CodeRateLimited) {
		t.Errorf("got %+v", f)
	}
	w.send([]byte(`{"id":"7","type":"complete"}`))
	eventually(t, "the completed one ends", func() bool { return r.schema.Live.Load() == 49 })
	w.subscribe("7", "{me{id}}")
	if f := w.receive(); f.Type != "next" || f.ID != "7" {
		t.Errorf("after one completed got %+v", f)
	}
}

func TestMessagesAreBounded(t *testing.T) { // A21
	r := start(t, nil)
	w := r.open(t, "")
	w.send([]byte(`{"id":"1","type":"subscribe","payload":{"query":"` + strings.Repeat("x", 1<<20) + `"}}`))
	if f := w.receive(); !strings.HasPrefix(f.Close, "1009") {
		t.Errorf("got %+v", f)
	}
}

// TestSlowReaders: a reader that falls behind is told where it was, and nobody else waits for it.
func TestSlowReaders(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Patience = 50e6 })
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{flood{value cursor text}}")
	r.slowReader(t)
	w.resync()
}

// TestTheLastWordHasItsTime: a reader that wakes up when the server's patience is over still hears so, however long the
// write before has waited.
func TestTheLastWordHasItsTime(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *server.Config) {
		c.Limits.Patience, c.Limits.Write, c.Limits.Ping = 3500*time.Millisecond, 4*time.Second, 500*time.Millisecond
	})
	clock := r.open(t, "")
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{flood{value cursor text}}")
	for !strings.Contains(metricsOf(t, r), "plenary_slow_readers_total 1\n") {
		clock.pong(1)
	}
	clock.pong(3) // at least a second: by then the write before has waited for longer than a write may take
	w.resync()
}

// TestAStuckReaderIsTold: also when so little happens that its queue never fills.
func TestAStuckReaderIsTold(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *server.Config) { c.Limits.Patience, c.Limits.Write = time.Hour, time.Second })
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{flood{value cursor text}}")
	eventually(t, "the reader counts as too slow", func() bool {
		return strings.Contains(metricsOf(t, r), "plenary_slow_readers_total 1\n")
	})
	w.resync()
}

// TestAPingBehindEventsIsNoSilence: a reader that is behind cannot answer a ping that it cannot have seen.
func TestAPingBehindEventsIsNoSilence(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *server.Config) { c.Limits.Ping = 500 * time.Millisecond })
	clock := r.open(t, "")
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{flood{value cursor text}}")
	eventually(t, "the subscription opens", func() bool { return r.schema.Live.Load() == 1 })
	clock.pong(4) // a silent peer is gone after two
	if live := r.schema.Live.Load(); live != 1 {
		t.Fatalf("%d are subscribed", live)
	}
	for pings := 0; pings < 2; {
		switch f := w.receive(); f.Type {
		case "next":
		case "ping":
			pings++
			w.send([]byte(`{"type":"pong"}`))
		default:
			t.Fatalf("got %+v", f)
		}
	}
}

// TestFastSourcesWait: a client that resumes from far back reads slower than a database, and is not cut off for it.
func TestFastSourcesWait(t *testing.T) {
	r := start(t, nil)
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{count(to:3000){value}}")
	for i := range 3000 {
		if f := w.receive(); f.Type != "next" {
			t.Fatalf("event %d: %+v", i, f)
		}
	}
	if f := w.receive(); f.Type != "complete" {
		t.Errorf("got %+v", f)
	}
}

func metricsOf(t *testing.T, r *running) string {
	t.Helper()
	w := newRecorder()
	req, err := http.NewRequestWithContext(t.Context(), "GET", "/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AdminHandler().ServeHTTP(w, req)
	return w.body.String()
}

// TestIdleConnectionsHoldOneGoroutine: so many can be open at once because none holds more than its reader.
func TestIdleConnectionsHoldOneGoroutine(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Sockets, c.Limits.Ping = 200, 2*time.Second })
	const each = 50
	base := runtime.NumGoroutine()
	var conns []net.Conn
	for range each {
		conn, err := net.Dial("tcp", r.address)
		if err != nil {
			t.Fatal(err)
		}
		defer shut(conn)
		conns = append(conns, conn)
		_, _ = fmt.Fprintf(conn, "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n")
	}
	eventually(t, "all are served", func() bool { return strings.Contains(metricsOf(t, r), fmt.Sprintf("plenary_sockets %d\n", each)) })
	for _, conn := range conns {
		readUntil(t, conn, `"ping"`)
		_, _ = conn.Write([]byte{0x8a, 0x80, 0, 0, 0, 0}) // a pong, so that the socket stays open
	}
	eventually(t, "one goroutine is left for each", func() bool { return runtime.NumGoroutine() <= base+each+2 })
	if !strings.Contains(metricsOf(t, r), fmt.Sprintf("plenary_sockets %d\n", each)) {
		t.Error("some sockets have closed")
	}
	for _, conn := range conns {
		shut(conn)
	}
	eventually(t, "none is left", func() bool { return runtime.NumGoroutine() <= base+2 })
}

// TestWhatIsSentEarlyIsRead: a client need not wait for the answer to its handshake.
func TestWhatIsSentEarlyIsRead(t *testing.T) {
	r := start(t, nil)
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(conn)
	// Three messages in the bytes of the handshake: more than is held of an idle socket.
	text := `{"type":"connection_init","payload":{"padding":"` + strings.Repeat("x", 400) + `"}}`
	frame := append([]byte{0x81, 0x80 | 126, byte(len(text) >> 8), byte(len(text)), 0, 0, 0, 0}, text...)
	ask := `{"id":"1","type":"subscribe","payload":{"query":"{me{id}}"}}`
	frame = append(append(frame, 0x81, 0x80|byte(len(ask)), 0, 0, 0, 0), ask...)
	frame = append(frame, 0x89, 0x82, 0, 0, 0, 0, 'h', 'i')
	_, err = conn.Write(append([]byte("GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"), frame...))
	if err != nil {
		t.Fatal(err)
	}
	readUntil(t, conn, "101 Switching Protocols", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "connection_ack", "user_1", "complete", "\x8a\x02hi")
}

// readUntil reads until all that is wanted has come, in any order.
func readUntil(t *testing.T, conn net.Conn, wanted ...string) {
	t.Helper()
	var got []byte
	buf := make([]byte, 4096)
	for _, want := range wanted {
		for !bytes.Contains(got, []byte(want)) {
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			n, err := conn.Read(buf)
			if err != nil {
				t.Fatalf("%v before %q came: %q", err, want, got)
			}
			got = append(got, buf[:n]...)
		}
	}
}

// TestHandshakes: what is no handshake of version 13 does not become a socket.
func TestHandshakes(t *testing.T) {
	r := start(t, nil)
	for name, change := range map[string]map[string]string{
		"without a key": {"Sec-WebSocket-Key": ""}, "with a short key": {"Sec-WebSocket-Key": "c2hvcnQ="}, "of version 8": {"Sec-WebSocket-Version": "8"},
		"of a connection that stays": {"Connection": "keep-alive"},
	} {
		req := r.request(t, "GET", "/graphql", call{}, "")
		for h, v := range map[string]string{
			"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "graphql-transport-ws",
		} {
			req.Header.Set(h, v)
		}
		for h, v := range change {
			req.Header.Set(h, v)
		}
		resp, err := r.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		shut(resp.Body)
		if resp.StatusCode != 400 || resp.Header.Get("Sec-WebSocket-Version") != "13" {
			t.Errorf("a handshake %s = %d, want 400 and the version", name, resp.StatusCode)
		}
	}
}
