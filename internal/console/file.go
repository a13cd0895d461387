package console

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// file is a file in each form in which the bundler wrote it. The plain one is the last.
type file struct {
	media string
	forms []form
}

type form struct {
	coding string // empty for the plain one
	body   []byte
	tag    string
}

// packed are the forms beside a file, the best first.
var packed = []struct{ coding, ending string }{{"br", ".br"}, {"gzip", ".gz"}}

func isPacked(name string) bool {
	for _, p := range packed {
		if strings.HasSuffix(name, p.ending) {
			return true
		}
	}
	return false
}

// medias are the types of what the bundler writes, so that they do not depend on the lists of the system.
var medias = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": "font/woff2", ".png": "image/png", ".json": "application/json",
}

func readFile(pages fs.FS, name string) (*file, error) {
	f := &file{media: cmp.Or(medias[path.Ext(name)], "application/octet-stream")}
	for _, p := range append(packed[:len(packed):len(packed)], struct{ coding, ending string }{}) {
		body, err := fs.ReadFile(pages, name+p.ending)
		if errors.Is(err, fs.ErrNotExist) && p.ending != "" {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the console: %w", err)
		}
		sum := sha256.Sum256(body)
		f.forms = append(f.forms, form{p.coding, body, base64.RawURLEncoding.EncodeToString(sum[:15])})
	}
	return f, nil
}

// serve writes the form that the client prefers. also is what the ETag names besides the content.
func (f *file) serve(w http.ResponseWriter, r *http.Request, also string) {
	h := w.Header()
	if len(f.forms) > 1 {
		h.Add("Vary", "Accept-Encoding")
	}
	best := f.preferred(r.Header.Values("Accept-Encoding"))
	if best.coding != "" {
		h.Set("Content-Encoding", best.coding)
	}
	h.Set("Content-Type", f.media)
	h.Set("Content-Length", strconv.Itoa(len(best.body))) // which ServeContent leaves out of what is compressed
	h.Set("ETag", `"`+best.tag+also+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(best.body))
}

// preferred is the form of the highest weight, and of those the smallest. The plain one is for all who do not name another.
func (f *file) preferred(accepted []string) form {
	weights := map[string]float64{}
	for one := range strings.SplitSeq(strings.ToLower(strings.Join(accepted, ",")), ",") {
		name, params, _ := strings.Cut(one, ";")
		q := ""
		if key, value, ok := strings.Cut(params, "="); ok && strings.TrimSpace(key) == "q" {
			q = strings.TrimSpace(value)
		}
		weights[strings.TrimSpace(name)] = weight(q)
	}
	best := f.forms[len(f.forms)-1]
	most := weights["identity"]
	for _, one := range f.forms[:len(f.forms)-1] {
		q, named := weights[one.coding]
		if !named {
			q = weights["*"]
		}
		if q > most || q > 0 && q == most && best.coding == "" {
			best, most = one, q
		}
	}
	return best
}

// weight reads a weight of RFC 9110; one that is not given is 1, and one that cannot be read counts as a refusal.
func weight(q string) float64 {
	if q == "" {
		return 1
	}
	w, err := strconv.ParseFloat(q, 64)
	if err != nil || w < 0 || w > 1 {
		return 0
	}
	return w
}
