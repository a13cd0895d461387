package questionnaire

import "slices"

// Improvement is the cheapest way to a lower level through mitigation: the fewest visible mitigation questions that, answered with
// their best options, bring the deduction and with it a lower level. Among ways of the same number, larger gains come first, then
// the order of the template.
type Improvement struct {
	Steps []ImprovementStep // by gain, then in the order of the template
	After Totals
}

// ImprovementStep is a question to answer better.
type ImprovementStep struct {
	Question string
	Answer   []string // the best options: of a multiple choice all that weigh anything, beside what is chosen already
	Gain     int64    // points of mitigation more than now
}

// Why there is no improvement.
const (
	noMitigation    = "No question of this template scores mitigation, so that nothing can be deducted."
	deductedAlready = "The deduction for mitigation is made already: more mitigation does not change the level."
	lowestAlready   = "The level is the lowest already."
	notEnough       = "The visible mitigation questions cannot bring the deduction and with it a lower level."
	tooManyWays     = "So many conditions depend on the mitigation questions that the cheapest way was not searched."
)

// maxSwitches bounds the search to 20 ms: each question whose better answer can show or hide others doubles it.
const maxSwitches = 12

// candidate is a mitigation question that could be answered better.
type candidate struct {
	place int
	gain  int64
	best  mask // all options of the template; only those of the question count
}

// cheapest searches exactly. Better answers to questions that no scoring question waits for only add up, so that the largest gains
// are the fewest; those that can show or hide what scores are tried in every combination.
func (t *Template) cheapest(s *Set, v Visibility, now Totals) (*Improvement, string) {
	switch {
	case now.Level == 0:
		return nil, noRawPoints
	case t.mitMax == 0:
		return nil, noMitigation
	case now.Deducted:
		return nil, deductedAlready
	case now.Level == 1:
		return nil, lowestAlready
	}
	switches, plain := t.candidates(s, v)
	if len(switches) > maxSwitches {
		return nil, tooManyWays
	}
	var best []candidate
	for size := 0; size <= len(switches) && (best == nil || size <= len(best)); size++ {
		combine(switches, size, func(tried []candidate) {
			if way := t.complete(s, now.Level, tried, plain); way != nil && (best == nil || cheaper(way, best)) {
				best = way
			}
		})
	}
	if best == nil {
		return nil, notEnough
	}
	return t.improvement(s, best), ""
}

// combine visits every combination of some size.
func combine(of []candidate, size int, visit func([]candidate)) {
	var chosen []candidate
	var from func(i int)
	from = func(i int) {
		if len(chosen) == size {
			visit(chosen)
			return
		}
		for ; i <= len(of)-(size-len(chosen)); i++ {
			chosen = append(chosen, of[i])
			from(i + 1)
			chosen = chosen[:len(chosen)-1]
		}
	}
	from(0)
}

// candidates are the visible mitigation questions that can gain: those whose better answer turns a test on which the visibility of
// something that scores depends, and the others, the largest gain first.
func (t *Template) candidates(s *Set, v Visibility) (switches, plain []candidate) {
	for i := range t.questions {
		q := &t.questions[i]
		if q.total != Mitigation || !v.shows(q) {
			continue
		}
		c := candidate{i, q.max - t.points(s, q), t.best(s, q)}
		switch {
		case c.gain == 0:
		case t.turns(s, c):
			switches = append(switches, c)
		default:
			plain = append(plain, c)
		}
	}
	slices.SortStableFunc(plain, byGain)
	return switches, plain
}

// turns tells whether a better answer turns a test that decides over what scores.
func (t *Template) turns(s *Set, c candidate) bool {
	tests := t.deciding[c.place]
	if len(tests) == 0 {
		return false
	}
	better := t.answered(s, []candidate{c})
	return slices.ContainsFunc(tests, func(e *step) bool { return s.holds(e) != better.holds(e) })
}

// byGain orders the largest first, then as the template does.
func byGain(a, b candidate) int {
	switch {
	case a.gain > b.gain:
		return -1
	case a.gain < b.gain:
		return 1
	}
	return a.place - b.place
}

// best is what is chosen with the best options of a question.
func (t *Template) best(s *Set, q *question) mask {
	chosen := newMask(t.options)
	for i := range q.options {
		bit := q.first + i
		switch {
		case q.doc.Type == Multi:
			if t.weights[bit] > 0 || s.chosen.has(bit) {
				chosen.put(bit)
			}
		case t.weights[bit] == q.max && !chosen.any(q.first, bit):
			chosen.put(bit)
		}
	}
	return chosen
}

// answered is a set with better answers.
func (t *Template) answered(s *Set, better []candidate) *Set {
	n := *s
	n.chosen, n.answered = slices.Clone(s.chosen), slices.Clone(s.answered)
	for _, c := range better {
		q := &t.questions[c.place]
		for bit := q.first; bit < q.first+q.options; bit++ {
			if n.chosen.drop(bit); c.best.has(bit) {
				n.chosen.put(bit)
			}
		}
		n.answered.put(c.place)
	}
	return &n
}

// complete adds to the tried questions the fewest others that bring a level below; nil when they cannot.
func (t *Template) complete(s *Set, above Level, tried, plain []candidate) []candidate {
	set := t.answered(s, tried)
	with, v := t.Totals(set), t.Visibility(set)
	if t.level(t.deduct(with.Raw)) >= above {
		return nil
	}
	way, mitigation := slices.Clone(tried), with.Mitigation
	for _, c := range plain {
		if t.totals(with.Raw, mitigation).Deducted {
			break
		}
		if v.shows(&t.questions[c.place]) {
			way, mitigation = append(way, c), mitigation+c.gain
		}
	}
	if !t.totals(with.Raw, mitigation).Deducted {
		return nil
	}
	slices.SortFunc(way, byGain)
	return way
}

// cheaper tells whether a way, in its order, comes before another.
func cheaper(a, b []candidate) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	for i := range a {
		if a[i].gain != b[i].gain {
			return a[i].gain > b[i].gain
		}
	}
	for i := range a {
		if a[i].place != b[i].place {
			return a[i].place < b[i].place
		}
	}
	return false
}

func (t *Template) improvement(s *Set, way []candidate) *Improvement {
	set := t.answered(s, way)
	m := &Improvement{After: t.Totals(set)}
	for _, c := range way {
		q := &t.questions[c.place]
		m.Steps = append(m.Steps, ImprovementStep{q.doc.Key, t.answer(set, q), c.gain})
	}
	return m
}
