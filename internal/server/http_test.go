package server_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/server"
)

const rename = `mutation{rename(name:"Eve"){name}}`

func TestRequestsThatAreRefused(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(`{"query":"{me{id}}"}`))
	_ = z.Close()
	const ask = `{"query":"{me{id}}"}`
	for _, tt := range []struct {
		rule, method, path string
		header             map[string]string
		body               string
		status             int
		code               string
		want               map[string]string // headers
	}{
		{rule: "A27 a mutation over GET is refused", method: "GET", path: (call{query: rename}).url(), status: 405, code: gql.CodeBadUserInput, want: map[string]string{"Allow": "POST"}},
		{rule: "A27 also as a stream", method: "GET", path: (call{query: rename}).url(), header: map[string]string{"Accept": "text/event-stream"}, status: 405, code: gql.CodeBadUserInput, want: map[string]string{"Allow": "POST"}},
		{rule: "A28 a form of plain text is refused", method: "POST", header: map[string]string{"Content-Type": "text/plain", "Cookie": "session=1"}, body: ask, status: 415, code: gql.CodeBadUserInput},
		{rule: "A29 a urlencoded form is refused", method: "POST", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, body: "query=" + rename, status: 415, code: gql.CodeBadUserInput},
		{rule: "A30 a multipart form is refused", method: "POST", header: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, body: "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + ask + "\r\n--x--", status: 415, code: gql.CodeBadUserInput},
		{rule: "A31 a page of another site is refused", method: "POST", header: map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, body: ask, status: 403, code: gql.CodeForbidden},
		{rule: "A31 also one that sends only its origin", method: "POST", header: map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"}, body: ask, status: 403, code: gql.CodeForbidden},
		{rule: "A31 also one that hides it", method: "POST", header: map[string]string{"Content-Type": "application/json", "Origin": "null"}, body: ask, status: 403, code: gql.CodeForbidden},
		{rule: "A32 a body without a type is refused", method: "POST", header: map[string]string{"Content-Type": ""}, body: ask, status: 415, code: gql.CodeBadUserInput},
		{rule: "A32 an image is refused", method: "POST", header: map[string]string{"Content-Type": "image/png"}, body: ask, status: 415, code: gql.CodeBadUserInput},
		{rule: "A32 another charset is refused", method: "POST", header: map[string]string{"Content-Type": "application/json;charset=utf-7"}, body: ask, status: 415, code: gql.CodeBadUserInput},
		{rule: "application/graphql is refused", method: "POST", header: map[string]string{"Content-Type": "application/graphql"}, body: "{me{id}}", status: 415, code: gql.CodeBadUserInput},
		{rule: "A33 a batch is refused", method: "POST", body: "[" + ask + "," + ask + "]", status: 400, code: gql.CodeBadUserInput},
		{rule: "A39 a compressed body is refused", method: "POST", header: map[string]string{"Content-Encoding": "gzip"}, body: zipped.String(), status: 415, code: gql.CodeBadUserInput},
		{rule: "A21 a body above 1 MiB is refused", method: "POST", body: `{"query":"` + strings.Repeat("x", 1<<20) + `"}`, status: 413, code: gql.CodeQueryTooLarge},
		{rule: "A45 a broken body is not repeated", method: "POST", body: `{"query":"{me}", "secret-4711`, status: 400, code: gql.CodeBadUserInput},
		{rule: "an empty body is refused", method: "POST", body: "", status: 400, code: gql.CodeBadUserInput},
		{rule: "a second value is refused", method: "POST", body: ask + ask, status: 400, code: gql.CodeBadUserInput},
		{rule: "two members of the same name are refused", method: "POST", body: `{"query":"{me{id}}","query":"{me{name}}"}`, status: 400, code: gql.CodeBadUserInput},
		{rule: "a body without a query is refused", method: "POST", body: `{"qeury":"{me{id}}"}`, status: 400, code: gql.CodeBadUserInput},
		{rule: "a URL without a query is refused", method: "GET", path: "/graphql", status: 400, code: gql.CodeBadUserInput},
		{rule: "a URL with two queries is refused", method: "GET", path: "/graphql?query={a}&query={b}", status: 400, code: gql.CodeBadUserInput},
		{rule: "a URL with a broken escape is refused", method: "GET", path: "/graphql?query=%7Bme;x", status: 400, code: gql.CodeBadUserInput},
		{rule: "a URL with U+0000 is refused", method: "GET", path: "/graphql?query=%7B%00%7D", status: 400, code: gql.CodeBadUserInput},
		{rule: "a URL that is not UTF-8 is refused", method: "GET", path: "/graphql?query=%ff", status: 400, code: gql.CodeBadUserInput},
		{rule: "a subscription needs a stream", method: "POST", header: map[string]string{"Accept": "application/graphql-response+json"}, body: `{"query":"subscription{wait{value}}"}`, status: 400, code: gql.CodeBadUserInput},
		{rule: "A35 PUT is refused", method: "PUT", body: ask, status: 405, code: gql.CodeBadUserInput, want: map[string]string{"Allow": "GET, POST"}},
		{rule: "A35 DELETE is refused", method: "DELETE", status: 405, code: gql.CodeBadUserInput, want: map[string]string{"Allow": "GET, POST"}},
		{rule: "A35 HEAD is refused", method: "HEAD", path: (call{query: "{me{id}}"}).url(), status: 405, want: map[string]string{"Allow": "GET, POST"}},
		{rule: "A35 OPTIONS is refused when no other origin is allowed", method: "OPTIONS", header: map[string]string{"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}, status: 403, code: gql.CodeForbidden, want: map[string]string{"X-Refused-Because": refusedSite}},
		{rule: "A35 OPTIONS that is no preflight is refused", method: "OPTIONS", status: 405, code: gql.CodeBadUserInput},
		{rule: "A35 a method in a header is ignored", method: "GET", path: (call{query: rename}).url(), header: map[string]string{"X-HTTP-Method-Override": "POST"}, status: 405, code: gql.CodeBadUserInput},
		{rule: "A37 a doubled slash is another path", method: "POST", path: "//graphql", body: ask, status: 404, code: gql.CodeNotFound},
		{rule: "A37 dots are not resolved", method: "POST", path: "/x/../graphql", body: ask, status: 404, code: gql.CodeNotFound},
		{rule: "A37 dots are not decoded", method: "POST", path: "/graphql/%2e%2e", body: ask, status: 404, code: gql.CodeNotFound},
		{rule: "A37 letters are not decoded", method: "POST", path: "/%67raphql", body: ask, status: 404, code: gql.CodeNotFound},
		{rule: "A37 a slash at the end is another path", method: "POST", path: "/graphql/", body: ask, status: 404, code: gql.CodeNotFound},
		{rule: "A46 metrics are not public", method: "GET", path: "/metrics", status: 404, code: gql.CodeNotFound},
		{rule: "A46 profiles are not public", method: "GET", path: "/debug/pprof/", status: 404, code: gql.CodeNotFound},
		{rule: "an answer type that the server cannot write is refused", method: "POST", header: map[string]string{"Accept": "text/html"}, body: ask, status: 406, code: gql.CodeBadUserInput},
		{rule: "the path of streams answers only with a stream", method: "POST", path: "/graphql/stream", header: map[string]string{"Accept": "application/json"}, body: ask, status: 406, code: gql.CodeBadUserInput},
		{rule: "a bad token is refused", method: "POST", header: map[string]string{"Authorization": "Bearer bad"}, body: ask, status: 401, code: gql.CodeUnauthenticated, want: map[string]string{"WWW-Authenticate": `Bearer error="invalid_token", error_description="the token is not valid"`}},
		{rule: "also as a stream", method: "POST", header: map[string]string{"Authorization": "Bearer bad", "Accept": "text/event-stream"}, body: ask, status: 401, code: gql.CodeUnauthenticated},
		{rule: "another scheme is refused", method: "POST", header: map[string]string{"Authorization": "Basic YTpi"}, body: ask, status: 401, code: gql.CodeUnauthenticated},
		{rule: "an empty token is refused", method: "POST", header: map[string]string{"Authorization": "Bearer "}, body: ask, status: 401, code: gql.CodeUnauthenticated},
		{rule: "a token that cannot be checked now is not called invalid", method: "POST", header: map[string]string{"Authorization": "Bearer down"}, body: ask, status: 503, code: gql.CodeUnavailable, want: map[string]string{"Retry-After": "5"}},
		{rule: "A98 the decoder refuses a body of any depth", method: "POST", body: strings.Repeat(`{"variables":`, 5000), status: 400, code: gql.CodeBadUserInput},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			r := start(t, nil)
			path := tt.path
			if path == "" {
				path = "/graphql"
			}
			req, err := http.NewRequestWithContext(t.Context(), tt.method, "http://"+r.address+path, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			for name, value := range tt.header {
				req.Header.Set(name, value)
				if value == "" {
					req.Header.Del(name)
				}
			}
			resp, text := r.do(t, req)
			if resp.StatusCode != tt.status {
				t.Errorf("status = %d, want %d: %s", resp.StatusCode, tt.status, text)
			}
			if tt.code != "" && !strings.Contains(text, `"code":"`+tt.code+`"`) {
				t.Errorf("%s, want code %s", text, tt.code)
			}
			for name, want := range tt.want {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if n := r.schema.Ran.Load(); n != 0 {
				t.Errorf("%d resolvers ran", n)
			}
			if len(text) > 600 || strings.Contains(text, "4711") {
				t.Errorf("repeats the body: %s", text)
			}
		})
	}
}

func TestABodyOfUnknownLengthIsBounded(t *testing.T) { // A21
	r := start(t, nil)
	req := r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, "")
	req.Body, req.ContentLength = io.NopCloser(io.LimitReader(endless{}, 5<<20)), -1
	resp, err := r.client.Do(req)
	if err != nil { // closed while the client was still writing
		return
	}
	defer shut(resp.Body)
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status = %d, want 413", resp.StatusCode)
	}
}

// endless gives spaces, of which JSON allows any number.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestAnswersCarry(t *testing.T) {
	r := start(t, nil)
	resp, text := r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}}", header: map[string]string{"X-Request-Id": "from-the-proxy.17"}}, ""))
	for name, want := range map[string]string{
		"X-Request-Id": "from-the-proxy.17", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"X-Frame-Options": "DENY", "Cache-Control": "no-store", "Content-Type": "application/json; charset=utf-8",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Ratelimit-Policy":        `"address";q=20000;w=120`, "Ratelimit": `"address";r=19999;t=1`,
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(text, `"extensions":{"cost":{"requested":1,"actual":1,"remaining":19999,"resetAt":"`) {
		t.Errorf("no cost in %s", text)
	}
	for _, id := range []string{"short", strings.Repeat("x", 65), "with space 123", "line\u00e9break-1"} {
		resp, _ := r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}}", header: map[string]string{"X-Request-Id": id}}, ""))
		if got := resp.Header.Get("X-Request-Id"); got == id || len(got) < 10 {
			t.Errorf("X-Request-Id %q became %q", id, got)
		}
	}
	_, text = r.do(t, r.request(t, "POST", "/graphql", call{query: "{viewer{request}}", header: map[string]string{"X-Request-Id": "from-the-proxy.17"}}, ""))
	if !strings.Contains(text, "from-the-proxy.17") {
		t.Errorf("the resolver does not get the request id: %s", text)
	}
	_, text = r.do(t, r.request(t, "POST", "/graphql", call{query: "{mee}", header: map[string]string{"X-Request-Id": "from-the-proxy.17"}}, ""))
	if !strings.Contains(text, `"requestId":"from-the-proxy.17"`) {
		t.Errorf("an error does not name its request: %s", text)
	}
}

func TestAcceptDecidesTheMediaType(t *testing.T) {
	r := start(t, nil)
	for _, tt := range []struct {
		rule, accept, query string
		status              int
		form                string
	}{
		{"JSON answers refusals with 200", "application/json", "{", 200, "application/json"},
		{"the GraphQL type answers them with 400", "application/graphql-response+json", "{", 400, "application/graphql-response+json"},
		{"a client that accepts anything gets JSON", "*/*", "{me{id}}", 200, "application/json"},
		{"a client without an Accept header gets JSON", "", "{me{id}}", 200, "application/json"},
		{"the GraphQL type wins over JSON", "application/json, application/graphql-response+json", "{me{id}}", 200, "application/graphql-response+json"},
		{"unless JSON is preferred", "application/graphql-response+json;q=0.5, application/json", "{me{id}}", 200, "application/json"},
		{"a type of weight 0 is not accepted", "application/graphql-response+json;q=0, application/json;q=0.1", "{me{id}}", 200, "application/json"},
		{"a browser gets JSON", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "{me{id}}", 200, "application/json"},
		{"a stream is a stream", "text/event-stream", "{me{id}}", 200, "text/event-stream"},
		{"errors of resolvers come with 200", "application/graphql-response+json", `{fails(how:"sql")}`, 200, "application/graphql-response+json"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			resp, text := r.do(t, r.request(t, "POST", "/graphql", call{query: tt.query}, tt.accept))
			if resp.StatusCode != tt.status || resp.Header.Get("Content-Type") != tt.form+"; charset=utf-8" {
				t.Errorf("%d %s, want %d %s: %s", resp.StatusCode, resp.Header.Get("Content-Type"), tt.status, tt.form, text)
			}
		})
	}
}

func TestPublicReadsAreCached(t *testing.T) {
	r := start(t, nil)
	c := call{query: "{me{id}}"}
	resp, _ := r.do(t, r.request(t, "GET", c.url(), c, ""))
	tag := resp.Header.Get("ETag")
	if tag == "" || resp.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
		t.Fatalf("ETag %q, Cache-Control %q", tag, resp.Header.Get("Cache-Control"))
	}
	c.header = map[string]string{"If-None-Match": `"x", ` + tag}
	if resp, text := r.do(t, r.request(t, "GET", c.url(), c, "")); resp.StatusCode != http.StatusNotModified || text != "" {
		t.Errorf("%d %q, want 304", resp.StatusCode, text)
	}
	c.token = "sub=ada"
	if resp, _ := r.do(t, r.request(t, "GET", c.url(), c, "")); resp.StatusCode != 200 || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("with a token: %d %q, want 200 no-store", resp.StatusCode, resp.Header.Get("Cache-Control"))
	}
}

func TestPagesOfThisMachineMayCallADevServer(t *testing.T) {
	for _, row := range []struct {
		origin  string
		in, dev bool // admitted in production, and in dev mode
	}{
		{"http://localhost:5173", false, true},
		{"http://127.0.0.1:3000", false, true},
		{"https://[::1]:8443", false, true},
		{"http://localhost.evil.example", false, false},
		{"http://127.0.0.1.evil.example", false, false},
		{"http://localhost:5173@evil.example", false, false},
		{"ftp://localhost", false, false},
		{"https://evil.example", false, false},
		{"null", false, false},
	} {
		for _, dev := range []bool{false, true} {
			r := start(t, func(c *server.Config) { c.LocalOrigins = dev })
			want := row.in || dev && row.dev
			req := r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, "")
			req.Header.Set("Origin", row.origin)
			resp, text := r.do(t, req)
			if got := resp.StatusCode == 200 && resp.Header.Get("Access-Control-Allow-Origin") == row.origin; got != want {
				t.Errorf("%s, dev mode %v: %d %s, admitted %v, want %v", row.origin, dev, resp.StatusCode, text, got, want)
			}
			if !want && !strings.Contains(text, "--origins") {
				t.Errorf("%s, dev mode %v: %s, want the remedy", row.origin, dev, text)
			}
		}
	}
}

// refusedSite is what a developer sees of a request that a browser does not send: a header of the answer to the preflight request.
const refusedSite = "requests from pages of other sites are not accepted: the operator can name the site with --origins"

func TestOrigins(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Origins = []string{"https://console.example"} })
	ask := func(method, origin string) *http.Response {
		req := r.request(t, method, "/graphql", call{query: "{me{id}}"}, "")
		req.Header.Set("Origin", origin)
		if method == "OPTIONS" {
			req.Header.Set("Access-Control-Request-Method", "POST")
		}
		resp, _ := r.do(t, req)
		return resp
	}
	if resp := ask("OPTIONS", "https://console.example"); resp.StatusCode != 204 || resp.Header.Get("Access-Control-Allow-Origin") != "https://console.example" || resp.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight: %d %v", resp.StatusCode, resp.Header)
	}
	if resp := ask("POST", "https://console.example"); resp.StatusCode != 200 || resp.Header.Get("Access-Control-Allow-Origin") != "https://console.example" {
		t.Errorf("call: %d %v", resp.StatusCode, resp.Header)
	}
	for _, origin := range []string{"https://console.example.evil", "https://evil-console.example", "http://console.example", "https://console.example:444", "null"} {
		for _, method := range []string{"OPTIONS", "POST"} {
			if resp := ask(method, origin); resp.StatusCode != 403 || resp.Header.Get("Access-Control-Allow-Origin") != "" || resp.Header.Get("X-Refused-Because") != refusedSite {
				t.Errorf("%s from %s: %d %v, want 403 and why", method, origin, resp.StatusCode, resp.Header)
			}
		}
	}
	for _, tool := range []string{ // what clients, gateways and tracing add to a request
		"authorization, content-type", "traceparent, tracestate", "apollo-require-preflight", "x-apollo-operation-name, apollographql-client-name",
		"x-graphql-event-stream-token", "idempotency-key",
	} {
		req := r.request(t, "OPTIONS", "/graphql", call{}, "")
		req.Header.Set("Origin", "https://console.example")
		req.Header.Set("Access-Control-Request-Method", "POST")
		req.Header.Set("Access-Control-Request-Headers", tool)
		resp, _ := r.do(t, req)
		allowed := strings.Split(strings.ToLower(resp.Header.Get("Access-Control-Allow-Headers")), ", ")
		for name := range strings.SplitSeq(tool, ", ") {
			if !slices.Contains(allowed, name) {
				t.Errorf("the preflight allows %v, not %s", allowed, name)
			}
		}
	}
	if _, err := server.New(server.Config{Executor: nil, Origins: []string{"console.example"}}); err == nil {
		t.Error("an origin without a scheme is accepted")
	}
}

func TestHosts(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Hosts = []string{"127.0.0.1", "plenary.example"} })
	for host, want := range map[string]int{
		"plenary.example": 200, "PLENARY.example:8080": 200, r.address: 200,
		"internal": 421, "evil.example": 421, "plenary.example.evil": 421, "127.0.0.1.evil": 421,
	} {
		req := r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, "")
		req.Host = host
		if resp, text := r.do(t, req); resp.StatusCode != want {
			t.Errorf("Host %s: %d, want %d: %s", host, resp.StatusCode, want, text)
		}
	}
}

func TestTokensAreReadFromTheirHeaderOnly(t *testing.T) {
	r := start(t, nil)
	c := call{query: "{viewer{subject}}"}
	for _, req := range []*http.Request{
		r.request(t, "GET", c.url()+"&access_token=sub%3Dada", c, ""),
		r.request(t, "GET", c.url()+"&Authorization=Bearer+sub%3Dada", c, ""),
	} {
		if _, text := r.do(t, req); !strings.Contains(text, `"subject":""`) {
			t.Errorf("%s: %s", req.URL, text)
		}
	}
	req := r.request(t, "POST", "/graphql", c, "")
	req.Body = io.NopCloser(strings.NewReader(`{"query":"{viewer{subject}}","access_token":"sub=ada"}`))
	req.ContentLength = -1
	if _, text := r.do(t, req); !strings.Contains(text, `"subject":""`) {
		t.Errorf("in the body: %s", text)
	}
	req = r.request(t, "POST", "/graphql", c, "")
	req.Header["Authorization"] = []string{"Bearer sub=ada", "Bearer sub=eve"}
	if resp, text := r.do(t, req); resp.StatusCode != 400 {
		t.Errorf("two headers: %d %s", resp.StatusCode, text)
	}
	r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}} #words", token: "bad"}, ""))
	r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}} #words", token: "sub=ada"}, ""))
	for _, secret := range []string{"sub=", "sub%3D", "bad", "words", "me{id}", "127.0.0.1"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestOversizedHeaders(t *testing.T) { // A40
	r := start(t, nil)
	for name, value := range map[string]string{"1 MB of token": strings.Repeat("x", 1<<20), "100 KB of dots": strings.Repeat(".", 100<<10)} {
		req := r.request(t, "POST", "/graphql", call{query: "{me{id}}", token: value}, "")
		resp, err := r.client.Do(req)
		if err != nil { // closed while the client was still writing
			continue
		}
		shut(resp.Body)
		if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s: %d, want 431", name, resp.StatusCode)
		}
	}
}

func TestPages(t *testing.T) {
	r := start(t, func(c *server.Config) {
		say := func(text string) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, text+" "+r.URL.Path)
			})
		}
		c.Pages = map[string]server.Page{
			"/explorer/": {Handler: say("explorer")}, "/reports/": {Handler: say("report"), Authenticate: true}, "/robots.txt": {Handler: say("robots")},
		}
		c.Checks = []server.Check{}
	})
	for _, tt := range []struct {
		path, token string
		status      int
		text        string
	}{
		{"/explorer/", "", 200, "explorer /explorer/"},
		{"/explorer", "", 200, "explorer /explorer/"},
		{"/explorer/a.js", "", 200, "explorer /explorer/a.js"},
		{"/robots.txt", "", 200, "robots /robots.txt"},
		{"/robots.txt/x", "", 404, ""},
		{"/reports/1.json", "sub=ada", 200, "report /reports/1.json"},
		{"/reports/1.json", "bad", 401, ""},
		{"/explorer/../reports/1", "", 404, ""},
		{"/nothing", "", 404, ""},
		{"/", "", 200, "explorer /explorer/"},
		{"/schema.graphql", "", 200, "type Query"},
		{"/livez", "", 200, `"ok"`},
		{"/readyz", "", 200, `"ok"`},
	} {
		resp, text := r.do(t, r.request(t, "GET", tt.path, call{token: tt.token}, ""))
		if resp.StatusCode != tt.status || !strings.Contains(text, tt.text) {
			t.Errorf("%s: %d %.80q, want %d %q", tt.path, resp.StatusCode, text, tt.status, tt.text)
		}
	}
	resp, _ := r.do(t, r.request(t, "GET", "/schema.graphql", call{}, ""))
	resp, text := r.do(t, r.request(t, "GET", "/schema.graphql", call{header: map[string]string{"If-None-Match": resp.Header.Get("ETag")}}, ""))
	if resp.StatusCode != http.StatusNotModified || text != "" {
		t.Errorf("the schema again: %d", resp.StatusCode)
	}
}

// TestAPageAtTheRoot: it has every path that no other route has, but none beside what lies in the folder of a route.
func TestAPageAtTheRoot(t *testing.T) {
	r := start(t, func(c *server.Config) {
		say := func(text string) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, text+" "+r.URL.Path) })
		}
		c.Pages = map[string]server.Page{
			"/": {Handler: say("root")}, "/explorer/": {Handler: say("explorer")}, "/docs/errors": {Handler: say("docs")},
			"/me/data.zip": {Handler: say("data")}, "/dev/people": {Absent: true},
		}
	})
	for _, tt := range []struct {
		path   string
		status int
		text   string
	}{
		{"/", 200, "root /"},
		{"/dialogues/1", 200, "root /dialogues/1"},
		{"/me", 200, "root /me"},
		{"/docs", 200, "root /docs"},
		{"/logs/1", 200, "root /logs/1"},
		{"/explorer/x", 200, "explorer /explorer/x"},
		{"/docs/errors", 200, "docs /docs/errors"},
		{"/docs/", 404, ""},
		{"/docs/other", 404, ""},
		{"/docs/errors/1", 404, ""},
		{"/me/other", 404, ""},
		{"/graphql/other", 404, ""},
		{"/livez/other", 404, ""},
		{"/dev/people", 404, ""},
		{"/dev/other", 404, ""},
	} {
		resp, text := r.do(t, r.request(t, "GET", tt.path, call{}, ""))
		if resp.StatusCode != tt.status || !strings.Contains(text, tt.text) {
			t.Errorf("%s: %d %.80q, want %d %q", tt.path, resp.StatusCode, text, tt.status, tt.text)
		}
	}
}

// A check that answers in time passes, however close to the limit it answers.
func TestReadyStaysReady(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Checks = checks[:1] })
	for i := range 3_000 {
		if resp, text := r.do(t, r.request(t, "GET", "/readyz", call{}, "")); resp.StatusCode != http.StatusOK {
			t.Fatalf("after %d: %d %s", i, resp.StatusCode, text)
		}
	}
}

func TestAPanicInAPageIsContained(t *testing.T) {
	r := start(t, func(c *server.Config) {
		c.Pages = map[string]server.Page{"/boom": {Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") })}}
	})
	resp, text := r.do(t, r.request(t, "GET", "/boom", call{}, ""))
	if resp.StatusCode != 500 || strings.Contains(text, "secret") || !strings.Contains(text, gql.CodeInternal) {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	if !strings.Contains(r.log.String(), "secret") {
		t.Error("the log does not report the panic")
	}
}

// TestSlowSenders is A38: the server cuts off clients that send a byte now and then, and serves others meanwhile.
func TestSlowSenders(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *server.Config) {
		c.Limits.ReadHeaderTimeout, c.Limits.ReadTimeout = 1e9, 2e9
	})
	var slow []net.Conn
	for _, begin := range []string{"POST /graphql HT", "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"} {
		for range 50 {
			conn, err := net.Dial("tcp", r.address)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(conn)
			if _, err := io.WriteString(conn, begin); err != nil {
				t.Fatal(err)
			}
			slow = append(slow, conn)
		}
	}
	if resp, _ := r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, "")); resp.StatusCode != 200 {
		t.Errorf("a healthy client got %d", resp.StatusCode)
	}
	for _, conn := range slow {
		b, err := io.ReadAll(conn) // returns when the server closes
		if err != nil {
			t.Fatal(err)
		}
		if s := string(b); s != "" && !strings.HasPrefix(s, "HTTP/1.1 4") {
			t.Errorf("a slow client got %q", s)
		}
	}
	if n := r.schema.Ran.Load(); n != 1 {
		t.Errorf("%d resolvers ran, want 1", n)
	}
}

func TestTruncatedBodies(t *testing.T) { // F51
	r := start(t, nil)
	for _, raw := range []string{
		"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"query\"",
		"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"que",
		"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n",
		"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\nContent-Length: 21\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", r.address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, raw)
		_ = conn.(*net.TCPConn).CloseWrite()
		b, _ := io.ReadAll(conn)
		shut(conn)
		if !strings.HasPrefix(string(b), "HTTP/1.1 4") {
			t.Errorf("%q got %q, want 4xx", raw, b)
		}
	}
}

// FuzzBody sends any body: the server may answer only 200 or 4xx, and must never repeat the body.
func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"query":"{me{id}}"}`, `[{"query":"{a}"}]`, `{"query":"{me{id}}","variables":{"a":"\ud800"}}`, "", "null", `{"query":{}}`, `{"query":"{","extensions":{"persistedQuery":{"sha256Hash":1}}}`} {
		f.Add([]byte(s))
	}
	h := start(f, func(c *server.Config) { c.Rates.Off, c.Limits.Refusals = true, 0 }).Handler()
	f.Fuzz(func(t *testing.T, body []byte) { post(t, h, body) })
}

// TestTenThousandBodies is F51: bodies that are truncated and changed at random.
func TestTenThousandBodies(t *testing.T) {
	h := start(t, func(c *server.Config) {
		c.Rates.Off, c.Limits.Refusals, c.Log = true, 0, slog.New(slog.DiscardHandler)
	}).Handler()
	whole := []byte(`{"query":"query($n:Int,$f:Filter){echo(number:$n filter:$f) me{id name best{title}}}","variables":{"n":7,"f":{"text":"\ud83d\ude00","and":[{"limit":1}]}},"operationName":null,"extensions":{"a":[1.5e3]}}`)
	r := rand.New(rand.NewPCG(5, 1))
	for range 10_000 {
		body := bytes.Clone(whole[:r.IntN(len(whole)+1)])
		for range r.IntN(4) {
			if len(body) > 0 {
				body[r.IntN(len(body))] = byte(r.Uint32())
			}
		}
		post(t, h, body)
	}
}

func post(t *testing.T, h http.Handler, body []byte) {
	t.Helper()
	w := newRecorder()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://x/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.RemoteAddr = "127.0.0.1:1"
	h.ServeHTTP(w, req)
	if w.status != 200 && (w.status < 400 || w.status > 499) {
		t.Errorf("%d for %q", w.status, body)
	}
	if strings.Contains(w.body.String(), gql.CodeInternal) {
		t.Errorf("internal error for %q", body)
	}
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder                    { return &recorder{header: http.Header{}, status: 200} }
func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func TestAdmin(t *testing.T) {
	r := start(t, nil)
	r.do(t, r.request(t, "POST", "/graphql", call{query: "{me{id}}"}, ""))
	r.do(t, r.request(t, "POST", "/graphql", call{query: "{mee}"}, ""))
	for path, want := range map[string]string{
		"/metrics": "plenary_refusals_total{code=\"GRAPHQL_VALIDATION_FAILED\"} 1", "/debug/pprof/": "goroutine", "/readyz": "ok",
	} {
		w := newRecorder()
		req, _ := http.NewRequestWithContext(t.Context(), "GET", path, nil)
		r.AdminHandler().ServeHTTP(w, req)
		if w.status != 200 || !strings.Contains(w.body.String(), want) {
			t.Errorf("%s: %d %s", path, w.status, w.body.String())
		}
	}
}

func TestReadiness(t *testing.T) {
	r := start(t, func(c *server.Config) { c.Checks = checks })
	resp, text := r.do(t, r.request(t, "GET", "/readyz", call{}, ""))
	want := `{"cache":"ok","database":"migrations are pending","keys":"failed","status":"unready"}`
	if diff := cmp.Diff(want, strings.TrimSpace(text)); diff != "" || resp.StatusCode != 503 {
		t.Errorf("%d (-want +got):\n%s", resp.StatusCode, diff)
	}
	if resp, _ := r.do(t, r.request(t, "GET", "/livez", call{}, "")); resp.StatusCode != 200 {
		t.Errorf("livez: %d, want 200", resp.StatusCode)
	}
}

func TestANoteLeavesAServerReady(t *testing.T) {
	noted := server.Check{Name: "durability", Func: func(context.Context) error { return server.Note("no standby") }}
	r := start(t, func(c *server.Config) { c.Checks = []server.Check{checks[0], noted} })
	resp, text := r.do(t, r.request(t, "GET", "/readyz", call{}, ""))
	if diff := cmp.Diff(`{"cache":"ok","durability":"no standby","status":"ok"}`, strings.TrimSpace(text)); diff != "" || resp.StatusCode != 200 {
		t.Errorf("%d (-want +got):\n%s", resp.StatusCode, diff)
	}
}
