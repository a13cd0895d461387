package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/gql/gqltest"
	"github.com/plenary-dialogue/plenary/internal/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a server on a real listener, with its schema and its log.
type running struct {
	*server.Server
	address string
	schema  *gqltest.Schema
	log     *log
	stop    func() error
	client  *http.Client
}

type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// config is the configuration of these tests: every default, and a log at all levels.
func config(t testing.TB, l io.Writer, schema *gqltest.Schema) server.Config {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
	x, err := gql.New(gql.Config{Schema: schema, Log: logger, Documents: map[string]string{gql.DocumentID("{me{id}}"): "{me{id}}"}})
	if err != nil {
		t.Fatal(err)
	}
	return server.Config{
		Executor: x, Authenticate: authenticate, Log: logger, SDL: []byte(gqltest.SDL()),
		Limits: server.DefaultLimits(), Rates: server.DefaultRates(),
	}
}

func start(t testing.TB, change func(*server.Config)) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return startOn(t, l, change)
}

func startOn(t testing.TB, l net.Listener, change func(*server.Config)) *running {
	t.Helper()
	r := &running{schema: gqltest.New(), log: &log{}}
	cfg := config(t, r.log, r.schema)
	if change != nil {
		change(&cfg)
	}
	s, err := server.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.Server, r.address = s, l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	r.stop = sync.OnceValue(func() error { cancel(); return <-served })
	r.client = &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		r.client.CloseIdleConnections()
		if err := r.stop(); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return r
}

// authenticate reads tokens like "sub=ada&org=acme&life=300ms"; anything else is refused.
func authenticate(ctx context.Context, bearer string, _ *http.Request) (context.Context, server.Session, error) {
	if bearer == "" {
		return gqltest.WithViewer(ctx, ""), server.Session{}, nil
	}
	if bearer == "down" {
		return nil, server.Session{}, fault.New(fault.Unavailable, "no keys")
	}
	v, err := url.ParseQuery(bearer)
	if err != nil || v.Get("sub") == "" {
		return nil, server.Session{}, errors.New("bad token " + bearer)
	}
	s := server.Session{Subject: v.Get("sub"), Organisation: v.Get("org"), Issuer: v.Get("issuer"), Client: v.Get("client")}
	if life := v.Get("life"); life != "" {
		d, err := time.ParseDuration(life)
		if err != nil {
			return nil, server.Session{}, err
		}
		s.Expires = time.Now().Add(d)
	}
	return gqltest.WithViewer(ctx, s.Subject), s, nil
}

// call is one operation that any transport can send.
type call struct {
	query     string
	variables string // JSON
	operation string
	document  string
	token     string
	header    map[string]string
}

func (c call) body() []byte {
	m := map[string]any{}
	if c.query != "" {
		m["query"] = c.query
	}
	if c.operation != "" {
		m["operationName"] = c.operation
	}
	if c.document != "" {
		m["documentId"] = c.document
	}
	if c.variables != "" {
		m["variables"] = json.RawMessage(c.variables)
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

func (c call) url() string {
	v := url.Values{}
	for name, value := range map[string]string{"query": c.query, "operationName": c.operation, "documentId": c.document, "variables": c.variables} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return "/graphql?" + v.Encode()
}

// outcome is the result of a call, in a form that all transports share.
type outcome struct {
	data   string
	codes  []string
	text   string // all that was received, to search for leaks
	status int    // of HTTP
	close  string // of a socket: "4401 Unauthorized"
}

// transports are the ways to send an operation and to read its first answer.
var transports = []struct {
	name string
	send func(*testing.T, *running, call) outcome
}{
	{"POST", func(t *testing.T, r *running, c call) outcome {
		return r.answer(t, r.request(t, "POST", "/graphql", c, "application/json"))
	}},
	{"POST strict", func(t *testing.T, r *running, c call) outcome {
		return r.answer(t, r.request(t, "POST", "/graphql", c, "application/graphql-response+json"))
	}},
	{"GET", func(t *testing.T, r *running, c call) outcome {
		return r.answer(t, r.request(t, "GET", c.url(), c, "application/graphql-response+json"))
	}},
	{"SSE POST", func(t *testing.T, r *running, c call) outcome {
		return r.answer(t, r.request(t, "POST", "/graphql/stream", c, "text/event-stream"))
	}},
	{"SSE GET", func(t *testing.T, r *running, c call) outcome {
		return r.answer(t, r.request(t, "GET", c.url(), c, "text/event-stream"))
	}},
	{"WS", func(t *testing.T, r *running, c call) outcome { return r.overSocket(t, c) }},
}

func (r *running) request(t *testing.T, method, path string, c call, accept string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+r.address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if method == "POST" {
		b := c.body()
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
		req.Header.Set("Content-Type", "application/json")
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	return req
}

func (r *running) do(t *testing.T, req *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := r.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(resp.Body)
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

// answer reads a complete answer, or the first event of a stream.
func (r *running) answer(t *testing.T, req *http.Request) outcome {
	t.Helper()
	resp, err := r.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(resp.Body)
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		for e := range eventsOf(resp.Body) {
			if e.name == "next" {
				return outcomeOf(t, resp.StatusCode, e.data)
			}
		}
		t.Fatal("the stream ended without an event")
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return outcomeOf(t, resp.StatusCode, string(b))
}

func outcomeOf(t *testing.T, status int, text string) outcome {
	t.Helper()
	var body struct {
		Data   json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatalf("%d %q: %v", status, text, err)
	}
	o := outcome{status: status, text: text, data: string(body.Data)}
	for _, err := range body.Errors {
		o.codes = append(o.codes, err.Extensions.Code)
	}
	return o
}

// shut closes what a test no longer needs.
func shut(c io.Closer) { _ = c.Close() }

// event is a server-sent event, or a comment.
type event struct{ name, id, data, comment string }

func eventsOf(body io.Reader) func(yield func(event) bool) {
	return func(yield func(event) bool) {
		var e event
		lines := bufio.NewReaderSize(body, 1<<20)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			line = strings.TrimSuffix(line, "\n")
			field, value, _ := strings.Cut(line, ":")
			value = strings.TrimPrefix(value, " ")
			switch {
			case line == "":
				if !yield(e) {
					return
				}
				e = event{}
			case field == "":
				e.comment = ":" + value
			case field == "event":
				e.name = value
			case field == "id":
				e.id = value
			case field == "data":
				e.data += value
			}
		}
	}
}

// patience bounds every wait; nothing that works comes near it.
const patience = time.Minute

// slowReader waits until a subscription has ended because its reader was too slow.
func (r *running) slowReader(t *testing.T) {
	t.Helper()
	eventually(t, "the reader counts as too slow", func() bool {
		return strings.Contains(metricsOf(t, r), "plenary_slow_readers_total 1\n") && r.schema.Live.Load() == 0
	})
}

// wire is the client's end of a socket.
type wire struct {
	t    *testing.T
	conn *websocket.Conn
}

func (r *running) dial(t *testing.T, header http.Header) (*wire, error) {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws://"+r.address+"/graphql", &websocket.DialOptions{
		HTTPClient: r.client, HTTPHeader: header, Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(32 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &wire{t, conn}, nil
}

// open opens a socket and initiates it, with or without a token.
func (r *running) open(t *testing.T, token string) *wire {
	t.Helper()
	w, err := r.dial(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.initiate(token)
	return w
}

func (w *wire) initiate(token string) {
	w.t.Helper()
	payload := map[string]any{}
	if token != "" {
		payload["Authorization"] = "Bearer " + token
	}
	w.send(map[string]any{"type": "connection_init", "payload": payload})
	if m := w.receive(); m.Type != "connection_ack" {
		w.t.Fatalf("got %+v, want connection_ack", m)
	}
}

func (w *wire) send(v any) {
	w.t.Helper()
	b, ok := v.([]byte)
	if !ok {
		var err error
		if b, err = json.Marshal(v); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := w.conn.Write(w.t.Context(), websocket.MessageText, b); err != nil {
		w.t.Fatal(err)
	}
}

// frame is a message from the server; when the server has closed the socket, only Close is set.
type frame struct {
	ID, Type string
	Payload  json.RawMessage
	Close    string
}

func (w *wire) receive() frame {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	_, b, err := w.conn.Read(ctx)
	if err != nil {
		var closed websocket.CloseError
		if !errors.As(err, &closed) {
			return frame{Close: "broken: " + err.Error()}
		}
		return frame{Close: strings.TrimSpace(fmt.Sprintf("%d %s", closed.Code, closed.Reason))}
	}
	var f frame
	if err := json.Unmarshal(b, &f); err != nil {
		w.t.Fatalf("%s: %v", b, err)
	}
	return f
}

func (w *wire) subscribe(id, query string) {
	w.t.Helper()
	w.send(map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": query}})
}

// pong waits for that many pings and answers them. On an idle socket that takes as many intervals.
func (w *wire) pong(times int) {
	w.t.Helper()
	for range times {
		if f := w.receive(); f.Type != "ping" {
			w.t.Fatalf("got %+v, want ping", f)
		}
		w.send([]byte(`{"type":"pong"}`))
	}
}

// resync reads the rest of the messages, which must end with RESYNC and the cursor of the last event received.
func (w *wire) resync() {
	w.t.Helper()
	for last := ""; ; {
		f := w.receive()
		switch {
		case f.Type == "next":
			_, after, _ := strings.Cut(string(f.Payload), `"cursor":"`)
			last, _, _ = strings.Cut(after, `"`)
		case f.Type == "ping":
		case f.Close != "1013 RESYNC "+last || last == "":
			w.t.Fatalf("got %+v after cursor %q", f, last)
		default:
			return
		}
	}
}

// overSocket sends a call over a new socket and returns its first answer.
func (r *running) overSocket(t *testing.T, c call) outcome {
	t.Helper()
	w, err := r.dial(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	payload := map[string]any{}
	if c.token != "" {
		payload["authorization"] = c.token
	}
	w.send(map[string]any{"type": "connection_init", "payload": payload})
	if f := w.receive(); f.Close != "" {
		return outcome{close: f.Close}
	}
	w.send([]byte(`{"id":"1","type":"subscribe","payload":` + string(c.body()) + `}`))
	f := w.receive()
	defer func() { _ = w.conn.Close(websocket.StatusNormalClosure, "") }()
	switch f.Type {
	case "next":
		return outcomeOf(t, 0, string(f.Payload))
	case "error":
		return outcomeOf(t, 0, `{"errors":`+string(f.Payload)+`}`)
	}
	return outcome{close: f.Close}
}
