package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var built = fstest.MapFS{
	"placeholder.html":                 unbuilt["placeholder.html"],
	"console/index.html":               {Data: []byte("<title>console</title>")},
	"console/index.html.br":            {Data: []byte("br of the page")},
	"console/index.html.gz":            {Data: []byte("gz of the page")},
	"console/documents.json":           {Data: []byte("{}")},
	"console/assets/index-1a2b.js":     {Data: []byte("export {}")},
	"console/assets/index-1a2b.js.br":  {Data: []byte("br of the script")},
	"console/assets/index-1a2b.js.gz":  {Data: []byte("gz of the script")},
	"console/assets/sans-3c4d.woff2":   {Data: []byte("a font")},
	"console/assets/index-5e6f.css":    {Data: []byte("a{}")},
	"console/assets/index-5e6f.css.gz": {Data: []byte("gz of the style")},
}

// asked sends a request to a console; headers are given as "Name: value".
func asked(c *Console, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = path
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w
}

func made(t *testing.T, pages fstest.MapFS) *Console {
	t.Helper()
	c, err := newConsole(pages)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConsole(t *testing.T) {
	const browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"
	const page, script = "<title>console</title>", "export {}"
	for _, tt := range []struct {
		rule, method, path string
		headers            []string
		status             int
		body, cache, media string
	}{
		{"the root is the page, for programs, too", "GET", "/", nil, 200, page, "no-cache", "text/html; charset=utf-8"},
		{"an address without a file's ending is the page", "GET", "/proposals/proposal_1", []string{browser}, 200, page, "no-cache", "text/html; charset=utf-8"},
		{"two dots and a number are no ending", "GET", "/proposals/proposal_1/versions/1..2", []string{browser}, 200, page, "no-cache", "text/html; charset=utf-8"},
		{"HEAD has no body", "HEAD", "/dialogues", []string{browser}, 200, "", "no-cache", "text/html; charset=utf-8"},
		{"a program that asks for it finds nothing", "GET", "/dialogues", []string{"Accept: */*"}, 404, "", "", ""},
		{"nor does a script", "GET", "/dialogues", []string{"Accept: application/json"}, 404, "", "", ""},
		{"nor who refuses pages", "GET", "/dialogues", []string{"Accept: text/html;q=0, */*"}, 404, "", "", ""},
		{"nor who says nothing", "GET", "/dialogues", nil, 404, "", "", ""},
		{"a file that is not there is no page", "GET", "/favicon.ico", []string{browser}, 404, "", "", ""},
		{"the page has one address", "GET", "/index.html", []string{browser}, 404, "", "", ""},
		{"an asset is kept for a year", "GET", "/assets/index-1a2b.js", nil, 200, script, forever, "text/javascript; charset=utf-8"},
		{"a font has its type", "GET", "/assets/sans-3c4d.woff2", nil, 200, "a font", forever, "font/woff2"},
		{"a missing asset is not there", "GET", "/assets/index-9999.js", []string{browser}, 404, "", "", ""},
		{"a form of an asset has no address", "GET", "/assets/index-1a2b.js.br", nil, 404, "", "", ""},
		{"nothing else of the build is served", "GET", "/documents.json", nil, 404, "", "", ""},
		{"folders are not listed", "GET", "/assets/", []string{browser}, 200, page, "no-cache", "text/html; charset=utf-8"},
		{"the page is read", "POST", "/", nil, 405, "", "", ""},
		{"so are assets", "DELETE", "/assets/index-1a2b.js", nil, 405, "", "", ""},
		{"nothing can be sent elsewhere", "POST", "/dialogues", []string{browser}, 404, "", "", ""},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			w := asked(made(t, built), tt.method, tt.path, tt.headers...)
			if w.Code != tt.status {
				t.Fatalf("%s %s = %d, want %d", tt.method, tt.path, w.Code, tt.status)
			}
			if tt.status == 405 && w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("Allow = %q", w.Header().Get("Allow"))
			}
			if tt.status != 200 {
				if got := w.Header().Get("Content-Type"); got != "application/json" || w.Header().Get("Content-Security-Policy") != "" {
					t.Errorf("the refusal is %q with a policy of the page", got)
				}
				return
			}
			if w.Body.String() != tt.body || w.Header().Get("Cache-Control") != tt.cache || w.Header().Get("Content-Type") != tt.media {
				t.Errorf("%q %v, want %q, %q, %q", w.Body, w.Header(), tt.body, tt.cache, tt.media)
			}
			if (w.Header().Get("Content-Security-Policy") != "") != (tt.cache == "no-cache") || w.Header().Get("ETag") == "" {
				t.Errorf("the policy is the page's, and all has an ETag: %v", w.Header())
			}
		})
	}
}

// TestForms: of the forms of a file, a client gets the one that it prefers.
func TestForms(t *testing.T) {
	const plain, br, gz = "export {}", "br of the script", "gz of the script"
	tags := map[string]string{}
	for _, tt := range []struct{ accepts, body, coding string }{
		{"", plain, ""},
		{"gzip, deflate, br, zstd", br, "br"},
		{"gzip", gz, "gzip"},
		{"GZIP", gz, "gzip"},
		{"br;q=0.5, gzip;q=0.8", gz, "gzip"},
		{"br; q=1.0, gzip;q=0.8", br, "br"},
		{"gzip;q=0, br;q=0", plain, ""},
		{"*", br, "br"},
		{"br;q=0, *", gz, "gzip"},
		{"*;q=0", plain, ""},
		{"identity, gzip;q=0.5", plain, ""},
		{"identity;q=0.5, gzip", gz, "gzip"},
		{"br;q=2, gzip", gz, "gzip"},
		{"zstd", plain, ""},
	} {
		w := asked(made(t, built), "GET", "/assets/index-1a2b.js", "Accept-Encoding: "+tt.accepts)
		h := w.Header()
		if w.Body.String() != tt.body || h.Get("Content-Encoding") != tt.coding || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %q, %v, want %q as %q", tt.accepts, w.Body, h, tt.body, tt.coding)
		}
		if h.Get("Content-Length") != fmt.Sprint(len(tt.body)) || h.Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("%q: %v", tt.accepts, h)
		}
		if tag, known := tags[tt.coding]; known && tag != h.Get("ETag") {
			t.Errorf("%q: another ETag than before", tt.accepts)
		}
		tags[tt.coding] = h.Get("ETag")
	}
	if tags[""] == tags["br"] || tags["br"] == tags["gzip"] {
		t.Errorf("forms share an ETag: %v", tags)
	}
	w := asked(made(t, built), "GET", "/assets/index-1a2b.js", "Accept-Encoding: br", "If-None-Match: "+tags["br"])
	if w.Code != http.StatusNotModified || w.Body.Len() > 0 || w.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("with the ETag: %d %v", w.Code, w.Header())
	}
	if w := asked(made(t, built), "GET", "/assets/sans-3c4d.woff2", "Accept-Encoding: br"); w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") != "" {
		t.Errorf("a file of one form: %v", w.Header())
	}
	if w := asked(made(t, built), "GET", "/assets/index-5e6f.css", "Accept-Encoding: br, gzip"); w.Body.String() != "gz of the style" {
		t.Errorf("a file without brotli: %q", w.Body)
	}
}

// TestPolicy: the page may call its own host and the origins that it was given, and no other.
func TestPolicy(t *testing.T) {
	c := made(t, built)
	const whole = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; " +
		"form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	before := asked(c, "GET", "/").Header()
	if got := before.Get("Content-Security-Policy"); got != whole {
		t.Errorf("the policy is %q, want %q", got, whole)
	}
	c.Connect([]string{"https://token.example", "https://id.example:8443", "https://token.example"})
	after := asked(c, "GET", "/", "If-None-Match: "+before.Get("ETag"))
	want := strings.Replace(whole, "connect-src 'self'", "connect-src 'self' https://id.example:8443 https://token.example", 1)
	if got := after.Header().Get("Content-Security-Policy"); got != want || after.Code != 200 {
		t.Errorf("with another policy the page is %d with %q, want 200 with %q", after.Code, got, want)
	}
	again := asked(c, "GET", "/", "If-None-Match: "+after.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Header().Get("Content-Security-Policy") != want {
		t.Errorf("again it is %d %v, want 304 and the policy", again.Code, again.Header())
	}
}

func TestUnbuilt(t *testing.T) {
	c := made(t, unbuilt)
	for _, path := range []string{"/", "/dialogues"} {
		w := asked(c, "GET", path, "Accept: text/html", "Accept-Encoding: br")
		if w.Code != 200 || w.Body.String() != "run make web" || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s = %d %q %v", path, w.Code, w.Body, w.Header())
		}
	}
	if all, err := documentsOf(unbuilt); err != nil || len(all) > 0 {
		t.Errorf("documents without a console: %v, %v", all, err)
	}
}

func TestDocuments(t *testing.T) {
	const text = "query Q { viewer { id } }"
	sum := sha256.Sum256([]byte(text))
	id := hex.EncodeToString(sum[:])
	for _, tt := range []struct {
		rule, json string
		ok         bool
	}{
		{"a document with its hash", fmt.Sprintf("{%q: %q}", id, text), true},
		{"one of another hash", fmt.Sprintf("{%q: %q}", id, text+" "), false},
		{"what is no list of documents", "[]", false},
	} {
		pages := fstest.MapFS{"console/index.html": {}, "console/documents.json": {Data: []byte(tt.json)}}
		all, err := documentsOf(pages)
		if (err == nil) != tt.ok || tt.ok && all[id] != text {
			t.Errorf("%s: %v, %v", tt.rule, all, err)
		}
	}
	if _, err := documentsOf(fstest.MapFS{"console/index.html": {}}); err == nil {
		t.Error("a console without its documents is taken")
	}
}

// TestEmbeddedConsole: what was built can be served, and each form of a file is that file.
func TestEmbeddedConsole(t *testing.T) {
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if !Built() {
		if w := asked(c, "GET", "/"); !strings.Contains(w.Body.String(), "make web") {
			t.Errorf("without the console / is %s", w.Body)
		}
		return
	}
	if w := asked(c, "GET", "/"); !strings.Contains(w.Body.String(), `id="console"`) {
		t.Errorf("/ is %s", w.Body)
	}
	for path := range c.assets {
		plain, packed := asked(c, "GET", path), asked(c, "GET", path, "Accept-Encoding: gzip")
		if packed.Header().Get("Content-Encoding") == "" {
			continue
		}
		r, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if text, err := io.ReadAll(r); err != nil || !bytes.Equal(text, plain.Body.Bytes()) {
			t.Errorf("%s is another file in gzip (%v)", path, err)
		}
	}
}
