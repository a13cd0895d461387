package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/recount"
)

type verifyResultCmd struct {
	File       string   `arg:"" help:"File of a ballot's result; - reads standard input."`
	Checkpoint string   `help:"File with a checkpoint that you saved earlier: the log must be a continuation of it. Fetch the file with ?from=SIZE of that checkpoint." placeholder:"FILE"`
	Key        []string `help:"A verifier key of the log that you trust, or a file with one key per line; repeatable. Without it the ballot is counted again, which shows that the file is consistent but not whose it is." sep:"none" placeholder:"VKEY|FILE"`
	Receipt    string   `help:"File with the receipt of a paper: the paper is looked up among those that were counted." placeholder:"FILE"`
}

// Help is the longer text of --help.
func (*verifyResultCmd) Help() string {
	return "It works offline: it checks the acts that bind the ballot against the log, and counts again from rule, roll and papers. It contacts no server and " +
		"trusts only the keys that you give.\n\n" +
		"Exit codes: 0 everything was checked and is in order; 1 the proof failed, and the message names the line or the act at fault; 2 the input cannot be " +
		"read; 3 what was checked is in order, but something could not be checked, or no key was given."
}

// Run verifies the file of a result and prints what it shows.
func (c *verifyResultCmd) Run(ctx context.Context, s streams) error {
	report, err := c.verify(ctx)
	var failed *bundle.Fault
	switch {
	case errors.As(err, &failed):
		return failed
	case err != nil:
		return coded{err, exitUnreadable}
	}
	printReport(s.out, report.Report)
	fmt.Fprintf(s.out, "ballot       %s on version %d of %s, %s\n", report.Ballot, report.Opened.Version, report.Opened.Proposal, report.Opened.Secrecy)
	fmt.Fprintf(s.out, "counted      %d papers of %d seats\n", report.Counted.Papers, report.Opened.Seats)
	fmt.Fprintf(s.out, "outcome      %s\n", report.Result.Sentence)
	if report.Receipt != "" {
		fmt.Fprintf(s.out, "receipt      %s\n", report.Receipt)
	}
	if len(c.Key) == 0 {
		return coded{errors.New("counted again with the same outcome, but not proved: give the log's key with --key"), exitUnchecked}
	}
	if len(report.Unchecked) > 0 {
		return coded{errors.New("what was checked is in order, but something could not be checked"), exitUnchecked}
	}
	fmt.Fprintln(s.out, "OK")
	return nil
}

func (c *verifyResultCmd) verify(ctx context.Context) (*recount.Report, error) {
	var o recount.Options
	for _, key := range c.Key {
		keys, err := verifierKeys(key)
		if err != nil {
			return nil, err
		}
		o.Keys = append(o.Keys, keys...)
	}
	for _, one := range []struct {
		path string
		into *string
	}{{c.Checkpoint, &o.Saved}, {c.Receipt, &o.Receipt}} {
		if one.path == "" {
			continue
		}
		text, err := os.ReadFile(one.path)
		if err != nil {
			return nil, err
		}
		*one.into = string(text)
	}
	in := io.Reader(os.Stdin)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return recount.Verify(interruptible{ctx, in}, o)
}
