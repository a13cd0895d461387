package server

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// serveStream serves one operation as server-sent events, in the distinct connections mode of the graphql-sse protocol: an
// event "next" for each answer, "complete" at the end. Events carry their cursor as id, so an EventSource resumes by itself.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	ctx, v, refused := s.authenticate(r)
	if refused != nil {
		s.refuseHTTP(w, r, mediaStream, refused)
		return
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	o, refused := s.begin(ctx, v, s.reader(w, r), func(kind ast.Operation) *refusal { return readOnly(r.Method, kind) })
	switch {
	case refused != nil && refused.graphql:
		s.streamRefusal(w, r, refused) // an EventSource shows its page nothing of an answer that is no stream
		return
	case refused != nil:
		s.refuseHTTP(w, r, mediaStream, refused)
		return
	}
	defer o.leave()
	writeQuota(w.Header(), o.quota)
	e := s.openStream(w)
	if !o.isSubscription() {
		resp := o.answer()
		e.next("", resp, o.cost())
		e.complete()
		s.logAnswer(ctx, "sse", o, resp)
		return
	}
	if !s.takeStream(v.caller) {
		e.refuse(ctx, s, gql.Refuse(gql.CodeRateLimited, "too many streams: at most %d", s.cfg.Limits.Streams))
		return
	}
	defer s.streams.leave(v.caller.key)
	one := &live{subject: v.session.Subject, end: end}
	s.lives.add(one)
	defer s.lives.remove(one)
	s.watch(ctx, v.session, end)
	s.every(ctx, s.cfg.Limits.Heartbeat, func() { e.comment(end) })
	s.events(ctx, e, o, v.session)
}

func (s *Server) takeStream(c caller) bool {
	return s.lives.count() < s.cfg.Limits.Connections && s.streams.take(c.key)
}

// events passes on the events of a subscription until it ends, its client goes, or we end it.
func (s *Server) events(ctx context.Context, e *eventWriter, o *operation, session Session) {
	defer e.close()
	for {
		resp := o.next()
		if resp == nil || ctx.Err() != nil {
			break
		}
		if s.expired(session) { // the timer may be a moment late
			s.finishStream(ctx, e, endExpired)
			return
		}
		if !e.next(s.cfg.EventID(resp), resp, nil) {
			return
		}
		if resp.Data == nil { // the subscription could not be opened
			break
		}
	}
	if why, ok := errors.AsType[*ending](context.Cause(ctx)); ok {
		s.finishStream(ctx, e, why)
		return
	}
	if ctx.Err() == nil {
		e.complete()
	}
}

// finishStream ends a stream of ours. After a restart there is no "complete", so that the client connects again and resumes
// from its last id; after an expired token there is, as coming back would not help.
func (s *Server) finishStream(ctx context.Context, e *eventWriter, why *ending) {
	if why.code != "" {
		e.refuse(ctx, s, gql.Refuse(why.code, "%s", why.reason))
	}
}

func (s *Server) streamRefusal(w http.ResponseWriter, r *http.Request, refused *refusal) {
	if refused.quota != nil {
		writeQuota(w.Header(), *refused.quota)
	}
	s.metrics.refused(refused)
	e := s.openStream(w)
	e.refuse(r.Context(), s, refused.errors...)
	s.logRefusal(r.Context(), "sse", refused)
}

// eventWriter writes the events of one stream. The heartbeat writes from another goroutine.
type eventWriter struct {
	mu     sync.Mutex
	w      http.ResponseWriter
	rc     *http.ResponseController
	limit  time.Duration
	closed bool
}

// openStream sends the headers of a stream. From here on each write has its own deadline, and reading has none: the
// server's read deadline would otherwise end the stream.
func (s *Server) openStream(w http.ResponseWriter) *eventWriter {
	e := &eventWriter{w: w, rc: http.NewResponseController(w), limit: s.cfg.Limits.Write}
	h := w.Header()
	h.Set("Content-Type", mediaTypes[mediaStream].header)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies that buffer would hold events back
	_ = e.rc.SetReadDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	e.write([]byte(":\n\n"))
	return e
}

// next writes an answer, and says whether it could.
func (e *eventWriter) next(id string, resp *graphql.Response, cost *gql.Cost) bool {
	buf := getBuffer()
	defer putBuffer(buf)
	b := append(*buf, "event: next\n"...)
	if id != "" && !strings.ContainsAny(id, "\r\n\x00") {
		b = append(append(append(b, "id: "...), id...), '\n')
	}
	b = append(b, "data: "...)
	from := len(b)
	b = appendResponse(b, resp, cost)
	oneLine(b[from:])
	b = append(b, "\n\n"...)
	*buf = b
	return e.write(*buf)
}

// oneLine takes line breaks out of JSON, where they can only be between tokens: one in the data would end it early.
func oneLine(b []byte) {
	for i := bytes.IndexAny(b, "\r\n"); i >= 0; i = bytes.IndexAny(b, "\r\n") {
		b[i] = ' '
		b = b[i+1:]
	}
}

func (e *eventWriter) complete() { e.write([]byte("event: complete\ndata:\n\n")) }

// refuse writes errors as the last event.
func (e *eventWriter) refuse(ctx context.Context, s *Server, errs ...*gqlerror.Error) {
	// The context may be done because of what is told here; the executor needs only the request from it.
	if e.next("", s.cfg.Executor.DispatchError(context.WithoutCancel(ctx), errs), nil) {
		e.complete()
	}
}

// comment keeps the connection open, and finds out when nobody is there any more.
func (e *eventWriter) comment(end context.CancelCauseFunc) {
	if !e.write([]byte(":\n\n")) {
		end(endPeerGone)
	}
}

func (e *eventWriter) write(b []byte) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	_ = e.rc.SetWriteDeadline(time.Now().Add(e.limit))
	if _, err := e.w.Write(b); err != nil {
		return false
	}
	return e.rc.Flush() == nil
}

// close keeps a late heartbeat from writing after the handler returned.
func (e *eventWriter) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
}
