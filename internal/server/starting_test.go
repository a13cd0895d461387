package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// TestAStartingServerSaysWhenToRetry: as any server that cannot answer now.
func TestAStartingServerSaysWhenToRetry(t *testing.T) {
	for _, method := range []string{"GET", "POST", "OPTIONS"} {
		w := newRecorder()
		req, err := http.NewRequestWithContext(t.Context(), method, "/graphql", strings.NewReader(`{"query":"{me{id}}"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Request-Id", "request-one")
		server.Starting().ServeHTTP(w, req)
		var body struct {
			Errors []struct {
				Message    string
				Extensions struct {
					Code, RequestID, DocURL string
					Retryable               bool
					RetryAfterMs            int
				}
			}
		}
		if err := json.Unmarshal(w.body.Bytes(), &body); err != nil || len(body.Errors) != 1 {
			t.Fatalf("%s: %s: %v", method, w.body.String(), err)
		}
		e := body.Errors[0].Extensions
		if w.status != http.StatusServiceUnavailable || w.header.Get("Retry-After") != "1" || e.Code != gql.CodeUnavailable || !e.Retryable ||
			e.RetryAfterMs != 1000 || e.RequestID != "request-one" || e.DocURL != "/docs/errors#UNAVAILABLE" {
			t.Errorf("%s = %d, Retry-After %q, %s", method, w.status, w.header.Get("Retry-After"), w.body.String())
		}
	}
}
