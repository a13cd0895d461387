package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// process is a server started for the benchmark, so that its resources can be measured separately.
type process struct {
	cmd  *exec.Cmd
	addr string
	errs bytes.Buffer
}

var serving = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/`)

// start runs a server and waits until it prints where it listens.
func start(ctx context.Context, name string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, name, args...)}
	p.cmd.Env = environment()
	p.cmd.Stderr = &p.errs
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 10 * time.Second
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := serving.FindStringSubmatch(lines.Text()); found != nil {
			p.addr = found[1]
			break
		}
	}
	if p.addr == "" {
		_ = p.stop()
		return nil, fmt.Errorf("%s %s did not start: %s", name, args[0], p.errs.String())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return p, nil
}

// environment leaves out variables that would configure the measured servers.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch {
		case name == "GOGC", name == "GOMEMLIMIT", name == "GODEBUG", name == "GOMAXPROCS", strings.HasPrefix(name, "PLENARY_"):
		case strings.HasPrefix(name, "NODE_"), strings.HasPrefix(name, "GRAPHILE_"), strings.HasPrefix(name, "DATAPLAN_"):
		default:
			env = append(env, v)
		}
	}
	return append(env, "NODE_ENV=production", "GRAPHILE_ENV=production")
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	err := p.cmd.Wait()
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		return nil // the signal ended it
	}
	return err
}
