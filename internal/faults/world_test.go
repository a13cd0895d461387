//go:build faults

package faults_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/lib/pq"  // the driver of the checks
	_ "modernc.org/sqlite" // likewise

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/testdb/cluster"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// world is one database, loaded with the shipped example, and the replicas that serve it.
type world struct {
	t        *testing.T
	url      string // the database URL of the replicas
	truth    string // the database URL of the checks; differs from url if that goes through a proxy
	folder   string
	dev      *auth.DevIssuer
	replicas []*replica
	issuers  string // file of the token issuers, in production mode; empty in dev mode

	mu     sync.Mutex
	tokens map[string]string
}

// onSQLite makes a world on a file in a folder.
func onSQLite(t *testing.T, folder string) *world {
	t.Helper()
	database := "sqlite://" + filepath.Join(folder, "plenary.db")
	return newWorld(t, database, database)
}

// onPostgres makes a world on a new database of a cluster.
func onPostgres(t *testing.T, c *cluster.Cluster) *world {
	t.Helper()
	database := newDatabase(t, c)
	return newWorld(t, database, database)
}

func newDatabase(t *testing.T, c *cluster.Cluster) string {
	t.Helper()
	name := "f_" + strings.ReplaceAll(uuid.NewString()[:13], "-", "")
	admin := open(t, c.URL)
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return named(c.URL, name)
}

// named returns the URL of another database on the same server.
func named(server, name string) string {
	return change(server, func(u *url.URL) { u.Path = "/" + name })
}

func change(raw string, f func(*url.URL)) string {
	u, err := url.Parse(raw)
	if err != nil {
		panic(err) // the tests only pass valid URLs
	}
	f(u)
	return u.String()
}

func newWorld(t *testing.T, database, truth string) *world {
	t.Helper()
	w := &world{t: t, url: database, truth: truth, folder: t.TempDir(), tokens: map[string]string{}}
	var err error
	if w.dev, err = auth.OpenDevIssuer(w.devKey(), clock.System{}); err != nil {
		t.Fatal(err)
	}
	if err := keys.Init(w.keys()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) devKey() string { return filepath.Join(w.folder, "dev-issuer.key") }

// keys is the folder with the keys that all replicas of a world share.
func (w *world) keys() string { return filepath.Join(w.folder, "keys") }

// replica describes one more process; start runs it. Flags given here override the usual ones.
func (w *world) replica(flags ...string) *replica {
	w.t.Helper()
	r := &replica{t: w.t, name: fmt.Sprintf("replica %d", len(w.replicas)+1), log: &record{}}
	r.args = append(w.flags(), flags...)
	w.replicas = append(w.replicas, r)
	w.t.Cleanup(func() {
		if r.cmd != nil {
			r.proceed() // a suspended process handles no other signal
			r.kill()
		}
		if r.log.has(`"msg":"panic"`) || r.log.has("goroutine 1 [") {
			w.t.Errorf("%s panicked", r.name)
		}
		if w.t.Failed() {
			w.t.Logf("the end of the log of %s:\n%s", r.name, r.log.end())
		}
	})
	return r
}

// flags are the flags of every process of a world. What replicas must share belongs here.
func (w *world) flags() []string {
	flags := []string{"serve", "--demo", "--auto-migrate", "--database", w.url, "--keys", w.keys(), "--listen", "127.0.0.1:0", "--no-rate-limit"}
	if w.issuers != "" {
		return append(flags, "--mode", "production", "--issuers", w.issuers)
	}
	return append(flags, "--dev-key", w.devKey())
}

// inProduction makes replicas run in production mode, as behind a load balancer. Dev mode is off, so our tokens come from a
// configured issuer.
func (w *world) inProduction() *world {
	w.t.Helper()
	public := filepath.Join(w.folder, "keys.json")
	w.issuers = filepath.Join(w.folder, "issuers.yaml")
	issuer := w.dev.Issuer()
	text := fmt.Sprintf("- url: %s\n  audience: [%s]\n  algorithms: [%s]\n  keys-file: %s\n  roles: [customer, firm, regulator, ngo, academic, facilitator, author, reviewer, approver, auditor, admin]\n",
		issuer.URL, issuer.Audience[0], issuer.Algorithms[0], public)
	for path, b := range map[string][]byte{public: issuer.StaticKeys, w.issuers: []byte(text)} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	return w
}

// balance picks among the replicas that report that they are ready, like a load balancer that checks them often. It ends
// with the test.
func (w *world) balance() func() *replica {
	w.t.Helper()
	var mu sync.Mutex
	var ready []*replica
	look := func() {
		var now []*replica
		for _, r := range w.replicas {
			if r.ready() {
				now = append(now, r)
			}
		}
		mu.Lock()
		ready = now
		mu.Unlock()
	}
	look()
	done, ended := make(chan struct{}), make(chan struct{})
	w.t.Cleanup(func() {
		close(done)
		<-ended
	})
	go func() {
		defer close(ended)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				look()
			case <-done:
				return
			}
		}
	}()
	return func() *replica {
		mu.Lock()
		defer mu.Unlock()
		if len(ready) == 0 {
			return w.any()
		}
		return ready[rand.N(len(ready))]
	}
}

// serve starts replicas, one after the other: the first loads the example.
func (w *world) serve(n int, flags ...string) *world {
	w.t.Helper()
	for range n {
		w.replica(flags...).start()
	}
	return w
}

// any picks a replica, like a client that knows several addresses: the replica may be down.
func (w *world) any() *replica { return w.replicas[rand.N(len(w.replicas))] }

// token returns a token for a person of the example.
func (w *world) token(name string) string {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if t, ok := w.tokens[name]; ok {
		return t
	}
	p, ok := demo.PersonaOf(name)
	if !ok {
		w.t.Fatalf("there is no %s in the example", name)
	}
	who := auth.Identity{Subject: p.Subject()}
	for _, r := range p.Roles {
		who.Roles = append(who.Roles, string(r))
	}
	if p.Party != "" {
		who.Stakeholder = typeid.New("stakeholder", p.Stakeholder()).String()
	}
	token, err := w.dev.Mint(who, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	w.tokens[name] = token
	return token
}

// open opens a database directly, for checks.
func open(t testing.TB, database string) *sql.DB {
	t.Helper()
	driver, name := "postgres", database
	if path, ok := strings.CutPrefix(database, "sqlite://"); ok {
		driver, name = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// look opens the world's database.
func (w *world) look() *sql.DB {
	w.t.Helper()
	return open(w.t, w.truth)
}

// number reads one number; -1 if the database does not answer.
func number(db *sql.DB, text string, args ...any) int {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var n int
	if err := db.QueryRowContext(ctx, text, args...).Scan(&n); err != nil {
		return -1
	}
	return n
}

// settled waits until every act is in the log.
func (w *world) settled() {
	w.t.Helper()
	db := w.look()
	until(w.t, waitLimit, "the queue of acts is empty, and every vote in the log was told", func() bool {
		return number(db, "SELECT COUNT(*) FROM queued_acts") == 0 && told(db) >= number(db, "SELECT COALESCE(MAX(seq), 0) FROM acts WHERE type = 'comment.voted' AND member_commitment IS NOT NULL") &&
			number(db, "SELECT COUNT(*) FROM queued_acts") == 0
	})
}

// told is up to which act the tallies of comments were told.
func told(db *sql.DB) int {
	var value []byte
	var at struct{ Seq int }
	if db.QueryRow("SELECT value FROM settings WHERE id = 'tallies_told'").Scan(&value) != nil || json.Unmarshal(value, &at) != nil {
		return -1
	}
	return at.Seq
}
