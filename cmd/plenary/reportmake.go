package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

type reportMakeCmd struct {
	Type         string        `arg:"" help:"What it is about: assessment, portfolio, consultation or diff." enum:"assessment,portfolio,consultation,diff"`
	Server       string        `help:"Address of a server that makes it." placeholder:"URL"`
	Token        string        `help:"Access token. Use PLENARY_TOKEN or PLENARY_TOKEN_FILE to keep it off the command line." placeholder:"TOKEN"`
	Database     string        `help:"Database to make it from while no server runs: sqlite://PATH or postgres://USER@HOST/NAME." placeholder:"URL"`
	DBWait       time.Duration `help:"How long to wait for a database that does not respond yet." name:"db-wait" default:"30s"`
	Keys         string        `help:"Folder of the keys of the database. Default: next to it." placeholder:"DIR"`
	PublicURL    string        `help:"With --database: the address of its server, which the files name. It must be the server's own for the same bytes." name:"public-url" placeholder:"URL"`
	Party        string        `help:"With --database: the party that it is for, by id or handle. Audiences other than public need it." placeholder:"ID|HANDLE"`
	Audience     string        `help:"For whom it is: public, regulator or party." enum:"public,regulator,party" default:"public"`
	Language     string        `help:"Its language: en or fr." enum:"en,fr" default:"en"`
	AsOf         string        `help:"The place in the act log: the number of an act, or a time such as 2026-11-20T09:30:00Z. Default: the end." placeholder:"ACT|TIME"`
	Assessment   string        `help:"The assessment, of an assessment or a consultation." placeholder:"ID"`
	Dialogue     string        `help:"The dialogue, of a consultation." placeholder:"ID"`
	From         string        `help:"The earlier version, of a diff." placeholder:"ID"`
	To           string        `help:"The later version, of a diff." placeholder:"ID"`
	Call         string        `help:"Of a portfolio: what firms filed for this call." placeholder:"ID"`
	Firm         string        `help:"Of a portfolio: only those of this firm." placeholder:"ID"`
	Jurisdiction []string      `help:"Of a portfolio: only those of firms with one of these jurisdictions." placeholder:"CODE"`
	Sector       []string      `help:"Of a portfolio: only those of firms in one of these sectors." placeholder:"CODE"`
	Template     []string      `help:"Of a portfolio: only those that answer one of these versions of templates." placeholder:"ID"`
	Level        []string      `help:"Of a portfolio: only those with one of these levels: I, II, III, IV." placeholder:"LEVEL"`
	State        []string      `help:"Of a portfolio: only those in one of these states, such as PUBLISHED." placeholder:"STATE"`
	Format       []string      `help:"Write only these formats: json, csv.zip, xlsx, html, pdf, md or jsonld; repeatable. Default: all." placeholder:"FORMAT"`
	Out          string        `help:"Folder for the files." default:"." placeholder:"DIR"`
}

// Help is the longer text of --help.
func (*reportMakeCmd) Help() string {
	return "It writes ID.FORMAT for each format, and ID.sig, the signed note for plenary report verify. A file is there only once it is whole. " +
		"After an interruption the same command with --as-of ACT, which it prints, goes on where it stopped."
}

// Run has a report made, and writes its files.
func (c *reportMakeCmd) Run(ctx context.Context, s streams) error {
	if (c.Server == "") == (c.Database == "") {
		return errors.New("give either --server, or --database while no server runs")
	}
	if err := c.check(); err != nil {
		return err
	}
	if c.Server != "" {
		return c.make(ctx, s, &servedReports{apiFlags{c.Server, c.Token}, c})
	}
	return c.inDatabase(ctx, s)
}

// check says what is wrong with the flags that neither a server nor a database looks at.
func (c *reportMakeCmd) check() error {
	if c.Server != "" && (c.Party != "" || c.PublicURL != "") {
		return errors.New("--party and --public-url are for --database: a server knows its address, and your token names your party")
	}
	if c.Database != "" && c.Party == "" && c.audience() != report.AudiencePublic {
		return fmt.Errorf("--party: say which party the report is for, since its audience is %s", c.Audience)
	}
	var known []string
	for _, f := range report.Formats() {
		known = append(known, f.Name)
	}
	for _, name := range c.Format {
		if !slices.Contains(known, name) {
			return fmt.Errorf("--format: there is no %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	_, _, err := c.asOf()
	return err
}

// asOf is the place in the log that is asked for: the number of an act or a time, or neither for the end.
func (c *reportMakeCmd) asOf() (seq *int64, at *time.Time, err error) {
	if c.AsOf == "" {
		return nil, nil, nil
	}
	if n, err := strconv.ParseInt(c.AsOf, 10, 64); err == nil {
		return &n, nil, nil
	}
	t, err := time.Parse(time.RFC3339, c.AsOf)
	if err != nil {
		return nil, nil, fmt.Errorf("--as-of: %q is neither the number of an act nor a time such as 2026-11-20T09:30:00Z", c.AsOf)
	}
	return nil, &t, nil
}

func (c *reportMakeCmd) kind() report.Type { return report.Type(strings.ToUpper(c.Type)) }
func (c *reportMakeCmd) audience() report.Audience {
	return report.Audience(strings.ToUpper(c.Audience))
}

// reports is where reports are made and read.
type reports interface {
	// request has the report made that the flags describe, and gives its id.
	request(ctx context.Context) (id string, err error)
	// state is how far a report has come; nil if there is none.
	state(ctx context.Context, id string) (*reportState, error)
	// open reads a file from a place on, or from another one, which it says: the beginning, if the file has not the SHA-256 of before.
	open(ctx context.Context, id string, f reporting.File, from int64) (content contentAt, err error)
}

// reportState is a report as far as it was made.
type reportState struct {
	State     enum.ReportState
	Failure   *string
	AsOf      struct{ Seq string }
	Progress  *reporting.Progress
	Signature *string
	Problems  []struct{ Format, Message string }
	Files     []reporting.File
}

// make has a report made, waits for it, and writes its files.
func (c *reportMakeCmd) make(ctx context.Context, s streams, from reports) error {
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return err
	}
	id, err := from.request(ctx)
	if err != nil {
		return fmt.Errorf("no report was asked for: %w", err)
	}
	f := following{reports: from, id: id, show: progress(s.err)}
	err = c.follow(ctx, s, &f)
	var refused *refusedError
	switch {
	case err == nil, errors.As(err, &refused):
		return err
	case ctx.Err() != nil:
		err = errors.New("interrupted")
	}
	if f.seq == "" {
		return fmt.Errorf("%s was asked for, and a server makes it: %w", id, err)
	}
	return fmt.Errorf("%s is not here whole: %w; to continue: the same command with --as-of %s", id, err, f.seq)
}

// follow waits for a report, and writes its files.
func (c *reportMakeCmd) follow(ctx context.Context, s streams, f *following) error {
	made, err := f.wait(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "%s is over the log up to act %s\n", f.id, f.seq)
	for _, p := range made.Problems {
		if c.wants(p.Format) {
			fmt.Fprintf(s.err, "note: %s: %s\n", p.Format, p.Message)
		}
	}
	for _, file := range made.withSignature() {
		if !c.wants(file.Format) {
			continue
		}
		path, err := f.take(ctx, c.Out, file)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(s.out, "%s  %d bytes  sha256 %s\n", path, file.Bytes, file.SHA256); err != nil {
			return err
		}
	}
	return nil
}

func (c *reportMakeCmd) wants(format string) bool {
	return len(c.Format) == 0 || format == signatureFormat || slices.Contains(c.Format, format)
}
