package story_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// A story is a txtar file: a sentence on what it shows, a line for each new person, and one part for each step, whose name says
// what happens. It begins with the shipped example.
//
//	person ada firm author        a new person, with the roles of the token; words with a colon are its scopes
//
// A step says who does what and what must happen. Each word below begins a section that ends at the next such word.
//
//	as NAME                       a new person, a person of the example, or visitor
//	do MUTATION INPUT             a mutation with its input as JSON
//	get SELECTION                 what to read of its payload
//	ask QUERY                     or a complete operation
//	with VARIABLES                its variables, as JSON
//	send FILE                     or a file to POST /files: its name, type and text, as JSON; with a kind to POST /imports/KIND: its options, and
//	                              its text, or a list or an object that is one
//	fetch PATH                    or a file from there
//	key TEXT                      with @idempotent(key: TEXT)
//	header NAME: VALUE            with a header
//	over socket                   over a WebSocket that stays open for this person
//	clock DURATION                first, move the clock of the server
//	want JSON                     the answer; "$name" keeps a value the first time and compares it later, "*" is anything
//	refused CODE [FIELD:] TEXT    the only expected failure of the mutation
//	error CODE TEXT               the only error of the operation
//	work WHAT                     then, what the server does by itself: run imports and reports, note phases, count ballots
//	deliver STATUS                then, send what is due to webhooks; the receiver at "$receiver" answers with this status
//	acts TYPE ...                 the acts that were appended, in order; no acts without this section
//	next TEXT                     what a client does next, for the page of error codes
//
// The text of refused and error may be * for any. "$short" is the id of the example's short form.
type step struct {
	name     string
	sections map[string]string
}

var sectionWords = []string{"as", "do", "get", "ask", "with", "send", "fetch", "key", "header", "over", "clock", "want", "refused", "error", "work", "deliver", "acts", "next"}

func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			each(t, true, func(t *testing.T, w *world) { tell(t, w, archive) })
		})
	}
}

// TestEveryMutationIsInAStory: what clients can do is shown, and goes through the checks after each step.
func TestEveryMutationIsInAStory(t *testing.T) {
	succeeds := map[string]bool{}
	for _, one := range steps(t) {
		name, _, _ := strings.Cut(one.sections["do"], " ")
		succeeds[name] = succeeds[name] || one.sections["refused"] == "" && one.sections["error"] == ""
	}
	for _, f := range open(t, testdb.SQLite(t), nil).Schema.Schema().Mutation.Fields {
		if tried, ok := succeeds[f.Name]; !ok {
			t.Errorf("no story in internal/story/testdata has the mutation %s: add a step \"do %s {...}\"", f.Name, f.Name)
		} else if !tried {
			t.Errorf("no story in internal/story/testdata has the mutation %s succeed: add a step without \"refused\" and \"error\"", f.Name)
		}
	}
}

// TestEveryTypeOfActIsInAStory: what a mutation writes to the log is shown, and goes through the checks after each step.
func TestEveryTypeOfActIsInAStory(t *testing.T) {
	written := map[string]bool{}
	for _, one := range steps(t) {
		for _, typ := range strings.Fields(one.sections["acts"]) {
			written[typ] = true
		}
	}
	for _, typ := range open(t, testdb.SQLite(t), nil).Domains.Acts() {
		switch {
		case typ.By == "" && !written[typ.Name]:
			t.Errorf("no story in internal/story/testdata writes an act of type %s: add a step with \"acts %s\", or say with By who writes such acts", typ.Name, typ.Name)
		case typ.By != "" && written[typ.Name]:
			t.Errorf("a story writes an act of type %s, but By says that only %s does", typ.Name, typ.By)
		}
	}
}

// steps are those of all stories.
func steps(t *testing.T) []step {
	t.Helper()
	var all []step
	for _, file := range must(filepath.Glob("testdata/*.txtar")) {
		for _, f := range must(txtar.ParseFile(file)).Files {
			all = append(all, parse(t, f))
		}
	}
	return all
}

// teller tells one story in a world.
type teller struct {
	t       *testing.T
	w       *world
	people  map[string]auth.Identity
	kept    map[string]any // values by name
	sockets map[string]*socket
	heard   func(step, call, answer)
	last    int64          // sequence number of the last act that a step has reported
	touched []actlog.Touch // by the acts of this step
	queries []string       // that visitors ask after each step
	round   int            // how often they have asked
}

func newTeller(t *testing.T, w *world) *teller {
	return &teller{t: t, w: w, heard: func(step, call, answer) {}, people: map[string]auth.Identity{}, kept: map[string]any{}, sockets: map[string]*socket{}}
}

// checkHistory sees that each change of a row that reports read as it was has been kept with an act. Votes are kept when their tally is
// told, and drafts when everybody is consulted on them.
func (s *teller) checkHistory() {
	s.t.Helper()
	for _, one := range must(s.w.Domains.History.Differing(context.Background())) {
		if !strings.HasPrefix(one, string(policy.Comment)+" ") && !strings.Contains(one, `"state":"DRAFT"`) && !strings.Contains(one, `"state" : "DRAFT"`) {
			s.t.Error(one)
		}
	}
}

func tell(t *testing.T, w *world, archive *txtar.Archive) {
	tellTo(t, w, archive, func(step, call, answer) {})
}

// tellTo tells a story to somebody who hears each call and its answer.
func tellTo(t *testing.T, w *world, archive *txtar.Archive, heard func(step, call, answer)) {
	s := newTeller(t, w)
	s.heard = heard
	s.begin(string(archive.Comment))
	for _, f := range archive.Files {
		one := parse(t, f)
		if !t.Run(f.Name, func(t *testing.T) { s.t, w.t = t, t; s.step(one) }) {
			t.Fatal("the story cannot go on")
		}
	}
	w.t = t
	s.t = t
	s.checkHistory()
	s.checkOrganisations()
}

// checkOrganisations looks for customers where the domains declare that only organisations stand, and erase nothing.
func (s *teller) checkOrganisations() {
	for _, d := range s.w.Domains.Privacy.Personal() {
		if !d.Organisations {
			continue
		}
		text := "SELECT p.handle FROM " + d.Table + " t JOIN stakeholders p ON p.id = t." + d.Column
		if slices.ContainsFunc(db.Columns, func(c db.Column) bool { return c.Table == d.Table && c.Name == d.Column && c.Names == "person" }) {
			text = "SELECT p.handle FROM " + d.Table + " t JOIN members m ON m.id = t." + d.Column + " JOIN stakeholders p ON p.id = m.stakeholder_id"
		}
		err := s.w.Store.Query(context.Background(), text+" WHERE p.kind = 'CUSTOMER'", nil, func(r *sql.Rows) error {
			var handle string
			err := r.Scan(&handle)
			s.t.Errorf("%s.%s names the customer %s, but Personal of its domain says that only organisations stand there", d.Table, d.Column, handle)
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *teller) begin(comment string) {
	s.kept["receiver"], s.kept["short"] = s.w.receiver.URL, s.w.template("short-form@1")
	for line := range strings.SplitSeq(comment, "\n") {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "person" {
			s.people[words[1]] = someone(words[1], words[2:]...)
		}
	}
	s.newActs()
	s.checkCache() // from here on there is something in memory that can go out of date
}

func parse(t *testing.T, f txtar.File) step {
	one := step{f.Name, map[string]string{}}
	word := ""
	for line := range strings.SplitSeq(string(f.Data), "\n") {
		first, rest, _ := strings.Cut(line, " ")
		if slices.Contains(sectionWords, first) {
			word, line = first, rest
		} else if word == "" && strings.TrimSpace(line) != "" {
			t.Fatalf("%s: a line belongs to no section: %s", f.Name, line)
		}
		one.sections[word] = strings.TrimSpace(one.sections[word] + "\n" + line)
	}
	return one
}

func (s *teller) step(one step) {
	if d := one.sections["clock"]; d != "" {
		s.w.clock.Advance(must(time.ParseDuration(d)))
	}
	s.w.sql.take()
	who := s.who(one.sections["as"])
	c := call{token: s.w.token(who), header: http.Header{}}
	if h := one.sections["header"]; h != "" {
		name, value, _ := strings.Cut(h, ":")
		c.header.Set(name, strings.TrimSpace(value))
	}
	if one.sections["send"] != "" || one.sections["fetch"] != "" {
		s.check(one, "", answer{data: data{s.file(one, c.token)}})
		return
	}
	field := ""
	if c.query = one.sections["ask"]; c.query == "" {
		field, c.query, c.variables = s.mutation(one)
	} else if with := one.sections["with"]; with != "" {
		c.variables = s.value(with).(map[string]any)
	}
	a := s.send(one, c)
	s.heard(one, c, a)
	s.check(one, field, a)
}

func (s *teller) send(one step, c call) answer {
	if one.sections["over"] != "socket" {
		return s.w.post(c)
	}
	name := one.sections["as"]
	if s.sockets[name] == nil {
		opened, f := s.w.socket(c.token, nil)
		if f.closed != "" {
			s.t.Fatalf("the socket was closed: %s", f.closed)
		}
		s.sockets[name] = opened
	}
	return s.sockets[name].run(c)
}

// file sends or fetches a file, and gives the status with what was answered.
func (s *teller) file(one step, token string) map[string]any {
	if path := one.sections["fetch"]; path != "" {
		status, header, text := s.w.fetch(s.value(strconv.Quote(path)).(string), token)
		return map[string]any{"status": json.Number(strconv.Itoa(status)), "type": header.Get("Content-Type"), "text": text}
	}
	sent := s.value(one.sections["send"]).(map[string]any)
	of := func(name string) string { text, _ := sent[name].(string); return text }
	got := s.sent(token, sent, of)
	s.w.sql.take() // no act tells of what is attached to nothing, and no visitor sees it
	body, _ := got.data.v.(map[string]any)
	body["status"] = json.Number(strconv.Itoa(got.status))
	return body
}

// sent sends a file, to be attached to something or to be imported.
func (s *teller) sent(token string, sent map[string]any, of func(name string) string) answer {
	if of("kind") == "" {
		return s.w.upload(token, upload{name: of("name"), kind: of("type"), content: []byte(of("text"))})
	}
	content := of("text")
	if content == "" && sent["text"] != nil {
		content = string(must(json.Marshal(sent["text"])))
	}
	options := url.Values{}
	given, _ := sent["options"].(map[string]any)
	for name, value := range given {
		options.Set(name, value.(string))
	}
	return s.w.imports(token, of("kind"), options, []byte(content))
}

func (s *teller) who(name string) auth.Identity {
	if who, ok := s.people[name]; ok {
		return who
	}
	if name == "visitor" {
		return visitor
	}
	return persona(name)
}

// mutation writes the operation of a mutation that is given by its name, input and selection.
func (s *teller) mutation(one step) (field, query string, variables map[string]any) {
	field, input, _ := strings.Cut(one.sections["do"], " ")
	if field == "" {
		s.t.Fatal("the step does nothing: say do or ask")
	}
	directive := ""
	if key := one.sections["key"]; key != "" {
		directive = fmt.Sprintf("@idempotent(key: %q)", key)
	}
	selection := strings.Trim(one.sections["get"], "{}")
	if get := one.sections["get"]; strings.HasPrefix(get, "{") && strings.HasSuffix(get, "}") {
		selection = get[1 : len(get)-1]
	}
	typ := s.w.Schema.Schema().Mutation.Fields.ForName(field)
	if typ == nil {
		s.t.Fatalf("there is no mutation %s", field)
	}
	if edge := entryOf(s.w.Schema.Schema(), typ); edge != "" && one.sections["next"] == "" {
		selection += " entry: " + edge + "{cursor node{id}}"
	}
	form := "mutation($input: %s){%s(input: $input)%s{%s userErrors{code field message}}}"
	if one.sections["next"] != "" {
		form = "mutation($input: %s) {\n  %s(input: $input)%s { %suserErrors { code field message values { minimum limit actual state states date roles } } }\n}"
	}
	query = fmt.Sprintf(form, typ.Arguments.ForName("input").Type, field, directive, selection)
	return field, query, map[string]any{"input": s.value(input)}
}

// value reads JSON in which "$name" stands for a kept value.
func (s *teller) value(text string) any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	return s.filled(v)
}

func (s *teller) filled(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = s.filled(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = s.filled(v[name])
		}
	case string:
		if name, ok := strings.CutPrefix(v, "$"); ok {
			known, ok := s.kept[name]
			if !ok {
				s.t.Fatalf("no value is kept as $%s", name)
			}
			return known
		}
	}
	return v
}

func (s *teller) check(one step, field string, a answer) {
	got := a.data.v
	if field != "" {
		payload, _ := a.data.at(field).v.(map[string]any)
		s.checkFailure(one.sections["refused"], data{payload}.at("userErrors").list())
		s.checkEntry(one, field, payload)
		delete(payload, "userErrors")
		if payload != nil {
			got = payload
		}
	}
	s.checkError(one.sections["error"], a)
	if want := one.sections["want"]; want != "" {
		d := json.NewDecoder(strings.NewReader(want))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			s.t.Fatalf("want: %v", err)
		}
		if diff := cmp.Diff(s.matched(v, got), got); diff != "" {
			s.t.Errorf("answer (-want +got):\n%s", diff)
		}
	}
	ran := s.w.sql.take()
	if what := one.sections["work"]; what != "" {
		s.w.working(what)
		s.w.sql.take() // what these acts change is what their own kinds change
	}
	if status := one.sections["deliver"]; status != "" {
		s.w.deliver(must(strconv.Atoi(status)))
		s.w.sql.take() // the acts of this step did none of it
	}
	if got, want := s.newActs(), strings.Fields(one.sections["acts"]); !slices.Equal(got, want) {
		s.t.Errorf("acts = %v, want %v", got, want)
	}
	if one.sections["refused"] == "" && one.sections["error"] == "" { // otherwise the transaction was rolled back
		checkTouches(s.t, s.w, ran, s.touched)
	}
	if len(s.touched) > 0 || slices.ContainsFunc(ran, changes.MatchString) {
		s.checkCache()
	}
}

// checkCache compares what visitors are served from memory with what is read afresh: all of it, but for -short.
func (s *teller) checkCache() {
	if s.queries == nil {
		s.queries = everything(s.w.Schema.Schema())
	}
	s.round++
	for i, q := range s.queries {
		if testing.Short() && (s.w.Store.IsPostgres() || i%3 != s.round%3) {
			continue // the race detector makes each twenty times slower: a third in turn, on one database
		}
		hits := s.w.Answers.Counts().Hits
		kept := s.w.get(call{query: q})
		if s.w.Answers.Counts().Hits == hits {
			continue // it was read afresh
		}
		fresh := s.w.post(call{query: q})
		if diff := cmp.Diff(text(fresh.data), text(kept.data)); diff != "" || fresh.code() != "" {
			s.t.Errorf("a visitor is served what is out of date: the acts of this step, %s, changed what their nouns do not declare in graph/<noun>.go"+
				" (tables), or do not name their parent (Parent of the act's entry in internal/<noun>/service.go)\n%s (-afresh +from memory):\n%s\n%s",
				s.touchedTypes(), q, diff, fresh.text)
		}
	}
}

func (s *teller) touchedTypes() []string {
	var types []string
	for _, t := range s.touched {
		types = append(types, t.Type)
	}
	return types
}

func (s *teller) checkFailure(want string, got []data) {
	texts := make([]string, len(got))
	for i, e := range got {
		texts[i] = e.at("code").text() + " " + e.at("message").text()
		if path := e.path(); path != "" {
			texts[i] = e.at("code").text() + " " + path + ": " + e.at("message").text()
		}
	}
	for name, v := range s.kept {
		if known, ok := v.(string); ok {
			want = strings.ReplaceAll(want, "$"+name, known)
		}
	}
	if code, ok := strings.CutSuffix(want, " *"); ok && len(texts) == 1 && strings.HasPrefix(texts[0], code+" ") {
		return
	}
	if all := strings.Join(texts, "; "); all != want {
		s.t.Errorf("userErrors = %q, want %q", all, want)
	}
}

func (s *teller) checkError(want string, a answer) {
	got := ""
	if len(a.codes) > 0 {
		got = strings.Join(a.codes, " ") + " " + a.message
	}
	if code, ok := strings.CutSuffix(want, " *"); ok && strings.HasPrefix(got, code+" ") {
		return
	}
	if got != want {
		s.t.Errorf("error = %q, want %q\n%s", got, want, a.text)
	}
}

// matched gives the wanted value, with "*" and new names filled in from got.
func (s *teller) matched(want, got any) any {
	switch v := want.(type) {
	case string:
		name, named := strings.CutPrefix(v, "$")
		if v == "*" {
			return got
		}
		if !named {
			return v
		}
		if _, known := s.kept[name]; !known {
			s.kept[name] = got
		}
		return s.kept[name]
	case []any:
		l, _ := got.([]any)
		for i := range v {
			if i < len(l) {
				v[i] = s.matched(v[i], l[i])
			}
		}
	case map[string]any:
		m, _ := got.(map[string]any)
		for name := range v {
			v[name] = s.matched(v[name], m[name])
		}
	}
	return want
}

// newActs gives the types of the acts that were appended since its last call.
func (s *teller) newActs() []string {
	s.w.settle()
	var types []string
	s.touched = nil
	for _, a := range s.w.acts(s.last) {
		types, s.last = append(types, a.Type), a.ID
		s.touched = append(s.touched, actlog.Touch{Type: a.Type, Noun: a.SubjectType})
		s.checkParent(a)
	}
	return types
}

// checkParent compares the parent that an act names with what the noun of its subject declares.
func (s *teller) checkParent(a *db.Act) {
	for _, n := range graph.Declarations() {
		if n.Name != a.SubjectType {
			continue
		}
		if a.ParentType == "" && len(n.Inside) > 0 {
			s.t.Errorf("the noun %s in package graph declares inside %v, but the act %s names no parent: give its entry in internal/%[1]s a Parent", n.Name, n.Inside, a.Type)
		}
		if a.ParentType != "" && !slices.Contains(n.Inside, policy.Resource(a.ParentType)) {
			s.t.Errorf("the act %s names a %s as the parent, but the noun %s in package graph does not declare it inside one: add it to inside", a.Type, a.ParentType, n.Name)
		}
	}
}

// acts reads all acts after a sequence number, whoever may see them.
func (w *world) acts(after int64) []*db.Act {
	w.t.Helper()
	var all []*db.Act
	for {
		acts, err := w.Log.Since(context.Background(), after, actlog.Query{})
		if err != nil {
			w.t.Fatal(err)
		}
		if len(acts) == 0 {
			return all
		}
		all, after = append(all, acts...), acts[len(acts)-1].ID
	}
}
