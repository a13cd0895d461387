package recount

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/decision"
)

// The acts that a result needs.
const (
	ActOpened  = "ballot.opened"
	ActCounted = "ballot.counted"
)

// Opened is the payload of the act that opened a ballot: what it binds.
type Opened struct {
	Proposal    string `json:"proposal"`
	Version     int    `json:"version"`
	ContentHash string `json:"contentHash"`
	RuleHash    string `json:"ruleHash"`
	RollRoot    string `json:"rollRoot"`
	Seats       int    `json:"seats"`
	Secrecy     string `json:"secrecy"`
	ClosesAt    string `json:"closesAt"` // RFC 3339
}

// Counted is the payload of the act that counted it.
type Counted struct {
	Papers     int    `json:"papers"`
	PapersRoot string `json:"papersRoot"`
	SeatsRoot  string `json:"seatsRoot"`
	ResultHash string `json:"resultHash"`
	Outcome    string `json:"outcome"`
}

// Report is what a file shows.
type Report struct {
	bundle.Report
	Ballot  string
	Opened  Opened
	Counted Counted
	Result  *decision.Result
	Receipt string // what the file says of the receipt, in a sentence; empty for none given
}

// Options say what a file is verified against.
type Options struct {
	bundle.Options
	Receipt string // a note with a receipt
}

// Verify reads the file of a result to its end, checks its acts against the log, and counts again.
func Verify(r io.Reader, o Options) (*Report, error) {
	c := &checker{}
	o.Act = c.act
	o.Checkers = map[string]func([]byte, *bundle.Context) error{
		KindRule: c.line(c.takeRule), KindSeat: c.line(c.takeSeat), KindPaper: c.line(c.takePaper), KindResult: c.line(c.takeResult),
	}
	report, err := bundle.Verify(r, o.Options)
	out := &Report{Report: report, Ballot: c.ballot, Opened: c.opened, Counted: c.counted, Result: c.result}
	if err == nil && len(report.Unknown) > 0 {
		err = &bundle.Fault{What: "the file has lines of a kind that no result has"}
	}
	if err == nil {
		err = c.close()
	}
	if err == nil && o.Receipt != "" {
		out.Receipt, err = c.receipt(o)
	}
	return out, err
}

// checker holds what the lines of a result say.
type checker struct {
	ballot            string
	opened            Opened
	counted           Counted
	hasOpen, hasCount bool
	rule              *decision.Rule
	seats             []Seat
	papers            []Paper
	result            *decision.Result
	resultRaw         []byte
	seatByID          map[string]int // their places
}

func (c *checker) act(a *bundle.Act) error {
	if a.Header == nil || a.Payload == nil {
		return nil
	}
	subject := a.Header.Subject.String()
	switch a.Header.Type {
	case ActOpened:
		if c.hasOpen {
			return errors.New("opens a ballot after another one")
		}
		c.hasOpen, c.ballot = true, subject
		return strict(a.Payload, &c.opened)
	case ActCounted:
		switch {
		case c.hasCount:
			return errors.New("counts a ballot after another one")
		case !c.hasOpen || subject != c.ballot:
			return errors.New("counts a ballot that no act before it opened")
		}
		c.hasCount = true
		return strict(a.Payload, &c.counted)
	}
	return nil
}

// strict reads what one of our payloads says; other members, such as the reason, are ignored.
func strict(raw []byte, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("has a payload that cannot be read: %w", err)
	}
	return nil
}

// line reads the value of a line, which must be written as it is hashed.
func (c *checker) line(take func(raw []byte) error) func([]byte, *bundle.Context) error {
	return func(line []byte, _ *bundle.Context) error {
		var of struct {
			Kind  string          `json:"kind"`
			Value json.RawMessage `json:"value"`
		}
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&of); err != nil {
			return fmt.Errorf("cannot be read: %w", err)
		}
		canonical, err := Canonical(of.Value)
		if err != nil {
			return err
		}
		if !bytes.Equal(canonical, of.Value) {
			return errors.New("is not written as RFC 8785 has it")
		}
		return take(of.Value)
	}
}

func read(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("cannot be read: %w", err)
	}
	return nil
}

func (c *checker) takeRule(raw []byte) error {
	if c.rule != nil {
		return errors.New("is a second rule")
	}
	rule, faults := decision.Parse(raw)
	if len(faults) > 0 {
		return fmt.Errorf("is not a rule: %s", faults[0].Message)
	}
	if c.rule = rule; rule.Hash() != c.opened.RuleHash {
		return errors.New("is not the rule of the act that opened the ballot")
	}
	return nil
}

func (c *checker) takeSeat(raw []byte) error {
	var s Seat
	if err := read(raw, &s); err != nil {
		return err
	}
	switch {
	case c.rule == nil || len(c.papers) > 0 || c.result != nil:
		return errors.New("is out of order")
	case s.Revision < 0 || s.Recused && s.Revision > 0 || s.Proxy != "" && s.Revision == 0:
		return errors.New("says what no seat can do")
	}
	if c.seatByID == nil {
		c.seatByID = map[string]int{}
	}
	if _, twice := c.seatByID[s.ID]; twice {
		return errors.New("is there twice")
	}
	c.seatByID[s.ID] = len(c.seats)
	c.seats = append(c.seats, s)
	return nil
}

func (c *checker) takePaper(raw []byte) error {
	var p Paper
	if err := read(raw, &p); err != nil {
		return err
	}
	secret := c.rule != nil && c.rule.Document().Ballot.Secrecy == decision.Secret
	switch {
	case c.rule == nil || c.result != nil:
		return errors.New("is out of order")
	case secret != (p.Tracker != "") || secret == (p.Seat != ""):
		return errors.New("names a seat in a secret ballot, or none in an open one")
	case len(c.papers) > 0 && c.papers[len(c.papers)-1].before(p) >= 0:
		return errors.New("is not in the order of papers, or is there twice")
	}
	if !secret {
		i, there := c.seatByID[p.Seat]
		if !there || c.seats[i].Leaf != p.Leaf || c.seats[i].Revision == 0 {
			return errors.New("is of no seat that gave one")
		}
	}
	c.papers = append(c.papers, p)
	return nil
}

func (c *checker) takeResult(raw []byte) error {
	if c.rule == nil || c.result != nil {
		return errors.New("is out of order")
	}
	c.resultRaw = raw
	count, err := Count(c.rule, c.seats, c.papers)
	if err != nil {
		return err
	}
	c.result = count
	again, err := Canonical(count)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, raw) {
		return fmt.Errorf("differs from what the papers decide: %s", count.Sentence)
	}
	return nil
}

// close compares what the lines say with what the acts bind.
func (c *checker) close() error {
	fail := func(format string, args ...any) error { return &bundle.Fault{What: fmt.Sprintf(format, args...)} }
	if !c.hasOpen || !c.hasCount || c.rule == nil || c.result == nil {
		return fail("the file lacks the acts of a ballot, its rule or its result")
	}
	for _, one := range []struct {
		what, want string
		got        func() (string, error)
	}{
		{"the seats are not the roll of the act that opened the ballot", c.opened.RollRoot, func() (string, error) { return RollRoot(c.seats) }},
		{"the seats are not those of the act that counted it", c.counted.SeatsRoot, func() (string, error) { return Root(c.seats) }},
		{"the papers are not those of the act that counted it", c.counted.PapersRoot, func() (string, error) { return Root(c.papers) }},
		{"the result is not that of the act that counted it", c.counted.ResultHash, func() (string, error) { return Hash(json.RawMessage(c.resultRaw)) }},
	} {
		got, err := one.got()
		if err != nil {
			return err
		}
		if got != one.want {
			return fail("%s", one.what)
		}
	}
	if len(c.seats) != c.opened.Seats || len(c.papers) != c.counted.Papers || c.result.Outcome != c.counted.Outcome {
		return fail("the acts name another number of seats or papers, or another outcome")
	}
	return nil
}

// receipt looks a receipt up in the file.
func (c *checker) receipt(o Options) (string, error) {
	var verifiers []note.Verifier
	for _, key := range o.Keys {
		v, err := note.NewVerifier(key)
		if err != nil {
			return "", fmt.Errorf("read a key: %w", err)
		}
		verifiers = append(verifiers, v)
	}
	text := o.Receipt
	if len(verifiers) > 0 {
		n, err := note.Open([]byte(o.Receipt), note.VerifierList(verifiers...))
		if err != nil {
			return "", &bundle.Fault{What: fmt.Sprintf("the receipt is signed by none of the keys, or was changed: %v", err)}
		}
		text = n.Text
	}
	r, err := ParseReceipt(text)
	if err != nil {
		return "", err
	}
	return c.find(r)
}

// find says what became of the paper of a receipt. Only the last receipt of a seat can show that its paper was altered or dropped.
func (c *checker) find(r Receipt) (string, error) {
	fail := func(what string) (string, error) { return "", &bundle.Fault{What: what} }
	i, there := c.seatByID[r.Seat]
	switch {
	case r.Ballot != c.ballot:
		return fail("the receipt is of another ballot")
	case !there:
		return fail("the seat of the receipt is not on the roll")
	case c.seats[i].Recused:
		return "The seat of the receipt was recused later; its paper was not counted.", nil
	case c.seats[i].Revision > r.Revision:
		return fmt.Sprintf("A later paper (revision %d) replaced that of the receipt (revision %d).", c.seats[i].Revision, r.Revision), nil
	case c.seats[i].Revision < r.Revision:
		return fail("the paper of the receipt was dropped: the roll names an earlier one as the last of its seat")
	}
	for _, u := range c.result.Unopened {
		if u.Leaf == c.seats[i].Leaf {
			return "The paper of the receipt counts as cast; it stayed unopened, with all of its chamber.", nil
		}
	}
	for n, p := range c.papers {
		if p.Tracker != r.Tracker || r.Tracker == "" && p.Seat != r.Seat {
			continue
		}
		hash, err := Hash(p)
		if err != nil {
			return "", err
		}
		if hash != r.Paper {
			return fail("the paper of the receipt was altered")
		}
		return fmt.Sprintf("The paper of the receipt is paper %d of %d: %s in %s.", n+1, len(c.papers), p.Choice, p.Leaf), nil
	}
	return fail("the paper of the receipt was dropped: it is not among the papers")
}

// receiptHeading is the first line of each receipt. No checkpoint of a log begins like this, which the same key signs.
const receiptHeading = "plenary/ballot-receipt/v1"

// Receipt is what a voter gets for a paper, to be signed.
type Receipt struct {
	Ballot, Seat string
	Revision     int
	Tracker      string // of a secret ballot
	Paper        string // Hash of the paper
}

// Text is the receipt as it is signed.
func (r Receipt) Text() string {
	tracker := r.Tracker
	if tracker == "" {
		tracker = "-"
	}
	return fmt.Sprintf("%s\nballot %s\nseat %s\nrevision %d\ntracker %s\npaper %s\n", receiptHeading, r.Ballot, r.Seat, r.Revision, tracker, r.Paper)
}

// ParseReceipt reads the text of a receipt; signatures behind it are ignored.
func ParseReceipt(text string) (r Receipt, err error) {
	text, _, _ = strings.Cut(text, "\n\n")
	n, err := fmt.Sscanf(text, receiptHeading+"\nballot %s\nseat %s\nrevision %d\ntracker %s\npaper %s", &r.Ballot, &r.Seat, &r.Revision, &r.Tracker, &r.Paper)
	if err != nil || n != 5 {
		return r, errors.New("this is no receipt of a ballot")
	}
	if r.Tracker == "-" {
		r.Tracker = ""
	}
	return r, nil
}
