package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/answers"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// twenty costs 21 points and uses all of them.
const twenty = "{proposals{nodes{id}}}"

func TestAllowances(t *testing.T) {
	small := server.Rates{
		Subject: server.Allowance{PerMinute: 60, Burst: 50}, Organisation: server.Allowance{PerMinute: 60, Burst: 70},
		Anonymous: server.Allowance{PerMinute: 60, Burst: 30}, Refused: 10,
	}
	for _, tt := range []struct {
		rule  string
		first []call
		last  call
		code  string
		name  string
	}{
		{"an operation within the allowance runs", []call{{query: twenty, token: "sub=ada"}}, call{query: twenty, token: "sub=ada"}, "", ""},
		{"a subject has its allowance", []call{{query: twenty, token: "sub=ada"}, {query: twenty, token: "sub=ada"}}, call{query: twenty, token: "sub=ada"}, gql.CodeRateLimited, "subject"},
		{"another subject has its own allowance", []call{{query: twenty, token: "sub=ada"}, {query: twenty, token: "sub=ada"}}, call{query: twenty, token: "sub=eve"}, "", ""},
		{"an organisation shares one allowance", []call{{query: twenty, token: "sub=a&org=o"}, {query: twenty, token: "sub=b&org=o"}, {query: twenty, token: "sub=c&org=o"}}, call{query: twenty, token: "sub=d&org=o"}, gql.CodeRateLimited, "organisation"},
		{"an address has a smaller allowance", []call{{query: twenty}}, call{query: twenty}, gql.CodeRateLimited, "address"},
		{"A26 a made-up address does not help", []call{{query: twenty, header: map[string]string{"X-Forwarded-For": "1.1.1.1"}}}, call{query: twenty, header: map[string]string{"X-Forwarded-For": "2.2.2.2", "Forwarded": "for=3.3.3.3", "X-Real-Ip": "4.4.4.4"}}, gql.CodeRateLimited, "address"},
		{"an operation that is not valid costs points, too", []call{{query: "{"}}, call{query: twenty}, gql.CodeRateLimited, "address"},
		{"unused points are returned", []call{{query: "{me{friends{id friends{id}}}}", token: "sub=ada"}, {query: "{me{friends{id friends{id}}}}", token: "sub=ada"}}, call{query: twenty, token: "sub=ada"}, "", ""},
	} {
		for _, transport := range transports {
			t.Run(tt.rule+"/"+transport.name, func(t *testing.T) {
				now := clock.NewFixed(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
				r := start(t, func(c *server.Config) { c.Rates, c.Clock = small, now })
				for _, c := range tt.first {
					if got := transport.send(t, r, c); len(got.codes) > 0 && got.codes[0] == gql.CodeRateLimited {
						t.Fatalf("refused too early: %s", got.text)
					}
				}
				got := transport.send(t, r, tt.last)
				if code := strings.Join(got.codes, " "); code != tt.code {
					t.Fatalf("code = %q, want %q: %s", code, tt.code, got.text)
				}
				if !strings.Contains(got.text, tt.name) {
					t.Errorf("%s, want the allowance of the %s", got.text, tt.name)
				}
				now.Advance(time.Minute)
				if got := transport.send(t, r, tt.last); len(got.codes) > 0 {
					t.Errorf("refused after a minute: %s", got.text)
				}
			})
		}
	}
}

// TestRefusalsCostNoMoreThanIsRegained: whoever shares an address with a client that does not stop is served as soon as it
// stops, and is not kept out by nonsense at all.
func TestRefusalsCostNoMoreThanIsRegained(t *testing.T) {
	const rounds = 40
	for _, transport := range transports {
		t.Run(transport.name, func(t *testing.T) {
			now := clock.NewFixed(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
			r := start(t, func(c *server.Config) {
				c.Clock, c.Rates = now, server.Rates{Anonymous: server.Allowance{PerMinute: 60, Burst: 30}, Refused: 10}
			})
			ask := func(query, want string) {
				t.Helper()
				if got := transport.send(t, r, call{query: query}); strings.Join(got.codes, "") != want {
					t.Fatalf("%s = %s, want %q", query, got.text, want)
				}
			}
			ask(twenty, "") // 9 points are left
			for range rounds {
				ask(twenty, gql.CodeRateLimited)
			}
			now.Advance(12 * time.Second)
			ask(twenty, "") // none are left
			now.Advance(21 * time.Second)
			for range rounds { // the first one costs 10 points, and the others what comes back meanwhile
				ask("{", gql.CodeParseFailed)
				now.Advance(100 * time.Millisecond)
			}
			ask(twenty, gql.CodeRateLimited)
			now.Advance(10 * time.Second)
			ask(twenty, "")
		})
	}
}

func TestARefusalSaysWhenToRetry(t *testing.T) {
	now := clock.NewFixed(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	r := start(t, func(c *server.Config) {
		c.Rates, c.Clock = server.Rates{Anonymous: server.Allowance{PerMinute: 60, Burst: 30}}, now
	})
	resp, text := r.do(t, r.request(t, "POST", "/graphql", call{query: twenty}, ""))
	if got := cost(t, text); got["requested"] != 21.0 || got["actual"] != 21.0 || got["remaining"] != 9.0 || got["resetAt"] != "2026-01-02T03:04:26Z" {
		t.Errorf("cost = %v", got)
	}
	if got := resp.Header.Get("RateLimit") + resp.Header.Get("RateLimit-Policy"); got != `"address";r=9;t=21"address";q=30;w=30` {
		t.Errorf("headers = %s", got)
	}
	resp, text = r.do(t, r.request(t, "POST", "/graphql", call{query: twenty}, "application/json"))
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "12" || !strings.Contains(text, `"retryAfterMs":12000`) || !strings.Contains(text, `"retryable":true`) {
		t.Errorf("%d, Retry-After %q, %s", resp.StatusCode, resp.Header.Get("Retry-After"), text)
	}
	now.Advance(11 * time.Second)
	if resp, _ = r.do(t, r.request(t, "POST", "/graphql", call{query: twenty}, "")); resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("after 11 s: %d", resp.StatusCode)
	}
	now.Advance(3 * time.Second)
	if resp, _ = r.do(t, r.request(t, "POST", "/graphql", call{query: twenty}, "")); resp.StatusCode != http.StatusOK {
		t.Errorf("after 14 s: %d", resp.StatusCode)
	}
}

// TestPagesTakeFromTheSameAllowances: an export costs as much as the same data through GraphQL.
func TestPagesTakeFromTheSameAllowances(t *testing.T) {
	now := clock.NewFixed(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	served := 0
	r := start(t, func(c *server.Config) {
		c.Clock = now
		few := server.Allowance{PerMinute: 60, Burst: 30}
		c.Rates = server.Rates{Anonymous: few, Subject: few}
		count := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ })
		c.Pages = map[string]server.Page{
			"/free": {Handler: count}, "/log/": {Handler: count, Cost: 1}, "/copy": {Handler: count, Authenticate: true, Cost: 20},
		}
	})
	for i, tt := range []struct {
		path, token string
		status      int
		left        string
	}{
		{"/free", "", 200, ""},
		{"/log/checkpoint", "", 200, `"address";r=29;t=1`},
		{"/log/tile/0/000", "sub=ada", 200, `"address";r=28;t=2`},
		{"/copy", "sub=ada", 200, `"subject";r=10;t=20`},
		{"/copy", "sub=ada", 429, `"subject";r=10;t=20`},
		{"/copy", "sub=bea", 200, `"subject";r=10;t=20`},
		{"/copy", "bad", 401, ""},
	} {
		before := served
		resp, text := r.do(t, r.request(t, "GET", tt.path, call{token: tt.token}, ""))
		if resp.StatusCode != tt.status || resp.Header.Get("RateLimit") != tt.left {
			t.Errorf("%d %s: %d, RateLimit %q, want %d, %q: %s", i, tt.path, resp.StatusCode, resp.Header.Get("RateLimit"), tt.status, tt.left, text)
		}
		if got := served - before; got != map[bool]int{true: 1}[tt.status == 200] {
			t.Errorf("%d %s: served %d times", i, tt.path, got)
		}
	}
}

func TestAllowancesHaveDefaults(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Rates = server.Rates{Anonymous: server.Allowance{PerMinute: 60, Burst: 30}} })
	resp, _ := r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}}", token: "sub=ada"}, ""))
	if got := resp.Header.Get("RateLimit"); got != `"subject";r=99999;t=1` {
		t.Errorf("RateLimit: %s", got)
	}
}

func cost(t *testing.T, text string) map[string]any {
	t.Helper()
	var body struct {
		Extensions struct{ Cost map[string]any }
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return body.Extensions.Cost
}

func TestProxies(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, tt := range []struct {
		rule, peer string
		forwarded  []string
		want       string
	}{
		{"a peer is its address", "192.0.2.1:99", nil, "192.0.2.1"},
		{"A26 a client's word counts nothing", "192.0.2.1:99", []string{"1.1.1.1"}, "192.0.2.1"},
		{"that of a proxy counts", "10.0.0.1:99", []string{"1.1.1.1"}, "1.1.1.1"},
		{"the client's own entry in the header does not count", "10.0.0.1:99", []string{"6.6.6.6, 1.1.1.1"}, "1.1.1.1"},
		{"a chain of proxies is followed", "10.0.0.1:99", []string{"6.6.6.6", "1.1.1.1, 10.0.0.2"}, "1.1.1.1"},
		{"an invalid address ends the chain", "10.0.0.1:99", []string{"1.1.1.1, unknown"}, "10.0.0.1"},
		{"a proxy without the header is the peer", "10.0.0.1:99", nil, "10.0.0.1"},
		{"an IPv6 address counts as its network", "[2001:db8:1:2:3:4:5:6]:99", nil, "2001:db8:1:2::/64"},
		{"IPv4 inside IPv6 is IPv4", "[::ffff:192.0.2.1]:99", nil, "192.0.2.1"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			req := &http.Request{RemoteAddr: tt.peer, Header: http.Header{"X-Forwarded-For": tt.forwarded}}
			if got := server.PeerOf(req, proxies); got != tt.want {
				t.Errorf("peerOf = %s, want %s", got, tt.want)
			}
		})
	}
}

// TestACachedAnswerCostsAsMuchAsANewOne: and a client without points cannot reach the database by requesting it.
func TestACachedAnswerCostsAsMuchAsANewOne(t *testing.T) {
	now := clock.NewFixed(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	log := &quietLog{}
	r := start(t, func(c *server.Config) {
		c.Clock = now
		c.Rates = server.Rates{Anonymous: server.Allowance{PerMinute: 60, Burst: 8}}
		c.Answers = answers.NewCache(log, func(actlog.Touch) ([]string, bool) { return nil, true }, 1<<20)
		c.Lasting = func(*graphql.OperationContext) bool { return true }
	})
	var left []string
	var texts []string
	for range 4 {
		resp, text := r.do(t, r.request(t, "GET", "/graphql?query="+url.QueryEscape("{me{id best{id}}}"), call{}, ""))
		left = append(left, fmt.Sprint(resp.StatusCode, " ", resp.Header.Get("RateLimit")))
		texts = append(texts, text)
	}
	want := []string{`200 "address";r=6;t=2`, `200 "address";r=4;t=4`, `200 "address";r=2;t=6`, `200 "address";r=0;t=8`}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, texts)
	}
	looked := log.looked
	resp, _ := r.do(t, r.request(t, "GET", "/graphql?query="+url.QueryEscape("{me{id best{id}}}"), call{}, ""))
	if resp.StatusCode != http.StatusTooManyRequests || log.looked != looked || looked == 0 {
		t.Errorf("without points: status %d; %d reads of the log before, %d after", resp.StatusCode, looked, log.looked)
	}
}

// quietLog is a log without new acts.
type quietLog struct{ looked int }

func (q *quietLog) News(context.Context, int64, int) ([]actlog.Touch, bool, error) {
	q.looked++
	return nil, true, nil
}

func (q *quietLog) End(context.Context) (int64, uuid.UUID, error) { return 0, uuid.Nil, nil }
