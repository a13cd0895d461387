package story_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// receivedEvent is what an event has in common on both transports.
type receivedEvent struct{ Cursor, Type, Act string }

func receivedFrom(a answer, field string) receivedEvent {
	e := a.data.at(field)
	return receivedEvent{e.at("cursor").text(), e.at("act", "type").text(), e.at("act", "id").text()}
}

// overWS follows a subscription over a WebSocket, after a cursor.
func (w *world) overWS(who auth.Identity, query string, variables map[string]any) (next func() answer, stop func()) {
	w.t.Helper()
	s, f := w.socket(w.token(who), nil)
	if f.Type != "connection_ack" {
		w.t.Fatalf("got %+v, want connection_ack", f)
	}
	if err := s.start("1", call{query: query, variables: variables}); err != nil {
		w.t.Fatal(err)
	}
	return func() answer {
		f := s.read()
		if f.Type != "next" {
			w.t.Fatalf("got %+v %s, want an event", f, f.Payload)
		}
		return w.received(0, nil, string(f.Payload))
	}, func() { _ = s.conn.CloseNow() }
}

func TestEventsComeInOrder(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		w.quiet()
		s := newScene(w)
		proposal := s.id("A ceiling")
		queries := map[string]string{
			"proposalUpdated": `subscription($p: ID!, $after: String){proposalUpdated(id: $p, after: $after){cursor act{id type subject{__typename}} proposal{title version}}}`,
			"acts":            `subscription($p: ID, $after: String){acts(filter: {dialogue: $p}, after: $after){cursor act{id type}}}`,
		}
		about := map[string]string{"proposalUpdated": proposal, "acts": s.id("What may")}
		customer := persona("customer")
		streams := map[string]*followed{}
		for field, query := range queries {
			streams[field] = w.follow(customer, query, "p", about[field])
		}
		comment := func(who, subject, body string) string {
			return w.ask(persona(who), `mutation($s: ID!, $b: String!){postComment(input: {subject: $s, body: $b}){comment{id}}}`, "s", subject, "b", body).at("postComment", "comment", "id").text()
		}
		remark := comment("customer", proposal, "One.")
		w.ask(persona("firm"), `mutation($c: ID!){voteOnComment(input: {id: $c, choice: AGREE}){userErrors{code}}}`, "c", remark) // a vote, which only the firm itself sees
		w.until("the tally is told", func() bool { return w.count("acts", "WHERE type = 'comment.tallied'") == 1 })
		comment("customer", s.id("What may"), "Elsewhere.")
		revision := w.ask(persona("ngo"), `query($p: ID!){proposal(id: $p){revision}}`, "p", proposal).at("proposal", "revision").number()
		w.ask(persona("ngo"), `mutation($p: ID!, $v: Int!){editProposal(input: {id: $p, title: "A lower ceiling", reason: "As asked.", expectedRevision: $v}){userErrors{code}}}`, "p", proposal, "v", revision)
		comment("customer", proposal, "Two.")
		w.ask(persona("ngo"), `mutation($p: ID!){withdrawProposal(input: {id: $p}){userErrors{code}}}`, "p", proposal)

		want := map[string][]string{
			"proposalUpdated": {"COMMENT_POSTED", "COMMENT_TALLIED", "PROPOSAL_EDITED", "COMMENT_POSTED", "PROPOSAL_WITHDRAWN"},
			"acts":            {"COMMENT_POSTED", "COMMENT_TALLIED", "COMMENT_POSTED", "PROPOSAL_EDITED", "COMMENT_POSTED", "PROPOSAL_WITHDRAWN"},
		}
		for field, types := range want {
			var seen []receivedEvent
			for i, typ := range types {
				e := receivedFrom(streams[field].event(), field)
				if e.Type != typ {
					t.Errorf("%s: event %d = %s, want %s", field, i, e.Type, typ)
				}
				seen = append(seen, e)
			}
			// The same over the other transport, resumed after each event.
			for i, e := range seen[:len(seen)-1] {
				next, stop := w.overWS(customer, queries[field], map[string]any{"p": about[field], "after": e.Cursor})
				if diff := cmp.Diff(seen[i+1], receivedFrom(next(), field)); diff != "" {
					t.Errorf("%s: after event %d (-want +got):\n%s", field, i, diff)
				}
				stop()
			}
			streams[field].stop()
		}
	})
}

func TestAStreamNamesItsCursors(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		s := newScene(w)
		who := persona("customer")
		post := func(body string) {
			w.ask(who, `mutation($d: ID!, $b: String!){postComment(input: {subject: $d, body: $b}){userErrors{code}}}`, "d", s.id("What may"), "b", body)
		}
		const query = `subscription{acts(filter: {type: [COMMENT_POSTED]}){cursor act{subject{... on Comment{body}}}}}`
		f := w.follow(who, query)
		post("First.")
		post("Second.")
		e, _ := f.next()
		f.stop()
		if a := w.received(200, nil, e.data); e.id == "" || e.id != a.data.at("acts", "cursor").text() {
			t.Fatalf("id of the event = %q, want its cursor: %s", e.id, e.data)
		}
		// The EventSource of a browser reconnects with the id of the last event that it received.
		req := w.request("POST", "/graphql/stream", call{query: query, token: w.token(who), header: http.Header{"Last-Event-Id": {e.id}}}, "text/event-stream")
		if a := w.exchange(req); a.data.at("acts", "act", "subject", "body").text() != "Second." {
			t.Errorf("with Last-Event-ID = %s, want the second comment", a.text)
		}
	})
}

// A reader gets an event that a comment was hidden, so that it can delete its copy, and nothing else about the comment.
func TestAReaderOfAHiddenCommentLearnsOnlyThat(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		s := newScene(w)
		const query = `subscription($p: ID!){proposalUpdated(id: $p){cursor act{id type subject{... on Comment{body}}}}}`
		proposal := s.id("A ceiling")
		author, reader, facilitator := w.follow(persona("firm2"), query, "p", proposal), w.follow(persona("customer"), query, "p", proposal), w.follow(persona("facilitator"), query, "p", proposal)
		post := func(body string) string {
			return w.ask(persona("firm2"), `mutation($p: ID!, $b: String!){postComment(input: {subject: $p, body: $b}){comment{id}}}`, "p", proposal, "b", body).at("postComment", "comment", "id").text()
		}
		fish := post("Fish!")
		for _, f := range []*followed{author, reader, facilitator} {
			if body := f.event().data.at("proposalUpdated", "act", "subject", "body").text(); body != "Fish!" {
				t.Errorf("the first event is about %q, want the comment", body)
			}
		}
		w.ask(persona("facilitator"), `mutation($c: ID!){hideComment(input: {id: $c, reason: "Advertising."}){userErrors{code}}}`, "c", fish)
		post("A price.")
		for name, f := range map[string]*followed{"author": author, "facilitator": facilitator, "reader": reader} {
			a := f.event()
			if e := receivedFrom(a, "proposalUpdated"); e.Type != "COMMENT_HIDDEN" {
				t.Errorf("the %s gets %s, want comment.hidden", name, e.Type)
			}
			if shown := !a.data.at("proposalUpdated", "act", "subject").isNull(); shown != (name != "reader") {
				t.Errorf("the %s sees the hidden comment: %v, want %v", name, shown, !shown)
			}
		}
		if a := reader.event(); receivedFrom(a, "proposalUpdated").Type != "COMMENT_POSTED" || a.data.at("proposalUpdated", "act", "subject", "body").text() != "A price." {
			t.Errorf("a reader gets %s, want no more events of the hidden comment", a.text)
		}
	})
}

// TestLostRightsEndASocket: within five seconds the server closes the sockets of a revoked token, of a suspended party and of a
// person who lost a role, and no others.
func TestLostRightsEndASocket(t *testing.T) {
	t.Parallel()                                                                     // it waits five seconds
	w := live(t, testdb.SQLite(t), func(c *app.Config) { c.Clock = clock.System{} }) // cached tokens expire by the clock
	w.fill()
	watch := func(name string) *socket {
		s, f := w.socket(w.token(persona(name)), nil)
		if f.Type != "connection_ack" {
			t.Fatalf("got %+v, want connection_ack", f)
		}
		if err := s.start("1", call{query: "subscription{acts(filter: {type: [DIALOGUE_IMPORTED]}){cursor}}"}); err != nil {
			t.Fatal(err)
		}
		return s
	}
	revoked, suspended, lesser, other := watch("ngo"), watch("firm"), watch("facilitator"), watch("academic")
	w.ask(persona("admin"), `mutation($s: String!, $i: String!){revokeAccess(input: {issuer: $i, subject: $s, role: FACILITATOR, reason: "x"}){act{id} userErrors{code}}}`,
		"s", persona("facilitator").Subject, "i", auth.DevURL)
	w.ask(persona("admin"), `mutation($id: ID!){suspendStakeholder(input: {id: $id, reason: "x"}){userErrors{code}}}`, "id", persona("firm").Stakeholder)
	w.Store.Client().Revocation.Create().SetIssuer(auth.DevURL).SetSubject(persona("ngo").Subject).SetNotBefore(time.Now().Add(time.Minute)).SaveX(context.Background())
	for name, s := range map[string]*socket{"a revoked token": revoked, "a suspended party": suspended, "a person who lost a role": lesser} {
		if f := s.read(); f.closed != "4403 Forbidden" {
			t.Errorf("the socket of %s: %+v, want it closed with 4403", name, f)
		}
	}
	if err := other.start("2", call{query: "{viewer{roles}}"}); err != nil {
		t.Errorf("the socket of another viewer: %v, want it open", err)
	}
	if f := other.read(); f.Type != "next" {
		t.Errorf("the socket of another viewer: %+v, want an answer", f)
	}
	if a := w.post(call{query: "{viewer{roles}}", token: w.token(persona("ngo"))}); a.status != 401 {
		t.Errorf("a revoked token = %d, want 401", a.status)
	}
}

// reopened is a world whose server restarts on the same database while clients keep using it.
type reopened struct {
	t        *testing.T
	database string
	key      string
	mu       sync.RWMutex
	w        *world
}

func (r *reopened) world() *world {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.w
}

func (r *reopened) restart() {
	r.t.Helper()
	r.world().end()
	w := live(r.t, r.database, func(c *app.Config) { c.DevKey = r.key })
	r.mu.Lock()
	defer r.mu.Unlock()
	r.w = w
}

// insist posts a comment with a key until a server answers. After the answer, the comment exists.
func (r *reopened) insist(subject string, n int) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		w := r.world()
		token, err := w.Dev.Mint(persona("customer"), time.Hour)
		if err != nil {
			return
		}
		c := call{query: fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "Number %d."}) @idempotent(key: "n%d"){act{id} userErrors{code}}}`, subject, n, n)}
		req, err := http.NewRequest("POST", w.url+"/graphql", bytes.NewReader(c.body()))
		if err != nil {
			return
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			continue // between two servers
		}
		b, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err == nil && strings.Contains(string(b), `"userErrors":[]`) {
			return
		}
	}
	r.t.Errorf("comment %d was never answered", n)
}

func TestNothingIsLostOverARestart(t *testing.T) { // F30, and F44 over a restart
	const comments, restarts = 60, 4
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
		r := &reopened{t: t, database: databaseURL, key: filepath.Join(t.TempDir(), "dev.key")}
		r.w = live(t, databaseURL, func(c *app.Config) { c.DevKey = r.key })
		r.w.quiet()
		s := newScene(r.w)
		subject := s.id("What may")
		const query = `subscription($after: String){acts(filter: {type: [COMMENT_POSTED]}, after: $after){cursor act{id seq subject{... on Comment{body}}}}}`
		who := persona("auditor")

		f := r.w.follow(who, query) // from here on
		var writers sync.WaitGroup
		for part := range 3 {
			writers.Go(func() {
				for n := part; n < comments; n += 3 {
					r.insist(subject, n)
				}
			})
		}
		var events []answer
		for i := range restarts + 1 {
			next, stop := f.event, f.stop
			if i > 0 {
				after := events[len(events)-1].data.at("acts", "cursor").text()
				if i%2 == 1 {
					next, stop = r.w.overWS(who, query, map[string]any{"after": after})
				} else {
					g := r.w.follow(who, query, "after", after)
					next, stop = g.event, g.stop
				}
			}
			for upTo := comments * (i + 1) / (restarts + 1); len(events) < upTo; {
				events = append(events, next())
			}
			stop()
			if i < restarts {
				r.restart()
			}
		}
		writers.Wait()
		w := r.world()
		w.quiet()

		var want []string // in the order of the log
		for _, a := range w.acts(0) {
			if a.Type == "comment.posted" && a.At.Equal(start) && strings.HasPrefix(w.body(a.SubjectID), "Number ") {
				want = append(want, strconv.FormatInt(a.ID, 10)+" "+w.body(a.SubjectID))
			}
		}
		var got []string
		for _, e := range events {
			got = append(got, e.data.at("acts", "act", "seq").text()+" "+e.data.at("acts", "act", "subject", "body").text())
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) != comments {
			t.Errorf("%d events (-log +seen):\n%s", len(got), diff)
		}
		for i := 0; i < len(events)-1; i += 7 { // and resumed after any of them
			g := w.follow(who, query, "after", events[i].data.at("acts", "cursor").text())
			if e := g.event(); e.data.at("acts", "cursor").text() != events[i+1].data.at("acts", "cursor").text() {
				t.Errorf("after event %d comes %s, want %s", i, e.text, events[i+1].text)
			}
			g.stop()
		}
	})
}

// A cursor of an act that a restore lost expires: other acts have its sequence number now, and the client would miss them.
func TestACursorOfALostActExpires(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		who, subject := persona("auditor"), newScene(w).id("What may")
		same := func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }
		post := func(w *world, bodies ...string) {
			for _, b := range bodies {
				w.ask(persona("customer"), `mutation($s: ID!, $b: String!){postComment(input: {subject: $s, body: $b}){userErrors{code}}}`, "s", subject, "b", b)
				w.settle()
			}
		}
		const page = `query($after: String){head acts(first: 100, after: $after){edges{cursor node{type subject{... on Comment{body}}}}}}`
		const events = `subscription($after: String){acts(after: $after){act{type}}}`
		head := func(w *world) string { return w.ask(who, page).at("head").text() }

		post(w, "Kept.")
		kept := head(w)
		w.end() // a database in use cannot be copied
		backup := copied(t, w.database)
		w2 := open(t, w.database, same)
		post(w2, "Lost.", "Lost as well.")
		seen := w2.ask(who, page, "after", kept).at("acts", "edges")
		lost := map[string]string{"the head": head(w2), "the first act": seen.at(0, "cursor").text(), "the last": seen.at(1, "cursor").text()}
		w2.end()

		reopenLog(t, backup, w.devKey+".keys", start)
		w3 := open(t, backup, same)
		for _, later := range []bool{false, true} {
			if later {
				post(w3, "Later.", "Later still.", "And later.") // more acts than were lost
			}
			for name, cursor := range lost {
				for _, over := range transports {
					for _, query := range []string{page, events} {
						if strings.HasPrefix(query, "subscription") && (over.name == "POST" || over.name == "GET") {
							continue
						}
						a := over.send(w3, call{query: query, variables: map[string]any{"after": cursor}, token: w3.token(who)})
						if diff := cmp.Diff([]string{"CURSOR_EXPIRED"}, a.codes); diff != "" {
							t.Errorf("%s over %s, later %v: %s", name, over.name, later, a.text)
						}
					}
				}
			}
		}
		var got []string
		for _, e := range w3.ask(who, page, "after", kept).at("acts", "edges").list() {
			got = append(got, e.at("node", "type").text()+" "+e.at("node", "subject", "body").text())
		}
		want := []string{"LOG_REOPENED ", "LOG_KEY_ADDED ", "LOG_KEY_RETIRED ", "COMMENT_POSTED Later.", "COMMENT_POSTED Later still.", "COMMENT_POSTED And later."}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after the last act of the backup (-want +got):\n%s", diff)
		}
	})
}

func (w *world) body(comment uuid.UUID) string {
	row, err := w.Store.Client().Comment.Get(context.Background(), comment)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(row.Body)
}

func TestSequenceNumbersHaveNoGaps(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		replicas := []*world{w}
		if strings.HasPrefix(databaseURL, "postgres") { // SQLite serves one process
			replicas = append(replicas, live(t, databaseURL, func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }))
		}
		w.quiet()
		s := newScene(w)
		subject, who := s.id("What may"), persona("auditor")
		streams := make([]*followed, len(replicas))
		for i, r := range replicas {
			streams[i] = r.follow(who, `subscription{acts{act{seq subject{... on Comment{body}}}}}`)
		}
		before := len(w.acts(0))
		const writers, each = 8, 6
		var wg sync.WaitGroup
		for i := range writers {
			r := replicas[i%len(replicas)]
			token := r.token(persona([]string{"customer", "firm", "ngo", "academic"}[i%4]))
			wg.Go(func() {
				for n := range each {
					query := fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "Writer %d, %d."}){act{id}}}`, subject, i, n)
					if a := r.post(call{query: query, token: token}); a.code() != "" {
						t.Errorf("a comment = %s", a.text)
					}
				}
			})
		}
		for i, f := range streams {
			seen := map[string]bool{}
			for n := range writers * each {
				e := f.event().data.at("acts", "act")
				if want := strconv.Itoa(before + n + 1); e.at("seq").text() != want {
					t.Fatalf("on replica %d, event %d has sequence number %s, want %s", i, n, e.at("seq").text(), want)
				}
				seen[e.at("subject", "body").text()] = true
			}
			if len(seen) != writers*each {
				t.Errorf("on replica %d there were events of %d comments, want %d", i, len(seen), writers*each)
			}
		}
		wg.Wait()
		for i, a := range w.acts(0) {
			if a.ID != int64(i+1) {
				t.Fatalf("act %d of the log has sequence number %d", i+1, a.ID)
			}
		}
	})
}

// TestCommitsOutOfOrderBothBecomeEvents: an act that was written first and committed last gets the later sequence number. No
// client misses it, neither one that has received the other act nor one that resumes after it.
func TestCommitsOutOfOrderBothBecomeEvents(t *testing.T) { // F27
	w := live(t, testdb.Postgres(t), nil) // SQLite has one writer at a time
	w.fill()
	w.quiet()
	dialogue := w.Store.Client().Dialogue.Query().FirstX(context.Background())
	who := persona("auditor")
	const query = `subscription($after: String){acts(after: $after){cursor act{type}}}`
	f := w.follow(who, query)

	write := func(name string, written, commit chan struct{}) error {
		err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			_, err := w.Log.Append(ctx, tx, policy.SystemActor("test"), act.Entry{
				Type: name, Subject: act.Subject{Type: policy.Dialogue, ID: dialogue.ID, Revision: 1}, Dialogue: dialogue.ID,
			})
			if written != nil {
				close(written)
				<-commit
			}
			return err
		})
		w.Log.Wake()
		return err
	}
	written, commit, first := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() { first <- write("dialogue.closed", written, commit) }()
	<-written
	if err := write("dialogue.reopened", nil, nil); err != nil {
		t.Fatal(err)
	}
	second := receivedFrom(f.event(), "acts") // while the first is not committed yet
	if second.Type != "DIALOGUE_REOPENED" {
		t.Errorf("the first event = %s, want DIALOGUE_REOPENED", second.Type)
	}
	close(commit)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if e := receivedFrom(f.event(), "acts"); e.Type != "DIALOGUE_CLOSED" {
		t.Errorf("the second event = %s, want DIALOGUE_CLOSED", e.Type)
	}
	if e := receivedFrom(w.follow(who, query, "after", second.Cursor).event(), "acts"); e.Type != "DIALOGUE_CLOSED" {
		t.Errorf("after dialogue.reopened comes %s, want DIALOGUE_CLOSED", e.Type)
	}
}
