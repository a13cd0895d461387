package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver that loses acts

	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// An operator's way from a loss to a log that goes on: the server refuses to start, doctor says why, log reopen helps, once.
func TestDoctorAndReopenLookAtTheLog(t *testing.T) {
	t.Chdir(t.TempDir())
	_, stop := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	if code := stop(); code != 0 {
		t.Fatalf("the server ends with %d", code)
	}
	doctor := func() (int, string) {
		t.Helper()
		code, out, _ := call(t, nil, "doctor", "--listen", "127.0.0.1:0")
		return code, out
	}
	if _, out := doctor(); !strings.Contains(out, "ok     log\n") || !strings.Contains(out, "ok     durability\n") {
		t.Errorf("doctor on a whole log says %s", out)
	}
	if code, out, errs := call(t, nil, "log", "reopen"); code != exitFailed || !strings.Contains(errs, "the log is whole") {
		t.Errorf("log reopen of a whole log: exit %d, %s%s", code, out, errs)
	}
	saved, err := os.ReadFile(filepath.Join("data", "keys", "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	lose(t, filepath.Join("data", "plenary.db"), 5)
	if code, out, errs := call(t, nil, "serve", "--listen", "127.0.0.1:0", "--admin-listen", ""); code == 0 || !strings.Contains(errs, "plenary log reopen") {
		t.Errorf("serve on a log that lost acts: exit %d, %s%s", code, out, errs)
	}
	if code, _, errs := call(t, nil, "import", "consultation", t.TempDir()); code == 0 || !strings.Contains(errs, "plenary log reopen") {
		t.Errorf("import into a log that lost acts: exit %d, %s", code, errs)
	}
	if code, out := doctor(); code == 0 || !strings.Contains(out, "FAULT  log: ") || !strings.Contains(out, "remedy: restore what is missing") {
		t.Errorf("doctor on a log that lost acts: exit %d, %s", code, out)
	}
	if code, out, errs := call(t, nil, "log", "reopen"); code != 0 || !strings.Contains(out, "/2") {
		t.Fatalf("log reopen: exit %d, %s%s", code, out, errs)
	}
	if code, out := doctor(); !strings.Contains(out, "ok     log\n") {
		t.Errorf("doctor on the reopened log: exit %d, %s", code, out)
	}
	if code, _, errs := call(t, nil, "log", "reopen"); code != exitFailed || !strings.Contains(errs, "the log is whole") {
		t.Errorf("log reopen once more: exit %d, %s", code, errs)
	}
	// The checkpoint from before the loss, with the bundle's own keys, which are those of the new name: exit 3, nothing failed.
	code, out, errs := call(t, nil, "log", "bundle")
	if code != 0 {
		t.Fatalf("log bundle: exit %d, %s", code, errs)
	}
	for name, text := range map[string]string{"bundle": out, "saved": string(saved)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code, out, errs := call(t, nil, "verify", "bundle", "--checkpoint", "saved"); code != exitUnchecked || !strings.Contains(out, "they were lost in a restore") {
		t.Errorf("verify with the checkpoint from before: exit %d, %s%s", code, out, errs)
	}
}

// lose removes the last acts from a database, and what was signed of them.
func lose(t *testing.T, path string, n int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var head int
	if err := db.QueryRow("SELECT MAX(seq) FROM acts").Scan(&head); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"DELETE FROM acts WHERE seq > ?", "DELETE FROM checkpoints WHERE size > ?"} {
		if _, err := db.Exec(text, head-n); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAServerThatMustNotLoseChangesRefusesADatabaseThatMay(t *testing.T) {
	t.Chdir(t.TempDir())
	database := testdb.Postgres(t) // a cluster for tests, with fsync off
	if code, _, errs := call(t, nil, "serve", "--database", database, "--listen", "127.0.0.1:0", "--admin-listen", "", "--require-sync"); code != exitConfig || !strings.Contains(errs, "--require-sync: ") || !strings.Contains(errs, "may lose") {
		t.Errorf("serve --require-sync: exit %d, %s; want %d and what may be lost", code, errs, exitConfig)
	}
	if _, out, _ := call(t, nil, "doctor", "--database", database, "--listen", "127.0.0.1:0"); !strings.Contains(out, "note   durability: ") || !strings.Contains(out, "ok     clock\n") {
		t.Errorf("doctor says %s; want a note about durability, and that the clocks agree", out)
	}
	if _, out, _ := call(t, nil, "doctor", "--database", database, "--listen", "127.0.0.1:0", "--require-sync"); !strings.Contains(out, "FAULT  durability: ") {
		t.Errorf("doctor --require-sync says %s; want a fault", out)
	}
	_, stop := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "", "--require-sync") // SQLite waits for the disk
	if code := stop(); code != 0 {
		t.Errorf("serve --require-sync on SQLite: exit %d", code)
	}
}
