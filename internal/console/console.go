// Package console holds the web pages in the binary and serves them: the console and the explorer. It never calls the API itself:
// the pages do, from the browser, like any other client.
package console

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/plenary-dialogue/plenary/internal/post"
)

// make builds the pages from web/; a plain clone has only the placeholder.
//
//go:embed all:dist
var dist embed.FS

const (
	placeholder = "placeholder.html"
	shell       = "console/index.html"
	documents   = "console/documents.json"
	// The bundler names assets by a hash of their content, so a name never refers to anything else.
	forever = "public, max-age=31536000, immutable"
)

// policy lets the page load from its own host only. It runs no text as a script and writes no text as HTML. What it may call besides
// its own host stands where %s is.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'%s; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

func files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path
	}
	return sub
}

func has(pages fs.FS, name string) bool {
	_, err := fs.Stat(pages, name+"/index.html")
	return err == nil
}

// Built reports whether the console was built into this binary.
func Built() bool { return has(files(), "console") }

// Documents are the queries and mutations of the console by the SHA-256 of their text, in hex; none where it was not built.
func Documents() (map[string]string, error) { return documentsOf(files()) }

func documentsOf(pages fs.FS) (map[string]string, error) {
	if !has(pages, "console") {
		return nil, nil
	}
	text, err := fs.ReadFile(pages, documents)
	if err != nil {
		return nil, fmt.Errorf("read the console's documents: %w", err)
	}
	var all map[string]string
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read the console's documents: %w", err)
	}
	for id, one := range all {
		if sum := sha256.Sum256([]byte(one)); hex.EncodeToString(sum[:]) != id {
			return nil, fmt.Errorf("the console's document %s has another hash: run make web again", id)
		}
	}
	return all, nil
}

// Console serves the console: one page for all addresses, and its assets.
type Console struct {
	page   *file
	assets map[string]*file // by path
	policy atomic.Pointer[string]
}

// New makes the console of this binary. Where it was not built, its page says how to build it.
func New() (*Console, error) { return newConsole(files()) }

func newConsole(pages fs.FS) (*Console, error) {
	c := &Console{assets: map[string]*file{}}
	c.Connect(nil)
	name := shell
	if !has(pages, "console") {
		name = placeholder
	}
	var err error
	if c.page, err = readFile(pages, name); err != nil || name == placeholder {
		return c, err
	}
	const folder = "console/assets"
	entries, err := fs.ReadDir(pages, folder)
	if err != nil {
		return nil, fmt.Errorf("read the console's assets: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() || isPacked(e.Name()) {
			continue
		}
		if c.assets["/assets/"+e.Name()], err = readFile(pages, folder+"/"+e.Name()); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Connect sets the origins that the page may call besides its own: those where people sign in.
func (c *Console) Connect(origins []string) {
	origins = slices.Compact(slices.Sorted(slices.Values(origins)))
	text := ""
	for _, o := range origins {
		text += " " + o
	}
	text = fmt.Sprintf(policy, text)
	c.policy.Store(&text)
}

// ServeHTTP serves an asset, or the page at the root and at every path that a browser asks for as a page and that does not look like a
// file. Anything else is not there.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := r.URL.Path
	asset, isAsset := c.assets[at]
	if !isAsset && at != "/" {
		w.Header().Add("Vary", "Accept")
		if r.Method != http.MethodGet && r.Method != http.MethodHead || !isPage(r) {
			post.Missing(w)
			return
		}
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		post.NotAllowed(w, "GET, HEAD", "this is read with GET")
		return
	}
	if isAsset {
		w.Header().Set("Cache-Control", forever)
		asset.serve(w, r, "")
		return
	}
	said := *c.policy.Load()
	w.Header().Set("Content-Security-Policy", said)
	w.Header().Set("Cache-Control", "no-cache")
	// A browser that is told that it has the page keeps the policy that came with it, so a page with another policy is another page.
	sum := sha256.Sum256([]byte(said))
	c.page.serve(w, r, base64.RawURLEncoding.EncodeToString(sum[:6]))
}

// fileName is the end of a path that names a file: /favicon.ico, but not /versions/1..2.
var fileName = regexp.MustCompile(`\.[A-Za-z][A-Za-z0-9]*$`)

// isPage reports whether a browser asks for a page: scripts and programs do not ask for HTML.
func isPage(r *http.Request) bool {
	if fileName.MatchString(r.URL.Path) {
		return false
	}
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		if media, params, err := mime.ParseMediaType(one); err == nil && media == "text/html" && weight(params["q"]) > 0 {
			return true
		}
	}
	return false
}
