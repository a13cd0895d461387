package actlog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

const origin = "plenary.example/log"

// signed is a log that signs, with its store and keys.
type signed struct {
	*actlog.Log
	t     testing.TB
	store *store.Store
	ring  *keys.Ring
	dir   string
}

func sign(t testing.TB, s *store.Store) *signed {
	t.Helper()
	k := &signed{t: t, store: s, dir: t.TempDir() + "/keys"}
	var err error
	if k.ring, err = keys.Open(k.dir, true); err != nil {
		t.Fatal(err)
	}
	k.restart()
	err = s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(k.Vault().EnterAs(ctx, tx, alice.Member, "https://id.example", "alice", clock.System{}.Now()),
			k.Vault().EnterAs(ctx, tx, bob.Member, "https://id.example", "bob", clock.System{}.Now()))
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// reopen opens the log again, as a server that starts does.
func (k *signed) reopen() error {
	ring, err := keys.Open(k.dir, false)
	if err != nil {
		return err
	}
	k.ring = ring
	k.Log = actlog.New(k.store, clock.System{}, ring)
	return k.Open(context.Background(), "")
}

func (k *signed) restart() {
	k.t.Helper()
	k.Log = actlog.New(k.store, clock.System{}, k.ring)
	if err := k.Open(context.Background(), origin); err != nil {
		k.t.Fatal(err)
	}
}

// grow adds acts and signs.
func (k *signed) grow(n int, actors ...policy.Actor) {
	k.t.Helper()
	ctx := context.Background()
	err := k.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i := range n {
			if _, err := k.Append(ctx, tx, actors[i%len(actors)], testAct(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		_, err = k.Drain(ctx)
	}
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *signed) head() *actlog.Checkpoint {
	k.t.Helper()
	c, err := k.Checkpoint(context.Background(), 1<<62)
	if err != nil || c == nil {
		k.t.Fatalf("Checkpoint = %v, %v", c, err)
	}
	return c
}

func (k *signed) bundle() []byte {
	k.t.Helper()
	var b bytes.Buffer
	if err := k.WriteBundle(context.Background(), &b); err != nil {
		k.t.Fatal(err)
	}
	return b.Bytes()
}

func (k *signed) verify(saved string) (bundle.Report, error) {
	k.t.Helper()
	return bundle.Verify(bytes.NewReader(k.bundle()), bundle.Options{Keys: k.Verifiers(), Saved: saved})
}

// change edits the database without the log.
func (k *signed) change(text string, args ...any) {
	k.t.Helper()
	err := k.store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		n, err := k.store.Exec(ctx, tx, text, args...)
		if err == nil && n == 0 {
			err = fmt.Errorf("%s changes nothing", text)
		}
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

func TestEveryActIsProvedUnderEveryCheckpoint(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		var checkpoints []*actlog.Checkpoint
		for _, n := range []int{1, 5, 249, 1, 1, 255, 300, 1200} { // around the edges of tiles of 256
			k.grow(n, alice, bob, policy.SystemActor("test"))
			checkpoints = append(checkpoints, k.head())
		}
		k.restart() // nothing is left in memory
		all, err := k.Opened(ctx, 0, 5000)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checkpoints {
			for range 20 {
				seq := rand.Int64N(c.Size) + 1
				proof, err := k.Inclusion(ctx, seq, c)
				if err != nil {
					t.Fatal(err)
				}
				entry := all[seq-1].Entry
				if err := tlog.CheckRecord(proof, c.Size, c.Root, seq-1, tlog.RecordHash(entry[:])); err != nil {
					t.Fatalf("act %d of %d: %v", seq, c.Size, err)
				}
			}
			for _, older := range checkpoints {
				if older.Size > c.Size {
					continue
				}
				proof, err := k.Consistency(ctx, older.Size, c.Size)
				if err != nil {
					t.Fatal(err)
				}
				if err := tlog.CheckTree(proof, c.Size, c.Root, older.Size, older.Root); err != nil {
					t.Fatalf("from %d to %d: %v", older.Size, c.Size, err)
				}
			}
		}
		if r, err := k.verify(checkpoints[2].Note); err != nil || r.Opened != k.head().Size {
			t.Errorf("verify = %+v, %v, want all %d acts opened", r, err, k.head().Size)
		}
	})
}

// files reads the log's static files as tlog's own client does.
type files struct {
	k    *signed
	read map[string]int
}

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		n := strings.TrimPrefix(t.Path(), "tile/8/") // C2SP leaves the height out
		w := httptest.NewRecorder()
		f.k.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/tile/"+n, nil))
		if w.Code != 200 {
			return nil, fmt.Errorf("GET /tile/%s = %d", n, w.Code)
		}
		f.read[n]++
		out[i] = w.Body.Bytes()
	}
	return out, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func TestTheStaticFilesAreTheTree(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		k := sign(t, s)
		k.grow(700, alice)
		c := k.head()
		f := files{k, map[string]int{}}
		reader := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, f) // checks every tile against the root
		for seq := int64(1); seq <= c.Size; seq += 97 {
			proof, err := tlog.ProveRecord(c.Size, seq-1, reader)
			if err != nil {
				t.Fatal(err)
			}
			ours, err := k.Inclusion(context.Background(), seq, c)
			if err != nil || fmt.Sprint(ours) != fmt.Sprint(proof) {
				t.Errorf("the proof of act %d by files is %v, and ours %v (%v)", seq, proof, ours, err)
			}
		}
		for path, want := range map[string]int{
			"/checkpoint": 200, "/tile/0/000": 200, "/tile/0/001": 200, "/tile/0/002.p/189": 200, "/tile/0/002.p/190": 404, "/tile/0/002": 404,
			"/tile/1/000.p/2": 200, "/tile/1/000.p/3": 404, "/tile/entries/001": 200, "/tile/entries/002.p/188": 200, "/tile/entries/003": 404,
			"/tile/0/0": 404, "/tile/00/000": 404, "/tile/0/x000/000": 404, "/tile/0/000.p/0": 404, "/tile/0/000.p/256": 404, "/tile/-1/000": 404,
			"/tile/0/": 404, "/": 404, "/tile/0/999999": 404, "/tile/63/000": 404, "/tile/0/x999/x999/x999/x999/x999/999": 404,
		} {
			w := httptest.NewRecorder()
			k.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			if w.Code != want {
				t.Errorf("GET %s = %d, want %d", path, w.Code, want)
			}
		}
		w := httptest.NewRecorder()
		k.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/tile/entries/000", nil))
		all, err := k.Opened(context.Background(), 0, 256)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range all {
			if got := w.Body.Bytes()[i*34:][:34]; got[0] != 0 || got[1] != 32 || !bytes.Equal(got[2:], a.Entry[:]) {
				t.Fatalf("entry %d in its bundle is %x", i, got)
			}
		}
	})
}

func TestEditingOrDeletingAnyRowIsFound(t *testing.T) {
	other := "'00000000-0000-7000-8000-000000000001'"
	for _, row := range []struct {
		rule, change string
		want         string // begins the verifier's finding
	}{
		{"the type", "UPDATE acts SET type = 'test.changed' WHERE seq = 300", "seq 300:"},
		{"who acted", "UPDATE acts SET stakeholder_id = " + other + " WHERE seq = 300", "seq 300:"},
		{"which member acted", "UPDATE acts SET member_id = " + other + " WHERE seq = 300", "seq 300:"},
		{"what it was about", "UPDATE acts SET subject_id = " + other + " WHERE seq = 300", "seq 300:"},
		{"the kind of what it was about", "UPDATE acts SET subject_type = 'proposal' WHERE seq = 300", "seq 300:"},
		{"the revision", "UPDATE acts SET subject_revision = 9 WHERE seq = 300", "seq 300:"},
		{"what the subject belongs to", "UPDATE acts SET parent_type = 'proposal', parent_id = " + other + " WHERE seq = 300", "seq 300:"},
		{"the dialogue", "UPDATE acts SET dialogue_id = " + other + " WHERE seq = 300", "seq 300:"},
		{"the audience", "UPDATE acts SET audience = 'ACTOR' WHERE seq = 300", "seq 300:"},
		{"the version of the policy", "UPDATE acts SET policy_version = 99 WHERE seq = 300", "seq 300:"},
		{"the id", "UPDATE acts SET act_id = " + other + " WHERE seq = 300", "seq 300:"},
		{"the commitment", "UPDATE acts SET commitment = entry WHERE seq = 300", "seq 300:"},
		{"the member's commitment", "UPDATE acts SET member_commitment = entry WHERE seq = 300", "seq 300:"},
		{"the sealed content", "UPDATE acts SET sealed = (SELECT sealed FROM acts WHERE seq = 301) WHERE seq = 300", "seq 300:"},
		{"the content of the server's own act", "UPDATE acts SET payload = '{}' WHERE seq = 2", "seq 2:"},
		{"an erasure that nobody requested", "UPDATE acts SET sealed = NULL WHERE seq = 300", "seq 300:"},
		{"a row and its entry", "UPDATE acts SET type = 'test.changed', entry = commitment WHERE seq = 300", "seq 300:"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			k := sign(t, testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true}))
			k.grow(1, policy.SystemActor("test"))
			k.grow(600, alice, bob)
			if _, err := k.verify(""); err != nil {
				t.Fatalf("before the change: %v", err)
			}
			k.change(row.change)
			_, err := k.verify("")
			if err == nil || !strings.HasPrefix(err.Error(), row.want) {
				t.Errorf("verify = %v, want a finding at %s", err, row.want)
			}
		})
	}
}

// A bundle alone cannot show what it no longer contains; the log itself detects it.
func TestATruncatedLogDoesNotContinue(t *testing.T) {
	for _, row := range []struct{ rule, change string }{
		{"its end", "DELETE FROM acts WHERE seq > 590"},
		{"its end, and the queue continues", "DELETE FROM acts WHERE seq = (SELECT MAX(seq) FROM acts)"},
		{"an act in the middle", "DELETE FROM acts WHERE seq = 300"},
		{"an entry", "UPDATE acts SET entry = commitment WHERE seq = 599"},
		{"a tile", "UPDATE tiles SET root = (SELECT root FROM tiles WHERE id = 1) WHERE id = 0"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			testdb.Each(t, func(t *testing.T, s *store.Store) {
				ctx := context.Background()
				k := sign(t, s)
				k.grow(600, alice, bob)
				saved := k.head().Note
				k.change(row.change)
				reopened := k.reopen()
				if row.rule == "an act in the middle" { // its hash is still in a tile: only reading all acts finds it
					if err := k.WriteBundle(ctx, io.Discard); err == nil {
						_, err = k.verify(saved)
						if err == nil || !strings.HasPrefix(err.Error(), "seq 300:") {
							t.Errorf("verify = %v, want a finding at act 300", err)
						}
					}
					return
				}
				if !errors.Is(reopened, actlog.ErrForked) {
					t.Fatalf("Open = %v, want ErrForked", reopened)
				}
				// A server that is running finds out as soon as it sequences.
				k.Log = actlog.New(s, clock.System{}, k.ring)
				if err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
					_, err := k.Append(ctx, tx, alice, testAct(1))
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if n, err := k.Drain(ctx); !errors.Is(err, actlog.ErrForked) {
					t.Errorf("Drain = %d, %v, want ErrForked", n, err)
				}
			})
		})
	}
}

func TestARestoredLogContinuesUnderANewNameThatNamesTheOld(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		k.grow(300, alice)
		first, early := k.Verifiers(), k.head()
		k.grow(300, alice, bob)
		late := k.head()
		// The backup was made in between: everything after it is gone, tiles and checkpoints as well.
		k.change("DELETE FROM acts WHERE seq > ?", early.Size)
		k.change("DELETE FROM tiles WHERE id >= 1")
		k.change("DELETE FROM checkpoints WHERE size > ?", early.Size)
		// A running server does not continue, for instance when a standby with only this much takes over.
		err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := k.Append(ctx, tx, bob, testAct(1))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := k.Drain(ctx); !errors.Is(err, actlog.ErrForked) {
			t.Fatalf("Drain = %d, %v, want ErrForked", n, err)
		}
		if err := k.reopen(); !errors.Is(err, actlog.ErrForked) || !strings.Contains(err.Error(), "plenary log reopen") {
			t.Fatalf("Open = %v, want ErrForked and the remedy", err)
		}
		name, err := k.Reopen(ctx)
		if err != nil || name != origin+"/2" {
			t.Fatalf("Reopen = %q, %v, want %s/2", name, err, origin)
		}
		k.grow(10, alice)
		if r, err := k.verify(""); err != nil || r.Origin != name {
			t.Errorf("verify = %+v, %v, want the new name", r, err)
		}
		old := append(k.Verifiers(), first...)
		report, err := bundle.Verify(bytes.NewReader(k.bundle()), bundle.Options{Keys: old, Saved: late.Note})
		want := []string{fmt.Sprintf("acts %d to %d of %s, which you saved: they were lost in a restore, as seq %d says", early.Size+1, late.Size, origin, early.Size+1)}
		if err != nil || !slices.Equal(report.Unchecked, want) {
			t.Errorf("verify with the checkpoint saved before = %v, unchecked %q; want it good, except for %q", err, report.Unchecked, want)
		}
		if err := k.reopen(); err != nil {
			t.Errorf("Open after Reopen = %v", err)
		}
		opened, err := k.Opened(ctx, early.Size, 1)
		if err != nil || len(opened) != 1 || opened[0].Header.Type != "log.reopened" || !strings.Contains(string(opened[0].Payload), fmt.Sprintf(`"size":%d`, late.Size)) {
			t.Errorf("the first act after the restore is %v (%v), want log.reopened with the size of the old log", opened, err)
		}
	})
}

func TestTheKeyChangesWithAnOverlap(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		k := sign(t, s)
		k.grow(3, alice)
		first := k.Verifiers()
		if err := keys.Rotate(k.dir); err != nil {
			t.Fatal(err)
		}
		if err := k.reopen(); err != nil {
			t.Fatal(err)
		}
		k.grow(3, alice)
		both := k.Verifiers()
		if len(both) != 2 || both[1] != first[0] {
			t.Fatalf("keys during the change = %v, want a new one and %s", both, first)
		}
		for _, key := range both {
			if _, err := bundle.Verify(bytes.NewReader(k.bundle()), bundle.Options{Keys: []string{key}}); err != nil {
				t.Errorf("verify with %s alone: %v", key, err)
			}
		}
		if err := keys.Retire(k.dir); err != nil {
			t.Fatal(err)
		}
		if err := k.reopen(); err != nil {
			t.Fatal(err)
		}
		k.grow(3, alice)
		if _, err := bundle.Verify(bytes.NewReader(k.bundle()), bundle.Options{Keys: first}); err == nil {
			t.Error("the retired key still signs")
		}
		if r, err := bundle.Verify(bytes.NewReader(k.bundle()), bundle.Options{Keys: both[:1]}); err != nil || len(r.SignedBy) != 1 {
			t.Errorf("verify with the new key: %+v, %v", r, err)
		}
	})
}

func TestAnErasureLeavesEveryProofValid(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		k := sign(t, s)
		k.grow(400, alice, bob)
		before, old := k.head(), k.bundle()
		var proof tlog.RecordProof
		proof, err := k.Inclusion(ctx, 101, before)
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.Write(policy.WithActor(ctx, policy.SystemActor("test")), func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
			// One of her acts is still queued.
			if _, err := k.Append(ctx, tx, alice, testAct(1)); err != nil {
				return act.Entry{}, err
			}
			erased, err := k.Erase(ctx, tx, alice.Member)
			return act.Entry{Type: actlog.Erasure, Subject: act.Subject{Type: policy.Member, ID: alice.Member, Revision: 1}, Payload: erased}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Forget(alice.Member); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		r, err := k.verify(before.Note)
		if err != nil || r.Erased != 201 {
			t.Errorf("verify = %+v, %v, want 201 acts of erased people", r, err)
		}
		all, err := k.Opened(ctx, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		entry := all[100].Entry
		if err := tlog.CheckRecord(proof, before.Size, before.Root, 100, tlog.RecordHash(entry[:])); err != nil {
			t.Errorf("a proof from before the erasure: %v", err)
		}
		if _, err := bundle.Verify(bytes.NewReader(old), bundle.Options{Keys: k.Verifiers()}); err != nil {
			t.Errorf("a bundle from before the erasure: %v", err)
		}
		if _, err := write(ctx, k.Log, 1); err == nil {
			t.Error("she can still act after she was erased")
		}
	})
}

// A database from an older release has acts without entries and no tree.
func TestAnOlderLogGetsItsTree(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		k := sign(t, s)
		k.grow(700, policy.SystemActor("test"))
		k.change("UPDATE acts SET entry = NULL")
		k.change("DELETE FROM tiles")
		k.change("DELETE FROM checkpoints")
		if err := os.Remove(filepath.Join(k.dir, "checkpoint")); err != nil {
			t.Fatal(err)
		}
		k.restart()
		k.grow(1, alice)
		if r, err := k.verify(""); err != nil || r.Opened != 702 {
			t.Errorf("verify = %+v, %v, want 702 acts", r, err)
		}
	})
}

func BenchmarkProof(b *testing.B) {
	s := testdb.Open(b, testdb.SQLite(b), store.Options{Relaxed: true})
	k := sign(b, s)
	for range 20 {
		k.grow(5000, alice)
	}
	c := k.head()
	for b.Loop() {
		if _, err := k.Inclusion(context.Background(), rand.Int64N(c.Size)+1, c); err != nil {
			b.Fatal(err)
		}
	}
}

// TestALogsFirstNameHasNoNumber: a number at the end of a name says that there was a restore, and a verifier would ask for
// its act.
func TestALogsFirstNameHasNoNumber(t *testing.T) {
	ctx := context.Background()
	for _, row := range []struct{ asked, want, refused string }{
		{asked: "", want: "plenary.invalid/log-"},
		{asked: "plenary.example/log", want: "plenary.example/log"},
		{asked: "plenary.example/1", want: "plenary.example/1"}, // no restore gives a 1
		{asked: "plenary.example/2", refused: "after a restore"},
		{asked: "plenary.example/41603475", refused: "after a restore"},
	} {
		t.Run(row.asked, func(t *testing.T) {
			ring, err := keys.Open(t.TempDir(), true)
			if err != nil {
				t.Fatal(err)
			}
			l := actlog.New(testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true}), clock.System{}, ring)
			err = l.Open(ctx, row.asked)
			if row.refused != "" {
				if err == nil || !strings.Contains(err.Error(), row.refused) {
					t.Fatalf("Open = %v, want it refused: %s", err, row.refused)
				}
				if err := l.Open(ctx, origin); err != nil || l.Origin() != origin {
					t.Errorf("then Open = %v, %s: the refused name was kept", err, l.Origin())
				}
				return
			}
			if _, n := bundle.Generation(l.Origin()); err != nil || n != 1 || !strings.HasPrefix(l.Origin(), row.want) {
				t.Errorf("Open = %v, and the log is %s, want %s", err, l.Origin(), row.want)
			}
		})
	}
}
