// Package sponsorship says what sponsors a dialogue asks for before a proposal may be opened, and what of them a proposal lacks. It is pure.
package sponsorship

import (
	"fmt"
	"slices"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Rule is what a dialogue asks for: so many sponsors beside the party that proposes, who come from these chambers. Each of the chambers must
// be there, be it as the proposing party or as a sponsor. Without chambers, sponsors come from any. The General Assembly of FSC asks for a
// proposer and two seconders of all three of its chambers.
type Rule struct {
	Sponsors int // 0 for none
	Chambers []enum.StakeholderKind
}

// most is how many sponsors a dialogue can ask for.
const most = 20

// Check gives the rule as it is kept, or notes in the form what is wrong with it. A rule of no sponsors asks for none.
func (r Rule) Check(f *fault.Form, field string) Rule {
	f.Between(field+".sponsors", r.Sponsors, 0, most)
	for i, c := range r.Chambers {
		if slices.Contains(r.Chambers[:i], c) {
			f.Refuse(fmt.Sprintf("%s.chambers.%d", field, i), enum.UserErrorCodeDuplicate, "this chamber is in the list already")
		}
	}
	if n := len(r.Chambers); r.Sponsors == 0 && n > 0 {
		f.Refuse(field+".chambers", enum.UserErrorCodeNotApplicable, "no sponsors are asked for, so they come from no chambers")
	} else {
		f.Count(field+".chambers", n, 0, max(r.Sponsors, 0)+1)
	}
	return r
}

// Asks tells whether sponsors are asked for at all.
func (r Rule) Asks() bool { return r.Sponsors > 0 }

// Takes tells whether a party of a chamber may be a sponsor.
func (r Rule) Takes(chamber enum.StakeholderKind) bool {
	return r.Asks() && chamber != "" && (len(r.Chambers) == 0 || slices.Contains(r.Chambers, chamber))
}

// Same tells whether two rules ask for the same.
func (r Rule) Same(o Rule) bool {
	return r.Sponsors == o.Sponsors && slices.Equal(r.Chambers, o.Chambers)
}

// Standing is how the sponsors of a proposal's present version stand to a rule.
type Standing struct {
	Needed          int
	Have            int
	Missing         int // how many are missing: as many as are needed and as it takes for each chamber to be there
	MissingChambers []enum.StakeholderKind
}

// Of says how a proposal stands, by the chamber of the party that proposes and how many sponsors each chamber has given it. Sponsors of
// chambers from which none are asked for do not count.
func (r Rule) Of(proposer enum.StakeholderKind, sponsors map[enum.StakeholderKind]int) Standing {
	s := Standing{Needed: r.Sponsors, MissingChambers: []enum.StakeholderKind{}}
	for chamber, n := range sponsors {
		if r.Takes(chamber) {
			s.Have += n
		}
	}
	for _, c := range r.Chambers {
		if c != proposer && sponsors[c] == 0 {
			s.MissingChambers = append(s.MissingChambers, c)
		}
	}
	s.Missing = max(r.Sponsors-s.Have, len(s.MissingChambers), 0)
	return s
}
