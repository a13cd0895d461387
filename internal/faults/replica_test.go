//go:build faults

package faults_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// replica is one process of the server. After kill or stop it can be started again; its address then changes, as a
// container's does.
type replica struct {
	t     testing.TB
	name  string
	args  []string
	log   *record
	addr  atomic.Value // string; where it listens, or listened
	admin string
	cmd   *exec.Cmd
	ended chan struct{} // closed when the process is gone
}

var serving = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/graphql`)

// start runs the process and waits until it logs where it listens.
func (r *replica) start() {
	r.t.Helper()
	if err := r.launch(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *replica) launch() error {
	admin, err := freeAddress()
	if err != nil {
		return err
	}
	r.admin = admin
	out, err := r.spawn("--admin-listen", admin)
	if err != nil {
		return err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := serving.FindStringSubmatch(lines.Text()); found != nil {
			r.addr.Store(found[1])
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return nil
		}
	}
	<-r.ended
	return fmt.Errorf("%s did not start: %s", r.name, r.log.end())
}

// spawn runs the process without waiting.
func (r *replica) spawn(more ...string) (io.Reader, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	cmd := exec.Command(plenary, append(r.args, more...)...)
	cmd.Env = environment()
	cmd.Stdout, cmd.Stderr = in, r.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		_ = out.Close()
		close(ended)
	}()
	r.cmd, r.ended = cmd, ended
	return out, nil
}

// tool runs another command of the program to its end. If it fails, out is what it says.
func tool(args ...string) (code int, out string) {
	var errs bytes.Buffer
	cmd := exec.Command(plenary, args...)
	cmd.Env, cmd.Stderr = environment(), &errs
	b, err := cmd.Output()
	switch {
	case cmd.ProcessState == nil:
		return -1, err.Error()
	case err != nil:
		return cmd.ProcessState.ExitCode(), string(b) + errs.String()
	}
	return 0, string(b)
}

// environment leaves out variables that would configure the server under test.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PLENARY_") {
			env = append(env, v)
		}
	}
	return env
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// kill ends the process as a power failure would.
func (r *replica) kill() {
	_ = r.cmd.Process.Kill()
	<-r.ended
}

// stop asks the process to end, and returns how long that took.
func (r *replica) stop() time.Duration {
	r.t.Helper()
	began := time.Now()
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-r.ended:
	case <-time.After(waitLimit):
		r.kill()
		r.t.Fatalf("%s did not stop within %v: %s", r.name, waitLimit, r.log.end())
	}
	if code := r.cmd.ProcessState.ExitCode(); code != 0 {
		r.t.Errorf("%s stopped with exit code %d, want 0: %s", r.name, code, r.log.end())
	}
	return time.Since(began)
}

// pause suspends the process; proceed resumes it.
func (r *replica) pause()   { _ = r.cmd.Process.Signal(syscall.SIGSTOP) }
func (r *replica) proceed() { _ = r.cmd.Process.Signal(syscall.SIGCONT) }

func (r *replica) alive() bool {
	select {
	case <-r.ended:
		return false
	default:
		return true
	}
}

func (r *replica) address() string {
	addr, _ := r.addr.Load().(string)
	return addr
}

// health returns the status and the text of /livez or /readyz; 0 if there is no response.
func (r *replica) health(path string) (int, string) { return get("http://" + r.address() + path) }

func (r *replica) ready() bool {
	status, _ := r.health("/readyz")
	return status == http.StatusOK
}

var prober = &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func get(url string) (int, string) {
	resp, err := prober.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(b)
}

// gauge reads a value from the metrics, from the line with this beginning.
func (r *replica) gauge(line string) float64 {
	r.t.Helper()
	_, text := get("http://" + r.admin + "/metrics")
	for l := range strings.Lines(text) {
		var v float64
		if rest, ok := strings.CutPrefix(l, line+" "); ok {
			if _, err := fmt.Sscan(rest, &v); err == nil {
				return v
			}
		}
	}
	r.t.Fatalf("%s has no metric %s:\n%s", r.name, line, text)
	return 0
}

// goroutines is how many goroutines the process runs.
func (r *replica) goroutines() int {
	r.t.Helper()
	_, text := get("http://" + r.admin + "/debug/pprof/goroutine?debug=1")
	var n int
	if _, err := fmt.Sscanf(text, "goroutine profile: total %d", &n); err != nil {
		r.t.Fatalf("%s does not count its goroutines: %.100s", r.name, text)
	}
	return n
}

// memory is the process's resident memory in MB.
func (r *replica) memory() float64 {
	r.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		r.t.Fatal(err)
	}
	for l := range strings.Lines(string(b)) {
		var kb float64
		if rest, ok := strings.CutPrefix(l, "VmRSS:"); ok {
			if _, err := fmt.Sscan(rest, &kb); err == nil {
				return kb / 1024
			}
		}
	}
	r.t.Fatal("the system does not report resident memory")
	return 0
}

// record keeps what a process logged.
type record struct {
	mu   sync.Mutex
	text []byte
}

// maxRecord is how many bytes of a log are kept, the newest ones.
const maxRecord = 1 << 20

func (l *record) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	if over := len(l.text) - maxRecord; over > 0 {
		l.text = append([]byte(nil), l.text[over:]...)
	}
	return len(b), nil
}

func (l *record) has(word string) bool { return l.count(word) > 0 }

func (l *record) count(word string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(string(l.text), word)
}

// end is the last part of the log, for messages.
func (l *record) end() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text[max(0, len(l.text)-4000):])
}
