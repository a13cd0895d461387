// Package cluster starts a private, temporary PostgreSQL for tests and measurements, from the installed binaries, and
// removes it again. It never touches a server that it did not start.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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

// Options say how to run the cluster.
type Options struct {
	// Durable waits for the disk, like production. Only tests of durability need it.
	Durable bool
	// Folder is the parent of the folder of the cluster, for example on a small file system; empty means the temporary folder
	// of the system.
	Folder string
	// Settings are more settings of postgresql.conf, such as "min_wal_size=32MB"; the last value of a name counts.
	Settings []string
}

// Cluster is a running PostgreSQL.
type Cluster struct {
	URL     string // of the database "postgres", as its superuser
	Address string // host and port
	Version string
	options Options
	bin     string
	folder  string
	owner   *syscall.Credential
	port    int
	server  *exec.Cmd
	exited  chan error
	log     bytes.Buffer
}

// folders are where distributions install the binaries of the server, besides PATH.
var folders = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin"}

// Find gives the folder of the newest initdb and postgres, or "" when there is none.
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

// Start runs a new cluster on a free port of the loopback address.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	c, err := create(o)
	if err != nil {
		return nil, err
	}
	initdb := c.command(ctx, "initdb", "-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-k")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), c.Stop())
	}
	if err := c.Up(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// create makes the folder of a cluster and chooses its port.
func create(o Options) (*Cluster, error) {
	c := &Cluster{options: o, bin: Find()}
	if c.bin == "" {
		return nil, errors.New("PostgreSQL is not installed: install it (on Debian: apt-get install postgresql), or set TEST_DATABASE_URL to a server on which you are superuser")
	}
	var err error
	if c.owner, err = unprivileged(); err != nil {
		return nil, err
	}
	if c.port, err = freePort(); err != nil {
		return nil, err
	}
	if c.folder, err = os.MkdirTemp(o.Folder, "plenary-pg-"); err != nil {
		return nil, err
	}
	if c.owner != nil {
		if err := os.Chown(c.folder, int(c.owner.Uid), int(c.owner.Gid)); err != nil {
			return nil, errors.Join(err, c.Stop())
		}
	}
	c.Address = net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port))
	c.URL = "postgres://postgres@" + c.Address + "/postgres?sslmode=disable"
	return c, nil
}

// unprivileged gives the user that runs PostgreSQL, which refuses root. Nil means the current user.
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

// Up starts the server on its data and waits until it answers. After Down or Kill it restarts the same server.
func (c *Cluster) Up(ctx context.Context) error {
	settings := []string{
		"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(c.port), "unix_socket_directories=" + c.folder, "max_connections=300",
		"shared_buffers=256MB", "log_min_messages=fatal", "timezone=UTC",
	}
	if !c.options.Durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", c.data()}
	for _, s := range append(settings, c.options.Settings...) {
		args = append(args, "-c", s)
	}
	c.server = c.command(context.WithoutCancel(ctx), "postgres", args...)
	c.log.Reset()
	c.server.Stderr = &c.log
	if err := c.server.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	server, exited := c.server, make(chan error, 1)
	c.exited = exited
	go func() { exited <- server.Wait() }()
	return c.ready(ctx)
}

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }

// command makes a command of PostgreSQL that runs as the owner and ends with this process: a killed test leaves no server.
func (c *Cluster) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, name), args...)
	cmd.Dir = c.folder
	cmd.SysProcAttr = dieWithParent(c.owner)
	return cmd
}

// freePort chooses a port below those that the kernel gives to outgoing connections, so that none of them takes the port
// while the server is down.
func freePort() (int, error) {
	for range 100 {
		port := 20000 + rand.N(12000)
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("found no free port from 20000 to 31999")
}

// ready waits until postmaster.pid has the process id of the server in its first line and "ready" in its eighth.
func (c *Cluster) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if b, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid")); err == nil {
			lines := strings.Split(string(b), "\n")
			if len(lines) > 7 && lines[0] == strconv.Itoa(c.server.Process.Pid) && strings.TrimSpace(lines[7]) == "ready" {
				v, _ := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
				c.Version = strings.TrimSpace(string(v))
				return nil
			}
		}
		select {
		case err := <-c.exited:
			c.exited <- err
			return fmt.Errorf("postgres ended during its start: %w: %s", err, c.log.String())
		case <-ctx.Done():
			return fmt.Errorf("postgres is not ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// Running reports whether the server process runs.
func (c *Cluster) Running() bool {
	if c.exited == nil {
		return false
	}
	select {
	case err := <-c.exited:
		c.exited <- err
		return false
	default:
		return true
	}
}

// Down ends connections and stops the server, like "pg_ctl stop -m fast". Its data stays.
func (c *Cluster) Down() error {
	if !c.Running() {
		return nil
	}
	_ = c.server.Process.Signal(syscall.SIGINT)
	select {
	case err := <-c.exited:
		c.exited <- err
		return nil
	case <-time.After(10 * time.Second):
		return errors.Join(errors.New("postgres did not stop within 10 s"), c.Kill())
	}
}

// Kill ends every process of the server at once, like a loss of power that keeps the page cache. It stops the first process
// meanwhile, which would otherwise see a child die and shut down cleanly.
func (c *Cluster) Kill() error {
	if !c.Running() {
		return nil
	}
	_ = c.server.Process.Signal(syscall.SIGSTOP)
	children, err := childrenOf(c.server.Process.Pid)
	for _, pid := range children {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	err = errors.Join(err, c.server.Process.Kill())
	exit := <-c.exited
	c.exited <- exit
	return err
}

// childrenOf gives the processes that a process has started.
func childrenOf(parent int) ([]int, error) {
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var children []int
	for line := range strings.Lines(string(out)) {
		var pid, ppid int
		if _, err := fmt.Sscan(line, &pid, &ppid); err == nil && ppid == parent {
			children = append(children, pid)
		}
	}
	return children, nil
}

// Stop ends the server at once and deletes its folder. It is safe after a failed start.
func (c *Cluster) Stop() error { return errors.Join(c.Down(), os.RemoveAll(c.folder)) }
