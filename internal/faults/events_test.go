//go:build faults

package faults_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// F27: an act that was made first but committed last gets a later sequence number, and a subscriber that resumes anywhere
// sees it. A subscriber that follows the order of creation would miss it.
func TestCommitsOutOfOrderReachEverySubscriber(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t))
	for _, limit := range []string{"lock_timeout", "statement_timeout"} { // so that the server waits long enough for the test
		w.url = change(w.url, withParam(limit, "9000"))
	}
	w.serve(2)
	place, db := w.place(w.replicas[0]), w.look()
	var viewer struct {
		Viewer struct{ Member struct{ ID string } }
	}
	w.read(w.replicas[0], "customer", `{viewer{member{id}}}`, nil, &viewer)
	member, err := typeid.Parse("member", viewer.Viewer.Member.ID)
	if err != nil {
		t.Fatal(err)
	}
	following := w.follow("auditor", false)
	var deeds []deed
	for round := range times(5, 2) {
		late, early := deed{key: uuid.NewString()}, deed{key: uuid.NewString()}
		// The server stores the response last. Our uncommitted row with the same key stops its transaction there.
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(`INSERT INTO idempotency_keys (id, member_id, key, request_hash, answer, created_at) VALUES ($1, $2, $3, '', '', now())`,
			uuid.New(), member, late.key); err != nil {
			t.Fatal(err)
		}
		post := func(r *replica, who, stance string, d *deed) error { // those of one stance on one thing wait for each other, to be one group
			d.body = "Deed of " + who + ", " + d.key
			mutation := strings.Replace(postComment, "body: $body", "body: $body, stance: "+stance, 1)
			a, err := ask(context.Background(), r.address(), w.token(who), mutation, map[string]any{"key": d.key, "place": place, "body": d.body})
			if err != nil {
				return err
			}
			if setback := d.read(a); setback != "" {
				return fmt.Errorf("got %s", a.text)
			}
			return nil
		}
		first := make(chan error, 1)
		go func() { first <- post(w.replicas[0], "customer", "FOR", &late) }()
		until(t, waitLimit, "the first transaction waits before its commit", func() bool {
			return number(db, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1
		})
		if err := post(w.replicas[1], "ngo", "AGAINST", &early); err != nil {
			t.Fatal(err)
		}
		earlyID, err := typeid.Parse("act", early.act)
		if err != nil {
			t.Fatal(err)
		}
		seq := "SELECT COALESCE(MAX(seq), 0) FROM acts WHERE act_id = $1"
		until(t, waitLimit, "the second has its sequence number", func() bool { return number(db, seq, earlyID) > 0 })
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		if err := <-first; err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		lateID, err := typeid.Parse("act", late.act)
		if err != nil {
			t.Fatal(err)
		}
		until(t, waitLimit, "the first has its sequence number", func() bool { return number(db, seq, lateID) > 0 })
		if number(db, seq, lateID) <= number(db, seq, earlyID) {
			t.Error("the act that was committed last is not last in the log")
		}
		// Act ids sort by creation: a subscriber that resumed by id would miss the late one.
		if lateID.String() >= earlyID.String() {
			t.Errorf("the acts were not made in the order that this test needs: %s and %s", lateID, earlyID)
		}
		deeds = append(deeds, early, late)
	}
	following.sawAll()
	w.resumable("auditor")
	w.check(deeds)
}

// resumable checks that every cursor of the log leads to exactly the act after it.
func (w *world) resumable(who string) {
	w.t.Helper()
	var all struct {
		Acts struct {
			Edges []struct {
				Cursor string
				Node   struct{ ID string }
			}
		}
	}
	w.read(w.replicas[0], who, `{acts(first: 100){edges{cursor node{id}}}}`, nil, &all)
	edges := all.Acts.Edges
	for i := range edges[:len(edges)-1] {
		next := ""
		err := socket(context.Background(), w.any().address(), w.token(who), followActs, map[string]any{"after": edges[i].Cursor}, func(event []byte) error {
			next = string(event)
			return errLeft
		})
		if !errors.Is(err, errLeft) || !strings.Contains(next, edges[i+1].Node.ID) {
			w.t.Errorf("after act %d came %s (%v), want %s", i+1, next, err, edges[i+1].Node.ID)
		}
	}
}

// F28: the process that holds the lease is killed in the middle of a batch, before or after it has moved acts within its
// transaction. Another takes over, and no sequence number is used twice or skipped.
func TestASequencerKilledMidBatchLeavesNoTrace(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t))
	for i := range 2 { // the application name shows in the database's list of sessions which replica is working
		r := w.replica("--database", change(w.url, withParam("application_name", fmt.Sprintf("sequencer%d", i))))
		r.start()
	}
	db := w.look()
	c := w.startLoad(4, func(c *generator) { c.pause = 20 * time.Millisecond })
	following := w.follow("auditor", false)
	slowest := time.Duration(0)
	for round := range times(20, 3) {
		holder := w.caughtSequencing(db, round%2 == 0, func(r *replica) { r.kill() })
		before := number(db, "SELECT COALESCE(MAX(seq), 0) FROM acts")
		killed := time.Now()
		until(t, 10*time.Second, "another replica sequences", func() bool { return number(db, "SELECT COALESCE(MAX(seq), 0) FROM acts") > before })
		slowest = max(slowest, time.Since(killed))
		holder.start()
	}
	t.Logf("the slowest takeover took %v", slowest.Round(time.Millisecond))
	deeds := c.stop()
	following.sawAll()
	w.check(deeds)
}

// caughtSequencing waits until our lock stops a replica in the middle of a batch, and calls do with it. The lock stops it
// either before it moves acts into the log, or between that and emptying the queue.
func (w *world) caughtSequencing(db *sql.DB, before bool, do func(*replica)) *replica {
	w.t.Helper()
	var caught *replica
	until(w.t, waitLimit, "a replica is caught in the middle of a batch", func() bool {
		tx, err := db.Begin()
		if err != nil {
			w.t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }()
		if before {
			if _, err := tx.Exec("LOCK TABLE acts IN SHARE MODE"); err != nil {
				return false
			}
		} else if n, err := held(tx.Exec("SELECT 1 FROM queued_acts ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 5")); err != nil || n == 0 {
			return false
		}
		// The server gives up waiting for a lock after 2 s, and checks the queue at least every second.
		const waiting = `SELECT COALESCE(MAX(application_name), '') FROM pg_stat_activity
			WHERE datname = current_database() AND application_name LIKE 'sequencer%' AND wait_event_type = 'Lock' AND query LIKE $1`
		at := map[bool]string{true: "INSERT INTO acts%", false: "DELETE FROM queued_acts%"}[before]
		for deadline := time.Now().Add(1500 * time.Millisecond); time.Now().Before(deadline); {
			name := ""
			if err := db.QueryRow(waiting, at).Scan(&name); err != nil {
				w.t.Fatal(err)
			}
			for i, r := range w.replicas {
				if name == fmt.Sprintf("sequencer%d", i) {
					caught = r
					do(r)
					return true
				}
			}
		}
		return false
	})
	return caught
}

func held(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// F30: subscribers disconnect at random points and are disconnected by restarting servers. In the end they have seen the whole
// log once and in order: 10,000 acts of an import, and what is written meanwhile.
func TestSubscribersResumeAcrossRestartsOver10000Events(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).serve(2)
	votes := times(10_000, 2_000)
	leaving := func(f *follower) { f.leaveAfter = func() int { return 1 + rand.N(votes/5) } }
	followers := []*follower{
		w.follow("auditor", false, leaving), w.follow("auditor", true, leaving), w.follow("customer", false, leaving), w.follow("ngo", true, leaving),
		w.follow("auditor", false), w.follow("auditor", true),
	}
	c := w.startLoad(2, func(c *generator) { c.pause = 20 * time.Millisecond })
	w.load(votes)
	for i := range times(6, 2) {
		c.more(10)
		r := w.replicas[i%2]
		if i%3 == 2 {
			r.stop()
		} else {
			r.kill()
		}
		r.start()
	}
	deeds := c.stop()
	for _, f := range followers {
		f.sawAll()
	}
	w.check(deeds)
}

// load imports a consultation with a number of votes; each is an act.
func (w *world) load(votes int) {
	w.t.Helper()
	folder := w.t.TempDir()
	const statements, voters = 20, 100
	files := map[string]*strings.Builder{}
	file := func(name, header string) *strings.Builder {
		files[name] = &strings.Builder{}
		files[name].WriteString(header)
		return files[name]
	}
	file("summary.csv", "topic,How should delivery be priced?\nurl,https://pol.is/small\nconversation-description,Say what you think.\n")
	comments := file("comments.csv", "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n")
	for i := range statements {
		fmt.Fprintf(comments, "%d,Fri,%d,%d,0,0,1,Statement %d\n", 1_500_000_000_000+i, i, i, i)
	}
	cast := file("votes.csv", "timestamp,datetime,comment-id,voter-id,vote\n")
	for i := range votes {
		fmt.Fprintf(cast, "%d,Fri,%d,%d,%d\n", 1_500_000_100_000+int64(i)*1000, i%statements, i/statements%voters, i%3-1)
	}
	participants := file("participants-votes.csv", "participant,group-id,n-comments,n-votes,n-agree,n-disagree\n")
	for i := range voters {
		fmt.Fprintf(participants, "%d,0,0,0,0,0\n", i)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text.String()), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	cmd := exec.Command(plenary, "import", "consultation", "--database", w.url, "--keys", w.keys(), folder)
	cmd.Env = environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("import: %v: %s", err, out)
	}
}

// F31: two subscribers read one event a second while a thousand arrive. One of them never reads faster and is disconnected;
// the other starts to read once the server has given up on it, and learns that and where to resume. Their cost is bounded,
// and the other subscribers are as fast as before.
func TestASlowSubscriberDelaysNobody(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).serve(1)
	server := w.replicas[0]
	fast := []*follower{w.follow("auditor", false), w.follow("auditor", true), w.follow("auditor", false)}
	until(t, waitLimit, "the fast subscribers are connected", func() bool { return server.gauge("plenary_sockets") == 2 })
	asleep, waking := w.slow("auditor"), w.slow("auditor")
	until(t, waitLimit, "the slow subscribers are connected", func() bool { return server.gauge("plenary_sockets") == 4 })
	before := server.memory()
	most, began := before, time.Now()
	votes := times(40_000, 15_000)
	loaded := make(chan struct{})
	go func() {
		defer close(loaded)
		w.load(votes)
	}()
	// From then on both have the time of one write to receive the close frame.
	until(t, waitLimit, "the server gives up on the slow subscribers", func() bool { return server.gauge("plenary_slow_readers_total") == 2 })
	waking.wake()
	<-loaded
	for _, f := range fast {
		until(t, waitLimit, f.name+" has seen the votes", func() bool {
			most = max(most, server.memory())
			return f.count() > votes
		})
	}
	took := time.Since(began)
	t.Logf("%d events in %v, %.0f a second; memory %.0f MB, then at most %.0f", votes, took.Round(time.Millisecond), float64(votes)/took.Seconds(), before, most)
	if grown := most - before; grown > 128 {
		t.Errorf("memory grew by %.0f MB while two subscribers were slow", grown)
	}
	until(t, waitLimit, "the slow subscribers are disconnected", func() bool { return server.gauge("plenary_sockets") == 2 })
	asleep.wake()
	<-asleep.ended
	<-waking.ended
	word, cursor, _ := strings.Cut(waking.end.Reason, " ")
	if waking.end.Code != websocket.StatusTryAgainLater || word != "RESYNC" || cursor != waking.cursor {
		t.Errorf("the subscriber that woke up saw %d events up to %s and was closed with %d %q, want 1013 RESYNC and that cursor",
			waking.seen, waking.cursor, waking.end.Code, waking.end.Reason)
	}
	for _, s := range []*sleeper{asleep, waking} {
		s.resumes(w)
	}
	for _, f := range fast {
		f.sawAll()
		if ends := f.endings(); len(ends) > 0 {
			t.Errorf("%s was disconnected: %v", f.name, ends)
		}
	}
	checkLog(t, ledger(t, w.look()))
}

// sleeper is a subscriber that reads one event a second until it wakes up, with a small receive buffer.
type sleeper struct {
	t       *testing.T
	token   string
	wakeful chan struct{}
	ended   chan struct{}
	end     websocket.CloseError
	cursor  string // of the last event
	act     string
	seen    int
}

const sleeperActs = `subscription($after: String) { acts(after: $after) { cursor act { id type commitment subjectId at stakeholder { id name } } } }`

func (w *world) slow(who string) *sleeper {
	w.t.Helper()
	ctx := context.Background()
	s := &sleeper{t: w.t, token: w.token(who), wakeful: make(chan struct{}), ended: make(chan struct{})}
	little := &net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		return errors.Join(c.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) }), err)
	}}
	conn, err := dial(ctx, w.replicas[0].address(), &http.Client{Transport: &http.Transport{DialContext: little.DialContext}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.CloseNow() })
	if err := subscribe(ctx, conn, s.token, sleeperActs, nil); err != nil {
		w.t.Fatal(err)
	}
	go s.read(ctx, conn)
	return s
}

func (s *sleeper) read(ctx context.Context, conn *websocket.Conn) {
	defer close(s.ended)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		kind, payload, err := receive(ctx, conn)
		if err != nil {
			_ = errors.As(err, &s.end) // zero if the connection broke
			return
		}
		if kind == "next" {
			var e struct {
				Data struct {
					Acts struct {
						Cursor string
						Act    struct{ ID string }
					}
				}
			}
			if json.Unmarshal(payload, &e) == nil {
				s.cursor, s.act, s.seen = e.Data.Acts.Cursor, e.Data.Acts.Act.ID, s.seen+1
			}
		}
		select {
		case <-second.C:
		case <-s.wakeful:
		}
	}
}

func (s *sleeper) wake() { close(s.wakeful) }

// resumes checks that the act after the last one received is the next in the log.
func (s *sleeper) resumes(w *world) {
	w.t.Helper()
	last, err := typeid.Parse("act", s.act)
	if err != nil {
		w.t.Fatalf("the slow subscriber saw nothing: %v", err)
	}
	log := ledger(w.t, w.look())
	at := slices.IndexFunc(log, func(p placed) bool { return p.act == last })
	got := ""
	err = socket(context.Background(), w.any().address(), s.token, sleeperActs, map[string]any{"after": s.cursor}, func(event []byte) error {
		got = string(event)
		return errLeft
	})
	if want := typeid.New("act", log[at+1].act).String(); !errors.Is(err, errLeft) || !strings.Contains(got, want) {
		w.t.Errorf("after the last of %d events came %s (%v), want %s", s.seen, got, err, want)
	}
}
