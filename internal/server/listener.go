package server

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// listener accepts the connections of a server. When it closes, it first accepts those that have already been made: the
// kernel would reset them, although their clients may have sent a request.
type listener struct {
	net.Listener
	closing atomic.Bool
	parked  signal        // Accept accepts no more by itself
	last    chan net.Conn // those that had been made when the listener closed
	ended   signal        // Accept has given all of them
	closed  sync.Once
}

func newListener(l net.Listener) *listener {
	return &listener{Listener: l, parked: newSignal(), last: make(chan net.Conn), ended: newSignal()}
}

// signal is something that happens once.
type signal struct {
	happened chan struct{}
	once     *sync.Once
}

func newSignal() signal { return signal{make(chan struct{}), new(sync.Once)} }

func (s signal) give() { s.once.Do(func() { close(s.happened) }) }

// Accept waits for a connection.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if errors.Is(err, net.ErrClosed) && !l.closing.Load() { // something else has closed it
		l.parked.give()
		l.ended.give()
	}
	if err != nil && l.closing.Load() {
		l.parked.give()
		var ok bool
		if c, ok = <-l.last; !ok {
			l.ended.give()
			return nil, net.ErrClosed
		}
		err = nil
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		dropDeadPeer(tcp)
		return &connection{TCPConn: tcp}, nil
	}
	return c, err
}

// Close closes the listener, once.
func (l *listener) Close() (err error) {
	l.closed.Do(func() { err = l.Listener.Close() })
	return err
}

// stop closes the listener, and returns when whoever calls Accept has got the last connection and has come back for another.
func (l *listener) stop() {
	l.closing.Store(true)
	for _, c := range l.close() {
		l.last <- c
	}
	close(l.last)
	<-l.ended.happened
}

// close closes the listener and returns the connections that were waiting to be accepted.
func (l *listener) close() (last []net.Conn) {
	defer func() { _ = l.Close() }()
	tcp, ok := l.Listener.(*net.TCPListener)
	if !ok || tcp.SetDeadline(time.Unix(1, 0)) != nil {
		return nil
	}
	<-l.parked.happened // a goroutine that waits in Accept would keep the socket open
	return pending(tcp)
}

// connections counts the connections of a server. http.Server.Shutdown drops a request that arrives after it began, so the
// server has to know when none can come.
type connections struct {
	open   atomic.Int64
	fresh  atomic.Int64 // no request has come yet
	active atomic.Int64 // a request is being read or answered
}

// connection remembers its state. Only the goroutine that serves it changes the state.
type connection struct {
	*net.TCPConn
	state http.ConnState
	known bool
}

// changed is called when the state of a connection changes.
func (n *connections) changed(c net.Conn, to http.ConnState) {
	one, ok := c.(*connection)
	if !ok {
		return
	}
	if one.known {
		n.add(one.state, -1)
	}
	one.state, one.known = to, true
	n.add(to, 1)
}

func (n *connections) add(state http.ConnState, d int64) {
	switch state {
	case http.StateNew:
		n.fresh.Add(d)
	case http.StateActive:
		n.active.Add(d)
	case http.StateClosed, http.StateHijacked:
		return
	}
	n.open.Add(d)
}
