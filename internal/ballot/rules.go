package ballot

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// nonceBytes is the length of the nonce of a secret paper.
	nonceBytes = 16
	// answerWithin is how long the convenor has to answer an objection that must be answered first.
	answerWithin = 30 * 24 * time.Hour
	// rollOpenUntil is how long before the close the last objection to the roll can be made.
	rollOpenUntil = 24 * time.Hour
	// longestOpen is how long a ballot is open at most: a day more than a rule can ask for at least.
	longestOpen = 366 * 24 * time.Hour
	// step is in what steps the turnout of an open ballot shows.
	step = 5
)

// Times are what decides when a ballot may close.
type Times struct {
	Now      time.Time
	Closes   time.Time
	PhaseEnd *time.Time // nil while no end of the phase is planned
	MinDays  int        // by the rule
}

// Check refuses a close that is too early, after the end of the phase, or too far off.
func (t Times) Check(f *fault.Form) {
	earliest, latest := t.Now.Add(time.Duration(t.MinDays)*24*time.Hour), t.Now.Add(longestOpen)
	switch {
	case t.Closes.Before(earliest):
		f.Add(fault.InvalidField("closesAt", enum.UserErrorCodeTooEarly, "the rule asks for at least %d days between opening and close: give a time from %s on",
			t.MinDays, earliest.Format(time.RFC3339)).With(fault.Values{Date: &earliest}))
	case t.PhaseEnd != nil && t.Closes.After(*t.PhaseEnd):
		f.Add(fault.InvalidField("closesAt", enum.UserErrorCodeTooLate, "a ballot closes within the phase in which it opens: give a time until %s", t.PhaseEnd.Format(time.RFC3339)).
			With(fault.Values{Date: t.PhaseEnd}))
	case t.Closes.After(latest):
		f.Add(fault.InvalidField("closesAt", enum.UserErrorCodeTooLate, "a ballot is open for at most %d days: give a time until %s", int(longestOpen.Hours()/24),
			latest.Format(time.RFC3339)).With(fault.Values{Date: &latest}))
	}
}

// Steps rounds a number of papers down, so that no single one shows in it.
func Steps(cast int) int { return cast - cast%step }

// After is the state of a proposal after a count.
func After(o enum.DecisionOutcome) enum.ProposalState {
	switch o {
	case enum.DecisionOutcomeAdopted:
		return enum.ProposalStateAdopted
	case enum.DecisionOutcomeAdoptedOnceAnswered:
		return enum.ProposalStateBallot // until the objection is answered
	case enum.DecisionOutcomeNoQuorum:
		return enum.ProposalStateNoQuorum
	}
	return enum.ProposalStateRejected
}

// proxiesBy is how many proxies a party may hold by a rule.
func proxiesBy(rule string) int {
	var r struct {
		Ballot struct {
			MaxProxies int `json:"maxProxies"`
		} `json:"ballot"`
	}
	if err := json.Unmarshal([]byte(rule), &r); err != nil {
		return 0
	}
	return r.Ballot.MaxProxies
}

// Proxied says whether a party may give its paper into another's hands.
type Proxied struct {
	MaxProxies int  // by the rule, for each holder
	Self       bool // the holder is the party itself
	Seated     bool // the holder has a seat of its own
	Held       int  // how many the holder has already
	Holds      bool // the party holds one itself
	Gave       bool // the holder has given its own away
}

// Check refuses a proxy that the rule does not allow, and chains of them.
func (p Proxied) Check(f *fault.Form) {
	refuse := func(code enum.UserErrorCode, format string, args ...any) {
		f.Add(fault.InvalidField("holder", code, format, args...))
	}
	switch {
	case p.Self:
		refuse(enum.UserErrorCodeSelf, "this is your own party: name another")
	case !p.Seated:
		refuse(enum.UserErrorCodeNotSeated, "this party has no seat in this ballot")
	case p.Holds:
		refuse(enum.UserErrorCodeIneligible, "your party holds a proxy: it cannot give its own paper away")
	case p.Gave:
		refuse(enum.UserErrorCodeIneligible, "this party has given its own paper away: it cannot hold another's")
	case p.Held >= p.MaxProxies:
		f.Add(fault.InvalidField("holder", enum.UserErrorCodeTooMany, "a party holds at most %d proxies in this ballot", p.MaxProxies).
			With(fault.Values{Limit: &p.MaxProxies, Actual: &p.Held}))
	}
}

// words of the parts of a paper.
const (
	longestReason = 2000
	sealedLength  = 256 // of what is sealed, whatever was chosen
)

// padded is a secret paper in one length, whatever was chosen.
func padded(choice string, nonce []byte) ([]byte, error) {
	b := append(append(make([]byte, 0, sealedLength), nonce...), choice...)
	if len(b) >= sealedLength {
		return nil, fmt.Errorf("a choice has %d bytes", len(choice))
	}
	return append(b, make([]byte, sealedLength-len(b))...), nil
}

// unpadded reads what padded wrote.
func unpadded(b []byte) (choice string, nonce []byte, err error) {
	if len(b) != sealedLength {
		return "", nil, fmt.Errorf("a paper has %d bytes", len(b))
	}
	end := len(b)
	for end > nonceBytes && b[end-1] == 0 {
		end--
	}
	return string(b[nonceBytes:end]), b[:nonceBytes], nil
}
