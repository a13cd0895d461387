package comment

import (
	"maps"
	"slices"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// What is shown of a tally by chamber must not tell how few voted. Whoever looks after each vote knows the exact tally of all
// chambers at any time, and everything that was ever shown by chamber. So:
//
//   - A number of votes of one chamber for one choice, a cell, is shown from five on. It lags: at least the newest vote is left out.
//   - A cell changes by five votes or more, or not at all.
//   - At least five votes for each choice are shown for no chamber. So the difference between the tally of all and what is shown by
//     chamber is a mixture of cells that are withheld and of the newest votes of others.
//   - No cell is the only one of its choice that is withheld.
//   - When all this is looked at again depends on the tally of all alone, after five votes or more. So a change does not tell of which
//     chamber the vote was that came just before it.
//
// The exact numbers, within bounds, are drawn by a secret of the servers: nobody can count down to a change.
const (
	fewest = 5 // votes that are shown as a number, and votes by which a number changes
	jitter = 4 // how much more may be asked for
)

// chambers are all there are, in the order in which they are shown.
var chambers = []enum.StakeholderKind{
	enum.StakeholderKindCustomer, enum.StakeholderKindFirm, enum.StakeholderKindRegulator, enum.StakeholderKindNgo, enum.StakeholderKindAcademicInstitution,
}

// choices are those of a vote, in the order of a Count.
var choices = [...]enum.VoteChoice{enum.VoteChoiceAgree, enum.VoteChoiceDisagree, enum.VoteChoicePass}

// Count is a number of votes for each choice.
type Count [len(choices)]int

// ByChamber are numbers of votes by chamber.
type ByChamber map[enum.StakeholderKind]Count

// Sum counts the votes of all chambers.
func (b ByChamber) Sum() (all Count) {
	for _, n := range b {
		for i := range n {
			all[i] += n[i]
		}
	}
	return all
}

// Snapshot is what is shown of a comment by chamber, until the next one.
type Snapshot struct {
	Step  int       // how often it was looked at
	All   Count     // the votes of all chambers then
	Shown ByChamber // 0 for a cell that is withheld
}

// Draw draws a number from lowest to highest, always the same for a name.
type Draw func(name string, lowest, highest int) int

// moved is the least number of voters who must have voted, voted otherwise or taken back their votes between two counts.
func moved(from, to Count) int {
	more, fewer := 0, 0
	for i := range from {
		more += max(0, to[i]-from[i])
		fewer += max(0, from[i]-to[i])
	}
	return max(more, fewer)
}

// MayBeDue is Due without the draw.
func (s Snapshot) MayBeDue(all Count) bool { return moved(s.All, all) >= fewest }

// Due tells whether to look at a snapshot again when these are the votes of all chambers. Where many have voted it is looked at
// less often, because all votes are counted then.
func (s Snapshot) Due(all Count, draw Draw) bool {
	n := moved(s.All, all)
	return n >= fewest && n >= draw("due", fewest, fewest+jitter)+(all[0]+all[1]+all[2])/50
}

// Next gives the snapshot after this one, of the votes as they are now.
func (s Snapshot) Next(votes ByChamber, draw Draw) Snapshot {
	next := Snapshot{Step: s.Step + 1, All: votes.Sum(), Shown: ByChamber{}}
	columns := [len(choices)]column{}
	for i, choice := range choices {
		c := column{all: next.All[i], was: map[enum.StakeholderKind]int{}, shown: map[enum.StakeholderKind]int{}}
		for _, chamber := range chambers {
			name := string(chamber) + " " + string(choice)
			c.was[chamber] = s.Shown[chamber][i]
			c.shown[chamber] = renewed(c.was[chamber], votes[chamber][i]-draw(name+" left out", 1, jitter), draw(name+" change", fewest, fewest+jitter))
		}
		c.keepRest()
		c.withholdAnother()
		columns[i] = c
	}
	for _, chamber := range chambers {
		if n := (Count{columns[0].shown[chamber], columns[1].shown[chamber], columns[2].shown[chamber]}); n != (Count{}) {
			next.Shown[chamber] = n
		}
	}
	return next
}

// renewed gives what a cell shows after what it showed, if its votes are now n.
func renewed(was, n, change int) int {
	switch {
	case max(n-was, was-n) < change:
		return was
	case n < fewest:
		return 0
	}
	return n
}

// column is the cells of one choice: what they showed, and what they are to show.
type column struct {
	all        int // votes for the choice, of all chambers
	was, shown map[enum.StakeholderKind]int
}

// by gives the chambers whose cells meet a condition, in the order of what they are to show.
func (c column) by(meets func(chamber enum.StakeholderKind) bool) []enum.StakeholderKind {
	found := slices.DeleteFunc(slices.Clone(chambers), func(k enum.StakeholderKind) bool { return !meets(k) })
	slices.SortStableFunc(found, func(a, b enum.StakeholderKind) int { return c.shown[a] - c.shown[b] })
	return found
}

// keepRest lowers what has grown until enough votes are shown for no chamber, the largest first.
func (c column) keepRest() {
	grown := c.by(func(k enum.StakeholderKind) bool { return c.shown[k] > c.was[k] })
	slices.Reverse(grown)
	for _, k := range grown {
		rest := c.all
		for n := range maps.Values(c.shown) {
			rest -= n
		}
		if rest >= fewest {
			return
		}
		if c.shown[k] -= fewest - rest; c.shown[k] < c.was[k]+fewest {
			c.shown[k] = c.was[k]
		}
	}
}

// withholdAnother withholds the smallest cell beside one that is the only one withheld: one that changes now, because what it showed
// before is known.
func (c column) withholdAnother() {
	if len(c.by(func(k enum.StakeholderKind) bool { return c.shown[k] == 0 })) != 1 {
		return
	}
	others := c.by(func(k enum.StakeholderKind) bool { return c.shown[k] > 0 && c.shown[k] != c.was[k] })
	if len(others) == 0 {
		others = c.by(func(k enum.StakeholderKind) bool { return c.shown[k] > 0 })
	}
	c.shown[others[0]] = 0
}
