package app

import (
	_ "embed"
	"net/http"

	"github.com/plenary-dialogue/plenary/internal/post"
)

// errorsPage is where docUrl of an error points: each code with a request that causes it, the answer, and what to do next. A test
// in internal/story sends these requests and writes the page.
//
//go:embed errors.html
var errorsPage []byte

func errorCodes(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		post.NotAllowed(w, "GET, HEAD", "this is read with GET")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	_, _ = w.Write(errorsPage)
}
