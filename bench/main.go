// Command bench compares Plenary with hand-written SQL: the same responses from the same rows in the same run, with the
// processor time of server and database. It fails on a wrong response, never on a slow one.
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
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/bench/seed"
)

// options are the settings from the command line.
type options struct {
	duration    time.Duration
	rounds      int
	clients     int
	only        string // the beginnings of scenarios' names, separated by commas
	profile     string
	chart       string
	size        seed.Size
	papers      int  // of the ballot that is counted
	acts        int  // in the log that proofs are made for
	growth      int  // comments of the largest database that growth is measured with; 0 for none
	growthAlone bool // measure only growth
	caches      bool // the program has the cache of public responses

	graphile     *graphile // nil without PostGraphile
	graphileNote string
	surveyNote   string

	plenary, self, dir string
}

// wants reports whether to measure a scenario.
func (o options) wants(name string) bool {
	return slices.ContainsFunc(strings.Split(o.only, ","), func(beginning string) bool { return strings.HasPrefix(name, beginning) })
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
	if len(args) == 2 && args[0] == "peer" { // this program starts the other side of the comparison so
		return peer.Serve(ctx, args[1], "127.0.0.1:0", os.Stdout)
	}
	if len(args) > 0 && args[0] == "live" {
		return runLive(ctx, args[1:])
	}
	if len(args) > 0 && args[0] == "flood" {
		return runFlood(ctx, args[1:])
	}
	o, err := read(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.dir, err = os.MkdirTemp("", "plenary-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(o.dir)
	if o.self, err = os.Executable(); err != nil {
		return err
	}
	if o.plenary == "" {
		if o.plenary, err = build(ctx, o.dir); err != nil {
			return err
		}
	}
	o.caches = caches(ctx, o.plenary)
	sections, err := o.measure(ctx)
	if err != nil {
		return err
	}
	if o.chart != "" {
		if err := o.draw(sections); err != nil {
			return err
		}
	}
	return o.report(os.Stdout, sections)
}

// read reads the command line.
func read(args []string) (options, error) {
	o := options{size: seed.Size{Dialogues: 200, Proposals: 25, Comments: 10}, acts: 100_000, papers: 100_000}
	o.size.Assessments = 10_000
	if o.growthAlone = len(args) > 0 && args[0] == "growth"; o.growthAlone {
		args = args[1:]
	}
	largest := 500_000
	if o.growthAlone {
		largest = slices.Max(sizes)
	}
	var quick bool
	var folder, survey string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&quick, "quick", false, "little data and one short round: shows that it works, not how fast")
	flags.DurationVar(&o.duration, "duration", 5*time.Second, "how long each measurement lasts")
	flags.IntVar(&o.rounds, "rounds", 3, "how often each measurement is repeated; medians are shown")
	flags.IntVar(&o.clients, "clients", 4, "connections, each with one request at a time")
	flags.StringVar(&o.only, "only", "", "measure only the scenarios whose names begin with this, or with one of several beginnings with commas between them")
	flags.IntVar(&o.size.Assessments, "assessments", o.size.Assessments, "how many assessments to score, and to save answers of")
	flags.StringVar(&survey, "survey", filepath.Join("..", "shared", "data", "aia", "survey-enfr-v1.0.1.json"), "the SurveyJS questionnaire that they answer; without it they are left out")
	flags.IntVar(&o.growth, "growth", largest, "comments of the largest database that growth is measured with, up to 5000000; 0 for none")
	flags.StringVar(&folder, "postgraphile", filepath.Join("bench", "postgraphile"), "folder of PostGraphile, after npm ci in it; empty for none")
	flags.StringVar(&o.plenary, "plenary", "", "measure this program instead of building one")
	flags.StringVar(&o.chart, "chart", "", "draw the results into this SVG file")
	flags.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of Plenary serving the first scenario to this file")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if o.only != "" && !given["growth"] {
		o.growth = 0
	}
	if quick {
		o.size.Dialogues /= 10
		o.acts /= 20
		o.papers /= 20
		if !given["assessments"] {
			o.size.Assessments /= 10
		}
		if !given["duration"] {
			o.duration = turn
		}
		if !given["rounds"] {
			o.rounds = 1
		}
		if !given["growth"] {
			o.growth = min(o.growth, 50_000)
		}
	}
	if !slices.ContainsFunc(scenarios, func(sc scenario) bool { return o.wants(sc.name) }) && !o.wants(scoring) && !o.wants(exporting) && !o.wants(deciding) {
		return o, fmt.Errorf("no scenario begins with %q", o.only)
	}
	if o.growth > 0 && o.growth < sizes[0] {
		return o, fmt.Errorf("growth is measured from %d comments", sizes[0])
	}
	if err := o.findSurvey(survey); err != nil {
		return o, err
	}
	o.graphile, o.graphileNote = findGraphile(folder)
	return o, nil
}

// build builds the program to measure.
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
