package server

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// The single connection mode of the graphql-sse protocol, for browsers that hold few connections to a host: PUT reserves a stream
// and answers with its token, GET opens it, POST runs an operation whose results come over it, and DELETE stops one. The
// reservation is in the memory of this server alone; docs/integrating.md says what that asks of a proxy.

// streamToken is the header that names a reservation. An EventSource, which sets no headers, may give it in the URL when it opens
// the stream.
const streamToken = "X-Graphql-Event-Stream-Token"

// isReserved tells whether a request is of the single connection mode.
func isReserved(r *http.Request) bool {
	switch r.Method {
	case http.MethodPut, http.MethodDelete:
		return true
	case http.MethodGet, http.MethodPost:
		return tokenOfStream(r) != ""
	}
	return false
}

func tokenOfStream(r *http.Request) string {
	if token := r.Header.Get(streamToken); token != "" || r.Method != http.MethodGet {
		return token
	}
	q := r.URL.Query()
	if q.Has("query") || q.Has("documentId") { // an operation on a stream of its own
		return ""
	}
	return q.Get("token")
}

// reservations are by their tokens, which nobody guesses.
type reservations struct {
	mu  sync.Mutex
	all map[string]*reservation
}

func (all *reservations) keep(res *reservation) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.all[res.token] = res
}

func (all *reservations) drop(res *reservation) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.all, res.token)
}

// of gives the reservation with a token, if this is who made it. To everybody else there is none.
func (all *reservations) of(token string, h holder) (*reservation, *refusal) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if res := all.all[token]; res != nil && res.holder == h {
		return res, nil
	}
	return nil, noReservation()
}

func noReservation() *refusal {
	return refuse(http.StatusNotFound, gql.CodeNotFound, "there is no such stream: reserve one with PUT")
}

// holder is who made a reservation: a subject, or a visitor at an address.
type holder struct{ issuer, subject, address string }

func holderOf(v viewer) holder {
	if v.session.Subject == "" {
		return holder{address: v.caller.own.key}
	}
	return holder{issuer: v.session.Issuer, subject: v.session.Subject}
}

// serveReserved serves a request of the single connection mode. Each is authenticated by its own token.
func (s *Server) serveReserved(w http.ResponseWriter, r *http.Request) {
	request := gql.RequestOf(r.Context())
	ctx, cancel := context.WithCancel(gql.WithRequest(context.Background(), &request)) // what is begun outlives the request
	stay := context.AfterFunc(r.Context(), cancel)
	ctx, v, refused := s.authenticate(r.WithContext(ctx))
	lasts := false
	if refused == nil {
		lasts, refused = s.reservedMethod(w, r.WithContext(ctx), begun{ctx, cancel, v})
	}
	if stay(); !lasts {
		cancel()
	}
	if refused != nil {
		s.refuseHTTP(w, r, mediaJSON, refused)
	}
}

// begun is what a request may leave behind: the context of its viewer, until it is cancelled.
type begun struct {
	ctx    context.Context
	cancel context.CancelFunc
	viewer
}

func (s *Server) reservedMethod(w http.ResponseWriter, r *http.Request, b begun) (lasts bool, refused *refusal) {
	if r.Method == http.MethodPost {
		return s.runReserved(w, r, b)
	}
	q, ok := s.firstPoint(b.viewer)
	if !ok {
		s.pause(b.ctx, b.caller)
		return false, tooFast(q)
	}
	writeQuota(w.Header(), q)
	w.Header()["Cache-Control"] = noStore
	switch r.Method {
	case http.MethodPut:
		return s.reserve(w, b)
	case http.MethodGet:
		return s.openReserved(w, r, b)
	default:
		return false, s.stopReserved(w, r, b)
	}
}

// reserve makes a reservation, which takes the place of a stream.
func (s *Server) reserve(w http.ResponseWriter, b begun) (lasts bool, refused *refusal) {
	seat, most := b.caller.seats(s.cfg.Limits.Streams)
	switch {
	case s.stopping.Load():
		return false, refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "the server is shutting down: retry later").later(time.Second)
	case s.lives.count() >= s.cfg.Limits.Connections || !s.streams.take(seat, most):
		return false, refuse(http.StatusTooManyRequests, gql.CodeRateLimited, "too many streams: at most %d may be open", most).later(time.Second)
	}
	res := &reservation{
		server: s, token: rand.Text(), holder: holderOf(b.viewer), begun: b, operations: map[string]*reservedOperation{},
		stream: &stream{server: s, seat: seat},
	}
	res.waiting.one, res.stream.one.one = res, res.stream
	res.stream.link.hold(res.stream, &s.cfg.Limits)
	s.reserved.keep(res)
	due := earliest(s.until(b.session), time.Now().Add(s.cfg.Limits.InitTimeout))
	s.lives.add(&res.waiting, due)
	s.lives.authenticated(b.ctx, &res.waiting, due)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write([]byte(res.token)) // a client that is gone does not open it, and it ends by itself
	return true, nil
}

// openReserved opens the stream of a reservation, once.
func (s *Server) openReserved(w http.ResponseWriter, r *http.Request, b begun) (lasts bool, refused *refusal) {
	res, refused := s.reserved.of(tokenOfStream(r), holderOf(b.viewer))
	if refused != nil {
		return false, refused
	}
	if refused := res.connect(b); refused != nil {
		return false, refused
	}
	conn, first, err := res.stream.takeOver(w, r)
	if err != nil {
		s.streams.leave(res.stream.seat)
		res.release()
		return false, nil // there is nobody to answer
	}
	s.lives.remove(&res.waiting)
	res.cancel()
	res.stream.begin(conn, first, res.release)
	return true, nil
}

// runReserved admits an operation, and answers that its results come over the stream.
func (s *Server) runReserved(w http.ResponseWriter, r *http.Request, b begun) (lasts bool, refused *refusal) {
	res, refused := s.reserved.of(tokenOfStream(r), holderOf(b.viewer))
	if refused != nil {
		s.rates.refuse(b.caller)
		s.pause(b.ctx, b.caller)
		return false, refused
	}
	var o *reservedOperation
	read := func() (decoding, *refusal) {
		decode, refused := s.reader(w, r)()
		return func() (*graphql.RawParams, *refusal) {
			params, refused := decode()
			if refused == nil {
				o, refused = res.admit(b, params)
			}
			return params, refused
		}, refused
	}
	running, refused := s.begin(b.ctx, b.viewer, read, anyKind)
	if refused != nil {
		if o != nil {
			o.halt()
		}
		refused.graphql = false // the protocol knows no answer to a POST but that it was accepted
		return false, refused
	}
	writeQuota(w.Header(), running.quota)
	w.Header()["Cache-Control"] = noStore
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusAccepted)
	if !running.isSubscription() {
		s.answering.Add(1) // a shutdown waits until the answer is queued
	}
	go o.run(running)
	return true, nil
}

// stopReserved stops an operation. One that has already ended is stopped as well.
func (s *Server) stopReserved(w http.ResponseWriter, r *http.Request, b begun) *refusal {
	res, refused := s.reserved.of(tokenOfStream(r), holderOf(b.viewer))
	if refused != nil {
		return refused
	}
	id := r.URL.Query().Get("operationId")
	if id == "" {
		return refuse(http.StatusBadRequest, gql.CodeBadUserInput, "the request has no operationId")
	}
	if o := res.operation(id); o != nil {
		o.halt()
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
	return nil
}

// reservation is a stream that was reserved, and the operations on it. Until somebody opens the stream, their results wait.
type reservation struct {
	begun   // who reserved it
	server  *Server
	token   string
	holder  holder
	stream  *stream
	waiting live // until the stream is open

	mu         sync.Mutex
	opened     bool
	closed     bool
	operations map[string]*reservedOperation
	over       sync.Once
}

// endUnused ends a reservation whose stream nobody has opened.
var endUnused = &ending{reason: "the stream was not opened"}

// wake ends a reservation that was not used in time, or whose token has expired.
func (res *reservation) wake(now time.Time) time.Time {
	res.end(endUnused)
	return now.Add(time.Hour)
}

// end ends the reservation, with its stream if that is open.
func (res *reservation) end(why *ending) {
	res.mu.Lock()
	opened := res.opened
	res.closed = res.closed || !opened
	res.mu.Unlock()
	switch {
	case !opened:
		res.release()
	case why != endUnused:
		res.stream.end(why)
	}
}

// connect gives the stream to the one client that opens it. From then on it ends with that client's token.
func (res *reservation) connect(b begun) *refusal {
	res.mu.Lock()
	defer res.mu.Unlock()
	switch {
	case res.closed:
		return noReservation()
	case res.opened:
		return refuse(http.StatusConflict, gql.CodeBadUserInput, "the stream is open already")
	}
	res.opened = true
	res.stream.ctx, res.stream.cancel, res.stream.session = b.ctx, b.cancel, b.session
	return nil
}

// release ends all that runs on the stream, and forgets the reservation. An open stream leaves its seat when its connection ends.
func (res *reservation) release() {
	res.over.Do(func() {
		res.server.reserved.drop(res)
		res.mu.Lock()
		res.closed = true
		opened := res.opened
		running := make([]*reservedOperation, 0, len(res.operations))
		for _, o := range res.operations {
			running = append(running, o)
		}
		res.mu.Unlock()
		for _, o := range running {
			o.halt()
		}
		res.server.lives.remove(&res.waiting)
		res.cancel()
		if !opened {
			res.stream.link.die()
			res.server.streams.leave(res.stream.seat)
		}
	})
}

// admit registers an operation under the id that the client gave it.
func (res *reservation) admit(b begun, params *graphql.RawParams) (*reservedOperation, *refusal) {
	id, _ := params.Extensions["operationId"].(string)
	if id == "" || len(id) > longestID {
		return nil, refuse(http.StatusBadRequest, gql.CodeBadUserInput, "extensions.operationId must name the operation, in at most %d bytes", longestID)
	}
	res.mu.Lock()
	defer res.mu.Unlock()
	most := res.server.cfg.Limits.Operations
	switch {
	case res.closed:
		return nil, noReservation()
	case res.operations[id] != nil:
		return nil, refuse(http.StatusConflict, gql.CodeBadUserInput, "an operation with this id is running")
	case len(res.operations) >= most:
		return nil, refuse(http.StatusTooManyRequests, gql.CodeRateLimited, "too many operations on this stream: at most %d may run", most)
	}
	o := &reservedOperation{begun: b, of: res, id: id, quoted: gql.JSON(id)}
	o.one.one = o
	res.operations[id] = o
	return o, nil
}

func (res *reservation) operation(id string) *reservedOperation {
	res.mu.Lock()
	defer res.mu.Unlock()
	return res.operations[id]
}
