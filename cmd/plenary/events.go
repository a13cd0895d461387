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
	"net/url"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/internal/webhook"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

type eventsCmd struct {
	Listen eventsListenCmd `cmd:"" help:"Forward events as signed webhooks to a program that you are developing."`
	Replay eventsReplayCmd `cmd:"" help:"Send a part of the log to a webhook again."`
}

// apiFlags say which server to use and with which token.
type apiFlags struct {
	Server string `help:"Address of the server." default:"http://127.0.0.1:8080" placeholder:"URL"`
	Token  string `help:"Access token. Use PLENARY_TOKEN or PLENARY_TOKEN_FILE to keep it off the command line." placeholder:"TOKEN"`
}

type eventsListenCmd struct {
	apiFlags
	ForwardTo string   `help:"Address to forward to, such as http://127.0.0.1:3000/hooks." required:"" placeholder:"URL"`
	Types     []string `help:"Only events of these types, such as proposal.submitted."`
	Dialogue  string   `help:"Only events within this dialogue." placeholder:"ID"`
	After     string   `help:"Start after this cursor instead of now." placeholder:"CURSOR"`
	Secret    string   `help:"Sign with this secret instead of a new one." placeholder:"whsec_…"`
}

const listenQuery = `subscription($f: ActFilter, $after: String) {
	acts(filter: $f, after: $after) { cursor act { id type subjectId subjectRevision at } }
}`

// hereQuery reads the cursor to start from: a connection that breaks before the first event resumes there.
const hereQuery = `{ head }`

// actEvent is an act as the subscription delivers it.
type actEvent struct {
	Cursor string
	Act    struct {
		ID, SubjectID   string
		Type            enum.ActType
		SubjectRevision int
		At              time.Time
	}
}

// Run forwards events until a signal arrives. When the connection breaks, it reconnects and resumes after the last event.
func (c *eventsListenCmd) Run(ctx context.Context, s streams) error {
	if _, err := url.ParseRequestURI(c.ForwardTo); err != nil {
		return fmt.Errorf("--forward-to: expected a URL such as http://127.0.0.1:3000/hooks")
	}
	signer, err := webhook.NewSigner(c.Secret)
	if err != nil {
		return fmt.Errorf("--secret: %w", err)
	}
	fmt.Fprintf(s.out, "Secret  %s\nTo      %s\n", signer.Secret(), c.ForwardTo)
	f := &forwarder{apiFlags: c.apiFlags, to: c.ForwardTo, signer: signer, out: s.out, client: &http.Client{Timeout: 30 * time.Second}}
	cursor := c.After
	for pause := time.Second; ; pause = min(2*pause, 30*time.Second) {
		seen := cursor
		cursor, err = c.follow(ctx, f, cursor)
		var refused *refusedError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &refused) && refused.expired:
			return fmt.Errorf("%w: without --after it starts at the log's end", err)
		case errors.As(err, &refused):
			return fmt.Errorf("%w; to continue: --after %s", err, orNone(cursor))
		}
		if cursor != seen {
			pause = time.Second
		}
		fmt.Fprintf(s.err, "the connection ended (%v); trying again in %s\n", err, pause)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

func orNone(cursor string) string {
	if cursor == "" {
		return "(no event had arrived)"
	}
	return cursor
}

// refusedError says that the server refused the request: trying again would not help.
type refusedError struct {
	text    string
	expired bool // the cursor
}

// Error returns the server's message.
func (e *refusedError) Error() string { return e.text }

// passingError is a failure that may have passed when it is tried again.
type passingError struct{ error }

// Unwrap returns what failed.
func (p *passingError) Unwrap() error { return p.error }

// follow forwards the events of one connection and returns the cursor of the last one.
func (c *eventsListenCmd) follow(ctx context.Context, f *forwarder, cursor string) (string, error) {
	filter := map[string]any{}
	if len(c.Types) > 0 {
		filter["type"] = act.Words(c.Types)
	}
	if c.Dialogue != "" {
		filter["dialogue"] = c.Dialogue
	}
	if cursor == "" {
		var err error
		if cursor, err = c.here(ctx); err != nil {
			return "", err
		}
	}
	variables := map[string]any{"f": filter, "after": cursor}
	resp, err := c.send(ctx, new(http.Client), "text/event-stream", listenQuery, variables)
	if err != nil {
		return cursor, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return cursor, refusal(resp)
	}
	if !f.ready {
		f.ready = true
		fmt.Fprintln(f.out, "Ready   waiting for events")
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "data:")
		if !ok || strings.TrimSpace(text) == "" {
			continue
		}
		var data struct{ Acts actEvent }
		if err := readAnswer([]byte(text), &data); err != nil {
			return cursor, err
		}
		if err := f.forward(ctx, data.Acts); err != nil {
			return cursor, err
		}
		cursor = data.Acts.Cursor
	}
	if err := lines.Err(); err != nil {
		return cursor, err
	}
	return cursor, io.EOF
}

// here returns the cursor of the log's end.
func (c *eventsListenCmd) here(ctx context.Context) (string, error) {
	resp, err := c.send(ctx, &http.Client{Timeout: 30 * time.Second}, "application/json", hereQuery, nil)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", refusal(resp)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return "", err
	}
	var data struct{ Head string }
	err = readAnswer(body, &data)
	return data.Head, err
}

// forwarder sends events to the developer's program.
type forwarder struct {
	apiFlags
	to     string
	signer *webhook.Signer
	out    io.Writer
	client *http.Client
	ready  bool
}

// forward sends one event, once. It prints the program's response for the developer; a failure does not stop the next event.
func (f *forwarder) forward(ctx context.Context, e actEvent) error {
	key, err := typeid.Parse("act", e.Act.ID)
	if err != nil {
		return fmt.Errorf("the server named an act %q", e.Act.ID)
	}
	id := webhook.EventID([16]byte{}, key)
	body, err := webhook.NewEvent(strings.TrimRight(f.Server, "/"), id, webhook.Happened{
		Type: act.NameOf(e.Act.Type), Act: e.Act.ID, Subject: e.Act.SubjectID, Revision: e.Act.SubjectRevision, At: e.Act.At, Cursor: e.Cursor,
	}).Body()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	f.signer.Sign(req.Header, id, systemClock.Now(), body)
	began := time.Now()
	resp, err := f.client.Do(req)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	status := "no response"
	if err == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
		_ = resp.Body.Close()
		status = resp.Status
	}
	fmt.Fprintf(f.out, "%s  %-22s %s  %s (%d ms)\n", began.Format(time.TimeOnly), e.Act.Type, e.Act.SubjectID, status, time.Since(began).Milliseconds())
	return nil
}

type eventsReplayCmd struct {
	apiFlags
	Webhook string `help:"Id of the webhook." required:"" placeholder:"ID"`
	From    string `help:"Acts from this time on, such as 2026-03-01T09:30:00Z." placeholder:"TIME" xor:"begin" required:""`
	To      string `help:"Acts until this time." placeholder:"TIME" xor:"end"`
	After   string `help:"Acts after the event with this cursor." placeholder:"CURSOR" xor:"begin" required:""`
	Through string `help:"Acts up to the event with this cursor." placeholder:"CURSOR" xor:"end"`
}

const replayMutation = `mutation($in: ReplayWebhookInput!) { replayWebhook(input: $in) { act { id } userErrors { code field message } } }`

// Run requests a replay.
func (c *eventsReplayCmd) Run(ctx context.Context, s streams) error {
	in := map[string]any{"id": c.Webhook}
	for name, value := range map[string]string{"from": c.From, "to": c.To, "after": c.After, "through": c.Through} {
		if value != "" {
			in[name] = value
		}
	}
	resp, err := c.send(ctx, &http.Client{Timeout: 30 * time.Second}, "application/json", replayMutation, map[string]any{"in": in})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	var data struct {
		ReplayWebhook struct {
			Act        *struct{ ID string }
			UserErrors []struct {
				Code, Message string
				Field         []string
			}
		}
	}
	if err := readAnswer(body, &data); err != nil {
		return err
	}
	for _, e := range data.ReplayWebhook.UserErrors {
		return fmt.Errorf("%s %s", e.Code, strings.TrimSpace(strings.Join(e.Field, ".")+" "+e.Message))
	}
	_, err = fmt.Fprintf(s.out, "The replay has begun (%s). The webhook's deliveries show its progress.\n", data.ReplayWebhook.Act.ID)
	return err
}

func (a apiFlags) send(ctx context.Context, client *http.Client, accept, query string, variables map[string]any) (*http.Response, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(a.Server, "/")+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, &refusedError{text: "--server: expected a URL such as http://127.0.0.1:8080"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	if a.Token != "" {
		req.Header.Set("Authorization", "Bearer "+a.Token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s does not respond: %w", a.Server, errors.Unwrap(err))
	}
	return resp, nil
}

// readAnswer reads the data of a GraphQL response, or returns its first error.
func readAnswer(body []byte, data any) error {
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct {
				Code      string
				Retryable bool
			}
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("the response is not from a GraphQL server: %w", err)
	}
	if len(answer.Errors) > 0 {
		e := answer.Errors[0]
		if e.Extensions.Retryable {
			return &passingError{errors.New(e.Message)}
		}
		return &refusedError{e.Extensions.Code + " " + e.Message, e.Extensions.Code == "CURSOR_EXPIRED"}
	}
	if err := json.Unmarshal(answer.Data, data); err != nil {
		return fmt.Errorf("the response does not have the expected form: %w", err)
	}
	return nil
}

// refusal reads why the server did not open a stream.
func refusal(resp *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return err
	}
	if err := readAnswer(body, &struct{}{}); err != nil {
		return err
	}
	return errors.New(resp.Status)
}
