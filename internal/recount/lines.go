package recount

import (
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/decision"
)

// place is what happened in one leaf of a ballot.
type place struct {
	papers  map[Paper]int64 // by what they say, without whose they are
	silent  int64
	recused int64
	cast    int64          // papers that were given
	casters map[string]int // by the party that gave them
}

// Lines are what seats and papers say to the rule. Papers of a secret ballot belong to no seat; those of a leaf below the floor are gone, and
// only its seats tell that they were given.
func Lines(rule *decision.Rule, seats []Seat, papers []Paper) ([]decision.Line, error) {
	at := map[string]*place{}
	for _, leaf := range rule.Leaves() {
		at[leaf] = &place{papers: map[Paper]int64{}, casters: map[string]int{}}
	}
	for _, s := range seats {
		p := at[s.Leaf]
		switch {
		case p == nil:
			return nil, fmt.Errorf("%s sits in %s, which the rule does not have", s.ID, s.Leaf)
		case s.Recused:
			p.recused++
		case s.Revision == 0:
			p.silent++
		default:
			p.cast++
			caster := s.Party
			if s.Proxy != "" {
				caster = s.Proxy
			}
			p.casters[caster]++
		}
	}
	for _, one := range papers {
		p := at[one.Leaf]
		if p == nil {
			return nil, fmt.Errorf("a paper was cast in %s, which the rule does not have", one.Leaf)
		}
		p.papers[Paper{Choice: one.Choice, Reasoned: one.Reasoned}]++
	}
	var lines []decision.Line
	for _, leaf := range rule.Leaves() {
		some, err := at[leaf].lines(rule, leaf)
		if err != nil {
			return nil, err
		}
		lines = append(lines, some...)
	}
	return lines, nil
}

func (p *place) lines(rule *decision.Rule, leaf string) ([]decision.Line, error) {
	var lines []decision.Line
	if p.silent > 0 {
		lines = append(lines, decision.Line{Leaf: leaf, Parties: p.silent})
	}
	if p.recused > 0 {
		lines = append(lines, decision.Line{Leaf: leaf, Parties: p.recused, Recused: true})
	}
	again := p.cast - int64(len(p.casters)) // papers of those who gave another one here
	ballot := rule.Document().Ballot
	if ballot.Secrecy == decision.Secret && p.cast > 0 && int64(len(p.casters)) < int64(ballot.SecrecyFloor) {
		if len(p.papers) > 0 {
			return nil, fmt.Errorf("there are papers of %s, which stay unopened", leaf)
		}
		return append(lines, decision.Line{Leaf: leaf, Parties: p.cast, Destroyed: true, Proxies: again}), nil
	}
	opened := int64(0)
	for _, choice := range ballot.Choices {
		for _, reasoned := range []bool{true, false} {
			n := p.papers[Paper{Choice: choice, Reasoned: reasoned}]
			if n == 0 {
				continue
			}
			opened += n
			proxies := min(n, again)
			again -= proxies
			lines = append(lines, decision.Line{Leaf: leaf, Parties: n, Vote: choice, Unreasoned: !reasoned, Proxies: proxies})
		}
	}
	if opened != p.cast {
		return nil, fmt.Errorf("%d seats of %s gave a paper, and there are %d papers with a choice of the rule", p.cast, leaf, opened)
	}
	return lines, nil
}

// Count is what seats and papers decide under a rule.
func Count(rule *decision.Rule, seats []Seat, papers []Paper) (*decision.Result, error) {
	lines, err := Lines(rule, seats, papers)
	if err != nil {
		return nil, err
	}
	return decision.Evaluate(rule, lines)
}
