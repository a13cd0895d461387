package story_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
)

// reads marks a dialogue as read by somebody, on one server, up to what another has just shown.
func reads(w *world, who auth.Identity, dialogue string) {
	w.t.Helper()
	w.settle()
	head := w.ask(who, "{head}").at("head").text()
	const mark = `mutation($d: ID!, $c: String!){markDialogueRead(input: {id: $d, cursor: $c}){dialogue{id} act{id} userErrors{message}}}`
	if got := w.ask(who, mark, "d", dialogue, "c", head).at("markDialogueRead"); got.at("dialogue", "id").text() != dialogue {
		w.t.Fatalf("marking as read answered %v", got.v)
	}
}

// unread is how many comments are new to somebody; -1 for who has not read the dialogue.
func unread(w *world, who auth.Identity, dialogue string) int {
	w.t.Helper()
	w.settle()
	of := w.ask(who, `query($d: ID!){dialogue(id: $d){unread{comments}}}`, "d", dialogue).at("dialogue", "unread")
	if of.isNull() {
		return -1
	}
	return of.at("comments").number()
}

// TestHowFarOneHasReadIsTheSameOnEveryReplica: what was read on one server is read on the others.
func TestHowFarOneHasReadIsTheSameOnEveryReplica(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		if !w.Store.IsPostgres() { // SQLite serves one process
			return
		}
		s := newScene(w)
		replica := open(t, w.database, func(c *app.Config) { c.DevKey, c.Keys, c.Clock = w.devKey, w.devKey+".keys", w.clock })
		dialogue, reader := s.id("What may"), persona("customer")
		reads(w, reader, dialogue)
		s.ask(persona("firm"), `mutation($d: ID!){postComment(input: {subject: $d, body: "New."}){act{id}}}`, "d", dialogue)
		for name, server := range map[string]*world{"the first": w, "the second": replica} {
			if n := unread(server, reader, dialogue); n != 1 {
				t.Errorf("on %s server %d comments are new, want 1", name, n)
			}
		}
		reads(replica, reader, dialogue)
		if n := unread(w, reader, dialogue); n != 0 {
			t.Errorf("when they were read on the second server, %d comments are new on the first, want 0", n)
		}
	})
}

// TestWhatOneReadsIsOnesOwn: no act tells of it, nobody else finds it, it is in the copy of one's data, and it goes with the person,
// also with one who acts for an organisation.
func TestWhatOneReadsIsOnesOwn(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		dialogue := s.id("What may")
		readers := map[string]auth.Identity{"customer": persona("customer"), "firm": persona("firm"), "auditor": persona("auditor")}
		w.settle()
		acts := len(w.acts(0))
		for _, who := range readers {
			reads(w, who, dialogue)
		}
		w.settle()
		if n := len(w.acts(0)); n != acts {
			t.Errorf("%d acts were written when somebody read, want none", n-acts)
		}
		rows := func() (n int) {
			w.eachRow("readings", func([]any) { n++ })
			return n
		}
		for name, who := range readers {
			if text := exported(w, who, "readings.csv"); strings.Count(text, dialogue) != 1 {
				t.Errorf("the copy of the data of the %s says of what they read: %q, want the dialogue once", name, text)
			}
		}
		left := rows()
		for name, who := range readers {
			member := w.ask(who, "{viewer{member{id}}}").at("viewer", "member", "id").text()
			w.ask(who, `mutation($m: ID!){eraseMember(input: {id: $m, confirm: "ERASE"}){act{id}}}`, "m", member)
			if left--; rows() != left {
				t.Errorf("after the erasure of the %s %d rows tell what was read, want %d", name, rows(), left)
			}
		}
	})
}

// exported gives a file of somebody's copy of their data; empty if there is none.
func exported(w *world, who auth.Identity, name string) string {
	w.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, w.url+"/me/data.zip", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.token(who))
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		w.t.Fatalf("%s: %v", b, err)
	}
	f, err := z.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}
