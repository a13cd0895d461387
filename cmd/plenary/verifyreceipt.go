package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle"
)

// longestReceipt is far more than a receipt has.
const longestReceipt = 64 << 10

type verifyReceiptCmd struct {
	File string   `arg:"" help:"File with the receipt; - reads standard input."`
	Key  []string `help:"A verifier key of the log that you trust, or a file with one key per line; repeatable." required:"" sep:"none" placeholder:"VKEY|FILE"`
}

// Help is the longer text of --help.
func (*verifyReceiptCmd) Help() string {
	return "It works offline and trusts only the keys that you give. It prints what the receipt says.\n\n" +
		"Exit codes: 0 the receipt is signed by one of the keys; 1 it is not, or it is no receipt; 2 the input cannot be read."
}

// Run verifies a receipt and prints what it says.
func (c *verifyReceiptCmd) Run(s streams) error {
	var verifiers []note.Verifier
	for _, given := range c.Key {
		keys, err := verifierKeys(given)
		if err != nil {
			return coded{err, exitUnreadable}
		}
		for _, key := range keys {
			v, err := note.NewVerifier(key)
			if err != nil {
				return coded{err, exitUnreadable}
			}
			verifiers = append(verifiers, v)
		}
	}
	text, err := c.read()
	if err != nil {
		return coded{err, exitUnreadable}
	}
	n, err := note.Open(text, note.VerifierList(verifiers...))
	switch {
	case err != nil:
		return fmt.Errorf("the receipt is signed by none of the keys, or was changed: %w", err)
	case !bundle.IsReceipt(n.Text):
		return errors.New("this is signed, but it is no receipt of a filing")
	}
	fmt.Fprint(s.out, n.Text)
	fmt.Fprintln(s.out, "OK")
	return nil
}

func (c *verifyReceiptCmd) read() ([]byte, error) {
	in := io.Reader(os.Stdin)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, longestReceipt+1))
	if err == nil && len(text) > longestReceipt {
		err = errors.New("a receipt is shorter")
	}
	return text, err
}
