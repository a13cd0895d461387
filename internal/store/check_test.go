package store_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// checked notes the backends of the connections that were checked, and answers as a test says.
type checked struct {
	mu       sync.Mutex
	backends []int
	final    bool
	err      error
}

func (c *checked) check(ctx context.Context, ask store.Ask) (bool, error) {
	var pid sql.NullInt64
	if err := ask(ctx, "SELECT pg_backend_pid() + ?", []any{int64(0)}, &pid); err != nil {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.backends = append(c.backends, int(pid.Int64))
	return c.final, c.err
}

func (c *checked) set(final bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.final, c.err = final, err
}

func (c *checked) seen() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.backends)
}

func TestEachConnectionIsCheckedBeforeItIsUsed(t *testing.T) {
	ctx := context.Background()
	rawURL := testdb.Postgres(t)
	s := testdb.Open(t, rawURL, store.Options{Pool: 4})
	admin := beside(t, rawURL)
	end := func() {
		if _, err := admin.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
			t.Fatal(err)
		}
	}
	c := &checked{final: true}
	s.OnConnect(c.check)
	end() // the connections that were open before
	for range 3 {
		pid, err := ask(ctx, s, backend)
		if err != nil {
			pid, err = ask(ctx, s, backend) // the first may find that its connection has ended
		}
		if err != nil || !slices.Contains(c.seen(), pid) {
			t.Fatalf("a statement ran on backend %d, %v, but only %v were checked", pid, err, c.seen())
		}
	}
	if n := len(c.seen()); n != 1 {
		t.Errorf("%d checks for three statements on one connection, want 1", n)
	}

	// A standby is read, anew each time, and not written to.
	c.set(false, nil)
	end()
	for range 3 {
		before := len(c.seen())
		pid, err := ask(ctx, s, backend)
		if err != nil {
			pid, err = ask(ctx, s, backend)
		}
		if seen := c.seen(); err != nil || len(seen) == before || seen[len(seen)-1] != pid {
			t.Fatalf("a statement ran on backend %d, %v; want one that was checked just now: %v", pid, err, seen)
		}
	}
	err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, "refused") })
	if !fault.Is(err, fault.Unavailable) || notes(t, s, "refused") != 0 {
		t.Errorf("a change on a connection whose check is not final = %v, want Unavailable and no change", err)
	}

	// A check that fails fails the request, and nothing else runs on the connection.
	c.set(true, errors.New("no"))
	if _, err := ask(ctx, s, backend); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a statement on a connection that fails its check = %v, want Unavailable", err)
	}
	c.set(true, nil)
	if err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return note(ctx, s, tx, "taken") }); err != nil {
		t.Errorf("then a change = %v", err)
	}
}

func TestTheDatabaseSaysWhatItMayLose(t *testing.T) {
	ctx := context.Background()
	t.Run("sqlite", func(t *testing.T) {
		for _, row := range []struct {
			relaxed bool
			want    string
		}{{false, ""}, {true, "synchronous is off"}} {
			s := testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: row.relaxed})
			if got, err := s.Server(ctx); err != nil || !says(got.MayLose, row.want) || !got.Now.IsZero() {
				t.Errorf("Server with relaxed %v = %+v, %v, want %q", row.relaxed, got, err, row.want)
			}
		}
	})
	t.Run("postgres", func(t *testing.T) {
		// The settings of the session are read, so that a test can make them.
		s := testdb.Open(t, with(t, testdb.Postgres(t), "synchronous_commit", "on"), store.Options{})
		got, err := s.Server(ctx)
		if err != nil || got.MayLose == "" || time.Since(got.Now).Abs() > time.Minute {
			t.Errorf("Server = %+v, %v, want its time, and that a cluster of tests may lose changes", got, err)
		}
	})
	for _, row := range []struct{ fsync, commit, standbys, want string }{
		{"on", "on", "standby", ""},
		{"on", "remote_apply", "FIRST 1 (a, b)", ""},
		{"on", "remote_write", "*", ""},
		{"on", "on", "", "no synchronous standby"},
		{"on", "on", "  ", "no synchronous standby"},
		{"on", "local", "standby", "synchronous_commit is local"},
		{"on", "off", "standby", "synchronous_commit is off"},
		{"on", "off", "", "synchronous_commit is off"},
		{"off", "on", "standby", "fsync is off"},
	} {
		if got := store.MayLosePostgres(row.fsync, row.commit, row.standbys); !says(got, row.want) {
			t.Errorf("with fsync %s, synchronous_commit %s and standbys %q it may lose %q, want %q", row.fsync, row.commit, row.standbys, got, row.want)
		}
	}
}

// says reports whether a text contains a part, or is empty where none is wanted.
func says(text, part string) bool {
	return (text == "") == (part == "") && strings.Contains(text, part)
}
