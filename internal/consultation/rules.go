package consultation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

const (
	maxTitle       = 200
	maxURL         = 500
	maxBody        = 10_000
	maxDescription = 19_000 // together with the address it fits into a brief of at most 20,000
	// maxAhead is how far the clock of the site that held a consultation may be ahead of ours.
	maxAhead = 24 * time.Hour
)

// The years a timestamp may be in; one in seconds instead of milliseconds is outside them.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Choice is a vote as Polis writes it.
type Choice int8

// The choices.
const (
	Disagree Choice = -1
	Pass     Choice = 0
	Agree    Choice = 1
)

// Word is the choice in our words.
func (c Choice) Word() string { return [...]string{"DISAGREE", "PASS", "AGREE"}[c+1] }

// Moderation is what the moderators there decided about a statement.
type Moderation int8

// The moderations.
const (
	Rejected    Moderation = -1
	Unmoderated Moderation = 0
	Accepted    Moderation = 1
)

// reasonWithheld is the reason of a statement whose words the export does not have.
const reasonWithheld = "rejected by the moderators of the original consultation, which withholds its words"

// State is the state of a comment with this moderation, and the reason published with it.
func (m Moderation) State() (state, reason string) {
	switch m {
	case Accepted:
		return "VISIBLE", ""
	case Unmoderated:
		return "PENDING", ""
	}
	return "HIDDEN", "rejected by the moderators of the original consultation"
}

// Event is a vote as it was cast. Statement and Voter are indexes of Export.Statements and Export.Participants.
type Event struct {
	At        int64 // milliseconds since 1970
	Statement int32
	Voter     int32
	Choice    Choice
}

// Vote is the last vote of a voter on a statement.
type Vote struct {
	First     int64 // when the voter first voted on the statement, in milliseconds since 1970
	At        int64 // when the last vote was cast
	Statement int32
	Voter     int32
	Choice    Choice
}

// Pair encodes the voter and the statement of a vote in one number.
func (v Vote) Pair() int64 { return pair(v.Statement, v.Voter) }

func pair(statement, voter int32) int64 { return int64(statement)<<32 | int64(voter) }

// Settle sorts events by time, those of one millisecond in the order of the file, and returns the last vote of each voter
// on each statement.
func Settle(events []Event) []Vote {
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	var votes []Vote
	place := map[int64]int{}
	for _, e := range events {
		i, again := place[pair(e.Statement, e.Voter)]
		if !again {
			place[pair(e.Statement, e.Voter)] = len(votes)
			votes = append(votes, Vote{First: e.At, At: e.At, Statement: e.Statement, Voter: e.Voter, Choice: e.Choice})
			continue
		}
		votes[i].At, votes[i].Choice = e.At, e.Choice
	}
	return votes
}

// Tally counts the last votes on a statement.
type Tally struct{ Agrees, Disagrees, Passes int }

// Tallies counts the votes on each of n statements.
func Tallies(n int, votes []Vote) []Tally {
	tallies := make([]Tally, n)
	for _, v := range votes {
		t := &tallies[v.Statement]
		switch v.Choice {
		case Agree:
			t.Agrees++
		case Disagree:
			t.Disagrees++
		case Pass:
			t.Passes++
		}
	}
	return tallies
}

// later reports whether a vote in a file replaces the stored one: it was cast later, or in the same millisecond but with
// another choice, because the file has since grown.
func (v Vote) later(kept time.Time, choice string) bool {
	t := time.UnixMilli(v.At)
	return t.After(kept) || t.Equal(kept) && v.Choice.Word() != choice
}

// parseID reads the number of a statement or a participant.
func parseID(cell string) (int64, error) {
	n, err := strconv.ParseUint(cell, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("expected a number from 0, not %s", quoted(cell))
	}
	return int64(n), nil
}

// parseTime reads a timestamp in milliseconds.
func parseTime(cell string, now time.Time) (int64, error) {
	ms, err := strconv.ParseInt(cell, 10, 64)
	switch {
	case err != nil:
		return 0, fmt.Errorf("expected a time in milliseconds, not %s", quoted(cell))
	case ms < earliest.UnixMilli() || ms >= latest.UnixMilli():
		return 0, fmt.Errorf("%d as a time in milliseconds is outside the years 2000 to 2099", ms)
	case ms > now.Add(maxAhead).UnixMilli():
		return 0, fmt.Errorf("%s is in the future", time.UnixMilli(ms).UTC().Format(time.RFC3339))
	}
	return ms, nil
}

func parseChoice(cell string) (Choice, error) {
	n, err := parseSign(cell)
	return Choice(n), err
}

func parseModeration(cell string) (Moderation, error) {
	n, err := parseSign(cell)
	return Moderation(n), err
}

func parseSign(cell string) (int8, error) {
	switch cell {
	case "1":
		return 1, nil
	case "0":
		return 0, nil
	case "-1":
		return -1, nil
	}
	return 0, fmt.Errorf("want 1, 0 or -1, not %s", quoted(cell))
}

// parseFlag reads yes or no, as programs and spreadsheets write it; an empty cell is no.
func parseFlag(cell string) (bool, error) {
	switch strings.ToLower(cell) {
	case "true", "1":
		return true, nil
	case "false", "0", "":
		return false, nil
	}
	return false, fmt.Errorf("want true or false, not %s", quoted(cell))
}

// quoted quotes a cell and truncates a long one.
func quoted(cell string) string {
	if len(cell) > 30 {
		return strconv.QuoteToASCII(cell[:30]) + "…"
	}
	return strconv.QuoteToASCII(cell)
}

// checkText refuses what is not text: bytes that are not UTF-8, and control characters except line ends and tabs.
func checkText(s string, most int) error {
	if !utf8.ValidString(s) {
		return errors.New("not UTF-8")
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return fmt.Errorf("contains the control character %U", r)
		}
	}
	if n := utf8.RuneCountInString(s); n > most {
		return fmt.Errorf("at most %d characters; this has %d", most, n)
	}
	return nil
}

func checkBody(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("is empty")
	}
	return checkText(s, maxBody)
}

// checkLine returns a line without surrounding spaces; it may be empty.
func checkLine(s string, most int) (string, error) {
	s = strings.TrimSpace(s)
	if err := checkText(s, most); err != nil {
		return "", err
	}
	var form fault.Form
	s = form.OptionalLine("", s, most)
	if f := fault.Of(form.Err()); f != nil {
		return "", errors.New(f.Message)
	}
	return s, nil
}

// checkURL accepts only http and https links that a reader may safely follow; it may be empty.
func checkURL(s string) (string, error) {
	s, err := checkLine(s, maxURL)
	if s == "" || err != nil {
		return "", err
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return "", errors.New("expected a URL such as https://pol.is/9xxwa9jpkm")
	}
	return s, nil
}

// sourceOf identifies a consultation by its address or, without one, by its topic and the time of its first event: both
// stay the same while the consultation continues.
func sourceOf(address, topic string, first int64) string {
	if address != "" {
		return address
	}
	sum := sha256.Sum256([]byte(topic + "\x00" + strconv.FormatInt(first, 10)))
	return "polis:" + hex.EncodeToString(sum[:])
}

// titleOf returns the topic or a substitute: many consultations have none.
func titleOf(topic, address string) string {
	switch {
	case topic != "":
		return topic
	case address != "":
		if _, rest, _ := strings.Cut(address, "://"); utf8.RuneCountInString(rest) <= maxTitle {
			return rest
		}
	}
	return "Imported consultation"
}

// briefOf returns the description, followed by the address.
func briefOf(description, address string) string {
	return strings.TrimSpace(strings.TrimSpace(description) + "\n\n" + address)
}

// outcomeOf is the outcome that the imported dialogue is closed with.
func outcomeOf(address string, statements, voters int) string {
	from := "Imported"
	if address != "" {
		from += " from " + address
	}
	return fmt.Sprintf("%s: a consultation held elsewhere; %d statements, %d participants.", from, statements, voters)
}
