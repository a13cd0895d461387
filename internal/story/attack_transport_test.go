package story_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/app"
)

// sent is a request that the server must not run as an operation.
type sent struct {
	id, rule     string
	method, path string
	body         string
	header       map[string]string
	status       int // or 0 if the server closes the connection
	code         string
}

const (
	jsonType = "application/json"
	theQuery = `{"query":"{dialogues{totalCount}}"}`
)

func TestTransportAttacks(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, func(c *app.Config) { c.Hosts = []string{"127.0.0.1"} })
		w.quiet()
		s := newScene(w)
		vote := `mutation{voteOnComment(input: {id: \"` + s.id("Night workers") + `\", choice: PASS}){userErrors{code}}}`
		mutation := `{"query":"` + vote + `"}`
		for _, tt := range transportAttacks(strings.ReplaceAll(vote, `\"`, `%22`), mutation) {
			t.Run(tt.id+" "+tt.rule, func(t *testing.T) {
				w.t = t
				resp, text := s.sendRaw(tt)
				status := 0
				if resp != nil {
					status = resp.StatusCode
				}
				if status != tt.status {
					t.Errorf("status = %d %.300s, want %d", status, text, tt.status)
				}
				if tt.code != "" && !strings.Contains(text, `"code":"`+tt.code+`"`) {
					t.Errorf("answer = %.300s, want %s", text, tt.code)
				}
				if strings.Contains(text, canary) || strings.Contains(text, `"data":{`) {
					t.Errorf("answer = %.300s, want no part of the request and no data", text)
				}
				s.checkNothingNew()
			})
		}
		w.t = t
		s.checkUnchanged()
	})
}

func transportAttacks(encoded, mutation string) []sent {
	post := func(id, rule, contentType, body string, status int) sent {
		return sent{id: id, rule: rule, method: "POST", path: "/graphql", body: body, header: map[string]string{"Content-Type": contentType}, status: status}
	}
	var all []sent
	all = append(all,
		sent{id: "A27", rule: "a mutation over GET", method: "GET", path: "/graphql?query=" + strings.ReplaceAll(encoded, " ", "+"), status: 405},
		sent{
			id: "A27", rule: "a mutation over a GET stream", method: "GET", path: "/graphql?query=" + strings.ReplaceAll(encoded, " ", "+"), status: 405,
			header: map[string]string{"Accept": "text/event-stream"},
		},
		sent{
			id: "A27", rule: "GET that says it is POST", method: "GET", path: "/graphql?query=" + strings.ReplaceAll(encoded, " ", "+"), status: 405,
			header: map[string]string{"X-HTTP-Method-Override": "POST"},
		},
		post("A28", "text/plain", "text/plain", mutation, 415),
		post("A29", "a form", "application/x-www-form-urlencoded", "query="+encoded, 415),
		post("A30", "multipart", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n"+mutation+
			"\r\n--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{}\r\n--x--\r\n", 415),
		post("A32", "no content type", "", mutation, 415),
		post("A32", "an image", "image/png", mutation, 415),
		post("A32", "another charset", "application/json; charset=utf-7", mutation, 415),
		post("A32", "UTF-16", "application/json; charset=utf-16", mutation, 415),
		post("A32", "another JSON", "application/json-patch+json", mutation, 415),
		post("A33", "a batch", jsonType, "["+mutation+","+mutation+"]", 400),
		post("A33", "an empty batch", jsonType, "[]", 400),
		post("A36", "a hash of another text", jsonType, mutation[:len(mutation)-1]+`,"extensions":{"persistedQuery":{"version":1,"sha256Hash":"`+strings.Repeat("0", 64)+`"}}}`, 200),
		post("A36", "a hash alone", jsonType, `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"`+strings.Repeat("0", 64)+`"}}}`, 200),
		post("A36", "a document nobody registered", jsonType, `{"documentId":"sha256:`+strings.Repeat("0", 64)+`"}`, 200),
		post("A45", "broken JSON", jsonType, `{"query":"{viewer{roles}}","secret":"`+canary+`"`, 400),
		post("A45", "no JSON at all", jsonType, canary, 400),
		post("A45", "JSON of another kind", jsonType, `"`+canary+`"`, 400),
		post("A45", "a query that is none", jsonType, `{"query":{"`+canary+`":1}}`, 400),
		post("A45", "a member twice", jsonType, `{"query":"{viewer{roles}}","query":"`+canary+`"}`, 400),
		post("A45", "an empty body", jsonType, "", 400),
		sent{id: "A46", rule: "profiles", method: "GET", path: "/debug/pprof/", status: 404},
		sent{id: "A46", rule: "metrics", method: "GET", path: "/metrics", status: 404},
		sent{id: "A46", rule: "variables", method: "GET", path: "/debug/vars", status: 404},
		sent{id: "A37", rule: "another host", method: "POST", path: "/graphql", body: mutation, header: map[string]string{"Content-Type": jsonType, "Host": "internal"}, status: 421},
		sent{id: "A40", rule: "a megabyte of token", method: "POST", path: "/graphql", body: mutation, header: map[string]string{"Authorization": "Bearer " + strings.Repeat("a.", 500_000)}, status: 431},
		sent{id: "A40", rule: "a megabyte of cookies", method: "POST", path: "/graphql", body: mutation, header: map[string]string{"Cookie": strings.Repeat("a=b; ", 200_000)}, status: 431},
		sent{id: "A40", rule: "sixty kilobytes of dots", method: "POST", path: "/graphql", body: theQuery, header: map[string]string{"Content-Type": jsonType, "Authorization": "Bearer " + strings.Repeat(".", 60_000)}, status: 401},
		sent{id: "A39", rule: "a bomb of zeros", method: "POST", path: "/graphql", body: bomb(), header: map[string]string{"Content-Type": jsonType, "Content-Encoding": "gzip"}, status: 415},
		sent{id: "A39", rule: "an encoding nobody knows", method: "POST", path: "/graphql", body: mutation, header: map[string]string{"Content-Type": jsonType, "Content-Encoding": "x"}, status: 415},
	)
	for i := range all {
		if strings.HasPrefix(all[i].rule, "a hash") || strings.HasPrefix(all[i].rule, "a document") {
			all[i].code = "PERSISTED_DOCUMENT_NOT_FOUND"
		}
	}
	for name, header := range map[string]map[string]string{
		"a page of another site":                     {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Cookie": "session=1"},
		"a page of another site, by its Origin only": {"Origin": "https://evil.example"},
		"a page that hides where it is":              {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
		"a page of another port":                     {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
		"a page whose name begins like ours":         {"Origin": "http://127.0.0.1.evil.example"},
	} {
		header["Content-Type"] = jsonType
		all = append(all, sent{id: "A31", rule: name, method: "POST", path: "/graphql", body: mutation, header: header, status: 403})
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND"} {
		all = append(all, sent{
			id: "A35", rule: method, method: method, path: "/graphql", body: mutation, status: 405,
			header: map[string]string{"Content-Type": jsonType, "X-HTTP-Method-Override": "POST"},
		})
	}
	for _, path := range []string{"//graphql", "/graphql/", "/graphql/%2e%2e", "/graphql%2f", "/./graphql", "/x/../graphql", "/graphql/x", "/GraphQL", "/graphql;a=b", "/%67raphql"} {
		all = append(all, sent{id: "A37", rule: path, method: "POST", path: path, body: mutation, header: map[string]string{"Content-Type": jsonType}, status: 404})
	}
	return all
}

// bomb is a small compressed body that expands to a large one.
func bomb() string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.Copy(z, io.LimitReader(zeros{}, 64<<20))
	_ = z.Close()
	return b.String()
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// sendRaw sends a request without changes, for a firm that may do what it requests.
func (s *scene) sendRaw(tt sent) (*http.Response, string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, tt.method, s.url, strings.NewReader(tt.body))
	if err != nil {
		s.t.Fatal(err)
	}
	path, query, _ := strings.Cut(tt.path, "?")
	// Opaque keeps the path from being cleaned. A path that begins with two slashes needs the host before it.
	if req.URL.Opaque, req.URL.RawQuery = path, query; strings.HasPrefix(path, "//") {
		req.URL.Opaque = strings.TrimPrefix(s.url, "http:") + path
	}
	req.Header.Set("Authorization", "Bearer "+s.token(persona("firm")))
	for name, value := range tt.header {
		if name == "Host" {
			req.Host = value
			continue
		}
		req.Header.Set(name, value)
	}
	if tt.header["Content-Type"] == "" {
		req.Header.Del("Content-Type")
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err.Error()
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/") && len(b) > 0 {
		s.received(resp.StatusCode, resp.Header, string(b))
	}
	return resp, string(b)
}

func TestAnswersAreNotPages(t *testing.T) { // A102
	onScene(t, func(t *testing.T, s *scene) {
		words := `<script>alert(1)</script><img src=x onerror=alert(1)>=HYPERLINK("https://evil.example")`
		got := s.ask(persona("firm"), `mutation($d: ID!, $b: String!){postComment(input: {subject: $d, body: $b}){comment{body}}}`, "d", s.id("What may"), "b", words)
		if text := got.at("postComment", "comment", "body").text(); text != words {
			t.Errorf("body = %q, want it unchanged", text)
		}
		for _, transport := range transports[:3] {
			a := transport.send(s.world, call{query: `{dialogues{nodes{comments(order: NEWEST, first: 1){nodes{body}}}}}`})
			if a.header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(a.header.Get("Content-Type"), "html") ||
				!strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("headers over %s = %v, want JSON, nosniff and a policy that runs nothing", transport.name, a.header)
			}
		}
	})
}

func TestTokensOutsideTheHeaderAreIgnored(t *testing.T) { // A64
	onScene(t, func(t *testing.T, s *scene) {
		token := s.token(persona("firm"))
		query := "{viewer{member{id}}}"
		requests := map[string]*http.Request{
			"in the URL":   s.request("GET", "/graphql?access_token="+token+"&query="+query, call{}, jsonType),
			"in the body":  s.request("POST", "/graphql", call{raw: `{"query":"` + query + `","access_token":"` + token + `"}`}, jsonType),
			"in a cookie":  s.request("POST", "/graphql", call{query: query, header: http.Header{"Cookie": {"access_token=" + token}}}, jsonType),
			"in variables": s.request("POST", "/graphql", call{query: query, variables: map[string]any{"access_token": token}}, jsonType),
		}
		for where, req := range requests {
			if a := s.exchange(req); a.status != 200 || !a.data.at("viewer", "member").isNull() {
				t.Errorf("a token %s: %s, want the viewer to be a visitor", where, a.text)
			}
		}
		if s.log.contains(token[len(token)-40:]) {
			t.Error("the log contains a token")
		}
	})
}
