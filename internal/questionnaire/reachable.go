package questionnaire

import (
	"slices"
	"sync"
)

// Reachable is the most that any answers can score, with only those questions that they show. It is at most the maximum over all
// questions, which counts both phases of a template, though nobody can answer both. Raw and Mitigation are found apart: one set of
// answers need not reach both.
type Reachable struct{ Raw, Mitigation int64 }

// The bounds of the search, which keep it below a second: steps of work, and questions that decide over others.
const (
	maxSteps    = 1 << 23
	maxDeciding = 200
)

// reaching finds what can be reached, once.
type reaching struct {
	once  sync.Once
	most  Reachable
	exact bool
}

// Reachable is exact or not there: conditions can depend on each other so much that finding it would take too long.
func (t *Template) Reachable() (Reachable, bool) {
	t.reach.once.Do(func() {
		raw, ok := t.reachable(Raw)
		mitigation, also := t.reachable(Mitigation)
		t.reach.most, t.reach.exact = Reachable{raw, mitigation}, ok && also
	})
	return t.reach.most, t.reach.exact
}

// reachable eliminates one question that is asked by conditions after the other (bucket elimination, R. Dechter, 1999): of all that
// depends on its answer, one table is left that knows the best answer for each combination of the others.
func (t *Template) reachable(total ScoreType) (int64, bool) {
	b := buckets{t: t, total: total, of: map[*step]int{}, number: map[int]int{}, left: maxSteps}
	sum := b.fill()
	for b.left >= 0 && len(b.open) > 0 {
		sum += b.eliminate(b.next())
	}
	return sum, b.left >= 0
}

type buckets struct {
	t       *Template
	total   ScoreType
	asked   []variable
	number  map[int]int   // of a variable, by the place of its question
	of      map[*step]int // the place of a test among those of its question
	factors []factor
	open    []int // variables that are not eliminated
	left    int   // steps
}

// variable is a question that conditions ask. What they cannot tell apart is one state, with the most that it scores.
type variable struct {
	place  int
	tests  []*step
	states []state
}

type state struct {
	holds  []bool // by test
	points int64
}

// factor is what depends on some variables, for each combination of their states.
type factor struct {
	vars  []int
	table []int64
}

func (b *buckets) counts(q *question) bool { return q.max > 0 && q.total == b.total }

// fill makes a factor of each question that scores and is asked or hidden, and sums what the others score at most.
func (b *buckets) fill() int64 {
	var sum int64
	b.ask()
	for i := range b.t.questions {
		if b.left < 0 {
			return 0
		}
		q := &b.t.questions[i]
		if !b.counts(q) {
			continue
		}
		vars := b.varsOf(i, q)
		if len(vars) == 0 {
			sum += q.max
			continue
		}
		b.add(vars, b.tests(q), func(states []int) int64 { return b.points(i, q, vars, states) })
	}
	return sum
}

// ask finds the questions that decide over what counts, and their states.
func (b *buckets) ask() {
	seen := map[int]bool{none: true}
	for i := range b.t.questions {
		q := &b.t.questions[i]
		for _, h := range q.hiders {
			if !b.counts(q) || seen[h] {
				continue
			}
			seen[h] = true
			b.t.rules[h].root.tests(b.test)
		}
	}
	if len(b.asked) > maxDeciding {
		b.left = -1
		return
	}
	for n := range b.asked {
		b.open = append(b.open, n)
		b.states(&b.asked[n])
	}
}

func (b *buckets) test(e *step) {
	n, ok := b.number[e.place]
	if !ok {
		n = len(b.asked)
		b.number[e.place] = n
		b.asked = append(b.asked, variable{place: e.place})
	}
	b.of[e] = len(b.asked[n].tests)
	b.asked[n].tests = append(b.asked[n].tests, e)
}

// states tries every answer that the tests of a question can tell apart.
func (b *buckets) states(v *variable) {
	q := &b.t.questions[v.place]
	for _, set := range b.answers(v, q) {
		s := state{holds: make([]bool, len(v.tests))}
		for i, e := range v.tests {
			s.holds[i] = set.holds(e)
		}
		if b.counts(q) {
			s.points = b.t.points(set, q)
		}
		same := slices.IndexFunc(v.states, func(o state) bool { return slices.Equal(o.holds, s.holds) })
		if same < 0 {
			v.states = append(v.states, s)
		} else {
			v.states[same].points = max(v.states[same].points, s.points)
		}
	}
}

// answers are no answer, and those that the tests can tell apart.
func (b *buckets) answers(v *variable, q *question) []*Set {
	sets := []*Set{b.t.Begin().Set()}
	add := func(values ...Value) {
		for _, value := range values {
			one := b.t.Begin()
			b.t.put(one.s, v.place, value)
			sets = append(sets, one.Set())
		}
	}
	switch q.doc.Type {
	case Single:
		for _, o := range q.doc.Options {
			add(Chosen(o.Value))
		}
	case Multi:
		b.combinations(v, q, add)
	case Boolean:
		add(True(true), True(false))
	default:
		for _, e := range v.tests {
			switch e.kind {
			case isNumber:
				for _, n := range []int64{e.value - 1, e.value, e.value + 1} {
					sets = append(sets, b.numbered(v.place, n))
				}
			case isText:
				add(Said(e.text))
			}
		}
		sets = append(sets, b.other(v.place))
	}
	return sets
}

// numbered is a set with a number, or a date as days, at a place.
func (b *buckets) numbered(place int, n int64) *Set {
	s := b.t.Begin().s
	s.answered.put(place)
	s.numbers = []number{{place, n}}
	return s
}

// other is a set with an answer that no comparison is true of.
func (b *buckets) other(place int) *Set {
	s := b.t.Begin().s
	s.answered.put(place)
	return s
}

// combinations are those of the options that tests ask, each with all other options that weigh anything, or with any other one.
func (b *buckets) combinations(v *variable, q *question, add func(...Value)) {
	var asked, others []string
	for i, o := range q.doc.Options {
		inTest := func(e *step) bool { return slices.Contains(e.bits, q.first+i) }
		if slices.ContainsFunc(v.tests, inTest) {
			asked = append(asked, o.Value)
		} else {
			others = append(others, o.Value)
		}
	}
	if len(asked) > 12 {
		b.left = -1
		return
	}
	for n := range 1 << len(asked) {
		chosen := slices.Clone(others)
		for i, o := range asked {
			if n>>i&1 == 1 {
				chosen = append(chosen, o)
			}
		}
		if len(chosen) > 0 {
			add(Chosen(chosen...))
		}
	}
}

// varsOf are the variables that decide over what a question scores.
func (b *buckets) varsOf(place int, q *question) []int {
	var vars []int
	if n, ok := b.number[place]; ok {
		vars = append(vars, n)
	}
	for _, h := range q.hiders {
		if h == none {
			continue
		}
		for _, key := range b.t.rules[h].reads {
			vars = append(vars, b.number[b.t.at[key]])
		}
	}
	slices.Sort(vars)
	return slices.Compact(vars)
}

// points are what a question scores in some states of its variables.
func (b *buckets) points(place int, q *question, vars, states []int) int64 {
	for _, h := range q.hiders {
		if h != none && !b.holds(&b.t.rules[h].root, vars, states) {
			return 0
		}
	}
	if n, ok := b.number[place]; ok {
		return b.asked[n].states[states[slices.Index(vars, n)]].points
	}
	return q.max
}

func (b *buckets) holds(e *step, vars, states []int) bool {
	switch e.kind {
	case allOf, anyOf:
		for i := range e.parts {
			if b.holds(&e.parts[i], vars, states) == (e.kind == anyOf) {
				return e.kind == anyOf
			}
		}
		return e.kind == allOf
	case notThis:
		return !b.holds(&e.parts[0], vars, states)
	}
	n := b.number[e.place]
	return b.asked[n].states[states[slices.Index(vars, n)]].holds[b.of[e]]
}

// tests counts what is asked before a question is shown.
func (b *buckets) tests(q *question) int {
	n := 0
	for _, h := range q.hiders {
		if h != none {
			b.t.rules[h].root.tests(func(*step) { n++ })
		}
	}
	return n
}

// add makes a table over some variables, each cell of which costs some steps.
func (b *buckets) add(vars []int, steps int, value func(states []int) int64) {
	size := 1
	for _, v := range vars {
		if size *= len(b.asked[v].states); size*(steps+1) > b.left {
			b.left = -1
			return
		}
	}
	b.left -= size * (steps + 1)
	f := factor{vars, make([]int64, size)}
	states := make([]int, len(vars))
	for i := range f.table {
		f.table[i] = value(states)
		for j := range states { // the first one turns fastest
			if states[j]++; states[j] < len(b.asked[vars[j]].states) {
				break
			}
			states[j] = 0
		}
	}
	b.factors = append(b.factors, f)
}

// at is the value of a factor in states of more variables than its own.
func (b *buckets) at(f *factor, vars, states []int) int64 {
	place, step := 0, 1
	for _, v := range f.vars {
		place += step * states[slices.Index(vars, v)]
		step *= len(b.asked[v].states)
	}
	return f.table[place]
}

// next is the variable that shares factors with the fewest others.
func (b *buckets) next() int {
	best, fewest := 0, -1
	for i, v := range b.open {
		if n := len(b.around(v)); fewest < 0 || n < fewest {
			best, fewest = i, n
		}
	}
	v := b.open[best]
	b.open = slices.Delete(b.open, best, best+1)
	return v
}

// around are the variables that share a factor with one, that one not included.
func (b *buckets) around(v int) []int {
	var all []int
	for _, f := range b.factors {
		if slices.Contains(f.vars, v) {
			all = append(all, f.vars...)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(o int) bool { return o == v })
}

// eliminate puts the best over a variable's states in place of the factors that depend on it, and gives what depends on nothing else.
func (b *buckets) eliminate(v int) int64 {
	vars := b.around(v)
	var of, rest []factor
	for _, f := range b.factors {
		if slices.Contains(f.vars, v) {
			of = append(of, f)
		} else {
			rest = append(rest, f)
		}
	}
	b.factors = rest
	all := append(slices.Clone(vars), v)
	best := func(states []int) int64 {
		var most int64
		full := append(slices.Clone(states), 0)
		for s := range b.asked[v].states {
			full[len(states)] = s
			var sum int64
			for i := range of {
				sum += b.at(&of[i], all, full)
			}
			most = max(most, sum)
		}
		return most
	}
	if len(vars) == 0 {
		return best(nil)
	}
	b.add(vars, len(of)*len(b.asked[v].states), best)
	return 0
}
