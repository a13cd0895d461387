package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// floodBench finds out whether people are still served while one caller asks for all that it can.
type floodBench struct {
	connections, requests int
	within, recovery      time.Duration
	only, plenary, dir    string
}

// Callers come from addresses of their own.
const (
	memberAddress  = "127.0.0.1"
	floodAddress   = "127.0.0.2"
	visitorAddress = "127.0.0.3"
	healthAddress  = "127.0.0.4"
)

// polite is what became of the requests of somebody who sends one a second.
type polite struct {
	who   string
	took  []time.Duration // of those with the right response
	wrong []string
}

// flooded is one run.
type flooded struct {
	name      string
	lasted    time.Duration
	flood     load.Flooded
	polite    []*polite
	recovered string // what the flooding caller got after the flood; empty if it got its answer
}

func runFlood(ctx context.Context, args []string) error {
	f := floodBench{}
	flags := flag.NewFlagSet("flood", flag.ContinueOnError)
	flags.IntVar(&f.connections, "connections", 256, "of the flood")
	flags.IntVar(&f.requests, "requests", 14, "of each polite caller, one a second")
	flags.DurationVar(&f.within, "within", 500*time.Millisecond, "how soon each must be answered")
	flags.DurationVar(&f.recovery, "recovery", 10*time.Second, "how long after the flood its caller is served again")
	flags.StringVar(&f.only, "only", "", "only runs with this in their name, such as sqlite, votes or unlimited")
	flags.StringVar(&f.plenary, "plenary", "", "flood this program instead of building one")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	var err error
	if f.dir, err = os.MkdirTemp("", "plenary-flood-"); err != nil {
		return err
	}
	defer os.RemoveAll(f.dir)
	if f.plenary == "" {
		if f.plenary, err = build(ctx, f.dir); err != nil {
			return err
		}
	}
	runs, err := f.runs(ctx)
	f.print(os.Stdout, runs)
	return errors.Join(err, f.judge(runs))
}

// runs floods every kind of server with every kind of request.
func (f floodBench) runs(ctx context.Context) (all []flooded, err error) {
	var p *postgres
	if server := os.Getenv("TEST_DATABASE_URL"); server != "" {
		if p, err = openPostgres(ctx, server); err != nil {
			return nil, err
		}
		defer p.close()
	} else {
		progress("without PostgreSQL: TEST_DATABASE_URL names no server")
	}
	for i, database := range []string{"PostgreSQL", "SQLite"} {
		if database == "PostgreSQL" && p == nil {
			continue
		}
		for j, limits := range []string{"limited", "unlimited"} {
			for k, of := range []string{"votes", "pages", "nonsense"} {
				name := database + " " + limits + " " + of
				if !strings.Contains(strings.ToLower(name), strings.ToLower(f.only)) {
					continue
				}
				in := &instance{}
				if database == "PostgreSQL" {
					in.postgres = p
				}
				one, err := f.run(ctx, in, fmt.Sprint("flood_", i, j, k), limits == "unlimited", of)
				if err != nil {
					return all, fmt.Errorf("%s: %w", name, err)
				}
				one.name = name
				all = append(all, one)
			}
		}
	}
	return all, nil
}

// run floods one server of its own.
func (f floodBench) run(ctx context.Context, in *instance, mark string, unlimited bool, of string) (one flooded, err error) {
	defer func() { err = errors.Join(err, in.close()) }()
	if err := in.locate(ctx, f.dir, mark); err != nil {
		return one, err
	}
	if err := in.prepare(ctx, seed.Size{Dialogues: 40, Proposals: 25, Comments: 10}, time.Now()); err != nil {
		return one, err
	}
	dev, err := auth.OpenDevIssuer(in.devKey, clock.System{})
	if err != nil {
		return one, err
	}
	flooder, err := dev.Mint(auth.Identity{Subject: "flood", Roles: []string{"customer"}, Stakeholder: typeid.New("stakeholder", in.data.Voter).String()}, time.Hour)
	if err != nil {
		return one, err
	}
	member, err := dev.Mint(auth.Identity{Subject: "polite", Roles: []string{"customer"}}, time.Hour)
	if err != nil {
		return one, err
	}
	args := []string{"serve", "--database", in.url, "--listen", "127.0.0.1:0", "--dev-key", in.devKey, "--keys", in.devKey + ".keys", "--admin-listen", ""}
	if unlimited {
		args = append(args, "--no-rate-limit")
	}
	if in.ours, err = start(ctx, f.plenary, args...); err != nil {
		return one, err
	}
	page := load.Post("/graphql", "", body(map[string]any{"query": nestedPage}))
	vote := func(token string) func(int, int) []byte {
		return func(int, int) []byte { return scenario{}.cast(in.data.Comments, in.data.Voter, token) }
	}
	requests := map[string]load.Requests{
		"votes": vote(flooder), "pages": func(int, int) []byte { return page }, "nonsense": nonsense,
	}[of]
	if one, err = f.flood(ctx, in.ours.addr, requests, f.callers(vote(member), member)); err != nil {
		return one, fmt.Errorf("%w\n%s", err, in.ours.errs.String())
	}
	select {
	case <-time.After(f.recovery):
	case <-ctx.Done():
		return one, ctx.Err()
	}
	if of == "nonsense" {
		requests = func(int, int) []byte { return page }
	}
	one.recovered = wrongWith(load.Ask(ctx, in.ours.addr, floodAddress, requests(0, 0)))
	return one, nil
}

// nonsense makes long documents that are not valid, none of which the server has seen before.
func nonsense(client, n int) []byte {
	fields := strings.Repeat(fmt.Sprintf("f%d_%d ", client, n), 900)
	return load.Post("/graphql", "", body(map[string]any{"query": "{ dialogues { nodes { " + fields + "} } }"}))
}

// caller sends its n-th request.
type caller struct {
	who, from string
	request   func(n int) []byte
	check     func(status int, body []byte, err error) string
}

// callers are a member who reads and votes, a visitor who reads in two ways, and whoever watches the server's health.
func (f floodBench) callers(vote func(int, int) []byte, token string) []caller {
	read := load.Post("/graphql", token, body(map[string]any{"query": nestedPage}))
	visits := [][]byte{load.Post("/graphql", "", body(map[string]any{"query": nestedPage})), load.Get("/graphql", plainList)}
	health := []byte("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
	return []caller{
		{"member", memberAddress, func(n int) []byte {
			if n%2 == 0 {
				return vote(0, n)
			}
			return read
		}, wrongWith},
		{"visitor", visitorAddress, func(n int) []byte { return visits[n%len(visits)] }, wrongWith},
		{"health", healthAddress, func(int) []byte { return health }, func(status int, body []byte, err error) string {
			if err != nil || status != http.StatusOK {
				return fmt.Sprint(status, " ", string(body), err)
			}
			return ""
		}},
	}
}

// wrongWith says what is wrong with a response.
func wrongWith(status int, body []byte, err error) string {
	if err == nil {
		err = right(body)
	}
	if err != nil || status != http.StatusOK {
		return fmt.Sprintf("%d %.300s %v", status, body, err)
	}
	return ""
}

// flood lets polite callers ask once a second during a flood that begins a second before.
func (f floodBench) flood(ctx context.Context, addr string, requests load.Requests, callers []caller) (flooded, error) {
	var one flooded
	for _, c := range callers { // everybody has been here before
		for n := range 2 {
			if wrong := c.check(load.Ask(ctx, addr, c.from, c.request(n))); wrong != "" {
				return one, fmt.Errorf("before the flood the %s got %s", c.who, wrong)
			}
		}
		one.polite = append(one.polite, &polite{who: c.who})
	}
	flooding, stop := context.WithCancel(ctx)
	defer stop()
	began := time.Now()
	var over sync.WaitGroup
	over.Go(func() { one.flood = load.Flood(flooding, addr, floodAddress, f.connections, requests) })
	var asking sync.WaitGroup
	for i, c := range callers {
		asking.Go(func() { f.ask(ctx, addr, c, one.polite[i], began.Add(time.Second).Add(time.Duration(i)*time.Second/4)) })
	}
	asking.Wait()
	stop()
	over.Wait()
	one.lasted = time.Since(began)
	return one, ctx.Err()
}

// ask sends a request each second, whether or not those before were answered, and waits for all responses.
func (f floodBench) ask(ctx context.Context, addr string, c caller, p *polite, first time.Time) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range f.requests {
		select {
		case <-time.After(time.Until(first.Add(time.Duration(n) * time.Second))):
		case <-ctx.Done():
			return
		}
		all.Go(func() {
			began := time.Now()
			wrong := c.check(load.Ask(ctx, addr, c.from, c.request(n)))
			took := time.Since(began)
			mu.Lock()
			defer mu.Unlock()
			if wrong != "" {
				p.wrong = append(p.wrong, wrong)
				return
			}
			p.took = append(p.took, took)
		})
	}
	all.Wait()
	slices.Sort(p.took)
}

// judge says which runs were not fair.
func (f floodBench) judge(runs []flooded) error {
	var errs []error
	for _, one := range runs {
		for _, p := range one.polite {
			if n := len(p.wrong); n > 0 {
				errs = append(errs, fmt.Errorf("%s: %d of %d answers to the %s were wrong, such as %s", one.name, n, f.requests, p.who, p.wrong[0]))
			}
			if late := len(p.took) - p.inTime(f.within); late > 0 {
				errs = append(errs, fmt.Errorf("%s: %d of %d answers to the %s took longer than %v", one.name, late, len(p.took), p.who, f.within))
			}
			if len(p.took)+len(p.wrong) < f.requests {
				errs = append(errs, fmt.Errorf("%s: the %s sent %d requests, not %d", one.name, p.who, len(p.took)+len(p.wrong), f.requests))
			}
		}
		if one.answered() == 0 {
			errs = append(errs, fmt.Errorf("%s: the flood got no answer: it was none", one.name))
		}
		if one.recovered != "" {
			errs = append(errs, fmt.Errorf("%s: %v after the flood its caller got %s", one.name, f.recovery, one.recovered))
		}
	}
	return errors.Join(errs...)
}

func (p *polite) inTime(within time.Duration) int {
	n, _ := slices.BinarySearch(p.took, within+1)
	return n
}

// answered counts the requests of the flood that the server worked on. What is not valid gets status 200 and an error.
func (one flooded) answered() int { return one.flood.Status[http.StatusOK] }

func (f floodBench) print(w io.Writer, runs []flooded) {
	fmt.Fprintf(w, "\n%d connections flood a server from %s. Others ask once a second, over new connections: answers of %d, and the\n"+
		"median and the longest time in ms.\n\n", f.connections, floodAddress, f.requests)
	fmt.Fprintf(w, "| flood | answered/s | refused/s | broken | member | visitor | health | its caller %v later |\n|---|--:|--:|--:|---|---|---|---|\n", f.recovery)
	for _, one := range runs {
		total := 0
		for _, n := range one.flood.Status {
			total += n
		}
		seconds := one.lasted.Seconds()
		fmt.Fprintf(w, "| %s | %.0f | %.0f | %d |", one.name, float64(one.answered())/seconds, float64(total-one.answered())/seconds, one.flood.Broken)
		for _, p := range one.polite {
			fmt.Fprintf(w, " %d: %s |", len(p.took), p.times())
		}
		again := "served"
		if one.recovered != "" {
			again = "refused"
		}
		fmt.Fprintf(w, " %s |\n", again)
	}
	fmt.Fprintln(w)
}

func (p *polite) times() string {
	if len(p.took) == 0 {
		return "-"
	}
	return fmt.Sprintf("%d, %d", p.took[(len(p.took)-1)/2].Milliseconds(), p.took[len(p.took)-1].Milliseconds())
}
