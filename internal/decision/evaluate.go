package decision

import (
	"encoding/json"
	"math/big"
	"slices"
)

// The outcomes.
const (
	Adopted             = "ADOPTED"
	AdoptedOnceAnswered = "ADOPTED_ONCE_ANSWERED"
	Rejected            = "REJECTED"
	NoQuorum            = "NO_QUORUM"
)

// Why a finding is what it is, when its numbers do not tell.
const (
	CauseEmpty     = "EMPTY"     // nobody of the group is eligible
	CauseNoBase    = "NO_BASE"   // nobody belongs to the base, of which a ratio is asked
	CauseDestroyed = "DESTROYED" // all papers of the group stayed unopened
)

// Won is the group of the finding that says how many groups were won.
const Won = "*"

// Finding is one comparison: left with bound, which is the ratio of the base, or a count.
type Finding struct {
	ID    string
	Group string // a path; Won for the number of groups; empty for the whole
	Left  Number
	Base  Number
	Bound Number
	Holds bool
	Cause string
}

// MarshalJSON writes null for the whole.
func (f Finding) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID    string  `json:"id"`
		Group *string `json:"group"`
		Left  Number  `json:"left"`
		Base  Number  `json:"base"`
		Bound Number  `json:"bound"`
		Holds bool    `json:"holds"`
		Cause string  `json:"cause,omitempty"`
	}{f.ID, orNull(f.Group), f.Left, f.Base, f.Bound, f.Holds, f.Cause})
}

// Choice is how often something was chosen.
type Choice struct {
	Choice string `json:"choice"`
	Papers int64  `json:"papers"` // with the silent who are taken to have chosen it
	Weight Number `json:"weight"` // of these, among those whom the rule weighs
}

// GroupCount is what was counted in a group.
type GroupCount struct {
	Key       string // a path; empty for the whole
	Eligible  int64
	Cast      int64
	Counted   int64
	Destroyed int64 // papers that stayed unopened
	Silent    int64 // of those who are taken to have cast, those who gave no paper
	Choices   []Choice
}

// MarshalJSON writes null for the whole.
func (g GroupCount) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key       *string  `json:"key"`
		Eligible  int64    `json:"eligible"`
		Cast      int64    `json:"cast"`
		Counted   int64    `json:"counted"`
		Destroyed int64    `json:"destroyed"`
		Silent    int64    `json:"silent"`
		Choices   []Choice `json:"choices"`
	}{orNull(g.Key), g.Eligible, g.Cast, g.Counted, g.Destroyed, g.Silent, g.Choices})
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Unopened is a leaf of a secret ballot whose papers were destroyed unopened.
type Unopened struct {
	Leaf    string `json:"leaf"`
	Papers  int64  `json:"papers"`
	Missing int64  `json:"missing"` // parties that would have had to cast too
}

// Result is what papers have decided, with every number that was compared.
type Result struct {
	Outcome    string       `json:"outcome"`
	Sentence   string       `json:"sentence"`
	Quorum     []Finding    `json:"quorum"`
	Tests      []Finding    `json:"tests"`
	Objections []Finding    `json:"objections"`
	Groups     []GroupCount `json:"groups"` // those of the rule, and then the whole
	Unopened   []Unopened   `json:"unopened"`
}

// evaluation is one rule over one count.
type evaluation struct {
	*Rule
	all     []tally
	members map[string][]int64    // by basis
	shares  map[string][]*big.Rat // by basis
	weights map[weighed]Number    // that were added up already: with many leaves and tests the fractions are what costs
}

// weighed is who is weighed: in a group, by a basis, those who made a choice or belong to another basis.
type weighed struct{ group, per, choice, basis string }

// Evaluate says what papers decide. The lines may come in any order, and as many as there are papers.
func Evaluate(r *Rule, lines []Line) (*Result, error) {
	all, err := r.count(lines)
	if err != nil {
		return nil, err
	}
	e := &evaluation{Rule: r, all: all, members: map[string][]int64{}, shares: map[string][]*big.Rat{}, weights: map[weighed]Number{}}
	for _, b := range []string{Eligible, Cast, Counted} {
		e.members[b] = basis(all, b)
		e.shares[b] = r.shares(e.members[b])
	}
	result := &Result{Quorum: []Finding{}, Tests: []Finding{}, Objections: []Finding{}, Groups: e.groupCounts(), Unopened: e.unopened()}
	quorum, tests, blocks, asks := true, map[string]bool{}, false, false
	for _, q := range r.doc.Quorum {
		found := e.findings(q, asQuorum)
		result.Quorum = append(result.Quorum, found...)
		quorum = quorum && holds(q, found, asQuorum)
	}
	for _, t := range r.doc.Tests {
		found := e.findings(t, asTest)
		result.Tests = append(result.Tests, found...)
		tests[t.ID] = holds(t, found, asTest)
	}
	for _, o := range r.doc.Objections {
		found := e.findings(o, asObjection)
		result.Objections = append(result.Objections, found...)
		if holds(o, found, asObjection) {
			blocks, asks = blocks || o.Effect == Blocks, asks || o.Effect == AnswerFirst
		}
	}
	switch {
	case !quorum:
		result.Outcome = NoQuorum
	case !r.passed(tests) || blocks:
		result.Outcome = Rejected
	case asks:
		result.Outcome = AdoptedOnceAnswered
	default:
		result.Outcome = Adopted
	}
	result.Sentence = r.sentence(result)
	return result, nil
}

// passed tells whether the tests of one way hold: all tests, when the rule names no ways.
func (r *Rule) passed(tests map[string]bool) bool {
	whole := func(ids []string) bool { return !slices.ContainsFunc(ids, func(id string) bool { return !tests[id] }) }
	if r.doc.AnyOf != nil {
		return slices.ContainsFunc(r.doc.AnyOf, whole)
	}
	for _, holds := range tests {
		if !holds {
			return false
		}
	}
	return true
}

// role is what a rule asks something for.
type role int

const (
	asQuorum role = iota
	asTest
	asObjection
)

// holds joins the findings of one test: an objection of any group holds, a test needs all.
func holds(t Test, found []Finding, as role) bool {
	does := func(f Finding) bool { return f.Holds }
	switch {
	case t.Scope == NGroups:
		return found[len(found)-1].Holds
	case as == asObjection:
		return slices.ContainsFunc(found, does)
	}
	return !slices.ContainsFunc(found, func(f Finding) bool { return !f.Holds })
}

// findings compares what a test asks, in each of its groups.
func (e *evaluation) findings(t Test, as role) []Finding {
	var found []Finding
	switch t.Scope {
	case Total:
		return append(found, e.compare(t, e.whole()))
	case Groups:
		for _, path := range t.Groups {
			found = append(found, e.inGroup(t, e.group(path), as))
		}
		return found
	}
	var won int64
	for _, g := range e.groups {
		f := e.inGroup(t, g, as)
		if f.Holds {
			won++
		}
		found = append(found, f)
	}
	if t.Scope == NGroups {
		bound := number(int64(t.N))
		found = append(found, Finding{ID: t.ID, Group: Won, Left: number(won), Base: number(int64(len(e.groups))), Bound: bound, Holds: won >= int64(t.N)})
	}
	return found
}

// inGroup compares in one group. One without eligible members fails no quorum and no test of each group, and is never won and never objects.
// One whose papers all stayed unopened is not won and does not object.
func (e *evaluation) inGroup(t Test, g group, as role) Finding {
	f := e.compare(t, g)
	sealed := e.sum(g, func(t tally) int64 {
		if t.destroyed {
			return 1
		}
		return 0
	}) > 0 && e.sum(g, func(t tally) int64 { return t.opened }) == 0
	switch {
	case e.sum(g, func(t tally) int64 { return t.eligible }) == 0:
		f.Cause = CauseEmpty
		switch {
		case as == asQuorum || as == asTest && t.Scope == EachGroup:
			f.Holds = true
		case as == asObjection || t.Scope == NGroups:
			f.Holds = false
		}
	case as != asQuorum && sealed:
		if f.Holds = false; f.Cause == "" {
			f.Cause = CauseDestroyed
		}
	}
	return f
}

// compare is left op bound in the leaves of a group.
func (e *evaluation) compare(t Test, g group) Finding {
	base, per := t.Base, e.doc.Electorate.Per
	if t.Choice == "" {
		base = Eligible
	}
	if base == Eligible {
		per = Eligible
	}
	f := Finding{ID: t.ID, Group: g.key}
	if t.Of == Weight {
		f.Left, f.Base = e.chosenWeight(g, per, t.Choice), e.weight(g, weighed{per: per, basis: base})
	} else {
		f.Left, f.Base = number(e.sum(g, e.chose(t.Choice))), number(e.sum(g, func(t tally) int64 { return in(t, base) }))
	}
	if t.Count != nil {
		f.Bound = number(int64(*t.Count))
		f.Holds = compared(f.Left, t.Op, f.Bound)
		return f
	}
	f.Bound = Number{new(big.Rat).Mul(t.Ratio.value, f.Base.Rat)}
	if f.Base.Sign() == 0 {
		f.Cause = CauseNoBase
		return f
	}
	f.Holds = compared(f.Left, t.Op, f.Bound)
	return f
}

func compared(left Number, op string, bound Number) bool {
	c := left.Cmp(bound.Rat)
	switch op {
	case ">=":
		return c >= 0
	case ">":
		return c > 0
	case "<=":
		return c <= 0
	}
	return c < 0
}

// in is how many members of a leaf belong to a basis.
func in(t tally, basis string) int64 {
	switch basis {
	case Eligible:
		return t.eligible
	case Cast:
		return t.cast
	}
	return t.counted
}

// chose tells how many chose something in a leaf; without a choice, how many cast.
func (e *evaluation) chose(choice string) func(t tally) int64 {
	if choice == "" {
		return func(t tally) int64 { return t.cast }
	}
	i := slices.Index(e.doc.Ballot.Choices, choice)
	return func(t tally) int64 { return t.choices[i] }
}

// sum adds up over the leaves of a group.
func (e *evaluation) sum(g group, of func(t tally) int64) int64 {
	var n int64
	for _, l := range g.leaves {
		n += of(e.all[l])
	}
	return n
}

// weight is what members of a group weigh. Who does not belong to the basis that weighs has no weight.
func (e *evaluation) weight(g group, who weighed) Number {
	who.group = g.key
	if known, ok := e.weights[who]; ok {
		return known
	}
	chose, sum := e.chose(who.choice), new(big.Rat)
	for _, l := range g.leaves {
		members, n := e.members[who.per][l], chose(e.all[l])
		if who.basis != "" {
			n = in(e.all[l], who.basis)
		}
		if n = min(n, members); n > 0 {
			sum.Add(sum, new(big.Rat).Mul(e.shares[who.per][l], big.NewRat(n, members)))
		}
	}
	e.weights[who] = Number{sum}
	return e.weights[who]
}

// chosenWeight is what those weigh who chose something. Abstentions that do not count weigh nothing where members weigh by what counts.
func (e *evaluation) chosenWeight(g group, per, choice string) Number {
	if per == Counted && choice != "" && !e.counts(choice) {
		return number(0)
	}
	return e.weight(g, weighed{per: per, choice: choice})
}

func (e *evaluation) groupCounts() []GroupCount {
	all := make([]GroupCount, 0, len(e.groups)+1)
	for _, g := range append(slices.Clone(e.groups), e.whole()) {
		c := GroupCount{
			Key: g.key, Eligible: e.sum(g, func(t tally) int64 { return t.eligible }), Cast: e.sum(g, func(t tally) int64 { return t.cast }),
			Counted: e.sum(g, func(t tally) int64 { return t.counted }), Silent: e.sum(g, func(t tally) int64 { return t.silent }),
			Destroyed: e.sum(g, func(t tally) int64 {
				if t.destroyed {
					return t.papers
				}
				return 0
			}),
		}
		for _, name := range e.doc.Ballot.Choices {
			c.Choices = append(c.Choices, Choice{Choice: name, Papers: e.sum(g, e.chose(name)), Weight: e.chosenWeight(g, e.doc.Electorate.Per, name)})
		}
		all = append(all, c)
	}
	return all
}

func (e *evaluation) unopened() []Unopened {
	all := []Unopened{}
	for i, t := range e.all {
		if t.destroyed {
			all = append(all, Unopened{e.leaves[i].path, t.papers, int64(e.doc.Ballot.SecrecyFloor) - t.casters})
		}
	}
	return all
}
