package console

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var unbuilt = fstest.MapFS{"placeholder.html": {Data: []byte("run make web")}}

var complete = fstest.MapFS{
	"placeholder.html":             unbuilt["placeholder.html"],
	"explorer/index.html":          {Data: []byte("<title>explorer</title>")},
	"explorer/assets/main-1a2b.js": {Data: []byte("export {}")},
}

func TestExplorer(t *testing.T) {
	const page, asset = "no-cache", "public, max-age=31536000, immutable"
	for _, c := range []struct {
		rule, method, path string
		pages              fstest.MapFS
		status             int
		body, cache, kind  string
	}{
		{"the root is the page", "GET", "/", complete, 200, "<title>explorer</title>", page, "text/html"},
		{"a prefix stripped with its slash leaves an empty path", "GET", "", complete, 200, "<title>explorer</title>", page, "text/html"},
		{"the page is also index.html", "GET", "/index.html", complete, 200, "<title>explorer</title>", page, "text/html"},
		{"an asset is cached for a year", "GET", "/assets/main-1a2b.js", complete, 200, "export {}", asset, "text/javascript"},
		{"HEAD has no body", "HEAD", "/assets/main-1a2b.js", complete, 200, "", asset, "text/javascript"},
		{"a missing asset is not found", "GET", "/assets/main-9999.js", complete, 404, "404 page not found\n", "", "text/plain"},
		{"a folder is not listed", "GET", "/assets/", complete, 404, "404 page not found\n", "", "text/plain"},
		{"nothing else is served", "GET", "/placeholder.html", complete, 404, "404 page not found\n", "", "text/plain"},
		{"dots do not leave the folder", "GET", "/assets/../../placeholder.html", complete, 404, "404 page not found\n", "", "text/plain"},
		{"pages are read-only", "POST", "/", complete, 405, "method not allowed\n", "", "text/plain"},
		{"not built, the root says how to build", "GET", "/", unbuilt, 200, "run make web", page, "text/html"},
		{"not built, there are no assets", "GET", "/assets/main-1a2b.js", unbuilt, 404, "404 page not found\n", "", "text/plain"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/", nil)
			r.URL.Path = c.path
			w := httptest.NewRecorder()
			explorer(c.pages).ServeHTTP(w, r)

			body, err := io.ReadAll(w.Result().Body)
			if err != nil {
				t.Fatal(err)
			}
			if w.Code != c.status || string(body) != c.body {
				t.Errorf("%s %s = %d %q, want %d %q", c.method, c.path, w.Code, body, c.status, c.body)
			}
			if got := w.Header().Get("Cache-Control"); got != c.cache {
				t.Errorf("Cache-Control = %q, want %q", got, c.cache)
			}
			if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, c.kind) {
				t.Errorf("Content-Type = %q, want %q", got, c.kind)
			}
			for name, want := range map[string]string{
				"Content-Security-Policy": explorerPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
		})
	}
}

// Without the explorer, the page that says how to build it is served.
func TestEmbeddedExplorer(t *testing.T) {
	w := httptest.NewRecorder()
	Explorer().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	want := "make web"
	if HasExplorer() {
		want = `id="explorer"`
	}
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
		t.Errorf("GET / = %d, HasExplorer = %t, want 200 and %q in\n%s", w.Code, HasExplorer(), want, w.Body)
	}
}
