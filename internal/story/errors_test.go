package story_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/ballot"
	"github.com/plenary-dialogue/plenary/ent/db/proposal"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var update = flag.Bool("update", false, "write the page of error codes again")

// page is what /docs/errors serves, with the answers of this test.
var page = filepath.Join("..", "app", "errors.html")

// example is a request that causes an error, with its answer.
type example struct{ Code, As, Request, Variables, Answer, Next string }

// TestThePageOfErrorsIsTrue sends a request for each code and compares what the page shows with what is answered. The page says
// what can go wrong; a code that nothing causes has no place in the SDL.
func TestThePageOfErrorsIsTrue(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		examples := map[string]example{}
		archive, err := txtar.ParseFile(filepath.Join("testdata", "errors", "errors.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		tellTo(t, w, archive, func(one step, c call, a answer) {
			if words := strings.Fields(one.name); len(words) == 2 && strings.HasSuffix(words[0], "ErrorCode") {
				add(t, examples, one.name, one.sections["as"], one.sections["next"], c, a)
			}
		})
		for name, b := range broken {
			t.Run(name, func(t *testing.T) {
				c, a := b.cause(t)
				if want := strings.Fields(name)[1]; a.code() != want {
					t.Fatalf("%s\nanswers %s, want %s", c.query, a.text, want)
				}
				add(t, examples, name, b.as, b.next, c, a)
			})
		}
		got := render(t, w, examples)
		if *update && !w.Store.IsPostgres() {
			if err := os.WriteFile(page, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want := must(os.ReadFile(page))
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("the page of error codes (-page +answered); go test ./internal/story -run Errors -update after review:\n%s", diff)
		}
		served := must(w.client.Get(w.url + "/docs/errors"))
		defer served.Body.Close()
		if b := must(io.ReadAll(served.Body)); !*update && !bytes.Equal(b, want) {
			t.Error("the server serves another page of error codes")
		}
	})
}

// The parts of an answer that are another each time.
var passing = []struct {
	is  *regexp.Regexp
	say string
}{
	{regexp.MustCompile(`\b([a-z]+)_[0-7][0-9a-hjkmnp-tv-z]{25}\b`), "${1}_..."},
	{regexp.MustCompile(`"requestId":"[^"]*"`), `"requestId":"..."`},
	{regexp.MustCompile(`"(cursor|after)":"[^"]*"`), `"$1":"..."`},
	{regexp.MustCompile(`"retryAfterMs":\d+`), `"retryAfterMs":...`},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "..."},
}

func add(t *testing.T, examples map[string]example, name, as, next string, c call, a answer) {
	if next == "" {
		t.Errorf("%s: nothing says what to do next", name)
	}
	one := example{Code: name, As: as, Request: c.query, Answer: pretty(a.text), Next: next}
	if c.variables != nil {
		one.Variables = pretty(string(must(json.Marshal(c.variables))))
	}
	examples[name] = one
}

// pretty writes JSON on many lines, without what is another each time.
func pretty(text string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		return text
	}
	text = strings.ReplaceAll(b.String(), `": `, `":`)
	for _, p := range passing {
		text = p.is.ReplaceAllString(text, p.say)
	}
	return strings.ReplaceAll(text, `":`, `": `)
}

var errorsPage = template.Must(template.New("errors").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Plenary: error codes</title></head>
<body><h1>Error codes</h1>
<p>Each with a request that causes it, the answer, and what to do next. A test sends these requests and writes this page. Parts
that differ each time are written as three dots. When you report one of the server's faults, give its <code>requestId</code>.</p>
{{range .}}<h2 id="{{.Name}}">{{.Title}}</h2><p>{{.Description}}</p>
{{range .Codes}}<h3 id="{{.ID}}"><code>{{.Name}}</code></h3><p>{{.Description}}</p>
<p>As {{.As}}:</p><pre>{{.Request}}{{with .Variables}}

{{.}}{{end}}</pre>
<p>Answer:</p><pre>{{.Answer}}</pre><p>Next: {{.Next}}</p>
{{end}}{{end}}</body></html>
`))

// render writes the page. A code that no request here causes fails the test.
func render(t *testing.T, w *world, examples map[string]example) []byte {
	type code struct {
		ID, Name, Description string
		example
	}
	type list struct {
		Name, Title, Description string
		Codes                    []code
	}
	lists := []list{
		{Name: "ErrorCode", Title: "Errors of an operation: errors[].extensions.code"},
		{Name: "UserErrorCode", Title: "Expected failures: userErrors[].code, and viewerCan[].code"},
	}
	for i := range lists {
		l := &lists[i]
		def := w.Schema.Schema().Types[l.Name]
		l.Description = def.Description
		for _, v := range def.EnumValues {
			one, ok := examples[l.Name+" "+v.Name]
			if !ok {
				t.Errorf("no request causes %s %s: add a step of that name to testdata/errors/errors.txtar", l.Name, v.Name)
			}
			id := v.Name
			if i > 0 && w.Schema.Schema().Types["ErrorCode"].EnumValues.ForName(id) != nil {
				id = "UserErrorCode-" + id
			}
			l.Codes = append(l.Codes, code{id, v.Name, v.Description, one})
		}
	}
	other := list{Name: "Refusal", Title: "Refusals of other requests: errors[].extensions.code", Description: "Codes that only requests beside GraphQL get."}
	for _, b := range besideGraphQL {
		a := b.cause(w)
		if a.data.at("errors", 0, "extensions", "code").text() != b.code {
			t.Errorf("%s\nanswers %s, want %s", b.request, a.text, b.code)
		}
		other.Codes = append(other.Codes, code{b.code, b.code, b.means, example{Code: b.code, As: b.as, Request: b.request, Answer: pretty(a.text), Next: b.next}})
	}
	lists = append(lists, other)
	var b bytes.Buffer
	if err := errorsPage.Execute(&b, lists); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// besideGraphQL are the codes that only other requests get.
var besideGraphQL = []struct {
	code, means, as, request, next string
	cause                          func(w *world) answer
}{
	{
		"FILE_TYPE", "The type is not taken, the name does not fit it, or the bytes are not of it; or a body that is sent with a Content-Encoding.", "firm",
		"POST /files\nContent-Type: image/png\nContent-Disposition: attachment; filename=photo.png\n\nThis is text.", "Send a whole file of a type that is taken, under its own type and name.",
		func(w *world) answer {
			return w.upload(w.token(persona("firm")), upload{name: "photo.png", kind: "image/png", content: []byte("This is text.")})
		},
	},
	{
		"FILE_DIGEST", "The bytes are not those of Content-Digest, or there is none.", "firm",
		"POST /files\nContent-Type: text/plain\nContent-Disposition: attachment; filename=note.txt\nContent-Digest: sha-256=:AAAA:\n\nThis is text.",
		"Send the SHA-256 of the bytes, and the bytes again.",
		func(w *world) answer {
			return w.upload(w.token(persona("firm")), upload{name: "note.txt", kind: "text/plain", digest: "sha-256=:AAAA:", content: []byte("This is text.")})
		},
	},
	{
		"NOT_COUNTED", "The ballot has no result: it is open, or void.", "visitor", "GET /ballots/ballot_.../result.jsonl", "Read the ballot's state; while it is open, ask again after its close.",
		func(w *world) (a answer) {
			open := w.Store.Client().Ballot.Query().Where(ballot.State(enum.BallotStateOpen)).FirstX(context.Background())
			_, _, a.text = w.fetch("/ballots/"+open.GlobalID().String()+"/result.jsonl", "")
			must(0, json.Unmarshal([]byte(a.text), &a.data.v))
			return a
		},
	},
}

// broken are the codes that a request alone does not cause: the server is out of order, too small, or in the middle of something.
var broken = map[string]struct {
	as, next string
	cause    func(t *testing.T) (call, answer)
}{
	"ErrorCode FORBIDDEN": {
		"a page of another site", "Read the message. Here, ask whoever runs the server to allow the site with --origins.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			c := call{query: "{ dialogues { nodes { title } } }", header: http.Header{"Origin": {"https://elsewhere.example"}}}
			a := w.post(c)
			c.query = "Origin: https://elsewhere.example\n\n" + c.query
			return c, a
		},
	},
	"ErrorCode FORBIDDEN_STATE": {
		"visitor", "Wait: the first checkpoint is signed a moment after the first act.",
		func(t *testing.T) (call, answer) {
			return open(t, testdb.SQLite(t), nil).asks(visitor, `{ actLog { consistencyProof(from: "1") { hashes } } }`)
		},
	},
	"ErrorCode RESPONSE_TOO_LARGE": {
		"visitor", "Ask for smaller pages, or leave out the long texts of lists.",
		func(t *testing.T) (call, answer) {
			w := another(t, func(c *app.Config) { c.Limits = gql.DefaultLimits(); c.Limits.ResponseBytes = 1000 })
			return w.asks(visitor, "{ proposals { nodes { title body } } }")
		},
	},
	"ErrorCode RATE_LIMITED": {
		"visitor", "Wait for extensions.retryAfterMs, or for the header Retry-After, and send the request again.",
		func(t *testing.T) (call, answer) {
			w := another(t, func(c *app.Config) {
				c.Rates = server.Rates{Subject: server.Allowance{PerMinute: 1, Burst: 1}, Organisation: server.Allowance{PerMinute: 1, Burst: 1}, Anonymous: server.Allowance{PerMinute: 1, Burst: 1}, Refused: 1}
			})
			return w.asks(visitor, "{ dialogues { nodes { title } } }")
		},
	},
	"ErrorCode PERSISTED_DOCUMENT_NOT_FOUND": {
		"visitor", "Send the query itself.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			c := call{raw: `{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"}}}`}
			return call{query: c.raw}, w.post(c)
		},
	},
	"ErrorCode CURSOR_EXPIRED": {
		"visitor", "Read everything again, and go on from the new cursor.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			w.settle()
			same := func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }
			w.end()
			backup := copied(t, w.database)
			later := open(t, w.database, same)
			later.ask(persona("firm"), `mutation{proposePractice(input: {title: "Lost", kind: OTHER}){act{id}}}`)
			later.settle()
			cursor := later.ask(visitor, "{head}").at("head").text()
			later.end()
			reopenLog(t, backup, w.devKey+".keys", start)
			c := call{query: "query($after: String) { acts(after: $after) { nodes { type } } }", variables: map[string]any{"after": cursor}}
			a := open(t, backup, same).post(c)
			c.variables["after"] = "..."
			return c, a
		},
	},
	"ErrorCode RESYNC": {
		"visitor", "Subscribe again with the cursor of the last event as after. Read faster, or subscribe to less.",
		func(t *testing.T) (call, answer) { return slowReader(t) },
	},
	"ErrorCode UNAVAILABLE": {
		"firm", "Send the request again after extensions.retryAfterMs, each time after a longer pause.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				_, err := w.Store.Exec(ctx, tx, "PRAGMA max_page_count = 1") // the disk is full
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			const query = "mutation($title: String!) { proposePractice(input: {title: $title, kind: OTHER}) { practice { id } userErrors { code } } }"
			for i := range 1000 { // until the last page is full
				if a := w.send(persona("firm"), query, "title", fmt.Sprint("Practice ", i)); a.code() != "" {
					break
				}
			}
			return w.asks(persona("firm"), query, "title", "One more")
		},
	},
	"ErrorCode DEADLINE_EXCEEDED": {
		"visitor", "Ask for less at once. Send a mutation again only with the same idempotency key.",
		func(t *testing.T) (call, answer) {
			w := another(t, func(c *app.Config) { c.Limits = gql.DefaultLimits(); c.Limits.Deadline = time.Nanosecond })
			return w.asks(visitor, "{ dialogues { nodes { title } } }")
		},
	},
	"ErrorCode INTERNAL": {
		"visitor", "Report the requestId to whoever runs the server. Do not repeat a mutation without an idempotency key.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			w.Resolver.Dialogues = nil
			return w.asks(visitor, "{ dialogues { nodes { title } } }")
		},
	},
	"UserErrorCode CONFLICT": {
		"ngo", "Read the thing again, and send the change again if it still makes sense.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			row := w.Store.Client().Proposal.Query().Where(proposal.State(enum.ProposalStateOpen), proposal.AuthorID(stakeholder("ngo"))).FirstX(context.Background())
			w.Store.Client().ProposalVersion.Create().SetProposalID(row.ID).SetNumber(row.Version + 1).SetTitle("Another").SetBody("Text.").SetContentHash("0").SetReason("").SetLanguage("en").SetEditorID(row.AuthorID).ExecX(context.Background())
			return w.asks(persona("ngo"), "mutation($input: EditProposalInput!) { editProposal(input: $input) { proposal { version } userErrors { code field message } } }", "input",
				map[string]any{"id": row.GlobalID().String(), "title": "At the same time", "reason": "Clearer.", "expectedRevision": row.Revision})
		},
	},
	"UserErrorCode IN_PROGRESS": {
		"ngo", "Wait until webhook.replaying is false.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			id := w.hook(func(c *db.WebhookCreate) { c.SetReplayPosition(1).SetReplayUntil(9) })
			return w.asks(persona("ngo"), `mutation($input: ReplayWebhookInput!) { replayWebhook(input: $input) { webhook { replaying } userErrors { code field message } } }`, "input",
				map[string]any{"id": id, "from": "2026-03-01T00:00:00Z"})
		},
	},
	"UserErrorCode NOTHING_TO_DO": {
		"ngo", "Nothing: it is as you want it.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			id := w.hook(func(*db.WebhookCreate) {})
			return w.asks(persona("ngo"), `mutation($input: SkipWebhookDeliveryInput!) { skipWebhookDelivery(input: $input) { webhook { state } userErrors { code field message } } }`, "input",
				map[string]any{"id": id})
		},
	},
	"UserErrorCode LIMIT_REACHED": {
		"ngo", "Delete one that you no longer need.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			for range 20 {
				w.hook(func(*db.WebhookCreate) {})
			}
			return w.asks(persona("ngo"), `mutation { registerWebhook(input: {url: "https://hooks.example/in"}) { webhook { id } userErrors { code field message values { limit } } } }`)
		},
	},
	"UserErrorCode OWN_PARTY": {
		"an admin who speaks for a customer", "Leave it to another admin.",
		func(t *testing.T) (call, answer) {
			w := another(t, nil)
			who := persona("customer2")
			who.Roles = append(who.Roles, "admin")
			return w.asks(who, "mutation($input: SuspendStakeholderInput!) { suspendStakeholder(input: $input) { act { type } userErrors { code field message } } }", "input",
				map[string]any{"id": who.Stakeholder, "reason": "A break."})
		},
	},
}

// another is another world with the shipped example.
func another(t *testing.T, change func(*app.Config)) *world {
	return open(t, copied(t, lasting.example(t, "sqlite", testdb.SQLite)), change)
}

func (w *world) asks(who auth.Identity, query string, variables ...any) (call, answer) {
	c := call{query: query}
	if len(variables) > 0 {
		c.variables = map[string]any{variables[0].(string): variables[1]}
	}
	return c, w.send(who, query, variables...)
}

// hook writes a webhook of the NGO that works.
func (w *world) hook(change func(*db.WebhookCreate)) string {
	row := w.Store.Client().Webhook.Create().SetStakeholderID(stakeholder("ngo")).SetMemberID(uuid.New()).SetURL("https://hooks.example/").SetScheme("HMAC").SetState("ACTIVE")
	change(row)
	return row.SaveX(context.Background()).GlobalID().String()
}

// slowReader subscribes with many long words in each event, and reads nothing until the server counts it as too slow.
func slowReader(t *testing.T) (call, answer) {
	w := live(t, testdb.SQLite(t), func(c *app.Config) {
		c.Connections = server.DefaultLimits()
		c.Connections.Patience, c.Connections.QueueBytes = time.Millisecond, 1
	})
	w.fill()
	c := call{query: "subscription { acts { cursor act { subject { ... on Comment { body } } } } }"}
	var many strings.Builder
	for i := range 25 {
		fmt.Fprintf(&many, "b%d: body ", i)
	}
	wide := call{query: "subscription { acts { cursor act { subject { ... on Comment { " + many.String() + "} } } } }"}
	resp := must(w.client.Do(w.request(http.MethodPost, "/graphql/stream", wide, "text/event-stream")))
	defer resp.Body.Close()
	id := w.ask(visitor, `{dialogues(filter: {text: "price know"}){nodes{id}}}`).at("dialogues", "nodes", 0, "id").text()
	for range 60 {
		w.ask(persona("firm"), "mutation($d: ID!, $b: String!){postComment(input: {subject: $d, body: $b}){act{id}}}", "d", id, "b", strings.Repeat("long ", 1900))
	}
	var a answer
	for e := range eventsOf(resp.Body) {
		if e.name == "next" {
			a = w.received(resp.StatusCode, resp.Header, e.data)
		}
	}
	return c, a
}
