// Package wire is a proxy between a test and a server that behaves like a bad network: it delays data, stops delivering it
// without closing a connection, or loses one chosen answer. It never changes data.
package wire

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Wire is a TCP proxy to one server.
type Wire struct {
	Addr     string
	upstream string
	listener net.Listener
	ended    chan struct{}

	mu     sync.Mutex
	conns  map[net.Conn]bool
	quiet  chan struct{} // closed when data flows again; nil while it flows
	delay  time.Duration
	jitter time.Duration
	trap   []byte
	caught chan struct{}
}

// To starts a wire to the server of a URL and gives the URL of the wire. The wire is closed after the test.
func To(t testing.TB, rawURL string) (*Wire, string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatalf("parse the URL of a server: %v", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen for a wire: %v", err)
	}
	w := &Wire{Addr: l.Addr().String(), upstream: u.Host, listener: l, ended: make(chan struct{}), conns: map[net.Conn]bool{}}
	var wg sync.WaitGroup
	wg.Go(func() { w.accept(&wg) })
	t.Cleanup(func() {
		close(w.ended)
		_ = l.Close()
		w.Cut()
		wg.Wait()
	})
	u.Host = w.Addr
	return w, u.String()
}

// Silence holds back all data from now on, like a network that loses every packet. Neither side gets an error.
func (w *Wire) Silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.quiet == nil {
		w.quiet = make(chan struct{})
	}
}

// Speak lets data flow again, beginning with the data that was held back.
func (w *Wire) Speak() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.quiet != nil {
		close(w.quiet)
		w.quiet = nil
	}
}

// Delay delays all data: each way by half of trip and at random by up to half of jitter.
func (w *Wire) Delay(trip, jitter time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delay, w.jitter = trip/2, jitter/2
}

// Trap passes the next request that contains these bytes, waits for the answer of the server, and breaks the connection
// instead of passing the answer. The channel closes after that.
func (w *Wire) Trap(request string) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trap, w.caught = []byte(request), make(chan struct{})
	return w.caught
}

// Cut breaks all connections.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		_ = c.Close()
	}
}

func (w *Wire) accept(wg *sync.WaitGroup) {
	for {
		c, err := w.listener.Accept()
		if err != nil {
			return
		}
		wg.Go(func() { w.serve(c) })
	}
}

func (w *Wire) serve(client net.Conn) {
	var d net.Dialer
	server, err := d.DialContext(context.Background(), "tcp", w.upstream)
	if err != nil {
		_ = client.Close()
		return
	}
	p := &pair{wire: w, client: client, server: server}
	w.mu.Lock()
	w.conns[client], w.conns[server] = true, true
	w.mu.Unlock()
	var wg sync.WaitGroup
	wg.Go(func() { p.copy(client, server, p.request) })
	wg.Go(func() { p.copy(server, client, p.answer) })
	wg.Wait()
	w.mu.Lock()
	delete(w.conns, client)
	delete(w.conns, server)
	w.mu.Unlock()
}

// pair is one connection through the wire.
type pair struct {
	wire           *Wire
	client, server net.Conn
	mu             sync.Mutex
	trapped        bool // the wire loses the next answer
}

func (p *pair) copy(from, to net.Conn, pass func([]byte) bool) {
	defer func() {
		_ = from.Close()
		_ = to.Close()
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if !p.wire.travel() || !pass(buf[:n]) {
				return
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// travel waits for as long as the data is delayed; it reports false if the wire is closed.
func (w *Wire) travel() bool {
	w.mu.Lock()
	late, quiet := w.delay, w.quiet
	if w.jitter > 0 {
		late += rand.N(w.jitter)
	}
	w.mu.Unlock()
	if late > 0 {
		select {
		case <-time.After(late):
		case <-w.ended:
			return false
		}
	}
	if quiet != nil {
		select {
		case <-quiet:
		case <-w.ended:
			return false
		}
	}
	return true
}

func (p *pair) request(b []byte) bool {
	p.wire.mu.Lock()
	defer p.wire.mu.Unlock()
	if p.wire.trap != nil && bytes.Contains(b, p.wire.trap) {
		p.wire.trap = nil
		p.mu.Lock()
		p.trapped = true
		p.mu.Unlock()
	}
	return true
}

func (p *pair) answer([]byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.trapped {
		close(p.wire.caught)
	}
	return !p.trapped
}
