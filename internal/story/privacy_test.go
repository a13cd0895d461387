package story_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// leaver is a person whose traces can be searched for: the word is part of their identity and of everything they write.
type leaver struct {
	word string
	auth.Identity
	member, comment, draft string
}

func (w *world) leaver() *leaver {
	w.t.Helper()
	c := &leaver{word: "leaver" + strings.ToLower(rand.Text())}
	c.Identity = auth.Identity{Subject: c.word + subjects, Roles: []string{"customer"}}
	c.member = w.ask(c.Identity, "{viewer{member{id}}}").at("viewer", "member", "id").text()
	dialogue := w.ask(visitor, `{dialogues(filter: {text: "price know"}){nodes{id}}}`).at("dialogues", "nodes", 0, "id").text()
	made := w.ask(c.Identity, `mutation ($d: ID!, $text: String!, $long: String!) {
		c: postComment(input: {subject: $d, body: $long, language: "en"}) { comment { id } userErrors { message } }
		p: draftProposal(input: {dialogue: $d, kind: POLICY, title: $text, summary: $text, body: $long}) { proposal { id } userErrors { message } }
	}`, "d", dialogue, "text", c.word, "long", strings.Repeat(c.word+" ", 300))
	c.comment, c.draft = made.at("c", "comment", "id").text(), made.at("p", "proposal", "id").text()
	if c.comment == "" || c.draft == "" {
		w.t.Fatalf("the person could not write: %v", made)
	}
	w.ask(c.Identity, `mutation ($c: ID!) { voteOnComment(input: {id: $c, choice: AGREE}) { userErrors { message } } }`, "c", c.comment)
	return c
}

// traces gives the files below a folder that contain the word.
func traces(t testing.TB, word, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // the database has just deleted this file
		}
		b, err := os.ReadFile(path)
		if err == nil && bytes.Contains(b, []byte(word)) {
			found = append(found, filepath.Base(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// files is the folder in which the database keeps the rows of this world; empty if this process cannot read it.
func (w *world) files() string {
	w.t.Helper()
	if path, ok := strings.CutPrefix(w.database, "sqlite://"); ok {
		return filepath.Dir(path)
	}
	var dir string
	err := w.Store.Query(context.Background(), "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()",
		nil, func(r *sql.Rows) error { return r.Scan(&dir) })
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := os.ReadDir(dir); err != nil {
		return ""
	}
	return dir
}

// shredded gives the files of the database that contain the word. On PostgreSQL it first rewrites the tables like "plenary log
// shred", and retries like an operator would: PostgreSQL keeps deleted rows for as long as any session, also one of its own
// maintenance, may still see them.
func (w *world) shredded(word string) (found []string) {
	w.t.Helper()
	dir := w.files()
	if dir == "" {
		return nil
	}
	if !w.Store.IsPostgres() {
		return traces(w.t, word, dir)
	}
	for range 5 {
		if err := w.Store.Rewrite(context.Background()); err != nil {
			w.t.Fatal(err)
		}
		if found = traces(w.t, word, dir); len(found) == 0 {
			return nil
		}
	}
	return found
}

// rows gives the tables in which any column contains the word.
func (w *world) rows(word string) []string {
	w.t.Helper()
	var found []string
	for _, table := range migrate.Tables {
		w.eachRow(table.Name, func(row []any) {
			for _, v := range row {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				if s, ok := v.(string); ok && strings.Contains(s, word) {
					found = append(found, table.Name)
				}
			}
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestAnErasedPersonLeavesNoTrace(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		ctx := context.Background()
		c := w.leaver()
		w.settle()
		if len(w.rows(c.word)) == 0 {
			t.Fatal("the search does not find the word where it must be")
		}
		if dir := w.files(); dir != "" {
			// The tables hold what the person wrote in plain text, but never who the person is.
			if err := w.Store.Rewrite(ctx); err != nil {
				t.Fatal(err)
			}
			if len(traces(t, c.word, dir)) == 0 {
				t.Fatal("the search does not find the word in any file of the database")
			}
			if found := traces(t, c.word+subjects, dir); len(found) > 0 {
				t.Errorf("%v hold the identity of the person in plain text", found)
			}
		}
		saved, err := w.Log.Checkpoint(ctx, 1<<62)
		if err != nil || saved == nil {
			t.Fatalf("Checkpoint = %v, %v", saved, err)
		}
		var before bytes.Buffer
		if err := w.Log.WriteBundle(ctx, &before); err != nil {
			t.Fatal(err)
		}

		w.ask(c.Identity, `mutation ($id: ID!) { eraseMember(input: {id: $id, confirm: "ERASE"}) { act { id } userErrors { message } } }`, "id", c.member)
		w.settle()

		if found := w.rows(c.word); len(found) > 0 {
			t.Errorf("rows of %v still contain the word", found)
		}
		if found := traces(t, c.word, w.devKey+".keys"); len(found) > 0 {
			t.Errorf("files beside the keys contain the word: %v", found)
		}
		if strings.Contains(w.log.String(), c.word) {
			t.Error("the log of the server contains the word")
		}
		if found := w.shredded(c.word); len(found) > 0 {
			t.Errorf("files of the database contain the word: %v", found)
		}

		// All that is left is that somebody took part.
		shown := w.ask(visitor, `query ($id: ID!) { node(id: $id) { ... on Comment { body author { name status } tally { agree } } } }`, "id", c.comment)
		if got := fmt.Sprint(shown.at("node").v); !strings.Contains(got, "Erased participant") || !strings.Contains(got, "body:<nil>") {
			t.Errorf("the comment now is %s, want no words by an erased participant", got)
		}
		if n := shown.at("node", "tally", "agree").number(); n != 1 {
			t.Errorf("%d agree, want the vote to stay", n)
		}
		if a := w.send(c.Identity, "{viewer{member{id}}}"); !slices.Contains(a.codes, gql.CodeUnauthenticated) {
			t.Errorf("the erased person's token is answered %s, want UNAUTHENTICATED", a.text)
		}
		var after bytes.Buffer
		if err := w.Log.WriteBundle(ctx, &after); err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{"before": before.Bytes(), "after": after.Bytes()} {
			r, err := bundle.Verify(bytes.NewReader(b), bundle.Options{Keys: w.Log.Verifiers(), Saved: saved.Note})
			if err != nil {
				t.Errorf("the bundle of %s the erasure: %v", name, err)
			}
			if name == "after" && (r.Erased == 0 || bytes.Contains(b, []byte(c.word))) {
				t.Errorf("%d acts of erased people, and the word in the bundle is %v", r.Erased, bytes.Contains(b, []byte(c.word)))
			}
		}
	})
}

func TestARestoredBackupIsErasedAgain(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		c := w.leaver()
		w.settle()
		w.end() // a database in use cannot be copied
		backup := copied(t, w.database)
		same := func(cfg *app.Config) { cfg.DevKey, cfg.Keys = w.devKey, w.devKey+".keys" }

		w2 := open(t, w.database, same)
		w2.ask(c.Identity, `mutation ($id: ID!) { eraseMember(input: {id: $id, confirm: "ERASE"}) { userErrors { message } } }`, "id", c.member)
		w2.settle()
		w2.end()

		// The backup lacks signed acts: the server does not start until an operator confirms that it was restored.
		cfg := app.Config{Database: backup, Migrate: true, Mode: "dev", DevKey: w.devKey, Keys: w.devKey + ".keys", Clock: w.clock, Store: store.Options{Relaxed: true}}
		if a, err := app.Open(context.Background(), cfg); err == nil {
			_ = a.Close()
			t.Fatal("the server starts with a restored backup as if nothing were lost")
		} else if !strings.Contains(err.Error(), "plenary log reopen") {
			t.Fatalf("Open = %v, want the remedy", err)
		}
		reopenLog(t, backup, w.devKey+".keys", start)
		w3 := open(t, backup, same)
		w3.settle()
		if found := w3.rows(c.word); len(found) > 0 {
			t.Errorf("rows of %v of the restored backup contain the word", found)
		}
		if found := w3.shredded(c.word); len(found) > 0 {
			t.Errorf("files of the restored backup contain the word: %v", found)
		}
		var b bytes.Buffer
		if err := w3.Log.WriteBundle(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if r, err := bundle.Verify(&b, bundle.Options{Keys: w3.Log.Verifiers()}); err != nil || r.Erased == 0 {
			t.Errorf("verify = %+v, %v, want acts of an erased person", r, err)
		}
	})
}

func TestErasureIsForOneselfOrByAnAdmin(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		c := w.leaver()
		const erase = `mutation ($id: ID!, $word: String!) { eraseMember(input: {id: $id, confirm: $word}) { act { id } userErrors { code field message } } }`
		for _, row := range []struct {
			rule string
			who  auth.Identity
			word string
			want string
		}{
			{"a visitor erases nobody, and does not learn whether the person exists", visitor, "ERASE", gql.CodeNotFound},
			{"a customer erases no other", persona("customer2"), "ERASE", gql.CodeNotFound},
			{"an auditor erases nobody", persona("auditor"), "ERASE", string(enum.UserErrorCodeSelf)},
			{"erasure must be confirmed", c.Identity, "erase", string(enum.UserErrorCodeUnconfirmed)},
			{"an admin may", persona("admin"), "ERASE", ""},
			{"once", persona("admin"), "ERASE", gql.CodeNotFound},
		} {
			t.Run(row.rule, func(t *testing.T) {
				w.t = t
				a := w.send(row.who, erase, "id", c.member, "word", row.word)
				got := a.data.at("eraseMember", "userErrors", 0, "code").text()
				if len(a.codes) > 0 {
					got = a.codes[0]
				}
				if got != row.want {
					t.Errorf("answered %s, want %q", a.text, row.want)
				}
			})
		}
	})
}

func TestAPersonGetsACopyOfTheirData(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		c := w.leaver()
		w.settle()
		get := func(token string) (int, []byte) {
			req, err := http.NewRequest(http.MethodGet, w.url+"/me/data.zip", nil)
			if err != nil {
				t.Fatal(err)
			}
			if token != "" {
				req.Header.Set("Authorization", "Bearer "+token)
			}
			resp, err := w.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			b, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, b
		}
		if code, _ := get(""); code != http.StatusUnauthorized {
			t.Errorf("a visitor's data: %d, want 401", code)
		}
		code, b := get(w.token(c.Identity))
		if code != http.StatusOK {
			t.Fatalf("GET /me/data.zip = %d %s", code, b)
		}
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"profile.json": c.word + subjects, "comments.csv": c.comment, "comments.jsonl": c.word, "proposals.csv": c.draft, "proposals.jsonl": c.word,
			"votes.csv": "AGREE", "votes.jsonl": "AGREE", "acts.jsonl": "comment.voted",
		} {
			f, err := z.Open(name)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			text, err := io.ReadAll(f)
			if err != nil || !bytes.Contains(text, []byte(want)) {
				t.Errorf("%s lacks %q (%v):\n%.300s", name, want, err, text)
			}
			if info, err := f.Stat(); err != nil || !info.ModTime().Equal(w.clock.Now().Truncate(time.Second)) {
				t.Errorf("%s is dated %v (%v), want when it was exported, %v", name, info.ModTime(), err, w.clock.Now())
			}
			if name == "comments.jsonl" {
				var one map[string]string
				if err := json.Unmarshal(bytes.SplitAfter(text, []byte("\n"))[0], &one); err != nil {
					t.Fatal(err)
				}
				about := w.ask(c.Identity, `query($id: ID!){node(id: $id){... on Dialogue{title} ... on Proposal{title} ... on Practice{title} ... on ImpactAssessment{title}}}`, "id", one["subject_id"])
				if title := about.at("node", "title").text(); title == "" || one["subject_title"] != title || one["subject_type"] == "" {
					t.Errorf("a comment is about %q, %q, %q, want the type, the id and the title %q", one["subject_type"], one["subject_id"], one["subject_title"], title)
				}
			}
			if name == "acts.jsonl" {
				r, err := bundle.Verify(bytes.NewReader(text), bundle.Options{Keys: w.Log.Verifiers()})
				if err != nil || r.Opened != 3 {
					t.Errorf("the acts = %+v, %v, want 3 opened and proved", r, err)
				}
			}
		}
	})
}

// The GraphQL fields and the static files prove the same: both lead to one root.
func TestTheLogProvesWhatTheViewerMaySee(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		c := w.leaver()
		w.settle()
		all := w.ask(persona("auditor"), `query ($s: [ID!]) {acts(first: 100, filter: {subject: $s}){nodes{id type}}}`, "s", []string{c.comment, c.draft})
		if n := len(all.at("acts", "nodes").list()); n != 3 {
			t.Fatalf("%d acts, want three: the comment posted, the vote cast, the proposal drafted", n)
		}
		const prove = `query ($act: ID!) { actLog { origin keys checkpoint { size root note } entry(act: $act) { seq entry header salt payload }
			inclusionProof(act: $act) { seq hashes checkpoint { size root } } consistencyProof(from: "1") { from to hashes } } }`
		for _, n := range all.at("acts", "nodes").list() {
			id, kind := n.at("id").text(), n.at("type").text()
			full := w.ask(persona("auditor"), prove, "act", id).at("actLog")
			if full.at("inclusionProof", "checkpoint", "root").text() != full.at("checkpoint", "root").text() || full.at("entry", "payload").isNull() {
				t.Fatalf("an auditor's proof of %s is %v", kind, full.v)
			}
			a := w.send(visitor, prove, "act", id)
			shown := a.data.at("actLog", "entry")
			switch kind {
			case "COMMENT_POSTED":
				if shown.at("entry").text() != full.at("entry", "entry").text() || !shown.at("payload").isNull() || !shown.at("salt").isNull() {
					t.Errorf("a visitor's proof of %s is %s, want the header without the content", kind, a.text)
				}
			default:
				if !slices.Contains(a.codes, gql.CodeNotFound) {
					t.Errorf("a visitor's proof of %s is %s, want NOT_FOUND", kind, a.text)
				}
			}
		}
		own := w.ask(c.Identity, `{acts(first: 100, filter: {type: COMMENT_VOTED}){nodes{id}}}`).at("acts", "nodes", 0, "id").text()
		if e := w.ask(c.Identity, prove, "act", own).at("actLog", "entry"); !strings.Contains(e.at("payload").text(), "AGREE") {
			t.Errorf("the viewer's own act opens to %v", e.v)
		}
		resp, err := w.client.Get(w.url + "/log/checkpoint")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		note, err := io.ReadAll(resp.Body)
		if err != nil || string(note) != w.ask(visitor, "{actLog{checkpoint{note}}}").at("actLog", "checkpoint", "note").text() {
			t.Errorf("GET /log/checkpoint = %s (%v), want the checkpoint of GraphQL", note, err)
		}
		for who, want := range map[string]int{"": 403, "customer": 403, "auditor": 200, "admin": 403} {
			req, err := http.NewRequest(http.MethodGet, w.url+"/log/bundle.jsonl", nil)
			if err != nil {
				t.Fatal(err)
			}
			if who != "" {
				req.Header.Set("Authorization", "Bearer "+w.token(persona(who)))
			}
			resp, err := w.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != want {
				t.Errorf("the whole log for %q: %d, want %d", who, resp.StatusCode, want)
			}
			if want == 200 {
				if _, err := bundle.Verify(resp.Body, bundle.Options{Keys: w.Log.Verifiers()}); err != nil {
					t.Errorf("the whole log: %v", err)
				}
			}
			_ = resp.Body.Close()
		}
	})
}
