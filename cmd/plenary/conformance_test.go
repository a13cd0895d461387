package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// clients gives the folder of the npm clients, or skips the test: they are there after "make conformance".
func clients(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "web", "conformance"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("skipped: Node is not installed; CI has it")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		t.Skip("skipped: the npm clients are not installed; \"make conformance\" does it")
	}
	return dir
}

func TestRealClients(t *testing.T) {
	dir := clients(t)
	t.Chdir(t.TempDir())
	lines, _ := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	text := strings.Join(lines, "\n")
	url, _, _ := strings.Cut(text[strings.Index(text, "http://"):], "\n")
	_, token, _ := call(t, nil, "token", "--as", "customer@demo")
	token = strings.TrimSpace(token)

	t.Run("all audits of GraphQL over HTTP pass", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		out, err := exec.CommandContext(ctx, "node", filepath.Join(dir, "audit.mjs"), url).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "61 passed, 0 failed") {
			t.Errorf("%v\n%s", err, out)
		}
	})
	for _, protocol := range []string{"ws", "sse"} {
		t.Run("the npm client follows over "+protocol, func(t *testing.T) { follow(t, dir, url, protocol, token) })
	}
}

// follow subscribes with the real client and does things until it has heard of three: the server tells nobody when a
// subscription has begun, so there is no other signal to wait for.
func follow(t *testing.T, dir, url, protocol, token string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	const query = `subscription { acts { cursor act { type } } }`
	client := exec.CommandContext(ctx, "node", filepath.Join(dir, "subscribe.mjs"), url, protocol, token, query, "{}", "3")
	out, err := client.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	acting, stop := context.WithCancel(ctx)
	acted := make(chan struct{})
	go func() {
		defer close(acted)
		for i := 0; acting.Err() == nil; i++ {
			act(acting, t, url, token, i)
		}
	}()
	heard := 0
	for s := bufio.NewScanner(out); s.Scan(); {
		if strings.Contains(s.Text(), `"type":"proposal.drafted"`) {
			heard++
		} else {
			t.Errorf("the client says %s", s.Text())
		}
	}
	stop()
	<-acted
	if err := client.Wait(); err != nil || heard != 3 {
		t.Errorf("the client heard of %d acts (%v), want 3", heard, err)
	}
}

func act(ctx context.Context, t *testing.T, url, token string, n int) {
	post := func(query string) string {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(fmt.Sprintf(`{"query":%q}`, query)))
		if err != nil {
			t.Error(err)
			return ""
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return "" // the test is over
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return string(b)
	}
	answer := post(`{ dialogues(filter: {state: OPEN, text: "price"}) { nodes { id } } }`)
	_, rest, ok := strings.Cut(answer, `"id":"`)
	if !ok {
		return
	}
	id, _, _ := strings.Cut(rest, `"`)
	post(fmt.Sprintf(`mutation { draftProposal(input: {dialogue: "%s", kind: POLICY, title: "Number %d", body: "x"}) { userErrors { code } } }`, id, n))
}
