//go:build faults

package faults_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// follower subscribes to all acts from the first one, and resumes with its last cursor whenever it is disconnected.
type follower struct {
	w       *world
	name    string
	token   string
	overSSE bool
	pick    func() *replica
	// leaveAfter returns after how many events it disconnects without a close frame; nil for never.
	leaveAfter func() int
	cancel     context.CancelFunc
	running    sync.WaitGroup

	mu     sync.Mutex
	cursor string
	seen   []string       // ids of acts, in the order received
	ends   map[string]int // how its connections ended
	last   time.Time      // when the last event arrived
}

const followActs = `subscription($after: String) { acts(after: $after) { cursor act { id type } } }`

// follow starts a follower, over a socket or over server-sent events.
func (w *world) follow(who string, overSSE bool, change ...func(*follower)) *follower {
	w.t.Helper()
	f := &follower{w: w, name: who + " over a socket", token: w.token(who), overSSE: overSSE, pick: w.any, ends: map[string]int{}}
	if overSSE {
		f.name = who + " over SSE"
	}
	for _, g := range change {
		g(f)
	}
	// The first act's cursor comes from the list, so that the test does not depend on when the subscription starts.
	var first struct {
		Acts struct {
			Edges []struct {
				Cursor string
				Node   struct{ ID string }
			}
		}
	}
	until(w.t, waitLimit, "there is a first act", func() bool {
		w.read(w.replicas[0], who, `{acts(first: 1){edges{cursor node{id}}}}`, nil, &first)
		return len(first.Acts.Edges) == 1
	})
	f.cursor, f.seen = first.Acts.Edges[0].Cursor, []string{first.Acts.Edges[0].Node.ID}
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.running.Go(func() { f.run(ctx) })
	w.t.Cleanup(func() {
		cancel()
		f.running.Wait()
	})
	return f
}

func (f *follower) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := f.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		f.mu.Lock()
		f.ends[err.Error()]++
		f.mu.Unlock()
		t := time.NewTimer(20 * time.Millisecond)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
		}
	}
}

var errLeft = errors.New("left")

// connect subscribes after the last cursor, receives events until the connection ends, and returns how it ended.
func (f *follower) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	left := -1
	if f.leaveAfter != nil {
		left = f.leaveAfter()
	}
	take := func(payload []byte) error {
		if err := f.take(payload); err != nil {
			return err
		}
		if left--; left == 0 {
			return errLeft
		}
		return nil
	}
	f.mu.Lock()
	variables := map[string]any{"after": f.cursor}
	f.mu.Unlock()
	if f.overSSE {
		return stream(ctx, f.pick().address(), f.token, followActs, variables, take)
	}
	return socket(ctx, f.pick().address(), f.token, followActs, variables, take)
}

// take records one event.
func (f *follower) take(payload []byte) error {
	var e struct {
		Data struct {
			Acts *struct {
				Cursor string
				Act    struct{ ID string }
			}
		}
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(payload, &e); err != nil {
		return fmt.Errorf("an event is not JSON: %w", err)
	}
	if len(e.Errors) > 0 {
		return errors.New("event with " + e.Errors[0].Extensions.Code)
	}
	if e.Data.Acts == nil {
		return errors.New("event without data")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cursor, f.last = e.Data.Acts.Cursor, time.Now()
	f.seen = append(f.seen, e.Data.Acts.Act.ID)
	return nil
}

func (f *follower) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen)
}

// endings counts how its connections ended so far.
func (f *follower) endings() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := map[string]int{}
	for k, v := range f.ends {
		m[k] = v
	}
	return m
}

// sawAll waits for the end of the log and checks that the follower has seen every act that its viewer may see: each once, in
// the log's order. An auditor sees all.
func (f *follower) sawAll() {
	f.w.t.Helper()
	f.w.settled()
	want := f.visible()
	until(f.w.t, waitLimit, fmt.Sprintf("%s has seen %d acts", f.name, len(want)), func() bool { return f.count() >= len(want) })
	f.mu.Lock()
	defer f.mu.Unlock()
	f.w.t.Logf("%s saw %d acts; its connections ended with: %v", f.name, len(f.seen), f.ends)
	if !slices.Equal(f.seen, want) {
		at := 0
		for at < min(len(want), len(f.seen)) && f.seen[at] == want[at] {
			at++
		}
		f.w.t.Errorf("%s saw %d acts, want the %d of the log in its order; they differ from index %d", f.name, len(f.seen), len(want), at)
	}
	if n := f.ends["complete"]; n > 0 {
		f.w.t.Errorf("%s got %d complete messages: a client would not reconnect after those", f.name, n)
	}
}

// visible is what the follower must have seen: for an auditor the stored log, for others the list from the API, page by page.
func (f *follower) visible() []string {
	f.w.t.Helper()
	if strings.HasPrefix(f.name, "auditor") {
		var all []string
		for _, p := range ledger(f.w.t, f.w.look()) {
			all = append(all, typeid.New("act", p.act).String())
		}
		return all
	}
	var all []string
	for after := any(nil); ; {
		var page struct {
			Acts struct {
				Nodes    []struct{ ID string }
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		until(f.w.t, waitLimit, "a page of acts", func() bool {
			a, err := ask(context.Background(), f.pick().address(), f.token,
				`query($after: String){acts(first: 100, after: $after){nodes{id} pageInfo{hasNextPage endCursor}}}`, map[string]any{"after": after})
			return err == nil && a.into(&page) == nil
		})
		for _, n := range page.Acts.Nodes {
			all = append(all, n.ID)
		}
		if !page.Acts.PageInfo.HasNextPage {
			return all
		}
		after = page.Acts.PageInfo.EndCursor
	}
}

// socket runs one subscription over graphql-transport-ws and calls each with every result. Its error says how it ended.
func socket(ctx context.Context, addr, token, query string, variables map[string]any, each func(payload []byte) error) error {
	conn, err := dial(ctx, addr, http.DefaultClient)
	if err != nil {
		return errors.New("not connected")
	}
	defer func() { _ = conn.CloseNow() }()
	if err := subscribe(ctx, conn, token, query, variables); err != nil {
		return ended(err)
	}
	for {
		kind, payload, err := receive(ctx, conn)
		if err != nil {
			return ended(err)
		}
		switch kind {
		case "next":
			if err := each(payload); err != nil {
				return err
			}
		case "ping":
			if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"pong"}`)); err != nil {
				return ended(err)
			}
		case "complete":
			return errors.New("complete")
		case "error":
			return errors.New("error " + codeIn(payload))
		}
	}
}

func dial(ctx context.Context, addr string, client *http.Client) (*websocket.Conn, error) {
	conn, resp, err := websocket.Dial(ctx, "ws://"+addr+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: client,
	})
	if err != nil {
		return nil, err
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	conn.SetReadLimit(16 << 20)
	return conn, nil
}

func subscribe(ctx context.Context, conn *websocket.Conn, token, query string, variables map[string]any) error {
	init := map[string]any{"type": "connection_init", "payload": map[string]any{"Authorization": "Bearer " + token}}
	begin := map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{"query": query, "variables": variables}}
	if err := send(ctx, conn, init); err != nil {
		return err
	}
	if kind, payload, err := receive(ctx, conn); err != nil || kind != "connection_ack" {
		return errors.Join(err, fmt.Errorf("got %s %s, want connection_ack", kind, payload))
	}
	return send(ctx, conn, begin)
}

func send(ctx context.Context, conn *websocket.Conn, m any) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return conn.Write(ctx, websocket.MessageText, text)
}

func receive(ctx context.Context, conn *websocket.Conn) (kind string, payload []byte, err error) {
	_, text, err := conn.Read(ctx)
	if err != nil {
		return "", nil, err
	}
	var m struct {
		Type    string
		Payload json.RawMessage
	}
	err = json.Unmarshal(text, &m)
	return m.Type, m.Payload, err
}

// ended describes how a socket ended, with its close code if there was one.
func ended(err error) error {
	var e websocket.CloseError
	if errors.As(err, &e) {
		word, _, _ := strings.Cut(e.Reason, " ")
		return fmt.Errorf("closed %d %s", e.Code, word)
	}
	return errors.New("cut off")
}

func codeIn(payload []byte) string {
	var errs []struct{ Extensions struct{ Code string } }
	if json.Unmarshal(payload, &errs) != nil || len(errs) == 0 {
		return "?"
	}
	return errs[0].Extensions.Code
}

// streams has no timeout, because subscriptions last.
var streams = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// stream runs one subscription over server-sent events, as socket does.
func stream(ctx context.Context, addr, token, query string, variables map[string]any, each func(payload []byte) error) error {
	return streamOver(ctx, streams, addr, token, query, variables, each)
}

func streamOver(ctx context.Context, client *http.Client, addr, token, query string, variables map[string]any, each func(payload []byte) error) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, "POST", "http://"+addr+"/graphql/stream", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		return errors.New("not connected")
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return events(bufio.NewReader(resp.Body), each)
}

func events(in *bufio.Reader, each func(payload []byte) error) error {
	name, data := "", ""
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return errors.New("end of stream")
		}
		if err != nil {
			return errors.New("cut off")
		}
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "" && name == "next":
			if err := each([]byte(data)); err != nil {
				return err
			}
		case line == "" && name == "complete":
			return errors.New("complete")
		case strings.HasPrefix(line, "event: "):
			name = line[len("event: "):]
			continue
		case strings.HasPrefix(line, "data:"):
			data = strings.TrimPrefix(line[len("data:"):], " ")
			continue
		}
		if line == "" {
			name, data = "", ""
		}
	}
}
