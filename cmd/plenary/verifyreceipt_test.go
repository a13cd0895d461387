package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle"
)

func TestVerifyReceiptSaysWhatItFoundByItsExitCode(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	keyOf := func() (note.Signer, string) {
		secret, public, err := note.GenerateKey(rand.Reader, "example.com/log")
		if err != nil {
			t.Fatal(err)
		}
		signer, err := note.NewSigner(secret)
		if err != nil {
			t.Fatal(err)
		}
		return signer, public
	}
	signer, key := keyOf()
	_, other := keyOf()
	sign := func(text string) string {
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			t.Fatal(err)
		}
		return string(signed)
	}
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.FixedZone("", 3600))
	receipt := sign(bundle.Receipt{
		Filing: uuid.New(), Assessment: uuid.New(), Reference: "A-2026-0001", Version: 2, ContentHash: strings.Repeat("a", 64), Firm: uuid.New(),
		Regulator: uuid.New(), Filed: at, Acknowledged: at.Add(time.Hour), Seq: 12, Origin: "example.com/log", Root: "AAAA", Size: 14,
	}.Text())
	good := write("good", receipt)
	for _, row := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"all is well", []string{good, "--key", key}, 0, "content-hash " + strings.Repeat("a", 64)},
		{"it says when, in UTC", []string{good, "--key", key}, 0, "filed 2026-03-02T11:00:00Z"},
		{"it ends with OK", []string{good, "--key", key}, 0, "OK"},
		{"one of several keys", []string{good, "--key", other, "--key", key}, 0, "OK"},
		{"keys from a file", []string{good, "--key", write("keys", "# of the log\n"+key+"\n")}, 0, "OK"},
		{"another key", []string{good, "--key", other}, 1, "signed by none of the keys"},
		{"another version", []string{write("changed", strings.Replace(receipt, "version 2", "version 3", 1)), "--key", key}, 1, "signed by none of the keys"},
		{"a checkpoint is no receipt", []string{write("checkpoint", sign("example.com/log\n14\nAAAA\n")), "--key", key}, 1, "no receipt"},
		{"no such file", []string{filepath.Join(dir, "nowhere"), "--key", key}, 2, "nowhere"},
		{"no key", []string{good, "--key", "log+123"}, 2, "--key is neither a verifier key nor a file"},
		{"far too long", []string{write("long", strings.Repeat("x", longestReceipt+1)), "--key", key}, 2, "a receipt is shorter"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, out, errs := call(t, nil, append([]string{"verify", "receipt"}, row.args...)...)
			if code != row.code || !strings.Contains(out+errs, row.says) {
				t.Errorf("it exits with %d and says %q %q, want %d and %q", code, out, errs, row.code, row.says)
			}
		})
	}
}
