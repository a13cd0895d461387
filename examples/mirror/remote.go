package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/examples/mirror/generated"
)

const (
	askTimeout = 30 * time.Second
	// silence is how long a stream may send nothing, not even a heartbeat, which comes every 12 s.
	silence = time.Minute
)

// remote is the server.
type remote struct {
	url, tokenFile string
	http           *http.Client
	client         graphql.Client

	mu   sync.Mutex
	date time.Time // of its last response, by the server's clock
}

func newRemote(url, tokenFile string) *remote {
	r := &remote{url: url, tokenFile: tokenFile, http: &http.Client{}}
	r.client = graphql.NewClient(url, asker{r})
	return r
}

// asker sends one request with the current token and a timeout, and records the server's clock.
type asker struct{ *remote }

// Do sends the request.
func (a asker) Do(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), askTimeout)
	resp, err := a.send(req.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Body = closing{resp.Body, cancel}
	if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		a.mu.Lock()
		a.date = at
		a.mu.Unlock()
	}
	return resp, nil
}

// closing cancels a request's context when the body is closed.
type closing struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close closes the body.
func (c closing) Close() error {
	defer c.cancel()
	return c.ReadCloser.Close()
}

func (r *remote) send(req *http.Request) (*http.Response, error) {
	if r.tokenFile != "" {
		token, err := os.ReadFile(r.tokenFile)
		if err != nil {
			return nil, fmt.Errorf("read the token: %w", err)
		}
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	return r.http.Do(req)
}

// now is the server's clock at its last response, in whole seconds.
func (r *remote) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.date
}

// act is what the mirror needs to know about an act.
type act struct {
	Type    generated.ActType
	Subject string
}

// event is an act as it happens.
type event struct {
	act
	cursor string
}

// errEnded says that the server ended a stream, as it does before a restart.
var errEnded = errors.New("the stream ended")

// follow passes on the acts after a cursor as they happen, over server-sent events, until the stream or the context ends.
// It always returns the reason.
func (r *remote) follow(ctx context.Context, after string, events chan<- event) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	body, err := json.Marshal(map[string]any{"query": generated.Follow_Operation, "variables": map[string]any{"after": after}})
	if err != nil {
		return fmt.Errorf("write the subscription: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/stream", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("write the subscription: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	watchdog := time.AfterFunc(silence, cancel)
	defer watchdog.Stop()
	resp, err := r.send(req)
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
		refused := graphql.Response{}
		_ = json.Unmarshal(text, &refused) // a proxy may answer with something other than JSON
		return &graphql.HTTPError{Response: refused, StatusCode: resp.StatusCode}
	}
	lines := bufio.NewReader(resp.Body)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return errors.Join(errEnded, err)
		}
		watchdog.Reset(silence)
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue // the event's name, its id, a heartbeat
		}
		e, err := read(data)
		if err != nil {
			return err
		}
		select {
		case events <- e:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// read reads the data of an event.
func read(data string) (event, error) {
	var message struct {
		Data   *generated.FollowResponse
		Errors gqlerror.List
	}
	switch err := json.Unmarshal([]byte(data), &message); {
	case err != nil:
		return event{}, fmt.Errorf("read an event: %w", err)
	case len(message.Errors) > 0:
		return event{}, message.Errors
	case message.Data == nil:
		return event{}, errEnded // "complete" has no data
	}
	e := message.Data.Acts
	return event{act: act{Type: e.Act.Type, Subject: e.Act.SubjectId}, cursor: e.Cursor}, nil
}

// codes returns the codes of the errors in the server's response.
func codes(err error) []string {
	var list gqlerror.List
	if he, ok := errors.AsType[*graphql.HTTPError](err); ok {
		list = he.Response.Errors
	} else if !errors.As(err, &list) {
		return nil
	}
	all := make([]string, 0, len(list))
	for _, e := range list {
		code, _ := e.Extensions["code"].(string)
		all = append(all, code)
	}
	return all
}

// isMissing reports that something does not exist or that the viewer may not see it.
func isMissing(err error) bool { return slices.Contains(codes(err), "NOT_FOUND") }

// isStale reports that a cursor is no longer valid: expired, or sealed for another viewer or with another key.
func isStale(err error) bool {
	all := codes(err)
	return slices.Contains(all, "CURSOR_EXPIRED") || slices.Contains(all, "CURSOR_MISMATCH") || slices.Contains(all, "BAD_USER_INPUT")
}

// isFinal reports that trying again will not help.
func isFinal(err error) bool {
	return slices.ContainsFunc(codes(err), func(code string) bool {
		return slices.Contains([]string{"UNAUTHENTICATED", "FORBIDDEN", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}, code)
	})
}
