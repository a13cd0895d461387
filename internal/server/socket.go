package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

const subprotocol = "graphql-transport-ws"

// socket serves the graphql-transport-ws protocol on one WebSocket. Three kinds of goroutines share it: read, which is the
// handler's own; write, the only one that writes; and one for each running operation. It outlives every call, so it holds
// its contexts, which nothing else here does.
type socket struct {
	server  *Server
	conn    *websocket.Conn
	request *http.Request
	token   string // of the upgrade request; one in connection_init goes before it

	ctx  context.Context // ends with an *ending as its cause
	end  context.CancelCauseFunc
	out  *outbox
	one  *live
	seat string

	lastRead atomic.Int64 // unix nanoseconds

	mu         sync.Mutex
	initiated  bool            // connection_init was received
	viewerCtx  context.Context // nil until connection_init was accepted; resolvers run under it
	viewer     viewer
	operations map[string]*socketOperation
	running    sync.WaitGroup
}

// serveSocket upgrades a request and serves the socket until it ends.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	if refused := s.checkUpgrade(r); refused != nil {
		s.refuseHTTP(w, r, mediaJSON, refused)
		return
	}
	token, refused := bearer(r.Header)
	if refused == nil && token != "" {
		_, _, refused = s.identify(r.Context(), token, r)
	}
	if refused != nil {
		s.refuseHTTP(w, r, mediaJSON, refused)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // checkUpgrade compared the origin, exactly and not by pattern
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(s.cfg.Limits.BodyBytes)
	// The request's context says nothing about a connection that was taken over.
	ctx, end := context.WithCancelCause(context.WithoutCancel(r.Context()))
	k := &socket{
		server: s, conn: conn, request: r, token: token, ctx: ctx, end: end, out: newOutbox(&s.cfg.Limits),
		one: &live{end: end}, operations: make(map[string]*socketOperation),
	}
	k.serve()
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

func (k *socket) serve() {
	s := k.server
	s.lives.add(k.one)
	defer s.lives.remove(k.one)
	defer k.stand()
	k.touch()
	// Until it says who it is, a socket counts for its address.
	if !k.take(callerOf(Session{}, peerOf(k.request, s.cfg.TrustedProxies))) {
		k.end(endCrowded)
	}
	initiation := time.AfterFunc(s.cfg.Limits.InitTimeout, k.initTimeout)
	defer initiation.Stop()
	defer k.running.Wait()
	k.running.Go(k.write)
	defer k.end(endPeerGone) // unless it ended for another reason
	k.read()
}

// stand gives up the seat.
func (k *socket) stand() {
	if k.seat != "" {
		k.server.sockets.leave(k.seat)
	}
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
	k.stand()
	k.seat = c.key
	return true
}

func (k *socket) touch() { k.lastRead.Store(time.Now().UnixNano()) }

func (k *socket) initTimeout() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.initiated {
		k.end(endUninitiated)
	}
}

// read takes messages until the connection is closed. After an ending it goes on and drops them, because the peer's answer
// to our close frame comes this way. It reads without a context: one that ends would cut the connection instead.
func (k *socket) read() {
	for {
		kind, text, err := k.conn.Read(context.Background())
		if err != nil {
			return
		}
		k.touch()
		if k.ctx.Err() != nil {
			continue
		}
		if kind != websocket.MessageText {
			k.end(endInvalid)
			continue
		}
		k.receive(text)
	}
}

// write writes queued messages until the socket ends, and then says why.
func (k *socket) write() {
	defer func() { _ = k.conn.CloseNow() }() // after a panic; otherwise it is closed already
	defer k.server.contain(k.ctx)
	ping := time.NewTicker(k.server.cfg.Limits.Ping)
	defer ping.Stop()
	pinged := int64(0)
	for {
		select {
		case <-k.ctx.Done():
			k.close()
			return
		case <-ping.C:
			if k.lastRead.Load() < pinged { // nothing came since the last one, a whole interval ago
				k.end(endPeerGone)
				continue
			}
			pinged = time.Now().UnixNano()
			k.out.offer(k.text(`{"type":"ping"}`))
		case <-k.out.ready:
			for m, ok := k.out.take(); ok; m, ok = k.out.take() {
				k.writeOne(m)
			}
		}
	}
}

func (k *socket) writeOne(m message) {
	defer k.out.written(m)
	if k.ctx.Err() != nil && !errors.Is(context.Cause(k.ctx), endRestart) {
		return
	}
	// The timer that ends the socket may be a moment late; no event leaves after the token's time all the same.
	if m.op != nil && k.server.expired(m.op.viewer.session) {
		k.end(endExpired)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), k.server.cfg.Limits.Write)
	defer cancel()
	if err := k.conn.Write(ctx, websocket.MessageText, *m.text); err != nil {
		k.end(endPeerGone)
		return
	}
	if m.cursor != "" {
		m.op.lastCursor.Store(&m.cursor)
	}
}

// close tells the peer why the socket ends. Before a restart it writes what is queued: answers to mutations may be there.
func (k *socket) close() {
	why, ok := errors.AsType[*ending](context.Cause(k.ctx))
	if !ok || why == endPeerGone {
		_ = k.conn.CloseNow()
		return
	}
	if why == endRestart {
		k.flush()
	}
	_ = k.conn.Close(why.status, closeReason(why))
}

func (k *socket) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), k.server.cfg.Limits.Write)
	defer cancel()
	for m, ok := k.out.take(); ok; m, ok = k.out.take() {
		err := k.conn.Write(ctx, websocket.MessageText, *m.text)
		k.out.written(m)
		if err != nil {
			return
		}
	}
}

func (k *socket) text(s string) message {
	buf := getBuffer()
	*buf = append(*buf, s...)
	return message{text: buf}
}

// send offers a message of the protocol itself. A socket with no room for one is not being read.
func (k *socket) send(m message) {
	if !k.out.offer(m) {
		putBuffer(m.text)
		k.end(tooSlow(nil))
	}
}

// tooSlow ends the socket of a reader that fell behind with the events of o.
func tooSlow(o *socketOperation) *ending {
	return &ending{status: websocket.StatusTryAgainLater, reason: "RESYNC", code: gql.CodeResync, behind: o}
}

// closeReason is what a close frame says: for a slow reader also the cursor of the last event that was written, from which
// it resumes. A close frame holds 123 bytes.
func closeReason(why *ending) string {
	if why.behind != nil {
		if cursor := why.behind.lastCursor.Load(); cursor != nil && len(*cursor) < 110 {
			return why.reason + " " + *cursor
		}
	}
	return why.reason
}
