package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fullPipe is a pipe that takes no more.
func fullPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	if err := w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = w.Write(make([]byte, 4096))
	}
	for err = nil; err == nil; { // what is left of the last page
		_, err = w.Write([]byte{'\n'})
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	if err := w.SetWriteDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	return r, w
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// awaitServer waits until a server answers.
func awaitServer(t *testing.T, addr string) {
	t.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if resp, err := http.Get("http://" + addr + "/readyz"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(until) {
			t.Fatal("the server does not start")
		}
	}
}

// askMany sends as many small queries and checks that all are answered.
func askMany(t *testing.T, addr string, n int) {
	t.Helper()
	for i := range n {
		resp, err := http.Post("http://"+addr+"/graphql", "application/json", strings.NewReader(`{"query":"{__typename}"}`))
		if err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("request %d = %d, %v", i, resp.StatusCode, err)
		}
	}
}

// TestAFullPipeStopsNoServer: neither behind its output nor behind its log, full from the start and for ever.
func TestAFullPipeStopsNoServer(t *testing.T) {
	t.Chdir(t.TempDir())
	_, out := fullPipe(t)
	read, errs := fullPipe(t)
	addr, admin := freeAddress(t), freeAddress(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		args := []string{"serve", "--listen", addr, "--admin-listen", admin, "--log-level", "debug", "--no-rate-limit"}
		ended <- run(ctx, args, nil, out, errs)
	}()
	awaitServer(t, addr)
	dropped := regexp.MustCompile(`(?m)^plenary_log_lines_dropped_total ([1-9].*)$`)
	var count []string
	for rounds := 0; count == nil; rounds++ {
		if rounds == 100 {
			t.Fatal("no line was dropped")
		}
		askMany(t, addr, 500)
		resp, err := http.Get("http://" + admin + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		count = dropped.FindStringSubmatch(string(text))
	}
	// Whoever reads again learns that lines are missing, and gets the next ones.
	lines := bufio.NewScanner(read)
	lines.Buffer(nil, 1<<20)
	said := false
	for !said && lines.Scan() {
		said = strings.Contains(lines.Text(), `"log_lines_dropped"`)
	}
	if !said {
		t.Errorf("the log does not say that %s lines are missing: %v", count[1], lines.Err())
	}
	askMany(t, addr, 1)
	for lines.Scan() && !strings.Contains(lines.Text(), `"operation answered"`) {
		continue
	}
	if lines.Err() != nil {
		t.Error(lines.Err())
	}
	cancel()
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("the server ends with %d, want 0", code)
		}
	case <-time.After(time.Minute):
		t.Fatal("the server does not end")
	}
}

// TestBeTheProgram is the program in a process of its own, for tests that start this test binary so.
func TestBeTheProgram(*testing.T) {
	if args := os.Getenv("TEST_PLENARY"); args != "" {
		os.Args = append([]string{"plenary"}, strings.Fields(args)...)
		main()
	}
}

// TestABrokenPipeEndsNoServer: whoever reads its output and its log may go away.
func TestABrokenPipeEndsNoServer(t *testing.T) {
	t.Chdir(t.TempDir())
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeTheProgram$")
	addr := freeAddress(t)
	cmd.Env = append(os.Environ(), "TEST_PLENARY=serve --admin-listen= --log-level debug --no-rate-limit --listen "+addr)
	var ends []io.Closer
	for _, to := range []*io.Writer{&cmd.Stdout, &cmd.Stderr} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		*to = w
		ends = append(ends, r)
		defer w.Close()
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, r := range ends {
		_ = r.Close()
	}
	awaitServer(t, addr)
	askMany(t, addr, 100)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the server ends with %v, want no error", err)
	}
}
