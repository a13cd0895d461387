package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/gql/gqltest"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// places is the configuration of a server with few places, where nobody gives up waiting.
func places(n int) func(*server.Config) {
	return func(c *server.Config) { c.Limits.InFlight, c.Limits.Changes, c.Limits.Wait = n, n, time.Hour }
}

// occupy starts queries on a socket that run until they are completed, and waits until so many of them run and the others wait.
func (r *running) occupy(t *testing.T, w *wire, n, run int) {
	t.Helper()
	for i := range n {
		w.subscribe(fmt.Sprint("slow", i), "{slow}")
	}
	r.gauges(t, run, n-run)
	eventually(t, "those with a place run", func() bool { return r.schema.Ran.Load() == int64(run) })
}

// gauges waits until so many operations run and wait.
func (r *running) gauges(t *testing.T, run, wait int) {
	t.Helper()
	want := fmt.Sprintf("plenary_running %d\n", run)
	waiting := fmt.Sprintf("plenary_waiting %d\n", wait)
	eventually(t, want+waiting, func() bool {
		m := metricsOf(t, r)
		return strings.Contains(m, want) && strings.Contains(m, waiting)
	})
}

func (w *wire) completeAll(n int) {
	w.t.Helper()
	for i := range n {
		w.send([]byte(fmt.Sprintf(`{"id":"slow%d","type":"complete"}`, i)))
	}
}

// TestOneCallerLeavesPlacesToOthers: however much one asks for, the others are served at once.
func TestOneCallerLeavesPlacesToOthers(t *testing.T) {
	r := start(t, places(8))
	for _, flood := range []string{"", "sub=eve&org=evil"} {
		r.schema.Ran.Store(0)
		w := r.open(t, flood)
		r.occupy(t, w, 30, 3) // queries may have 7 of the 8 places, and one caller half of those
		for _, transport := range transports {
			if got := transport.send(t, r, call{query: "{me{id}}", token: "sub=ada"}); len(got.codes) > 0 {
				t.Errorf("%s: a query of a member got %s", transport.name, got.text)
			}
			if strings.Contains(transport.name, "GET") {
				continue
			}
			if got := transport.send(t, r, call{query: rename, token: "sub=ada&org=good"}); len(got.codes) > 0 {
				t.Errorf("%s: a mutation of a member got %s", transport.name, got.text)
			}
		}
		if flood != "" {
			if got := transports[0].send(t, r, call{query: "{me{id}}"}); len(got.codes) > 0 {
				t.Errorf("a query of a visitor got %s", got.text)
			}
		}
		r.gauges(t, 3, 27)
		w.completeAll(30)
		r.gauges(t, 0, 0)
	}
}

// TestHealthNeedsNoPlace: nor does what is never computed.
func TestHealthNeedsNoPlace(t *testing.T) {
	r := start(t, places(1))
	r.occupy(t, r.open(t, "sub=eve"), 1, 1)
	for _, path := range []string{"/readyz", "/livez", "/schema.graphql"} {
		if resp, text := r.do(t, r.request(t, "GET", path, call{}, "")); resp.StatusCode != http.StatusOK {
			t.Errorf("%s = %d %s", path, resp.StatusCode, text)
		}
	}
}

// TestWaitingEnds: who waits too long, or finds too many waiting, is refused, says when to come back and pays nothing.
func TestWaitingEnds(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		change func(*server.Config)
		queued int
	}{
		{"for too long", func(c *server.Config) { c.Limits.Wait = time.Millisecond }, 0},
		{"behind too many of its own", func(c *server.Config) { c.Limits.Queue = 1 }, 1},
		{"behind too many of all", func(c *server.Config) { c.Limits.Waiting = 1 }, 1},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			r := start(t, func(c *server.Config) {
				places(1)(c)
				c.Rates = server.Rates{Anonymous: server.Allowance{PerMinute: 1, Burst: 1000}}
				tt.change(c)
			})
			eve := r.open(t, "sub=eve")
			r.occupy(t, eve, 1, 1)
			if tt.queued > 0 {
				r.open(t, "").subscribe("1", "{me{id}}")
				r.gauges(t, 1, 1)
			}
			for _, transport := range transports {
				if got := transport.send(t, r, call{query: "{me{id}}"}); strings.Join(got.codes, "") != gql.CodeUnavailable ||
					!strings.Contains(got.text, `"retryable":true`) || !strings.Contains(got.text, `"retryAfterMs":1000`) {
					t.Errorf("%s: got %s", transport.name, got.text)
				}
			}
			resp, text := r.do(t, r.request(t, "POST", "/graphql", call{query: twenty}, ""))
			if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "1" {
				t.Errorf("%d, Retry-After %q: %s", resp.StatusCode, resp.Header.Get("Retry-After"), text)
			}
			eve.completeAll(1)
			r.gauges(t, 0, 0)
			resp, _ = r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, ""))
			if got, want := resp.Header.Get("RateLimit"), fmt.Sprintf(`"address";r=%d;`, 999-tt.queued); !strings.HasPrefix(got, want) {
				t.Errorf("RateLimit after the refusals: %s, want %s", got, want)
			}
		})
	}
}

// TestWhoLeavesWhileWaitingIsForgotten: the operation never runs, and the others move up.
func TestWhoLeavesWhileWaitingIsForgotten(t *testing.T) {
	for _, tt := range []struct {
		rule  string
		leave func(t *testing.T, r *running, ask func(w *wire))
	}{
		{"an operation is completed", func(t *testing.T, r *running, ask func(*wire)) {
			w := r.open(t, "sub=ada")
			ask(w)
			w.send([]byte(`{"id":"1","type":"complete"}`))
		}},
		{"its socket is closed", func(t *testing.T, r *running, ask func(*wire)) {
			w := r.open(t, "sub=ada")
			ask(w)
			_ = w.conn.CloseNow()
		}},
		{"its request is broken off", func(t *testing.T, r *running, ask func(*wire)) {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				if resp, err := r.client.Do(r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, "").WithContext(ctx)); err == nil {
					shut(resp.Body)
				}
			}()
			ask(nil)
			cancel()
			<-done
		}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			r := start(t, places(1))
			eve := r.open(t, "sub=eve")
			r.occupy(t, eve, 1, 1)
			tt.leave(t, r, func(w *wire) {
				if w != nil {
					w.subscribe("1", "{me{id}}")
				}
				r.gauges(t, 1, 1)
			})
			r.gauges(t, 1, 0)
			if ran := r.schema.Ran.Load(); ran != 1 {
				t.Errorf("%d operations ran, want only the one before", ran)
			}
			eve.completeAll(1)
			r.gauges(t, 0, 0)
		})
	}
}

// TestASocketGoesOnWhileItsOperationsWait: it answers pings, and completes what waits.
func TestASocketGoesOnWhileItsOperationsWait(t *testing.T) {
	r := start(t, places(1))
	eve := r.open(t, "sub=eve")
	r.occupy(t, eve, 1, 1)
	w := r.open(t, "sub=ada")
	for i := range 5 {
		w.subscribe(fmt.Sprint(i), "{me{id}}")
	}
	r.gauges(t, 1, 5)
	w.send([]byte(`{"type":"ping"}`))
	if f := w.receive(); f.Type != "pong" {
		t.Errorf("got %+v, want pong", f)
	}
	w.send([]byte(`{"id":"2","type":"complete"}`))
	r.gauges(t, 1, 4)
	eve.completeAll(1)
	var got []string
	for len(got) < 8 {
		f := w.receive()
		got = append(got, f.ID+" "+f.Type)
	}
	slices.Sort(got) // they run on goroutines of their own
	if diff := cmp.Diff([]string{"0 complete", "0 next", "1 complete", "1 next", "3 complete", "3 next", "4 complete", "4 next"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOpenSubscriptionsHoldNoPlace: opening one takes a place, for as long as it takes to open it.
func TestOpenSubscriptionsHoldNoPlace(t *testing.T) {
	r := start(t, places(1))
	eve := r.open(t, "sub=eve")
	r.occupy(t, eve, 1, 1)
	w := r.open(t, "sub=ada")
	for i := range 5 {
		w.subscribe(fmt.Sprint(i), "subscription{wait{value}}")
	}
	r.gauges(t, 1, 5)
	if n := r.schema.Live.Load(); n != 0 {
		t.Errorf("%d subscriptions are open", n)
	}
	eve.completeAll(1)
	for range 5 {
		if f := w.receive(); f.Type != "next" {
			t.Fatalf("got %+v, want the first event", f)
		}
	}
	r.gauges(t, 0, 0)
	stream, err := r.client.Do(r.request(t, "POST", "/graphql/stream", call{query: "subscription{wait{value}}"}, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer shut(stream.Body)
	for e := range eventsOf(stream.Body) {
		if e.name == "next" {
			break
		}
	}
	r.gauges(t, 0, 0)
}

// TestPagesTakePlaces: a page takes one until it has something to write, or to the end if it reads while it writes.
func TestPagesTakePlaces(t *testing.T) {
	write, end := make(chan struct{}), make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-write
		_, _ = w.Write([]byte("x"))
		_ = http.NewResponseController(w).Flush()
		<-end
	})
	r := start(t, func(c *server.Config) {
		places(8)(c)
		c.Pages = map[string]server.Page{
			"/free": {Handler: slow}, "/log/": {Handler: slow, Cost: 1}, "/report": {Handler: slow, Cost: 1, Report: true},
			"/bundle": {Handler: slow, Cost: 1, Report: true, Streams: true},
		}
	})
	for _, tt := range []struct {
		path                 string
		times                int
		run, wait, afterward int // while they read, and once they write
	}{
		{"/free", 5, 0, 0, 0}, {"/log/x", 5, 3, 2, 0}, {"/report", 1, 1, 0, 0}, {"/bundle", 1, 1, 0, 1},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{}, tt.times)
		for range tt.times {
			go func() {
				if resp, err := r.client.Do(r.request(t, "GET", tt.path, call{}, "").WithContext(ctx)); err == nil {
					shut(resp.Body)
				}
				done <- struct{}{}
			}()
		}
		r.gauges(t, tt.run, tt.wait)
		if got := transports[0].send(t, r, call{query: "{me{id}}", token: "sub=ada"}); len(got.codes) > 0 {
			t.Errorf("%s: another caller got %s", tt.path, got.text)
		}
		for range tt.times {
			write <- struct{}{}
		}
		r.gauges(t, tt.afterward, 0)
		for range tt.times {
			end <- struct{}{}
		}
		r.gauges(t, 0, 0)
		cancel()
		for range tt.times {
			<-done
		}
	}
}

// TestNamedClients: a gateway or a site rendered on a server is not one visitor.
func TestNamedClients(t *testing.T) {
	gateway := server.Client{Name: "gateway", Issuer: "https://id.example", ID: "gw", Allowance: server.Allowance{PerMinute: 60, Burst: 45}}
	site := server.Client{Name: "site", Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Allowance: server.Allowance{PerMinute: 60, Burst: 85}}
	both := gateway
	both.Networks = site.Networks
	few := server.Allowance{PerMinute: 60, Burst: 25} // enough for one
	via := func(address string) map[string]string { return map[string]string{"X-Forwarded-For": address} }
	loopback := netip.MustParsePrefix("127.0.0.0/8")
	const gw = "sub=gw&client=gw&issuer=https://id.example"
	for _, tt := range []struct {
		rule    string
		clients []server.Client
		trusted bool
		calls   []call
		want    string // which of them are served, and whose allowance refused the others
	}{
		{"a visitor has the allowance of its address", nil, false, []call{{}, {}}, "ok address"},
		{"a site has its own", []server.Client{site}, false, []call{{}, {}, {}, {}, {}}, "ok ok ok ok client"},
		{"also if it is a trusted proxy and asks for itself", []server.Client{site}, true, []call{{}, {}, {}, {}, {}}, "ok ok ok ok client"},
		{"visitors whose addresses it forwards have theirs as well", []server.Client{site}, true, []call{{header: via("192.0.2.1")}, {header: via("192.0.2.1")}, {header: via("192.0.2.2")}}, "ok address ok"},
		{"and share what the site has", []server.Client{site}, true, []call{{header: via("192.0.2.1")}, {header: via("192.0.2.2")}, {header: via("192.0.2.3")}, {header: via("192.0.2.4")}, {header: via("192.0.2.5")}}, "ok ok ok ok client"},
		{"an address that it has no right to forward does not count", []server.Client{site}, false, []call{{header: via("192.0.2.1")}, {header: via("192.0.2.1")}}, "ok ok"},
		{"members count for themselves, also through a site", []server.Client{site}, true, []call{{token: "sub=ada"}, {token: "sub=ada"}, {token: "sub=eve"}}, "ok subject ok"},
		{"a token of a gateway has the gateway's allowance", []server.Client{gateway}, false, []call{{token: gw}, {token: gw}, {token: gw}}, "ok ok client"},
		{"whatever its subject and organisation are", []server.Client{gateway}, false, []call{{token: gw + "&org=o"}, {token: "sub=another&org=o&client=gw&issuer=https://id.example"}, {token: gw}}, "ok ok client"},
		{"the client id of another issuer means nothing", []server.Client{gateway}, false, []call{{token: "sub=gw&client=gw&issuer=https://evil.example"}, {token: "sub=gw&client=gw&issuer=https://evil.example"}}, "ok subject"},
		{"nor does one that no setting names", nil, false, []call{{token: gw}, {token: gw}}, "ok subject"},
		{"a gateway that forwards addresses speaks for each of them", []server.Client{both}, true, []call{{token: gw, header: via("192.0.2.1")}, {token: gw, header: via("192.0.2.1")}, {token: gw, header: via("192.0.2.2")}, {token: gw, header: via("192.0.2.3")}}, "ok address ok client"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			for _, transport := range transports {
				if transport.name == "WS" && strings.Contains(fmt.Sprint(tt.calls), "X-Forwarded-For") {
					continue // the headers of these tests' sockets are fixed
				}
				r := start(t, func(c *server.Config) {
					c.Clients = tt.clients
					c.Rates = server.Rates{Anonymous: few, Subject: few, Organisation: server.Allowance{PerMinute: 60, Burst: 26}}
					c.Clock = standing{}
					if tt.trusted {
						c.TrustedProxies = []netip.Prefix{loopback}
					}
				})
				var got []string
				for _, c := range tt.calls {
					c.query = twenty
					o := transport.send(t, r, c)
					said := "ok"
					if len(o.codes) > 0 {
						_, said, _ = strings.Cut(o.text, "the allowance of this ")
						said, _, _ = strings.Cut(said, " ")
					}
					got = append(got, said)
				}
				if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
					t.Errorf("%s (-want +got):\n%s", transport.name, diff)
				}
			}
		})
	}
}

// standing is a clock that stands still.
type standing struct{}

// Now implements clock.Clock.
func (standing) Now() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// TestNamedClientsHaveSharesAndConnections: they count for the places and for sockets, too.
func TestNamedClientsHaveSharesAndConnections(t *testing.T) {
	r := start(t, func(c *server.Config) {
		places(8)(c)
		c.Limits.Sockets = 2
		c.Clients = []server.Client{{
			Name: "gateway", Issuer: "i", ID: "gw", Allowance: server.Allowance{PerMinute: 1e6, Burst: 1e6}, Share: 100, Connections: 3,
		}}
	})
	const gw = "sub=%s&client=gw&issuer=i"
	a, b, c := r.open(t, fmt.Sprintf(gw, "a")), r.open(t, fmt.Sprintf(gw, "b")), r.open(t, fmt.Sprintf(gw, "c"))
	r.occupy(t, a, 5, 3) // one of those for whom it asks has half of what it has
	b.subscribe("1", "{slow}")
	c.subscribe("1", "{slow}")
	c.subscribe("2", "{slow}")
	c.subscribe("3", "{slow}")
	r.gauges(t, 7, 2) // all that queries may have
	if w, err := r.dial(t, nil); err != nil {
		t.Fatal(err)
	} else {
		w.send([]byte(`{"type":"connection_init","payload":{"authorization":"` + fmt.Sprintf(gw, "d") + `"}}`))
		if f := w.receive(); f.Close != "4429 Too many connections" {
			t.Errorf("a fourth socket of the gateway got %+v", f)
		}
	}
}

func TestClientsAreChecked(t *testing.T) {
	some := server.Allowance{PerMinute: 1, Burst: 1}
	network := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		clients []server.Client
		says    string
	}{
		{[]server.Client{{ID: "x", Issuer: "i", Allowance: some}}, "no name"},
		{[]server.Client{{Name: "a", Allowance: some}}, "client id or its networks"},
		{[]server.Client{{Name: "a", ID: "x", Allowance: some}}, "belong together"},
		{[]server.Client{{Name: "a", Issuer: "i", Networks: network, Allowance: some}}, "belong together"},
		{[]server.Client{{Name: "a", Networks: network}}, "not positive"},
		{[]server.Client{{Name: "a", Networks: network, Allowance: some, Share: 101}}, "percent"},
		{[]server.Client{{Name: "a", Networks: network, Allowance: some, Connections: -1}}, "negative"},
		{[]server.Client{{Name: "a", Networks: network, Allowance: some}, {Name: "a", Networks: network, Allowance: some}}, "twice"},
	} {
		cfg := config(t, &log{}, gqltest.New())
		cfg.Clients = tt.clients
		if _, err := server.New(cfg); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%+v: %v, want an error that says %q", tt.clients, err, tt.says)
		}
	}
}

// TestVisitorsDoNotKeepMembersFromConnecting: the sockets of visitors at an address are not those of members there.
func TestVisitorsDoNotKeepMembersFromConnecting(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Limits.Sockets = 2 })
	r.open(t, "")
	r.open(t, "")
	if f := func() frame {
		w, err := r.dial(t, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.send([]byte(`{"type":"connection_init"}`))
		return w.receive()
	}(); f.Close != "4429 Too many connections" {
		t.Errorf("a third visitor got %+v", f)
	}
	w := r.open(t, "sub=ada")
	w.subscribe("1", "{me{id}}")
	if f := w.receive(); f.Type != "next" {
		t.Errorf("a member got %+v", f)
	}
}
