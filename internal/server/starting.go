package server

import (
	"net/http"
	"time"

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
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		ctx := gql.WithRequest(r.Context(), &gql.Request{ID: requestID(r.Header)})
		secure(w.Header(), gql.RequestOf(ctx).ID)
		refused := refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "the server is starting: retry later").later(time.Second)
		for name, value := range refused.header {
			w.Header().Set(name, value)
		}
		w.Header().Set("Cache-Control", "no-store")
		respond(w, mediaJSON, refused.status, gql.Refusal(ctx, refused.errors), nil)
	})
	return mux
}
