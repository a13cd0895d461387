package decision

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// sentence says in English what was decided and why, from the findings alone.
func (r *Rule) sentence(result *Result) string {
	var said string
	switch result.Outcome {
	case NoQuorum:
		said = "No quorum: " + strings.Join(r.missed(r.doc.Quorum, result.Quorum, asQuorum), "; ")
	case Rejected:
		missed := r.missed(r.doc.Tests, result.Tests, asTest)
		if r.passed(r.verdicts(result.Tests)) {
			missed = nil
		} else if r.doc.AnyOf != nil {
			missed[0] = "none of the ways in which it could pass was met: " + missed[0]
		}
		said = "Rejected: " + strings.Join(append(missed, r.objected(result, Blocks)...), "; ")
	case AdoptedOnceAnswered:
		said = "Adopted once its convenor answers in writing: " + strings.Join(r.objected(result, AnswerFirst), "; ")
	default:
		said = "Adopted: " + strings.Join(r.won(result), "; ")
	}
	for _, u := range result.Unopened {
		said += fmt.Sprintf("; the papers of %s stayed unopened, because %s more would have had to vote there to keep their secret", u.Leaf, parties(u.Missing))
	}
	return said + "."
}

func parties(n int64) string {
	if n == 1 {
		return "1 party"
	}
	return fmt.Sprintf("%d parties", n)
}

// of are the findings of one test.
func of(all []Finding, id string) []Finding {
	var found []Finding
	for _, f := range all {
		if f.ID == id {
			found = append(found, f)
		}
	}
	return found
}

func (r *Rule) verdicts(found []Finding) map[string]bool {
	verdicts := map[string]bool{}
	for _, t := range r.doc.Tests {
		verdicts[t.ID] = holds(t, of(found, t.ID), asTest)
	}
	return verdicts
}

// missed are clauses about what did not hold.
func (r *Rule) missed(asked []Test, all []Finding, as role) []string {
	var said []string
	for _, t := range asked {
		found := of(all, t.ID)
		if holds(t, found, as) {
			continue
		}
		if t.Scope == NGroups {
			said = append(said, r.inGroups(t, found))
			continue
		}
		for _, f := range found {
			if !f.Holds {
				said = append(said, where(f)+comparison(t, f))
			}
		}
	}
	return said
}

// objected are clauses about objections that hold.
func (r *Rule) objected(result *Result, effect string) []string {
	var said []string
	for _, t := range r.doc.Objections {
		found := of(result.Objections, t.ID)
		if t.Effect != effect || !holds(t, found, asObjection) {
			continue
		}
		for _, f := range found {
			if f.Holds && f.Group != Won {
				said = append(said, fmt.Sprintf("%s%s has %s, and %s %s", where(f), t.Choice, share(t, f), bound(t, f), does[effect]))
			}
		}
	}
	return said
}

var does = map[string]string{Blocks: "block it", AnswerFirst: "make an objection"}

// won are clauses about the tests that held; of a rule with ways, those of the first way that was met.
func (r *Rule) won(result *Result) []string {
	way := []string{}
	verdicts := r.verdicts(result.Tests)
	for _, ids := range r.doc.AnyOf {
		if !slices.ContainsFunc(ids, func(id string) bool { return !verdicts[id] }) {
			way = ids
			break
		}
	}
	var said []string
	for _, t := range r.doc.Tests {
		if len(way) > 0 && !slices.Contains(way, t.ID) {
			continue
		}
		found := of(result.Tests, t.ID)
		switch t.Scope {
		case NGroups:
			said = append(said, r.inGroups(t, found))
		case EachGroup:
			said = append(said, "in each group that has members "+t.Choice+" had "+askedOf(t))
		default:
			for _, f := range found {
				said = append(said, where(f)+comparison(t, f))
			}
		}
	}
	return said
}

func (r *Rule) inGroups(t Test, found []Finding) string {
	won := found[len(found)-1]
	groups := "groups"
	if won.Base.String() == "1" {
		groups = "group"
	}
	return fmt.Sprintf("%s had %s in %s of %s %s, and needed it in %s", t.Choice, askedOf(t), won.Left, won.Base, groups, won.Bound)
}

func where(f Finding) string {
	if f.Group == "" {
		return ""
	}
	return "in " + f.Group + " "
}

// comparison says what was compared.
func comparison(t Test, f Finding) string {
	switch {
	case f.Cause == CauseDestroyed, f.Cause == CauseNoBase && t.Choice != "":
		return "no paper counted"
	case f.Cause == CauseNoBase, f.Cause == CauseEmpty:
		return "nobody could vote"
	case t.Choice == "":
		return fmt.Sprintf("%s voted, and %s had to", share(t, f), bound(t, f))
	case t.Op == "<" || t.Op == "<=":
		return fmt.Sprintf("%s had %s, and could have %s", t.Choice, share(t, f), bound(t, f))
	}
	return fmt.Sprintf("%s had %s, and needed %s", t.Choice, share(t, f), bound(t, f))
}

// share is left of base: how many of how many, or which part of the weight.
func share(t Test, f Finding) string {
	if t.Of == Weight {
		return partOf(f) + " of the weight"
	}
	return fmt.Sprintf("%s of %s %s", f.Left, f.Base, voters(t.Base, f.Base.String() == "1"))
}

// voters are those of a base, in words.
func voters(base string, one bool) string {
	switch {
	case base == Cast && one:
		return "vote"
	case base == Cast:
		return "votes"
	case base == Counted && one:
		return "vote that counts"
	case base == Counted:
		return "votes that count"
	case one:
		return "member"
	}
	return "members"
}

// partOf is which part of its base a weight is, as a fraction with its percentage.
func partOf(f Finding) string {
	if f.Base.Sign() == 0 {
		return "none"
	}
	of := Number{new(big.Rat).Quo(f.Left.Rat, f.Base.Rat)}
	switch of.String() {
	case "0":
		return "none"
	case "1":
		return "all"
	}
	return fmt.Sprintf("%s (%s)", of, percent(of))
}

// percent is a number from 0 to 1 as a percentage, rounded half up to one decimal: for reading only.
func percent(n Number) string {
	tenths := new(big.Rat).Mul(n.Rat, big.NewRat(1000, 1))
	tenths.Add(tenths, big.NewRat(1, 2))
	whole := new(big.Int).Quo(tenths.Num(), tenths.Denom()).Int64()
	if whole%10 == 0 {
		return fmt.Sprintf("%d %%", whole/10)
	}
	return fmt.Sprintf("%d.%d %%", whole/10, whole%10)
}

var ops = map[string]string{">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}

// bound is what a share is compared with. Of members it is how many they must be, or may be, with the part that makes it so.
func bound(t Test, f Finding) string {
	if t.Count != nil || t.Of == Weight {
		return asked(t)
	}
	return fmt.Sprintf("%s (%s of them)", wholes(t.Op, f.Bound), asked(t))
}

// wholes is the whole number that a bound comes to.
func wholes(op string, bound Number) string {
	down := new(big.Int).Quo(bound.Num(), bound.Denom()).Int64()
	exact := bound.IsInt()
	switch {
	case op == ">" || op == ">=" && !exact:
		return fmt.Sprintf("at least %d", down+1)
	case op == ">=":
		return fmt.Sprintf("at least %d", down)
	case op == "<" && exact && down == 0:
		return "less than none"
	case op == "<" && exact:
		return fmt.Sprintf("at most %d", down-1)
	}
	return fmt.Sprintf("at most %d", down)
}

// asked says what a test asks, without numbers of a count.
func asked(t Test) string {
	if t.Count != nil {
		return fmt.Sprintf("%s %d", ops[t.Op], *t.Count)
	}
	switch {
	case t.Ratio.value.Sign() == 0:
		return map[string]string{">=": "none or more", ">": "any", "<=": "none", "<": "less than none"}[t.Op]
	case t.Ratio.value.Cmp(big.NewRat(1, 1)) == 0:
		return map[string]string{">=": "all", ">": "more than all", "<=": "at most all", "<": "less than all"}[t.Op]
	}
	return ops[t.Op] + " " + t.Ratio.String()
}

// askedOf says it with what it asks it of.
func askedOf(t Test) string {
	switch {
	case t.Count != nil:
		return asked(t)
	case t.Of == Weight:
		return asked(t) + " of the weight of the " + voters(t.Base, false)
	}
	return asked(t) + " of the " + voters(t.Base, false)
}
