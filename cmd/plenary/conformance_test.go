package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// clients returns the folder of the npm clients, or skips the test. "make conformance" installs them.
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
	url := graphQL(text)
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
	t.Run("clients", func(t *testing.T) { check(t, 25, filepath.Join(dir, "checks.mjs"), url, token) })
	for _, protocol := range []string{"ws", "sse"} {
		t.Run("the npm client follows over "+protocol, func(t *testing.T) { follow(t, dir, url, protocol, token) })
	}
}

// check runs the checks of a program all at once, such as those of urql, Apollo Client, Relay, graphql-ws and graphql-sse. Each is reported
// as a test of its own.
func check(t *testing.T, want int, program ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "node", program...).CombinedOutput()
	passed := 0
	for line := range strings.Lines(string(out)) {
		name, why, failed := strings.Cut(strings.TrimSpace(line), ": ")
		t.Run(strings.TrimPrefix(strings.TrimPrefix(name, "not "), "ok "), func(t *testing.T) {
			if failed || !strings.HasPrefix(name, "ok ") {
				t.Errorf("%s %s", name, why)
			}
		})
		passed++
	}
	if err != nil || passed < want {
		t.Errorf("%d checks (%v), want %d\n%s", passed, err, want, out)
	}
}

// TestTheDocumentOfTheAPI: a linter finds nothing in /openapi.json, and a client that is typed by it compiles and works.
func TestTheDocumentOfTheAPI(t *testing.T) {
	dir := clients(t)
	work := t.TempDir()
	t.Chdir(work)
	lines, _ := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	text := strings.Join(lines, "\n")
	url := strings.TrimSuffix(graphQL(text), "/graphql")
	_, token, _ := call(t, nil, "token", "--as", "firm@demo")
	fetched(t, url+"/openapi.json", "openapi.json")
	for _, name := range []string{"client.ts", "tsconfig.json"} {
		source, err := os.ReadFile(filepath.Join(dir, "openapi", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, source, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("package.json", []byte(`{"type": "module"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "node_modules"), "node_modules"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		what    string
		program []string
	}{
		{"the linter", []string{filepath.Join(dir, "lint.mjs"), "openapi.json"}},
		{"openapi-typescript", []string{"node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", "openapi.d.ts"}},
		{"the TypeScript compiler", []string{"node_modules/typescript/bin/tsc"}},
	} {
		if out, err := exec.CommandContext(t.Context(), "node", step.program...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", step.what, err, out)
		}
	}
	check(t, 5, "client.js", url, strings.TrimSpace(token))
}

// fetched saves what an address answers.
func fetched(t *testing.T, address, name string) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s = %d (%v)", address, resp.StatusCode, err)
	}
	if err := os.WriteFile(name, body, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTheChangelogGroupsWhatChanged: make changelog writes the changes since the last release, by what they mean for clients.
func TestTheChangelogGroupsWhatChanged(t *testing.T) {
	dir := clients(t)
	released, err := os.ReadFile(filepath.Join("..", "..", "docs", "released.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	before := write("before", "type Query { old: Int kept(a: Int): Kind } enum Kind { ONE }")
	after := write("after", "type Query { kept(a: Int): Kind new: Int } enum Kind { ONE TWO }")
	code, now, _ := call(t, nil, "schema")
	if code != 0 {
		t.Fatalf("plenary schema = %d", code)
	}
	for _, row := range []struct{ name, from, to, want string }{
		{"each change in its group", before, after, "(?s)## Breaking\n.*'old'.*## Dangerous\n.*'TWO'.*## Safe\n.*'new'"},
		{"no change", after, after, "\nNothing\\.\n$"},
		{"this version", write("released", string(released)), write("now", now), "^# What changed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), "node", filepath.Join(dir, "changelog.mjs"), row.from, row.to).CombinedOutput()
			if err != nil || !regexp.MustCompile(row.want).Match(out) {
				t.Errorf("%v\n%s\nwant %s", err, out, row.want)
			}
		})
	}
}

// TestRealClientsResume: a subscription with the real client continues across restarts of the server, which close its socket
// with 1012, and gets every act once and in the log's order.
func TestRealClientsResume(t *testing.T) {
	dir := clients(t)
	for _, protocol := range []string{"ws", "sse"} {
		t.Run(protocol, func(t *testing.T) {
			t.Chdir(t.TempDir())
			r := restarting(t)
			const burst, count = 10, 30
			head := r.head()
			client := r.resume(dir, protocol, head, count)
			acted := make(chan struct{}, 1)
			acts := func() {
				for n := 0; n < burst && t.Context().Err() == nil; {
					if draft(t.Context(), t, r.url, r.token, n) {
						n++
					}
				}
				acted <- struct{}{}
			}
			acts()
			<-acted
			var ids, closes []string
			for line := range client.lines {
				kind, rest, _ := strings.Cut(line, " ")
				switch kind {
				case "act":
					id, _, _ := strings.Cut(rest, " ")
					if ids = append(ids, id); len(ids)%burst == 0 && len(ids) < count {
						go acts() // some before the server stops, some after it is back
						r.restart()
						<-acted
					}
				case "closed":
					closes = append(closes, rest)
				default:
					t.Errorf("the client says %s", line)
				}
			}
			if err := client.wait(); err != nil {
				t.Fatalf("the client ended with %v", err)
			}
			if want := r.acts(head)[:count]; !slices.Equal(ids, want) {
				t.Errorf("the client heard %v, want %v", ids, want)
			}
			if protocol == "ws" && (len(closes) < 2 || !strings.HasPrefix(closes[0], "1012 ")) {
				t.Errorf("the socket was closed %v, want first by 1012", closes)
			}
		})
	}
}

// TestARealClientThatIsSlowResumes: a graphql-ws client that stops reading is disconnected, reconnects by itself with its last
// cursor, and gets every act once. A client that reads a little is closed with RESYNC; one that reads nothing for the length of a
// write loses its connection, which is 1006 in any client.
func TestARealClientThatIsSlowResumes(t *testing.T) {
	dir := clients(t)
	t.Chdir(t.TempDir())
	r := restarting(t)
	const count = 80 // of a quarter of a megabyte each: more than the kernel and the server buffer for a reader
	head := r.head()
	var made struct {
		Dialogues struct{ Nodes []struct{ ID string } }
	}
	r.ask(`{dialogues(filter: {state: OPEN, text: "price"}) {nodes {id}}}`, &made)
	client := r.resume(dir, "ws", head, count, "slow")
	for range count {
		r.ask(fmt.Sprintf(`mutation {postComment(input: {subject: %q, body: %q}) {userErrors {message}}}`, made.Dialogues.Nodes[0].ID, strings.Repeat("x", 10_000)), nil)
	}
	var ids, closes []string
	for line := range client.lines {
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case "act":
			id, _, _ := strings.Cut(rest, " ")
			ids = append(ids, id)
		case "closed":
			closes = append(closes, rest)
		default:
			t.Errorf("the client says %s", line)
		}
	}
	if err := client.wait(); err != nil {
		t.Errorf("the client ended with %v", err)
	}
	if want := r.acts(head); !slices.Equal(ids, want) {
		t.Errorf("the client heard of %d acts, want %d: %v, want %v", len(ids), len(want), ids, want)
	}
	if len(closes) != 1 || !strings.HasPrefix(closes[0], "1013 RESYNC ") && closes[0] != "1006 " {
		t.Errorf("the socket was closed %q, want once, with 1013 RESYNC or 1006", closes)
	}
}

// TestTheTypeScriptExample: it lists, votes once although it sends its vote twice, receives the act and the tally, and continues
// from its cursor when it runs again.
func TestTheTypeScriptExample(t *testing.T) {
	program, err := filepath.Abs(filepath.Join("..", "..", "examples", "typescript", "dist", "main.js"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("skipped: the TypeScript example is not compiled; \"make examples\" does it")
	}
	t.Chdir(t.TempDir())
	r := restarting(t)
	head := r.head()
	run := func() string {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		out, err := exec.CommandContext(ctx, "node", program, r.url, r.token, "cursor", "2").CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	for n := range 2 {
		out, heard := run(), r.acts(head)
		if strings.Count(out, "proposal OPEN ") < 3 || strings.Count(out, "voted, ") != 2 || len(heard) != 2*n+2 ||
			!strings.Contains(out, "act "+heard[2*n]+" COMMENT_VOTED\nact "+heard[2*n+1]+" COMMENT_TALLIED") {
			t.Errorf("run %d says %s\nand the log has %v", n+1, out, heard)
		}
	}
}

// restarted is a server with the shipped example that can be restarted on the same address.
type restarted struct {
	t          *testing.T
	url, token string
	stop       func() int
}

func restarting(t *testing.T) *restarted {
	t.Helper()
	r := &restarted{t: t}
	lines, stop := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	text := strings.Join(lines, "\n")
	r.url = graphQL(text)
	r.stop = stop
	_, token, _ := call(t, nil, "token", "--as", "customer@demo")
	r.token = strings.TrimSpace(token)
	return r
}

func (r *restarted) restart() {
	r.t.Helper()
	if code := r.stop(); code != 0 {
		r.t.Errorf("stopping ends with %d, want 0", code)
	}
	addr := strings.TrimSuffix(strings.TrimPrefix(r.url, "http://"), "/graphql")
	_, r.stop = serving(r.t, "serve", "--demo", "--listen", addr, "--admin-listen", "") // the example is not filled in again
}

// ask sends an operation and reads its data.
func (r *restarted) ask(query string, into any) {
	r.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+r.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	var got struct{ Data, Errors json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.Errors != nil {
		r.t.Fatalf("%s answered %s (%v)", query, got.Errors, err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(got.Data, into); err != nil {
		r.t.Fatal(err)
	}
}

func (r *restarted) head() string {
	r.t.Helper()
	var got struct{ Head string }
	r.ask(`{head}`, &got)
	return got.Head
}

// acts returns the ids of the acts after a cursor, in the log's order.
func (r *restarted) acts(after string) (ids []string) {
	r.t.Helper()
	for more := true; more; {
		var got struct {
			Acts struct {
				Nodes    []struct{ ID string }
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		r.ask(fmt.Sprintf(`{acts(first: 100, after: %q) {nodes {id} pageInfo {hasNextPage endCursor}}}`, after), &got)
		for _, a := range got.Acts.Nodes {
			ids = append(ids, a.ID)
		}
		after, more = got.Acts.PageInfo.EndCursor, got.Acts.PageInfo.HasNextPage
	}
	return ids
}

// resuming is a real client that follows the log and reconnects whenever its connection ends.
type resuming struct {
	lines iter.Seq[string]
	wait  func() error
}

func (r *restarted) resume(dir, protocol, after string, count int, more ...string) resuming {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	r.t.Cleanup(cancel)
	args := append([]string{filepath.Join(dir, "resume.mjs"), r.url, protocol, r.token, after, strconv.Itoa(count)}, more...)
	client := exec.CommandContext(ctx, "node", args...)
	out, err := client.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		r.t.Fatal(err)
	}
	return resuming{wait: client.Wait, lines: func(yield func(string) bool) {
		for s := bufio.NewScanner(out); s.Scan() && yield(s.Text()); {
		}
	}}
}

// follow subscribes with the real client and acts until the client has received three acts: the server does not signal that a
// subscription has begun, so there is nothing else to wait for.
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
			draft(acting, t, url, token, i)
		}
	}()
	heard := 0
	for s := bufio.NewScanner(out); s.Scan(); {
		if strings.Contains(s.Text(), `"type":"PROPOSAL_DRAFTED"`) {
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

// draft drafts a proposal, whose act the token's party sees, and reports whether it succeeded.
func draft(ctx context.Context, t *testing.T, url, token string, n int) bool {
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
		return false
	}
	id, _, _ := strings.Cut(rest, `"`)
	answer = post(fmt.Sprintf(`mutation { draftProposal(input: {dialogue: "%s", kind: POLICY, title: "Number %d", body: "x"}) { userErrors { code } } }`, id, n))
	return strings.Contains(answer, `"userErrors":[]`)
}

// graphQL finds the address of the API in what a server printed.
func graphQL(printed string) string {
	_, rest, _ := strings.Cut(printed, "GraphQL   ")
	url, _, _ := strings.Cut(rest, "\n")
	return url
}
