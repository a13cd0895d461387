package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// beMirror makes this test binary the mirror itself, so that a test can kill it.
const beMirror = "PLENARY_TEST_BE_MIRROR"

func TestMain(m *testing.M) {
	if os.Getenv(beMirror) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// plenary is a real server on a port of its own that can be restarted.
type plenary struct {
	t        *testing.T
	database string
	devKey   string
	addr     string
	app      *app.App
	stop     func()
}

// serve starts a server with the shipped example.
func serve(t *testing.T, database string) *plenary {
	t.Helper()
	p := &plenary{t: t, database: database, devKey: filepath.Join(t.TempDir(), "dev.key"), addr: "127.0.0.1:0"}
	p.start()
	if _, err := demo.Fill(t.Context(), p.app.Store, p.app.Log, p.app.Domains, auth.DevURL, time.Now().UTC()); err != nil {
		t.Fatalf("fill the example: %v", err)
	}
	t.Cleanup(func() { p.stop() })
	return p
}

func (p *plenary) start() {
	p.t.Helper()
	var err error
	p.app, err = app.Open(context.Background(), app.Config{
		Database: p.database, Migrate: true, Mode: "dev", DevKey: p.devKey, Keys: p.devKey + ".keys", Store: store.Options{Relaxed: true}, Rates: server.Rates{Off: true},
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		p.t.Fatalf("open the server: %v", err)
	}
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	if addr := l.Addr().String(); p.addr != addr { // only the first time: others read it meanwhile
		p.addr = addr
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	running := p.app
	go func() { done <- running.Run(ctx, l) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("run the server: %v", err)
		}
		if err := running.Close(); err != nil {
			p.t.Errorf("close the server: %v", err)
		}
	})
}

func (p *plenary) url() string { return "http://" + p.addr + "/graphql" }

// token is one for somebody of the example; a visitor has none.
func (p *plenary) token(name string) string {
	p.t.Helper()
	if name == "visitor" {
		return ""
	}
	who, ok := demo.PersonaOf(name)
	if !ok {
		p.t.Fatalf("nobody of the example is called %s", name)
	}
	id := auth.Identity{Subject: who.Subject()}
	for _, r := range who.Roles {
		id.Roles = append(id.Roles, string(r))
	}
	if who.Party != "" {
		id.Stakeholder = typeid.New("stakeholder", who.Stakeholder()).String()
	}
	token, err := p.app.Dev.Mint(id, time.Hour)
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

// ask sends an operation with pairs of variable names and values.
func ask(ctx context.Context, url, token, query string, variables ...any) (map[string]any, error) {
	vars := map[string]any{}
	for i := 0; i < len(variables); i += 2 {
		vars[variables[i].(string)] = variables[i+1]
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var got struct {
		Data   map[string]any
		Errors []any
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return nil, err
	}
	if len(got.Errors) > 0 {
		return got.Data, fmt.Errorf("%s", text)
	}
	return got.Data, nil
}

// copyKept is a mirror of one viewer, and the process that updates it.
type copyKept struct {
	t        *testing.T
	viewer   string
	server   *plenary
	token    string
	tokenIn  string
	database string
	said     bytes.Buffer
}

func keep(t *testing.T, p *plenary, viewer string) *copyKept {
	t.Helper()
	c := &copyKept{t: t, viewer: viewer, server: p, token: p.token(viewer), database: filepath.Join(t.TempDir(), "mirror.db")}
	if c.token != "" {
		c.tokenIn = filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(c.tokenIn, []byte(c.token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// process starts the mirror as a process of its own.
func (c *copyKept) process(args ...string) *exec.Cmd {
	c.t.Helper()
	self, err := os.Executable()
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(self, append([]string{
		"-url", c.server.url(), "-token-file", c.tokenIn, "-database", c.database, "-refresh", "300ms",
	}, args...)...)
	cmd.Env = append(os.Environ(), beMirror+"=1")
	cmd.Stderr = &c.said
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	return cmd
}

// once catches up with the server.
func (c *copyKept) once() {
	c.t.Helper()
	if err := c.process("-once").Wait(); err != nil {
		c.t.Fatalf("mirror -once of %s: %v\n%s", c.viewer, err, c.said.String())
	}
}

// asked says where the columns of each table are in the API's response. It is written independently of the mirror's queries.
var asked = map[string]struct{ list, fields string }{
	"parties":     {"stakeholders", "id kind name handle status description createdAt revision"},
	"dialogues":   {"dialogues", "id convenor{id} title brief visibility state round outcome createdAt updatedAt revision"},
	"proposals":   {"proposals", "id dialogue{id} author{id} kind title summary body language state stateReason version contentHash createdAt updatedAt revision"},
	"comments":    {"comments", "id subject{...on Node{id}} parent{id} author{id} body stance language state tally{agree disagree pass} createdAt updatedAt revision"},
	"practices":   {"practices", "id firm{id} title description kind state version createdAt updatedAt revision"},
	"assessments": {"impactAssessments", "id practice{id} title template{id: reference} state version contentHash createdAt updatedAt revision"},
}

// flat returns the names of a selection's own fields.
var flat = strings.NewReplacer("{agree disagree pass}", "", "{id: reference}", "", "{...on Node{id}}", "", "{id}", "")

// shown reads everything that the viewer may see from the API, as table/id: values in order.
func (c *copyKept) shown() map[string]string {
	c.t.Helper()
	all := map[string]string{}
	for table, q := range asked {
		for after := any(nil); ; {
			got, err := ask(c.t.Context(), c.server.url(), c.token, "query($after: String){list: "+q.list+"(first: 100, after: $after){nodes{"+q.fields+"} pageInfo{hasNextPage endCursor}}}", "after", after)
			if err != nil {
				c.t.Fatal(err)
			}
			list := got["list"].(map[string]any)
			for _, n := range list["nodes"].([]any) {
				n := n.(map[string]any)
				var values []string
				for _, name := range strings.Fields(flat.Replace(q.fields)) {
					v := n[name]
					if of, ok := v.(map[string]any); ok && name == "tally" {
						values = append(values, fmt.Sprint(of["agree"]), fmt.Sprint(of["disagree"]), fmt.Sprint(of["pass"]))
						continue
					} else if ok {
						v = of["id"]
					}
					values = append(values, fmt.Sprint(v))
				}
				all[table+"/"+fmt.Sprint(n["id"])] = strings.Join(values, " | ")
			}
			info := list["pageInfo"].(map[string]any)
			if after = info["endCursor"]; info["hasNextPage"] != true {
				break
			}
		}
	}
	return all
}

// kept reads everything in the mirror, in the same form.
func (c *copyKept) kept() map[string]string {
	c.t.Helper()
	b, err := openBook(c.t.Context(), c.database)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	all := map[string]string{}
	for _, t := range tables {
		columns := strings.Join(t.columns, ", ")
		if t.kept != "" { // the id of a parent that was taken down is not compared
			columns = strings.Replace(columns, t.kept, "(SELECT p.id FROM "+t.name+" p WHERE p.id = "+t.name+"."+t.kept+")", 1)
		}
		rows, err := b.db.Query("SELECT " + columns + " FROM " + t.name)
		if err != nil {
			c.t.Fatal(err)
		}
		for rows.Next() {
			values, dest := make([]any, len(t.columns)), make([]any, len(t.columns))
			for i := range values {
				dest[i] = &values[i]
			}
			if err := rows.Scan(dest...); err != nil {
				c.t.Fatal(err)
			}
			texts := make([]string, len(values))
			for i, v := range values {
				texts[i] = fmt.Sprint(v)
			}
			all[t.name+"/"+texts[0]] = strings.Join(texts, " | ")
		}
		if err := rows.Err(); err != nil {
			c.t.Fatal(err)
		}
		_ = rows.Close()
	}
	return all
}

// equals waits until the mirror equals what the API shows, and fails if it never does.
func (c *copyKept) equals(within time.Duration) {
	c.t.Helper()
	for end := time.Now().Add(within); ; {
		diff := cmp.Diff(c.shown(), c.kept())
		if diff == "" {
			return
		}
		if time.Now().After(end) {
			c.t.Fatalf("the mirror of %s (-shown +kept):\n%s\n%s", c.viewer, diff, c.said.String())
		}
		time.Sleep(50 * time.Millisecond) // between two looks at a program that does not signal when it is done
	}
}

// town simulates a server's users, who do random things at the same time.
type town struct {
	t      *testing.T
	server *plenary
	tokens map[string]string
	done   atomic.Int64 // things that were done

	mu  sync.Mutex
	ids map[string][]string // by noun
}

func newTown(t *testing.T, p *plenary) *town {
	w := &town{t: t, server: p, tokens: map[string]string{}, ids: map[string][]string{}}
	for _, who := range demo.Personas {
		w.tokens[who.Name] = p.token(who.Name)
	}
	got, err := ask(t.Context(), p.url(), w.tokens["auditor"], `{dialogue: dialogues{nodes{id}} proposal: proposals{nodes{id}} comment: comments(first: 100){nodes{id}} practice: practices{nodes{id}} assessment: impactAssessments{nodes{id}}}`)
	if err != nil {
		t.Fatal(err)
	}
	for noun, list := range got {
		for _, n := range list.(map[string]any)["nodes"].([]any) {
			w.ids[noun] = append(w.ids[noun], n.(map[string]any)["id"].(string))
		}
	}
	return w
}

func (w *town) any(nouns ...string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := w.ids[nouns[rand.IntN(len(nouns))]]
	if len(ids) == 0 {
		return "none"
	}
	// Mostly new things: they are the ones that still change.
	return ids[max(0, len(ids)-1-min(rand.IntN(len(ids)), rand.IntN(len(ids))))]
}

// do tries something and returns the id of what it changed; a refusal is not an error.
func (w *town) do(ctx context.Context, who, noun, mutation, input string) string {
	got, err := ask(ctx, w.server.url(), w.tokens[who], fmt.Sprintf("mutation{it: %s(input: {%s}){%s{id} userErrors{code}}}", mutation, input, noun))
	if err != nil {
		return "" // the server is being restarted
	}
	it, _ := got["it"].(map[string]any)
	made, ok := it[noun].(map[string]any)
	if !ok {
		return ""
	}
	w.done.Add(1)
	id := made["id"].(string)
	w.mu.Lock()
	defer w.mu.Unlock()
	if noun == "impactAssessment" {
		noun = "assessment"
	}
	if !slices.Contains(w.ids[noun], id) {
		w.ids[noun] = append(w.ids[noun], id)
	}
	return id
}

var speakers = []string{"customer", "customer2", "customer3", "ngo", "firm", "firm2", "regulator", "academic"}

// deeds are what may be tried.
var deeds = []func(ctx context.Context, w *town, who string){
	func(ctx context.Context, w *town, who string) {
		w.do(ctx, who, "comment", "postComment", fmt.Sprintf("subject: %q, body: %q", w.any("dialogue", "proposal", "practice"), fmt.Sprint("Words ", rand.Int())))
	},
	func(ctx context.Context, w *town, who string) {
		w.do(ctx, who, "comment", "postComment", fmt.Sprintf("parent: %q, body: \"A reply.\"", w.any("comment")))
	},
	func(ctx context.Context, w *town, who string) {
		w.do(ctx, who, "comment", "voteOnComment", fmt.Sprintf("id: %q, choice: %s", w.any("comment"), []string{"AGREE", "DISAGREE", "PASS"}[rand.IntN(3)]))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "facilitator", "comment", "hideComment", fmt.Sprintf("id: %q, reason: \"Off topic.\"", w.any("comment")))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "facilitator", "comment", "restoreComment", fmt.Sprintf("id: %q, reason: \"On topic.\"", w.any("comment")))
	},
	func(ctx context.Context, w *town, who string) {
		w.do(ctx, who, "proposal", "draftProposal", fmt.Sprintf("dialogue: %q, kind: POLICY, title: \"T\", body: \"B\"", w.any("dialogue")))
	},
	func(ctx context.Context, w *town, who string) {
		w.do(ctx, who, "proposal", "submitProposal", fmt.Sprintf("id: %q", w.any("proposal")))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "facilitator", "proposal", "takeUpProposal", fmt.Sprintf("id: %q", w.any("proposal")))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "facilitator", "proposal", "openProposal", fmt.Sprintf("id: %q", w.any("proposal")))
	},
	func(ctx context.Context, w *town, who string) {
		w.do(ctx, who, "proposal", "withdrawProposal", fmt.Sprintf("id: %q", w.any("proposal")))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "facilitator", "dialogue", "conveneDialogue", fmt.Sprintf(
			"title: \"D\", visibility: %s, phases: [{kind: CONSULTATION, opensAt: \"2026-01-01T00:00:00Z\", mayComment: true, mayVote: true, mayPropose: true}]",
			[]string{"PUBLIC", "INVITED"}[rand.IntN(2)]))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "facilitator", "dialogue", "openDialogue", fmt.Sprintf("id: %q", w.any("dialogue")))
	},
	func(ctx context.Context, w *town, _ string) {
		who := demo.Personas[rand.IntN(len(speakers))]
		if who.Party == "" {
			return
		}
		w.do(ctx, "facilitator", "dialogue", "inviteToDialogue", fmt.Sprintf("id: %q, stakeholders: [%q]", w.any("dialogue"), typeid.New("stakeholder", who.Stakeholder())))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "firm", "practice", "proposePractice", `title: "P", description: "What is done.", kind: PRICING`)
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "firm", "practice", "tryPractice", fmt.Sprintf("id: %q", w.any("practice")))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "admin", "stakeholder", "registerStakeholder", fmt.Sprintf("kind: NGO, name: \"NGO %d\", mission: \"m\"", rand.Int32()))
	},
	func(ctx context.Context, w *town, _ string) {
		w.do(ctx, "admin", "stakeholder", "approveStakeholder", fmt.Sprintf("id: %q", w.any("stakeholder")))
	},
}

// live lets people do things until the given number is done.
func (w *town) live(ctx context.Context, things int64) {
	var people sync.WaitGroup
	for range 6 {
		people.Go(func() {
			for w.done.Load() < things && ctx.Err() == nil {
				deeds[rand.IntN(len(deeds))](ctx, w, speakers[rand.IntN(len(speakers))])
			}
		})
	}
	people.Wait()
}

// TestMirrorsEndEqualToTheServer: while many write at once, the mirrors of several viewers are killed at random moments and
// started again, and the server is restarted. At the end each mirror holds exactly what its viewer may see.
func TestMirrorsEndEqualToTheServer(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, database string) {
		p := serve(t, database)
		w := newTown(t, p)
		const things = 400
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		defer cancel()
		over := make(chan struct{})
		go func() {
			defer close(over)
			w.live(ctx, things)
		}()
		var kept []*copyKept
		var keepers sync.WaitGroup
		kills := atomic.Int64{}
		for _, viewer := range []string{"visitor", "customer2", "auditor"} {
			c := keep(t, p, viewer)
			kept = append(kept, c)
			keepers.Go(func() {
				for {
					cmd := c.process()
					select {
					case <-time.After(time.Duration(50+rand.IntN(600)) * time.Millisecond): // any moment will do
						_ = cmd.Process.Kill()
						_ = cmd.Wait()
						kills.Add(1)
					case <-over:
						_ = cmd.Process.Kill()
						_ = cmd.Wait()
						return
					}
				}
			})
		}
		for w.done.Load() < things/2 && ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
		p.stop()
		p.start()
		keepers.Wait()
		if w.done.Load() < things {
			t.Fatalf("%d things were done in a quarter of an hour, want %d", w.done.Load(), things)
		}
		for _, c := range kept {
			cmd := c.process()
			c.equals(time.Minute)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		t.Logf("%d things done, %d kills, %d rows in the auditor's mirror", w.done.Load(), kills.Load(), len(kept[2].kept()))
	})
}

// TestALiveMirrorHears: a running mirror picks up what happens, and what is taken down, without a restart.
func TestALiveMirrorHears(t *testing.T) {
	p := serve(t, testdb.SQLite(t))
	w := newTown(t, p)
	c := keep(t, p, "visitor")
	cmd := c.process()
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	post := func(who, body string) (made string) {
		for _, dialogue := range w.ids["dialogue"] {
			if id := w.do(t.Context(), who, "comment", "postComment", fmt.Sprintf("subject: %q, body: %q", dialogue, body)); id != "" {
				made = id
			}
		}
		return made
	}
	fish, private := post("customer", "Fish!"), post("customer3", "My street is Elm Street.")
	c.equals(time.Minute)
	if _, ok := c.kept()["comments/"+fish]; !ok {
		t.Fatal("the mirror has no copy of a comment")
	}
	w.do(t.Context(), "customer2", "comment", "voteOnComment", fmt.Sprintf("id: %q, choice: AGREE", fish))
	c.equals(time.Minute)
	if row := c.kept()["comments/"+fish]; !strings.Contains(row, "VISIBLE | 1 | 0 | 0") {
		t.Errorf("the mirror has %s, want one in agreement", row)
	}
	w.do(t.Context(), "facilitator", "comment", "hideComment", fmt.Sprintf("id: %q, reason: \"Advertising.\"", fish))
	c.equals(time.Minute)
	if row, ok := c.kept()["comments/"+fish]; ok {
		t.Errorf("the mirror still has %s", row)
	}
	who, _ := demo.PersonaOf("customer3")
	if _, err := ask(t.Context(), p.url(), w.tokens["admin"], `mutation($c: ID!){eraseMember(input: {id: $c, confirm: "ERASE"}){act{type}}}`, "c", typeid.New("stakeholder", who.Stakeholder()).String()); err != nil {
		t.Fatal(err)
	}
	c.equals(time.Minute)
	if row := c.kept()["comments/"+private]; row == "" || strings.Contains(row, "Elm Street") {
		t.Errorf("after the erasure the mirror has %q, want the comment without its words", row)
	}
}

// TestAMirrorWithABadCursorCopiesAnew: whatever is wrong with the cursor, the mirror copies everything again and removes its
// wrong rows.
func TestAMirrorWithABadCursorCopiesAnew(t *testing.T) {
	p := serve(t, testdb.SQLite(t))
	c := keep(t, p, "customer")
	c.once()
	c.equals(0)
	change := func(statements ...string) {
		b, err := openBook(t.Context(), c.database)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = b.Close() }()
		for _, s := range statements {
			if _, err := b.db.Exec(s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	other := keep(t, p, "customer2")
	other.once()
	foreign, err := placeOf(t, other)
	if err != nil {
		t.Fatal(err)
	}
	for name, cursor := range map[string]string{"made up": "nonsense", "of another viewer": foreign.Cursor} {
		t.Run(name, func(t *testing.T) {
			change("UPDATE place SET cursor = '"+cursor+"'", "DELETE FROM proposals", "UPDATE comments SET body = 'x'",
				"INSERT INTO practices SELECT 'practice_none', firm, title, description, kind, state, version, created_at, updated_at, revision, copy FROM practices LIMIT 1")
			if maps.Equal(c.shown(), c.kept()) {
				t.Fatal("the mirror was not changed")
			}
			before, err := placeOf(t, c)
			if err != nil {
				t.Fatal(err)
			}
			c.once()
			c.equals(0)
			if after, err := placeOf(t, c); err != nil || after.Copy != before.Copy+1 {
				t.Errorf("copies = %d (%v), want %d", after.Copy, err, before.Copy+1)
			}
		})
	}
}

func placeOf(t *testing.T, c *copyKept) (place, error) {
	t.Helper()
	b, err := openBook(t.Context(), c.database)
	if err != nil {
		return place{}, err
	}
	defer func() { _ = b.Close() }()
	return b.place(t.Context())
}
