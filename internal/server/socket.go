package server

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

const subprotocol = "graphql-transport-ws"

// socket serves the graphql-transport-ws protocol on one WebSocket. It holds one goroutine, which only reads: messages are
// handled on other goroutines, so that the stack of the waiting one stays small. Any goroutine may write (see link). A
// socket outlives every call, so it holds its contexts, which nothing else here does.
type socket struct {
	server *Server
	link   link
	frames frames
	one    live
	token  string        // of the upgrade request; one in connection_init takes precedence
	init   *http.Request // until connection_init
	seat   string

	ctx      context.Context // ends with the socket
	cancel   context.CancelFunc
	lastRead atomic.Int64 // in Unix nanoseconds, like the times below
	pinged   atomic.Int64 // the time just before the last ping was written: anything read later answers it
	pingLeft atomic.Int64 // the time just after it was written
	pinging  atomic.Bool  // a ping is queued and not yet written
	expires  atomic.Int64 // the end of the token; 0 for never

	mu         sync.Mutex
	why        *ending         // why it ends, nil while it is open
	initiated  bool            // connection_init was received
	viewerCtx  context.Context // nil until connection_init was accepted; resolvers run under it
	viewer     viewer
	deadline   time.Time // of connection_init, and later of the token
	nextPing   time.Time
	operations map[string]*socketOperation
	running    sync.WaitGroup
}

// serveSocket upgrades a request and starts to serve the socket, which outlives the call.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	accept, err := handshake(r)
	refused := s.checkUpgrade(r)
	if refused == nil && err != nil {
		refused = refuse(http.StatusBadRequest, gql.CodeBadUserInput, "%s", err).with("Sec-WebSocket-Version", "13")
	}
	token := ""
	if refused == nil {
		token, refused = bearer(r.Header)
	}
	if refused == nil && token != "" {
		_, _, refused = s.identify(r.Context(), token, r)
	}
	if refused != nil {
		s.refuseHTTP(w, r, mediaJSON, refused)
		return
	}
	h := w.Header()
	h.Set("Upgrade", "websocket")
	h.Set("Connection", "Upgrade")
	h.Set("Sec-WebSocket-Accept", accept)
	h.Set("Sec-WebSocket-Protocol", subprotocol)
	conn, head, early, err := takeOver(w, "101 Switching Protocols")
	if err != nil {
		return
	}
	// The request's context ends when its handler returns, so the socket has its own.
	ctx := gql.WithRequest(context.Background(), &gql.Request{ID: gql.RequestOf(r.Context()).ID})
	k := &socket{server: s, token: token, init: &http.Request{
		Method: r.Method, URL: r.URL, Header: r.Header, Host: r.Host, RemoteAddr: r.RemoteAddr,
	}}
	k.ctx, k.cancel = context.WithCancel(ctx)
	k.frames = frames{conn: conn, limit: s.cfg.Limits.BodyBytes}
	k.frames.to = copy(k.frames.small[:], early)
	if len(early) > len(k.frames.small) { // the client did not wait for the answer to its handshake
		k.frames.conn = &eager{early: early[len(k.frames.small):], conn: conn}
	}
	k.one.one = k
	k.link.conn = conn
	k.link.hold(k, &s.cfg.Limits)
	k.begin(s.peerOf(r)) // before the client knows that the socket is open
	k.link.open(head)
	go k.serve()
}

// eager reads what the client sent before its connection was taken over, and then the connection.
type eager struct {
	early []byte
	conn  net.Conn
}

func (e *eager) Read(b []byte) (int, error) {
	if len(e.early) > 0 {
		n := copy(b, e.early)
		e.early = e.early[n:]
		return n, nil
	}
	return e.conn.Read(b)
}

// takeOver takes the connection from net/http, which would keep twelve kilobytes for it. It returns the head of the response,
// which is still to be written, and what the client has sent already.
func takeOver(w http.ResponseWriter, status string) (conn net.Conn, head, early []byte, err error) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, nil, nil, err
	}
	early, err = rw.Peek(rw.Reader.Buffered())
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		_ = conn.Close()
		return nil, nil, nil, err
	}
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 " + status + "\r\n")
	_ = w.Header().Write(&b) // a buffer does not fail
	b.WriteString("\r\n")
	return conn, b.Bytes(), bytes.Clone(early), nil
}

// checkUpgrade refuses other subprotocols, also the older one of subscriptions-transport-ws, and pages of other origins:
// browsers let any page open a socket.
func (s *Server) checkUpgrade(r *http.Request) *refusal {
	switch {
	case !offers(r.Header, subprotocol):
		return refuse(http.StatusBadRequest, gql.CodeBadUserInput, "the subprotocol must be %s", subprotocol).
			with("Sec-WebSocket-Protocol", subprotocol)
	case !s.origins.admits(r):
		return refuse(http.StatusForbidden, gql.CodeForbidden, "WebSockets from this origin are not accepted")
	case s.stopping.Load():
		return refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "the server is shutting down: retry later").later(time.Second)
	}
	return nil
}

func offers(h http.Header, want string) bool {
	for _, v := range h.Values("Sec-WebSocket-Protocol") {
		for one := range strings.SplitSeq(v, ",") {
			if strings.TrimSpace(one) == want {
				return true
			}
		}
	}
	return false
}

// begin takes a seat and starts the time for connection_init.
func (k *socket) begin(from peer) {
	l := &k.server.cfg.Limits
	k.touch()
	k.deadline = time.Now().Add(l.InitTimeout)
	k.nextPing = time.Now().Add(l.Ping)
	k.server.lives.add(&k.one, earliest(k.deadline, k.nextPing))
	// Until its client is authenticated, a socket counts for its address, but not together with the sockets of visitors: they
	// may stay, and would keep out members at the same address.
	seat, most := k.server.callerOf(Session{}, from).seats(l.Sockets)
	if !k.take("new "+seat, most) {
		k.end(endTooMany)
	}
	if k.server.stopping.Load() { // a shutdown may have ended all others before this one was registered
		k.end(endRestart)
	}
}

func (k *socket) serve() {
	k.read()
	k.aside(k.left)
}

// left cleans up after reading has ended.
func (k *socket) left() {
	k.end(endPeerGone) // unless it is ending for another reason
	k.link.die()
	_ = k.link.conn.Close()
	k.running.Wait()
	if k.seat != "" {
		k.server.sockets.leave(k.seat)
	}
	k.server.lives.remove(&k.one)
}

// take moves the socket to another seat.
func (k *socket) take(seat string, most int) bool {
	s := k.server
	if s.lives.count() > s.cfg.Limits.Connections || !s.sockets.take(seat, most) {
		return false
	}
	if k.seat != "" {
		s.sockets.leave(k.seat)
	}
	k.seat = seat
	return true
}

func (k *socket) touch() { k.lastRead.Store(time.Now().UnixNano()) }

// wake ends the socket if a deadline has passed, and pings.
func (k *socket) wake(now time.Time) time.Time {
	why, ping, due := k.overdue(now)
	if why != nil {
		k.end(why)
	}
	if ping {
		k.ping()
	}
	return due
}

// ping checks that the client is there. When the queue has no room, a write is already waiting for the client.
func (k *socket) ping() {
	k.pinging.Store(true)
	if !k.link.offer(message{text: []byte(`{"type":"ping"}`), ping: true}) {
		k.pinging.Store(false)
		return
	}
	k.link.flush()
}

func (k *socket) overdue(now time.Time) (why *ending, ping bool, due time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	late := !now.Before(k.deadline)
	switch {
	case k.why != nil:
		return nil, false, now.Add(time.Hour)
	case late && !k.initiated:
		return endUninitiated, false, now.Add(time.Hour)
	case late && k.viewerCtx != nil:
		return endExpired, false, now.Add(time.Hour)
	case !now.Before(k.nextPing):
		// The time to answer a ping begins when it is written: it may have waited in the queue after events.
		interval := k.server.cfg.Limits.Ping
		answerBy := time.Unix(0, k.pingLeft.Load()).Add(interval)
		switch {
		case k.pinging.Load():
			k.nextPing = now.Add(interval)
		case k.lastRead.Load() >= k.pinged.Load():
			k.nextPing, ping = now.Add(interval), true
		case now.Before(answerBy):
			k.nextPing = answerBy
		default:
			return endPeerGone, false, now.Add(time.Hour)
		}
	}
	if k.initiated && k.viewerCtx == nil { // authentication is under way
		return nil, ping, k.nextPing
	}
	return nil, ping, earliest(k.deadline, k.nextPing)
}

// end ends the operations now, and the connection when the client has answered our close frame.
func (k *socket) end(why *ending) {
	k.mu.Lock()
	if k.why != nil {
		k.mu.Unlock()
		return
	}
	k.why = why
	k.server.metrics.ended(why)
	operations := k.operations
	k.operations = nil
	k.mu.Unlock()
	k.cancel()
	for _, o := range operations {
		o.halt()
	}
	if why == endPeerGone {
		k.link.die()
		_ = k.link.conn.Close()
		return
	}
	// Before a restart the queue is written, because it may hold answers to mutations.
	k.link.finish(why == endRestart)
}

func (k *socket) ended() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.why != nil
}

// closing is how long the client has to answer our close frame.
const closing = 5 * time.Second

// over implements wire. After our close frame the socket drops what the client sends before its own close frame.
func (k *socket) over(err error) {
	if err != nil {
		_ = k.link.conn.Close()
		return
	}
	_ = k.link.conn.SetReadDeadline(time.Now().Add(closing))
}

func (k *socket) slow(behind *socketOperation) { k.end(tooSlow(behind)) }

// mayWrite implements wire. The timer that ends the socket may be late, and no event may be sent after the token has expired.
func (k *socket) mayWrite() bool {
	expires := k.expires.Load()
	return expires == 0 || k.server.now().UnixNano() < expires
}

// frame implements wire. The text of an event is wrapped in a message of the protocol; other texts are whole messages.
func (k *socket) frame(b []byte, m message) []byte {
	if m.ping {
		k.pinged.Store(time.Now().UnixNano())
	}
	if m.raw {
		return append(b, m.text...)
	}
	if !m.event {
		return append(appendHeader(b, ws.OpText, len(m.text)), m.text...)
	}
	const before, between, after = `{"id":`, `,"type":"next","payload":`, `}`
	b = appendHeader(b, ws.OpText, len(before)+len(m.op.quoted)+len(between)+len(m.text)+len(after))
	b = append(append(b, before...), m.op.quoted...)
	return append(append(append(b, between...), m.text...), after...)
}

// written implements wire.
func (k *socket) written(m message) {
	if m.ping {
		k.pingLeft.Store(time.Now().UnixNano())
		k.pinging.Store(false)
	}
	if m.cursor != "" {
		m.op.lastCursor = m.cursor
	}
}

// final implements wire: the close frame. For a slow reader it also names the cursor of the last event that was written, from
// which to resume.
func (k *socket) final(b []byte) []byte {
	why := k.why // set before link.finish was called
	reason := why.reason
	if why.behind != nil && why.behind.lastCursor != "" && len(why.behind.lastCursor) < 110 {
		reason += " " + why.behind.lastCursor
	}
	return appendClose(b, why.status, reason)
}

// read reads frames until the connection is closed. After end it goes on and drops them, until the client's answer to our
// close frame comes.
func (k *socket) read() {
	defer k.server.contain(k.ctx)
	defer k.frames.close()
	for {
		kind, payload, err := k.frames.next()
		if why, ok := errors.AsType[*ending](err); ok {
			k.end(why)
			k.frames.drain() // closing a connection with unread bytes resets it, and the close frame would be lost
			return
		}
		if err != nil {
			return
		}
		k.touch()
		goOn := k.received(kind, *payload)
		putBuffer(payload)
		if !goOn {
			return
		}
	}
}

const pong = `{"type":"pong"}`

// received handles a frame, and reports whether to read on.
func (k *socket) received(kind ws.OpCode, payload []byte) bool {
	switch {
	case kind == ws.OpClose:
		k.aside(func() { k.goodbye(payload) })
		return false
	case kind == ws.OpPing || kind == ws.OpPong || kind == ws.OpText && string(payload) == pong:
		if kind == ws.OpPing {
			k.control(ws.OpPong, payload)
		}
		return true
	case k.ended():
		return true
	case kind != ws.OpText:
		k.end(endInvalid)
	default:
		k.aside(func() { k.receive(payload) })
	}
	return true
}

// aside runs f on another goroutine and waits for it. A deep call would leave the reading goroutine with a large stack.
func (k *socket) aside(f func()) {
	var done sync.WaitGroup
	done.Go(func() {
		defer k.server.contain(k.ctx)
		f()
	})
	done.Wait()
}

// goodbye answers the client's close frame, unless it is the answer to ours.
func (k *socket) goodbye(payload []byte) {
	status, err := statusOf(payload)
	switch {
	case err != nil:
		status = statusProtocolError
	case status == statusNoStatus:
		status = statusNormal
	}
	k.end(&ending{status: status})
}

// control queues a control frame.
func (k *socket) control(kind ws.OpCode, payload []byte) {
	m := message{text: append(appendHeader(nil, kind, len(payload)), payload...), raw: true}
	if k.link.offer(m) {
		k.link.flush()
	}
}

// say sends a message of the protocol itself. If the queue has no room, the client is too slow.
func (k *socket) say(text []byte) {
	if k.link.offer(message{text: text}) {
		k.link.flush()
		return
	}
	k.end(tooSlow(nil))
}
