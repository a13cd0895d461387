package auth

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/clock"
)

func openDev(t *testing.T, path string) *DevIssuer {
	t.Helper()
	d, err := OpenDevIssuer(path, clock.NewFixed(noon))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDevIssuerMintsWhatTheVerifierAccepts(t *testing.T) {
	d := openDev(t, filepath.Join(t.TempDir(), "dev.key"))
	who := Identity{
		Subject: "s-1", Stakeholder: "st-1", ClientID: "cli", TokenID: "t-1",
		Roles: []string{"steward", "owner"}, Scopes: []string{"read", "write"},
	}
	compact, err := d.Mint(who, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	want := who
	want.Issuer, want.Roles, want.IssuedAt, want.ExpiresAt = DevURL, []string{"steward"}, noon, noon.Add(time.Hour)
	if diff := cmp.Diff(want, checkAccepted(t, verifierAt(t, noon, d.Issuer("steward")), compact)); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}

	compact, err = d.Mint(Identity{Subject: "s-2"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	id := checkAccepted(t, verifierAt(t, noon, d.Issuer()), compact)
	if id.ClientID != devClient || len(id.TokenID) < 20 || id.Roles != nil || id.Scopes != nil || id.Stakeholder != "" {
		t.Errorf("Verify = %+v, want a generated token id and nothing that was not requested", id)
	}
}

func TestDevIssuerMintRefuses(t *testing.T) {
	d := openDev(t, filepath.Join(t.TempDir(), "dev.key"))
	for _, row := range []struct {
		rule     string
		subject  string
		lifetime time.Duration
	}{
		{"an empty subject", "", time.Minute},
		{"a subject that is too long", strings.Repeat("a", 256), time.Minute},
		{"no lifetime", "s", 0},
		{"a lifetime below a second", "s", time.Millisecond},
		{"a negative lifetime", "s", -time.Minute},
		{"a lifetime of more than an hour", "s", time.Hour + 1},
	} {
		if compact, err := d.Mint(Identity{Subject: row.subject}, row.lifetime); err == nil {
			t.Errorf("Mint with %s = %q, want an error", row.rule, compact)
		}
	}
}

func TestDevKeyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "dev.key")

	var made sync.WaitGroup
	kids := make([]string, 8)
	for i := range kids {
		made.Go(func() {
			if d, err := OpenDevIssuer(path, clock.System{}); err == nil {
				kids[i] = d.kid
			}
		})
	}
	made.Wait()
	for _, kid := range kids {
		if kid == "" || kid != kids[0] {
			t.Fatalf("kids = %q, want one key for all that start at once", kids)
		}
	}
	if again := openDev(t, path); again.kid != kids[0] {
		t.Errorf("kid = %q after another start, want %q", again.kid, kids[0])
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("mode = %v, %v, want 0600", info.Mode(), err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("the folder holds %v, want the key alone", left)
	}
}

func TestDevKeyFileRefused(t *testing.T) {
	der, err := x509.MarshalPKCS8PrivateKey(ecKey())
	if err != nil {
		t.Fatal(err)
	}
	ec := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	good, err := os.ReadFile(func() string {
		path := filepath.Join(t.TempDir(), "dev.key")
		openDev(t, path)
		return path
	}())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		rule   string
		raw    []byte
		mode   os.FileMode
		reason string
	}{
		{"readable by everybody", good, 0o644, "must be a file of mode 0600"},
		{"readable by the group", good, 0o640, "must be a file of mode 0600"},
		{"writable by others", good, 0o602, "must be a file of mode 0600"},
		{"not a key", []byte("hello"), 0o600, "PEM block"},
		{"empty", nil, 0o600, "PEM block"},
		{"a key of another kind", ec, 0o600, "not an Ed25519 key"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "dev.key")
			if err := os.WriteFile(path, row.raw, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, row.mode); err != nil { // unlike the mode of a new file, not subject to the umask
				t.Fatal(err)
			}
			if _, err := OpenDevIssuer(path, clock.System{}); err == nil || !strings.Contains(err.Error(), row.reason) {
				t.Errorf("OpenDevIssuer = %v, want an error about %q", err, row.reason)
			}
		})
	}
	if _, err := OpenDevIssuer(t.TempDir(), clock.System{}); err == nil {
		t.Error("OpenDevIssuer(a folder) = nil, want an error")
	}
	if _, err := OpenDevIssuer(filepath.Join(t.TempDir(), "missing", "dev.key"), clock.System{}); err != nil {
		t.Errorf("OpenDevIssuer(in a missing folder) = %v, want it to make the folder", err)
	}
}

func TestCheckDevUse(t *testing.T) {
	for _, row := range []struct {
		mode, addr string
		allowed    bool
	}{
		{"dev", "127.0.0.1:8080", true},
		{"dev", "127.9.9.9:0", true},
		{"dev", "[::1]:8080", true},
		{"dev", "localhost:8080", true},
		{"governance", "127.0.0.1:8080", false},
		{"Dev", "127.0.0.1:8080", false},
		{"", "127.0.0.1:8080", false},
		{"dev", "", false},
		{"dev", ":8080", false},
		{"dev", "0.0.0.0", false},
		{"dev", "0.0.0.0:8080", false},
		{"dev", "[::]", false},
		{"dev", "[::]:8080", false},
		{"dev", "[::ffff:127.0.0.1]:8080", false},
		{"dev", "[::1%eth0]:8080", false},
		{"dev", "192.168.1.7:8080", false},
		{"dev", "128.0.0.1:8080", false},
		{"dev", "127.0.0.1.example:8080", false},
		{"dev", "localhost.example:8080", false},
		{"dev", "example.org:8080", false},
		{"dev", "127.1:8080", false},
	} {
		if err := CheckDevUse(row.mode, row.addr); (err == nil) != row.allowed {
			t.Errorf("CheckDevUse(%q, %q) = %v, want allowed %v", row.mode, row.addr, err, row.allowed)
		}
	}
}
