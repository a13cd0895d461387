package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/plenary-dialogue/plenary/bench/live"
	"github.com/plenary-dialogue/plenary/bench/proc"
	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// liveBench measures live subscriptions: thousands at once, all of which must get every event.
type liveBench struct {
	subscriptions, rate int
	traffic, settle     time.Duration
	only, node, heap    string
	plenary, dir        string
}

// users is how many different people subscribe: a server limits the sockets of each.
const users = 600

// follow is the query of each subscription: the acts and a field of each act's subject.
const follow = `subscription { acts(filter: {type: [COMMENT_POSTED]}) { cursor act { id type at subject { ... on Comment { body } } } } }`

// followNode is the same query for the Node server, which has no filters and one kind of subject.
const followNode = `subscription { acts { cursor act { id type at subject { body } } } }`

// liveResult is what was measured in one run.
type liveResult struct {
	server, layout   string
	idle, busy       float64 // the server's memory in bytes per subscription: before any event, and the most during events
	goroutines       string
	events           int
	took             time.Duration // of sending them
	latencies        *live.Latencies
	server1, client1 float64       // processors
	answered         time.Duration // median time of the mutations that made the events
}

func runLive(ctx context.Context, args []string) error {
	var c liveBench
	flags := flag.NewFlagSet("bench live", flag.ContinueOnError)
	flags.IntVar(&c.subscriptions, "subscriptions", 10_000, "how many at once")
	flags.IntVar(&c.rate, "rate", 20, "events a second")
	flags.DurationVar(&c.traffic, "duration", 20*time.Second, "how long to send events")
	flags.DurationVar(&c.settle, "settle", 6*time.Second, "how long to wait before memory is read")
	flags.StringVar(&c.only, "only", "", "measure only runs with this in their name, such as sqlite, node or sse")
	flags.StringVar(&c.node, "node", filepath.Join("bench", "node"), "folder of the Node server, after npm ci in it; empty for none")
	flags.StringVar(&c.plenary, "plenary", "", "measure this program instead of building one")
	flags.StringVar(&c.heap, "heap", "", "write heap and goroutine profiles of Plenary with all subscriptions open to this folder")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if err := c.checkFiles(); err != nil {
		return err
	}
	var err error
	if c.dir, err = os.MkdirTemp("", "plenary-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(c.dir)
	if c.plenary == "" {
		if c.plenary, err = build(ctx, c.dir); err != nil {
			return err
		}
	}
	all, err := c.runs(ctx)
	printLive(os.Stdout, all)
	return err
}

// checkFiles checks that the process may open enough connections, and raises its limit.
func (c liveBench) checkFiles() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("read the limit of open files: %w", err)
	}
	if limit.Cur = limit.Max; limit.Max < uint64(c.subscriptions)+500 {
		return fmt.Errorf("%d open files are allowed, but %d connections need more: raise the limit with ulimit -n", limit.Max, c.subscriptions)
	}
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}

func (c liveBench) layouts() []live.Layout {
	n := c.subscriptions
	return []live.Layout{
		{Name: fmt.Sprintf("%d WebSockets", n), Connections: n, Each: 1},
		{Name: fmt.Sprintf("%d WebSockets x 50", n/50), Connections: n / 50, Each: 50},
		{Name: fmt.Sprintf("%d SSE streams", n), Connections: n, Each: 1, Stream: true},
	}
}

func (c liveBench) wanted(name string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(c.only))
}

func (c liveBench) runs(ctx context.Context) (all []liveResult, err error) {
	var p *postgres
	if server := os.Getenv("TEST_DATABASE_URL"); server != "" {
		if p, err = openPostgres(ctx, server); err != nil {
			return nil, err
		}
		defer p.close()
	}
	for i, database := range []string{"PostgreSQL", "SQLite"} {
		if database == "PostgreSQL" && p == nil {
			progress("without PostgreSQL: TEST_DATABASE_URL names no server")
			continue
		}
		for j, l := range c.layouts() {
			name := "Plenary on " + database
			if !c.wanted(name + " " + l.Name) {
				continue
			}
			in := &instance{}
			if database == "PostgreSQL" {
				in.postgres = p
			}
			g, err := c.ours(ctx, in, l, 10*i+j)
			if err != nil {
				return all, fmt.Errorf("%s, %s: %w", name, l.Name, err)
			}
			g.server = name
			all = append(all, g)
		}
	}
	if l := c.layouts()[0]; c.node != "" && c.wanted("node "+l.Name) {
		g, err := c.theirs(ctx, l)
		if err != nil {
			return all, fmt.Errorf("the Node server: %w", err)
		}
		all = append(all, g)
	}
	return all, nil
}

// ours measures Plenary, with its own server and small database for each run.
func (c liveBench) ours(ctx context.Context, in *instance, l live.Layout, mark int) (g liveResult, err error) {
	defer func() { err = errors.Join(err, in.close()) }()
	if err := in.locate(ctx, c.dir, fmt.Sprint("live_", mark)); err != nil {
		return g, err
	}
	if err := in.prepare(ctx, seed.Size{Dialogues: 4, Proposals: 5, Comments: 5}, time.Now()); err != nil {
		return g, err
	}
	dev, err := auth.OpenDevIssuer(in.devKey, clock.System{})
	if err != nil {
		return g, err
	}
	tokens := make([]string, users)
	for i := range tokens {
		if tokens[i], err = dev.Mint(auth.Identity{Subject: fmt.Sprint("user", i), Roles: []string{"ngo"}}, time.Hour); err != nil {
			return g, err
		}
	}
	poster, err := dev.Mint(auth.Identity{Subject: "poster", Roles: []string{"customer"}, Stakeholder: typeid.New("stakeholder", in.data.Voter).String()}, time.Hour)
	if err != nil {
		return g, err
	}
	if in.admin, err = freePort(ctx); err != nil {
		return g, err
	}
	args := []string{"serve", "--database", in.url, "--listen", "127.0.0.1:0", "--no-rate-limit", "--dev-key", in.devKey, "--keys", in.devKey + ".keys", "--admin-listen", in.admin}
	if in.ours, err = start(ctx, c.plenary, args...); err != nil {
		return g, err
	}
	m := liveRun{
		liveBench: c, layout: l, process: in.ours, path: "/graphql", query: follow, tokens: tokens, admin: in.admin,
		send: func(ctx context.Context, n int) error {
			comment := typeid.New("comment", in.data.Comments[n%len(in.data.Comments)]).String()
			b := body(map[string]any{
				"query":     `mutation ($c: ID!, $b: String!) { postComment(input: {parent: $c, body: $b}) { userErrors { message } } }`,
				"variables": map[string]any{"c": comment, "b": live.Mark(n)},
			})
			answer, err := post(ctx, "http://"+in.ours.addr+"/graphql", poster, b)
			if err == nil && !bytes.Contains(answer, []byte(`"userErrors":[]`)) {
				err = fmt.Errorf("the response to a comment is %.300s", answer)
			}
			return err
		},
	}
	if l.Stream {
		m.path = "/graphql/stream"
	}
	g, err = m.run(ctx)
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, in.ours.errs.String())
	}
	return g, err
}

// theirs measures the Node server.
func (c liveBench) theirs(ctx context.Context, l live.Layout) (g liveResult, err error) {
	if _, err := exec.LookPath("node"); err != nil {
		progress("without Node, which is not installed")
		return g, nil
	}
	if _, err := os.Stat(filepath.Join(c.node, "node_modules")); err != nil {
		return g, fmt.Errorf("run npm ci in %s first: %w", c.node, err)
	}
	p, err := start(ctx, "node", filepath.Join(c.node, "server.mjs"))
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	c.traffic = min(c.traffic, 5*time.Second) // it falls behind, and the run waits for its backlog
	m := liveRun{liveBench: c, layout: l, process: p, path: "/graphql", query: followNode, tokens: []string{"x"}, send: func(ctx context.Context, n int) error {
		_, err := post(ctx, "http://"+p.addr+"/publish", "", []byte(live.Mark(n)))
		return err
	}}
	g, err = m.run(ctx)
	g.server = "Node, graphql-ws"
	return g, err
}

// liveRun is one set of subscribers at one server.
type liveRun struct {
	liveBench
	layout  live.Layout
	process *process
	path    string
	query   string
	tokens  []string
	admin   string
	send    func(ctx context.Context, n int) error
}

func (m liveRun) run(ctx context.Context) (g liveResult, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	g.layout = m.layout.Name
	g.events = max(1, int(m.traffic.Seconds()*float64(m.rate)))
	empty, err := m.settledMemory(ctx)
	if err != nil {
		return g, err
	}
	began := time.Now()
	subscribers, err := live.Open(ctx, live.Config{
		Layout: m.layout, Address: m.process.addr, Path: m.path, Query: m.query, Tokens: m.tokens, Events: g.events,
	})
	if err != nil {
		return g, err
	}
	defer subscribers.Close()
	progress("%s: connected in %.1f s", m.layout.Name, time.Since(began).Seconds())
	full, err := m.settledMemory(ctx)
	if err != nil {
		return g, err
	}
	each := func(resident int64) float64 { return float64(resident-empty) / float64(m.layout.Subscriptions()) }
	g.idle = each(full)
	if g.goroutines, err = m.inspect(ctx, "idle"); err != nil {
		return g, err
	}
	if err := m.busy(ctx, subscribers, &g, each); err != nil {
		return g, err
	}
	_, err = m.inspect(ctx, "busy")
	return g, err
}

// settledMemory waits until the server is idle and reads its memory.
func (m liveRun) settledMemory(ctx context.Context) (int64, error) {
	select {
	case <-time.After(m.settle):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	return proc.Resident(m.process.pid())
}

// busy sends the events and waits until every subscription has them all.
func (m liveRun) busy(ctx context.Context, subscribers *live.Subscribers, g *liveResult, each func(int64) float64) error {
	server, client, err := m.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := m.sendAll(ctx, subscribers, g, each); err != nil {
		return err
	}
	g.took = time.Since(began)
	patient, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if g.latencies, err = subscribers.Await(patient, g.events); err != nil {
		return err
	}
	serverAfter, clientAfter, err := m.cpu()
	took := time.Since(began).Seconds()
	g.server1, g.client1 = (serverAfter-server).Seconds()/took, (clientAfter-client).Seconds()/took
	return err
}

// senders is how many goroutines send: one that waits for its response does not delay the next event.
const senders = 8

// sendAll sends the events at their rate.
func (m liveRun) sendAll(ctx context.Context, subscribers *live.Subscribers, g *liveResult, each func(int64) float64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	numbers, errs, took := make(chan int, g.events), make([]error, senders), make([]time.Duration, g.events)
	var wg sync.WaitGroup
	for i := range senders {
		wg.Go(func() {
			for n := range numbers {
				subscribers.Sent(n)
				began := time.Now()
				if errs[i] = m.send(ctx, n); errs[i] != nil {
					cancel()
					return
				}
				took[n] = time.Since(began)
			}
		})
	}
	tick := time.NewTicker(time.Second / time.Duration(m.rate))
	defer tick.Stop()
	for n := 0; n < g.events && ctx.Err() == nil; n++ {
		numbers <- n
		if n%m.rate == 0 {
			now, err := proc.Resident(m.process.pid())
			if err != nil {
				errs[0] = err
				break
			}
			g.busy = max(g.busy, each(now))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	close(numbers)
	wg.Wait()
	slices.Sort(took)
	g.answered = took[len(took)/2].Round(time.Millisecond)
	return errors.Join(append(errs, ctx.Err())...)
}

func (m liveRun) cpu() (server, client time.Duration, err error) {
	s, err := proc.Read(m.process.pid())
	if err != nil {
		return 0, 0, err
	}
	c, err := proc.Read(os.Getpid())
	return s.CPU, c.CPU, err
}

// inspect counts the goroutines, and saves profiles if a folder for them was given.
func (m liveRun) inspect(ctx context.Context, when string) (string, error) {
	if m.admin == "" {
		return "", nil
	}
	for _, name := range []string{"heap", "goroutine"} {
		if m.heap == "" {
			break
		}
		profile, err := get(ctx, "http://"+m.admin+"/debug/pprof/"+name)
		if err != nil {
			return "", err
		}
		file := filepath.Join(m.heap, fmt.Sprintf("%s-%s-%s.pprof", strings.ReplaceAll(m.layout.Name, " ", "-"), when, name))
		if err := os.WriteFile(file, profile, 0o600); err != nil {
			return "", err
		}
	}
	text, err := get(ctx, "http://"+m.admin+"/debug/pprof/goroutine?debug=1")
	if err != nil {
		return "", err
	}
	_, total, _ := strings.Cut(strings.SplitN(string(text), "\n", 2)[0], "total ")
	return total, nil
}

func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return fetch(req)
}

func post(ctx context.Context, url, token string, b []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return fetch(req)
}

func fetch(req *http.Request) ([]byte, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %.300s", resp.StatusCode, b)
	}
	return b, err
}

// printLive writes the table. It has only runs in which every subscription got every event, once and in order.
func printLive(w io.Writer, all []liveResult) {
	fmt.Fprintf(w, "\nLive subscriptions; each got every event once and in order. Memory is the growth of the server's resident set\n"+
		"per subscription: before events, and at most during events. Times count from sending the mutation.\n\n")
	fmt.Fprintf(w, "| server | connections | idle kB | busy kB | goroutines | events | per s | deliveries | mutation p50 | p50 | p99 | max | CPU server | CPU clients |\n")
	fmt.Fprintf(w, "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, g := range all {
		if g.latencies == nil {
			continue
		}
		fmt.Fprintf(w, "| %s | %s | %.1f | %.1f | %s | %d | %.1f | %d | %v | %v | %v | %v | %.2f | %.2f |\n", g.server, g.layout, g.idle/1000, g.busy/1000,
			g.goroutines, g.events, float64(g.events)/g.took.Seconds(), g.latencies.Total(), g.answered, g.latencies.Percentile(50), g.latencies.Percentile(99),
			g.latencies.Most().Round(time.Millisecond), g.server1, g.client1)
	}
}
