package app

import (
	"net/http"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
)

// within is a page for those whose token's scopes let them in.
func within(w policy.Way, page http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !outOfScope(rw, policy.Enter(r.Context(), w)) {
			page.ServeHTTP(rw, r)
		}
	})
}

// outOfScope answers a refusal because of scope; false for anything else.
func outOfScope(w http.ResponseWriter, err error) bool {
	f := policy.OutOfScope(err)
	if f == nil {
		return false
	}
	post.OutOfScope(w, f)
	return true
}
