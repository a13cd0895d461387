package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestResultsAreVerifiedBeforeTheyAreImported: verify and import say by their exit codes what is wrong, and a database where nothing belongs
// stays as it was.
func TestResultsAreVerifiedBeforeTheyAreImported(t *testing.T) {
	const key = "log.example/ballots+00f1d88a+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
	example, err := filepath.Abs("../../docs/ballot-result-example.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	_, stranger, err := note.GenerateKey(nil, "log.example/ballots")
	if err != nil {
		t.Fatal(err)
	}
	altered := write("altered", strings.Replace(string(text), `"choice":"FOR","leaf"`, `"choice":"AGAINST","leaf"`, 1))
	rows := []struct {
		name             string
		args             []string
		verified         int
		imported         int
		verifies, refuse string
	}{
		{"as it is", []string{example, "--key", key}, 0, exitFailed, "OK\n", "nothing was imported: this database has no ballot_"},
		{"without a key", []string{example}, exitUnchecked, exitUsage, "not proved: give the log's key", "--key"},
		{"a stranger's key", []string{example, "--key", stranger}, exitFailed, exitFailed, "line 2 holds a checkpoint that", "nothing was imported: line 2 holds a checkpoint that"},
		{"no key", []string{example, "--key", "log+1"}, exitUnreadable, exitUnreadable, "neither a verifier key nor a file", "neither a verifier key nor a file"},
		{"altered", []string{altered, "--key", key}, exitFailed, exitFailed, "of kind ballot.paper", "nothing was imported: lines "},
		{"no result", []string{write("empty", ""), "--key", key}, exitUnreadable, exitUnreadable, "not a bundle", "not a bundle"},
		{"no file", []string{filepath.Join(dir, "nowhere"), "--key", key}, exitUnreadable, exitUnreadable, "nowhere", "nowhere"},
	}
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		env := map[string]string{"PLENARY_DATABASE": databaseURL, "PLENARY_KEYS": filepath.Join(t.TempDir(), "keys")}
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				if code, out, errs := call(t, nil, append([]string{"verify", "result"}, row.args...)...); code != row.verified || !strings.Contains(out+errs, row.verifies) {
					t.Errorf("verify exits with %d and says %q %q, want %d and %q", code, out, errs, row.verified, row.verifies)
				}
				if code, out, errs := call(t, env, append([]string{"import", "result"}, row.args...)...); code != row.imported || !strings.Contains(errs, row.refuse) || out != "" {
					t.Errorf("import exits with %d and says %q %q, want %d and %q", code, out, errs, row.imported, row.refuse)
				}
			})
		}
		if code, _, errs := call(t, env, "log", "bundle"); code == 0 || !strings.Contains(errs, "the log has no checkpoint yet") {
			t.Errorf("the log is not as empty as before: %d, %s", code, errs)
		}
	})
}
