package story_test

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// polledPlace is where two ballots are open, a secret one of customers and one whose papers are shown after the close, in a database that nobody
// uses now. Worlds are copies of it.
type polledPlace struct {
	database  string
	dialogue  string
	ballots   []string // the secret one, and the other
	ids       map[string][]string
	heads     map[string]string // where the log ended, for each watcher
	hooks     *hookRecorder     // where webhooks lead
	customers []auth.Identity
}

// paper is one that is cast in a world.
type paper struct {
	who      auth.Identity
	ballot   int
	choice   string
	reason   string
	revision int
}

// watchers are those for whom everything is compared; fewer in short runs.
func watchers() []string {
	if testing.Short() {
		return []string{"academic", "auditor", "admin"}
	}
	return []string{"", "academic", "regulator", "facilitator", "auditor", "admin"}
}

func watcher(name string) auth.Identity {
	if name == "" {
		return visitor
	}
	return persona(name)
}

// polledIn opens the ballots in a database, with webhooks of all who can have some.
func polledIn(t *testing.T, databaseURL string) *polledPlace {
	t.Helper()
	w := open(t, databaseURL, nil)
	p := &polledPlace{database: databaseURL, hooks: newHookRecorder(t), heads: map[string]string{}}
	p.customers = w.electorate()
	for i := range 5 {
		p.customers = append(p.customers, w.newCustomer(fmt.Sprint("more", i)))
	}
	for _, name := range []string{"firm", "ngo", "academic", "regulator", "facilitator", "auditor", "admin"} {
		w.ask(persona(name), "{viewer{member{id}}}")
	}
	rule := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", secretRule).at("decisionRule", "id").text()
	open := w.ask(visitor, `{decisionRule(reference: "plenary.simple-majority"){id}}`).at("decisionRule", "id").text()
	p.ids = map[string][]string{"DecisionRule": {rule}}
	for _, r := range []string{rule, open} {
		ballot, proposal := w.polls(r, 10*24*time.Hour)
		p.ballots = append(p.ballots, ballot)
		dialogue := w.ask(visitor, fmt.Sprintf("{proposal(id: %q){dialogue{id}}}", proposal)).at("proposal", "dialogue", "id").text()
		p.dialogue = dialogue
		p.ids["Ballot"], p.ids["Proposal"], p.ids["Dialogue"] = append(p.ids["Ballot"], ballot), append(p.ids["Proposal"], proposal), append(p.ids["Dialogue"], dialogue)
	}
	p.ids["Stakeholder"] = []string{w.ask(p.customers[1], "{viewer{stakeholder{id}}}").at("viewer", "stakeholder", "id").text()}
	for _, name := range watchers() {
		if who := watcher(name); who.Stakeholder != "" {
			id := w.did(who, "registerWebhook", "url: %q", "webhook{id}", p.hooks.URL+"/"+name).at("webhook", "id").text()
			w.did(who, "verifyWebhook", "id: %q", "", id)
		}
	}
	w.deliver(http.StatusNoContent)
	for _, name := range watchers() {
		p.heads[name] = w.ask(watcher(name), "{head}").at("head").text()
	}
	p.hooks.take()
	w.end()
	return p
}

// happens makes a world, in which papers are cast and then something that everybody hears of, and gives all that comes out of it, by where
// and to whom.
func (p *polledPlace) happens(t *testing.T, papers []paper, to []string) map[string]string {
	t.Helper()
	log := &logged{}
	w := open(t, copied(t, p.database), func(c *app.Config) {
		c.Limits = gql.DefaultLimits()
		c.Limits.Cost, c.Limits.Nodes = 1<<40, 1<<40 // everything is asked for
		c.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Value.Kind() == slog.KindDuration {
				return slog.Attr{}
			}
			return a
		}}))
	})
	defer w.end()
	o := &outlets{world: w, place: p, came: map[string]string{}, to: to}
	for i, one := range papers {
		o.cast(i, one)
	}
	w.clock.Advance(time.Minute)
	const last = "This is the last thing that happens here."
	for i, dialogue := range p.ids["Dialogue"] {
		w.did(persona("firm"), "postComment", "subject: %q, body: %q", "", dialogue, last)
		w.did(persona("firm"), "postComment", "subject: %q, body: %q", "", p.ids["Proposal"][i], last)
	}
	w.settle()
	w.deliver(http.StatusNoContent)
	for path, got := range p.hooks.take() {
		o.put("events of the webhook at "+path, got)
	}
	happened := log.String()
	o.put("the log of the server", happened)
	o.queries()
	o.pages()
	o.reports()
	o.put("what the server logs of questions", regexp.MustCompile(` bytes=\d+`).ReplaceAllString(strings.TrimPrefix(log.String(), happened), ""))
	w.end()
	o.world = live(t, w.database, func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }) // events come from a server that runs
	o.subscriptions()
	o.end()
	return o.came
}

// outlets collect what comes out of a world.
type outlets struct {
	*world
	place *polledPlace
	to    []string
	came  map[string]string
}

func (o *outlets) put(where, what string) {
	if o.came[where] != "" {
		o.t.Fatalf("%s came twice", where)
	}
	o.came[where] = what
}

// cast casts a paper. Its answer is for its voter, and has one length.
func (o *outlets) cast(i int, p paper) {
	o.t.Helper()
	input := map[string]any{"id": o.place.ballots[p.ballot], "choice": p.choice, "expectedRevision": p.revision}
	if p.ballot == 0 {
		input["nonce"] = hex.EncodeToString(fmt.Appendf(nil, "nonce%011d", i))
	} else {
		input["reason"] = p.reason
	}
	const mutation = "mutation($input: CastBallotInput!){castBallot(input: $input){ballot{id revision updatedAt turnout{leaf cast}} act{id type at seatRevision} receipt userErrors{code message}}}"
	a := o.send(p.who, mutation, "input", input)
	if a.data.at("castBallot", "receipt").isNull() {
		o.t.Fatalf("%s did not cast %s: %s", p.who.Subject, p.choice, a.text)
	}
	o.put(fmt.Sprint("length of the answer to paper ", i), fmt.Sprint(len(a.text), a.header.Get("Content-Length")))
	refused := o.send(p.who, mutation, "input", input)
	if refused.code() != "STALE_REVISION" {
		o.t.Errorf("the same again answered %s", refused.text)
	}
	o.put(fmt.Sprint("answer to paper, sent again ", i), answered(refused.header, refused.text))
}

// measured are durations in answers, and what Markdown and CSV put before some characters: with it, what is random has another length.
var measured = regexp.MustCompile(`"durationMs":\d+|\\|'`)

// answered is an answer as it is compared: without the time of day and the id of the request, and with its length where that is not the one
// of its body.
func answered(h http.Header, body string) string {
	h = h.Clone()
	for _, name := range []string{"Date", "X-Request-Id"} {
		h.Del(name)
	}
	if h.Get("Content-Length") == fmt.Sprint(len(body)) {
		h.Set("Content-Length", "its own")
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(h[name], ", "))
	}
	return b.String() + measured.ReplaceAllString(body, "")
}

// get reads a page whole, as it is.
func (o *outlets) read(path, token string, accept string) string {
	req := must(http.NewRequest(http.MethodGet, o.url+path, nil))
	req.Header.Set("Accept-Encoding", "identity")
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp := must(o.client.Transport.RoundTrip(req))
	defer resp.Body.Close()
	body := must(io.ReadAll(resp.Body))
	if bytes.HasPrefix(body, []byte("PK")) { // its length depends on how well what is random can be packed
		resp.Header.Del("Content-Length")
		body = unpacked(body)
	}
	return fmt.Sprintln(resp.StatusCode) + answered(resp.Header, string(body))
}

func unpacked(body []byte) []byte {
	var b bytes.Buffer
	archive := must(zip.NewReader(bytes.NewReader(body), int64(len(body))))
	for _, f := range archive.File {
		fmt.Fprintln(&b, f.Name)
		r := must(f.Open())
		_ = must(io.Copy(&b, r))
		_ = r.Close()
	}
	return b.Bytes()
}

// unanswered is what an answer has to a query that the server does not execute, or not to its end.
var unanswered = regexp.MustCompile(`"extensions":\{"code":"(GRAPHQL_|INTERNAL|UNAVAILABLE|[A-Z_]*(LIMIT|LARGE|DEADLINE))`)

// queries asks for every field of the schema that leads anywhere from here.
func (o *outlets) queries() {
	w := &everyField{schema: o.Schema.Schema(), ids: o.place.ids}
	all := w.queries()
	for _, name := range o.to {
		token := o.token(watcher(name))
		for i, query := range all {
			c := call{query: query}
			text := o.read("/graphql?"+c.values(), token, "application/graphql-response+json")
			if m := unanswered.FindString(text); m != "" {
				o.t.Fatalf("%s\nanswered %s", query, text[strings.Index(text, m):])
			}
			o.put(fmt.Sprintf("query %d by %q: %s", i, name, query), text)
		}
	}
}

// pages reads everything that the document of the API lists.
func (o *outlets) pages() {
	r := &recorder{}
	_, _, text := o.fetch("/openapi.json", "")
	if err := json.Unmarshal([]byte(text), &r.doc); err != nil {
		o.t.Fatal(err)
	}
	all := r.operations()
	for _, id := range slices.Sorted(maps.Keys(all)) {
		op := all[id]
		if op.method != http.MethodGet || strings.HasPrefix(op.path, "/graphql") {
			continue
		}
		paths := []string{op.example()}
		if strings.Contains(op.path, "{ballot}") {
			paths = []string{strings.ReplaceAll(op.path, "{ballot}", o.place.ballots[0]), strings.ReplaceAll(op.path, "{ballot}", o.place.ballots[1])}
		}
		for _, path := range paths {
			for _, name := range o.to {
				o.put(fmt.Sprintf("GET %s by %q", path, name), o.read(path, o.token(watcher(name)), ""))
			}
		}
	}
}

// reports has every type of report made for everybody that may have it, and reads the formats that are not packed.
func (o *outlets) reports() {
	for _, name := range o.to {
		who := watcher(name)
		if who.Stakeholder == "" {
			continue
		}
		for _, typ := range o.Schema.Schema().Types["ReportType"].EnumValues {
			for _, audience := range o.Schema.Schema().Types["ReportAudience"].EnumValues {
				input := fmt.Sprintf("type: %s, audience: %s", typ.Name, audience.Name)
				if typ.Name == "CONSULTATION" {
					input += fmt.Sprintf(", dialogue: %q", o.place.dialogue)
				}
				a := o.send(who, "mutation{requestReport(input: {"+input+"}){report{id} userErrors{code}}}")
				id := a.data.at("requestReport", "report", "id").text()
				if id == "" {
					o.put(fmt.Sprintf("report %s for %q", input, name), a.text)
					continue
				}
				o.reporting()
				for _, f := range report.Formats() {
					if f.Name != "json" && f.Name != "md" && f.Name != "jsonld" && f.Name != "html" {
						continue
					}
					_, header, body := o.reportFile(who, id, f.Name, nil)
					o.put(fmt.Sprintf("report %s for %q as %s", input, name, f.Name), answered(header, string(body)))
				}
			}
		}
	}
}

// aside are subscriptions to what no ballot touches: nothing happens here that they tell of.
var aside = map[string]string{
	"importUpdated": "imports", "reportUpdated": "reports", "impactAssessmentUpdated": "impact assessments",
}

// subscriptions reads every subscription of the schema up to the last thing that happens.
func (o *outlets) subscriptions() {
	w := &everyField{schema: o.Schema.Schema(), ids: o.place.ids}
	for _, f := range o.Schema.Schema().Subscription.Fields {
		if strings.HasPrefix(f.Name, "__") || aside[f.Name] != "" {
			continue
		}
		last := map[string]int{"acts": 4, "dialogueActivity": 2, "proposalUpdated": 1}[f.Name]
		if last == 0 {
			o.t.Fatalf("say how many of the last things %s tells of, or why it tells of none", f.Name)
		}
		for _, args := range w.argumentSets(f) {
			args = strings.Replace("("+strings.Trim(args, "()")+", after: $after)", "(, ", "(", 1)
			query := "subscription($after: String){" + f.Name + args + w.fields(o.Schema.Schema().Types[f.Type.Name()], 2) + "}"
			for _, name := range o.to {
				o.put(fmt.Sprintf("subscription by %q: %s", name, query), o.follow(watcher(name), query, "after", o.place.heads[name]).upTo(last))
			}
		}
	}
}

// upTo reads events up to the last comments that are posted.
func (f *followed) upTo(comments int) string {
	var b strings.Builder
	defer f.stop()
	for comments > 0 {
		e, ok := f.next()
		if !ok || e.name != "next" {
			f.w.t.Fatalf("after %s got %+v, want an event", b.String(), e)
		}
		fmt.Fprintln(&b, e.data)
		if strings.Contains(e.data, `"COMMENT_POSTED"`) {
			comments--
		}
	}
	return b.String()
}

// hookRecorder is a server that webhooks lead to. It keeps what it is sent, by where.
type hookRecorder struct {
	*httptest.Server
	mu  sync.Mutex
	got map[string]string
}

func newHookRecorder(t *testing.T) *hookRecorder {
	r := &hookRecorder{got: map[string]string{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body := must(io.ReadAll(req.Body))
		var event struct {
			Type string
			Data notice
		}
		if json.Unmarshal(body, &event) == nil && event.Type == webhook.ChallengeType {
			_ = json.NewEncoder(w).Encode(map[string]string{"challenge": event.Data.Challenge})
			return
		}
		r.mu.Lock()
		r.got[req.URL.Path] += answered(req.Header, string(body)) + "\n"
		r.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(r.Close)
	return r
}

// take gives what came since the last call.
func (r *hookRecorder) take() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = map[string]string{}
	return got
}

// everyField writes queries that together ask for every field near the roots.
type everyField struct {
	schema *ast.Schema
	ids    map[string][]string
}

// queries are those of every root field.
func (q *everyField) queries() (all []string) {
	for _, f := range q.schema.Query.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		of := q.schema.Types[f.Type.Name()]
		for _, args := range q.argumentSets(f) {
			for _, part := range q.parts(of) {
				all = append(all, "{"+f.Name+args+part+"}")
			}
		}
	}
	return all
}

// mostText keeps a query below the limit on tokens.
const mostText = 4000

// parts are selections that together ask for every field of a type and what is next to it.
func (q *everyField) parts(of *ast.Definition) []string {
	if !of.IsCompositeType() {
		return []string{""}
	}
	node, before, after := of, "{", "}"
	if n := of.Fields.ForName("nodes"); n != nil {
		node, before, after = q.schema.Types[n.Type.Name()], "{totalCount:__typename pageInfo{hasNextPage hasPreviousPage startCursor endCursor} edges{cursor} nodes{", "}}"
		if of.Fields.ForName("totalCount") != nil {
			before = strings.Replace(before, "totalCount:__typename", "totalCount", 1)
		}
	}
	var parts []string
	text := "__typename"
	for _, f := range node.Fields {
		one := q.field(f, 2)
		if one == "" {
			continue
		}
		if len(text)+len(one) > mostText {
			parts, text = append(parts, before+text+after), "__typename"
		}
		text += " " + one
	}
	return append(parts, before+text+after)
}

// field writes a field with what it leads to; "" where it cannot.
func (q *everyField) field(f *ast.FieldDefinition, depth int) string {
	of := q.schema.Types[f.Type.Name()]
	if strings.HasPrefix(f.Name, "__") || of.IsCompositeType() && depth == 0 {
		return ""
	}
	entries := 10
	if depth < 2 {
		entries = 3
	}
	args, ok := q.arguments(f, 0, entries)
	if !ok {
		return ""
	}
	return f.Name + args + q.fields(of, depth-1)
}

// fields writes all that a type has.
func (q *everyField) fields(of *ast.Definition, depth int) string {
	if !of.IsCompositeType() {
		return ""
	}
	through := of.Fields.ForName("nodes") != nil || of.Fields.ForName("cursor") != nil
	parts := []string{"__typename"}
	for _, f := range of.Fields {
		next := depth
		if through && (f.Name == "nodes" || f.Name == "act" || f.Name == "node") {
			next = max(depth, 0) + 1 // what a list holds is as near as the list
		}
		if f.Name == "edges" {
			continue
		}
		if one := q.field(f, next); one != "" {
			parts = append(parts, one)
		}
	}
	return "{" + strings.Join(parts, " ") + "}"
}

// argumentSets are the arguments of a root field: one for each thing that it can be asked about.
func (q *everyField) argumentSets(f *ast.FieldDefinition) (all []string) {
	most := 1
	for _, a := range f.Arguments {
		if a.Name == "id" {
			most = max(1, len(q.ids[strings.TrimSuffix(q.about(f), "Event")]))
		}
	}
	for i := range most {
		if args, ok := q.arguments(f, i, 10); ok {
			all = append(all, args)
		}
	}
	return all
}

// about is the type of the thing whose id a field takes.
func (q *everyField) about(f *ast.FieldDefinition) string {
	switch name := f.Type.Name(); name {
	case "Node":
		return "Ballot"
	case "DialogueEvent", "ProposalEvent":
		return strings.TrimSuffix(name, "Event")
	default:
		return name
	}
}

// arguments writes the arguments of a field: those that it must have, how many entries of a list, and which thing.
func (q *everyField) arguments(f *ast.FieldDefinition, i, entries int) (text string, ok bool) {
	var parts []string
	for _, a := range f.Arguments {
		value := ""
		switch {
		case a.Name == "id" || a.Name == "ids":
			ids := q.ids[q.about(f)]
			value = `"ballot_01h455vb4pex5vsknk084sn02q"`
			if len(ids) > 0 {
				value = fmt.Sprintf("%q", ids[min(i, len(ids)-1)])
			}
		case a.Name == "last" && strings.HasPrefix(f.Type.Name(), "Act"):
			value = "50"
		case a.Name == "first" && !strings.HasPrefix(f.Type.Name(), "Act"):
			value = fmt.Sprint(entries)
		case a.Type.NonNull && a.DefaultValue == nil:
			if value = q.value(a.Name, a.Type); value == "" {
				return "", false
			}
		}
		if value != "" {
			parts = append(parts, a.Name+": "+value)
		}
	}
	if len(parts) == 0 {
		return "", true
	}
	return "(" + strings.Join(parts, ", ") + ")", true
}

// value is one of a type that an argument must have.
func (q *everyField) value(name string, t *ast.Type) string {
	if t.Elem != nil {
		return "[" + q.value(name, t.Elem) + "]"
	}
	def := q.schema.Types[t.NamedType]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Kind == ast.InputObject:
		var parts []string
		for _, f := range def.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				parts = append(parts, f.Name+": "+q.value(f.Name, f.Type))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case def.Name == "Int":
		return "1"
	case def.Name == "Boolean":
		return "true"
	case def.Name == "DateTime":
		return fmt.Sprintf("%q", start.Format(time.RFC3339))
	}
	for typ, ids := range q.ids {
		if strings.EqualFold(typ, name) || name == "rule" && typ == "DecisionRule" {
			return fmt.Sprintf("%q", ids[0])
		}
	}
	return `"FIRM"`
}

var words = regexp.MustCompile(`[A-Za-z0-9_+/=-]+|[^A-Za-z0-9_+/=-]`)

// tells gives how what came out of a world differs from one in which other things were done: where two runs of the same say the same, a third
// must say the same as well, and where they do not, what is random has the same length.
func tells(one, again, other string) string {
	if one == other {
		return ""
	}
	a, b, c := words.FindAllString(one, -1), words.FindAllString(again, -1), words.FindAllString(other, -1)
	if len(a) != len(b) {
		return fmt.Sprintf("two runs of the same do not agree: %s", differ(a, b))
	}
	if len(a) != len(c) {
		return differ(a, c)
	}
	for i := range a {
		if a[i] != c[i] && a[i] == b[i] || len(a[i]) != len(c[i]) && len(a[i]) == len(b[i]) {
			before := strings.Join(a[max(0, i-20):i], "")
			return fmt.Sprintf("after %s it says %q, again %q, and in the other world %q", before, a[i], b[i], c[i])
		}
	}
	return ""
}

func differ(a, b []string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	at := func(all []string) string { return strings.Join(all[max(0, i-30):min(len(all), i+30)], "") }
	return fmt.Sprintf("%s\n  and %s", at(a), at(b))
}

// compare requires of everything that came out of a world that it tells nothing of what was done in it.
func compare(t *testing.T, one, again, other map[string]string) {
	t.Helper()
	if len(one) < 300 || len(one) != len(other) {
		t.Errorf("%d and %d ways out", len(one), len(other))
	}
	found := 0
	for _, where := range slices.Sorted(maps.Keys(one)) {
		if difference := tells(one[where], again[where], other[where]); difference != "" {
			if found++; found < 20 {
				t.Errorf("%.400s tells of it:\n      %s", where, difference)
			}
		}
	}
}

// TestWhatWasChosenDoesNotShow: worlds in which all choose differently give the same bytes to everybody, in every way, before the close.
func TestWhatWasChosenDoesNotShow(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		p := polledIn(t, databaseURL)
		papers := func(choices ...string) (all []paper) {
			for i, choice := range choices {
				reason := strings.Repeat(choice+" ", i+1) + "for a reason."
				all = append(all, paper{p.customers[i], 0, choice, "", 0}, paper{p.customers[i], 1, choice, reason, 0})
			}
			return append(all, paper{p.customers[0], 0, choices[len(choices)-1], "", 1}, paper{p.customers[0], 1, choices[len(choices)-1], "Changed.", 1})
		}
		one := papers("FOR", "FOR", "FOR", "FOR", "FOR", "FOR")
		first, again := p.happens(t, one, watchers()), p.happens(t, one, watchers())
		compare(t, first, again, p.happens(t, papers("AGAINST", "ABSTAIN", "AGAINST", "FOR", "ABSTAIN", "AGAINST"), watchers()))
	})
}

// TestWhoHasVotedDoesNotShow: worlds in which others have voted, as many in all and as many fives in each chamber, give the same bytes to
// everybody but auditors and those who have voted.
func TestWhoHasVotedDoesNotShow(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		p := polledIn(t, databaseURL)
		papers := func(secret []auth.Identity, open ...auth.Identity) (all []paper) {
			for _, who := range secret {
				all = append(all, paper{who, 0, "FOR", "", 0})
			}
			for _, who := range open {
				all = append(all, paper{who, 1, "FOR", "Yes.", 0})
			}
			return all
		}
		c := p.customers
		others := slices.DeleteFunc(watchers(), func(name string) bool { return name == "auditor" })
		one := papers(c[:6], c[0], c[1], c[2], c[3], c[4], c[5], persona("firm"))
		other := papers(c[3:9], c[5], c[6], c[7], c[8], c[9], persona("ngo"), persona("firm2"))
		first, again := p.happens(t, one, others), p.happens(t, one, others)
		compare(t, first, again, p.happens(t, other, others))
	})
}
