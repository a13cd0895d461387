package story_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/plenary-dialogue/plenary/ent/db/template"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestMain(m *testing.M) {
	// Each check of a property here is many requests; -rapid.checks sets another number. A failure is printed with its seed.
	must(0, errors.Join(flag.Set("rapid.checks", "10"), flag.Set("rapid.nofailfile", "true")))
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		lasting.undo()
		os.Exit(code)
	}))
}

// start is the time of the clock of every new world.
var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// world is a new server with a new database. Tests call it over HTTP, like any client. Its sequencer runs only when a test
// runs it, so that the content of the log is known at every step.
type world struct {
	*app.App
	t        testing.TB
	database string
	devKey   string
	url      string
	clock    *clock.Fixed
	receiver *receiver
	client   *http.Client
	sql      *statements
	log      *logged
	end      func() // closes it before the test ends
}

// each runs a test on each database in a world with the shipped example, or in an empty one.
func each(t *testing.T, filled bool, test func(t *testing.T, w *world)) {
	t.Helper()
	eachURL(t, filled, func(t *testing.T, databaseURL string) { test(t, open(t, databaseURL, nil)) })
}

// databases are what every test runs on. The race detector leaves one out: race_test.go.
var databases = map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.Postgres}

// eachURL runs a test on both databases, with the URL of a new database, in parallel with other tests.
func eachURL(t *testing.T, filled bool, test func(t *testing.T, databaseURL string)) {
	t.Helper()
	t.Parallel()
	for name, make := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !filled {
				test(t, make(t))
				return
			}
			test(t, copied(t, lasting.example(t, name, make)))
		})
	}
}

// examples are template databases with the shipped example: to copy one is faster than to fill each.
type examples struct {
	mu      sync.Mutex
	urls    map[string]string
	cleanup []func()
}

var lasting = &examples{urls: map[string]string{}}

func (e *examples) example(t testing.TB, name string, make func(testing.TB) string) string {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.urls[name] == "" {
		databaseURL := make(outliving{t, e})
		w := open(t, databaseURL, nil)
		w.fill()
		w.end() // a database in use cannot be copied
		e.urls[name] = databaseURL
	}
	return e.urls[name]
}

func (e *examples) undo() {
	for _, f := range e.cleanup {
		f()
	}
}

// outliving is a test whose cleanup waits for the end of all tests.
type outliving struct {
	testing.TB
	all *examples
}

func (o outliving) Cleanup(f func()) { o.all.cleanup = append(o.all.cleanup, f) }

func (o outliving) TempDir() string {
	dir := must(os.MkdirTemp("", "story"))
	o.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// open opens a world and closes it with the test.
func open(t testing.TB, databaseURL string, change func(*app.Config)) *world {
	t.Helper()
	w := prepare(t, databaseURL, change)
	s := httptest.NewServer(w.Server.Handler())
	w.url = s.URL
	w.end = sync.OnceFunc(func() {
		w.client.CloseIdleConnections()
		s.Close()
		w.close()
	})
	t.Cleanup(w.end)
	return w
}

// copied gives the URL of a copy of a database that nobody uses now. The copy is deleted after the test.
func copied(t testing.TB, databaseURL string) string {
	t.Helper()
	if path, ok := strings.CutPrefix(databaseURL, "sqlite://"); ok {
		copied := testdb.SQLite(t)
		if err := os.WriteFile(strings.TrimPrefix(copied, "sqlite://"), must(os.ReadFile(path)), 0o600); err != nil {
			t.Fatal(err)
		}
		return copied
	}
	u := must(url.Parse(databaseURL))
	server, err := sql.Open("postgres", os.Getenv("TEST_DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	name := "t_" + strings.ToLower(rand.Text())
	if _, err := server.Exec(fmt.Sprintf("CREATE DATABASE %q TEMPLATE %q", name, strings.TrimPrefix(u.Path, "/"))); err != nil {
		t.Fatalf("copy the database: %v", err)
	}
	t.Cleanup(func() {
		server := must(sql.Open("postgres", os.Getenv("TEST_DATABASE_URL")))
		defer server.Close()
		if _, err := server.Exec(fmt.Sprintf("DROP DATABASE %q WITH (FORCE)", name)); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	u.Path = "/" + name
	return u.String()
}

// prepare opens the application of a world but does not serve yet.
func prepare(t testing.TB, databaseURL string, change func(*app.Config)) *world {
	t.Helper()
	w := &world{
		t: t, database: databaseURL, devKey: filepath.Join(t.TempDir(), "dev.key"), clock: clock.NewFixed(start), client: &http.Client{Transport: &http.Transport{}},
		sql: &statements{}, log: &logged{},
	}
	w.receiver = newReceiver(t)
	w.copyKeys()
	cfg := app.Config{
		Database: databaseURL, Migrate: true, Mode: "dev", DevKey: w.devKey, Keys: w.devKey + ".keys", Clock: w.clock, AnyClock: true,
		Store: store.Options{Relaxed: true, Poison: true, Observe: w.sql.add}, Rates: server.Rates{Off: true}, CacheBytes: 32 << 20, WebhookLoopback: true,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if w.App, err = app.Open(context.Background(), cfg); err != nil {
		t.Fatalf("open the server: %v", err)
	}
	return w
}

// installed is the folder of the keys of all worlds, which share them like replicas of one installation because examples are
// copied between them.
var installed = sync.OnceValues(func() (string, error) {
	dir := outliving{all: lasting}.TempDir()
	return dir, keys.Init(dir)
})

// copyKeys gives the world the keys and, like any replica, a folder of its own for the checkpoints it has seen.
func (w *world) copyKeys() {
	w.t.Helper()
	if err := os.CopyFS(w.devKey+".keys", os.DirFS(must(installed()))); err != nil {
		w.t.Fatal(err)
	}
	for _, name := range []string{"log.key", "master.key"} {
		if err := os.Chmod(filepath.Join(w.devKey+".keys", name), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) close() {
	if err := w.Close(); err != nil {
		w.t.Errorf("close the server: %v", err)
	}
}

// kind is the name of the world's database among those of each.
func (w *world) kind() string {
	if w.Store.IsPostgres() {
		return "postgres"
	}
	return "sqlite"
}

// fill writes the shipped example.
func (w *world) fill() {
	w.t.Helper()
	if _, err := demo.Fill(context.Background(), w.Store, w.Log, w.Domains, auth.DevURL, w.clock.Now()); err != nil {
		w.t.Fatalf("fill the example: %v", err)
	}
}

// templateKey is the key of a template by its name.
func (w *world) templateKey(reference string) uuid.UUID {
	w.t.Helper()
	row, err := w.Store.Client().Template.Query().Where(template.Reference(reference)).Only(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return row.ID
}

// template is the id of a template by its name.
func (w *world) template(reference string) string {
	return typeid.New("template", w.templateKey(reference)).String()
}

// settle gives every act its sequence number.
func (w *world) settle() {
	w.t.Helper()
	if _, err := w.Log.Drain(context.Background()); err != nil {
		w.t.Fatalf("drain the log: %v", err)
	}
}

// visitor has no token.
var visitor = auth.Identity{}

// persona is a person of the example.
func persona(name string) auth.Identity {
	p, ok := demo.PersonaOf(name)
	if !ok {
		panic("nobody of the example is called " + name)
	}
	return app.IdentityOf(p)
}

// stakeholder is the key of the party that a person of the example acts for.
func stakeholder(name string) uuid.UUID {
	p, _ := demo.PersonaOf(name)
	return p.Stakeholder()
}

// parties writes the parties of the example and nothing else of it.
func (w *world) parties() {
	w.t.Helper()
	seen := map[string]bool{"": true}
	for _, p := range demo.Personas {
		if seen[p.Party] {
			continue
		}
		seen[p.Party] = true
		kind := map[policy.Role]enum.StakeholderKind{
			policy.Customer: "CUSTOMER", policy.Firm: "FIRM", policy.Regulator: "REGULATOR", policy.NGO: "NGO", policy.Academic: "ACADEMIC_INSTITUTION",
		}[p.Roles[0]]
		err := w.Store.Client().Stakeholder.Create().SetID(p.Stakeholder()).SetKind(kind).SetName("The " + p.Name).SetHandle(p.Party).SetStatus(enum.StakeholderStatusActive).
			Exec(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// someone is a person outside the example. Words with a colon are scopes.
func someone(name string, words ...string) auth.Identity {
	who := auth.Identity{Subject: name + subjects}
	for _, word := range words {
		switch colleague, of := strings.CutPrefix(word, "@"); {
		case of: // a member of the party of somebody of the example
			who.Stakeholder = persona(colleague).Stakeholder
		case strings.Contains(word, ":"):
			who.Scopes = append(who.Scopes, word)
		default:
			who.Roles = append(who.Roles, word)
		}
	}
	return who
}

// subjects is the suffix of every token subject in these tests, so that a subject in an answer is found.
const subjects = "@demo"

// token makes a token that is valid for an hour by the clock of the world; a visitor has none.
func (w *world) token(who auth.Identity) string {
	w.t.Helper()
	if who.Subject == "" {
		return ""
	}
	token, err := w.Dev.Mint(who, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// ask sends an operation and requires an answer without errors.
func (w *world) ask(who auth.Identity, query string, variables ...any) data {
	w.t.Helper()
	a := w.send(who, query, variables...)
	if len(a.codes) > 0 {
		w.t.Fatalf("%s\nanswered %s, want no errors", query, a.text)
	}
	return a.data
}

// send sends an operation with pairs of variable names and values.
func (w *world) send(who auth.Identity, query string, variables ...any) answer {
	w.t.Helper()
	c := call{query: query, token: w.token(who)}
	if len(variables) > 0 {
		c.variables = map[string]any{}
		for i := 0; i < len(variables); i += 2 {
			c.variables[variables[i].(string)] = variables[i+1]
		}
	}
	return w.post(c)
}

// data is the result of an operation.
type data struct{ v any }

// at follows names and indexes: at("proposals", "nodes", 0, "id").
func (d data) at(path ...any) data {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := d.v.(map[string]any)
			d.v = m[step]
		case int:
			l, _ := d.v.([]any)
			d.v = nil
			if step < len(l) {
				d.v = l[step]
			}
		}
	}
	return d
}

func (d data) text() string { s, _ := d.v.(string); return s }

func (d data) number() int {
	n, _ := d.v.(json.Number)
	i, _ := n.Int64()
	return int(i)
}

func (d data) list() []data {
	l, _ := d.v.([]any)
	out := make([]data, len(l))
	for i := range l {
		out[i] = data{l[i]}
	}
	return out
}

// texts are the values of one field of the entries of a list.
func (d data) texts(field string) []string {
	out := []string{}
	for _, one := range d.list() {
		out = append(out, one.at(field).text())
	}
	return out
}

// path is the path of the field that a failure of a mutation is about, with dots.
func (d data) path() string {
	parts := make([]string, 0, 4)
	for _, part := range d.at("field").list() {
		parts = append(parts, part.text())
	}
	return strings.Join(parts, ".")
}

func (d data) isNull() bool { return d.v == nil }

// statements are the SQL texts that a world ran.
type statements struct {
	mu  sync.Mutex
	all []string
}

func (s *statements) add(text string) {
	if text == "COMMIT" { // what is counted are the statements that a transaction consists of
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, text)
}

// take gives the texts since the last call.
func (s *statements) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.all
	s.all = nil
	return all
}

// logged is the log of the server.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logged) contains(s string) bool { return strings.Contains(l.String(), s) }

// addMany adds n public dialogues, n practices and n parties.
func (w *world) addMany(n int) {
	w.t.Helper()
	ctx, client := context.Background(), w.Store.Client()
	for i := range n {
		party := client.Stakeholder.Create().SetKind("NGO").SetName(fmt.Sprint("NGO ", i)).SetHandle(fmt.Sprint("ngo-", i)).SetStatus("ACTIVE").SaveX(ctx)
		client.Dialogue.Create().SetTitle(fmt.Sprint("Dialogue ", i)).SetConvenorID(party.ID).SetState("OPEN").ExecX(ctx)
		client.Practice.Create().SetTitle(fmt.Sprint("Practice ", i)).SetFirmID(stakeholder("firm")).SetKind("OTHER").SetState("ACTIVE").SetContentHash("0").SetShownVersion(1).ExecX(ctx)
	}
}

// reopenLog does the same as "plenary log reopen" at a time.
func reopenLog(t testing.TB, databaseURL, folder string, at time.Time) {
	t.Helper()
	s, err := store.Open(context.Background(), databaseURL, store.Options{Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ring, err := keys.Open(folder, false)
	if err != nil {
		t.Fatal(err)
	}
	l := actlog.New(s, clock.NewFixed(at), ring)
	if _, err := l.Reopen(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
}
