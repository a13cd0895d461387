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
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/gql/gqltest"
	"github.com/plenary-dialogue/plenary/internal/server"
)

func TestSocketProtocol(t *testing.T) {
	const initiate, subscribe = `{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":{"query":"subscription{wait{value}}"}}`
	for _, tt := range []struct {
		rule string
		talk []string // in turn what the client sends and the type of the answer, or the close code
	}{
		{"a socket is acknowledged", []string{initiate, "connection_ack"}},
		{"a ping is answered", []string{`{"type":"ping"}`, "pong"}},
		{"a pong is accepted", []string{`{"type":"pong"}`, "", initiate, "connection_ack"}},
		{"A82 an operation before initiation closes", []string{subscribe, "4401 Unauthorized"}},
		{"A82 the old protocol's start closes", []string{`{"id":"1","type":"start","payload":{"query":"{me{id}}"}}`, "4400 Invalid message"}},
		{"a second initiation closes", []string{initiate, "connection_ack", initiate, "4429 Too many initialisation requests"}},
		{"an id in use closes", []string{initiate, "connection_ack", subscribe, "next", subscribe, "4409 Subscriber for 1 already exists"}},
		{"a text that is not JSON closes", []string{"x", "4400 Invalid message"}},
		{"a message without a type closes", []string{"{}", "4400 Invalid message"}},
		{"a list closes", []string{"[]", "4400 Invalid message"}},
		{"an unknown type closes", []string{`{"type":"next"}`, "4400 Invalid message"}},
		{"an operation without id closes", []string{initiate, "connection_ack", `{"type":"subscribe","payload":{"query":"{me{id}}"}}`, "4400 Invalid message"}},
		{"an operation with a long id closes", []string{initiate, "connection_ack", `{"id":"` + strings.Repeat("x", 129) + `","type":"subscribe","payload":{"query":"{me{id}}"}}`, "4400 Invalid message"}},
		{"an operation without query closes", []string{initiate, "connection_ack", `{"id":"1","type":"subscribe","payload":{}}`, "4400 Invalid message"}},
		{"a batch closes", []string{initiate, "connection_ack", `{"id":"1","type":"subscribe","payload":[{"query":"{me{id}}"}]}`, "4400 Invalid message"}},
		{"a query is answered and completes", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"{me{id}}"}}`, "next", "", "complete"}},
		{"so is a mutation", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"mutation{rename(name:\"x\"){id}}"}}`, "next", "", "complete"}},
		{"A83 an invalid operation is refused, as over HTTP", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"{mee}"}}`, "error"}},
		{"a subscription that cannot be opened is refused", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"subscription{refused{value}}"}}`, "error"}},
		{"an id may be used again", []string{initiate, "connection_ack", `{"id":"1","type":"subscribe","payload":{"query":"{"}}`, "error", subscribe, "next", `{"id":"1","type":"complete"}`, "", subscribe, "next"}},
		{"completing an operation that does not run does no harm", []string{`{"id":"1","type":"complete"}`, "", initiate, "connection_ack"}},
		{"a token under any case of its name is read", []string{`{"type":"connection_init","payload":{"AUTHORIZATION":"bearer sub=ada"}}`, "connection_ack"}},
		{"a bad token closes", []string{`{"type":"connection_init","payload":{"authorization":"bad"}}`, "4403 Forbidden"}},
		{"a token that is not a string closes", []string{`{"type":"connection_init","payload":{"authorization":{"a":1}}}`, "4403 Forbidden"}},
		{"two tokens close", []string{`{"type":"connection_init","payload":{"authorization":"sub=ada","Authorization":"sub=eve"}}`, "4403 Forbidden"}},
		{"half a surrogate pair is refused, and the socket stays open", []string{initiate, "connection_ack", `{"id":"q","type":"subscribe","payload":{"query":"{a}","variables":{"a":"\ud800"}}}`, "error", subscribe, "next"}},
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
		{"the protocol is accepted", "graphql-transport-ws", nil, 101},
		{"also among others", "graphql-ws, graphql-transport-ws", nil, 101},
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

// revocable adds to a configuration a recheck that refuses ada once revoked is set.
func revocable(c *server.Config, revoked *atomic.Bool) {
	c.Recheck = func(ctx context.Context) error {
		if revoked.Load() && gqltest.ViewerOf(ctx) == "ada" {
			return errors.New("revoked")
		}
		return nil
	}
}

func TestSocketEndsWhenItsSubjectIsRevoked(t *testing.T) {
	var revoked atomic.Bool
	r := start(t, func(c *server.Config) {
		c.Limits.Recheck = 20e6
		revocable(c, &revoked)
	})
	ada, eve := r.open(t, "sub=ada"), r.open(t, "sub=eve")
	ada.subscribe("1", "subscription{wait{value}}")
	ada.receive()
	revoked.Store(true)
	if f := ada.receive(); f.Close != "4403 Forbidden" {
		t.Errorf("got %+v", f)
	}
	eve.subscribe("1", "{me{id}}")
	if f := eve.receive(); f.Type != "next" {
		t.Errorf("another subject's socket got %+v", f)
	}
}

// TestSocketIsRegisteredBeforeItIsAcknowledged: a recheck just before the acknowledgement is written knows the viewer.
func TestSocketIsRegisteredBeforeItIsAcknowledged(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var r *running
	var seated []bool
	var revoked atomic.Bool
	r = startOn(t, &watchedListener{l, func(write int) {
		switch write {
		case 1: // 101 Switching Protocols
			seated = append(seated, strings.Contains(metricsOf(t, r), "plenary_sockets 1\n"))
		case 2: // connection_ack
			revoked.Store(true)
			r.Recheck()
		}
	}}, func(c *server.Config) {
		c.Limits.Recheck = time.Hour // only the call above rechecks
		revocable(c, &revoked)
	})
	ada := r.open(t, "sub=ada")
	if f := ada.receive(); f.Close != "4403 Forbidden" {
		t.Errorf("got %+v", f)
	}
	if len(seated) != 1 || !seated[0] {
		t.Errorf("counted when the upgrade is answered: %v, want true", seated)
	}
}

// watchedListener reports each write to a connection that was taken over, just before it happens.
type watchedListener struct {
	net.Listener
	before func(write int)
}

func (l *watchedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &watchedConn{TCPConn: conn.(*net.TCPConn), before: l.before}, nil
}

type watchedConn struct {
	*net.TCPConn
	before func(write int)
}

func (c *watchedConn) SyscallConn() (syscall.RawConn, error) {
	raw, err := c.TCPConn.SyscallConn()
	return &watchedRaw{RawConn: raw, before: c.before}, err
}

type watchedRaw struct {
	syscall.RawConn
	before func(write int)
	writes int
}

func (w *watchedRaw) Write(f func(uintptr) bool) error {
	w.writes++
	w.before(w.writes)
	return w.RawConn.Write(f)
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
	for range 3 { // counted for their address, because none is authenticated
		if _, err := r.dial(t, nil); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "they are counted", func() bool { return strings.Contains(metricsOf(t, r), "plenary_sockets 7\n") })
	if w, err = r.dial(t, nil); err != nil {
		t.Fatal(err)
	}
	if f := w.receive(); f.Close != "4429 Too many connections" {
		t.Errorf("got %+v", f)
	}
	one.subscribe("1", "{me{id}}")
	if f := one.receive(); f.Type != "next" {
		t.Errorf("a socket that was open before got %+v", f)
	}
}

func TestAllConnectionsTogetherAreBounded(t *testing.T) {
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

// TestSlowReaders: a reader that falls behind gets the cursor to resume from.
func TestSlowReaders(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Patience = 50e6 })
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{flood{value cursor text}}")
	r.slowReader(t)
	w.resync()
}

// TestTheCloseFrameHasItsOwnTime: a reader that starts to read after Limits.Patience still gets the close
// frame, however long the write before it has waited.
func TestTheCloseFrameHasItsOwnTime(t *testing.T) {
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

// TestAStuckReaderIsClosed: the server closes a reader that takes nothing, even if its queue never fills.
func TestAStuckReaderIsClosed(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *server.Config) { c.Limits.Patience, c.Limits.Write = time.Hour, time.Second })
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{flood{value cursor text}}")
	eventually(t, "the reader counts as too slow", func() bool {
		return strings.Contains(metricsOf(t, r), "plenary_slow_readers_total 1\n")
	})
	w.resync()
}

// TestAPingAfterEventsMayWait: a slow reader cannot answer a ping that is queued after events.
func TestAPingAfterEventsMayWait(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *server.Config) { c.Limits.Ping = 500 * time.Millisecond })
	clock := r.open(t, "")
	w := r.open(t, "sub=ada")
	w.subscribe("1", "subscription{flood{value cursor text}}")
	eventually(t, "the subscription opens", func() bool { return r.schema.Live.Load() == 1 })
	clock.pong(4)
	if live := r.schema.Live.Load(); live != 1 {
		t.Fatalf("%d subscriptions are open", live)
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

// TestFastSourcesWait: a client that resumes from far back reads more slowly than a database, and is not disconnected for it.
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

// TestIdleConnectionsHoldOneGoroutine: an idle connection holds only the goroutine that reads.
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

// TestEarlyMessagesAreRead: a client need not wait for the answer to its handshake.
func TestEarlyMessagesAreRead(t *testing.T) {
	r := start(t, nil)
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(conn)
	// Three messages follow the handshake at once: more than the buffer of a socket holds.
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

// TestHandshakes: only a handshake of version 13 opens a socket.
func TestHandshakes(t *testing.T) {
	r := start(t, nil)
	for name, change := range map[string]map[string]string{
		"without a key": {"Sec-WebSocket-Key": ""}, "with a short key": {"Sec-WebSocket-Key": "c2hvcnQ="}, "of version 8": {"Sec-WebSocket-Version": "8"},
		"without Connection: upgrade": {"Connection": "keep-alive"},
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
