// Package cluster starts a private, throw-away PostgreSQL for tests and measurements, from the binaries that are
// installed, and takes it away again. It never touches a server that it did not start.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Options say how the cluster is run.
type Options struct {
	// Durable waits for the disk, as production does; tests of anything else need not.
	Durable bool
}

// Cluster is a PostgreSQL that is running.
type Cluster struct {
	URL     string // of the database "postgres", as its superuser
	Version string
	folder  string
	server  *exec.Cmd
	exited  chan error
}

// folders where distributions put the server's binaries, beside PATH; the newest version comes first.
var folders = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin"}

// Find gives the folder that holds initdb and postgres, or "" when there is none.
func Find() string {
	for _, pattern := range folders {
		found, _ := filepath.Glob(pattern) // the patterns are well-formed
		slices.SortFunc(found, newerFirst)
		for _, dir := range found {
			if complete(dir) {
				return dir
			}
		}
	}
	if path, err := exec.LookPath("initdb"); err == nil && complete(filepath.Dir(path)) {
		return filepath.Dir(path)
	}
	return ""
}

// newerFirst sorts folders by the version in their names: 15 before 9.6.
func newerFirst(a, b string) int { return version(b) - version(a) }

func version(path string) int {
	digits := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(digits[0])
	return n
}

func complete(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

// Start runs a cluster of its own on a free port of the loopback address.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	bin := Find()
	if bin == "" {
		return nil, errors.New("PostgreSQL is not installed: install it (on Debian: apt-get install postgresql), or set TEST_DATABASE_URL to a server whose superuser you are")
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	c := &Cluster{}
	if c.folder, err = os.MkdirTemp("", "plenary-pg-"); err != nil {
		return nil, err
	}
	if err := c.start(ctx, bin, owner, o); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// unprivileged gives whom PostgreSQL runs as: it refuses root. Nil means as we are.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
		if uerr == nil && gerr == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

func (c *Cluster) start(ctx context.Context, bin string, owner *syscall.Credential, o Options) error {
	if owner != nil {
		if err := os.Chown(c.folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(c.folder, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := c.as(initdb, owner).CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	settings := []string{
		"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(port), "unix_socket_directories=" + c.folder, "max_connections=300",
		"shared_buffers=256MB", "log_min_messages=fatal", "timezone=UTC",
	}
	if !o.Durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", data}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	c.server = c.as(exec.Command(filepath.Join(bin, "postgres"), args...), owner)
	var log bytes.Buffer
	c.server.Stderr = &log
	if err := c.server.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	c.exited = make(chan error, 1)
	go func() { c.exited <- c.server.Wait() }()
	c.URL = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	return c.ready(ctx, data, &log)
}

// as runs a command as the owner, and lets it die with us: a killed test run leaves no server behind.
func (c *Cluster) as(cmd *exec.Cmd, owner *syscall.Credential) *exec.Cmd {
	cmd.Dir = c.folder
	cmd.SysProcAttr = dieWithParent(owner)
	return cmd
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// ready waits for the server to say so: postmaster.pid has the word in its eighth line.
func (c *Cluster) ready(ctx context.Context, data string, log *bytes.Buffer) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if b, err := os.ReadFile(filepath.Join(data, "postmaster.pid")); err == nil {
			if lines := strings.Split(string(b), "\n"); len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready" {
				v, _ := os.ReadFile(filepath.Join(data, "PG_VERSION"))
				c.Version = strings.TrimSpace(string(v))
				return nil
			}
		}
		select {
		case err := <-c.exited:
			c.exited <- err
			return fmt.Errorf("postgres ended at start: %w: %s", err, log.String())
		case <-ctx.Done():
			return fmt.Errorf("postgres is not ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// Stop ends the server at once and deletes its folder. It is safe after a failed start.
func (c *Cluster) Stop() error {
	if c.server != nil && c.server.Process != nil && c.exited != nil {
		_ = c.server.Process.Signal(syscall.SIGINT) // "fast": ends connections and stops
		select {
		case <-c.exited: //nolint:errcheck // how it ended no longer matters
		case <-time.After(10 * time.Second):
			_ = c.server.Process.Kill()
			<-c.exited //nolint:errcheck // it was killed
		}
	}
	return os.RemoveAll(c.folder)
}
