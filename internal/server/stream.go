package server

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// serveStream serves one operation as server-sent events, in the distinct connections mode of the graphql-sse protocol: an
// event "next" for each answer and "complete" at the end. The id of an event is its cursor, so an EventSource resumes by itself.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	// The context of a subscription outlives that of the request, which ends when the stream takes over the connection.
	request := gql.RequestOf(r.Context())
	ctx, cancel := context.WithCancel(gql.WithRequest(context.Background(), &request))
	stay := context.AfterFunc(r.Context(), cancel)
	lasts := false
	defer func() {
		if !lasts {
			cancel()
		}
	}()
	ctx, v, refused := s.authenticate(r.WithContext(ctx))
	if refused != nil {
		s.refuseHTTP(w, r, mediaStream, refused)
		return
	}
	o, refused := s.begin(ctx, v, s.reader(w, r), func(kind ast.Operation) *refusal { return readOnly(r.Method, kind) })
	switch {
	case refused != nil && refused.graphql:
		s.streamRefusal(w, r, refused) // an EventSource hides any other response from its page
		return
	case refused != nil:
		s.refuseHTTP(w, r, mediaStream, refused)
		return
	}
	defer o.leave()
	writeQuota(w.Header(), o.quota)
	if !o.isSubscription() {
		b := openStream(w)
		resp := o.answer()
		s.endKeepAlive(w.Header())
		b = appendComplete(appendNext(b, "", gql.AppendResponse(nil, resp, o.cost())))
		_, _ = w.Write(b) // an error means that the client is gone
		s.logAnswer(ctx, "sse", o, resp)
		return
	}
	stay()
	t := &stream{server: s, ctx: ctx, cancel: cancel, session: v.session}
	lasts = t.open(w, r, o)
}

// openStream sets the headers of a stream and returns its first bytes.
func openStream(w http.ResponseWriter) []byte {
	h := w.Header()
	h.Set("Content-Type", mediaTypes[mediaStream].header)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies that buffer would delay events
	return []byte(beat)
}

// beat is a heartbeat: it keeps the connection open, and shows when the client is gone.
const beat = ":\n\n"

func appendNext(b []byte, id string, answer []byte) []byte {
	b = append(b, "event: next\n"...)
	if id != "" && !strings.ContainsAny(id, "\r\n\x00") {
		b = append(append(append(b, "id: "...), id...), '\n')
	}
	b = append(b, "data: "...)
	from := len(b)
	b = append(b, answer...)
	oneLine(b[from:])
	return append(b, "\n\n"...)
}

// oneLine replaces the line breaks of JSON, which are only between tokens: a line break would end the data of the event.
func oneLine(b []byte) {
	for i := bytes.IndexAny(b, "\r\n"); i >= 0; i = bytes.IndexAny(b, "\r\n") {
		b[i] = ' '
		b = b[i+1:]
	}
}

func appendComplete(b []byte) []byte { return append(b, "event: complete\ndata:\n\n"...) }

// appendErrors ends a stream with errors.
func (s *Server) appendErrors(ctx context.Context, b []byte, errs ...*gqlerror.Error) []byte {
	resp := s.cfg.Executor.DispatchError(ctx, errs)
	return appendComplete(appendNext(b, "", gql.AppendResponse(nil, resp, nil)))
}

func (s *Server) streamRefusal(w http.ResponseWriter, r *http.Request, refused *refusal) {
	if refused.quota != nil {
		writeQuota(w.Header(), *refused.quota)
	}
	s.metrics.refused(refused)
	_, _ = w.Write(s.appendErrors(r.Context(), openStream(w), refused.errors...))
	s.logRefusal(r.Context(), "sse", refused)
}

// stream is a subscription over server-sent events, and the sink of its events. It has taken over its connection from
// net/http. Like a socket it holds one goroutine, which waits until the client disconnects.
type stream struct {
	server  *Server
	link    link
	one     live
	cancel  context.CancelFunc
	ctx     context.Context // of the viewer; ends with the stream
	seat    string
	session Session
	until   time.Time
	chunked bool // false for HTTP/1.0, which has no chunks: the stream ends with the connection
	small   [16]byte

	mu   sync.Mutex
	why  *ending // why it ends; nil while it goes on
	last []byte  // the last bytes that it writes
	stop func()
}

// open opens the subscription and then the stream, so that a client that sees the stream open misses no event. It reports
// whether the stream stays open.
func (t *stream) open(w http.ResponseWriter, r *http.Request, o *operation) bool {
	s := t.server
	seat, most := o.caller.seats(s.cfg.Limits.Streams)
	if s.lives.count() >= s.cfg.Limits.Connections || !s.streams.take(seat, most) {
		s.rates.refund(o.caller, gql.CostOf(o.op).Requested)
		refused := gql.Refuse(gql.CodeRateLimited, "too many streams: at most %d may be open", most)
		_, _ = w.Write(s.appendErrors(t.ctx, openStream(w), refused))
		return false
	}
	t.seat, t.one.one = seat, t
	t.link.hold(t, &s.cfg.Limits)
	stop, refused := o.subscribe(t.ctx, t)
	if refused != nil {
		s.streams.leave(t.seat)
		_, _ = w.Write(appendComplete(appendNext(openStream(w), "", gql.AppendResponse(nil, refused, nil))))
		return false
	}
	conn, first, err := t.takeOver(w, r)
	if err != nil {
		stop()
		s.streams.leave(t.seat)
		return false
	}
	t.begin(conn, first, stop)
	return true
}

// takeOver takes the connection from net/http, and gives the first bytes of the stream.
func (t *stream) takeOver(w http.ResponseWriter, r *http.Request) (conn net.Conn, first []byte, err error) {
	beat := openStream(w)
	w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
	w.Header().Set("Connection", "close")
	if t.chunked = r.ProtoAtLeast(1, 1); t.chunked {
		w.Header().Set("Transfer-Encoding", "chunked")
	}
	conn, head, _, err := takeOver(w, "200 OK")
	if err != nil {
		return nil, nil, err
	}
	return conn, t.chunk(head, beat), nil
}

func (t *stream) begin(conn net.Conn, head []byte, stop func()) {
	s := t.server
	t.link.conn = conn
	t.until = s.until(t.session)
	s.lives.add(&t.one, time.Now().Add(s.cfg.Limits.Heartbeat))
	s.lives.authenticated(t.ctx, &t.one, earliest(t.until, time.Now().Add(s.cfg.Limits.Heartbeat)))
	t.mu.Lock()
	over := t.why != nil
	t.stop = stop
	t.mu.Unlock()
	if over { // its events have already ended
		stop()
	}
	t.link.open(head)
	go t.serve()
	if s.stopping.Load() { // a shutdown may have ended the streams before this one was registered
		t.end(endRestart)
	}
}

// serve waits until the client disconnects, and drops what it sends.
func (t *stream) serve() {
	for {
		if _, err := t.link.conn.Read(t.small[:]); err != nil {
			break
		}
	}
	t.end(endPeerGone) // unless it is ending for another reason
	t.link.die()
	_ = t.link.conn.Close()
	t.server.streams.leave(t.seat)
	t.server.lives.remove(&t.one)
}

// wake sends a heartbeat, and ends a stream whose token has expired.
func (t *stream) wake(now time.Time) time.Time {
	if !now.Before(t.until) {
		t.end(endExpired)
		return now.Add(time.Hour)
	}
	if t.link.offer(message{text: t.chunk(nil, []byte(beat)), raw: true}) {
		t.link.flush()
	}
	return earliest(t.until, now.Add(t.server.cfg.Limits.Heartbeat))
}

// end ends the stream. For a restart it sends no "complete", so that the client reconnects and resumes after its last id. For
// an expired token it does, because reconnecting would not help.
func (t *stream) end(why *ending) {
	var last []byte
	if why.code != "" {
		last = t.server.appendErrors(t.ctx, nil, gql.Refuse(why.code, "%s", why.reason))
	}
	t.finish(why, last, why == endRestart)
}

func (t *stream) finish(why *ending, last []byte, flush bool) {
	t.mu.Lock()
	if t.why != nil {
		t.mu.Unlock()
		return
	}
	t.why, t.last = why, last
	t.server.metrics.ended(why)
	stop := t.stop
	t.mu.Unlock()
	t.cancel()
	if stop != nil {
		stop()
	}
	if why == endPeerGone {
		t.link.die()
		if t.link.conn != nil {
			_ = t.link.conn.Close()
		}
		return
	}
	t.link.finish(flush)
}

// endComplete is the normal end of a subscription.
var endComplete = &ending{reason: "complete"}

// Offer, Flush, Put, Close and Fail implement gql.Sink.
func (t *stream) Offer(text []byte, cursor string) bool {
	return t.link.offer(message{text: text, event: true, cursor: cursor})
}

// Flush sends what is queued.
func (t *stream) Flush() { t.link.flush() }

// Put waits for room, and ends the stream if its reader is too slow.
func (t *stream) Put(ctx context.Context, text []byte, cursor string) error {
	err := t.link.put(ctx, message{text: text, event: true, cursor: cursor})
	if errors.Is(err, errTooSlow) {
		t.end(tooSlow(nil))
	}
	return err
}

// Close ends the stream normally.
func (t *stream) Close() { t.finish(endComplete, appendComplete(nil), true) }

// Fail ends the stream with an error.
func (t *stream) Fail(err error) {
	shown := gql.Present(t.ctx, err)
	t.end(&ending{code: gql.CodeOf(shown), reason: shown.Message})
}

// chunk appends text as a chunk of its own, or as it is if the stream has no chunks.
func (t *stream) chunk(b, text []byte) []byte {
	if !t.chunked {
		return append(b, text...)
	}
	from := len(b)
	b = append(append(b, chunkHead...), text...)
	return t.close(b, from)
}

const chunkHead = "00000000\r\n"

// close writes the length of the chunk that begins at from. The length may have leading zeros.
func (t *stream) close(b []byte, from int) []byte {
	const digits = "0123456789abcdef"
	n := len(b) - from - len(chunkHead)
	for i := 7; i >= 0; i-- {
		b[from+i] = digits[n&15]
		n >>= 4
	}
	return append(b, '\r', '\n')
}

// frame, written, final, mayWrite, slow and over implement wire.
func (t *stream) frame(b []byte, m message) []byte {
	switch {
	case m.raw:
		return append(b, m.text...)
	case !t.chunked:
		return appendMessage(b, m)
	}
	from := len(b)
	return t.close(appendMessage(append(b, chunkHead...), m), from)
}

// appendMessage appends the event of a message. A stream with many operations names the operation in each.
func appendMessage(b []byte, m message) []byte {
	switch {
	case m.id == nil:
		return appendNext(b, m.cursor, m.text)
	case m.text == nil:
		return append(append(append(b, `event: complete`+"\n"+`data: {"id":`...), m.id...), "}\n\n"...)
	}
	b = append(append(append(b, `event: next`+"\n"+`data: {"id":`...), m.id...), `,"payload":`...)
	from := len(b)
	b = append(b, m.text...)
	oneLine(b[from:])
	return append(b, "}\n\n"...)
}

func (t *stream) written(message) {}

func (t *stream) final(b []byte) []byte {
	if len(t.last) > 0 {
		b = t.chunk(b, t.last)
	}
	if t.chunked {
		b = append(b, "0\r\n\r\n"...)
	}
	return b
}

func (t *stream) mayWrite() bool { return !t.server.expired(t.session) }

func (t *stream) slow(*socketOperation) { t.end(tooSlow(nil)) }

func (t *stream) over(error) { _ = t.link.conn.Close() }
