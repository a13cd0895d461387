// Issuer is a real issuer of tokens for the console's tests: OAuth 2.0 by ory/fosite, with access tokens of RFC 9068. It knows one person, who
// signs in with the press of a button, and prints its address once it listens.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/go-jose/go-jose/v3"
	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"
	"github.com/ory/fosite/handler/oauth2"
	"github.com/ory/fosite/storage"
	"github.com/ory/fosite/token/jwt"
)

const (
	keyID  = "of-the-tests"
	client = "plenary-console"
	person = "newcomer"
)

type issuer struct {
	address  string
	key      *ecdsa.PrivateKey
	provider fosite.OAuth2Provider
	console  string // the origin of the console
	life     time.Duration
}

func main() {
	console := flag.String("console", "", "the origin of the console")
	certificate := flag.String("certificate", "", "where to write the certificate")
	life := flag.Duration("life", time.Hour, "how long an access token lasts")
	flag.Parse()
	if err := serve(*console, *certificate, *life); err != nil {
		log.Fatal(err)
	}
}

func serve(console, certificate string, life time.Duration) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &issuer{address: "https://" + listener.Addr().String(), key: key, console: console, life: life}
	s.provider = s.compose()
	server := httptest.NewUnstartedServer(s.handler())
	_ = server.Listener.Close()
	server.Listener = listener
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // browsers try before they are told to accept the certificate
	server.StartTLS()
	if err := os.WriteFile(certificate, pemOf(server.TLS.Certificates[0]), 0o600); err != nil {
		return err
	}
	fmt.Println(s.address)
	select {}
}

func (s *issuer) compose() fosite.OAuth2Provider {
	config := &fosite.Config{
		AccessTokenLifespan: s.life, AccessTokenIssuer: s.address, GlobalSecret: []byte("a secret of thirty-two characters"),
		JWTScopeClaimKey: jwt.JWTScopeFieldString, EnforcePKCEForPublicClients: true, ScopeStrategy: fosite.ExactScopeStrategy,
		RefreshTokenScopes: []string{"offline_access"},
	}
	store := storage.NewMemoryStore()
	store.Clients[client] = &fosite.DefaultClient{
		ID: client, Public: true, RedirectURIs: []string{s.console + "/signed-in"}, ResponseTypes: []string{"code"},
		GrantTypes: []string{"authorization_code", "refresh_token"}, Scopes: []string{"openid", "offline_access"}, Audience: []string{"plenary"},
	}
	signer := &jwt.DefaultSigner{GetPrivateKey: func(context.Context) (any, error) { return s.key, nil }}
	strategy := &compose.CommonStrategy{
		CoreStrategy: &oauth2.DefaultJWTStrategy{Signer: signer, HMACSHAStrategy: compose.NewOAuth2HMACStrategy(config), Config: config}, Signer: signer,
	}
	return compose.Compose(config, store, strategy, compose.OAuth2AuthorizeExplicitFactory, compose.OAuth2RefreshTokenGrantFactory,
		compose.OAuth2PKCEFactory, compose.OAuth2TokenRevocationFactory)
}

func (s *issuer) session() *oauth2.JWTSession {
	return &oauth2.JWTSession{
		JWTClaims: &jwt.JWTClaims{Issuer: s.address, Subject: person, Extra: map[string]any{"client_id": client, "roles": []string{"customer"}}},
		JWTHeader: &jwt.Headers{Extra: map[string]any{"typ": "at+jwt", "kid": keyID}},
		Subject:   person, Username: person,
	}
}

func (s *issuer) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", s.discover)
	mux.HandleFunc("GET /keys", s.keys)
	mux.HandleFunc("/authorize", s.authorize)
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /revoke", func(w http.ResponseWriter, r *http.Request) {
		s.provider.WriteRevocationResponse(r.Context(), w, s.provider.NewRevocationRequest(r.Context(), r))
	})
	return s.allowed(mux)
}

// allowed lets pages of the console read the answers.
func (s *issuer) allowed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") == s.console {
			w.Header().Set("Access-Control-Allow-Origin", s.console)
			w.Header().Set("Access-Control-Allow-Headers", "content-type, authorization, accept")
			w.Header().Set("Vary", "Origin")
		}
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *issuer) discover(w http.ResponseWriter, _ *http.Request) {
	write(w, map[string]any{
		"issuer": s.address, "authorization_endpoint": s.address + "/authorize", "token_endpoint": s.address + "/token",
		"revocation_endpoint": s.address + "/revoke", "jwks_uri": s.address + "/keys", "response_types_supported": []string{"code"},
		"code_challenge_methods_supported": []string{"S256"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256"},
	})
}

func (s *issuer) keys(w http.ResponseWriter, _ *http.Request) {
	write(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: s.key.Public(), KeyID: keyID, Algorithm: "ES256", Use: "sig"}}})
}

// authorize shows a page with one button, unless the person has pressed it before in this browser. prompt=none shows nothing.
func (s *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	request, err := s.provider.NewAuthorizeRequest(ctx, r)
	if err != nil {
		s.provider.WriteAuthorizeError(ctx, w, request, err)
		return
	}
	_, missing := r.Cookie("person")
	if r.Method == http.MethodPost {
		missing = nil
		http.SetCookie(w, &http.Cookie{Name: "person", Value: person, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	switch {
	case missing != nil && r.URL.Query().Get("prompt") == "none":
		s.provider.WriteAuthorizeError(ctx, w, request, fosite.ErrLoginRequired)
		return
	case missing != nil:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Sign in</title><form method="post"><button>Sign in as %s</button></form>`, person)
		return
	}
	for _, scope := range request.GetRequestedScopes() {
		request.GrantScope(scope)
	}
	request.GrantAudience("plenary")
	response, err := s.provider.NewAuthorizeResponse(ctx, request, s.session())
	if err != nil {
		s.provider.WriteAuthorizeError(ctx, w, request, err)
		return
	}
	s.provider.WriteAuthorizeResponse(ctx, w, request, response)
}

func (s *issuer) token(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	request, err := s.provider.NewAccessRequest(ctx, r, s.session())
	if err != nil {
		log.Print(errors.Unwrap(err), err)
		s.provider.WriteAccessError(ctx, w, request, err)
		return
	}
	response, err := s.provider.NewAccessResponse(ctx, request)
	if err != nil {
		s.provider.WriteAccessError(ctx, w, request, err)
		return
	}
	s.provider.WriteAccessResponse(ctx, w, request, response)
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func pemOf(c tls.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})
}
