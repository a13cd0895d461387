package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/answers"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// serveGraphQL serves /graphql: a socket, a stream or one answer, depending on the request.
func (s *Server) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		s.notAllowed(w, r, "GET, POST")
	case r.Method == http.MethodGet && isUpgrade(r.Header):
		s.serveSocket(w, r)
	default:
		m := accepted(r.Header)
		if m == mediaStream {
			s.serveStream(w, r)
			return
		}
		s.serveAnswer(w, r, m)
	}
}

// serveAnswer serves one query or mutation over POST, or one query over GET.
func (s *Server) serveAnswer(w http.ResponseWriter, r *http.Request, m media) {
	if m == mediaNone {
		s.refuseHTTP(w, r, m, refuse(http.StatusNotAcceptable, gql.CodeBadUserInput,
			"the client must accept application/graphql-response+json, application/json or text/event-stream"))
		return
	}
	ctx, v, refused := s.authenticate(r)
	if refused != nil {
		s.refuseHTTP(w, r, m, refused)
		return
	}
	cache := func(*operation, *graphql.Response) string { return "" }
	if s.mayCache(r, v) {
		q, ok := s.firstPoint(v)
		if !ok {
			s.pause(ctx, v.caller)
			s.refuseHTTP(w, r, m, tooFast(q))
			return
		}
		if v.first = &q; s.serveCached(ctx, w, r, m, v) {
			return
		}
		var fill *answers.Fill
		ctx, fill = s.cfg.Answers.Begin(ctx)
		defer fill.End()
		cache = func(o *operation, resp *graphql.Response) string { return s.cache(fill, r, o, resp) }
	}
	o, refused := s.begin(ctx, v, s.reader(w, r), answerRule(r.Method))
	if refused != nil {
		s.refuseHTTP(w, r, m, refused)
		return
	}
	resp := o.answer()
	s.endKeepAlive(w.Header())
	writeQuota(w.Header(), o.quota)
	if r.Method == http.MethodPost {
		w.Header()["Cache-Control"] = noStore
	} else if isCached(w, r, v, resp, cache(o, resp)) {
		return
	}
	respond(w, m, http.StatusOK, resp, o.cost())
	s.logAnswer(ctx, "http", o, resp)
}

// mayCache reports whether the answer to a request may come from the cache: a visitor must have sent it by GET.
func (s *Server) mayCache(r *http.Request, v viewer) bool {
	return s.cfg.Answers != nil && r.Method == http.MethodGet && v.session.Subject == "" && len(r.Header["Authorization"]) == 0
}

// cache stores an answer that may be cached and returns its ETag, which is empty for any other answer.
func (s *Server) cache(fill *answers.Fill, r *http.Request, o *operation, resp *graphql.Response) string {
	if len(resp.Errors) > 0 || len(resp.Extensions) > 0 || !s.cfg.Lasting(o.op) {
		return ""
	}
	cost := gql.CostOf(o.op)
	a := answers.New(resp.Data, cost.Requested, cost.Actual)
	a.Name = nameOf(o.op)
	fill.Keep(r.URL.RawQuery, a)
	return a.Tag
}

// serveCached answers from the cache, if it holds the answer. A cached answer costs the client as many points as a new one.
func (s *Server) serveCached(ctx context.Context, w http.ResponseWriter, r *http.Request, m media, v viewer) bool {
	began := time.Now()
	a, ok := s.cfg.Answers.Get(ctx, r.URL.RawQuery)
	if !ok {
		return false
	}
	o := &operation{server: s, caller: v.caller, quota: *v.first}
	if refused := o.pay(ctx, a.Requested); refused != nil {
		s.refuseHTTP(w, r, m, refused)
		return true
	}
	o.giveBack(a.Requested, a.Actual)
	s.metrics.operation(ast.Query)
	s.metrics.answered(ast.Query, a.Name, outcomeCached, time.Since(began))
	writeQuota(w.Header(), o.quota)
	resp := &graphql.Response{Data: a.Data}
	if !isCached(w, r, v, resp, a.Tag) {
		respond(w, m, http.StatusOK, resp, o.costOf(gql.Cost{Requested: a.Requested, Actual: a.Actual}))
	}
	return true
}

var noStore = []string{"no-store"}

// answerRule refuses subscriptions, which have more than one answer, and mutations by GET.
func answerRule(method string) func(ast.Operation) *refusal {
	return func(kind ast.Operation) *refusal {
		if kind == ast.Subscription {
			r := refuse(http.StatusBadRequest, gql.CodeBadUserInput, "a subscription needs a WebSocket or an Accept header with text/event-stream")
			r.graphql = true
			return r
		}
		return readOnly(method, kind)
	}
}

// readOnly refuses mutations by GET: a link or an image on any page sends a GET request.
func readOnly(method string, kind ast.Operation) *refusal {
	if method == http.MethodGet && kind == ast.Mutation {
		return refuse(http.StatusMethodNotAllowed, gql.CodeBadUserInput, "mutations must be sent by POST").with("Allow", "POST")
	}
	return nil
}

// isCached sets the headers for HTTP caches. An answer over GET without a token and without errors gets an ETag, which is
// computed if tag is empty, and a client that already has the answer gets 304. The ETag leaves out the costs, which change
// each time. isCached reports whether it has answered with 304.
func isCached(w http.ResponseWriter, r *http.Request, v viewer, resp *graphql.Response, tag string) bool {
	h := w.Header()
	h.Add("Vary", "Accept, Authorization")
	if v.session.Subject != "" || len(resp.Errors) > 0 {
		h["Cache-Control"] = noStore
		return false
	}
	if tag == "" {
		tag = answers.Tag(resp.Data)
	}
	h.Set("ETag", tag)
	h.Set("Cache-Control", "public, max-age=0, must-revalidate")
	if !matches(r.Header.Get("If-None-Match"), tag) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if strings.TrimSpace(one) == tag {
			return true
		}
	}
	return false
}

func (s *Server) notAllowed(w http.ResponseWriter, r *http.Request, allow string) {
	s.refuseHTTP(w, r, mediaJSON, refuse(http.StatusMethodNotAllowed, gql.CodeBadUserInput, "this path does not allow the method").with("Allow", allow))
}

func isUpgrade(h http.Header) bool {
	return strings.EqualFold(h.Get("Upgrade"), "websocket")
}
