package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

type importResultCmd struct {
	databaseFlags
	File string   `arg:"" help:"File of a ballot's result; - reads standard input."`
	Key  []string `help:"A verifier key of the log that you trust, or a file with one key per line; repeatable. It must be of the log before the restore." required:"" sep:"none" placeholder:"VKEY|FILE"`
}

// Help is the longer text of --help.
func (*importResultCmd) Help() string {
	return "For a ballot that had been counted, and whose count a restore has lost. Run plenary log reopen first. The file is verified as plenary verify result " +
		"does it, and then everything is done that the count did, in one transaction. Importing it again changes nothing.\n\n" +
		"Exit codes: 0 the ballot has the result of the file; 1 the proof failed, or the result does not belong here; 2 the file cannot be read; 3 " +
		"something in it could not be checked. Unless it is 0, nothing was changed."
}

// Run takes the result of a ballot back from its file.
func (c *importResultCmd) Run(ctx context.Context, s streams) error {
	report, err := c.verify(ctx)
	if err != nil {
		return err
	}
	st, log, ring, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	d, err := domains.New(st, log, systemClock, webhook.Options{Sealer: ring})
	if err != nil {
		return err
	}
	did, err := d.Ballots.TakeBack(ctx, report)
	switch {
	case err != nil && !did:
		return fmt.Errorf("nothing was imported: %w", err)
	case err != nil:
		return err
	case !did:
		fmt.Fprintf(s.out, "%s has this result already\n", report.Ballot)
		return nil
	}
	fmt.Fprintf(s.out, "%s has its result back: %s\n", report.Ballot, report.Result.Sentence)
	return drain(ctx, log)
}

// verify refuses whatever plenary verify result does not prove.
func (c *importResultCmd) verify(ctx context.Context) (*recount.Report, error) {
	report, err := (&verifyResultCmd{File: c.File, Key: c.Key}).verify(ctx)
	var failed *bundle.Fault
	switch {
	case errors.As(err, &failed):
		return nil, fmt.Errorf("nothing was imported: %w", failed)
	case err != nil:
		return nil, coded{err, exitUnreadable}
	case len(report.Unchecked) > 0:
		return nil, coded{fmt.Errorf("nothing was imported: this could not be checked: %s", report.Unchecked[0]), exitUnchecked}
	}
	return report, nil
}
