package importing_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/importing"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

const databaseVariable, keysVariable = "IMPORTING_DATABASE", "IMPORTING_KEYS"

// opened are the domains of a database.
func opened(t *testing.T, databaseURL, keysDir string) (*store.Store, *actlog.Log, *domains.Domains) {
	t.Helper()
	s := testdb.Open(t, databaseURL, store.Options{})
	ring, err := keys.Open(keysDir, true)
	if err != nil {
		t.Fatal(err)
	}
	l := actlog.New(s, clock.System{}, ring)
	d, err := domains.New(s, l, clock.System{}, webhook.Options{Sealer: ring})
	if err != nil {
		t.Fatal(err)
	}
	return s, l, d
}

// export is a consultation as a zip.
func export(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names, err := filepath.Glob(filepath.Join(testdb.Shared(t, "data", "consultations", "scoop-hivemind.ubi"), "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := z.Create(filepath.Base(name))
		if err == nil {
			_, err = f.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestAServerIsKilledInTheMiddle: nothing of the import is there, and another server writes all of it.
func TestAServerIsKilledInTheMiddle(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		keysDir := filepath.Join(t.TempDir(), "keys")
		var id uuid.UUID
		t.Run("an admin starts it", func(t *testing.T) {
			_, _, d := opened(t, databaseURL, keysDir)
			ctx := t.Context()
			admin, err := d.Parties.Provision(ctx, party.Claims{Issuer: "https://id.example", Subject: "admin", Roles: []string{"admin"}})
			if err != nil {
				t.Fatal(err)
			}
			ctx = policy.WithActor(ctx, admin)
			kind, err := d.Imports.Kind("consultation")
			if err != nil {
				t.Fatal(err)
			}
			text := export(t)
			sum := sha256.Sum256(text)
			row, err := d.Imports.Check(ctx, kind, importing.Given{SHA256: sum[:], Body: bytes.NewReader(text), Options: intake.Options{}})
			if err != nil {
				t.Fatal(err)
			}
			if id = row.ID; row.State != "CHECKED" {
				t.Fatalf("the check found %s", row.Faults)
			}
			if _, err := d.Imports.Start(ctx, id, hex.EncodeToString(sum[:]), nil); err != nil {
				t.Fatal(err)
			}
		})
		program, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestKillMyself$")
		cmd.Env = append(os.Environ(), databaseVariable+"="+databaseURL, keysVariable+"="+keysDir)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Exited() {
			t.Fatalf("the process ended with %v: %s", err, out)
		}
		s, _, d := opened(t, databaseURL, keysDir)
		count := func(text string) (n int) {
			t.Helper()
			if err := s.Query(t.Context(), text, nil, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count("SELECT (SELECT COUNT(*) FROM votes) + (SELECT COUNT(*) FROM dialogues) + (SELECT COUNT(*) FROM stakeholders)"); n != 0 {
			t.Errorf("a server that was killed left %d rows", n)
		}
		turn := func() bool {
			t.Helper()
			ran, err := d.Imports.Turn(t.Context(), "another server")
			if err != nil {
				t.Fatal(err)
			}
			return ran
		}
		if turn() {
			t.Error("an import was taken from a server whose lease is not over")
		}
		err = s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { // half a minute later
			_, err := s.Exec(ctx, tx, "UPDATE imports SET held_until = started_at")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if !turn() || turn() {
			t.Error("the import was not run once")
		}
		if n := count("SELECT COUNT(*) FROM imports WHERE state = 'DONE' AND attempts = 2"); n != 1 {
			t.Errorf("%d imports are done in the second try, want 1", n)
		}
		if votes, chunks := count("SELECT COUNT(*) FROM votes"), count("SELECT COUNT(*) FROM import_chunks"); votes == 0 || chunks != 0 {
			t.Errorf("%d votes and %d pieces of the file are there", votes, chunks)
		}
	})
}

// TestKillMyself is the server that TestAServerIsKilledInTheMiddle starts.
func TestKillMyself(t *testing.T) {
	databaseURL := os.Getenv(databaseVariable)
	if databaseURL == "" {
		t.Skip("skipped: only TestAServerIsKilledInTheMiddle runs this, in a separate process")
	}
	s, l, d := opened(t, databaseURL, os.Getenv(keysVariable))
	kind, err := d.Imports.Kind("consultation")
	if err != nil {
		t.Fatal(err)
	}
	ran, err := importing.New(s, l, clock.System{}, d.Parties, killing{kind}).Turn(t.Context(), "a server")
	t.Fatalf("Turn = %v, %v, but the process is still alive", ran, err)
}

// killing kills the process when half of an import is written.
type killing struct{ intake.Kind }

func (k killing) Read(ctx context.Context, from intake.Source, faults *source.Faults) (intake.Reading, error) {
	r, err := k.Kind.Read(ctx, from, faults)
	return dying{r}, err
}

type dying struct{ intake.Reading }

func (d dying) Write(ctx context.Context, tx *db.Tx, _ intake.Progress) ([]string, error) {
	return d.Reading.Write(ctx, tx, func(_ string, done, total int) {
		if 2*done > total {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				_ = self.Kill()
			}
			select {}
		}
	})
}
