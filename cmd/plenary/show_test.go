package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheVersionNamesTheCommit builds the program as make does.
func TestTheVersionNamesTheCommit(t *testing.T) {
	program := filepath.Join(t.TempDir(), "plenary")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=auto", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	commit := ""
	// Go records nothing in a worktree, where .git is a file.
	if info, err := os.Stat("../../.git"); err == nil && info.IsDir() {
		out, err := exec.CommandContext(t.Context(), "git", "log", "-1", "--format=%H").Output()
		if err != nil {
			t.Fatal(err)
		}
		commit = strings.TrimSpace(string(out))
	}
	out, err := exec.CommandContext(t.Context(), program, "version", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var says struct{ Commit, Date string }
	if err := json.Unmarshal(out, &says); err != nil || says.Commit != commit || (says.Date == "") != (commit == "") {
		t.Errorf("version --json = %s, %v; want the commit %q and its date", out, err, commit)
	}
	want := "not built from a git checkout"
	if commit != "" {
		want = "commit " + commit + " of " + says.Date
	}
	if out, err := exec.CommandContext(t.Context(), program, "version").Output(); err != nil || !strings.Contains(string(out), want) {
		t.Errorf("version = %s, %v; want %q", out, err, want)
	}
}
