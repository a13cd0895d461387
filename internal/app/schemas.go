package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// shown is a JSON Schema of what people bring or take away.
type shown struct {
	path        string
	text        []byte
	id, summary string
}

var schemas = []shown{
	{questionnaire.SchemaURL, questionnaire.Schema(), "readTemplateSchema", "The JSON Schema of templates of assessments"},
	{decision.SchemaURL, decision.Schema(), "readRuleSchema", "The JSON Schema of decision rules"},
	{report.SchemaURL, report.Schema(), "readReportSchema", "The JSON Schema of reports"},
}

func (s shown) operations() []openapi.Operation {
	return []openapi.Operation{{
		Method: http.MethodGet, Path: s.path, ID: s.id, Tag: server.TagSchemas, Summary: s.summary, Head: true, Tagged: true, Ranges: true,
		Responses: []openapi.Response{{
			Status: http.StatusOK, Description: "The schema.", Content: openapi.Content{"application/schema+json": openapi.Any("A JSON Schema of the draft 2020-12.")},
		}},
	}}
}

// fixed serves a text that does not change while the server runs, to pages of every origin.
func fixed(text []byte, media string) http.Handler {
	serve := cached(text, media, "public, max-age=300")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		serve.ServeHTTP(w, r)
	})
}

// cached serves a text with its ETag.
func cached(text []byte, media, control string) http.Handler {
	sum := sha256.Sum256(text)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			post.NotAllowed(w, "GET, HEAD", "this is read with GET")
			return
		}
		h := w.Header()
		h.Set("ETag", tag)
		h.Set("Content-Type", media)
		h.Set("Cache-Control", control)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	})
}
