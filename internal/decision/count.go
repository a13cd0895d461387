package decision

import (
	"fmt"
	"math/big"
	"slices"
)

// Line is so many seats of one leaf that did the same.
type Line struct {
	Leaf       string `json:"leaf"`
	Parties    int64  `json:"parties"`
	Vote       string `json:"vote,omitempty"`       // the choice of their papers; empty for silence
	Unreasoned bool   `json:"unreasoned,omitempty"` // their papers give no reason
	Recused    bool   `json:"recused,omitempty"`    // they have left every count
	Destroyed  bool   `json:"destroyed,omitempty"`  // their papers stayed unopened, so that nobody knows the vote
	Proxies    int64  `json:"proxies,omitempty"`    // of the papers, those of a party that has cast another one in this leaf
}

// LineFault is a line of counts that cannot be.
type LineFault struct {
	Line    int // from 0
	Member  string
	Message string
}

// Error tells where and what.
func (f *LineFault) Error() string {
	return fmt.Sprintf("line %d, %s: %s", f.Line, f.Member, f.Message)
}

// maxParties bounds the seats of all lines together.
const maxParties = 1_000_000_000

// tally is what happened in one leaf.
type tally struct {
	eligible, cast, counted int64
	papers, casters         int64   // papers that were given, and parties that gave them
	opened                  int64   // papers that count
	silent                  int64   // who gave no paper and is taken to have cast
	choices                 []int64 // what was chosen, abstentions too; a paper that lacks its reason chose nothing
	destroyed               bool
}

// count adds lines up, and takes silence for what the rule takes it for.
func (r *Rule) count(lines []Line) ([]tally, error) {
	at := map[string]int{}
	for i, l := range r.leaves {
		at[l.path] = i
	}
	choice := map[string]int{}
	for i, c := range r.doc.Ballot.Choices {
		choice[c] = i
	}
	all := make([]tally, len(r.leaves))
	for i := range all {
		all[i].choices = make([]int64, len(choice))
	}
	said := make([]bool, len(r.leaves)) // that papers were destroyed
	var seats int64
	for i, l := range lines {
		leaf, ok := at[l.Leaf]
		if f := l.check(ok, choice); f != nil {
			f.Line = i
			return nil, f
		}
		if seats += l.Parties; seats > maxParties {
			return nil, &LineFault{i, "parties", fmt.Sprintf("a roll has at most %d seats", maxParties)}
		}
		said[leaf] = said[leaf] || l.Destroyed && l.Parties > 0
		r.add(&all[leaf], l, choice)
	}
	if err := r.destroy(all, said); err != nil {
		return nil, err
	}
	r.speakForSilence(all)
	return all, nil
}

// check refuses what no roll can say.
func (l Line) check(known bool, choice map[string]int) *LineFault {
	_, voted := choice[l.Vote]
	switch {
	case !known:
		return &LineFault{Member: "leaf", Message: "the electorate has no such leaf"}
	case l.Parties < 0 || l.Parties > maxParties:
		return &LineFault{Member: "parties", Message: fmt.Sprintf("give a number from 0 to %d", maxParties)}
	case l.Vote != "" && !voted:
		return &LineFault{Member: "vote", Message: "the ballot has no such choice"}
	case l.Destroyed && l.Vote != "":
		return &LineFault{Member: "destroyed", Message: "nobody knows the vote of papers that stayed unopened"}
	case l.Proxies < 0 || l.Proxies > l.Parties || l.Proxies > 0 && l.Vote == "" && !l.Destroyed:
		return &LineFault{Member: "proxies", Message: "these are among the papers"}
	}
	return nil
}

func (r *Rule) add(t *tally, l Line, choice map[string]int) {
	if l.Recused {
		return
	}
	t.eligible += l.Parties
	if l.Vote == "" && !l.Destroyed {
		return
	}
	t.cast += l.Parties
	t.papers += l.Parties
	t.casters += l.Parties - l.Proxies
	if l.Destroyed || l.Unreasoned && slices.Contains(r.doc.Ballot.ReasonsFor, l.Vote) {
		return
	}
	t.choices[choice[l.Vote]] += l.Parties
	if r.counts(l.Vote) {
		t.counted += l.Parties
		t.opened += l.Parties
	}
}

// counts tells whether a choice counts: an abstention does only by rule.
func (r *Rule) counts(vote string) bool {
	return vote != r.doc.Ballot.Abstain || r.doc.Ballot.Abstentions == CountedAbstention
}

// destroy leaves the papers of a leaf of a secret ballot unopened in which fewer parties than the floor have cast.
func (r *Rule) destroy(all []tally, said []bool) error {
	for i := range all {
		t := &all[i]
		below := r.doc.Ballot.Secrecy == Secret && t.papers > 0 && t.casters < int64(r.doc.Ballot.SecrecyFloor)
		if said[i] && !below {
			return fmt.Errorf("papers of %s are said to be unopened, though the rule opens them", r.leaves[i].path)
		}
		if below {
			t.counted, t.opened, t.destroyed = 0, 0, true
			clear(t.choices)
		}
	}
	return nil
}

// speakForSilence takes silence for what the rule takes it for.
func (r *Rule) speakForSilence(all []tally) {
	choice := -1
	switch r.doc.Ballot.Silence {
	case Abstain:
		choice = slices.Index(r.doc.Ballot.Choices, r.doc.Ballot.Abstain)
	case WithMajority:
		choice = r.leading(all)
	}
	if choice < 0 {
		return
	}
	for i := range all {
		t := &all[i]
		t.silent = t.eligible - t.cast
		t.cast += t.silent
		t.choices[choice] += t.silent
		if r.counts(r.doc.Ballot.Choices[choice]) {
			t.counted += t.silent
		}
	}
}

// leading is the choice with the most papers that count, over all leaves; -1 on a tie.
func (r *Rule) leading(all []tally) int {
	best, most, tie := -1, int64(0), false
	for c, name := range r.doc.Ballot.Choices {
		if !r.counts(name) {
			continue
		}
		var n int64
		for i := range all {
			n += all[i].choices[c]
		}
		switch {
		case n > most:
			best, most, tie = c, n, false
		case n == most:
			tie = true
		}
	}
	if tie {
		return -1
	}
	return best
}

// basis are the members of each leaf that belong to a basis.
func basis(all []tally, name string) []int64 {
	members := make([]int64, len(all))
	for i, t := range all {
		members[i] = in(t, name)
	}
	return members
}

// shares are what each leaf weighs when so many members of it belong to the basis.
func (r *Rule) shares(members []int64) []*big.Rat {
	out := make([]*big.Rat, len(r.leaves))
	for i := range out {
		out[i] = new(big.Rat)
	}
	var populated func(p *part) bool
	populated = func(p *part) bool {
		if p.leaf >= 0 {
			return members[p.leaf] > 0
		}
		return slices.ContainsFunc(p.children, populated)
	}
	var give func(siblings []*part, whole *big.Rat)
	give = func(siblings []*part, whole *big.Rat) {
		sum := new(big.Rat)
		for _, p := range siblings {
			if populated(p) {
				sum.Add(sum, p.share)
			}
		}
		for _, p := range siblings {
			if !populated(p) || p.share.Sign() == 0 {
				continue
			}
			share := new(big.Rat).Mul(whole, p.share)
			if r.doc.Electorate.EmptyShare == Siblings {
				share.Quo(share, sum)
			}
			if p.leaf >= 0 {
				out[p.leaf] = share
			} else {
				give(p.children, share)
			}
		}
	}
	give(r.tree, big.NewRat(1, 1))
	return out
}
