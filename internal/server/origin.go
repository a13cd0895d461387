package server

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// origins are the other browser origins whose pages may call. They are compared exactly, without patterns.
type origins struct {
	allowed    map[string]bool
	local      bool // those of this machine, too
	protection *http.CrossOriginProtection
}

func newOrigins(list []string, local bool) (*origins, error) {
	o := &origins{local: local, allowed: make(map[string]bool, len(list)), protection: http.NewCrossOriginProtection()}
	for _, one := range list {
		if err := o.protection.AddTrustedOrigin(one); err != nil {
			return nil, fmt.Errorf("allow origin %q: %w", one, err)
		}
		o.allowed[one] = true
	}
	return o, nil
}

// allows reports whether the pages of an origin may call.
func (o *origins) allows(origin string) bool {
	if o.allowed[origin] {
		return true
	}
	if !o.local {
		return false
	}
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && u.Path == "" && isLocal(u.Hostname())
}

func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// admits reports whether a request may come from the page it comes from. Programs send no Origin; a page that hides its
// origin sends "null".
func (o *origins) admits(r *http.Request) bool {
	switch values := r.Header["Origin"]; len(values) {
	case 0:
		return true
	case 1:
		if o.allows(values[0]) {
			return true
		}
		u, err := url.Parse(values[0])
		return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
	}
	return false
}

const (
	corsMethods = "GET, POST, PUT, DELETE"
	// corsHeaders are ours and those that clients, gateways and tracing add by themselves.
	corsHeaders = "Authorization, Content-Type, Accept, Last-Event-ID, Idempotency-Key, X-Request-Id, X-Requested-With, " +
		"Traceparent, Tracestate, Baggage, Sentry-Trace, Apollo-Require-Preflight, GraphQL-Require-Preflight, X-Apollo-Operation-Name, " +
		"X-Apollo-Operation-Id, ApolloGraphQL-Client-Name, ApolloGraphQL-Client-Version, GraphQL-Client-Name, GraphQL-Client-Version, " +
		"X-GraphQL-Event-Stream-Token, Cache-Control, If-None-Match, Content-Digest, Content-Disposition"
	corsExposed = "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, WWW-Authenticate, Location, Content-Disposition, Content-Digest"
)

// cors answers the preflight requests of allowed origins, and sets the headers that let their pages read other answers. It
// reports whether it has answered the request. It never allows credentials: a page sends its token itself.
func (o *origins) cors(w http.ResponseWriter, r *http.Request) bool {
	if len(o.allowed) == 0 && !o.local {
		return false
	}
	w.Header().Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if !o.allows(origin) {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		h.Set("Access-Control-Expose-Headers", corsExposed)
		return false
	}
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

const otherSite = "requests from pages of other sites are not accepted: the operator can name the site with --origins"

// crossOrigin refuses requests from pages of other sites, and preflight requests for them, which the browser sends instead: without
// CORS headers it tells the page nothing, but shows the developer the answer and its headers, of which one says why.
func (s *Server) crossOrigin(w http.ResponseWriter, r *http.Request) bool {
	preflight := isPreflight(r) && !s.origins.admits(r)
	if !preflight && (s.origins.allows(r.Header.Get("Origin")) || s.origins.protection.Check(r) == nil) {
		return false
	}
	w.Header().Set("X-Refused-Because", otherSite)
	s.refuseHTTP(w, r, mediaJSON, refuse(http.StatusForbidden, gql.CodeForbidden, otherSite))
	return true
}

// isPreflight tells whether a browser asks by a request if a page may send another.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}
