package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/plenary-dialogue/plenary/internal/report"
)

type reportCmd struct {
	Make   reportMakeCmd   `cmd:"" help:"Have a report made, and write its files."`
	Verify reportVerifyCmd `cmd:"" help:"Verify a file of a report against its signed note."`
}

type reportVerifyCmd struct {
	File string   `arg:"" help:"File of a report, in any format."`
	Sig  string   `help:"The report's signed note, which the server has under /reports/ID.sig. JSON and the CSV package carry one of their own." placeholder:"NOTE"`
	Key  []string `help:"A verifier key of the log that you trust, or a file with one key per line; repeatable." sep:"none" placeholder:"VKEY|FILE" required:""`
}

// Help is the longer text of --help.
func (*reportVerifyCmd) Help() string {
	return "It works offline: it contacts no server, needs no database and trusts only the keys that you give.\n\n" +
		"Exit codes: 0 the file is what was signed; 1 it is not, or the note is not by a key that you trust, and the message begins with the " +
		"file's name; 2 the input cannot be read, or neither you nor the file has a note."
}

// Run verifies the bytes of a file and prints what was signed.
func (c *reportVerifyCmd) Run(s streams) error {
	file, sig, keys, err := c.read()
	if err != nil {
		return coded{err, exitUnreadable}
	}
	said, err := report.Verify(c.File, file, sig, keys)
	switch {
	case errors.Is(err, report.ErrNoNote):
		return coded{err, exitUnreadable}
	case err != nil:
		return err
	}
	printSaid(s.out, said)
	fmt.Fprintln(s.out, "OK")
	return nil
}

func (c *reportVerifyCmd) read() (file, sig []byte, keys []string, err error) {
	for _, key := range c.Key {
		more, err := verifierKeys(key)
		if err != nil {
			return nil, nil, nil, err
		}
		keys = append(keys, more...)
	}
	if c.Sig != "" {
		if sig, err = os.ReadFile(c.Sig); err != nil {
			return nil, nil, nil, err
		}
	}
	file, err = os.ReadFile(c.File)
	return file, sig, keys, err
}

func printSaid(w io.Writer, said *report.Said) {
	row := func(name, text string) { fmt.Fprintf(w, "%-12s %s\n", name, text) }
	row("report", said.ID)
	row("type", said.Type)
	row("as of", "act "+said.AsOf)
	row("checkpoint", said.Checkpoint)
	row("document", said.Document)
	for _, key := range said.SignedBy {
		row("signed by", key)
	}
}
