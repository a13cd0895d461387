package decision

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Hopeless tells why a rule would be refused on every roll by Passable, whoever sat on it; nothing when some roll is not. What makes it so is
// told with its place: one test alone if there is such a one, or else the tests that exclude each other. It never tells of a rule that
// some roll could pass. Beyond that it takes bounds from above on one choice in many groups for looser than they may be.
func (r *Rule) Hopeless() []Fault {
	h := hopes{Rule: r}
	var alone []Fault
	for i, q := range r.doc.Quorum {
		if h.never(q, asQuorum) {
			alone = append(alone, refusal("quorum", i, q, "no quorum reaches this, not even if all vote"))
		}
	}
	for i, o := range r.doc.Objections {
		if o.Effect == Blocks && h.never(o, asObjection) {
			alone = append(alone, refusal("objections", i, o, "this always blocks, whatever all vote"))
		}
	}
	if r.doc.AnyOf == nil {
		for i, t := range r.doc.Tests {
			if h.never(t, asTest) {
				alone = append(alone, refusal("tests", i, t, "nothing reaches this, not even if all vote the same, whichever choice it is"))
			}
		}
	}
	if len(alone) > 0 || h.some(h.ways()...) {
		return alone
	}
	at := []string{"tests"}
	if r.doc.AnyOf != nil {
		at = []string{"anyOf"}
	}
	return []Fault{{
		Pointer: pointer(at), Steps: at, Code: source.Code(enum.UserErrorCodeNotPassable),
		Message: "nothing can ever be adopted: whichever one choice all vote for, whoever they are, a quorum, a test or an objection that blocks stands against it",
	}}
}

func refusal(list string, i int, t Test, why string) Fault {
	part := "ratio"
	if t.Count != nil {
		part = "count"
	}
	steps := []string{list, strconv.Itoa(i), part}
	return Fault{Pointer: pointer(steps), Steps: steps, Code: source.Code(enum.UserErrorCodeNotPassable), Message: "nothing can ever be adopted: " + why}
}

// hopes looks for rolls on which something could be adopted.
type hopes struct{ *Rule }

// demand is what a way to pass asks for.
type demand struct {
	test Test
	as   role
}

// never tells whether a demand alone is met for no choice on any roll.
func (h hopes) never(t Test, as role) bool { return !h.some([]demand{{t, as}}) }

// ways are all that a rule asks for, once for each way to pass.
func (h hopes) ways() [][]demand {
	var always []demand
	for _, q := range h.doc.Quorum {
		always = append(always, demand{q, asQuorum})
	}
	for _, o := range h.doc.Objections {
		if o.Effect == Blocks {
			always = append(always, demand{o, asObjection})
		}
	}
	needed := func(ids []string) []demand {
		all := slices.Clone(always)
		for _, t := range h.doc.Tests {
			if ids == nil || slices.Contains(ids, t.ID) {
				all = append(all, demand{t, asTest})
			}
		}
		return all
	}
	if h.doc.AnyOf == nil {
		return [][]demand{needed(nil)}
	}
	ways := make([][]demand, len(h.doc.AnyOf))
	for i, ids := range h.doc.AnyOf {
		ways[i] = needed(ids)
	}
	return ways
}

// some tells whether on some roll all votes for one choice meet all that one of the ways asks for.
func (h hopes) some(ways ...[]demand) bool {
	return slices.ContainsFunc(ways, func(way []demand) bool {
		return slices.ContainsFunc(h.doc.Ballot.Choices, func(choice string) bool {
			sizes := map[string]size{}
			for _, d := range way {
				if !h.meet(d, choice, sizes) {
					return false
				}
			}
			whole, ok := h.sized(h.tree, sizes)
			if !ok {
				return false
			}
			_, ok = whole.and(sizes[""].orAny()).and(size{least: 1, most: unbounded, asked: true}).some()
			return ok
		})
	})
}

// unbounded stands for as many seats as one likes.
const unbounded = int64(maxParties)

// size is how many seats a node may have: from least to most, of which least is at least 1, or none.
type size struct {
	none        bool
	least, most int64
	asked       bool // else it may have any
}

var anySize = size{none: true, least: 1, most: unbounded, asked: true}

func (s size) orAny() size {
	if !s.asked {
		return anySize
	}
	return s
}

func (s size) and(o size) size {
	return size{none: s.none && o.none, least: max(s.least, o.least), most: min(s.most, o.most), asked: true}
}

// some tells whether there is such a size.
func (s size) some() (size, bool) { return s, s.none || s.least <= s.most }

// meet notes how many seats a demand asks for, when all vote for one choice; false when no number of seats will do.
func (h hopes) meet(d demand, choice string, sizes map[string]size) bool {
	note := func(key string, s size) bool {
		s, ok := sizes[key].orAny().and(s).some()
		sizes[key] = s
		return ok
	}
	switch {
	case d.test.Scope == Total:
		return note("", h.fit(d, h.whole(), choice))
	case d.test.Scope == Groups:
		for _, path := range d.test.Groups {
			if !note(path, h.fit(d, h.group(path), choice)) {
				return false
			}
		}
	case d.test.Scope == NGroups && d.as == asTest:
		return h.winnable(d, choice) >= d.test.N
	case d.test.Scope == NGroups && d.test.N > 1: // enough groups may be empty
	default:
		for _, g := range h.groups {
			if !note(g.key, h.fit(d, g, choice)) {
				return false
			}
		}
	}
	return true
}

// winnable is how many groups could be won at most.
func (h hopes) winnable(d demand, choice string) int {
	n := 0
	for _, g := range h.groups {
		if s := h.fit(d, g, choice); s.least <= s.most {
			n++
		}
	}
	return n
}

// fit is how many seats a group may have, so that a demand is met there when all vote for one choice: as inGroup compares.
func (h hopes) fit(d demand, g group, choice string) size {
	t := d.test
	s := size{none: d.as == asObjection || d.as == asQuorum || t.Scope == EachGroup, least: 1, most: 0, asked: true}
	if t.Scope == Total {
		s.none = false // nobody is no roll
	}
	if t.Count != nil {
		s.least, s.most = h.counting(t, choice)
		if t.Scope == Groups && d.as == asTest {
			s.none = compared(number(0), t.Op, number(int64(*t.Count)))
		}
	} else if h.weighs(t, g, choice) && h.reaches(t, choice) {
		s.most = unbounded
	}
	if d.as == asObjection {
		s.least, s.most = beside(s.least, s.most)
	}
	return s
}

// reaches tells whether all votes for one choice make a share that a ratio asks for.
func (h hopes) reaches(t Test, choice string) bool {
	share := number(0)
	if t.Choice == "" || t.Choice == choice {
		share = number(1)
	}
	return compared(share, t.Op, Number{t.Ratio.value})
}

// weighs tells whether a base is more than nothing when all in a group vote for one choice.
func (h hopes) weighs(t Test, g group, choice string) bool {
	if t.Choice != "" && !h.counts(choice) && (t.Base == Counted || t.Of == Weight && t.Base == Cast && h.doc.Electorate.Per == Counted) {
		return false
	}
	return t.Of == Members || slices.ContainsFunc(g.leaves, func(leaf int) bool { return h.leaves[leaf].weighty })
}

// counting is between how many seats a count is met, when all vote for one choice.
func (h hopes) counting(t Test, choice string) (least, most int64) {
	n := int64(*t.Count)
	if t.Choice != choice {
		if compared(number(0), t.Op, number(n)) {
			return 1, unbounded
		}
		return 1, 0
	}
	switch t.Op {
	case ">=":
		return max(1, n), unbounded
	case ">":
		return n + 1, unbounded
	case "<=":
		return 1, n
	}
	return 1, n - 1
}

// beside is the range of sizes outside of another one, which begins at 1 or ends without a bound.
func beside(least, most int64) (int64, int64) {
	switch {
	case least > most:
		return 1, unbounded
	case most >= unbounded:
		return 1, least - 1
	}
	return most + 1, unbounded
}

// sized is how many seats nodes may have together; false when there is no roll like that.
func (h hopes) sized(parts []*part, sizes map[string]size) (size, bool) {
	all := size{none: true, least: unbounded, most: 0, asked: true}
	var needed int64
	for _, p := range parts {
		own := anySize
		if p.leaf < 0 {
			below, ok := h.sized(p.children, sizes)
			if !ok {
				return size{}, false
			}
			own = below
		} else {
			own.least = int64(cmp.Or(h.floor(), 1))
			if h.shaded(p) {
				own.most = 0
			}
		}
		own, ok := own.and(sizes[p.path].orAny()).some()
		if !ok {
			return size{}, false
		}
		if !own.none {
			needed, all.none = needed+own.least, false
		}
		if own.least <= own.most {
			all.least, all.most = min(all.least, own.least), min(unbounded, all.most+own.most)
		}
	}
	if needed > 0 {
		all.least = needed
	}
	return all, true
}

// shaded tells whether the leaves before one take all parties that could sit in it. Jurisdictions are left out of account.
func (h hopes) shaded(p *part) bool {
	if p.who.Listed {
		return false
	}
	of := p.who.Kinds
	if len(of) == 0 {
		of = kinds
	}
	return !slices.ContainsFunc(of, func(kind string) bool {
		return !slices.ContainsFunc(h.leaves[:p.leaf], func(l *part) bool { return len(l.who.Jurisdictions) == 0 && l.who.fits(kind, nil) })
	})
}

// floor is how many seats a leaf has at least in a secret ballot, if it has any.
func (h hopes) floor() int {
	if h.doc.Ballot.Secrecy == Secret {
		return h.doc.Ballot.SecrecyFloor
	}
	return 0
}
