package ballot

import (
	"bytes"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func codeOf(f *fault.Form) enum.UserErrorCode {
	all := fault.All(f.Err())
	if len(all) == 0 {
		return ""
	}
	return all[0].UserCode()
}

func TestABallotClosesWithinItsPhase(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	end := now.Add(10 * day)
	for name, c := range map[string]struct {
		closes time.Time
		end    *time.Time
		days   int
		want   enum.UserErrorCode
	}{
		"on the last day":                 {end, &end, 1, ""},
		"a microsecond after the phase":   {end.Add(time.Microsecond), &end, 1, enum.UserErrorCodeTooLate},
		"as soon as the rule allows":      {now.Add(3 * day), &end, 3, ""},
		"a microsecond before it does":    {now.Add(3*day - time.Microsecond), &end, 3, enum.UserErrorCodeTooEarly},
		"in a phase that plans no end":    {now.Add(300 * day), nil, 1, ""},
		"a year and a day later":          {now.Add(366 * day), nil, 365, ""},
		"a microsecond after that":        {now.Add(366*day + time.Microsecond), nil, 1, enum.UserErrorCodeTooLate},
		"in the past":                     {now.Add(-day), nil, 1, enum.UserErrorCodeTooEarly},
		"in a phase that is too short":    {now.Add(11 * day), &end, 11, enum.UserErrorCodeTooLate},
		"in it, but not for long enough":  {end, &end, 11, enum.UserErrorCodeTooEarly},
		"at once, under a rule that asks": {now, &end, 1, enum.UserErrorCodeTooEarly},
	} {
		var f fault.Form
		Times{now, c.closes, c.end, c.days}.Check(&f)
		if got := codeOf(&f); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestProxiesAreNeitherChainedNorBeyondTheLimit(t *testing.T) {
	fine := Proxied{MaxProxies: 2, Seated: true}
	for name, c := range map[string]struct {
		change func(*Proxied)
		want   enum.UserErrorCode
	}{
		"allowed":                  {func(*Proxied) {}, ""},
		"the last one":             {func(p *Proxied) { p.Held = 1 }, ""},
		"one above the limit":      {func(p *Proxied) { p.Held = 2 }, enum.UserErrorCodeTooMany},
		"to oneself":               {func(p *Proxied) { p.Self = true }, enum.UserErrorCodeSelf},
		"to who has no seat":       {func(p *Proxied) { p.Seated = false }, enum.UserErrorCodeNotSeated},
		"by who holds one":         {func(p *Proxied) { p.Holds = true }, enum.UserErrorCodeIneligible},
		"to who has given its own": {func(p *Proxied) { p.Gave = true }, enum.UserErrorCodeIneligible},
	} {
		p := fine
		c.change(&p)
		var f fault.Form
		p.Check(&f)
		if got := codeOf(&f); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestProxiesByARule(t *testing.T) {
	for document, want := range map[string]int{
		`{"v":1,"ballot":{"choices":["FOR","AGAINST"],"maxProxies":3}}`: 3, `{"v":1,"ballot":{"maxProxies":0}}`: 0, `{"v":1,"ballot":{}}`: 0, "": 0,
	} {
		if got := proxiesBy(document); got != want {
			t.Errorf("%s allows %d proxies, want %d", document, got, want)
		}
	}
}

func TestTurnoutShowsInFives(t *testing.T) {
	for cast, want := range map[int]int{0: 0, 1: 0, 4: 0, 5: 5, 9: 5, 10: 10, 100_004: 100_000} {
		if got := Steps(cast); got != want {
			t.Errorf("%d papers show as %d, want %d", cast, got, want)
		}
	}
}

func TestAProposalAfterItsBallot(t *testing.T) {
	for outcome, want := range map[enum.DecisionOutcome]enum.ProposalState{
		enum.DecisionOutcomeAdopted: enum.ProposalStateAdopted, enum.DecisionOutcomeRejected: enum.ProposalStateRejected,
		enum.DecisionOutcomeNoQuorum: enum.ProposalStateNoQuorum, enum.DecisionOutcomeAdoptedOnceAnswered: enum.ProposalStateBallot,
	} {
		if got := After(outcome); got != want {
			t.Errorf("after %s it is %s, want %s", outcome, got, want)
		}
	}
}

func TestSecretPapersHaveOneLength(t *testing.T) {
	nonce := []byte("0123456789abcdef")
	for _, choice := range []string{"A", "FOR", "AGAINST", "A_CHOICE_WITH_A_LONG_NAME_OF_FIFTY_CHARACTERS_OR_SO"} {
		b, err := padded(choice, nonce)
		if err != nil || len(b) != sealedLength {
			t.Fatalf("%s takes %d bytes: %v", choice, len(b), err)
		}
		got, of, err := unpadded(b)
		if err != nil || got != choice || !bytes.Equal(of, nonce) {
			t.Errorf("%s is read as %q with %x: %v", choice, got, of, err)
		}
	}
	if _, err := padded(string(make([]byte, sealedLength)), nonce); err == nil {
		t.Error("a choice that does not fit is sealed")
	}
}
