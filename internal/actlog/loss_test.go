package actlog_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// run runs the log like a server does, until stop is called or the test ends.
func (k *signed) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	l := k.Log
	running.Go(func() { l.Run(ctx, quiet) })
	stop = func() {
		cancel()
		running.Wait()
	}
	k.t.Cleanup(stop)
	return stop
}

// replica is another server of the same installation, with a folder of keys of its own.
func (k *signed) replica() *signed {
	k.t.Helper()
	r := &signed{t: k.t, store: k.store, dir: k.t.TempDir()}
	for _, name := range []string{"log.key", "master.key"} {
		text, err := os.ReadFile(filepath.Join(k.dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(r.dir, name), text, 0o600)
		}
		if err != nil {
			k.t.Fatal(err)
		}
	}
	if err := r.reopen(); err != nil {
		k.t.Fatal(err)
	}
	return r
}

// outside is the size of the checkpoint in the folder of keys; 0 for none.
func (k *signed) outside() int64 {
	k.t.Helper()
	note, err := k.ring.Checkpoint()
	if err != nil {
		k.t.Fatal(err)
	}
	if note == "" {
		return 0
	}
	text, _, _ := strings.Cut(note, "\n\n")
	c, err := bundle.ParseCheckpoint(text + "\n")
	if err != nil {
		k.t.Fatal(err)
	}
	return c.N
}

// write acts and waits until the log's tail has the act.
func (k *signed) write(n int) {
	k.t.Helper()
	for i := range n {
		if _, err := write(context.Background(), k.Log, i); err != nil {
			k.t.Fatal(err)
		}
	}
	want := int64(count(k.t, k.store, "acts") + count(k.t, k.store, "queued_acts"))
	k.reaches(want)
}

// reaches waits until subscribers have been shown so many acts.
func (k *signed) reaches(want int64) {
	k.t.Helper()
	until(k.t, fmt.Sprintf("%d acts are shown", want), func() bool {
		more, _, err := k.After(context.Background(), want-1)
		if err != nil {
			k.t.Fatal(err)
		}
		return len(more) > 0
	})
}

func (k *signed) stopped() bool { return errors.Is(k.Healthy(context.Background()), actlog.ErrForked) }

// lack removes acts from the database, as a standby that lagged lacks them, and gives some places anew.
func (k *signed) lack(after int64, anew int) {
	k.t.Helper()
	err := k.store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for _, text := range []string{"DELETE FROM acts WHERE seq > ?", "DELETE FROM checkpoints WHERE size > ?"} {
			if _, err := k.store.Exec(ctx, tx, text, after); err != nil {
				return err
			}
		}
		for i := range anew {
			_, err := k.store.Exec(ctx, tx, "INSERT INTO acts (seq, act_id, "+restOfActs+") SELECT "+k.store.Int("?")+", ?, "+restOfActs+" FROM acts WHERE seq = 1", after+int64(i)+1, uuid.New())
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

var restOfActs = strings.Join(append(append([]string{}, actlog.Table.Columns[2:]...), "payload", "salt", "sealed"), ", ")

func TestAServerThatMissesWhatItHasShownStops(t *testing.T) {
	for _, row := range []struct {
		name       string
		kept, anew int
		signed     bool // what is lost
	}{
		{"the last act is gone, unsigned", 5, 0, false},
		{"other acts are there, unsigned", 3, 3, false},
		{"more acts than before are there", 3, 9, false},
		{"signed acts are gone", 3, 0, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, s *store.Store) {
				ctx := context.Background()
				k := sign(t, s)
				other := k.replica() // shown less, and with another folder
				var common []int64
				var mu sync.Mutex
				k.OnLoss(func(kept int64) {
					mu.Lock()
					defer mu.Unlock()
					common = append(common, kept)
				})
				k.run()
				k.reaches(1) // the act that announces the key: the tail has begun
				k.write(5)
				if row.signed {
					until(t, "they are signed", func() bool { return k.outside() == 6 })
				}
				k.lack(int64(row.kept), row.anew)
				until(t, "it stops", k.stopped)
				if _, err := write(ctx, k.Log, 1); !fault.Is(err, fault.Unavailable) || !fault.Of(err).Final {
					t.Errorf("Write = %v, want Unavailable for good", err)
				}
				if _, err := k.Checkpoint(ctx, 1<<62); !fault.Is(err, fault.Unavailable) {
					t.Errorf("Checkpoint = %v, want Unavailable", err)
				}
				w := httptest.NewRecorder()
				k.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/checkpoint", nil))
				if w.Code != 503 {
					t.Errorf("GET /checkpoint = %d, want 503", w.Code)
				}
				until(t, "those who follow are told", func() bool {
					mu.Lock()
					defer mu.Unlock()
					return len(common) > 0
				})
				if mu.Lock(); len(common) != 1 || common[0] != int64(row.kept) {
					t.Errorf("the last act that is left is %v, want %d", common, row.kept)
				}
				mu.Unlock()
				// The other server has everything that it has shown, and is told.
				other.run()
				until(t, "the other stops", other.stopped)
				if _, err := write(ctx, other.Log, 1); !fault.Is(err, fault.Unavailable) {
					t.Errorf("Write at the other = %v, want Unavailable", err)
				}
				if n, err := actlog.New(s, clock.System{}, other.ring).Drain(ctx); n != 0 {
					t.Errorf("%d acts were sequenced, %v", n, err)
				}
				if err := other.reopen(); !errors.Is(err, actlog.ErrForked) {
					t.Errorf("Open of the other = %v, want ErrForked", err)
				}
				if err := k.reopen(); !errors.Is(err, actlog.ErrForked) || !strings.Contains(err.Error(), "plenary log reopen") {
					t.Errorf("Open = %v, want ErrForked with the remedy", err)
				}
				if head, err := k.Head(ctx); err != nil || head != int64(row.kept+row.anew) {
					t.Errorf("the log has %d acts, %v; want it as it was found, with %d", head, err, row.kept+row.anew)
				}
			})
		})
	}
}

// A server that was killed knows what it has shown from the folder of keys alone, also what was not signed yet.
func TestAServerThatStartsAgainMissesWhatItHasShown(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		k := sign(t, s)
		stop := k.run()
		k.write(5)
		stop()
		if err := os.Remove(filepath.Join(k.dir, "checkpoint")); err != nil { // as if it had been killed before it signed
			t.Fatal(err)
		}
		k.lack(5, 0)
		if err := k.reopen(); !errors.Is(err, actlog.ErrForked) || !strings.Contains(err.Error(), "act 6") {
			t.Fatalf("Open = %v, want ErrForked that names act 6", err)
		}
		name, err := k.Reopen(context.Background())
		if err != nil || name != origin+"/2" {
			t.Fatalf("Reopen = %q, %v, want %s/2", name, err, origin)
		}
		k.grow(2, alice)
		if r, err := k.verify(""); err != nil || len(r.Unchecked) > 0 {
			t.Errorf("verify = %+v, %v, want it good", r, err)
		}
	})
}

func TestACheckpointIsKeptOutsideBeforeItIsShown(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		other := k.replica()
		k.grow(5, alice)
		if got := other.outside(); got != 0 {
			t.Fatalf("the other server has kept a checkpoint of %d acts, which it has not shown", got)
		}
		c, err := other.Checkpoint(ctx, 1<<62)
		if err != nil || c.Size != 6 || other.outside() != 6 {
			t.Fatalf("Checkpoint = %+v, %v, and %d acts are kept outside, want 6 and 6", c, err, other.outside())
		}
		// A folder that cannot be written to: nothing is shown that is not kept.
		k.grow(3, alice)
		if err := os.Rename(other.dir, other.dir+".gone"); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		other.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/checkpoint", nil))
		if c, err := other.Checkpoint(ctx, 1<<62); !fault.Is(err, fault.Unavailable) || w.Code != 503 {
			t.Errorf("Checkpoint without a folder = %+v, %v, and by GET %d; want Unavailable and 503", c, err, w.Code)
		}
	})
}

// Replicas that share a folder must not replace a later checkpoint by an earlier one.
func TestAnEarlierCheckpointDoesNotReplaceALaterOne(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		k.grow(5, alice)
		early := k.head()
		k.grow(5, alice)
		if c, err := k.Checkpoint(ctx, early.Size); err != nil || c.Note != early.Note || k.outside() != 11 {
			t.Errorf("Checkpoint(%d) = %+v, %v, and %d acts are kept outside, want 11", early.Size, c, err, k.outside())
		}
		// A standby has all acts, but not the last checkpoint: it is not shown the one before, but signed again.
		k.change("DELETE FROM checkpoints WHERE size > ?", early.Size)
		if c, err := k.Checkpoint(ctx, 1<<62); !fault.Is(err, fault.Unavailable) || k.stopped() {
			t.Errorf("Checkpoint = %+v, %v, want Unavailable, and the log goes on", c, err)
		}
		if _, err := k.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if c := k.head(); c.Size != 11 {
			t.Errorf("then the last checkpoint covers %d acts, want 11", c.Size)
		}
	})
}

func TestWhatIsShownIsSignedWhenTheServerStops(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		k := sign(t, s)
		stop := k.run()
		k.write(3)
		until(t, "there is a checkpoint", func() bool { return k.outside() > 0 })
		k.write(4) // within the second in which none is signed
		stop()
		if got := k.outside(); got != 8 {
			t.Errorf("%d acts are kept outside, want 8", got)
		}
	})
}

// Under load the queue is never empty when the sequencer looks.
func TestCheckpointsAreSignedWhileActsComeIn(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		k := sign(t, s)
		const backlog = 1500 // three batches
		err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			for i := range backlog {
				if _, err := k.Append(ctx, tx, bob, testAct(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		k.run()
		until(t, "everything is signed", func() bool { return k.outside() == backlog+1 })
		first := int64(0)
		err = s.Query(context.Background(), "SELECT MIN(size) FROM checkpoints", nil, func(r *sql.Rows) error { return r.Scan(&first) })
		if err != nil || first >= backlog {
			t.Errorf("the first checkpoint covers %d of %d acts, %v; want one before the queue was empty", first, backlog, err)
		}
	})
}

func TestAWholeLogIsNotReopened(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		k.grow(5, alice)
		fresh := actlog.New(s, clock.System{}, k.ring)
		if name, err := fresh.Reopen(ctx); !fault.Is(err, fault.State) {
			t.Fatalf("Reopen of a whole log = %q, %v, want State", name, err)
		}
		if err := k.reopen(); err != nil || k.Origin() != origin {
			t.Errorf("then Open = %v, and the log is %s", err, k.Origin())
		}
		// Once acts are lost it is reopened, once.
		k.change("DELETE FROM acts WHERE seq > 3")
		if name, err := actlog.New(s, clock.System{}, k.ring).Reopen(ctx); err != nil || name != origin+"/2" {
			t.Fatalf("Reopen = %q, %v", name, err)
		}
		if name, err := actlog.New(s, clock.System{}, k.ring).Reopen(ctx); !fault.Is(err, fault.State) {
			t.Errorf("Reopen once more = %q, %v, want State", name, err)
		}
	})
}

// Two servers with folders of their own: the one from which the log is reopened had seen an earlier checkpoint than the other.
func TestAReopenedLogNamesTheLastCheckpointOfAllServers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		k.grow(5, alice)
		behind := k.replica()
		if _, err := behind.Checkpoint(ctx, 1<<62); err != nil {
			t.Fatal(err)
		}
		first := k.Verifiers()
		k.run()
		k.write(4)
		until(t, "it is signed", func() bool { return k.outside() == 10 })
		late := k.head()
		k.lack(7, 0)
		until(t, "it stops", k.stopped)
		until(t, "it has told", func() bool { return behind.reopen() != nil })
		tool := actlog.New(s, clock.System{}, behind.ring)
		if _, err := tool.Reopen(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := tool.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		// Both servers start again; the first with a folder that knows nothing of the new name.
		if err := errors.Join(k.reopen(), behind.reopen()); err != nil {
			t.Fatal(err)
		}
		k.grow(3, alice)
		r, err := bundle.Verify(strings.NewReader(string(k.bundle())), bundle.Options{Keys: append(k.Verifiers(), first...), Saved: late.Note})
		if err != nil || len(r.Unchecked) != 1 || !strings.HasPrefix(r.Unchecked[0], "acts 8 to 10 of "+origin) {
			t.Errorf("verify with the checkpoint of the other server = %v, unchecked %q; want the lost acts 8 to 10", err, r.Unchecked)
		}
	})
}

// How an earlier origin ended is read from the acts that say so. One that ended before the restored copy was made knows nothing of what was
// lost later, and one that was lost whole ended with the next.
func TestAnEarlierOriginEndsWhereItsActsWereLost(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		k.grow(5, alice)
		first := k.head()
		again := func(after int64) {
			t.Helper()
			k.lack(after, 0)
			tool := actlog.New(s, clock.System{}, k.ring)
			if _, err := tool.Reopen(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := tool.Drain(ctx); err != nil {
				t.Fatal(err)
			}
			if err := k.reopen(); err != nil {
				t.Fatal(err)
			}
		}
		ended := func(name string, from int64, last string, size int64) {
			t.Helper()
			c, lost, err := k.Ended(ctx, name)
			if err != nil || lost != from || c.Origin != last || c.N != size {
				t.Errorf("%s ended at %d with %+v, %v; want %d with %s of size %d", name, lost, c, err, from, last, size)
			}
		}
		ended(origin, 0, "", 0)
		again(3)
		k.grow(4, alice)
		second := k.head()
		ended(origin, 4, origin, first.Size)
		again(6)
		ended(origin, 4, origin, first.Size)
		ended(origin+"/2", 7, origin+"/2", second.Size)
		ended(origin+"/3", 0, "", 0)
		ended("elsewhere.example/log", 0, "", 0)
		k.grow(2, alice)
		third := k.head()
		again(3) // the copy is from before the first restore
		ended(origin, 4, origin+"/3", third.Size)
	})
}

// A server that is still running when the log is reopened must not sign under the old name.
func TestAServerFromBeforeTheReopeningStops(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		k.grow(5, alice)
		old := k.replica()
		k.change("DELETE FROM acts WHERE seq > 3")
		k.change("DELETE FROM checkpoints")
		if _, err := actlog.New(s, clock.System{}, k.ring).Reopen(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := old.Drain(ctx); n != 0 || !errors.Is(err, actlog.ErrForked) || !strings.Contains(err.Error(), "restart") {
			t.Errorf("Drain of a server from before = %d, %v, want it refused", n, err)
		}
		if err := old.reopen(); err != nil || old.Origin() != origin+"/2" {
			t.Errorf("once it has started again, Open = %v and the log is %s", err, old.Origin())
		}
	})
}

// Copies of a database are put back beside keys that have seen more, with a server that shows its log in between.
func TestARestoredFileIsNotContinued(t *testing.T) { // SQLite: a copy of one file
	for _, row := range []struct {
		name string
		acts int
	}{{"one act", 1}, {"two acts", 2}, {"three acts", 3}, {"five acts", 5}} {
		t.Run(row.name, func(t *testing.T) {
			ctx := context.Background()
			database := testdb.SQLite(t)
			path := strings.TrimPrefix(database, "sqlite://")
			backup := filepath.Join(t.TempDir(), "backup.db")
			dir := t.TempDir() + "/keys"
			session := func(use func(k *signed)) {
				t.Helper()
				s, err := store.Open(ctx, database, store.Options{Relaxed: true})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				if _, err := s.Migrate(ctx); err != nil {
					t.Fatal(err)
				}
				ring, err := keys.Open(dir, true)
				if err != nil {
					t.Fatal(err)
				}
				use(&signed{t: t, store: s, ring: ring, dir: dir, Log: actlog.New(s, clock.System{}, ring)})
			}
			copyTo := func(from, to string) {
				t.Helper()
				text, err := os.ReadFile(from)
				if err == nil {
					err = os.WriteFile(to, text, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			session(func(k *signed) {
				k.restart()
				enter(t, k.store, k.Log)
				k.grow(4, alice)
			})
			copyTo(path, backup)
			var note string
			var first []string
			session(func(k *signed) {
				k.restart()
				stop := k.run()
				k.write(row.acts)
				until(t, "they are signed", func() bool {
					w := httptest.NewRecorder()
					k.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/checkpoint", nil))
					note = w.Body.String()
					return strings.HasPrefix(note, fmt.Sprintf("%s\n%d\n", origin, 5+row.acts))
				})
				first = k.Verifiers()
				stop()
			})
			copyTo(backup, path)
			session(func(k *signed) {
				if err := k.reopen(); !errors.Is(err, actlog.ErrForked) {
					t.Fatalf("Open of the restored copy = %v, want ErrForked", err)
				}
				if _, err := actlog.New(k.store, clock.System{}, k.ring).Reopen(ctx); err != nil {
					t.Fatal(err)
				}
				if err := k.reopen(); err != nil {
					t.Fatal(err)
				}
				k.grow(9, alice)
				r, err := bundle.Verify(strings.NewReader(string(k.bundle())), bundle.Options{Keys: append(k.Verifiers(), first...), Saved: note})
				want := fmt.Sprintf("acts 6 to %d of %s, which you saved: they were lost in a restore, as seq 6 says", 5+row.acts, origin)
				if err != nil || len(r.Unchecked) != 1 || r.Unchecked[0] != want {
					t.Errorf("verify = %v, unchecked %q; want %q", err, r.Unchecked, want)
				}
			})
		})
	}
}
