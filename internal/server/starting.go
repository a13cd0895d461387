package server

import (
	"encoding/json"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// Starting answers requests while the database of the Server is not open yet: the process is alive but not ready, and
// clients should retry everything else. Without it, an orchestrator would restart a server that only waits.
func Starting() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		writeHealth(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		writeHealth(w, http.StatusServiceUnavailable, map[string]string{"status": "unready", "database": "is not open yet"})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "application/json; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = json.NewEncoder(w).Encode(map[string]gqlerror.List{"errors": {gql.Refuse(gql.CodeUnavailable, "the server is starting")}})
	})
	return mux
}
