package server_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/server"
)

// BenchmarkPost measures a small query end to end, without the network.
func BenchmarkPost(b *testing.B) {
	r := start(b, func(c *server.Config) { c.Log, c.Rates.Off = slog.New(slog.DiscardHandler), true })
	h := r.Handler()
	body := []byte(`{"query":"query($n:Int){echo(number:$n) __typename}","variables":{"n":7}}`)
	w := newRecorder()
	b.ReportAllocs()
	for b.Loop() {
		req, err := http.NewRequestWithContext(context.Background(), "POST", "http://x/graphql", io.NopCloser(bytes.NewReader(body)))
		if err != nil {
			b.Fatal(err)
		}
		req.ContentLength = int64(len(body))
		req.Header["Content-Type"], req.Header["Accept"] = []string{"application/json"}, []string{"application/json"}
		req.RemoteAddr = "127.0.0.1:1"
		w.body.Reset()
		clear(w.header)
		h.ServeHTTP(w, req)
		if w.status != 200 {
			b.Fatal(w.body.String())
		}
	}
}
