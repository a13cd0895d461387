package story_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/register"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// recorder compares what servers answer with the document of the API, and notes which of its answers it has seen.
type recorder struct {
	t       *testing.T
	text    []byte
	doc     map[string]any
	schemas *jsonschema.Compiler
	seen    map[string]bool
}

const documentURL = "https://plenary.test/openapi.json"

// read reads the document of a server.
func (w *world) document() *recorder {
	w.t.Helper()
	status, header, text := w.fetch("/openapi.json", "")
	if status != http.StatusOK || header.Get("Cache-Control") != "public, max-age=300" || header.Get("ETag") == "" {
		w.t.Fatalf("GET /openapi.json answered %d %v %.500s", status, header, text)
	}
	r := &recorder{text: []byte(text), schemas: jsonschema.NewCompiler(), seen: map[string]bool{}}
	doc := must(jsonschema.UnmarshalJSON(strings.NewReader(text)))
	closed(doc)
	r.doc = doc.(map[string]any)
	r.schemas.AssertFormat()
	if err := r.schemas.AddResource(documentURL, doc); err != nil {
		w.t.Fatal(err)
	}
	return r
}

// closed lets no object have members that the document does not name, so that none is forgotten there.
func closed(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			closed(one)
		}
	case map[string]any:
		if _, open := v["additionalProperties"]; v["type"] == "object" && v["properties"] != nil && !open {
			v["additionalProperties"] = false
		}
		for _, one := range v {
			closed(one)
		}
	}
}

// operation is one of the document.
type operation struct {
	id, method, path string
	place            []string // where it stands
	data
}

// operations are those of paths, by id.
func (r *recorder) operations() map[string]operation {
	all := map[string]operation{}
	for path, item := range r.doc["paths"].(map[string]any) {
		for method, o := range item.(map[string]any) {
			one := operation{data{o}.at("operationId").text(), strings.ToUpper(method), path, []string{"paths", path, method}, data{o}}
			all[one.id] = one
		}
	}
	return all
}

// has tells whether an operation has a parameter.
func (o operation) has(name string) bool {
	return slices.Contains(o.at("parameters").texts("name"), name)
}

// example is its path with the examples of its parameters.
func (o operation) example() string {
	path := o.path
	for _, p := range o.at("parameters").list() {
		path = strings.ReplaceAll(path, "{"+p.at("name").text()+"}", fmt.Sprint(p.at("example").v))
	}
	return path
}

// valid checks a value against the schema at a place of the document.
func (r *recorder) valid(what string, v any, at ...string) {
	r.t.Helper()
	pointer := ""
	for _, step := range at {
		pointer += "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(step))
	}
	schema, err := r.schemas.Compile(documentURL + "#" + pointer)
	if err != nil {
		r.t.Errorf("%s: the schema at %s: %v", what, pointer, err)
		return
	}
	if err := schema.Validate(v); err != nil {
		r.t.Errorf("%s is not what the document says: %v", what, err)
	}
}

// find follows references from a place.
func (r *recorder) find(at ...string) (data, []string) {
	v := any(r.doc)
	for _, step := range at {
		m, _ := v.(map[string]any)
		v = m[step]
	}
	if ref := (data{v}).at("$ref").text(); ref != "" {
		return r.find(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	return data{v}, at
}

// answered checks an answer to an operation.
func (r *recorder) answered(o operation, resp *http.Response, body []byte) {
	r.t.Helper()
	what := fmt.Sprintf("%s %s: %d %.300s", o.method, resp.Request.URL.Path, resp.StatusCode, body)
	response, at := r.find(append(slices.Clone(o.place), "responses", fmt.Sprint(resp.StatusCode))...)
	if response.isNull() {
		r.t.Errorf("%s: the document has no such status", what)
		return
	}
	r.seen[strings.Join(at, " ")] = true
	headers, _ := response.at("headers").v.(map[string]any)
	for name, h := range headers {
		value := resp.Header.Get(name)
		if value == "" {
			if (data{h}).at("required").v == true {
				r.t.Errorf("%s: it lacks the header %s", what, name)
			}
			continue
		}
		r.valid(what+": "+name, typed(value, data{h}.at("schema")), append(slices.Clone(at), "headers", name, "schema")...)
	}
	content, _ := response.at("content").v.(map[string]any)
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case content == nil && len(body) > 0:
		r.t.Errorf("%s: the document says that it has no body", what)
	case content != nil && content[media] == nil:
		r.t.Errorf("%s: the document does not have the type %q", what, media)
	case content != nil && resp.Request.Method != http.MethodHead:
		r.body(what, media, body, append(slices.Clone(at), "content", media, "schema")...)
	}
}

// typed is the value of a header as its schema has it.
func typed(value string, schema data) any {
	if schema.at("type").text() == "integer" {
		return json.Number(value)
	}
	return value
}

func (r *recorder) body(what, media string, body []byte, at ...string) {
	r.t.Helper()
	_, at = r.find(at...)
	decoded := func(text []byte) any {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			r.t.Errorf("%s: %v", what, err)
		}
		return v
	}
	switch schema, _ := r.find(at...); {
	case strings.HasSuffix(media, "json") && schema.at("contentMediaType").isNull():
		r.valid(what, decoded(body), at...)
	case !schema.at("contentSchema").isNull():
		lines := []any{}
		for line := range bytes.Lines(body) {
			lines = append(lines, decoded(line))
		}
		r.valid(what, lines, append(at, "contentSchema")...)
	default:
		r.valid(what, string(body), at...)
	}
}

// asked is a request, with the status that it should get.
type asked struct {
	id, path string
	token    string
	header   map[string]string
	body     []byte
	want     int
	at       string // the address of another server
}

// request makes a request.
func (r *recorder) request(base, method string, a asked) *http.Request {
	req := must(http.NewRequestWithContext(context.Background(), method, cmp.Or(a.at, base)+a.path, bytes.NewReader(a.body)))
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	for name, value := range a.header {
		if req.Header.Set(name, value); name == "Host" {
			req.Host = value
		}
	}
	return req
}

// asks sends a request and checks the answer, and those to what follows from it: HEAD, the ETag, parts.
func (r *recorder) asks(w *world, a asked) (http.Header, []byte) {
	r.t.Helper()
	o, ok := r.operations()[a.id]
	form := "^" + regexp.MustCompile(`\\\{[^/}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(o.path), "[^/]+") + "$"
	if path, _, _ := strings.Cut(a.path, "?"); !ok || !regexp.MustCompile(form).MatchString(path) {
		r.t.Fatalf("%s is not the path of %s: %s", a.path, a.id, o.path)
	}
	send := func(o operation, want int, header ...string) (http.Header, []byte) {
		r.t.Helper()
		req := r.request(w.url, o.method, a)
		if len(header) > 0 {
			req.Header.Set(header[0], header[1])
		}
		resp := must(w.client.Transport.RoundTrip(req)) // follows no redirect
		defer resp.Body.Close()
		body := must(io.ReadAll(resp.Body))
		if resp.StatusCode != want {
			r.t.Errorf("%s %s answered %d %.500s, want %d", req.Method, a.path, resp.StatusCode, body, want)
		}
		r.answered(o, resp, body)
		return resp.Header, body
	}
	header, body := send(o, a.want)
	for _, o := range []operation{o, r.operations()[a.id+"Head"]} {
		if o.id == "" {
			continue
		}
		if o.id != a.id {
			send(o, a.want)
		}
		if a.want == http.StatusOK && o.has("If-None-Match") {
			send(o, http.StatusNotModified, "If-None-Match", header.Get("ETag"))
		}
		if a.want == http.StatusOK && o.has("Range") {
			send(o, http.StatusPartialContent, "Range", "bytes=0-3")
			send(o, http.StatusRequestedRangeNotSatisfiable, "Range", "bytes=999999999-")
		}
	}
	return header, body
}

// missed are the answers of the document that were not seen.
func (r *recorder) missed() []string {
	var all []string
	for _, o := range r.operations() {
		responses, _ := o.at("responses").v.(map[string]any)
		for status := range responses {
			_, at := r.find(append(slices.Clone(o.place), "responses", status)...)
			if !r.seen[strings.Join(at, " ")] {
				all = append(all, strings.Join(at, " "))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestAnswersAreAsTheDocumentSays requests every status of every operation of /openapi.json, and compares each answer with it. What is
// added to the API is added here as well: it fails with the answers that it has not seen.
func TestAnswersAreAsTheDocumentSays(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) { c.Files.PerSubject = 4000 })
		w.settle()
		r := w.document()
		r.t = t
		for _, part := range []struct {
			name string
			run  func(*recorder, *world)
		}{
			{"pages", (*recorder).pages},
			{"log", (*recorder).log},
			{"own data", (*recorder).ownData},
			{"events", (*recorder).eventSchemas},
			{"files", (*recorder).files},
			{"imports", (*recorder).imports},
			{"exports", (*recorder).exports},
			{"registers", (*recorder).registers},
			{"reports", (*recorder).reports},
			{"results of ballots", (*recorder).results},
			{"what the server refuses itself", (*recorder).refusals},
			{"methods", (*recorder).methods},
		} {
			t.Run(part.name, func(t *testing.T) { r.t = t; part.run(r, w) })
		}
		r.t = t
		for _, missed := range r.missed() {
			t.Errorf("no request here got the answer at %s", missed)
		}
	})
}

// methods sends to every path every method that it does not have.
func (r *recorder) methods(w *world) {
	for _, o := range r.operations() {
		item := r.doc["paths"].(map[string]any)[o.path].(map[string]any)
		var allowed []string
		for method := range item {
			allowed = append(allowed, strings.ToUpper(method))
		}
		slices.Sort(allowed)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if slices.Contains(allowed, method) {
				continue
			}
			resp := must(w.client.Do(r.request(w.url, method, asked{path: o.example()})))
			body := must(io.ReadAll(resp.Body))
			_ = resp.Body.Close()
			if got := strings.Split(resp.Header.Get("Allow"), ", "); resp.StatusCode != http.StatusMethodNotAllowed || !slices.Equal(got, allowed) {
				r.t.Errorf("%s %s answered %d and allows %v, want 405 and %v", method, o.path, resp.StatusCode, got, allowed)
				continue
			}
			r.answered(o, resp, body)
		}
	}
}

func (r *recorder) pages(w *world) {
	for _, a := range []asked{
		{id: "openConsole", path: "/", header: map[string]string{"Accept-Encoding": "identity"}, want: 200}, // each coding has an ETag of its own
		{id: "readConsoleConfig", path: "/config.json", want: 200},
		{id: "listPeopleToSignInAs", path: "/dev/people", want: 200},
		{id: "listPeopleToSignInAs", path: "/dev/people", header: map[string]string{"X-Forwarded-For": "203.0.113.7"}, want: 403},
		{id: "readGraphQLSchema", path: "/schema.graphql", want: 200},
		{id: "readOpenAPI", path: "/openapi.json", want: 200},
		{id: "readTemplateSchema", path: "/schemas/assessment-template-1.json", want: 200},
		{id: "readRuleSchema", path: "/schemas/decision-rule-1.json", want: 200},
		{id: "readReportSchema", path: "/schemas/report-1.json", want: 200},
		{id: "isAlive", path: "/livez", want: 200},
		{id: "isReady", path: "/readyz", want: 200},
		{id: "openExplorer", path: "/explorer/", want: 200},
		{id: "readErrorCodes", path: "/docs/errors", want: 200},
		{id: "listPeople", path: "/explorer/people.json", header: map[string]string{"Origin": w.url}, want: 200},
		{id: "listPeople", path: "/explorer/people.json", want: 403},
	} {
		r.asks(w, a)
	}
	own := map[string]string{"Origin": w.url, "Content-Type": "application/json"}
	for _, a := range []asked{
		{body: []byte(`{"person": "customer@demo"}`), want: 200},
		{body: []byte(`{"person": "nobody@demo"}`), want: 404},
		{body: []byte(`customer`), want: 400},
		{body: []byte(`{}`), header: map[string]string{"Origin": w.url, "Content-Type": "text/plain"}, want: 415},
		{body: []byte(`{}`), header: map[string]string{"Content-Type": "application/json"}, want: 403},
	} {
		a.id, a.path = "signInAsPerson", "/dev/sign-in"
		if a.header == nil {
			a.header = own
		}
		r.asks(w, a)
	}
	production := open(r.t, emptyOf(r.t, w), func(c *app.Config) {
		issuer := must(auth.OpenDevIssuer(filepath.Join(r.t.TempDir(), "issuer.key"), c.Clock)).Issuer(app.AllRoles()...)
		c.Mode, c.Issuers = "production", []auth.Issuer{issuer}
	})
	r.asks(production, asked{id: "listPeople", path: "/explorer/people.json", want: 404})
	r.asks(production, asked{id: "readCheckpoint", path: "/log/checkpoint", want: 404})
}

// emptyOf is an empty database of the kind of another world's.
func emptyOf(t *testing.T, w *world) string { return databases[w.kind()](t) }

func (r *recorder) log(w *world) {
	customer, subject := persona("customer"), newScene(w).id("What may")
	for range 256 { // the entries of a tile
		w.ask(customer, `mutation($s: ID!){postComment(input: {subject: $s, body: "Again."}){userErrors{code}}}`, "s", subject)
	}
	w.settle()
	auditor := w.token(persona("auditor"))
	for _, a := range []asked{
		{id: "readCheckpoint", path: "/log/checkpoint", want: 200},
		{id: "readTile", path: "/log/tile/0/000", want: 200},
		{id: "readTile", path: "/log/tile/entries/000", want: 200},
		{id: "readTile", path: "/log/tile/0/999", want: 404},
		{id: "readPartialTile", path: "/log/tile/1/000.p/1", want: 200},
		{id: "readPartialTile", path: "/log/tile/5/000.p/1", want: 404},
		{id: "bundleLog", path: "/log/bundle.jsonl", token: auditor, want: 200},
		{id: "bundleLog", path: "/log/bundle.jsonl", want: 403},
		{id: "bundleLog", path: "/log/bundle.jsonl", token: w.token(within("auditor", "webhooks:write")), want: 403},
		{id: "bundleLog", path: "/log/bundle.jsonl", token: "none", want: 401},
	} {
		r.asks(w, a)
	}
}

func (r *recorder) ownData(w *world) {
	for _, a := range []asked{
		{id: "exportMyData", path: "/me/data.zip", token: w.token(persona("customer")), want: 200},
		{id: "exportMyData", path: "/me/data.zip", token: w.token(within("customer", "events:read")), want: 403},
		{id: "exportMyData", path: "/me/data.zip", want: 401},
	} {
		r.asks(w, a)
	}
}

// eventSchemas: the document has a webhook for every type of event, with the schema that is served of it.
func (r *recorder) eventSchemas(w *world) {
	_, text := r.asks(w, asked{id: "listEventSchemas", path: "/schemas/events/", want: 200})
	var list struct{ Events []struct{ Type string } }
	if err := json.Unmarshal(text, &list); err != nil {
		r.t.Fatal(err)
	}
	var document struct {
		Webhooks   map[string]any
		Components struct{ Schemas map[string]map[string]any }
	}
	if err := json.Unmarshal(r.text, &document); err != nil {
		r.t.Fatal(err)
	}
	if len(document.Webhooks) != len(list.Events) || len(list.Events) < 50 {
		r.t.Errorf("the document has %d webhooks, want %d", len(document.Webhooks), len(list.Events))
	}
	for _, e := range list.Events {
		_, served := r.asks(w, asked{id: "readEventSchema", path: "/schemas/events/" + e.Type + ".json", want: 200})
		var schema map[string]any
		if err := json.Unmarshal(served, &schema); err != nil {
			r.t.Fatal(err)
		}
		delete(schema, "$schema")
		delete(schema, "$id")
		if got, want := must(json.Marshal(document.Components.Schemas["event."+e.Type])), must(json.Marshal(schema)); !bytes.Equal(got, want) || document.Webhooks[e.Type] == nil {
			r.t.Errorf("the document says of %s\n%s\nwant\n%s", e.Type, got, want)
		}
	}
	r.asks(w, asked{id: "readEventSchema", path: "/schemas/events/nothing.happened.json", want: 404})
}

// digested is a request with a body and its digest.
func digested(a asked, body string, header map[string]string) asked {
	sum := sha256.Sum256([]byte(body))
	a.header = map[string]string{"Content-Digest": "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"}
	maps.Copy(a.header, header)
	a.body = []byte(body)
	return a
}

func (r *recorder) files(w *world) {
	firm := w.token(persona("firm"))
	send := func(want int, token, kind, name, body string) []byte {
		r.t.Helper()
		all := map[string]string{"Content-Type": kind, "Content-Disposition": mime.FormatMediaType("attachment", map[string]string{"filename": name})}
		_, answer := r.asks(w, digested(asked{id: "sendFile", path: "/files", token: token, want: want}, body, all))
		return answer
	}
	var kept struct{ File struct{ ID string } }
	if err := json.Unmarshal(send(201, firm, "text/plain", "a.txt", "What we measured."), &kept); err != nil {
		r.t.Fatal(err)
	}
	send(200, firm, "text/plain", "a.txt", "What we measured.")
	send(400, firm, "text/plain", "", "No name.")
	send(401, "", "text/plain", "a.txt", "Nobody's.")
	send(403, w.token(within("firm", "reports:read")), "text/plain", "a.txt", "Not for this token.")
	send(409, firm, "text/plain", "b.txt", strings.Repeat("Too much of it. ", 300))
	send(413, firm, "text/plain", "b.txt", strings.Repeat("a", 20<<20+1))
	send(415, firm, "application/zip", "a.zip", "No such type.")
	send(422, firm, "text/csv", "a.csv", "a\n=1+1\n")

	path := "/files/" + kept.File.ID
	for _, a := range []asked{
		{path: path, token: firm, want: 200},
		{path: path + "?until=1&for=somebody", want: 403},
		{path: path, token: w.token(within("firm", "events:read")), want: 403},
		{path: path, want: 404},
		{path: path, token: "none", want: 401},
	} {
		a.id = "readFile"
		r.asks(w, a)
	}
}

func (r *recorder) reports(w *world) {
	w.t = r.t
	w.settle()
	firm := w.token(persona("firm"))
	subject := w.ask(visitor, `{impactAssessments(first: 1, filter: {state: [PUBLISHED]}){nodes{id}}}`).at("impactAssessments", "nodes", 0, "id").text()
	const input = `type: ASSESSMENT, audience: PARTY, assessment: %q`
	id := w.did(persona("firm"), "requestReport", input, "report{id}", subject).at("report", "id").text()
	r.asks(w, asked{id: "readReport", path: "/reports/" + id + ".pdf", token: firm, want: 409})
	w.reporting()
	path := "/reports/" + id
	for _, f := range report.Formats() {
		r.asks(w, asked{id: "readReport", path: path + "." + f.Name, token: firm, want: 200})
	}
	for _, a := range []asked{
		{path: path + ".sig", token: firm, want: 200},
		{path: path + ".html", token: firm, header: map[string]string{"Range": "bytes=0-99"}, want: 206},
		{path: path + ".html", token: firm, header: map[string]string{"Range": "bytes=99999999-"}, want: 416},
		{path: path + ".html?until=1&for=somebody", want: 403},
		{path: path + ".html", token: w.token(within("firm", "events:read")), want: 403},
		{path: path + ".html", want: 404},
		{path: path + ".html", token: "none", want: 401},
	} {
		a.id = "readReport"
		r.asks(w, a)
	}
	w.expireReports()
	r.asks(w, asked{id: "readReport", path: path + ".html", token: firm, want: 410})
}

func (r *recorder) results(w *world) {
	w.t = r.t
	w.settle()
	rule := w.ask(visitor, `{decisionRule(reference: "plenary.simple-majority"){id}}`).at("decisionRule", "id").text()
	id, _ := w.polls(rule, 10*24*time.Hour)
	path := "/ballots/" + id + "/result.jsonl"
	r.asks(w, asked{id: "readBallotResult", path: path, want: 409})
	w.casts(persona("firm"), id, "FOR", "", 0)
	w.closes()
	for _, a := range []asked{
		{path: path, want: 200},
		{path: path + "?from=x", want: 400},
		{path: "/ballots/ballot_01h455vb4pex5vsknk084sn02q/result.jsonl", want: 404},
		{path: path, token: w.token(within("firm", "events:read")), want: 403},
	} {
		a.id = "readBallotResult"
		r.asks(w, a)
	}
}

func (r *recorder) imports(w *world) {
	firm, admin, facilitator := persona("firm"), persona("admin"), persona("facilitator")
	practice := newScene(w).id("Prices that follow")
	for _, k := range []struct {
		id, path string
		who      auth.Identity
	}{
		{"importTemplate", "/imports/template", admin},
		{"importAssessment", "/imports/assessment?subject=" + practice, firm},
		{"importConsultation", "/imports/consultation", facilitator},
		{"importJourney", "/imports/journey?form=cjml&name=Probe", firm},
	} {
		token, key := w.token(k.who), map[string]string{"Idempotency-Key": k.id}
		for _, a := range []asked{
			digested(asked{token: token, want: 201}, "nothing of the kind", nil),
			digested(asked{token: token, want: 201}, "the first", key),
			digested(asked{token: token, want: 409}, "the second", key),
			{token: token, body: []byte("x"), want: 400},
			digested(asked{want: 401}, "x", nil),
			digested(asked{token: w.token(persona("customer")), want: 403}, "x", nil),
			digested(asked{token: token, want: 415}, "x", map[string]string{"Content-Encoding": "gzip"}),
			digested(asked{token: token, want: 413}, strings.Repeat("a", 64<<20+1), nil),
		} {
			a.id, a.path = k.id, k.path
			r.asks(w, a)
		}
	}
	r.asks(w, digested(asked{id: "importTemplate", path: "/imports/template", token: w.token(admin), want: 201}, fmt.Sprintf(smallTemplate, "fees", "IE"), nil))
	r.asks(w, digested(asked{
		id: "importJourney", token: w.token(firm), want: 404,
		path: "/imports/journey?form=csv&name=Probe&plan=journey_01h455vb4pex5vsknk084sn02q&mapping=" + url.QueryEscape(`{"case": "c", "activity": "a", "time": "t"}`),
	}, "c,a,t\n1,looks,2026-01-01T00:00:00Z\n", nil))
	line := `{"title": "T", "version": "v", "answers": {}}`
	r.asks(w, digested(asked{
		id: "importAssessment", path: "/imports/assessment?template=*=canada-aia@1&subject=practice_01h455vb4pex5vsknk084sn02q", token: w.token(firm), want: 404,
	}, line, nil))
}

func (r *recorder) exports(w *world) {
	regulator := persona("regulator")
	whole := w.pull(regulator, "state=PUBLISHED")
	in := fmt.Sprint("?jurisdiction=", whole.lines[0]["jurisdictions"].([]any)[0])
	cursor, before := w.pull(regulator, "").cursor, w.pull(visitor, in[1:]).cursor
	parts := func(a asked) {
		r.t.Helper()
		for id, format := range map[string]string{"exportAssessmentsJsonl": "jsonl", "exportAssessmentsCsv": "csv"} {
			one := a
			one.id, one.path = id, exportPath+format+a.path
			r.asks(w, one)
		}
	}
	w.moves("firm", "FR")
	token := w.token(regulator)
	for id, format := range map[string]string{"exportModerationJsonl": "jsonl", "exportModerationCsv": "csv"} {
		path := "/exports/moderation." + format
		r.asks(w, asked{id: id, path: path, want: 200})
		r.asks(w, asked{id: id, path: path + "?since=1", want: 400})
		r.asks(w, asked{id: id, path: path, token: "none", want: 401})
		r.asks(w, asked{id: id, path: path, token: w.token(within("regulator", "events:read")), want: 403})
	}
	parts(asked{path: in + "&since=" + before, want: 200}) // tombstones
	parts(asked{token: token, want: 200})
	parts(asked{token: token, path: "?since=" + cursor, want: 200})
	parts(asked{want: 200})
	parts(asked{path: "?nothing=1", want: 400})
	parts(asked{token: "none", want: 401})
	parts(asked{path: "?since=" + cursor, want: 403})
	parts(asked{token: w.token(within("regulator", "events:read")), want: 403})
	w.moves("regulator", "FR")
	parts(asked{token: token, path: "?since=" + cursor, want: 410})
}

func (r *recorder) registers(w *world) {
	for id, o := range r.operations() {
		if !strings.HasPrefix(o.path, register.Path) {
			continue
		}
		r.asks(w, asked{id: id, path: o.path, want: 200})
		r.asks(w, asked{id: id, path: o.path + "?state=DRAFT", want: 400})
		if o.at("responses", "406").v == nil {
			continue
		}
		r.asks(w, asked{id: id, path: o.path, header: map[string]string{"Accept": "text/csv"}, want: 200})
		r.asks(w, asked{id: id, path: o.path, header: map[string]string{"Accept": "image/png"}, want: 406})
	}
}

// refusals are what the server answers before it asks a handler.
func (r *recorder) refusals(w *world) {
	starting := httptest.NewServer(server.Starting())
	defer starting.Close()
	r.asks(w, asked{id: "isReady", path: "/readyz", at: starting.URL, want: 503})
	r.asks(w, asked{id: "readGraphQLSchema", path: "/schema.graphql", at: starting.URL, want: 503})

	bare := must(server.New(server.Config{
		Executor: w.Executor, Hosts: []string{"plenary.example"}, Rates: server.Rates{Anonymous: server.Allowance{PerMinute: 1, Burst: 1}},
		Authenticate: func(ctx context.Context, _ string, _ *http.Request) (context.Context, server.Session, error) {
			return policy.WithActor(ctx, policy.Anonymous), server.Session{}, nil
		},
		Pages: map[string]server.Page{
			"/docs/errors":    {Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a fault") })},
			"/log/checkpoint": {Handler: http.NotFoundHandler(), Cost: 2},
		},
		Log: slog.New(slog.DiscardHandler),
	}))
	other := httptest.NewServer(bare.Handler())
	defer other.Close()
	ours := map[string]string{"Host": "plenary.example"}
	r.asks(w, asked{id: "isAlive", path: "/livez", at: other.URL, want: 421})
	r.asks(w, asked{id: "readErrorCodes", path: "/docs/errors", at: other.URL, header: ours, want: 500})
	_ = must(w.client.Do(r.request(other.URL, http.MethodGet, asked{path: "/log/checkpoint", header: ours}))).Body.Close() // takes the allowance
	r.asks(w, asked{id: "readCheckpoint", path: "/log/checkpoint", at: other.URL, header: ours, want: 429})

	req := r.request(w.url, http.MethodGet, asked{path: "/me/data.zip"})
	req.Header["Authorization"] = []string{"Bearer one", "Bearer two"}
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		r.t.Errorf("two headers Authorization: %d, want 400", resp.StatusCode)
	}
	r.answered(r.operations()["exportMyData"], resp, must(io.ReadAll(resp.Body)))
	r.asks(w, asked{id: "sendFile", path: "/files", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, want: 403})
}

// TestWebhooksSendWhatTheDocumentSays compares what a receiver gets with the document.
func TestWebhooksSendWhatTheDocumentSays(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		r := w.document()
		r.t = t
		var mu sync.Mutex
		seen := map[string]bool{}
		receiver := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
			body := must(io.ReadAll(req.Body))
			var event struct {
				Type string
				Data struct{ Challenge string }
			}
			mu.Lock()
			defer mu.Unlock()
			if err := json.Unmarshal(body, &event); err != nil {
				t.Error(err)
			}
			seen[event.Type] = true
			at := []string{"webhooks", event.Type, "post"}
			o, _ := r.find(at...)
			for i, p := range o.at("parameters").list() {
				name := p.at("name").text()
				r.valid(event.Type+": "+name, typed(req.Header.Get(name), p.at("schema")), append(slices.Clone(at), "parameters", fmt.Sprint(i), "schema")...)
			}
			media, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
			r.body(event.Type, media, body, append(slices.Clone(at), "requestBody", "content", media, "schema")...)
			_, _ = io.WriteString(rw, event.Data.Challenge)
		}))
		defer receiver.Close()
		who := persona("ngo")
		hook := w.ask(who, `mutation($url: String!){registerWebhook(input: {url: $url}){webhook{id}}}`, "url", receiver.URL).at("registerWebhook", "webhook", "id").text()
		w.ask(who, `mutation($id: ID!){verifyWebhook(input: {id: $id}){webhook{id}}}`, "id", hook)
		w.deliver(http.StatusNoContent)
		w.ask(persona("customer"), `mutation($s: ID!){postComment(input: {subject: $s, body: "Heard."}){userErrors{code}}}`, "s", newScene(w).id("What may"))
		w.deliver(http.StatusNoContent)
		mu.Lock()
		defer mu.Unlock()
		if !seen[webhook.ChallengeType] || !seen["comment.posted"] {
			t.Errorf("the receiver got %v", slices.Sorted(maps.Keys(seen)))
		}
	})
}

// TestReplicasHaveTheSameDocument: its bytes depend on the build and the settings alone.
func TestReplicasHaveTheSameDocument(t *testing.T) {
	var texts [][]byte
	for range 2 {
		for _, make := range databases {
			w := open(t, make(t), func(c *app.Config) { c.PublicURL = "https://plenary.example" })
			texts = append(texts, w.document().text)
		}
	}
	if !slices.EqualFunc(texts[1:], texts[:len(texts)-1], bytes.Equal) || !bytes.Contains(texts[0], []byte(`"url": "https://plenary.example"`)) {
		t.Errorf("%d servers have documents that differ, or that do not name the public address: %.300s", len(texts), texts[0])
	}
}
