package app

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/policy"
)

// within is a page for those whose token's scopes let them in.
func within(w policy.Way, page http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !outOfScope(rw, policy.Enter(r.Context(), w)) {
			page.ServeHTTP(rw, r)
		}
	})
}

// outOfScope answers a refusal because of scope, in the form of errors over GraphQL and with the challenge of RFC 6750, section 3.1;
// false for anything else.
func outOfScope(w http.ResponseWriter, err error) bool {
	f := policy.OutOfScope(err)
	if f == nil {
		return false
	}
	challenge := `Bearer error="insufficient_scope"`
	if f.Values.Scopes != nil {
		challenge += `, scope="` + strings.Join(f.Values.Scopes, " ") + `"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{
		map[string]any{"message": f.Message, "extensions": map[string]any{"code": f.UserCode()}},
	}})
	return true
}
