package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// developer is a program on the developer's machine that receives webhooks.
type developer struct {
	t      *testing.T
	server *httptest.Server
	got    chan event

	mu     sync.Mutex
	secret string
}

type event struct {
	ID, Type, Subject, Source string
	Data                      struct{ Act, Challenge, Link, Cursor string }
}

func newDeveloper(t *testing.T) *developer {
	d := &developer{t: t, got: make(chan event, 100)}
	d.server = httptest.NewServer(d)
	t.Cleanup(d.server.Close)
	return d
}

func (d *developer) knows(secret string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.secret = secret
}

// ServeHTTP checks signatures with the official library, echoes challenges and passes events on.
func (d *developer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Error(err)
	}
	d.mu.Lock()
	wh, err := standardwebhooks.NewWebhook(d.secret)
	d.mu.Unlock()
	if err != nil {
		d.t.Error(err)
		return
	}
	if err := wh.Verify(body, r.Header); err != nil {
		d.t.Errorf("the official library refuses %s: %v", body, err)
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		d.t.Error(err)
	}
	_, _ = io.WriteString(w, e.Data.Challenge)
	if e.Data.Challenge == "" {
		d.got <- e
	}
}

func (d *developer) next() event {
	d.t.Helper()
	select {
	case e := <-d.got:
		return e
	case <-time.After(time.Minute):
		d.t.Fatal("no event came")
		return event{}
	}
}

// graphql sends an operation as the program itself does.
func graphql(t *testing.T, server, token, query string, data any) {
	t.Helper()
	resp, err := apiFlags{Server: server, Token: token}.send(context.Background(), http.DefaultClient, "application/json", query, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil {
		err = readAnswer(body, data)
	}
	if err != nil {
		t.Fatalf("%s\nanswered %s: %v", query, body, err)
	}
}

func TestEventsReachADevelopersProgram(t *testing.T) {
	t.Chdir(t.TempDir())
	lines, _ := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "", "--webhook-allow-loopback")
	_, rest, _ := strings.Cut(strings.Join(lines, "\n"), "http://")
	addr, _, _ := strings.Cut(rest, "/")
	server := "http://" + addr
	_, token, _ := call(t, nil, "token", "--as", "firm@demo")
	token = strings.TrimSpace(token)
	propose := func(title string) string {
		var data struct {
			ProposePractice struct{ Practice struct{ ID string } }
		}
		graphql(t, server, token, fmt.Sprintf(`mutation{proposePractice(input: {title: %q, kind: OTHER}){practice{id}}}`, title), &data)
		return data.ProposePractice.Practice.ID
	}

	t.Run("listen, through a connection that breaks", func(t *testing.T) {
		target, err := url.Parse(server)
		if err != nil {
			t.Fatal(err)
		}
		proxy := httptest.NewServer(&httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, FlushInterval: -1,
			ErrorLog: log.New(io.Discard, "", 0), // its usual log is that of the program under test, which ends up in errs
		})
		defer proxy.Close()
		d := newDeveloper(t)
		ctx, stop := context.WithCancel(context.Background())
		out, w := io.Pipe()
		var errs bytes.Buffer
		var code int
		ended := make(chan struct{})
		defer func() { // before the proxy, which waits for its connections
			stop()
			<-ended
			if t.Failed() {
				t.Log(errs.String())
			}
		}()
		go func() {
			defer close(ended)
			code = run(ctx, []string{
				"events", "listen", "--server", proxy.URL, "--forward-to", d.server.URL, "--types", "practice.proposed",
			}, []string{"PLENARY_TOKEN=" + token}, w, &errs)
			_ = w.Close()
		}()
		printed := bufio.NewScanner(out)
		for printed.Scan() && !strings.HasPrefix(printed.Text(), "Ready") {
			if s, ok := strings.CutPrefix(printed.Text(), "Secret  "); ok {
				d.knows(s)
			}
		}
		reported := make(chan string, 100)
		go func() {
			for printed.Scan() {
				reported <- printed.Text()
			}
			close(reported)
		}()
		for i := range 3 {
			want := propose(fmt.Sprint("Practice ", i))
			if i == 1 {
				proxy.CloseClientConnections()
			}
			if got := d.next(); got.Subject != want || got.Type != "practice.proposed" || got.Source != proxy.URL {
				t.Fatalf("event %d is %+v, want one of %s", i, got, want)
			}
			if line := <-reported; !strings.Contains(line, "200 OK") || !strings.Contains(line, want) {
				t.Errorf("it printed %q", line)
			}
		}
		stop()
		if <-ended; code != 0 {
			t.Errorf("exit %d: %s", code, errs.String())
		}
		if strings.Contains(errs.String(), token) {
			t.Error("the token was printed")
		}
	})

	t.Run("a token that is refused ends it", func(t *testing.T) {
		code, _, errs := call(t, nil, "events", "listen", "--server", server, "--forward-to", "http://127.0.0.1:1/", "--token", "x")
		if code == 0 || !strings.Contains(errs, "UNAUTHENTICATED") {
			t.Errorf("exit %d: %s", code, errs)
		}
	})

	t.Run("a webhook of the server's, and its replay", func(t *testing.T) {
		d := newDeveloper(t)
		var made struct {
			RegisterWebhook struct {
				Webhook struct{ ID, State string }
				Secret  string
			}
		}
		graphql(t, server, token, fmt.Sprintf(`mutation{registerWebhook(input: {url: %q, types: [PRACTICE_PROPOSED]}){webhook{id state} secret}}`,
			d.server.URL+"/hooks"), &made)
		id := made.RegisterWebhook.Webhook.ID
		d.knows(made.RegisterWebhook.Secret)
		graphql(t, server, token, `mutation{verifyWebhook(input: {id: "`+id+`"}){userErrors{code}}}`, &struct{}{})
		var now struct {
			Webhook struct{ State, StateReason, DeliveredAt string }
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for range 1000 {
			graphql(t, server, token, `{webhook(id: "`+id+`"){state stateReason}}`, &now)
			if now.Webhook.State != "PENDING" {
				break
			}
			<-tick.C
		}
		if now.Webhook.State != "ACTIVE" {
			t.Fatalf("the webhook is %s: %s", now.Webhook.State, now.Webhook.StateReason)
		}
		want := propose("Announced")
		first := d.next()
		if first.Subject != want || first.Source != server {
			t.Fatalf("the event is %+v, want one of %s", first, want)
		}
		// Its link returns the act.
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, first.Data.Link, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body, _ := io.ReadAll(resp.Body); !strings.Contains(string(body), `"subjectId":"`+want+`"`) {
			t.Errorf("the link answers %s", body)
		}
		code, out, errs := call(t, nil, "events", "replay", "--server", server, "--token", token, "--webhook", id, "--from", "2020-01-01T00:00:00Z")
		if code != 0 || !strings.Contains(out, "has begun") {
			t.Fatalf("replay: exit %d, %s%s", code, out, errs)
		}
		for {
			if again := d.next(); again.ID == first.ID {
				break
			}
		}
		code, _, errs = call(t, nil, "events", "replay", "--server", server, "--token", token, "--webhook", "webhook_01h455vb4pex5vsknk084sn02q", "--from", "2020-01-01T00:00:00Z")
		if code == 0 || !strings.Contains(errs, "NOT_FOUND") {
			t.Errorf("replay of nobody's webhook: exit %d, %s", code, errs)
		}
		for _, schema := range []string{"/schemas/events/practice.proposed.json", "/schemas/assessment-template-1.json", "/schemas/report-1.json", "/schemas/decision-rule-1.json"} {
			if resp, err := http.Get(server + schema); err != nil || resp.StatusCode != http.StatusOK || resp.Body.Close() != nil {
				t.Errorf("%s: %v, %v", schema, resp, err)
			}
		}
	})
}
