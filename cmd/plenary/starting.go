package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/internal/server"
)

// lent is a listener whose Close only stops the current server's accepting, so that the next server can use it.
type lent struct{ *net.TCPListener }

func (l lent) Close() error { return l.SetDeadline(time.Unix(1, 0)) }

// answerWhileStarting answers requests on a listener until the server itself can. end waits for running requests and then
// releases the listener.
func answerWhileStarting(l net.Listener) (end func() error) {
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return func() error { return nil }
	}
	srv := &http.Server{Handler: server.Starting(), ReadHeaderTimeout: time.Second, WriteTimeout: time.Second}
	srv.SetKeepAlivesEnabled(false)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = srv.Serve(lent{tcp}) // Shutdown ends it, with an error that says so
	}()
	return sync.OnceValue(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if srv.Shutdown(ctx) != nil {
			_ = srv.Close()
		}
		<-ended
		return tcp.SetDeadline(time.Time{})
	})
}
