package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
	"github.com/plenary-dialogue/plenary/internal/report"
)

// One altered byte in any of the formats exits non-zero and names the file, on a machine that has nothing but the files and the key.
func TestReportVerifySaysWhatItFoundByItsExitCode(t *testing.T) {
	t.Chdir(t.TempDir())
	skey, vkey := bundletest.Key("example.com/log", 3)
	_, other := bundletest.Key("example.com/log", 4)
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	d := &report.Document{
		ID: "report_1", Type: report.TypePortfolio, Audience: report.AudiencePublic, Language: "fr", Title: "Évaluations d’une autorité",
		AsOf: report.AsOf{Seq: 12, Time: time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC), Checkpoint: report.Checkpoint{Origin: "example.com/log", Size: 13, Root: "AAAA"}},
	}
	write := func(name string, content []byte) string {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	var listed []report.Listed
	for _, f := range report.Formats() {
		var b bytes.Buffer
		if _, err := report.Render(f, d, report.Options{Signers: []note.Signer{signer}}, &b); err != nil {
			t.Fatal(err)
		}
		listed = append(listed, report.List("report_1."+f.Name, b.Bytes()))
		write("report_1."+f.Name, b.Bytes())
		altered := bytes.Clone(b.Bytes())
		altered[len(altered)/2] ^= 4
		write("altered."+f.Name, altered)
	}
	signed, err := report.Note(d, listed, signer)
	if err != nil {
		t.Fatal(err)
	}
	write("note", signed)
	keys := write("keys", []byte("# of the log\n"+other+"\n"+vkey+"\n"))
	for _, row := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"all is well", []string{"report_1.pdf", "--sig", "note", "--key", vkey}, 0, "as of        act 12 2026-11-30T08:00:00Z"},
		{"keys from a file", []string{"report_1.html", "--sig", "note", "--key", keys}, 0, "signed by    example.com/log+"},
		{"JSON carries its note", []string{"report_1.json", "--key", vkey}, 0, "report       report_1"},
		{"the package carries its note", []string{"report_1.csv.zip", "--key", vkey}, 0, "checkpoint   13 AAAA example.com/log"},
		{"the note of a format that carries none", []string{"report_1.pdf", "--key", vkey}, 2, "report_1.pdf: it carries no note"},
		{"another key", []string{"report_1.pdf", "--sig", "note", "--key", other}, 1, "report_1.pdf: its note is not signed by a key that you trust"},
		{"no key", []string{"report_1.pdf", "--sig", "note"}, exitUsage, "--key"},
		{"no such file", []string{"nowhere.pdf", "--sig", "note", "--key", vkey}, 2, "nowhere.pdf"},
		{"no such note", []string{"report_1.pdf", "--sig", "nowhere", "--key", vkey}, 2, "nowhere"},
		{"a key that is none", []string{"report_1.pdf", "--sig", "note", "--key", "log+12"}, 2, "--key is neither"},
	} {
		t.Run(row.name, func(t *testing.T) { verifies(t, row.args, row.code, row.says) })
	}
	for _, f := range report.Formats() {
		name := filepath.Join(".", "altered."+f.Name)
		t.Run(name, func(t *testing.T) {
			verifies(t, []string{name, "--sig", "note", "--key", vkey}, 1, "plenary: "+name+": ")
		})
	}
	for _, name := range []string{"altered.json", "altered.csv.zip"} {
		t.Run(name+" by its own note", func(t *testing.T) { verifies(t, []string{name, "--key", vkey}, 1, "plenary: "+name+": ") })
	}
}

func verifies(t *testing.T, args []string, want int, says string) {
	t.Helper()
	code, out, errs := call(t, nil, append([]string{"report", "verify"}, args...)...)
	if code != want || !strings.Contains(out+errs, says) {
		t.Errorf("exit %d, want %d and %q; it said %s%s", code, want, says, out, errs)
	}
	if (code == 0) != strings.HasSuffix(out, "OK\n") {
		t.Errorf("exit %d and it printed %q", code, out)
	}
}
