package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// TestDoctorAgreesWithServe: what doctor calls a fault, serve refuses, and the other way round.
func TestDoctorAgreesWithServe(t *testing.T) {
	issuers := func(dir string) string {
		path := filepath.Join(dir, "issuers.yaml")
		text := "- url: https://id.invalid\n  audience: [x]\n  algorithms: [EdDSA]\n  jwks: https://id.invalid/keys\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, row := range []struct {
		name     string
		postgres bool
		mode     string
		prepare  func(t *testing.T, database, folder string)
		says     string // a part of the line about keys or migrations
		fault    bool
	}{
		{"nothing yet", false, "dev", nil, "note   migrations", false},
		{"a database without keys, in dev mode", true, "dev", nil, "note   keys: there are none", false},
		{"a database without keys, in production", true, "production", nil, "FAULT  keys: keys are missing", true},
		{"the keys of a database are gone", false, "dev", func(t *testing.T, database, folder string) {
			begun(t, database)
			if err := os.RemoveAll(folder); err != nil {
				t.Fatal(err)
			}
		}, "FAULT  keys: the keys of this database are missing in", true},
		{"the keys of another database", false, "dev", func(t *testing.T, database, folder string) {
			begun(t, database)
			if err := os.RemoveAll(folder); err != nil {
				t.Fatal(err)
			}
			if code, _, errs := call(t, nil, "keys", "init", "--database", database); code != 0 {
				t.Fatal(errs)
			}
		}, "FAULT  keys: the master key in", true},
		{"all is there", false, "dev", func(t *testing.T, database, _ string) { begun(t, database) }, "ok     keys", false},
		{"a newer database", false, "dev", func(t *testing.T, database, _ string) {
			begun(t, database)
			change(t, database, "INSERT INTO schema_migrations (version, applied_at) VALUES ('99991231000000_later', 1)")
		}, "use the plenary that migrated it, or a later one", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			database := "sqlite://" + filepath.Join(dir, "data.db")
			if row.postgres {
				database = testdb.Postgres(t)
			}
			folder := app.KeysFolder(database, "")
			if row.prepare != nil {
				row.prepare(t, database, folder)
			}
			flags := []string{"--database", database, "--mode", row.mode, "--listen", "127.0.0.1:0", "--admin-listen", ""}
			if row.mode == "production" {
				flags = append(flags, "--issuers", issuers(dir))
			}
			_, out, _ := call(t, nil, append([]string{"doctor"}, flags...)...)
			if !strings.Contains(out, row.says) {
				t.Errorf("doctor says %q, want %q", out, row.says)
			}
			if !row.fault {
				return
			}
			code, _, errs := call(t, nil, append([]string{"serve"}, flags...)...)
			if code == 0 {
				t.Error("serve takes what doctor calls a fault")
			}
			if _, err := os.Stat(folder); err == nil && strings.Contains(out, "missing") {
				t.Errorf("serve made keys: %s", errs)
			}
		})
	}
}

// begun is a database that a server has used.
func begun(t *testing.T, database string) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Database: database, Mode: "dev", Clock: systemClock})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

func change(t *testing.T, database, text string) {
	t.Helper()
	s, err := store.Open(t.Context(), database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { _, err := s.Exec(ctx, tx, text); return err }); err != nil {
		t.Fatal(err)
	}
}

func TestDoctorKnowsWhoListens(t *testing.T) {
	t.Chdir(t.TempDir())
	lines, _ := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	_, rest, _ := strings.Cut(strings.Join(lines, "\n"), "http://")
	address, _, _ := strings.Cut(rest, "/")
	if _, out, _ := call(t, nil, "doctor", "--listen", address); !strings.Contains(out, "ok     address "+address+", where a plenary server answers") {
		t.Errorf("doctor beside a running server says %s", out)
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	address = other.Listener.Addr().String()
	if _, out, _ := call(t, nil, "doctor", "--listen", address); !strings.Contains(out, "FAULT  address "+address) {
		t.Errorf("doctor beside another program says %s", out)
	}
}

// TestDoctorNamesBallotsThatAreLate: those that have closed and were not counted, and those whose papers may still be in files; not those
// with which a server will have done in a moment.
func TestDoctorNamesBallotsThatAreLate(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, database string) {
		t.Chdir(t.TempDir())
		begun(t, database)
		_, out, _ := call(t, nil, "doctor", "--database", database, "--listen", "127.0.0.1:0")
		if !strings.Contains(out, "ok     counts of ballots") || !strings.Contains(out, "ok     secrecy of ballots") {
			t.Errorf("doctor without a ballot says %s", out)
		}
		s, err := store.Open(t.Context(), database, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]string{}
		for _, b := range []struct {
			name     string
			state    enum.BallotState
			ago      time.Duration
			shredded bool
		}{
			{"overdue", enum.BallotStateOpen, time.Hour, true},
			{"closed a moment ago", enum.BallotStateOpen, time.Second, true},
			{"open", enum.BallotStateOpen, -time.Hour, true},
			{"not shredded", enum.BallotStateCounted, time.Hour, false},
			{"counted a moment ago", enum.BallotStateCounted, time.Second, false},
			{"void and not shredded", enum.BallotStateVoid, time.Hour, false},
			{"done", enum.BallotStateCounted, time.Hour, true},
		} {
			at := systemClock.Now().Add(-b.ago)
			row := s.Client().Ballot.Create().SetProposalID(uuid.New()).SetDialogueID(uuid.New()).SetConvenorID(uuid.New()).SetVersion(1).SetContentHash("0").
				SetRuleID(uuid.New()).SetRule("{}").SetRuleHash("0").SetSecrecy("SECRET").SetState(b.state).SetClosesAt(at).SetUpdatedAt(at).SetRollRoot("0").
				SetSeats(0).SetShredded(b.shredded).SaveX(t.Context())
			ids[b.name] = row.GlobalID().String()
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		code, out, _ := call(t, nil, "doctor", "--database", database, "--listen", "127.0.0.1:0")
		for name, want := range map[string]string{
			"overdue": "FAULT  counts of ballots", "not shredded": "FAULT  secrecy of ballots", "void and not shredded": "FAULT  secrecy of ballots",
			"closed a moment ago": "", "open": "", "counted a moment ago": "", "done": "",
		} {
			in := ""
			for line := range strings.Lines(out) {
				if strings.Contains(line, ids[name]) {
					in, _, _ = strings.Cut(line, ":")
				}
			}
			if in != want || code == 0 {
				t.Errorf("the ballot that is %s is named under %q, want %q:\n%s", name, in, want, out)
			}
		}
	})
}
