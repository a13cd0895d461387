package story_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// receiver is a web server that webhooks can lead to. It echoes challenges, and answers events with a status.
type receiver struct {
	*httptest.Server
	status atomic.Int64
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var event struct {
		Type string
		Data struct{ Challenge string }
	}
	if err := json.NewDecoder(req.Body).Decode(&event); err != nil {
		http.Error(w, "this is no event: "+err.Error(), http.StatusBadRequest)
		return
	}
	if event.Type == webhook.ChallengeType {
		_ = json.NewEncoder(w).Encode(map[string]string{"challenge": event.Data.Challenge})
		return
	}
	w.WriteHeader(int(r.status.Load()))
}

// deliver sends what is due to webhooks, until nothing is. The receiver answers with a status.
func (w *world) deliver(status int) {
	w.t.Helper()
	w.receiver.status.Store(int64(status))
	for range 50 {
		w.settle()
		n, err := w.Webhooks.Step(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	w.t.Fatal("there is always something to send")
}
