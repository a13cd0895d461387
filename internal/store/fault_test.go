package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/testdb/wire"
)

// with adds parameters to a database URL.
func with(t *testing.T, rawURL string, params ...string) string {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for i := 0; i < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// beside is a connection to the same database outside the store.
func beside(t *testing.T, rawURL string) *sql.DB {
	t.Helper()
	conn, err := sql.Open("postgres", rawURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func note(ctx context.Context, s *store.Store, tx *db.Tx, id string) error {
	_, err := s.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?)", id, []byte("x"))
	return err
}

func notes(t *testing.T, s *store.Store, id string) int {
	t.Helper()
	var n int
	err := s.Query(context.Background(), "SELECT COUNT(*) FROM settings WHERE id = ?", []any{id}, func(r *sql.Rows) error { return r.Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func ask(ctx context.Context, s *store.Store, text string) (answer int, err error) {
	err = s.Query(ctx, text, nil, func(r *sql.Rows) error { return r.Scan(&answer) })
	return answer, err
}

const backend = "SELECT pg_backend_pid()"

func TestAFullPoolFailsTransactionsFast(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, rawURL string) {
		s := testdb.Open(t, rawURL, store.Options{Pool: 1, Relaxed: true})
		held, release := make(chan struct{}), make(chan struct{})
		done := make(chan error, 1)
		go func() {
			done <- s.InTx(context.Background(), func(context.Context, *db.Tx) error {
				close(held)
				<-release
				return nil
			})
		}()
		<-held
		began := time.Now()
		err := s.InTx(context.Background(), func(context.Context, *db.Tx) error { return nil })
		const limit = 10 * time.Second // without its own limit it would wait for ever
		if took := time.Since(began); !fault.Is(err, fault.Unavailable) || took > limit {
			t.Errorf("InTx on a full pool = %v after %v, want Unavailable within %v", err, took, limit)
		}
		close(release)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestATransactionMayReadBesideItself(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, rawURL string) {
		s := testdb.Open(t, rawURL, store.Options{Pool: 1, Relaxed: true})
		err := s.InTx(context.Background(), func(ctx context.Context, _ *db.Tx) error {
			_, err := ask(ctx, s, "SELECT 1")
			return err
		})
		if err != nil {
			t.Errorf("InTx with a read beside it = %v", err)
		}
	})
}

// lateness is a context whose deadline passes when a test says so.
type lateness struct {
	context.Context
	passed chan struct{}
}

func (l *lateness) Done() <-chan struct{} { return l.passed }

func (l *lateness) Err() error {
	select {
	case <-l.passed:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestASlowStatementEndsAndItsConnectionStays(t *testing.T) {
	rawURL := testdb.Postgres(t)
	admin := beside(t, rawURL)
	slow := func(ctx context.Context, s *store.Store) error {
		_, err := ask(ctx, s, "SELECT 1 FROM pg_sleep(20)")
		return err
	}
	slowTx := func(ctx context.Context, s *store.Store) error {
		return s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return s.QueryTx(ctx, tx, "SELECT 1 FROM pg_sleep(20)", nil, func(*sql.Rows) error { return nil })
		})
	}
	for _, row := range []struct {
		name, limit string
		deadline    bool
		run         func(context.Context, *store.Store) error
	}{
		{"at the limit of the server", "200", false, slow},
		{"at the limit of the server, in a transaction", "200", false, slowTx},
		{"at the deadline of the request", "60000", true, slow},
		{"at the deadline of the request, in a transaction", "60000", true, slowTx},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := testdb.Open(t, with(t, rawURL, "statement_timeout", row.limit), store.Options{Pool: 1})
			before, err := ask(context.Background(), s, backend)
			if err != nil {
				t.Fatal(err)
			}
			ctx := context.Background()
			if row.deadline {
				late := &lateness{Context: ctx, passed: make(chan struct{})}
				ctx = late
				go func() { // the deadline passes while the statement runs; while it is prepared its text is shown as well
					running := "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep')"
					for now := false; !now; {
						if err := admin.QueryRow(running, before).Scan(&now); err != nil {
							break
						}
					}
					close(late.passed)
				}()
			}
			began := time.Now()
			if err := row.run(ctx, s); !fault.Is(err, fault.Deadline) || time.Since(began) > 15*time.Second {
				t.Errorf("a statement of 20 s = %v after %v, want Deadline", err, time.Since(began))
			}
			// database/sql rolls back when the deadline passes, and the connection returns to the pool a moment after the database
			// has done so. Until then another statement gets another connection.
			for s.InUse() > 0 {
				runtime.Gosched()
			}
			if after, err := ask(context.Background(), s, backend); after != before || err != nil {
				t.Errorf("the next statement ran in backend %d, %v, want %d again", after, err, before)
			}
		})
	}
}

func TestALockThatStaysIsUnavailable(t *testing.T) {
	rawURL := testdb.Postgres(t)
	for name, limit := range map[string]string{"the limit of locks": "lock_timeout", "the limit of statements, which comes first": "statement_timeout"} {
		t.Run(name, func(t *testing.T) {
			s := testdb.Open(t, with(t, rawURL, limit, "200"), store.Options{})
			err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, "held by "+limit) })
			if err != nil {
				t.Fatal(err)
			}
			other, err := beside(t, rawURL).Begin()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = other.Rollback() }()
			if _, err := other.Exec("UPDATE settings SET value = 'y' WHERE id = $1", "held by "+limit); err != nil {
				t.Fatal(err)
			}
			err = s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error { return s.Lock(ctx, tx, "settings", "held by "+limit) })
			if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || f.Final {
				t.Errorf("a lock that another transaction holds = %v, want Unavailable that can be retried", err)
			}
		})
	}
}

func TestADeadlineThatPassesWhileAStatementIsPreparedIsADeadline(t *testing.T) {
	rawURL := testdb.Postgres(t)
	admin := beside(t, rawURL)
	for name, run := range map[string]func(ctx context.Context, s *store.Store) error{
		"a read": func(ctx context.Context, s *store.Store) error {
			_, err := ask(ctx, s, "SELECT COUNT(*) FROM settings")
			return err
		},
		"a change": func(ctx context.Context, s *store.Store) error {
			return s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, "late") })
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := testdb.Open(t, with(t, rawURL, "lock_timeout", "0"), store.Options{Pool: 1})
			pid, err := ask(context.Background(), s, backend)
			if err != nil {
				t.Fatal(err)
			}
			other, err := admin.Begin() // to prepare a statement takes a lock on its tables
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = other.Rollback() }()
			if _, err := other.Exec("LOCK TABLE settings IN ACCESS EXCLUSIVE MODE"); err != nil {
				t.Fatal(err)
			}
			late := &lateness{Context: context.Background(), passed: make(chan struct{})}
			go func() {
				waiting := "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock')"
				for now := false; !now; {
					if err := admin.QueryRow(waiting, pid).Scan(&now); err != nil {
						break
					}
				}
				close(late.passed)
			}()
			if err := run(late, s); !fault.Is(err, fault.Deadline) {
				t.Errorf("a deadline that passes while a statement is prepared = %v, want Deadline", err)
			}
		})
	}
}

// A commit of unknown outcome may be repeated only if it cannot take effect twice.
func TestACommitOfUnknownOutcomeSaysWhetherItMayBeRepeated(t *testing.T) {
	w, through := wire.To(t, testdb.Postgres(t))
	s := testdb.Open(t, through, store.Options{})
	for name, row := range map[string]struct {
		ctx   context.Context
		final bool
	}{
		"it may take effect twice":    {context.Background(), true},
		"it cannot take effect twice": {store.Once(context.Background()), false},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.InTx(row.ctx, func(ctx context.Context, tx *db.Tx) error {
				w.Trap("COMMIT") // in each try
				_, err := s.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, 'x') ON CONFLICT DO NOTHING", name)
				return err
			})
			if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || f.Final != row.final {
				t.Errorf("InTx = %v, want Unavailable, and final %t", err, row.final)
			}
		})
	}
}

func TestTwoTransactionsThatLockInOppositeOrdersBothSucceed(t *testing.T) {
	s := testdb.Open(t, testdb.Postgres(t), store.Options{})
	err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(note(ctx, s, tx, "a"), note(ctx, s, tx, "b"))
	})
	if err != nil {
		t.Fatal(err)
	}
	var met, wg sync.WaitGroup
	met.Add(2)
	var tries atomic.Int32
	errs := make([]error, 2)
	for i, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			first := true
			errs[i] = s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				tries.Add(1)
				if err := s.Lock(ctx, tx, "settings", order[0]); err != nil {
					return err
				}
				if first {
					first = false
					met.Done()
					met.Wait()
				}
				return s.Lock(ctx, tx, "settings", order[1])
			})
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil || tries.Load() != 3 {
		t.Errorf("both = %v after %d tries, want three tries", err, tries.Load())
	}
}

func TestATransactionWhoseConnectionEndsIsTriedAgain(t *testing.T) {
	rawURL := testdb.Postgres(t)
	admin := beside(t, rawURL)
	for name, end := range map[string]func(context.Context, *store.Store, *db.Tx) error{
		"by an administrator": func(ctx context.Context, s *store.Store, tx *db.Tx) error {
			return s.QueryTx(ctx, tx, backend, nil, func(r *sql.Rows) error {
				var pid int
				if err := r.Scan(&pid); err != nil {
					return err
				}
				_, err := admin.Exec("SELECT pg_terminate_backend($1, 5000)", pid)
				return err
			})
		},
		"because it was idle": func(ctx context.Context, s *store.Store, tx *db.Tx) error {
			var pid int
			if err := s.QueryTx(ctx, tx, backend, nil, func(r *sql.Rows) error { return r.Scan(&pid) }); err != nil {
				return err
			}
			for alive := 1; alive > 0; {
				if err := admin.QueryRow("SELECT COUNT(*) FROM pg_stat_activity WHERE pid = $1", pid).Scan(&alive); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := testdb.Open(t, with(t, rawURL, "idle_in_transaction_session_timeout", "300"), store.Options{})
			tries := 0
			err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				if tries++; tries == 1 {
					if err := end(ctx, s, tx); err != nil {
						return err
					}
				}
				return note(ctx, s, tx, name)
			})
			if n := notes(t, s, name); err != nil || tries != 2 || n != 1 {
				t.Errorf("InTx = %v, %d tries and %d rows, want 2 and 1", err, tries, n)
			}
		})
	}
}

func TestTheDefaultsEndForgottenTransactions(t *testing.T) {
	s := testdb.Open(t, testdb.Postgres(t), store.Options{})
	for setting, want := range map[string]string{
		"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s",
	} {
		var got string
		err := s.Query(context.Background(), "SELECT current_setting(?)", []any{setting}, func(r *sql.Rows) error { return r.Scan(&got) })
		if err != nil || got != want {
			t.Errorf("%s = %s, %v, want %s", setting, got, err, want)
		}
	}
}

func TestACommitOfUnknownOutcome(t *testing.T) {
	direct := testdb.Postgres(t)
	w, through := wire.To(t, direct)
	s := testdb.Open(t, through, store.Options{})

	t.Run("is reported and not repeated", func(t *testing.T) {
		tries := 0
		lost := w.Trap("COMMIT")
		err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			tries++
			return note(ctx, s, tx, "reported")
		})
		<-lost
		if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || !strings.Contains(f.Message, "may have been made") {
			t.Errorf("InTx = %v, want Unavailable that says the change may have been made", err)
		}
		if n := notes(t, s, "reported"); tries != 1 || n != 1 {
			t.Errorf("%d tries and %d rows, want 1 and 1", tries, n)
		}
	})
	t.Run("is repeated where nothing is done twice", func(t *testing.T) {
		tries, done := 0, int64(0)
		lost := w.Trap("COMMIT")
		err := s.InTx(store.Once(context.Background()), func(ctx context.Context, tx *db.Tx) (err error) {
			tries++
			done, err = s.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", "once", []byte("x"))
			return err
		})
		<-lost
		if n := notes(t, s, "once"); err != nil || tries != 2 || done != 0 || n != 1 {
			t.Errorf("InTx = %v, %d tries, the last wrote %d, %d rows; want 2, 0, 1", err, tries, done, n)
		}
	})
}

func TestAStatementLostBeforeTheCommitIsTriedAgain(t *testing.T) {
	w, through := wire.To(t, testdb.Postgres(t))
	s := testdb.Open(t, through, store.Options{})
	tries := 0
	lost := w.Trap("lost-note")
	err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		tries++
		return note(ctx, s, tx, "lost-note")
	})
	<-lost
	if n := notes(t, s, "lost-note"); err != nil || tries != 2 || n != 1 {
		t.Errorf("InTx = %v, %d tries and %d rows, want 2 and 1", err, tries, n)
	}
}

func TestASilentNetworkFailsByTheDeadlineAndIsAbandoned(t *testing.T) {
	w, through := wire.To(t, testdb.Postgres(t))
	s := testdb.Open(t, through, store.Options{Pool: 8})
	everyone := func(when string, limit time.Duration) (worst time.Duration, errs []error) {
		var wg sync.WaitGroup
		errs = make([]error, 16)
		began := time.Now()
		for i := range errs {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), limit)
				defer cancel()
				if i%2 == 0 {
					_, errs[i] = ask(ctx, s, "SELECT 1")
					return
				}
				errs[i] = s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, fmt.Sprint(when, i)) })
			})
		}
		wg.Wait()
		return time.Since(began), errs
	}
	if _, errs := everyone("before", 30*time.Second); errors.Join(errs...) != nil {
		t.Fatalf("before the silence: %v", errors.Join(errs...))
	}
	w.Silence()
	took, errs := everyone("during", time.Second)
	for _, err := range errs {
		if !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.Deadline) {
			t.Errorf("a query during the silence = %v, want Unavailable or Deadline", err)
		}
	}
	if took > 20*time.Second { // without a deadline it would be a quarter of an hour
		t.Errorf("the last query gave up after %v, want soon after its deadline of 1 s", took)
	}
	w.Speak()
	// A connection that is still silent fails at the deadline.
	if took, errs := everyone("after", 30*time.Second); errors.Join(errs...) != nil {
		t.Errorf("after the silence = %v after %v, want all to succeed", errors.Join(errs...), took)
	}
}

func TestASlowNetworkCausesNoErrors(t *testing.T) {
	w, through := wire.To(t, testdb.Postgres(t))
	s := testdb.Open(t, through, store.Options{Pool: 8})
	w.Delay(200*time.Millisecond, 60*time.Millisecond)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	began := time.Now()
	for i := range errs {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			errs[i] = s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, fmt.Sprint("late", i)) })
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil || time.Since(began) > 8*time.Second {
		t.Errorf("eight changes over 200 ms each way took %v: %v", time.Since(began), err)
	}
}

func TestAStatementWithoutALimitIsNotGivenUp(t *testing.T) {
	s := testdb.Open(t, with(t, testdb.Postgres(t), "statement_timeout", "100"), store.Options{})
	err := s.InTx(store.Unhurried(context.Background()), func(ctx context.Context, tx *db.Tx) error {
		for _, text := range []string{"SET LOCAL statement_timeout = 0", "SELECT pg_sleep(1.5)"} { // an answer is given up after 1.1 s
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("InTx = %v", err)
	}
}

func TestAReadOnlyDatabaseIsReadAndItsConnectionsAreReplaced(t *testing.T) {
	rawURL := testdb.Postgres(t)
	s := testdb.Open(t, rawURL, store.Options{Pool: 2})
	admin := beside(t, rawURL)
	name := strings.TrimPrefix(must(url.Parse(rawURL)).Path, "/")
	set := func(value string) {
		if _, err := admin.Exec(fmt.Sprintf("ALTER DATABASE %q SET default_transaction_read_only = %s", name, value)); err != nil {
			t.Fatal(err)
		}
	}
	// This setting admits a transaction that may write, which a standby refuses: the session claims to be a standby.
	standby := func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, "SET TRANSACTION READ ONLY"); err != nil {
			return err
		}
		return note(ctx, s, tx, "refused")
	}
	before, err := ask(context.Background(), s, backend)
	if err != nil {
		t.Fatal(err)
	}
	set("on")
	if err := s.InTx(context.Background(), standby); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a change on a read-only database = %v, want Unavailable", err)
	}
	if after, err := ask(context.Background(), s, backend); err != nil || after == before {
		t.Errorf("a read afterwards used backend %d, %v, want a backend other than %d", after, err, before)
	}
	set("off")
	if err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, "taken") }); err != nil {
		t.Errorf("a change after the database accepts changes again = %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestAURLOfSeveralServersFindsThePrimary(t *testing.T) {
	u := must(url.Parse(testdb.Postgres(t)))
	server := u.Host
	for name, hosts := range map[string]string{"the first is down": "127.0.0.1:1," + server, "the last is down": server + ",127.0.0.1:1"} {
		t.Run(name, func(t *testing.T) {
			rawURL := strings.Replace(u.String(), server, hosts, 1)
			s := testdb.Open(t, rawURL, store.Options{Pool: 2})
			if err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, name) }); err != nil {
				t.Errorf("InTx = %v", err)
			}
			if shown := store.Redact(strings.Replace(rawURL, "postgres@", "postgres:s3cret@", 1)); strings.Contains(shown, "s3cret") {
				t.Errorf("Redact shows the password: %s", shown)
			}
		})
	}
}

func TestAPreparedStatementOutlivesAChangeOfItsTable(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, rawURL string) {
		s := testdb.Open(t, rawURL, store.Options{Pool: 1, Relaxed: true})
		exec := func(text string) {
			t.Helper()
			err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.ExecContext(ctx, text)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		exec("CREATE TABLE shifting (a integer)")
		exec("INSERT INTO shifting (a) VALUES (1)")
		read := func() (value string, err error) {
			err = s.Query(context.Background(), "SELECT a FROM shifting WHERE 1 = ?", []any{1}, func(r *sql.Rows) error { return r.Scan(&value) })
			return value, err
		}
		inside := func() (value string, err error) {
			err = s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				return s.QueryTx(ctx, tx, "SELECT a FROM shifting WHERE 1 = ?", []any{1}, func(r *sql.Rows) error { return r.Scan(&value) })
			})
			return value, err
		}
		for _, f := range []func() (string, error){read, inside} {
			if v, err := f(); v != "1" || err != nil {
				t.Fatalf("before = %q, %v", v, err)
			}
		}
		exec("DROP TABLE shifting")
		exec("CREATE TABLE shifting (a text)")
		exec("INSERT INTO shifting (a) VALUES ('one')")
		for name, f := range map[string]func() (string, error){"outside a transaction": read, "in a transaction": inside} {
			if v, err := f(); v != "one" || err != nil {
				t.Errorf("afterwards %s = %q, %v, want one", name, v, err)
			}
		}
	})
}

func TestManyTextsAreNotKeptForEver(t *testing.T) {
	rawURL := testdb.Postgres(t)
	s := testdb.Open(t, rawURL, store.Options{Pool: 1})
	for i := range 450 {
		if got, err := ask(context.Background(), s, fmt.Sprintf("SELECT %d", i)); got != i || err != nil {
			t.Fatalf("SELECT %d = %d, %v", i, got, err)
		}
	}
	if n, err := ask(context.Background(), s, "SELECT COUNT(*) FROM pg_prepared_statements"); n < 100 || n > 200 || err != nil {
		t.Errorf("a connection keeps %d statements, %v, want at most 200", n, err)
	}
}

func TestAResultIsReadWhileItsTextRunsAgain(t *testing.T) {
	s := testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true})
	const count = "SELECT value FROM json_each('[1,2,3]') WHERE value > ?"
	var seen []int
	err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		seen = nil
		return s.QueryTx(ctx, tx, count, []any{0}, func(outer *sql.Rows) error {
			var n int
			if err := outer.Scan(&n); err != nil {
				return err
			}
			seen = append(seen, n)
			return s.QueryTx(ctx, tx, count, []any{n}, func(inner *sql.Rows) error {
				var m int
				err := inner.Scan(&m)
				seen = append(seen, m)
				return err
			})
		})
	})
	if got := fmt.Sprint(seen); err != nil || got != "[1 2 3 2 3 3]" {
		t.Errorf("a result within a result = %s, %v, want [1 2 3 2 3 3]", got, err)
	}
}

func TestAForeignWriterIsWaitedForAndThenReported(t *testing.T) {
	rawURL := testdb.SQLite(t)
	s := testdb.Open(t, rawURL, store.Options{Relaxed: true})
	other, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(rawURL, "sqlite://"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(context.Background(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make([]error, 40)
	began := time.Now()
	for i := range errs {
		wg.Go(func() {
			errs[i] = s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, fmt.Sprint(i)) })
		})
	}
	if one, err := ask(context.Background(), s, "SELECT 1"); one != 1 || err != nil {
		t.Errorf("a read during the foreign write = %d, %v", one, err)
	}
	wg.Wait()
	if took := time.Since(began); took > 30*time.Second { // one after the other they would wait 200 s
		t.Errorf("forty writers waited %v, want about the busy timeout of 5 s together", took)
	}
	for _, err := range errs {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("InTx = %v, want Unavailable", err)
		}
	}
	if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, "after") }); err != nil {
		t.Errorf("InTx afterwards = %v", err)
	}
}
