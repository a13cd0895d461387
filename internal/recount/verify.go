package recount

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

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

// Members are the payload as an object, to which a reason can be added.
func (c Counted) Members() map[string]any {
	return map[string]any{"papers": c.Papers, "papersRoot": c.PapersRoot, "seatsRoot": c.SeatsRoot, "resultHash": c.ResultHash, "outcome": c.Outcome}
}

// Place is where one of the two acts stands in the log of the file.
type Place struct {
	Seq   int64
	Entry [32]byte
	At    time.Time
}

// Report is what a file shows.
type Report struct {
	bundle.Report
	Ballot    string
	Opened    Opened
	OpenedAt  Place
	Counted   Counted
	CountedAt Place
	Seats     []Seat
	Papers    []Paper
	Result    *decision.Result
	Receipt   string // what the file says of the receipt, in a sentence; empty for none given
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
		KindRule: c.line(KindRule, c.takeRule), KindSeat: c.line(KindSeat, c.takeSeat), KindPaper: c.line(KindPaper, c.takePaper),
		KindResult: c.line(KindResult, c.takeResult),
	}
	report, err := bundle.Verify(r, o.Options)
	out := &Report{
		Report: report, Ballot: c.ballot, Opened: c.opened, OpenedAt: c.openedAt, Counted: c.counted, CountedAt: c.countedAt,
		Seats: c.seats, Papers: c.papers, Result: c.result,
	}
	switch {
	case err != nil:
	case len(report.Unknown) > 0:
		err = &bundle.Fault{What: "the file has lines of a kind that no result has"}
	case report.Complete || !c.hasCount || c.result == nil:
		err = &bundle.Fault{What: "the file lacks the acts of a ballot, its rule or its result"}
	}
	if err == nil && o.Receipt != "" {
		out.Receipt, err = c.receipt(o)
	}
	return out, err
}

// checker holds what the lines of a result say.
type checker struct {
	ballot              string
	opened              Opened
	counted             Counted
	openedAt, countedAt Place
	hasOpen, hasCount   bool
	rule                *decision.Rule
	seats               []Seat
	papers              []Paper
	result              *decision.Result
	seatByID            map[string]int // their places
	now                 int64          // the line that is being read
	firstSeat           int64          // its line; 0 for none yet
	firstPaper          int64
}

func (c *checker) act(a *bundle.Act) error {
	if a.Header == nil || a.Payload == nil {
		return errors.New("is not opened")
	}
	subject := a.Header.Subject.String()
	switch a.Header.Type {
	case ActOpened:
		if c.hasOpen {
			return errors.New("opens a ballot after another one")
		}
		c.hasOpen, c.ballot, c.openedAt = true, subject, placeOf(a)
		return strict(a.Payload, &c.opened)
	case ActCounted:
		switch {
		case c.hasCount:
			return errors.New("counts a ballot after another one")
		case !c.hasOpen || subject != c.ballot:
			return errors.New("counts a ballot that no act before it opened")
		}
		c.hasCount, c.countedAt = true, placeOf(a)
		return strict(a.Payload, &c.counted)
	}
	return errors.New("neither opened the ballot nor counted it")
}

func placeOf(a *bundle.Act) Place { return Place{a.Seq, a.Entry, a.Header.At} }

// strict reads what one of our payloads says; other members, such as the reason, are ignored.
func strict(raw []byte, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("has a payload that cannot be read: %w", err)
	}
	return nil
}

var errCanonical = errors.New("is not written as RFC 8785 has it")

// line reads the value of a line, which must be written as it is hashed.
func (c *checker) line(kind string, take func(raw []byte) error) func([]byte, *bundle.Context) error {
	return func(line []byte, ctx *bundle.Context) error {
		raw, begins := bytes.CutPrefix(line, []byte(`{"kind":"`+kind+`","value":`))
		raw, ends := bytes.CutSuffix(raw, []byte("}"))
		if !begins || !ends {
			return errCanonical
		}
		canonical, err := Canonical(json.RawMessage(raw))
		if err != nil {
			return err
		}
		if !bytes.Equal(canonical, raw) {
			return errCanonical
		}
		c.now = ctx.Line
		return take(raw)
	}
}

// read reads a value that has no member but those of a type, and none that it leaves out.
func read[T any](raw []byte) (v T, err error) {
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, fmt.Errorf("cannot be read: %w", err)
	}
	again, err := Canonical(v)
	if err == nil && !bytes.Equal(again, raw) {
		err = errors.New("has a member that is unknown, or would be left out")
	}
	return v, err
}

func (c *checker) takeRule(raw []byte) error {
	switch {
	case c.rule != nil:
		return errors.New("is a second rule")
	case !c.hasCount:
		return errors.New("comes without the acts of the ballot")
	}
	rule, faults := decision.Parse(raw)
	if len(faults) > 0 {
		return fmt.Errorf("is not a rule: %s", faults[0].Message)
	}
	if c.rule = rule; rule.Hash() != c.opened.RuleHash || !bytes.Equal(rule.Bytes(), raw) {
		return errors.New("is not the rule of the act that opened the ballot")
	}
	return nil
}

func (c *checker) takeSeat(raw []byte) error {
	s, err := read[Seat](raw)
	if err != nil {
		return err
	}
	switch {
	case c.rule == nil || len(c.papers) > 0 || c.result != nil:
		return errors.New("is out of order")
	case s.Revision < 0 || s.Recused && s.Revision > 0 || s.Proxy != "" && s.Revision == 0:
		return errors.New("says what no seat can do")
	}
	if c.seatByID == nil {
		c.seatByID, c.firstSeat = map[string]int{}, c.now
	}
	if _, twice := c.seatByID[s.ID]; twice {
		return errors.New("is there twice")
	}
	c.seatByID[s.ID] = len(c.seats)
	c.seats = append(c.seats, s)
	return nil
}

func (c *checker) takePaper(raw []byte) error {
	p, err := read[Paper](raw)
	if err != nil {
		return err
	}
	if c.rule == nil || c.result != nil {
		return errors.New("is out of order")
	}
	if c.firstPaper == 0 {
		if err := c.haveSeats(); err != nil {
			return err
		}
		c.firstPaper = c.now
	}
	secret := c.rule.Document().Ballot.Secrecy == decision.Secret
	switch {
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
	if c.firstPaper == 0 {
		if err := c.haveSeats(); err != nil {
			return err
		}
	}
	if err := c.havePapers(); err != nil {
		return err
	}
	count, err := Count(c.rule, c.seats, c.papers)
	if err != nil {
		return err
	}
	decided := count.Sentence
	if err := json.Unmarshal(raw, &struct{ Sentence *string }{&count.Sentence}); err != nil { // its words may be those of another version; the hash binds them
		return fmt.Errorf("cannot be read: %w", err)
	}
	c.result = count
	again, err := Canonical(count)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	switch {
	case !bytes.Equal(again, raw):
		return fmt.Errorf("differs from what the papers decide: %s", decided)
	case hex.EncodeToString(sum[:]) != c.counted.ResultHash || count.Outcome != c.counted.Outcome:
		return errors.New("is not the result of the act that counted the ballot")
	}
	return nil
}

// haveSeats compares the seats, once all are read, with what the acts bind.
func (c *checker) haveSeats() error {
	roll, err := RollRoot(c.seats)
	if err != nil {
		return err
	}
	done, err := Root(c.seats)
	switch {
	case err != nil:
		return err
	case roll != c.opened.RollRoot || len(c.seats) != c.opened.Seats:
		return c.not(KindSeat, c.firstSeat, "the seats are not the roll of the act that opened the ballot")
	case done != c.counted.SeatsRoot:
		return c.not(KindSeat, c.firstSeat, "what was done from the seats is not what the act that counted the ballot binds")
	}
	return nil
}

// havePapers does so with the papers.
func (c *checker) havePapers() error {
	root, err := Root(c.papers)
	if err == nil && (root != c.counted.PapersRoot || len(c.papers) != c.counted.Papers) {
		return c.not(KindPaper, c.firstPaper, "the papers are not those of the act that counted the ballot")
	}
	return err
}

// not is what is wrong with all lines of a kind together, which end before the present line.
func (c *checker) not(kind string, first int64, what string) error {
	if first == 0 {
		return &bundle.Fault{What: fmt.Sprintf("before line %d are no lines of kind %s: %s", c.now, kind, what)}
	}
	return &bundle.Fault{What: fmt.Sprintf("lines %d to %d of kind %s: %s", first, c.now-1, kind, what)}
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
