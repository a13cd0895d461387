package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

func TestVerifySaysWhatItFoundByItsExitCode(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s := bundletest.NewStory(t)
	whole := string(s.Whole())
	good, part := write("good", whole), write("part", string(s.Part()))
	keys := write("keys", "# of the log\n"+s.First+"\n\n"+s.Second+"\n")
	saved, later := write("saved", string(s.Early)), write("later", string(s.Checkpoint(13)))
	bad := write("bad", strings.Replace(whole, "line", "lime", 1))
	unknown := write("unknown", string(bundletest.Join(append(strings.Split(strings.TrimSpace(whole), "\n")[:17], `{"kind":"weather"}`, `{"kind":"end"}`))))
	forked := bundletest.New(t, "example.com/log")
	forked.Fill(20)
	lone := bundletest.New(t, "example.com/log") // with one key, which the bundle contains
	lone.Fill(3)
	own := write("own", string(lone.Complete()))
	for _, row := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"all is well", []string{good, "--key", s.First, "--key", s.Second}, 0, "checked      Acts 1 to 13, all of them"},
		{"keys from a file", []string{good, "--key", keys}, 0, "OK"},
		{"a saved checkpoint", []string{part, "--key", keys, "--checkpoint", later}, 0, "The log of 13 acts that you saved is the beginning of this one."},
		{"no key is no reason to stop, but is said", []string{own}, 0, "WARNING: trusting the bundle's own key"},
		{"and the report says so", []string{own}, 0, "the bundle's own key: NOT a key that you gave"},
		{"the act at fault comes first", []string{bad, "--key", keys}, 1, "plenary: seq 3: its payload does not match its commitment"},
		{"a fork", []string{good, "--key", keys, "--checkpoint", write("forked", string(forked.Checkpoint(7)))}, 1, "the log was forked: at size 7"},
		{"a truncated log", []string{good, "--key", keys, "--checkpoint", write("longer", string(forked.Checkpoint(20)))}, 1, "the log has 13 acts, fewer than the 20 you saved"},
		{"nothing proves what was saved", []string{part, "--key", keys, "--checkpoint", saved}, 1, "a consistency proof to size 13 is missing"},
		{"no such file", []string{"nowhere"}, 2, "nowhere"},
		{"no bundle", []string{keys, "--key", keys}, 2, "this is not a bundle"},
		{"an empty file", []string{write("empty", ""), "--key", keys}, 2, "this is not a bundle: it is empty"},
		{"no key", []string{good, "--key", "log+123"}, 2, "--key is neither a verifier key nor a file"},
		{"a file of no keys", []string{good, "--key", good}, 2, "is not a verifier key"},
		{"a saved file that is no checkpoint", []string{good, "--key", keys, "--checkpoint", keys}, 2, "the checkpoint you saved does not have one line each"},
		{"a saved file that is not there", []string{good, "--key", keys, "--checkpoint", "nowhere"}, 2, "nowhere"},
		{"a kind that nobody knows", []string{unknown, "--key", keys}, 3, "not checked  1 lines of kind weather"},
		{"a kind that may be unknown", []string{unknown, "--key", keys, "--allow-unknown"}, 0, "OK"},
		{"something could not be checked", []string{write("some", string(s.Some(false, []int64{4}, 1))), "--key", keys}, 3, "not checked  the consistency proof on line 3"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, out, errs := call(t, nil, append([]string{"verify"}, row.args...)...)
			if code != row.code || !strings.Contains(out+errs, row.says) {
				t.Errorf("exit %d, want %d and %q; it said %s%s", code, row.code, row.says, out, errs)
			}
			if (code == 0) != strings.HasSuffix(out, "OK\n") {
				t.Errorf("exit %d and it printed %q", code, out)
			}
		})
	}
}

func TestVerifyReadsStandardInput(t *testing.T) {
	l := bundletest.New(t, "example.com/log")
	l.Fill(2000) // enough for progress reports; they are not drawn, because this is not a terminal
	path := filepath.Join(t.TempDir(), "bundle")
	if err := os.WriteFile(path, l.Complete(), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	stdin := os.Stdin
	os.Stdin = f
	t.Cleanup(func() { os.Stdin = stdin })
	if code, out, errs := call(t, nil, "verify", "-", "--key", l.Keys[0]); code != 0 || !strings.Contains(out, "2000 opened") || errs != "" {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}
