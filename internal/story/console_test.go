package story_test

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/console"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// inBrowser sends a request as a browser does that shows the console, with other headers where the test gives them; an empty one is left
// out.
func (w *world) inBrowser(method, path, body string, change map[string]string) (*http.Response, string) {
	w.t.Helper()
	req := must(http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body)))
	header := map[string]string{"Sec-Fetch-Site": "same-origin", "Accept": "*/*"}
	if method != http.MethodGet {
		header["Origin"], header["Content-Type"] = w.url, "application/json"
	}
	maps.Copy(header, change)
	for name, value := range header {
		switch {
		case name == "Host":
			req.Host = value
		case value != "":
			req.Header.Set(name, value)
		}
	}
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	return resp, string(must(io.ReadAll(resp.Body)))
}

const asPage = "text/html,application/xhtml+xml,*/*;q=0.8"

// TestTheConsoleHasEveryAddressThatNoRouteHas: what lies in the folder of a route of the document is there or is not, but is never the
// console.
func TestTheConsoleHasEveryAddressThatNoRouteHas(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		page := map[string]string{"Accept": asPage}
		for _, path := range []string{"/", "/dialogues", "/proposals/proposal_1/versions/1..2", "/me", "/r/2026/14-P3", "/sign-in"} {
			resp, text := w.inBrowser("GET", path, "", page)
			if resp.StatusCode != 200 || !strings.Contains(text, "<!doctype html>") {
				t.Errorf("GET %s = %d %.80s, want the page", path, resp.StatusCode, text)
			}
			got := resp.Header.Get("Content-Security-Policy")
			if !strings.Contains(got, "connect-src 'self';") || !strings.Contains(got, "trusted-types 'none'") || strings.Contains(got, "unsafe") {
				t.Errorf("GET %s has the policy %q", path, got)
			}
		}
		document := w.document()
		document.t = t
		folders := map[string]bool{}
		for _, o := range document.operations() {
			first, _, _ := strings.Cut(o.path[1:], "/")
			folders[first] = first != ""
		}
		for _, want := range []string{"log", "schemas", "docs", "reports", "files", "imports", "exports", "registers", "ballots", "dev", "explorer", "me"} {
			if !folders[want] {
				t.Errorf("the document has nothing below /%s/: %v", want, folders)
			}
		}
		folders["graphql"] = true // which has a schema of its own
		for folder, has := range folders {
			if !has {
				continue
			}
			path := "/" + folder + "/nothing/of/that/kind"
			if resp, text := w.inBrowser("GET", path, "", page); resp.StatusCode == 200 || strings.Contains(text, "<!doctype") {
				t.Errorf("GET %s = %d %.80s, want no page", path, resp.StatusCode, text)
			}
		}
		if resp, text := w.inBrowser("GET", "/favicon.ico", "", page); resp.StatusCode != 404 || !strings.Contains(text, "NOT_FOUND") {
			t.Errorf("an unknown file = %d %s", resp.StatusCode, text)
		}
		if resp, _ := w.inBrowser("GET", "/dialogues", "", nil); resp.StatusCode != 404 {
			t.Errorf("a page for a script = %d, want 404", resp.StatusCode)
		}
		if resp, text := w.inBrowser("GET", "/explorer/", "", page); resp.StatusCode != 200 || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "blob:") {
			t.Errorf("the explorer has not its own policy: %d %.80s", resp.StatusCode, text)
		}
	})
}

// TestWhatTheConsoleIsTold compares /config.json with the settings.
func TestWhatTheConsoleIsTold(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*app.Config)
		want   string
	}{
		"in dev mode": {nil, `{"mode":"dev","issuer":null,"clientId":null,"audience":null,"scopes":[],"name":"Plenary","languages":["en","fr"],` +
			`"links":{"privacy":null,"moderation":null,"accessibility":null}}`},
		"in production": {
			func(c *app.Config) {
				c.Mode = "production"
				c.Issuers = []auth.Issuer{must(auth.OpenDevIssuer(filepath.Join(t.TempDir(), "issuer.key"), c.Clock)).Issuer(app.AllRoles()...)}
				c.Console = app.Console{
					Name: "Fair fares", Languages: []string{"fr"}, Links: app.Links{Privacy: "https://fares.example/privacy"},
					SignIn: &app.SignIn{Issuer: "https://id.example", ClientID: "console", Audience: "plenary", Scopes: []string{"openid", "offline_access"}},
				}
			},
			`{"mode":"production","issuer":"https://id.example","clientId":"console","audience":"plenary","scopes":["openid","offline_access"],` +
				`"name":"Fair fares","languages":["fr"],"links":{"privacy":"https://fares.example/privacy","moderation":null,"accessibility":null}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachURL(t, false, func(t *testing.T, databaseURL string) {
				w := open(t, databaseURL, tt.change)
				resp, text := w.inBrowser("GET", "/config.json", "", nil)
				if resp.StatusCode != 200 || text != tt.want || resp.Header.Get("Cache-Control") != "no-cache" {
					t.Errorf("GET /config.json = %d %v\n%s\nwant\n%s", resp.StatusCode, resp.Header, text, tt.want)
				}
			})
		})
	}
}

// TestTheConsoleSignsInAsAPersonOfTheExample: its own page on this machine gets tokens, in dev mode alone, and nobody else does.
func TestTheConsoleSignsInAsAPersonOfTheExample(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, forExplorer)
		resp, text := w.inBrowser("GET", "/dev/people", "", nil)
		var people []struct {
			Key, Name, Party string
			Kind             *string
			Roles            []string
		}
		if err := json.Unmarshal([]byte(text), &people); err != nil || resp.StatusCode != 200 || len(people) != len(demo.Personas) || strings.Contains(text, "eyJ") {
			t.Fatalf("GET /dev/people = %d %s", resp.StatusCode, text)
		}
		for _, p := range people {
			_, text := w.inBrowser("POST", "/dev/sign-in", `{"person": "`+p.Key+`"}`, nil)
			var given struct{ Token string }
			if err := json.Unmarshal([]byte(text), &given); err != nil || given.Token == "" {
				t.Fatalf("sign in as %s = %s", p.Key, text)
			}
			viewer := w.post(call{query: `{viewer{stakeholder{name kind}}}`, token: given.Token}).data.at("viewer", "stakeholder")
			if viewer.at("name").text() != p.Party || p.Kind != nil && viewer.at("kind").text() != *p.Kind || (p.Kind == nil) != (p.Party == "") {
				t.Errorf("%+v is %v", p, viewer.v)
			}
		}
		port := w.url[strings.LastIndex(w.url, ":"):]
		const customer = `{"person": "customer@demo"}`
		for _, tt := range []struct {
			rule, method, path, body string
			change                   map[string]string
			status                   int
		}{
			{"the page", "POST", "/dev/sign-in", customer, nil, 200},
			{"the page under the machine's other name", "POST", "/dev/sign-in", customer, map[string]string{"Host": "localhost" + port, "Origin": "http://localhost" + port}, 200},
			{"in a browser that does not say which site asks", "POST", "/dev/sign-in", customer, map[string]string{"Sec-Fetch-Site": ""}, 200},
			{"with a charset", "POST", "/dev/sign-in", customer, map[string]string{"Content-Type": "application/json; charset=utf-8"}, 200},
			{"by GET", "GET", "/dev/sign-in", "", nil, 405},
			{"as a form, which needs no preflight", "POST", "/dev/sign-in", customer, map[string]string{"Content-Type": "text/plain"}, 415},
			{"without a type", "POST", "/dev/sign-in", customer, map[string]string{"Content-Type": ""}, 415},
			{"without an origin", "POST", "/dev/sign-in", customer, map[string]string{"Origin": ""}, 403},
			{"from a page elsewhere", "POST", "/dev/sign-in", customer, map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403},
			{"from one that hides its origin", "POST", "/dev/sign-in", customer, map[string]string{"Origin": "null", "Sec-Fetch-Site": ""}, 403},
			{"from an origin that the operator allows", "POST", "/dev/sign-in", customer, map[string]string{"Origin": "https://console.example", "Sec-Fetch-Site": "cross-site"}, 403},
			{"from another port of this machine", "POST", "/dev/sign-in", customer, map[string]string{"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}, 403},
			{"from our origin, as another site's", "POST", "/dev/sign-in", customer, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
			{"by a name that was pointed at this machine", "POST", "/dev/sign-in", customer, map[string]string{"Host": "evil.example" + port, "Origin": "http://evil.example" + port}, 421},
			{"by a name that the operator allows", "POST", "/dev/sign-in", customer, map[string]string{"Host": "plenary.test" + port, "Origin": "http://plenary.test" + port}, 403},
			{"through a proxy", "POST", "/dev/sign-in", customer, map[string]string{"X-Forwarded-For": "203.0.113.7"}, 403},
			{"as nobody", "POST", "/dev/sign-in", `{"person": "nobody@demo"}`, nil, 404},
			{"with no JSON", "POST", "/dev/sign-in", `person=customer`, nil, 400},
			{"the people, by POST", "POST", "/dev/people", "", nil, 405},
			{"the people, for a page elsewhere", "GET", "/dev/people", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
			{"the people, by a name that the operator allows", "GET", "/dev/people", "", map[string]string{"Host": "plenary.test" + port}, 403},
		} {
			resp, text := w.inBrowser(tt.method, tt.path, tt.body, tt.change)
			if resp.StatusCode != tt.status || strings.Contains(text, "eyJ") != (tt.status == 200) {
				t.Errorf("%s: %d %.200s, want %d", tt.rule, resp.StatusCode, text, tt.status)
			}
			if got := resp.Header.Get("Cache-Control"); got != "no-store" && resp.StatusCode != http.StatusMisdirectedRequest && resp.Header.Get("X-Refused-Because") == "" {
				t.Errorf("%s: Cache-Control = %q, want no-store", tt.rule, got)
			}
		}
	})
}

// TestNobodySignsInAsAPersonInProduction: not with the example, and in dev mode not without it.
func TestNobodySignsInAsAPersonInProduction(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) {
			forExplorer(c)
			issuer := must(auth.OpenDevIssuer(filepath.Join(t.TempDir(), "issuer.key"), c.Clock)).Issuer(app.AllRoles()...)
			c.Mode, c.Developers, c.Issuers = "production", false, []auth.Issuer{issuer}
		})
		for _, method := range []string{"GET", "POST", "PUT"} {
			for _, path := range []string{"/dev/people", "/dev/sign-in"} {
				for _, accept := range []string{"*/*", asPage} {
					resp, text := w.inBrowser(method, path, `{"person": "customer@demo"}`, map[string]string{"Accept": accept})
					if resp.StatusCode != 404 {
						t.Errorf("%s %s in production = %d %.200s, want 404", method, path, resp.StatusCode, text)
					}
				}
			}
		}
		if _, _, text := w.fetch("/openapi.json", ""); strings.Contains(text, "/dev/") {
			t.Error("the document of a server in production names /dev/")
		}
	})
	t.Run("without the example", func(t *testing.T) {
		each(t, false, func(t *testing.T, w *world) {
			if resp, text := w.inBrowser("GET", "/dev/people", "", nil); resp.StatusCode != 200 || strings.TrimSpace(text) != "[]" {
				t.Errorf("the people = %d %s, want none", resp.StatusCode, text)
			}
			if resp, text := w.inBrowser("POST", "/dev/sign-in", `{"person": "admin@demo"}`, nil); resp.StatusCode != 404 {
				t.Errorf("sign in = %d %s, want 404", resp.StatusCode, text)
			}
		})
	})
}

// trusted are the documents of the console that was built. Without one there is nothing to test, unless it should have been built.
func trusted(t *testing.T) map[string]string {
	t.Helper()
	if !console.Built() {
		if os.Getenv("CI") != "" {
			t.Fatal("the console was not built: make web (Node 20 and npm)")
		}
		t.Skip("the console was not built: make web (Node 20 and npm)")
	}
	return must(console.Documents())
}

// TestTheConsolesDocumentsAreWithinTheLimits: the server takes each by its id, so each fits the schema, the depth and the cost.
func TestTheConsolesDocumentsAreWithinTheLimits(t *testing.T) {
	documents := trusted(t)
	if len(documents) < 30 {
		t.Errorf("the console has %d documents", len(documents))
	}
	eachURL(t, false, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, nil)
		for id, text := range documents {
			parsed, err := parser.ParseQuery(&ast.Source{Input: text})
			if err != nil || len(parsed.Operations) != 1 {
				t.Errorf("%s: %v", text, err)
				continue
			}
			op := parsed.Operations[0]
			variables := map[string]any{}
			for _, v := range op.VariableDefinitions {
				if v.Type.NonNull && v.DefaultValue == nil {
					variables[v.Variable] = sampleOf(w.Schema.Schema(), v.Type)
				}
			}
			asked, errs := w.Executor.CreateOperationContext(t.Context(), &graphql.RawParams{
				Variables: variables, Extensions: map[string]any{"documentId": id},
			})
			if len(errs) > 0 {
				t.Errorf("%s %s: %v", op.Operation, op.Name, errs)
			} else if op.Operation == ast.Query {
				t.Logf("%-16s costs %d points; answers are kept: %t", op.Name, gql.CostOf(asked).Requested, w.Resolver.Lasting(asked))
			}
		}
	})
}

// sampleOf is a value of a type that variables have.
func sampleOf(schema *ast.Schema, of *ast.Type) any {
	if of.Elem != nil {
		return []any{sampleOf(schema, of.Elem)}
	}
	switch d := schema.Types[of.NamedType]; d.Kind {
	case ast.Enum:
		return d.EnumValues[0].Name
	case ast.InputObject:
		v := map[string]any{}
		for _, f := range d.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				v[f.Name] = sampleOf(schema, f.Type)
			}
		}
		return v
	}
	return cmp.Or(map[string]any{"Int": json.Number("1"), "Float": json.Number("1"), "Boolean": true, "DateTime": "2026-03-02T12:00:00Z"}[of.NamedType], any("text"))
}

// TestVisitorsReadTheConsolesDocumentsFromTheCache sends a document as the console does: its id by GET, and by POST with a token.
func TestVisitorsReadTheConsolesDocumentsFromTheCache(t *testing.T) {
	documents := trusted(t)
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		var id string
		for one, text := range documents {
			if strings.HasPrefix(text, "query Parties") {
				id = one
			}
		}
		query := url.Values{"operationName": {"Parties"}, "documentId": {id}, "variables": {`{"filter":{"kind":["FIRM"]}}`}}
		path := "/graphql?" + query.Encode()
		accept := map[string]string{"Accept": "application/graphql-response+json, application/json"}
		hits := w.Answers.Counts().Hits
		var first string
		for range 3 {
			resp, text := w.inBrowser("GET", path, "", accept)
			tag := resp.Header.Get("ETag")
			if resp.StatusCode != 200 || !strings.Contains(text, `"Northwind Mobility"`) || tag == "" || resp.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
				t.Fatalf("GET = %d %v %.300s", resp.StatusCode, resp.Header, text)
			}
			if first = cmp.Or(first, tag); tag != first {
				t.Errorf("the ETag was %s and is %s", first, tag)
			}
		}
		if got := w.Answers.Counts().Hits - hits; got != 2 {
			t.Errorf("%d of three answers came from the cache, want 2", got)
		}
		accept["If-None-Match"] = first
		if resp, _ := w.inBrowser("GET", path, "", accept); resp.StatusCode != http.StatusNotModified {
			t.Errorf("with the ETag = %d, want 304", resp.StatusCode)
		}
		body := string(must(json.Marshal(map[string]any{"operationName": "Parties", "documentId": id, "variables": map[string]any{}})))
		token := "Bearer " + w.token(persona("customer"))
		resp, text := w.inBrowser("POST", "/graphql", body, map[string]string{"Authorization": token, "Accept": "application/json"})
		if resp.StatusCode != 200 || !strings.Contains(text, `"Northwind Mobility"`) || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("POST = %d %v %.300s", resp.StatusCode, resp.Header, text)
		}
		delete(accept, "If-None-Match")
		resp, text = w.inBrowser("GET", "/graphql?documentId="+strings.Repeat("0", 64), "", accept)
		if !strings.Contains(text, "PERSISTED_DOCUMENT_NOT_FOUND") || resp.Header.Get("ETag") != "" {
			t.Errorf("a document of another release = %d %s", resp.StatusCode, text)
		}
	})
}
