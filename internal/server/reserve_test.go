package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// reserved is a stream of the single connection mode as its client knows it.
type reserved struct {
	r      *running
	t      *testing.T
	token  string // of the stream
	bearer string
	events chan event // until the stream ends
	close  func()
}

func (r *running) reserve(t *testing.T, bearer string) *reserved {
	t.Helper()
	resp, token := r.do(t, r.request(t, "PUT", "/graphql/stream", call{token: bearer}, ""))
	if resp.StatusCode != http.StatusCreated || len(token) < 26 {
		t.Fatalf("PUT = %d %q, want 201 and a token that nobody guesses", resp.StatusCode, token)
	}
	return &reserved{r: r, t: t, token: token, bearer: bearer}
}

func (s *reserved) request(method, query string, c call) *http.Request {
	s.t.Helper()
	if c.token == "" {
		c.token = s.bearer
	}
	req := s.r.request(s.t, method, "/graphql/stream"+query, c, "")
	req.Header.Set("X-GraphQL-Event-Stream-Token", s.token)
	return req
}

func (s *reserved) status(method, query string) int {
	s.t.Helper()
	resp, _ := s.r.do(s.t, s.request(method, query, call{}))
	return resp.StatusCode
}

// open opens the stream.
func (s *reserved) open() *reserved {
	s.t.Helper()
	resp, err := s.r.client.Do(s.request("GET", "", call{}))
	if err != nil {
		s.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		s.t.Fatalf("GET = %d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	s.events = make(chan event, 100)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(s.events)
		for e := range eventsOf(resp.Body) {
			if e.comment == "" {
				s.events <- e
			}
		}
	}()
	s.close = func() { shut(resp.Body); <-ended }
	s.t.Cleanup(s.close)
	return s
}

// next is the next event of the stream.
func (s *reserved) next() string {
	s.t.Helper()
	select {
	case e, ok := <-s.events:
		if !ok {
			return "the end"
		}
		return strings.TrimSpace(e.name + " " + e.data)
	case <-time.After(patience):
		s.t.Fatal("no event comes")
		return ""
	}
}

// run sends an operation, and gives the status of the answer.
func (s *reserved) run(id, query string) int {
	s.t.Helper()
	resp, _ := s.r.do(s.t, s.operation(id, query, ""))
	return resp.StatusCode
}

func (s *reserved) operation(id, query, bearer string) *http.Request {
	s.t.Helper()
	req := s.request("POST", "", call{query: query, token: bearer})
	body, err := json.Marshal(map[string]any{"query": query, "extensions": map[string]any{"operationId": id}})
	if err != nil {
		s.t.Fatal(err)
	}
	req.Body, req.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
	return req
}

func (s *reserved) wants(events ...string) {
	s.t.Helper()
	for _, want := range events {
		if got := s.next(); got != want {
			s.t.Errorf("event = %s\nwant %s", got, want)
		}
	}
}

func TestAReservedStreamCarriesManyOperations(t *testing.T) {
	r := start(t, nil)
	s := r.reserve(t, "sub=ada").open()
	if status := s.run("a", "subscription{count(to:2){value viewer{subject}}}"); status != http.StatusAccepted {
		t.Errorf("POST = %d, want 202", status)
	}
	s.wants(
		`next {"id":"a","payload":{"data":{"count":{"value":1,"viewer":{"subject":"ada"}}}}}`,
		`next {"id":"a","payload":{"data":{"count":{"value":2,"viewer":{"subject":"ada"}}}}}`,
		`complete {"id":"a"}`,
	)
	s.run("a", "{me{id}}") // an id is free again when its operation is complete
	if got := s.next(); !strings.HasPrefix(got, `next {"id":"a","payload":{"data":{"me":`) {
		t.Errorf("the answer to a query = %s", got)
	}
	s.wants(`complete {"id":"a"}`)
	s.run("b", "subscription{refused{value}}")
	if got := s.next(); !strings.HasPrefix(got, `next {"id":"b","payload":{"errors":`) {
		t.Errorf("a subscription that is refused = %s", got)
	}
	s.wants(`complete {"id":"b"}`)
}

func TestResultsWaitUntilAReservedStreamIsOpen(t *testing.T) {
	r := start(t, nil)
	s := r.reserve(t, "")
	s.run("early", "subscription{count(to:1){value}}")
	s.open().wants(`next {"id":"early","payload":{"data":{"count":{"value":1}}}}`, `complete {"id":"early"}`)
}

func TestAnEventSourceOpensAReservedStreamByItsURL(t *testing.T) {
	r := start(t, nil)
	s := r.reserve(t, "")
	resp, err := r.client.Do(r.request(t, "GET", "/graphql/stream?token="+s.token, call{}, "text/event-stream"))
	if err != nil {
		t.Fatal(err)
	}
	defer shut(resp.Body)
	if resp.StatusCode != http.StatusOK {
		t.Errorf("GET = %d, want 200", resp.StatusCode)
	}
}

func TestAnOperationOnAReservedStreamIsStopped(t *testing.T) {
	r := start(t, nil)
	s := r.reserve(t, "sub=ada").open()
	s.run("a", "subscription{wait{value}}")
	s.next()
	eventually(t, "it is open", func() bool { return r.schema.Live.Load() == 1 })
	for range 2 { // once more does no harm
		if status := s.status("DELETE", "?operationId=a"); status != http.StatusOK {
			t.Errorf("DELETE = %d, want 200", status)
		}
	}
	eventually(t, "the source is told", func() bool { return r.schema.Live.Load() == 0 })
	s.run("a", "subscription{count(to:1){value}}") // and the stream goes on without a word about it
	s.wants(`next {"id":"a","payload":{"data":{"count":{"value":1}}}}`, `complete {"id":"a"}`)
}

func TestAReservedStreamIsItsHoldersAlone(t *testing.T) {
	r := start(t, nil)
	mine := r.reserve(t, "sub=ada").open()
	visitors := r.reserve(t, "").open()
	for _, row := range []struct {
		rule   string
		stream *reserved
		bearer string
		want   int
	}{
		{"its subject, by a newer token", mine, "sub=ada&life=1h", http.StatusAccepted},
		{"another subject", mine, "sub=eve", http.StatusNotFound},
		{"the same subject of another issuer", mine, "sub=ada&issuer=elsewhere", http.StatusNotFound},
		{"a member, for a visitor's", visitors, "sub=ada", http.StatusNotFound},
		{"a bad token", mine, "bad", http.StatusUnauthorized},
	} {
		t.Run(row.rule, func(t *testing.T) {
			s := *row.stream
			s.t, s.bearer = t, row.bearer
			if got := s.run("x", "{me{id}}"); got != row.want {
				t.Errorf("POST = %d, want %d", got, row.want)
			}
			for _, method := range []string{"GET", "DELETE"} {
				want := row.want
				if want == http.StatusAccepted {
					want = map[string]int{"GET": http.StatusConflict, "DELETE": http.StatusOK}[method]
				}
				if got := s.status(method, "?operationId=x"); got != want {
					t.Errorf("%s = %d, want %d", method, got, want)
				}
			}
		})
	}
	unknown := *mine
	unknown.token = strings.Repeat("A", 26)
	if got := unknown.run("x", "{me{id}}"); got != http.StatusNotFound {
		t.Errorf("POST with a token that nobody has = %d, want 404 as for another's", got)
	}
	if got := (&reserved{r: r, t: t, token: mine.token}).run("x", "{me{id}}"); got != http.StatusNotFound {
		t.Errorf("POST of a visitor = %d, want 404", got)
	}
}

func TestWrongRequestsOfTheSingleConnectionMode(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Operations = 1 })
	s := r.reserve(t, "sub=ada").open()
	s.run("a", "subscription{wait{value}}")
	s.next()
	for _, row := range []struct {
		rule string
		got  int
		want int
	}{
		{"an operation without an id", s.run("", "{me{id}}"), http.StatusBadRequest},
		{"an id of a kilobyte", s.run(strings.Repeat("x", 1024), "{me{id}}"), http.StatusBadRequest},
		{"an id in use", s.run("a", "{me{id}}"), http.StatusConflict},
		{"more operations than a stream carries", s.run("b", "{me{id}}"), http.StatusTooManyRequests},
		{"a stream that is open", s.status("GET", ""), http.StatusConflict},
		{"stopping nothing", s.status("DELETE", ""), http.StatusBadRequest},
		{"a method that nobody has", s.status("PATCH", ""), http.StatusMethodNotAllowed},
	} {
		if row.got != row.want {
			t.Errorf("%s = %d, want %d", row.rule, row.got, row.want)
		}
	}
	s.status("DELETE", "?operationId=a")
	eventually(t, "its id is free", func() bool { return s.run("c", "{nothing}") == http.StatusBadRequest })
	if got := s.run("c", "{me{id}}"); got != http.StatusAccepted {
		t.Errorf("an id after a document that was not valid = %d, want 202", got)
	}
}

// A reservation takes the place of a stream, and gives it back when nobody opens it.
func TestReservationsAreBoundedAndEndUnused(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Streams, c.Limits.InitTimeout = 2, time.Hour })
	reserve := func(bearer string) int {
		resp, _ := r.do(t, r.request(t, "PUT", "/graphql/stream", call{token: bearer}, ""))
		return resp.StatusCode
	}
	first := r.reserve(t, "sub=ada").open()
	r.reserve(t, "sub=ada")
	if got := reserve("sub=ada"); got != http.StatusTooManyRequests {
		t.Errorf("a third reservation = %d, want 429", got)
	}
	if got := reserve("sub=eve"); got != http.StatusCreated {
		t.Errorf("another subject's = %d, want 201", got)
	}
	o := r.answer(t, r.request(t, "POST", "/graphql/stream", call{query: "subscription{wait{value}}", token: "sub=ada"}, ""))
	if diff := cmp.Diff([]string{gql.CodeRateLimited}, o.codes); diff != "" {
		t.Errorf("a stream of its own beside them (-want +got):\n%s", diff)
	}
	first.close()
	eventually(t, "the place is free again", func() bool { return reserve("sub=ada") == http.StatusCreated })
}

func TestAReservationThatNobodyOpensEnds(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Streams, c.Limits.InitTimeout = 1, 50*time.Millisecond })
	unused := r.reserve(t, "sub=ada")
	unused.run("a", "subscription{wait{value}}")
	var second *reserved
	eventually(t, "its place is free", func() bool {
		resp, token := r.do(t, r.request(t, "PUT", "/graphql/stream", call{token: "sub=ada"}, ""))
		second = &reserved{r: r, t: t, token: token, bearer: "sub=ada"}
		return resp.StatusCode == http.StatusCreated
	})
	if got := unused.status("GET", ""); got != http.StatusNotFound {
		t.Errorf("GET after it ended = %d, want 404", got)
	}
	eventually(t, "what ran on it has ended", func() bool { return r.schema.Live.Load() == 0 })
	_ = second
}

func TestAReservedStreamEndsWithItsConnection(t *testing.T) {
	r := start(t, nil)
	s := r.reserve(t, "sub=ada").open()
	s.run("a", "subscription{wait{value}}")
	s.next()
	s.close()
	eventually(t, "its operations have ended", func() bool { return r.schema.Live.Load() == 0 })
	eventually(t, "it is forgotten", func() bool { return s.run("b", "{me{id}}") == http.StatusNotFound })
}

// Each operation ends with the token with which it was sent, and the stream with that of who opened it.
func TestAReservedStreamEndsWithItsTokens(t *testing.T) { // A85
	t.Parallel()
	r := start(t, nil)
	s := r.reserve(t, "sub=ada").open()
	resp, _ := r.do(t, s.operation("short", "subscription{wait{value}}", "sub=ada&life=2s"))
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("POST = %d", resp.StatusCode)
	}
	s.next()
	if got := s.next(); !strings.HasPrefix(got, `next {"id":"short","payload":{"errors":`) || !strings.Contains(got, gql.CodeUnauthenticated) {
		t.Errorf("an operation whose token expires = %s", got)
	}
	s.wants(`complete {"id":"short"}`)
	if got := s.run("long", "{me{id}}"); got != http.StatusAccepted {
		t.Errorf("the stream afterwards = %d, want it to go on", got)
	}
	brief := r.reserve(t, "sub=bob&life=2s").open()
	for brief.next() != "the end" {
	}
	eventually(t, "it is forgotten", func() bool {
		brief.bearer = "sub=bob"
		return brief.run("a", "{me{id}}") == http.StatusNotFound
	})
}

func TestAReservedStreamEndsWhenItsSubjectIsRevoked(t *testing.T) {
	var revoked atomic.Bool
	r := start(t, func(c *server.Config) { revocable(c, &revoked) })
	s, waiting := r.reserve(t, "sub=ada").open(), r.reserve(t, "sub=ada")
	s.run("a", "subscription{wait{value}}")
	s.next()
	r.Recheck() // does nothing before the revocation
	revoked.Store(true)
	r.Recheck()
	var told []string
	for e := s.next(); e != "the end"; e = s.next() {
		told = append(told, fmt.Sprint(strings.Contains(e, gql.CodeForbidden)))
	}
	if !strings.Contains(strings.Join(told, " "), "true") {
		t.Errorf("the client is told %v, want FORBIDDEN", told)
	}
	eventually(t, "the source is told", func() bool { return r.schema.Live.Load() == 0 })
	if got := waiting.status("GET", ""); got == http.StatusOK {
		t.Errorf("opening a reservation of a subject that was revoked = %d", got)
	}
}

func TestAReservedStreamEndsWithTheServer(t *testing.T) {
	r := start(t, nil)
	s, waiting := r.reserve(t, "sub=ada").open(), r.reserve(t, "sub=ada")
	s.run("a", "subscription{wait{value}}")
	s.next()
	waiting.run("b", "subscription{wait{value}}")
	eventually(t, "both are open", func() bool { return r.schema.Live.Load() == 2 })
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	s.wants("the end") // without "complete": the client reconnects
	eventually(t, "their sources end", func() bool { return r.schema.Live.Load() == 0 })
}
