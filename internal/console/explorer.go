package console

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// explorerPolicy lets a page load from and call only its own host. Monaco writes its styles into the page and starts its workers from
// files or blobs.
const explorerPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; img-src 'self' data:; " +
	"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

// Explorer serves the GraphQL explorer from the root. Mount it with http.StripPrefix under a path that ends in a slash, because
// the page refers to its files by relative paths. When it was not built, the page says how to build it.
func Explorer() http.Handler { return explorer(files()) }

// HasExplorer reports whether the explorer was built into this binary.
func HasExplorer() bool { return has(files(), "explorer") }

func explorer(pages fs.FS) http.Handler {
	index := placeholder
	if has(pages, "explorer") {
		index = "explorer/index.html"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", explorerPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}

		name, cache := index, "no-cache"
		if file := path.Clean("/" + r.URL.Path); file != "/" && file != "/index.html" {
			if !strings.HasPrefix(file, "/assets/") {
				http.NotFound(w, r)
				return
			}
			name, cache = "explorer"+file, forever
		}
		// Reading a folder as a file fails, so nothing is ever listed.
		body, err := fs.ReadFile(pages, name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		h.Set("Cache-Control", cache)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
	})
}
