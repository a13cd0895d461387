package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/internal/server"
)

// lent is a listener whose closing only ends whoever accepts on it now: the next may have it.
type lent struct{ *net.TCPListener }

func (l lent) Close() error { return l.SetDeadline(time.Unix(1, 0)) }

// answerWhileStarting answers on a listener until the server itself can; end waits for what is being answered and gives the
// listener back.
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
		_ = srv.Serve(lent{tcp}) // it ends by Shutdown, with an error that says so
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
