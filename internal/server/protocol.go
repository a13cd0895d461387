package server

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// The messages of graphql-transport-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md) and the close codes
// it gives for breaking the rules.

var (
	endInvalid     = &ending{status: 4400, reason: "Invalid message"}
	endUnknown     = &ending{status: 4401, reason: "Unauthorized"}
	endUninitiated = &ending{status: 4408, reason: "Connection initialisation timeout"}
	endInitiated   = &ending{status: 4429, reason: "Too many initialisation requests"}
	endCrowded     = &ending{status: 4429, reason: "Too many connections"}
)

// longestID bounds the id of an operation: it is repeated in every message.
const longestID = 128

// socketOperation is one operation running on a socket.
type socketOperation struct {
	id         string
	quoted     []byte // the id as JSON
	ctx        context.Context
	cancel     context.CancelFunc
	viewer     viewer
	completed  atomic.Bool // by the client: it wants no more, not even "complete"
	lastCursor atomic.Pointer[string]
}

// receive acts on one message.
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
		kind = "" // every payload a client sends is an object
	}
	switch kind {
	case "connection_init":
		k.initiate(payload)
	case "ping":
		k.send(k.text(`{"type":"pong"}`))
	case "pong":
	case "subscribe":
		k.subscribe(id, payload)
	case "complete":
		k.complete(id)
	default:
		k.end(endInvalid)
	}
}

// refuseText answers a message that our decoder refuses. When it is JSON all the same, such as a text with half a surrogate
// pair in it, only the operation it asks for is refused: the others on this socket have done nothing wrong.
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
	k.send(k.refusal(ctx, jsonOf(m.ID), refuse(0, gql.CodeBadUserInput, "the message %s", why)))
}

// initiate finds out who the socket speaks for.
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
	ctx, v, refused := k.server.identify(k.ctx, token, k.request)
	if refused != nil {
		k.end(endRevoked)
		return
	}
	if !k.take(v.caller) {
		k.end(endCrowded)
		return
	}
	k.server.lives.name(k.one, v.session.Subject)
	k.mu.Lock()
	k.viewerCtx, k.viewer = ctx, v
	k.mu.Unlock()
	k.send(k.text(`{"type":"connection_ack"}`))
	// The viewer's context, not the socket's: Recheck must find who it is about.
	k.server.watch(ctx, v.session, k.end)
}

// initToken gives the token in the payload of connection_init, with or without "Bearer ", under a name in any case, as
// clients disagree about both. Something else than a text there is refused.
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
	params.Headers = k.request.Header
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.viewerCtx == nil {
		k.end(endUnknown)
		return
	}
	if _, twice := k.operations[id]; twice {
		k.end(&ending{status: 4409, reason: "Subscriber for " + cut(id, 90) + " already exists"})
		return
	}
	if refused := k.full(); refused != nil {
		k.send(k.refusal(k.viewerCtx, jsonOf(id), refused))
		return
	}
	o := &socketOperation{id: id, quoted: jsonOf(id), viewer: k.viewer}
	o.ctx, o.cancel = context.WithCancel(gql.WithRequest(k.viewerCtx, &gql.Request{ID: newRequestID()}))
	k.operations[id] = o
	k.running.Go(func() {
		defer k.server.contain(o.ctx)
		k.run(o, params)
	})
}

// full says why no operation may start now. The socket stays.
func (k *socket) full() *refusal {
	most := k.server.cfg.Limits.Operations
	switch {
	case len(k.operations) >= most:
		return refuse(0, gql.CodeRateLimited, "too many operations on one socket: at most %d", most)
	case k.server.stopping.Load():
		return refuse(0, gql.CodeUnavailable, "the server is about to stop").later(time.Second)
	}
	return nil
}

// complete stops an operation the client wants no more of.
func (k *socket) complete(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if o, ok := k.operations[id]; ok {
		o.completed.Store(true)
		o.cancel()
		delete(k.operations, id)
	}
}

// run answers an operation until it ends.
func (k *socket) run(o *socketOperation, params *graphql.RawParams) {
	defer o.cancel()
	defer k.forget(o)
	last, ok := k.answers(o, params)
	if !ok || o.completed.Load() {
		return
	}
	k.forget(o) // the id is free before the client hears of it, so it may use it again at once
	k.put(o, last, "")
}

func (k *socket) forget(o *socketOperation) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.operations[o.id] == o {
		delete(k.operations, o.id)
	}
}

// answers sends the answers of an operation and gives the message that ends it: "complete", or "error" for one that was
// refused. It gives none when the socket or the client ended it.
func (k *socket) answers(o *socketOperation, params *graphql.RawParams) (message, bool) {
	s := k.server
	running, refused := s.begin(o.ctx, o.viewer, func() (*graphql.RawParams, *refusal) { return params, nil }, anyKind)
	if refused != nil {
		s.metrics.refused(refused)
		s.logRefusal(o.ctx, "ws", refused)
		return k.refusal(o.ctx, o.quoted, refused), true
	}
	defer running.leave()
	if !running.isSubscription() {
		s.answering.Add(1) // a shutdown waits until the answer is queued
		defer s.answering.Add(-1)
		resp := running.answer()
		s.logAnswer(o.ctx, "ws", running, resp)
		if o.completed.Load() || !k.put(o, next(o.quoted, resp, running.cost()), "") {
			return message{}, false
		}
		return done(o.quoted), o.ctx.Err() == nil
	}
	for {
		resp := running.next()
		switch {
		case resp == nil:
			return done(o.quoted), o.ctx.Err() == nil
		case resp.Data == nil: // it could not be opened
			return failed(o.quoted, resp), true
		}
		if !k.put(o, next(o.quoted, resp, nil), s.cfg.EventID(resp)) {
			return message{}, false
		}
	}
}

// put queues a message of an operation, or ends the socket of a reader that is too slow for it.
func (k *socket) put(o *socketOperation, m message, cursor string) bool {
	m.op, m.cursor = o, cursor
	err := k.out.put(k.ctx, m)
	if err == nil {
		return true
	}
	if errors.Is(err, errTooSlow) {
		k.end(tooSlow(o))
	}
	putBuffer(m.text)
	return false
}

func (k *socket) refusal(ctx context.Context, id []byte, r *refusal) message {
	return failed(id, k.server.cfg.Executor.DispatchError(ctx, r.errors))
}

func next(id []byte, resp *graphql.Response, cost *gql.Cost) message {
	buf := getBuffer()
	b := append(appendID(*buf, id), `,"type":"next","payload":`...)
	*buf = append(appendResponse(b, resp, cost), '}')
	return message{text: buf}
}

func failed(id []byte, resp *graphql.Response) message {
	buf := getBuffer()
	b := append(appendID(*buf, id), `,"type":"error","payload":`...)
	*buf = append(append(b, jsonOf(resp.Errors)...), '}')
	return message{text: buf}
}

func done(id []byte) message {
	buf := getBuffer()
	*buf = append(appendID(*buf, id), `,"type":"complete"}`...)
	return message{text: buf}
}

func appendID(b, id []byte) []byte { return append(append(b, `{"id":`...), id...) }

// cut bounds a text for a close reason, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
