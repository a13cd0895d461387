// Command bench measures Plenary beside SQL written by hand: the same answers from the same rows in the same run, with
// the processor time of server and database. It fails on a wrong answer, never on a slow one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/bench/seed"
)

// options are what the command line says.
type options struct {
	quick    bool
	duration time.Duration
	rounds   int
	clients  int
	only     string // the beginning of a scenario's name
	profile  string
	size     seed.Size
	growth   int // how many times larger the larger database is
	plenary  string
	self     string
	dir      string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == "peer" { // how this program starts the other side of the comparison
		return peer.Serve(ctx, args[1], "127.0.0.1:0", os.Stdout)
	}
	if len(args) > 0 && args[0] == "live" {
		return runCrowd(ctx, args[1:])
	}
	o := options{size: seed.Size{Dialogues: 200, Proposals: 25, Comments: 10}, growth: 10}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&o.quick, "quick", false, "a tenth of the data and one short round: shows that it works, not how fast")
	flags.DurationVar(&o.duration, "duration", 5*time.Second, "how long each measurement lasts")
	flags.IntVar(&o.rounds, "rounds", 3, "how often each is taken; medians are shown")
	flags.IntVar(&o.clients, "clients", 4, "connections, each with one request at a time")
	flags.StringVar(&o.only, "only", "", "measure only the scenarios whose name begins so")
	flags.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of Plenary serving the first scenario to this file")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if o.quick {
		o.size.Dialogues /= 10
		given := map[string]bool{}
		flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
		if !given["duration"] {
			o.duration = turn
		}
		if !given["rounds"] {
			o.rounds = 1
		}
	}
	var err error
	if o.dir, err = os.MkdirTemp("", "plenary-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(o.dir)
	if o.self, err = os.Executable(); err != nil {
		return err
	}
	if o.plenary, err = build(ctx, o.dir); err != nil {
		return err
	}
	return o.measure(ctx, os.Stdout)
}

// build makes the program that is measured.
func build(ctx context.Context, dir string) (string, error) {
	name := filepath.Join(dir, "plenary")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", name, "github.com/plenary-dialogue/plenary/cmd/plenary")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build plenary: %w", err)
	}
	return name, nil
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}
