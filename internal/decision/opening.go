package decision

import (
	"fmt"
	"strings"
)

// Passable refuses a roll on which nothing could be adopted: not even if all seats together voted for one and the same choice, each choice
// being tried. It gets how many seats each leaf has. Nothing more is checked.
func Passable(r *Rule, seats map[string]int64) error {
	var whole int64
	best := ""
	for _, choice := range r.doc.Ballot.Choices {
		var lines []Line
		whole = 0
		for leaf, n := range seats {
			lines = append(lines, Line{Leaf: leaf, Parties: n, Vote: choice})
			whole += n
		}
		result, err := Evaluate(r, lines)
		switch {
		case err != nil:
			return err
		case result.Outcome == Adopted || result.Outcome == AdoptedOnceAnswered:
			return nil
		case best == "" || choice == r.doc.Tests[0].Choice:
			best = fmt.Sprintf("if all of them voted %s, the result would be: %s", choice, result.Sentence)
		}
	}
	return fmt.Errorf("nothing could be adopted by the %d seats of this roll; %s", whole, best)
}

// KeepsSecret refuses a roll on which a secret ballot could not keep its secret: one with a leaf that has seats, but fewer than the floor.
func KeepsSecret(r *Rule, seats map[string]int64) error {
	if r.doc.Ballot.Secrecy != Secret {
		return nil
	}
	floor := int64(r.doc.Ballot.SecrecyFloor)
	var small []string
	for _, l := range r.leaves {
		switch n := seats[l.path]; {
		case n == 0 || n >= floor:
		case n == 1:
			small = append(small, l.path+" (1 seat)")
		default:
			small = append(small, fmt.Sprintf("%s (%d seats)", l.path, n))
		}
	}
	if len(small) == 0 {
		return nil
	}
	return fmt.Errorf("a secret ballot could not keep its secret in %s: with fewer than %d seats one could guess who chose what", strings.Join(small, ", "), floor)
}
