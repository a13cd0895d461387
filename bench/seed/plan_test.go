package seed_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// planned are requests all of whose statements must find their rows by an index. DIALOGUE, PROPOSAL, COMMENT and PARTY are
// replaced by ids, DEEP by a cursor in the middle of a list of comments.
var planned = []struct{ name, query string }{
	{"the nested page", `{dialogues(first: 10){nodes{title proposals(first: 5){nodes{title comments(first: 5){nodes{body author{id name}}}}}}}}`},
	{"the nested page, from its end", `{dialogues(last: 10){nodes{title proposals(last: 5){nodes{title comments(last: 5){nodes{body}}}}}}}`},
	{"comments by agreement", `{proposal(id: "PROPOSAL"){comments(first: 20, order: AGREEMENT){nodes{body}}}}`},
	{"comments by agreement, to go on from", `{proposal(id: "PROPOSAL"){comments(first: 20, order: AGREEMENT){nodes{body} pageInfo{endCursor}}}}`},
	{"threads", `{proposal(id: "PROPOSAL"){comments(first: 20){nodes{body thread(first: 20){edges{depth node{body}}}}}}}`},
	{"proposals by time", `{a: proposals(first: 20, order: UPDATED){nodes{title}} b: proposals(first: 20, order: PUBLISHED){nodes{title}}}`},
	{"proposals of dialogues by time", `{dialogues(first: 5){nodes{a: proposals(first: 5, order: UPDATED){nodes{title}} b: proposals(first: 5, order: PUBLISHED){nodes{title}}}}}`},
	{"dialogues and others by time", `{dialogues(first: 20, order: UPDATED){nodes{title}} practices(first: 20, order: UPDATED){nodes{title}} impactAssessments(first: 20, order: PUBLISHED){nodes{title}} stakeholders(first: 20, order: UPDATED){nodes{name}}}`},
	{"newest comments of a stance", `{proposal(id: "PROPOSAL"){comments(first: 20, order: NEWEST, filter: {stance: [FOR]}){nodes{body}}}}`},
	{"all comments", `{comments(first: 50){nodes{body subject{... on Proposal{title}} parent{id} replies(first: 5){nodes{body}}}}}`},
	{"all comments, deep", `{comments(first: 50, after: "DEEP"){nodes{body}}}`},
	{"all comments, deep, backwards", `{comments(last: 50, before: "DEEP"){nodes{body}}}`},
	{"comments of an author", `{comments(first: 20, filter: {author: "PARTY"}){nodes{body}}}`},
	{"comments of a dialogue", `{comments(first: 20, filter: {dialogue: "DIALOGUE"}){nodes{body}}}`},
	{"all proposals", `{proposals(first: 50){nodes{title author{name} versions(first: 2){nodes{number}} practices{title}}}}`},
	{"open proposals", `{proposals(first: 50, filter: {state: [OPEN]}){nodes{title}}}`},
	{"proposals of an author", `{proposals(first: 20, filter: {author: "PARTY"}){nodes{title}}}`},
	{"what has changed lately", `{proposals(first: 50, filter: {changedSince: "SINCE"}){nodes{title}} comments(first: 50, filter: {changedSince: "SINCE"}){nodes{body}}}`},
	{"one of each", `{dialogue(id: "DIALOGUE"){title} proposal(id: "PROPOSAL"){title} comment(id: "COMMENT"){body} stakeholder(id: "PARTY"){name}}`},
	{"parties", `{stakeholders(first: 50){nodes{name}}}`},
	{"practices and assessments", `{practices(first: 50){nodes{title impactAssessments(first: 5){nodes{title}}}} impactAssessments(first: 50){nodes{title practice{title}}}}`},
	{"proposals of a chamber", `{proposals(first: 50, filter: {chamber: CUSTOMER}){nodes{title}}}`},
	{"counts under parents", `{dialogues(first: 5){nodes{proposals(first: 1){totalCount} comments(first: 1){totalCount}}}}`},
	{"what is unread", `{dialogues(first: 20){nodes{unread{comments proposals outcomes}}}}`},
	{"where something is unread", `{viewer{unreadDialogues(first: 20){nodes{title}}}}`},
	{"nodes", `{nodes(ids: ["DIALOGUE", "PROPOSAL", "COMMENT", "PARTY"]){id}}`},
	{"what happened", `{acts(first: 50){nodes{type subject{... on Comment{body}}}}}`},
	{"what happened to one thing", `{acts(first: 50, filter: {subject: ["PROPOSAL"]}){nodes{type}}}`},
}

// small is the size in rows up to which a table may be read completely.
const small = 1000

// TestPagesAreFoundByIndexes checks the database's plans among 50,000 comments: generic plans for any arguments, as prepared
// statements use them.
func TestPagesAreFoundByIndexes(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: filling SQLite takes minutes under the race detector; go test without -short does it")
	}
	for name, place := range map[string]func(testing.TB) string{"sqlite": testdb.SQLite, "postgres": testdb.Postgres} {
		t.Run(name, func(t *testing.T) {
			f := fill(t, place(t))
			mark := "?"
			if f.postgres {
				mark = "$1"
			}
			if whole := f.readWhole(t, "SELECT t.id FROM comments t WHERE t.body = "+mark); !slices.Equal(whole, []string{"comments"}) {
				t.Fatalf("this test reports that a search without an index reads all of %v, want comments", whole)
			}
			f.take()
			if _, _, err := f.app.Log.News(context.Background(), 10, 100); err != nil { // runs before each cached response
				t.Fatal(err)
			}
			for _, text := range f.take() {
				if whole := f.readWhole(t, text); len(whole) > 0 {
					t.Errorf("a check of the log reads all of %v:\n%s", whole, f.explained(t, text))
				}
			}
			for _, tt := range planned {
				for who, token := range map[string]string{"visitor": "", "customer": f.token} {
					t.Run(tt.name+"/"+who, func(t *testing.T) {
						ran := f.ask(t, tt.query, token)
						if len(ran) == 0 {
							t.Fatal("it runs no statement")
						}
						for knows, gather := range f.statistics {
							f.know(t, gather)
							for _, text := range ran {
								if whole := f.readWhole(t, text); len(whole) > 0 {
									t.Errorf("with %s it reads all of %v:\n%s\n%s", knows, whole, text, f.explained(t, text))
								}
								if f.sortsAll(t, text) {
									t.Errorf("with %s it sorts an unbounded number of rows:\n%s\n%s", knows, text, f.explained(t, text))
								}
							}
						}
					})
				}
			}
		})
	}
}

// filled is a server over a database with 50,000 comments.
type filled struct {
	app      *app.App
	db       *sql.DB
	postgres bool
	token    string
	// statistics are what the planner may know about the tables. SQLite knows nothing while a server fills a new file, and
	// little about a large one, because the server lets it sample only some rows.
	statistics map[string][]string

	mu   sync.Mutex
	seen []string
}

func fill(t *testing.T, databaseURL string) *filled {
	f := &filled{postgres: strings.HasPrefix(databaseURL, "postgres")}
	ctx, key := context.Background(), filepath.Join(t.TempDir(), "dev.key")
	var err error
	f.app, err = app.Open(ctx, app.Config{
		Database: databaseURL, Migrate: true, Mode: "dev", DevKey: key, Keys: key + ".keys", Rates: server.Rates{Off: true}, Clock: clock.System{},
		Log: slog.New(slog.DiscardHandler), Store: store.Options{Relaxed: true, Observe: f.observe},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.app.Close() })
	_, err = seed.Fill(ctx, databaseURL, seed.Size{Dialogues: 200, Proposals: 25, Comments: 10}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	happen(t, f.app)
	if f.postgres {
		f.db, err = sql.Open("postgres", databaseURL)
	} else {
		f.db, err = sql.Open("sqlite", strings.TrimPrefix(databaseURL, "sqlite://"))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.db.Close() })
	f.db.SetMaxOpenConns(1)
	f.statistics = map[string][]string{"all statistics": {"ANALYZE"}}
	if !f.postgres {
		f.statistics = map[string][]string{
			"all statistics": {"PRAGMA analysis_limit = 0", "ANALYZE"}, "a server's statistics": {"PRAGMA analysis_limit = 400", "ANALYZE"},
			"no statistics": {"ANALYZE", "DELETE FROM sqlite_stat1", "ANALYZE sqlite_schema"},
		}
	}
	f.know(t, f.statistics["all statistics"])
	if f.token, err = f.app.Dev.Mint(auth.Identity{Subject: "planner", Roles: []string{"customer"}}, time.Hour); err != nil {
		t.Fatal(err)
	}
	f.post(t, "{viewer{roles}}", f.token) // creates the member
	return f
}

// know updates the database's statistics.
func (f *filled) know(t *testing.T, gather []string) {
	t.Helper()
	for _, text := range gather {
		if _, err := f.db.ExecContext(context.Background(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

// happen fills the log, because reading all of a short one would be the right plan.
func happen(t *testing.T, a *app.App) {
	t.Helper()
	ctx := context.Background()
	for range 20 {
		err := a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			acts := make([]act.Entry, 1000)
			for i := range acts {
				acts[i] = act.Entry{Type: "practice.proposed", Subject: act.Subject{Type: policy.Practice, ID: uuid.New(), Revision: 1}}
			}
			_, err := a.Log.Append(ctx, tx, policy.SystemActor("test"), acts...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Log.Drain(ctx); err != nil {
		t.Fatal(err)
	}
}

// name replaces the placeholders in a query by ids and a cursor of the viewer.
func (f *filled) name(t *testing.T, query, token string) string {
	t.Helper()
	var found struct {
		Data struct {
			Proposals struct {
				Nodes []struct {
					ID               string
					Dialogue, Author struct{ ID string }
					Comments         struct{ Nodes []struct{ ID string } }
				}
			}
			Comments struct{ PageInfo struct{ StartCursor string } }
		}
	}
	body := f.post(t, `{proposals(first: 1){nodes{id dialogue{id} author{id} comments(first: 1){nodes{id}}}} comments(last: 100){pageInfo{startCursor}}}`, token)
	if err := json.Unmarshal(body, &found); err != nil || len(found.Data.Proposals.Nodes) == 0 {
		t.Fatalf("%s: %v", body, err)
	}
	p := found.Data.Proposals.Nodes[0]
	return strings.NewReplacer("DIALOGUE", p.Dialogue.ID, "PROPOSAL", p.ID, "PARTY", p.Author.ID, "COMMENT", p.Comments.Nodes[0].ID,
		"SINCE", time.Now().Add(-time.Minute).UTC().Format(time.RFC3339), "DEEP", found.Data.Comments.PageInfo.StartCursor).Replace(query)
}

func (f *filled) observe(text string) {
	if text == "COMMIT" { // it has no plan; what the server does beside the test ends transactions too
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = append(f.seen, text)
}

// ask returns the statements of a query. The viewer's member exists already.
func (f *filled) ask(t *testing.T, query, token string) []string {
	t.Helper()
	query = f.name(t, query, token)
	f.take()
	f.post(t, query, token)
	return f.take()
}

// take returns the statements since the last call.
func (f *filled) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.seen
	f.seen = nil
	return all
}

func (f *filled) post(t *testing.T, query, token string) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	f.app.Server.Handler().ServeHTTP(w, r)
	answer, err := io.ReadAll(w.Body)
	if err != nil || bytes.Contains(answer, []byte(`"errors"`)) {
		t.Fatalf("%s = %s, %v", query, answer, err)
	}
	return answer
}

var (
	argument = regexp.MustCompile(`\$(\d+)`)
	scanned  = regexp.MustCompile(`Seq Scan on (\w+)`)
	// SQLite names the alias of a table that it scans completely; in the order of an index it may stop early.
	walked = regexp.MustCompile(`SCAN (\w+)(?: VIRTUAL| USING|)`)
)

// explained returns the generic plan of a statement.
func (f *filled) explained(t *testing.T, text string) string {
	t.Helper()
	if !f.postgres {
		return f.rows(t, "EXPLAIN QUERY PLAN "+text, 3, strings.Count(text, "?"))
	}
	n := 0
	for _, m := range argument.FindAllStringSubmatch(text, -1) {
		var i int
		if _, err := fmt.Sscan(m[1], &i); err != nil {
			t.Fatal(err)
		}
		n = max(n, i)
	}
	nulls := ""
	if n > 0 {
		nulls = "(NULL" + strings.Repeat(", NULL", n-1) + ")"
	}
	for _, prepare := range []string{"SET plan_cache_mode = force_generic_plan", "PREPARE planned AS " + text} {
		if _, err := f.db.ExecContext(context.Background(), prepare); err != nil {
			t.Fatalf("%s: %v", prepare, err)
		}
	}
	defer func() {
		if _, err := f.db.ExecContext(context.Background(), "DEALLOCATE planned"); err != nil {
			t.Fatal(err)
		}
	}()
	return f.rows(t, "EXPLAIN EXECUTE planned"+nulls, 0, 0)
}

func (f *filled) rows(t *testing.T, query string, column, arguments int) string {
	t.Helper()
	rows, err := f.db.QueryContext(context.Background(), query, make([]any, arguments)...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		line := make([]any, column+1)
		for i := range line {
			line[i] = new(any)
		}
		if err := rows.Scan(line...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, *line[column].(*any))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// readWhole returns the tables that a statement scans completely and that may be large.
func (f *filled) readWhole(t *testing.T, text string) []string {
	t.Helper()
	plan := f.explained(t, text)
	var whole []string
	if f.postgres {
		for _, m := range scanned.FindAllStringSubmatch(plan, -1) {
			whole = append(whole, m[1])
		}
	} else {
		for _, m := range walked.FindAllStringSubmatch(plan, -1) {
			if !strings.HasSuffix(m[0], "VIRTUAL") && !strings.HasSuffix(m[0], "USING") {
				whole = append(whole, tableOf(text, m[1]))
			}
		}
	}
	return slices.DeleteFunc(whole, func(name string) bool { return f.rowsOf(t, name) <= small })
}

// sortsAll reports whether SQLite finds rows in another order than the list's, so that it must read all before it can return
// the first. It may sort the rows of a page: that is the end of a statement that begins with the parents.
func (f *filled) sortsAll(t *testing.T, text string) bool {
	t.Helper()
	few := regexp.MustCompile(`JOIN (proposal_versions|practices) t|FROM readings r WHERE`) // of one proposal, linked with one, and at most 1,000 that are counted
	byTime := regexp.MustCompile(`updated_at >= \?`)                                        // either plan is right for some times
	if f.postgres || few.MatchString(text) || byTime.MatchString(text) {
		return false
	}
	n := 0
	for line := range strings.Lines(f.explained(t, text)) {
		if strings.Contains(line, "TEMP B-TREE FOR") {
			n++
		}
	}
	if strings.Contains(text, "ORDER BY p.key") {
		n--
	}
	return n > 0
}

// rowsOf counts the rows of a table. A subquery, which SQLite scans, has as many as its limit.
func (f *filled) rowsOf(t *testing.T, table string) int {
	t.Helper()
	inner := []string{"a", "q", "x"}
	if slices.Contains(inner, table) {
		return 0
	}
	var n int
	if err := f.db.QueryRowContext(context.Background(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// tableOf finds the table of an alias.
func tableOf(text, alias string) string {
	if m := regexp.MustCompile(`(?:FROM|JOIN) (\w+) ` + alias + `\b`).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return alias
}
