package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// provider is an issuer that can be wrong about the console in each way.
type provider struct {
	noDiscovery, noOrigin, otherIssuer bool
	refuses                            string // the error that it redirects with
	unknownClient, ownPage             bool
	noPreflight                        bool
}

const consoleOrigin = "https://plenary.example"

func (p provider) start(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		if p.noDiscovery {
			http.NotFound(w, r)
			return
		}
		if !p.noOrigin && r.Header.Get("Origin") == consoleOrigin {
			w.Header().Set("Access-Control-Allow-Origin", consoleOrigin)
		}
		issuer := s.URL
		if p.otherIssuer {
			issuer = "https://other.example"
		}
		_ = json.NewEncoder(w).Encode(map[string]string{
			"issuer": issuer, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token", "revocation_endpoint": s.URL + "/revoke",
		})
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case p.unknownClient || q.Get("client_id") != "console" || q.Get("redirect_uri") != consoleOrigin+"/signed-in" || q.Get("code_challenge") == "":
			http.Error(w, "unknown client", http.StatusBadRequest)
		case p.ownPage:
			_, _ = w.Write([]byte("sign in"))
		default:
			http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"state": {q.Get("state")}, "error": {p.refuses}}.Encode(), http.StatusFound)
		}
	})
	preflight := func(w http.ResponseWriter, r *http.Request) {
		if !p.noPreflight && r.Header.Get("Access-Control-Request-Method") == "POST" {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		}
		w.WriteHeader(http.StatusNoContent)
	}
	mux.HandleFunc("OPTIONS /token", preflight)
	mux.HandleFunc("OPTIONS /revoke", preflight)
	return s.URL
}

// TestDoctorLooksAtSignIn: it finds out by itself what would keep people from signing in to the console.
func TestDoctorLooksAtSignIn(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct {
		rule  string
		p     provider
		says  []string
		never string
	}{
		{"all is well", provider{refuses: "login_required"}, []string{
			"ok     sign-in at http://127.0.0.1:", "ok     redirect to " + consoleOrigin + "/signed-in", "ok     token endpoint", "ok     revocation endpoint",
		}, "FAULT  sign-in"},
		{"no discovery", provider{noDiscovery: true}, []string{"FAULT  sign-in at", "status 404"}, "redirect"},
		{"pages may not read it", provider{noOrigin: true}, []string{"FAULT  sign-in at", "lacks Access-Control-Allow-Origin"}, "redirect to"},
		{"it is another issuer", provider{otherIssuer: true}, []string{"FAULT  sign-in at", `of another issuer: "https://other.example"`}, "redirect to"},
		{"the address is not registered", provider{unknownClient: true}, []string{"FAULT  redirect to", "the issuer answers 400", "register " + consoleOrigin + "/signed-in"}, ""},
		{"a scope is not granted", provider{refuses: "invalid_scope"}, []string{"FAULT  redirect to", `the issuer answers "invalid_scope"`}, ""},
		{"it shows a page", provider{ownPage: true}, []string{"note   redirect to", "ok     token endpoint"}, ""},
		{"no preflight", provider{refuses: "login_required", noPreflight: true}, []string{"FAULT  token endpoint", "FAULT  revocation endpoint"}, ""},
	} {
		issuer := tt.p.start(t)
		flags := []string{"doctor", "--listen", "127.0.0.1:0", "--public-url", consoleOrigin, "--issuers", issuersFile(t, map[string]string{issuer: "  console: {client-id: console}\n"})}
		_, out, _ := call(t, nil, flags...)
		for _, want := range tt.says {
			if !strings.Contains(out, want) {
				t.Errorf("%s: doctor does not say %q:\n%s", tt.rule, want, out)
			}
		}
		if tt.never != "" && strings.Contains(out, tt.never) {
			t.Errorf("%s: doctor says %q:\n%s", tt.rule, tt.never, out)
		}
	}
}

func TestDoctorSaysThatNobodyCanSignIn(t *testing.T) {
	t.Chdir(t.TempDir())
	file := issuersFile(t, map[string]string{"https://id.example": ""})
	if _, out, _ := call(t, nil, "doctor", "--mode", "production", "--listen", "127.0.0.1:0", "--issuers", file); !strings.Contains(out, "note   sign-in: nobody can sign in") {
		t.Errorf("doctor says %s", out)
	}
	file = issuersFile(t, map[string]string{"https://id.example": "  console: {client-id: console}\n"})
	if _, out, _ := call(t, nil, "doctor", "--listen", "127.0.0.1:0", "--issuers", file); !strings.Contains(out, "note   sign-in at https://id.example: not checked") {
		t.Errorf("doctor without --public-url says %s", out)
	}
}
