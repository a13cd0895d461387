// Command run runs another command with TEST_DATABASE_URL set to a PostgreSQL server: the one already set, or a private
// one that runs as long as the command.
//
//	go run ./internal/testdb/cluster/run [-durable] [-rounds N] [-busy N] -- go test ./...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/plenary-dialogue/plenary/internal/testdb/cluster"
)

func main() {
	durable := flag.Bool("durable", false, "wait for the disk, like production")
	rounds := flag.Int("rounds", 1, "how often to run the command")
	busy := flag.Int("busy", 0, "busy loops to run beside the command")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: run [-durable] [-rounds N] [-busy N] -- COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	spin(*busy)
	os.Exit(run(flag.Args(), *durable, *rounds))
}

func run(command []string, durable bool, rounds int) int {
	// A server dies with the thread that started it, so this goroutine must keep its thread.
	runtime.LockOSThread()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go watchParent(ctx, cancel)
	url := os.Getenv("TEST_DATABASE_URL")
	if url == "" {
		c, err := start(ctx, durable)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() {
			if err := c.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}()
		url = c.URL
	}
	env := append(os.Environ(), "TEST_DATABASE_URL="+url)
	if rounds > 1 {
		return repeat(ctx, rounds, func(out io.Writer) int { return once(ctx, command, env, out) })
	}
	return once(ctx, command, env, os.Stdout)
}

// watchParent cancels when the process that started this one has ended: "go run" does not pass SIGTERM on.
func watchParent(ctx context.Context, cancel context.CancelFunc) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for parent := os.Getppid(); os.Getppid() == parent; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
	cancel()
}

// once runs the command in a process group of its own, and ends all of the group when ctx does.
func once(ctx context.Context, command, env []string, out io.Writer) int {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, out, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func start(ctx context.Context, durable bool) (*cluster.Cluster, error) {
	if cluster.Find() == "" && os.Geteuid() == 0 {
		if err := install(ctx); err != nil {
			return nil, err
		}
	}
	began := time.Now()
	c, err := cluster.Start(ctx, cluster.Options{Durable: durable})
	if err == nil {
		fmt.Fprintf(os.Stderr, "private PostgreSQL %s, up in %.1f s\n", c.Version, time.Since(began).Seconds())
	}
	return c, err
}

// install installs Debian's PostgreSQL. On other systems it does nothing, and the error of Start says what to do.
func install(ctx context.Context) error {
	if _, err := os.Stat("/etc/debian_version"); err != nil {
		return nil
	}
	fmt.Fprintln(os.Stderr, "PostgreSQL is not installed: installing Debian's")
	for _, args := range [][]string{{"update", "-q"}, {"install", "-q", "-y", "--no-install-recommends", "postgresql"}} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w: %s", args[0], err, out)
		}
	}
	return nil
}
