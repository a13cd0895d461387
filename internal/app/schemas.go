package app

import (
	"net/http"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/report"
)

// schemas are the JSON Schemas of what people bring and take away, by their paths.
func schemas() map[string][]byte {
	return map[string][]byte{questionnaire.SchemaURL: questionnaire.Schema(), report.SchemaURL: report.Schema()}
}

// schemaPage serves a JSON Schema.
func schemaPage(text []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "read only", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "application/schema+json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		_, _ = w.Write(text)
	})
}
