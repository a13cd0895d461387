package store_test

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

func countWhere(ctx context.Context, s *store.Store, c store.Cond) (int, error) {
	var n int
	err := s.Query(ctx, "SELECT COUNT(*) FROM stakeholders WHERE "+c.SQL, c.Args, func(r *sql.Rows) error { return r.Scan(&n) })
	return n, err
}

func TestATransactionThatFailsLeavesNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		boom := errors.New("boom")
		err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := tx.Stakeholder.Create().SetKind("NGO").SetName("N").SetHandle("nnn").Exec(ctx); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("InTx = %v, want boom", err)
		}
		if n, err := countWhere(ctx, s, store.Always()); n != 0 || err != nil {
			t.Errorf("%d rows, %v, want none", n, err)
		}
	})
}

func TestAPanicDoesNotHoldTheWriter(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = s.InTx(ctx, func(context.Context, *db.Tx) error { panic("boom") })
		}()
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return tx.Stakeholder.Create().SetKind("NGO").SetName("N").SetHandle("nnn").Exec(ctx)
		}); err != nil {
			t.Errorf("InTx after a panic = %v", err)
		}
	})
}

func TestTwoWritersAtOnceBothWrite(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		var wg sync.WaitGroup
		errs := make(chan error, 20)
		for i := range 20 {
			wg.Go(func() {
				errs <- s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
					return tx.Stakeholder.Create().SetKind("NGO").SetName("N").SetHandle("n-" + string(rune('a'+i))).Exec(ctx)
				})
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		if n, err := countWhere(ctx, s, store.Always()); n != 20 || err != nil {
			t.Errorf("%d rows, %v, want 20", n, err)
		}
	})
}

func TestASecondRowWithAUniqueValueIsAConflict(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		create := func(ctx context.Context, tx *db.Tx) error {
			return tx.Stakeholder.Create().SetKind("NGO").SetName("N").SetHandle("same").Exec(ctx)
		}
		if err := s.InTx(context.Background(), create); err != nil {
			t.Fatal(err)
		}
		err := s.InTx(context.Background(), create)
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Conflict {
			t.Fatalf("InTx = %v, want Conflict", err)
		}
		for _, word := range []string{"stakeholders", "handle", "UNIQUE", "pq"} {
			if strings.Contains(f.Message, word) {
				t.Errorf("the message %q shows %q", f.Message, word)
			}
		}
	})
}

func TestASecondProcessOnASQLiteFileIsRefused(t *testing.T) {
	url := testdb.SQLite(t)
	testdb.Open(t, url, store.Options{})
	_, err := store.Open(context.Background(), url, store.Options{})
	if err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("a second Open = %v, want an error that says why", err)
	}
	reader, err := store.Open(context.Background(), url, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("Open read-only = %v", err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

func TestTheErrorOfADatabaseURLHidesThePassword(t *testing.T) {
	for name, url := range map[string]string{
		"unknown scheme":  "mysql://u:s3cret@h/d",
		"no scheme":       "s3cret",
		"nobody there":    "postgres://u:s3cret@127.0.0.1:1/d?connect_timeout=1",
		"password in URL": "postgres://127.0.0.1:1/d?password=s3cret&user=u",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Open(context.Background(), url, store.Options{})
			if err == nil {
				t.Fatal("Open = nil, want an error")
			}
			if strings.Contains(err.Error(), "s3cret") && name != "no scheme" {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

// With a URL of several servers, Plenary follows a failover.
func TestAURLNamesSeveralServers(t *testing.T) {
	one := testdb.Postgres(t)
	u, err := url.Parse(one)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = "127.0.0.1:1," + u.Host // nobody listens on the first
	q := u.Query()
	q.Set("target_session_attrs", "read-write")
	u.RawQuery = q.Encode()
	s, err := store.Open(context.Background(), u.String(), store.Options{})
	if err != nil {
		t.Fatalf("Open(%s) = %v, want the second server", u, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// The driver reads without a deadline: on a network that loses every packet it would wait for a quarter of an hour.
func TestAServerThatStopsAnsweringIsGivenUp(t *testing.T) {
	direct := testdb.Postgres(t)
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var silent atomic.Bool
	go relay(l, u.Host, &silent)
	u.Host = l.Addr().String()
	q := u.Query()
	q.Set("statement_timeout", "200")
	u.RawQuery = q.Encode()
	s, err := store.Open(context.Background(), u.String(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	silent.Store(true)
	began := time.Now()
	err = s.Query(context.Background(), "SELECT 1", nil, func(*sql.Rows) error { return nil })
	if took := time.Since(began); !fault.Is(err, fault.Unavailable) || took > 30*time.Second {
		t.Errorf("a query without an answer = %v after %v, want Unavailable a second after the timeout of the statement", err, took)
	}
}

// relay passes bytes on to a server until it is silent; then it drops them.
func relay(l net.Listener, to string, silent *atomic.Bool) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", to)
		if err != nil {
			_ = client.Close()
			continue
		}
		pass := func(from, to net.Conn) {
			defer from.Close()
			defer to.Close()
			for b := make([]byte, 4096); ; {
				n, err := from.Read(b)
				if err != nil {
					return
				}
				if !silent.Load() {
					if _, err := to.Write(b[:n]); err != nil {
						return
					}
				}
			}
		}
		go pass(client, server)
		go pass(server, client)
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Exec(ctx, tx, "INSERT INTO schema_migrations (version, applied_at) VALUES (?, ?)", "99990101000000_future", 1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Migrate(ctx); err == nil || !strings.Contains(err.Error(), "newer plenary") {
			t.Errorf("Migrate = %v, want a refusal", err)
		}
	})
}

// rewritten tells whether a line drops a partial index that the next one makes again, or makes it: PostgreSQL keeps predicates in words
// of its own, so that they always look new there. On SQLite, which keeps them as they are, a changed predicate is found.
func rewritten(lines []string, i int) bool {
	makes := func(i int) string {
		name, rest, _ := strings.Cut(strings.TrimPrefix(strings.Replace(strings.TrimSpace(lines[i]), " UNIQUE ", " ", 1), "CREATE INDEX "), " ")
		if !strings.Contains(rest, " WHERE ") {
			return ""
		}
		return name
	}
	if name, drops := strings.CutPrefix(strings.TrimSpace(lines[i]), "DROP INDEX "); drops {
		return i+1 < len(lines) && makes(i+1) == strings.TrimSuffix(name, ";")
	}
	return i > 0 && makes(i) != "" && strings.TrimSpace(lines[i-1]) == "DROP INDEX "+makes(i)+";"
}

// The migrations are files that a person has reviewed. This test fails when ent/schema has changed without them.
func TestMigrationsLeadToTheSchema(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		var b strings.Builder
		if err := s.Client().Schema.WriteTo(context.Background(), &b, migrate.WithDropColumn(true), migrate.WithDropIndex(true)); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n")
		for i, line := range lines {
			if line = strings.TrimSpace(line); line == "" || line == "BEGIN;" || line == "COMMIT;" || s.IsPostgres() && rewritten(lines, i) {
				continue
			}
			t.Errorf("the schema needs a migration: %s", line)
		}
	})
}

func TestAFolderIsMadeForTheDatabase(t *testing.T) {
	url := "sqlite://" + filepath.Join(t.TempDir(), "a", "b", "plenary.db")
	testdb.Open(t, url, store.Options{})
}

func TestAFullPoolFailsFast(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		s := testdb.Open(t, url, store.Options{Pool: 1, Relaxed: true})
		held, release := make(chan struct{}), make(chan struct{})
		done := make(chan error, 1)
		go func() {
			done <- s.Query(context.Background(), "SELECT 1", nil, func(*sql.Rows) error {
				close(held)
				<-release
				return nil
			})
		}()
		<-held
		err := s.Query(context.Background(), "SELECT 1", nil, func(*sql.Rows) error { return nil })
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("Query on a full pool = %v, want Unavailable", err)
		}
		close(release)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestSQLiteForgetsSamples: after somebody's own ANALYZE, the statistics stay and the samples go.
func TestSQLiteForgetsSamples(t *testing.T) {
	url := testdb.SQLite(t)
	s, err := store.Open(t.Context(), url, store.Options{Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.Stakeholder.Create().SetKind("NGO").SetName("N").SetHandle(strings.Repeat("n", i+3)).Exec(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite://"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	count := func(table string) (n int) {
		if err := file.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if _, err := file.Exec("ANALYZE"); err != nil {
		t.Fatal(err)
	}
	if count("sqlite_stat4") == 0 {
		t.Fatal("ANALYZE gathers no samples: this test shows nothing")
	}
	again, err := store.Open(t.Context(), url, store.Options{Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if samples, rows := count("sqlite_stat4"), count("sqlite_stat1"); samples != 0 || rows == 0 {
		t.Errorf("%d samples and %d rows of statistics, want none and some", samples, rows)
	}
}
