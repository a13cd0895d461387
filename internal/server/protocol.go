package server

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// The messages of graphql-transport-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md), and its close
// codes for clients that break its rules.

var (
	endInvalid     = &ending{status: 4400, reason: "Invalid message"}
	endUnknown     = &ending{status: 4401, reason: "Unauthorized"}
	endUninitiated = &ending{status: 4408, reason: "Connection initialisation timeout"}
	endInitiated   = &ending{status: 4429, reason: "Too many initialisation requests"}
	endTooMany     = &ending{status: 4429, reason: "Too many connections"}
)

// longestID bounds the id of an operation, which every message repeats.
const longestID = 128

// socketOperation is one operation on a socket. For a subscription it is the sink of the events.
type socketOperation struct {
	socket     *socket
	id         string
	quoted     []byte             // the id as JSON
	cancel     context.CancelFunc // set while it runs or is being opened
	stop       func()             // ends the events of an open subscription
	halted     atomic.Bool        // the client or the socket has ended it: it sends no more, not even "complete"
	lastCursor string             // of the last event that was written; only the link uses it
}

// receive handles one message.
func (k *socket) receive(text []byte) {
	v, err := decode(text, k.server.cfg.Limits.JSONDepth)
	if err != nil {
		k.refuseText(text, err)
		return
	}
	m, _ := v.(map[string]any)
	kind, _ := m["type"].(string)
	id, _ := m["id"].(string)
	payload, isObject := m["payload"].(map[string]any)
	if m["payload"] != nil && !isObject {
		kind = "" // every payload from a client must be an object
	}
	switch kind {
	case "connection_init":
		k.initiate(payload)
	case "ping":
		k.say([]byte(pong))
	case "pong":
	case "subscribe":
		k.subscribe(id, payload)
	case "complete":
		k.complete(id)
	default:
		k.end(endInvalid)
	}
}

// refuseText answers a message that our decoder refuses. If encoding/json accepts it, for example a text with half a
// surrogate pair, only the operation of this message is refused, and the others on this socket go on.
func (k *socket) refuseText(text []byte, why error) {
	var m struct{ ID, Type string }
	known := json.Unmarshal(text, &m) == nil && m.Type == "subscribe" && m.ID != "" && len(m.ID) <= longestID
	k.mu.Lock()
	ctx := k.viewerCtx
	k.mu.Unlock()
	if !known || ctx == nil {
		k.end(endInvalid)
		return
	}
	k.say(k.refusal(ctx, gql.JSON(m.ID), refuse(0, gql.CodeBadUserInput, "the message %s", why)))
}

// initiate authenticates the client of the socket.
func (k *socket) initiate(payload map[string]any) {
	k.mu.Lock()
	again := k.initiated
	k.initiated = true
	k.mu.Unlock()
	if again {
		k.end(endInitiated)
		return
	}
	token, ok := initToken(payload)
	if !ok {
		k.end(endRevoked)
		return
	}
	if token == "" {
		token = k.token
	}
	ctx, v, refused := k.server.identify(k.ctx, token, k.init)
	if refused != nil {
		k.end(endRevoked)
		return
	}
	if !k.take(v.caller.seats(k.server.cfg.Limits.Sockets)) {
		k.end(endTooMany)
		return
	}
	k.mu.Lock()
	k.viewerCtx, k.viewer = ctx, v
	k.init, k.token = nil, ""
	k.deadline = k.server.until(v.session)
	due := earliest(k.deadline, k.nextPing)
	k.mu.Unlock()
	if !v.session.Expires.IsZero() {
		k.expires.Store(v.session.Expires.UnixNano())
	}
	// The viewer's context, not the socket's, because Recheck looks for the viewer in it. The socket is registered before it
	// is acknowledged, so that every revocation after the acknowledgement reaches it.
	k.server.lives.authenticated(ctx, &k.one, due)
	k.say([]byte(`{"type":"connection_ack"}`))
}

// initToken returns the token in the payload of connection_init, with or without "Bearer ", under a name in any case, because
// clients disagree about both. It refuses a value that is not a string.
func initToken(payload map[string]any) (string, bool) {
	found, token := false, ""
	for name, v := range payload {
		if !strings.EqualFold(name, "Authorization") {
			continue
		}
		text, ok := v.(string)
		if !ok || found {
			return "", false
		}
		found = true
		if t, ok := cutBearer(text); ok {
			token = t
		} else {
			token = strings.TrimSpace(text)
		}
	}
	return token, true
}

// subscribe starts an operation.
func (k *socket) subscribe(id string, payload map[string]any) {
	params, err := paramsOf(payload)
	if id == "" || len(id) > longestID || err != nil {
		k.end(endInvalid)
		return
	}
	if k.who() == nil {
		k.end(endUnknown)
		return
	}
	o := &socketOperation{socket: k, id: id, quoted: gql.JSON(id)}
	ctx, refused, why := k.admit(o)
	switch {
	case why != nil:
		k.end(why)
	case refused != nil:
		k.say(k.refusal(ctx, o.quoted, refused))
	case ctx != nil:
		k.running.Go(func() {
			defer k.server.contain(ctx)
			o.run(ctx, params)
		})
	}
}

// who returns the context of the viewer, or nil before connection_init was accepted.
func (k *socket) who() context.Context {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.viewerCtx
}

// admit registers an operation. Otherwise it says why not: refused ends only the operation, why ends the socket.
func (k *socket) admit(o *socketOperation) (ctx context.Context, refused *refusal, why *ending) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.why != nil {
		return nil, nil, nil
	}
	if _, twice := k.operations[o.id]; twice {
		return nil, nil, &ending{status: 4409, reason: "Subscriber for " + cut(o.id, 90) + " already exists"}
	}
	if refused := k.full(); refused != nil {
		return k.viewerCtx, refused, nil
	}
	ctx, o.cancel = context.WithCancel(gql.WithRequest(k.viewerCtx, &gql.Request{ID: gql.NewRequestID()}))
	if k.operations == nil {
		k.operations = make(map[string]*socketOperation, 1)
	}
	k.operations[o.id] = o
	return ctx, nil, nil
}

// full returns why no operation may start now, or nil. The socket stays open.
func (k *socket) full() *refusal {
	most := k.server.cfg.Limits.Operations
	switch {
	case len(k.operations) >= most:
		return refuse(0, gql.CodeRateLimited, "too many operations on this socket: at most %d may run", most)
	case k.server.stopping.Load():
		return refuse(0, gql.CodeUnavailable, "the server is shutting down: retry later").later(time.Second)
	}
	return nil
}

// complete stops an operation that the client has completed.
func (k *socket) complete(id string) {
	k.mu.Lock()
	o := k.operations[id]
	delete(k.operations, id)
	k.mu.Unlock()
	if o != nil {
		o.halt()
	}
}

// halt ends an operation without a message.
func (o *socketOperation) halt() {
	o.socket.mu.Lock()
	o.halted.Store(true)
	cancel, stop := o.cancel, o.stop
	o.cancel, o.stop = nil, nil
	o.socket.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	if stop != nil {
		stop()
	}
}

// finish ends an operation with its last message. It frees the id before it sends the message, so that the client may use
// the id again at once.
func (o *socketOperation) finish(ctx context.Context, last []byte) {
	k := o.socket
	k.mu.Lock()
	halted := o.halted.Load()
	if k.operations[o.id] == o {
		delete(k.operations, o.id)
	}
	k.mu.Unlock()
	if !halted {
		_ = o.put(ctx, message{text: last})
	}
	o.halt()
}

// run answers a query or mutation, or opens a subscription.
func (o *socketOperation) run(ctx context.Context, params *graphql.RawParams) {
	k := o.socket
	s := k.server
	read := func() (decoding, *refusal) {
		return func() (*graphql.RawParams, *refusal) { return params, nil }, nil
	}
	running, refused := s.begin(ctx, k.viewer, read, anyKind)
	switch {
	case refused != nil:
		s.metrics.refused(refused)
		s.logRefusal(ctx, "ws", refused)
		o.finish(ctx, k.refusal(ctx, o.quoted, refused))
	case running.isSubscription():
		o.open(ctx, running)
	default:
		o.answer(ctx, running)
	}
}

// answer runs a query or a mutation and sends its answer.
func (o *socketOperation) answer(ctx context.Context, running *operation) {
	s := o.socket.server
	s.answering.Add(1) // a shutdown waits until the answer is queued
	defer s.answering.Add(-1)
	resp := running.answer()
	s.logAnswer(ctx, "ws", running, resp)
	if o.halted.Load() || o.put(ctx, message{text: next(o.quoted, resp, running.cost())}) != nil {
		o.halt()
		return
	}
	o.finish(ctx, done(o.quoted))
}

// open opens a subscription. After that the operation holds no context: halt stops the events.
func (o *socketOperation) open(ctx context.Context, running *operation) {
	stop, refused := running.subscribe(ctx, o)
	if refused != nil {
		o.finish(ctx, failed(o.quoted, refused))
		return
	}
	k := o.socket
	k.mu.Lock()
	if o.halted.Load() {
		k.mu.Unlock()
		stop()
		return
	}
	cancel := o.cancel
	o.stop, o.cancel = stop, nil
	k.mu.Unlock()
	cancel()
}

// Offer, Flush, Put, Close and Fail implement gql.Sink.
func (o *socketOperation) Offer(text []byte, cursor string) bool {
	return o.halted.Load() || o.socket.link.offer(message{text: text, op: o, event: true, cursor: cursor})
}

// Flush sends what is queued.
func (o *socketOperation) Flush() { o.socket.link.flush() }

// Put waits for room, and ends the socket if its reader is too slow.
func (o *socketOperation) Put(ctx context.Context, text []byte, cursor string) error {
	if o.halted.Load() {
		return errEnded
	}
	return o.put(ctx, message{text: text, op: o, event: true, cursor: cursor})
}

// Close ends the operation normally.
func (o *socketOperation) Close() { o.finish(o.socket.ctx, done(o.quoted)) }

// Fail ends the operation with an error.
func (o *socketOperation) Fail(err error) {
	k := o.socket
	ctx := gql.WithRequest(k.who(), &gql.Request{ID: gql.NewRequestID()})
	o.finish(k.ctx, k.refusal(ctx, o.quoted, &refusal{errors: gqlerror.List{gql.Present(ctx, err)}}))
}

func (o *socketOperation) put(ctx context.Context, m message) error {
	err := o.socket.link.put(ctx, m)
	if errors.Is(err, errTooSlow) {
		o.socket.end(tooSlow(o))
	}
	return err
}

func (k *socket) refusal(ctx context.Context, id []byte, r *refusal) []byte {
	return failed(id, k.server.cfg.Executor.DispatchError(ctx, r.errors))
}

func next(id []byte, resp *graphql.Response, cost *gql.Cost) []byte {
	b := append(appendID(nil, id), `,"type":"next","payload":`...)
	return append(gql.AppendResponse(b, resp, cost), '}')
}

func failed(id []byte, resp *graphql.Response) []byte {
	b := append(appendID(nil, id), `,"type":"error","payload":`...)
	return append(append(b, gql.JSON(resp.Errors)...), '}')
}

func done(id []byte) []byte { return append(appendID(nil, id), `,"type":"complete"}`...) }

func appendID(b, id []byte) []byte { return append(append(b, `{"id":`...), id...) }

// cut shortens a close reason to n bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
