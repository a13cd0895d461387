package story_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// call is one operation that any transport can send.
type call struct {
	query     string
	variables map[string]any
	raw       string // the whole body, instead of query and variables
	token     string
	header    http.Header
}

func (c call) body() []byte {
	if c.raw != "" {
		return []byte(c.raw)
	}
	m := map[string]any{"query": c.query}
	if c.variables != nil {
		m["variables"] = c.variables
	}
	return must(json.Marshal(m))
}

func (c call) values() string {
	v := url.Values{"query": {c.query}}
	if c.variables != nil {
		v.Set("variables", string(must(json.Marshal(c.variables))))
	}
	return v.Encode()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// answer is the result of a call.
type answer struct {
	data    data
	codes   []string // of errors, in order
	message string   // of the first error
	text    string   // all that was received
	status  int      // of HTTP
	header  http.Header
	closed  string // of a socket, such as "4403 Forbidden"
}

// refused reports whether the operation failed: it has errors and no data.
func (a answer) refused() bool { return len(a.codes) > 0 && a.data.isNull() }

// code is the code of the first error, or of the first expected failure; empty when there is none.
func (a answer) code() string {
	if len(a.codes) > 0 {
		return a.codes[0]
	}
	for _, e := range userErrors(a.data.v) {
		return data{e}.at("code").text()
	}
	return ""
}

// userErrors finds the expected failures in an answer, at any depth.
func userErrors(v any) []any {
	var all []any
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			all = append(all, userErrors(e)...)
		}
	case map[string]any:
		for name, e := range v {
			if list, ok := e.([]any); ok && name == "userErrors" {
				all = append(all, list...)
				continue
			}
			all = append(all, userErrors(e)...)
		}
	}
	return all
}

// transports are the ways to send an operation. Each gives the first answer.
var transports = []struct {
	name string
	send func(*world, call) answer
}{
	{"POST", (*world).post},
	{"GET", (*world).get},
	{"SSE", (*world).stream},
	{"WS", (*world).overSocket},
}

func (w *world) post(c call) answer {
	w.t.Helper()
	return w.exchange(w.request("POST", "/graphql", c, "application/json"))
}

func (w *world) get(c call) answer {
	w.t.Helper()
	return w.exchange(w.request("GET", "/graphql?"+c.values(), c, "application/graphql-response+json"))
}

func (w *world) stream(c call) answer {
	w.t.Helper()
	return w.exchange(w.request("POST", "/graphql/stream", c, "text/event-stream"))
}

func (w *world) request(method, path string, c call, accept string) *http.Request {
	w.t.Helper()
	var body io.Reader
	if method == "POST" {
		body = bytes.NewReader(c.body())
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	w.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, method, w.url+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/json")
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	return req
}

// patience bounds every wait of these tests; a working server is much faster.
const patience = 30 * time.Second

// exchange gives a complete answer, or the first event of a stream.
func (w *world) exchange(req *http.Request) answer {
	w.t.Helper()
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		for e := range eventsOf(resp.Body) {
			if e.name == "next" {
				return w.received(resp.StatusCode, resp.Header, e.data)
			}
		}
		w.t.Fatal("the stream ended without an event")
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.received(resp.StatusCode, resp.Header, string(b))
}

// received reads an answer, and checks every answer for what it must never reveal.
func (w *world) received(status int, header http.Header, text string) answer {
	w.t.Helper()
	a := answer{status: status, header: header, text: text}
	if text == "" {
		return a
	}
	var body struct {
		Data   any
		Errors []wireError
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&body); err != nil {
		w.t.Fatalf("%d %q: %v", status, text, err)
	}
	a.data = data{body.Data}
	for i, e := range body.Errors {
		if i == 0 {
			a.message = e.Message
		}
		a.codes = append(a.codes, e.Extensions.Code)
	}
	w.checkRevealsNothing(text, body.Errors, userErrors(body.Data))
	w.checkNoneIsNull("data", body.Data)
	return a
}

// checkNoneIsNull: where there is nothing, an answer says null. An empty string would be a second way to say so.
func (w *world) checkNoneIsNull(at string, v any) {
	switch v := v.(type) {
	case string:
		if v == "" {
			w.t.Errorf("%s is an empty string, want null: let the field be optional.Text, or nullable in the SDL", at)
		}
	case []any:
		for i, e := range v {
			w.checkNoneIsNull(fmt.Sprintf("%s.%d", at, i), e)
		}
	case map[string]any:
		for name, e := range v {
			w.checkNoneIsNull(at+"."+name, e)
		}
	}
}

type wireError struct {
	Message    string
	Path       []any
	Extensions struct{ Code, Field, RequestID string }
}

// event is one server-sent event.
type event struct{ name, id, data string }

func eventsOf(body io.Reader) func(yield func(event) bool) { return eventsIn(bufio.NewReader(body)) }

func eventsIn(lines *bufio.Reader) func(yield func(event) bool) {
	return func(yield func(event) bool) {
		var e event
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
			value = strings.TrimPrefix(value, " ")
			switch {
			case line == "\n":
				if e != (event{}) && !yield(e) {
					return
				}
				e = event{}
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

// socket is the client's end of a WebSocket.
type socket struct {
	w    *world
	conn *websocket.Conn
}

// frame is a message from the server; when the socket is closed, only closed is set.
type frame struct {
	ID, Type string
	Payload  json.RawMessage
	closed   string
}

func (w *world) dial(header http.Header) (*socket, *http.Response, error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(w.url, "http")+"/graphql", &websocket.DialOptions{
		HTTPClient: w.client, HTTPHeader: header, Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		return nil, resp, err
	}
	conn.SetReadLimit(32 << 20)
	w.t.Cleanup(func() { _ = conn.CloseNow() })
	return &socket{w, conn}, resp, nil
}

// socket opens a socket for a token and waits until it is acknowledged or closed.
func (w *world) socket(token string, header http.Header) (*socket, frame) {
	w.t.Helper()
	s, _, err := w.dial(header)
	if err != nil {
		w.t.Fatal(err)
	}
	payload := map[string]any{}
	if token != "" {
		payload["Authorization"] = "Bearer " + token
	}
	s.write(map[string]any{"type": "connection_init", "payload": payload})
	return s, s.read()
}

func (s *socket) write(v any) {
	s.w.t.Helper()
	if err := s.tryWrite(v); err != nil {
		s.w.t.Fatal(err)
	}
}

func (s *socket) tryWrite(v any) error {
	b, ok := v.([]byte)
	if !ok {
		b = must(json.Marshal(v))
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, b)
}

func (s *socket) read() frame {
	s.w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		_, b, err := s.conn.Read(ctx)
		if err != nil {
			var closed websocket.CloseError
			if errors.As(err, &closed) {
				return frame{closed: strings.TrimSpace(fmt.Sprintf("%d %s", closed.Code, closed.Reason))}
			}
			return frame{closed: "broken: " + err.Error()}
		}
		var f frame
		if err := json.Unmarshal(b, &f); err != nil {
			s.w.t.Fatalf("%s: %v", b, err)
		}
		if f.Type == "ping" {
			s.write(map[string]any{"type": "pong"})
			continue
		}
		return f
	}
}

func (s *socket) start(id string, c call) error {
	return s.tryWrite([]byte(`{"id":` + string(must(json.Marshal(id))) + `,"type":"subscribe","payload":` + string(c.body()) + `}`))
}

// run sends an operation and gives its first answer.
func (s *socket) run(c call) answer {
	s.w.t.Helper()
	if err := s.start("1", c); err != nil { // the server has already closed it
		return answer{closed: "broken: " + err.Error()}
	}
	f := s.read()
	switch f.Type {
	case "next":
		a := s.w.received(0, nil, string(f.Payload))
		if end := s.read(); end.Type != "complete" {
			s.w.t.Fatalf("got %+v, want complete", end)
		}
		return a
	case "error":
		return s.w.received(0, nil, `{"errors":`+string(f.Payload)+`}`)
	}
	return answer{closed: f.closed}
}

// overSocket sends a call over a new socket.
func (w *world) overSocket(c call) answer {
	w.t.Helper()
	s, f := w.socket(c.token, c.header)
	if f.closed != "" {
		return answer{closed: f.closed}
	}
	defer func() { _ = s.conn.Close(websocket.StatusNormalClosure, "") }()
	return s.run(c)
}
