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

// socket serves the graphql-transport-ws protocol on one WebSocket. It holds one goroutine, which reads and does nothing
// else: whatever a message asks for runs on another, so that the stack of the one that waits stays small. Who has
// something to say writes it (see link). It outlives every call, so it holds its contexts, which nothing else here does.
type socket struct {
	server *Server
	link   link
	frames frames
	one    live
	token  string // of the upgrade request; one in connection_init goes before it
	peer   string
	init   *http.Request // until connection_init
	seat   string

	ctx      context.Context // ends with the socket
	cancel   context.CancelFunc
	lastRead atomic.Int64 // unix nanoseconds
	pinged   atomic.Int64 // when the last ping was about to leave, likewise: what comes after it answers it
	pingLeft atomic.Int64 // when it had left, likewise
	pinging  atomic.Bool  // it has not
	expires  atomic.Int64 // of the token, likewise; 0 for never

	mu         sync.Mutex
	why        *ending         // it ends
	initiated  bool            // connection_init was received
	viewerCtx  context.Context // nil until connection_init was accepted; resolvers run under it
	viewer     viewer
	deadline   time.Time // for connection_init, and then of the token
	nextPing   time.Time
	operations map[string]*socketOperation
	running    sync.WaitGroup
}

// serveSocket upgrades a request and serves the socket until it ends, after this has returned.
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
	// The request's context says nothing about a connection that was taken over.
	ctx := gql.WithRequest(context.Background(), &gql.Request{ID: gql.RequestOf(r.Context()).ID})
	k := &socket{server: s, token: token, peer: peerOf(r, s.cfg.TrustedProxies), init: &http.Request{
		Method: r.Method, URL: r.URL, Header: r.Header, Host: r.Host, RemoteAddr: r.RemoteAddr,
	}}
	k.ctx, k.cancel = context.WithCancel(ctx)
	k.frames = frames{conn: conn, limit: s.cfg.Limits.BodyBytes}
	k.frames.to = copy(k.frames.small[:], early)
	if len(early) > len(k.frames.small) { // a client that did not wait for our answer
		k.frames.conn = &eager{early: early[len(k.frames.small):], conn: conn}
	}
	k.one.one = k
	k.link.conn = conn
	k.link.hold(k, &s.cfg.Limits)
	k.begin() // before the client hears that it has a socket
	k.link.open(head)
	go k.serve()
}

// eager reads what a client had sent before its connection was taken over, and then the connection.
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

// takeOver takes the connection from net/http, which would keep twelve kilobytes for it, with the head of the answer that
// is still to be written, and what the client has sent already.
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
	_ = w.Header().Write(&b) // to memory
	b.WriteString("\r\n")
	return conn, b.Bytes(), bytes.Clone(early), nil
}

// checkUpgrade refuses what must not become a socket: other subprotocols, the older one of subscriptions-transport-ws
// among them, and pages of other origins, which a browser lets open sockets without asking.
func (s *Server) checkUpgrade(r *http.Request) *refusal {
	switch {
	case !offers(r.Header, subprotocol):
		return refuse(http.StatusBadRequest, gql.CodeBadUserInput, "the subprotocol must be %s", subprotocol).
			with("Sec-WebSocket-Protocol", subprotocol)
	case !s.origins.admits(r):
		return refuse(http.StatusForbidden, gql.CodeForbidden, "sockets of this origin are not accepted")
	case s.stopping.Load():
		return refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "the server is about to stop").later(time.Second)
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
func (k *socket) begin() {
	l := &k.server.cfg.Limits
	k.touch()
	k.deadline = time.Now().Add(l.InitTimeout)
	k.nextPing = time.Now().Add(l.Ping)
	k.server.lives.add(&k.one, earliest(k.deadline, k.nextPing))
	// Until it says who it is, a socket counts for its address.
	if !k.take(callerOf(Session{}, k.peer)) {
		k.end(endCrowded)
	}
	if k.server.stopping.Load() { // a shutdown may have passed before this one was known
		k.end(endRestart)
	}
}

func (k *socket) serve() {
	func() {
		defer k.server.contain(k.ctx)
		k.read()
	}()
	k.aside(k.left)
}

// left cleans up when nothing can be read any more.
func (k *socket) left() {
	k.end(endPeerGone) // unless it ended for another reason
	k.link.die()
	_ = k.link.conn.Close()
	k.running.Wait()
	if k.seat != "" {
		k.server.sockets.leave(k.seat)
	}
	k.server.lives.remove(&k.one)
}

// take moves the socket to a seat of the caller.
func (k *socket) take(c caller) bool {
	s := k.server
	if k.seat == c.key {
		return true
	}
	if s.lives.count() > s.cfg.Limits.Connections || !s.sockets.take(c.key) {
		return false
	}
	if k.seat != "" {
		s.sockets.leave(k.seat)
	}
	k.seat = c.key
	return true
}

func (k *socket) touch() { k.lastRead.Store(time.Now().UnixNano()) }

// wake ends what is overdue and pings.
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

// ping asks whether anybody is there. With no room for that, the peer is being waited for already.
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
		// A ping that waits behind events is no silence of the peer's: its time begins when it leaves.
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
	if k.initiated && k.viewerCtx == nil { // who it is is being found out
		return nil, ping, k.nextPing
	}
	return nil, ping, earliest(k.deadline, k.nextPing)
}

// end ends the socket: its operations now, its connection when the peer has answered our close frame.
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
	// Before a restart it writes what is queued: answers to mutations may be there.
	k.link.finish(why == endRestart)
}

func (k *socket) ended() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.why != nil
}

// closing is how long the peer gets to answer our close frame.
const closing = 5 * time.Second

// over is link's: our close frame is out, or nothing is any more. What the peer sends until it answers is dropped.
func (k *socket) over(err error) {
	if err != nil {
		_ = k.link.conn.Close()
		return
	}
	_ = k.link.conn.SetReadDeadline(time.Now().Add(closing))
}

func (k *socket) slow(behind *socketOperation) { k.end(tooSlow(behind)) }

// mayWrite is link's. The timer that ends the socket may be a moment late; no event leaves after the token's time all the
// same.
func (k *socket) mayWrite() bool {
	expires := k.expires.Load()
	return expires == 0 || k.server.now().UnixNano() < expires
}

// frame is link's. Texts are whole messages of the protocol, but for those of events.
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

// written is link's.
func (k *socket) written(m message) {
	if m.ping {
		k.pingLeft.Store(time.Now().UnixNano())
		k.pinging.Store(false)
	}
	if m.cursor != "" {
		m.op.lastCursor = m.cursor
	}
}

// final is link's: the close frame. For a slow reader it also says the cursor of the last event that was written, from which
// it resumes.
func (k *socket) final(b []byte) []byte {
	why := k.why // it was set before the link was told
	reason := why.reason
	if why.behind != nil && why.behind.lastCursor != "" && len(why.behind.lastCursor) < 110 {
		reason += " " + why.behind.lastCursor
	}
	return appendClose(b, why.status, reason)
}

// read takes frames until the connection is closed. After an ending it goes on and drops them, because the peer's answer to
// our close frame comes this way.
func (k *socket) read() {
	defer k.frames.close()
	for {
		kind, payload, err := k.frames.next()
		if why, ok := errors.AsType[*ending](err); ok {
			k.end(why)
			k.frames.drain() // a connection closed on unread bytes takes the close frame with it
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

// received says whether to read on.
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

// aside runs something on another goroutine and waits for it: what was called deeply would leave the one that reads with a
// large stack for as long as it waits.
func (k *socket) aside(f func()) {
	var done sync.WaitGroup
	done.Go(func() {
		defer k.server.contain(k.ctx)
		f()
	})
	done.Wait()
}

// goodbye answers a close frame of the peer's, unless it is the answer to ours.
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

// say queues a message of the protocol itself. A socket with no room for one is not being read.
func (k *socket) say(text []byte) {
	if k.link.offer(message{text: text}) {
		k.link.flush()
		return
	}
	k.end(tooSlow(nil))
}
