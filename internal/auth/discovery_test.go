package auth

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDiscover: what an issuer publishes is taken only if a page may call it and a policy can name it.
func TestDiscover(t *testing.T) {
	said := func(issuer, token, more string) string {
		return fmt.Sprintf(`{"issuer":%q,"authorization_endpoint":"https://id.example/authorize","token_endpoint":%q%s}`, issuer, token, more)
	}
	const token = "https://token.example/token"
	for _, row := range []struct {
		rule   string
		answer func(issuer string) http.HandlerFunc
		origin string
		want   []string // origins, besides the issuer's own
		reason string
	}{
		{"an issuer", func(i string) http.HandlerFunc {
			return publishes([]byte(said(i, token, `,"revocation_endpoint":"https://revoke.example:8443/revoke"`)))
		}, "", []string{"https://token.example", "https://revoke.example:8443"}, ""},
		{"one that takes nothing back", func(i string) http.HandlerFunc { return publishes([]byte(said(i, token, ""))) }, "", []string{"https://token.example"}, ""},
		{"another issuer", func(string) http.HandlerFunc { return publishes([]byte(said("https://evil.example", token, ""))) }, "", nil, "another issuer"},
		{"no JSON", func(string) http.HandlerFunc { return publishes([]byte("<html>")) }, "", nil, "not JSON"},
		{"no token endpoint", func(i string) http.HandlerFunc { return publishes([]byte(said(i, "", ""))) }, "", nil, "token_endpoint"},
		{"http", func(i string) http.HandlerFunc { return publishes([]byte(said(i, "http://token.example/", ""))) }, "", nil, "not https"},
		{"every host", func(i string) http.HandlerFunc { return publishes([]byte(said(i, "https://*/token", ""))) }, "", nil, "no host"},
		{"a host that ends the directive", func(i string) http.HandlerFunc {
			return publishes([]byte(said(i, "https://a;script-src/token", "")))
		}, "", nil, "no host"},
		{"a user", func(i string) http.HandlerFunc { return publishes([]byte(said(i, "https://a@token.example/", ""))) }, "", nil, "without user"},
		{"failing", func(string) http.HandlerFunc { return answers(http.StatusInternalServerError) }, "", nil, "status 500"},
		{"a redirect", func(string) http.HandlerFunc {
			return http.RedirectHandler("https://evil.example", http.StatusFound).ServeHTTP
		}, "", nil, "status 302"},
		{"without end", func(i string) http.HandlerFunc {
			return publishes([]byte(strings.Repeat(" ", maxDiscovery) + said(i, token, "")))
		}, "", nil, "more than"},
		{"not for our pages", func(i string) http.HandlerFunc { return publishes([]byte(said(i, token, ""))) }, "https://plenary.example", nil, "Access-Control-Allow-Origin"},
		{"for our pages", func(i string) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
				_, _ = w.Write([]byte(said(i, token, "")))
			}
		}, "https://plenary.example", []string{"https://token.example"}, ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			p := &provider{}
			s := httptest.NewServer(p)
			defer s.Close()
			p.set(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/.well-known/openid-configuration" {
					t.Errorf("it asks for %s", r.URL)
				}
				row.answer(s.URL)(w, r)
			})
			e, err := Discover(t.Context(), s.Client(), s.URL, row.origin, true)
			if row.reason != "" {
				if err == nil || !strings.Contains(err.Error(), row.reason) || len(e.Origins()) > 0 {
					t.Errorf("Discover = %+v, %v, want %q", e, err, row.reason)
				}
				return
			}
			if diff := cmp.Diff(append([]string{s.URL}, row.want...), e.Origins()); err != nil || diff != "" {
				t.Errorf("Discover = %v, origins (-want +got):\n%s", err, diff)
			}
		})
	}
	if _, err := Discover(t.Context(), nil, "http://127.0.0.1:1", "", false); err == nil || !strings.Contains(err.Error(), "not https") {
		t.Errorf("http in production = %v", err)
	}
	if _, err := Discover(t.Context(), nil, "http://[::1]:1", "", true); err == nil || !strings.Contains(err.Error(), "no host") {
		t.Errorf("what a policy cannot name = %v", err)
	}
}
