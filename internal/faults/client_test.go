//go:build faults

package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// answer is the response to an operation.
type answer struct {
	status int
	header http.Header
	text   string
	took   time.Duration
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions struct {
			Code         string
			Retryable    bool
			RetryAfterMs int
		}
	}
}

// code is the code of the first error, or "".
func (a *answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Extensions.Code
}

// into reads the data.
func (a *answer) into(v any) error {
	if len(a.Errors) > 0 {
		return fmt.Errorf("%s: %s", a.code(), a.Errors[0].Message)
	}
	return json.Unmarshal(a.Data, v)
}

// callers keep connections open as browsers do; their timeout is longer than a server may take.
var callers = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// ask sends an operation. An error means that no server responded.
func ask(ctx context.Context, addr, token, query string, variables map[string]any) (*answer, error) {
	return askOver(ctx, callers, addr, token, query, variables)
}

func askOver(ctx context.Context, client *http.Client, addr, token, query string, variables map[string]any) (*answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, "POST", "http://"+addr+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	began := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	a := &answer{status: resp.StatusCode, header: resp.Header, text: string(text), took: time.Since(began)}
	if err := json.Unmarshal(text, a); err != nil {
		return nil, fmt.Errorf("the response %d is not JSON: %w: %.200s", resp.StatusCode, err, text)
	}
	return a, nil
}

// read sends a query that a replica must answer.
func (w *world) read(r *replica, who, query string, variables map[string]any, into any) {
	w.t.Helper()
	token := ""
	if who != "" {
		token = w.token(who)
	}
	a, err := ask(context.Background(), r.address(), token, query, variables)
	if err == nil {
		err = a.into(into)
	}
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

// place is where the load generator writes: an open dialogue of the example.
func (w *world) place(r *replica) string {
	w.t.Helper()
	var found struct {
		Dialogues struct{ Nodes []struct{ ID string } }
	}
	w.read(r, "customer", `{dialogues(filter: {text: "price know"}){nodes{id}}}`, nil, &found)
	if len(found.Dialogues.Nodes) != 1 {
		w.t.Fatalf("found %d dialogues to write in, want 1", len(found.Dialogues.Nodes))
	}
	return found.Dialogues.Nodes[0].ID
}
