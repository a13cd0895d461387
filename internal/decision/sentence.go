package decision

import (
	"fmt"
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
				said = append(said, fmt.Sprintf("%s%s has %s, and %s %s", where(f), t.Choice, share(t, f), bound(t.Op, f), does[effect]))
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
			said = append(said, "in each group that has members "+t.Choice+" had "+asked(t))
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
	return fmt.Sprintf("%s had %s in %s of %s groups, and needed it in %s", t.Choice, asked(t), won.Left, won.Base, won.Bound)
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
		return fmt.Sprintf("%s voted, and %s had to", share(t, f), bound(t.Op, f))
	case t.Op == "<" || t.Op == "<=":
		return fmt.Sprintf("%s had %s, and could have %s", t.Choice, share(t, f), bound(t.Op, f))
	}
	return fmt.Sprintf("%s had %s, and needed %s", t.Choice, share(t, f), bound(t.Op, f))
}

// share is left of base.
func share(t Test, f Finding) string {
	whole := f.Base.String()
	switch {
	case t.Of == Weight && whole == "1":
		return fmt.Sprintf("%s of the weight", f.Left)
	case t.Of == Weight:
		return fmt.Sprintf("%s of a weight of %s", f.Left, whole)
	}
	members := map[string]string{Eligible: "members", "": "members", Cast: "votes", Counted: "votes that count"}[t.Base]
	return fmt.Sprintf("%s of %s %s", f.Left, whole, members)
}

var ops = map[string]string{">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}

func bound(op string, f Finding) string { return ops[op] + " " + f.Bound.String() }

// asked says what a test asks, without numbers of a count.
func asked(t Test) string {
	if t.Count != nil {
		return fmt.Sprintf("%s %d", ops[t.Op], *t.Count)
	}
	what := map[string]string{Eligible: "members", Cast: "votes", Counted: "votes that count"}[t.Base]
	if t.Of == Weight {
		return fmt.Sprintf("%s %s of the weight of the %s", ops[t.Op], t.Ratio, what)
	}
	return fmt.Sprintf("%s %s of the %s", ops[t.Op], t.Ratio, what)
}
