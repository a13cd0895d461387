package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema"
)

// call runs a command as the process would.
func call(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	code = run(context.Background(), args, environ, &out, &errs)
	return code, out.String(), errs.String()
}

func TestCommandsAnswerAndRefuse(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	good, unknown := write("good.yaml", "listen: 127.0.0.1:0\nmode: dev\n"), write("unknown.yaml", "lisen: x\nmode: dev\n")
	broken := write("broken.yaml", "a: [")
	issuers := write("issuers.yaml", "- url: https://id.example\n  audiences: [x]\n")
	ruler := write("ruler.yaml", "- url: https://id.example\n  audience: [x]\n  algorithms: [EdDSA]\n  jwks: https://id.example/keys\n  roles: [customer, king]\n")
	nowhere := write("nowhere.yaml", "- url: https://id.example\n  audience: [x]\n  algorithms: [EdDSA]\n  jwks: ftp://id.example/keys\n")
	parties := write("parties.yaml", "- url: https://id.example\n  audience: [x]\n  algorithms: [ES256]\n  jwks: https://id.example/jwks.json\n  parties: [northwind]\n")
	clients := write("clients.yaml", "- name: gateway\n  client-id: gw\n  per-minute: 10\n  burst: 10\n")
	elsewhere := write("elsewhere.yaml", "- name: site\n  networks: [10.0.0.1]\n  per-minute: 10\n  burst: 10\n")
	misspelt := write("misspelt.yaml", "- name: site\n  network: [10.0.0.0/8]\n")
	for _, row := range []struct {
		name string
		args []string
		env  map[string]string
		code int
		says string
	}{
		{"version", []string{"version", "--json"}, nil, 0, fmt.Sprintf(`"policy":%d`, policy.Version)},
		{"schema is the SDL", []string{"schema"}, nil, 0, schema.Text()[:200]},
		{"policy as text", []string{"policy"}, nil, 0, "proposal.open"},
		{"policy as JSON", []string{"policy", "--json"}, nil, 0, fmt.Sprintf(`"version": %d`, policy.Version)},
		{"a token of no server", []string{"token", "--as", "regulator@demo"}, nil, exitConfig, "start the server once"},
		{"nobody of that name", []string{"token", "--as", "king@demo"}, nil, exitFailed, "regulator@demo"},
		{"an unknown role", []string{"token", "--subject", "s", "--roles", "root"}, nil, exitFailed, "there is no role"},
		{"an unknown scope", []string{"token", "--as", "firm@demo", "--scopes", "events:write"}, nil, exitFailed, "there is no scope"},
		{"a token for longer than an hour", []string{"token", "--as", "firm@demo", "--lifetime", "2h"}, nil, exitFailed, "at most 1h"},
		{"no dev tokens in production", []string{"token", "--as", "firm@demo", "--mode", "production"}, nil, exitConfig, "dev mode only"},
		{"a busy port is a matter of configuration", []string{"serve", "--listen", busy.Addr().String()}, nil, exitConfig, "choose another address"},
		{"dev mode stays on loopback", []string{"serve", "--listen", "0.0.0.0:0"}, nil, exitConfig, "loopback"},
		{"a broker's address is checked", []string{"serve", "--nats", "plenary:secret@host"}, nil, exitConfig, "--nats: want nats://"},
		{"production needs issuers", []string{"serve", "--mode", "production"}, nil, exitConfig, "--issuers"},
		{"production keeps webhooks off this machine", []string{"serve", "--mode", "production", "--issuers", issuers, "--webhook-allow-loopback"}, nil, exitConfig, "must not reach this machine"},
		{"a public address is an address", []string{"serve", "--public-url", "plenary.example"}, nil, exitConfig, "--public-url"},
		{"events go somewhere", []string{"events", "listen"}, nil, exitUsage, "--forward-to"},
		{"events are signed with a secret", []string{"events", "listen", "--forward-to", "http://127.0.0.1:1/", "--secret", "hush"}, nil, exitFailed, "whsec_"},
		{"a replay begins somewhere", []string{"events", "replay", "--webhook", "webhook_x"}, nil, exitUsage, "--from"},
		{"production refuses a dev key", []string{"serve", "--mode", "production", "--issuers", issuers, "--dev-key", "k"}, nil, exitConfig, "dev key"},
		{"a client is one of an issuer", []string{"serve", "--clients", clients}, nil, exitConfig, "client gateway: a client id and the issuer"},
		{"a client's network is a network", []string{"serve", "--clients", elsewhere}, nil, exitConfig, "10.0.0.1"},
		{"a misspelt setting of a client is named", []string{"serve", "--clients", misspelt}, nil, exitConfig, "network"},
		{"a misspelt issuer setting is named", []string{"serve", "--issuers", issuers}, nil, exitConfig, "audiences"},
		{"an unknown role of an issuer is named", []string{"serve", "--issuers", ruler}, nil, exitConfig, `"king"`},
		{"an issuer that cannot be asked is refused", []string{"serve", "--issuers", nowhere}, nil, exitConfig, "id.example"},
		{"what is revoked has a reason", []string{"revoke", "--issuer", "https://id.example", "--subject", "s"}, nil, exitUsage, "--reason"},
		{"a member to revoke has an id", []string{"revoke", "--member", "x", "--reason", "r"}, nil, exitConfig, "no id of a member"},
		{"an issuer speaks for parties by their ids", []string{"serve", "--issuers", parties}, nil, exitConfig, "no id of a party"},
		{"an unknown command", []string{"sevre"}, nil, exitUsage, "plenary --help"},
		{"an unknown key of the file is named", []string{"version", "--config", unknown}, nil, exitUsage, "lisen"},
		{"a broken file is named", []string{"version", "--config", broken}, nil, exitConfig, "broken.yaml"},
		{"a file that is named must be there", []string{"version", "--config", "no.yaml"}, nil, exitConfig, "no.yaml"},
		{"a good file", []string{"version", "--config", good}, nil, 0, "plenary"},
		{"a bad value in the environment is refused", []string{"serve"}, map[string]string{"PLENARY_MODE": "prod"}, exitUsage, "production"},
		{"an unknown variable is named", []string{"version"}, map[string]string{"PLENARY_LISEN": "x", "PLENARY_LISTEN_FILE": "y"}, exitUsage, "PLENARY_LISEN"},
		{"what Kubernetes sets for a service is not ours", []string{"version"}, map[string]string{"PLENARY_SERVICE_HOST": "10.0.0.1", "PLENARY_PORT_8080_TCP": "x"}, 0, "plenary"},
		{"a database of another kind", []string{"migrate", "status", "--database", "mysql://u:s3cret@h/d"}, nil, exitFailed, "sqlite://"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, out, errs := call(t, row.env, row.args...)
			if code != row.code || !strings.Contains(out+errs, row.says) {
				t.Errorf("exit %d, want %d and %q; it said %s%s", code, row.code, row.says, out, errs)
			}
			if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
				t.Error("what is refused made files")
			}
			if strings.Contains(out+errs, "s3cret") {
				t.Error("a password was shown")
			}
		})
	}
}

func TestFlagsComeBeforeVariablesBeforeTheFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	secret := filepath.Join(dir, "secret")
	for name, text := range map[string]string{"plenary.yaml": "database: mysql://file\n", "secret": "mysql://secret\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name string
		args []string
		env  map[string]string
		want string
	}{
		{"the file over the default", nil, nil, "mysql://file"},
		{"a variable over the file", nil, map[string]string{"PLENARY_DATABASE": "mysql://env"}, "mysql://env"},
		{"a variable from a file over the file", nil, map[string]string{"PLENARY_DATABASE_FILE": secret}, "mysql://secret"},
		{"a flag over all", []string{"--database", "mysql://flag"}, map[string]string{"PLENARY_DATABASE": "mysql://env"}, "mysql://flag"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, _, errs := call(t, row.env, append([]string{"migrate", "status"}, row.args...)...)
			if !strings.Contains(errs, row.want) {
				t.Errorf("it used another database than %s: %s", row.want, errs)
			}
		})
	}
}

// serving runs a server until the test ends and returns the lines that it printed.
func serving(t *testing.T, args ...string) (lines []string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		code := run(ctx, args, nil, w, &errs)
		_ = w.Close()
		done <- code
	}()
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
		if scanner.Text() == lastLine {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	stopped := false
	stop = func() int {
		stopped = true
		cancel()
		select {
		case code := <-done:
			if code != 0 {
				t.Logf("it said: %s", errs.String())
			}
			return code
		case <-time.After(time.Minute):
			t.Fatal("the server does not stop")
			return -1
		}
	}
	t.Cleanup(func() {
		if !stopped {
			stop()
		}
	})
	return lines, stop
}

func TestServeFillsListensAndStops(t *testing.T) {
	t.Chdir(t.TempDir())
	lines, stop := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	text := strings.Join(lines, "\n")
	if !strings.HasPrefix(lines[0], "Console   http://127.0.0.1:") {
		t.Errorf("the first line is %q, want the console's address", lines[0])
	}
	if !strings.Contains(text, "regulator  eyJ") {
		t.Fatalf("it printed %s", text)
	}
	checkFirstMinute(t, lines)
	if code, out, errs := call(t, nil, "token", "--as", "regulator@demo"); code != 0 || !strings.HasPrefix(out, "eyJ") {
		t.Errorf("a dev token: exit %d, %s%s", code, out, errs)
	}
	// A second server on the same file is refused, and so is an import.
	if code, _, errs := call(t, nil, "serve", "--listen", "127.0.0.1:0", "--admin-listen", ""); code == 0 || !strings.Contains(errs, "in use by another process") {
		t.Errorf("a second server: exit %d, %s", code, errs)
	}
	if code := stop(); code != 0 {
		t.Errorf("stopping ends with %d, want 0", code)
	}
	if code, out, errs := call(t, nil, "migrate", "status"); code != 0 || !strings.Contains(out, "applied") {
		t.Errorf("migrate status after the server: exit %d, %s%s", code, out, errs)
	}
}

func TestDoctorNamesFaultsWithTheirRemedies(t *testing.T) {
	t.Chdir(t.TempDir())
	code, out, _ := call(t, nil, "doctor", "--database", "postgres://nobody:s3cret@127.0.0.1:1/x", "--listen", "127.0.0.1:0")
	if code == 0 || !strings.Contains(out, "FAULT  database") || !strings.Contains(out, "remedy:") || strings.Contains(out, "s3cret") {
		t.Errorf("doctor without a database: exit %d, %s", code, out)
	}
	if code, out, errs := call(t, nil, "migrate", "up"); code != 0 {
		t.Fatalf("migrate up: exit %d, %s%s", code, out, errs)
	}
	_, out, _ = call(t, nil, "doctor", "--listen", "127.0.0.1:0")
	for _, line := range []string{"ok     configuration", "ok     database", "ok     migrations", "ok     address"} {
		if !strings.Contains(out, line) {
			t.Errorf("doctor on a good database does not say %q: %s", line, out)
		}
	}
}
