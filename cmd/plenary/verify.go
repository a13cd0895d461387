package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle"
)

// Exit codes of verify besides 0 and exitFailed, for scripts.
const (
	exitUnreadable = 2
	exitUnchecked  = 3
)

type verifyCmd struct {
	Log     verifyLogCmd     `cmd:"" default:"withargs" help:"Verify acts and their proofs."`
	Receipt verifyReceiptCmd `cmd:"" help:"Verify the receipt of a filing."`
	Result  verifyResultCmd  `cmd:"" help:"Count the result of a ballot again, from its file."`
}

type verifyLogCmd struct {
	Bundle       string   `arg:"" help:"File with acts and their proofs; - reads standard input."`
	Checkpoint   string   `help:"File with a checkpoint that you saved earlier: the log must be a continuation of it." placeholder:"FILE"`
	Key          []string `help:"A verifier key of the log that you trust, or a file with one key per line; repeatable. Without it the bundle's own keys are used, which shows that the file is consistent but not whose it is." sep:"none" placeholder:"VKEY|FILE"`
	AllowUnknown bool     `help:"Accept lines of a kind that this version does not know."`
}

// Help is the longer text of --help.
func (*verifyLogCmd) Help() string {
	return "It works offline: it contacts no server, needs no database and trusts only the keys that you give.\n\n" +
		"Exit codes: 0 everything was checked and is in order; 1 the proof failed, and the message begins with \"seq N:\" if one act " +
		"is at fault; 2 the input cannot be read; 3 what was checked is in order, but something could not be checked."
}

// coded is an error with its exit code.
type coded struct {
	error
	code int
}

// Unwrap returns the error itself.
func (c coded) Unwrap() error { return c.error }

// Run verifies a bundle and prints what it shows.
func (c *verifyLogCmd) Run(ctx context.Context, s streams) error {
	report, err := c.verify(ctx, s)
	var failed *bundle.Fault
	switch {
	case errors.As(err, &failed):
		return failed
	case err != nil:
		return coded{err, exitUnreadable}
	}
	printReport(s.out, report)
	var unknown []string
	for kind := range report.Unknown {
		unknown = append(unknown, kind)
	}
	slices.Sort(unknown)
	for _, kind := range unknown {
		fmt.Fprintf(s.out, "not checked  %d lines of kind %s, which this version does not know\n", report.Unknown[kind], kind)
	}
	if len(report.Unchecked) > 0 || len(unknown) > 0 && !c.AllowUnknown {
		return coded{errors.New("what was checked is in order, but something could not be checked"), exitUnchecked}
	}
	fmt.Fprintln(s.out, "OK")
	return nil
}

func (c *verifyLogCmd) verify(ctx context.Context, s streams) (bundle.Report, error) {
	o := bundle.Options{}
	for _, key := range c.Key {
		keys, err := verifierKeys(key)
		if err != nil {
			return bundle.Report{}, err
		}
		o.Keys = append(o.Keys, keys...)
	}
	if c.Checkpoint != "" {
		saved, err := os.ReadFile(c.Checkpoint)
		if err != nil {
			return bundle.Report{}, err
		}
		o.Saved = string(saved)
	}
	if len(o.Keys) == 0 {
		fmt.Fprintln(s.err, "WARNING: trusting the bundle's own key, because no --key was given. Whoever made the file could have made the key.")
	}
	if draw := progress(s.err); draw != nil {
		o.Progress = func(acts, of int64) {
			if of > 0 {
				draw("acts", int(acts), int(of))
			}
		}
	}
	in := io.Reader(os.Stdin)
	if c.Bundle != "-" {
		f, err := os.Open(c.Bundle)
		if err != nil {
			return bundle.Report{}, err
		}
		defer f.Close()
		in = f
	}
	return bundle.Verify(interruptible{ctx, in}, o)
}

// interruptible is input that ends when the user interrupts the program.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

// Read reads unless the context ended.
func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// verifierKeys reads a key, or a file of keys with comments after a #.
func verifierKeys(keyOrFile string) ([]string, error) {
	if _, err := note.NewVerifier(keyOrFile); err == nil {
		return []string{keyOrFile}, nil
	}
	f, err := os.Open(keyOrFile)
	if err != nil {
		return nil, fmt.Errorf("--key is neither a verifier key nor a file: %w", err)
	}
	defer f.Close()
	var keys []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if _, err := note.NewVerifier(line); err != nil {
			return nil, fmt.Errorf("%s: %.200q is not a verifier key: %w", keyOrFile, line, err)
		}
		keys = append(keys, line)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s contains no verifier key", keyOrFile)
	}
	return keys, nil
}

func printReport(w io.Writer, r bundle.Report) {
	row := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	row("log", "%s", r.Origin)
	row("size", "%d acts", r.Tree.N)
	row("root", "%s", r.Tree.Hash)
	for _, key := range r.SignedBy {
		if r.OwnKeys {
			row("signed by", "%s (the bundle's own key: NOT a key that you gave)", key)
			continue
		}
		row("signed by", "%s", key)
	}
	row("made", "%s, according to its maker", r.MadeAt.Format("2006-01-02 15:04:05 UTC"))
	shown := "some acts, each with its proof"
	if r.Complete {
		shown = "all acts"
	}
	row("holds", "%s: %d opened (%d with their member), %d headers only, %d entries only; %d of erased people", shown, r.Opened, r.Members, r.Headers, r.Entries, r.Erased)
	for _, s := range r.Checked {
		row("checked", "%s", s)
	}
	for _, s := range r.Notes {
		row("note", "%s", s)
	}
	for _, s := range r.Unchecked {
		row("not checked", "%s", s)
	}
}
