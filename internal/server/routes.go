package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"iter"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fair"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// Handler serves all requests of the public listener.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serveHTTP) }

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	request := &gql.Request{ID: requestID(r.Header), LastEventID: lastEventID(r.Header)}
	r = r.WithContext(gql.WithRequest(r.Context(), request))
	secure(w.Header(), request.ID)
	s.endKeepAlive(w.Header())
	defer s.recovered(w, r)
	switch {
	case !s.isOurHost(r.Host):
		s.refuseHTTP(w, r, mediaJSON, refuse(http.StatusMisdirectedRequest, gql.CodeNotFound, "not found"))
	case s.origins.cors(w, r) || s.crossOrigin(w, r):
	default:
		s.route(w, r)
	}
}

// route compares paths as they were sent. A multiplexer that cleans paths would make /graphql reachable under names that the
// rules of a proxy do not cover.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawPath != "" || !isClean(r.URL.Path) {
		s.notFound(w, r)
		return
	}
	if own, ok := routes[r.URL.Path]; ok && s.isOwn(r.URL.Path) {
		own.serve(s, w, r)
		return
	}
	s.page(w, r)
}

// isOwn tells whether the server answers a path of routes itself: a page may take the place of the root.
func (s *Server) isOwn(path string) bool {
	_, taken := s.cfg.Pages[path]
	return !taken
}

func isClean(p string) bool {
	c := path.Clean(p)
	return c == p || len(p) == len(c)+1 && p[len(c)] == '/' && p[:len(c)] == c
}

func (s *Server) streamOnly(w http.ResponseWriter, r *http.Request) {
	switch {
	case isReserved(r):
		s.serveReserved(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		s.notAllowed(w, r, "GET, POST, PUT, DELETE")
	case accepted(r.Header) != mediaStream && r.Header.Get("Accept") != "" && !strings.Contains(r.Header.Get("Accept"), "*/*"):
		s.refuseHTTP(w, r, mediaJSON, refuse(http.StatusNotAcceptable, gql.CodeBadUserInput, "the client must accept text/event-stream on this path"))
	default:
		s.serveStream(w, r)
	}
}

// getOnly is a route that is read.
func getOnly(serve func(*Server, http.ResponseWriter, *http.Request)) func(*Server, http.ResponseWriter, *http.Request) {
	return func(s *Server, w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.notAllowed(w, r, "GET, HEAD")
			return
		}
		serve(s, w, r)
	}
}

// folders are the first parts of the paths of all routes: "/reports/" of "/reports/", "/docs/" of "/docs/errors".
func folders(pages map[string]Page) map[string]bool {
	all := map[string]bool{}
	for _, paths := range []iter.Seq[string]{maps.Keys(routes), maps.Keys(pages)} {
		for path := range paths {
			if path != "/" {
				all[folderOf(path+"/")] = true
			}
		}
	}
	return all
}

// folderOf is the first part of a path with the slash behind it; empty for a path that lies in no folder.
func folderOf(path string) string {
	if end := strings.IndexByte(path[1:], '/'); end >= 0 {
		return path[:end+2]
	}
	return ""
}

// page serves the page of Config.Pages whose path is the longest match.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	at, best := r.URL.Path, ""
	for name := range s.cfg.Pages {
		fits := name == at || strings.HasSuffix(name, "/") && strings.HasPrefix(at, name)
		if fits && len(name) > len(best) {
			best = name
		}
	}
	p, ok := s.cfg.Pages[best]
	if _, folder := s.cfg.Pages[at+"/"]; folder && best != at {
		to := url.URL{Path: at + "/", RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
		return
	}
	switch {
	case !ok || p.Absent || best == "/" && s.folders[folderOf(at)]:
		s.notFound(w, r)
	default:
		ctx, held, refused := s.admit(w, r, p)
		if refused != nil {
			s.refuseHTTP(w, r, mediaJSON, refused)
			return
		}
		defer held.leave()
		if !p.Streams {
			w = &placed{w, s, &held}
		}
		p.Handler.ServeHTTP(w, r.WithContext(ctx))
	}
}

// admit authenticates the request for a page, if the page requires it, and takes its cost and a place.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, p Page) (ctx context.Context, held place, refused *refusal) {
	ctx, v := r.Context(), viewer{}
	if p.Authenticate {
		if ctx, v, refused = s.authenticate(r); refused != nil {
			return nil, place{}, refused
		}
	} else {
		v.caller = s.callerOf(Session{}, s.peerOf(r))
	}
	if p.Cost <= 0 {
		return ctx, place{}, nil
	}
	q, ok := s.rates.take(v.caller, p.Cost)
	if !ok {
		s.pause(ctx, v.caller)
		return nil, place{}, tooFast(q)
	}
	if p.Body > 0 && r.Method == http.MethodPost {
		if refused = s.receive(w, r, v, p.Body); refused != nil {
			return nil, place{}, refused
		}
	}
	kind := fair.Read
	if p.Report {
		kind = fair.Report
	}
	if held, refused = s.enter(ctx, v.caller, kind); refused != nil {
		s.rates.refund(v.caller, p.Cost)
		return nil, place{}, refused
	}
	writeQuota(w.Header(), q)
	return ctx, held, nil
}

// placed writes the answer of a page that has done its work when it writes, and gives its place back then: the client may
// read slowly.
type placed struct {
	http.ResponseWriter
	server *Server
	place  *place
}

// Unwrap gives the writer that http.ResponseController needs.
func (p *placed) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (p *placed) WriteHeader(status int) {
	p.leave()
	p.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (p *placed) Write(b []byte) (int, error) {
	p.leave()
	return p.ResponseWriter.Write(b)
}

func (p *placed) leave() {
	p.server.endKeepAlive(p.Header())
	p.place.leave()
}

func (s *Server) welcome(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.cfg.Pages["/explorer/"]; ok {
		http.Redirect(w, r, "/explorer/", http.StatusSeeOther)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("Plenary: the API is at /graphql, its schema at /schema.graphql\n"))
}

// sdl serves the schema to everyone, so that nobody needs to guess it or to use introspection.
func (s *Server) sdl(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256(s.cfg.SDL)
	h := w.Header()
	h.Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:15])+`"`)
	h.Set("Content-Type", "application/graphql; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=60")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.cfg.SDL))
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.refuseHTTP(w, r, mediaJSON, refuse(http.StatusNotFound, gql.CodeNotFound, "not found"))
}

// isOurHost protects against DNS rebinding: it refuses requests for a foreign host name that points to this server.
func (s *Server) isOurHost(host string) bool {
	if len(s.cfg.Hosts) == 0 {
		return true
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	for _, ours := range s.cfg.Hosts {
		if strings.EqualFold(host, ours) {
			return true
		}
	}
	return false
}

// secure sets the headers of every answer. Pages that run scripts set their own content security policy.
func secure(h http.Header, id string) {
	h["X-Request-Id"] = []string{id}
	h["X-Content-Type-Options"] = nosniff
	h["Referrer-Policy"] = noReferrer
	h["X-Frame-Options"] = deny
	h["Content-Security-Policy"] = noContent
	h["Cross-Origin-Resource-Policy"] = sameOrigin
}

var (
	nosniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	deny       = []string{"DENY"}
	noContent  = []string{"default-src 'none'; frame-ancestors 'none'"}
	sameOrigin = []string{"same-origin"}
)

// recovered answers a panic in a handler; the executor recovers the panics of resolvers itself. It cuts off an answer that
// has begun, because the client must not take it for complete.
func (s *Server) recovered(w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	s.logPanic(r.Context(), v)
	if w.Header().Get("Content-Type") != "" || isUpgrade(r.Header) {
		panic(http.ErrAbortHandler)
	}
	s.refuseHTTP(w, r, mediaJSON, refuse(http.StatusInternalServerError, gql.CodeInternal, "internal error"))
}

func (s *Server) logPanic(ctx context.Context, v any) {
	s.log.ErrorContext(ctx, "panic in a handler", "request_id", gql.RequestOf(ctx).ID, "panic", v, "stack", string(debug.Stack()))
}

// requestID uses the id that a client or proxy gave the request if it is short and safe in a log, or makes a new one.
func requestID(h http.Header) string {
	if ids := h["X-Request-Id"]; len(ids) == 1 && isSaneID(ids[0]) {
		return ids[0]
	}
	return gql.NewRequestID()
}

func isSaneID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		if c != '-' && c != '_' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// lastEventID is the cursor after which a stream resumes. Cursors are short, so a longer value is ignored.
func lastEventID(h http.Header) string {
	if id := h.Get("Last-Event-ID"); len(id) <= 1024 {
		return id
	}
	return ""
}
