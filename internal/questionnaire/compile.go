package questionnaire

import "math/bits"

// mask is a set of small numbers.
type mask []uint64

func newMask(n int) mask { return make(mask, (n+63)/64) }

func (m mask) put(i int)      { m[i>>6] |= 1 << (i & 63) }
func (m mask) drop(i int)     { m[i>>6] &^= 1 << (i & 63) }
func (m mask) has(i int) bool { return m[i>>6]&(1<<(i&63)) != 0 }

// any tells whether a number from here to there is in the set, there not included.
func (m mask) any(from, to int) bool {
	for i := from; i < to; {
		word := m[i>>6] >> (i & 63)
		if rest := to - i; rest < 64 {
			word &= 1<<rest - 1
		}
		if word != 0 {
			return true
		}
		i += 64 - i&63
	}
	return false
}

// each visits the numbers that are in both sets.
func (m mask) each(other mask, visit func(i int)) {
	for w := range m {
		for both := m[w] & other[w]; both != 0; both &= both - 1 {
			visit(w<<6 + bits.TrailingZeros64(both))
		}
	}
}

// rule is a condition compiled: it asks bits and compares numbers.
type rule struct {
	text  string
	reads []string
	root  step
}

// step is a part of a compiled condition.
type step struct {
	kind  stepKind
	parts []step
	place int   // of the question of a test
	bits  []int // options of which all must be chosen
	op    Op
	value int64  // of a number, or a date as days
	text  string // of a text
}

type stepKind uint8

const (
	allOf stepKind = iota
	anyOf
	notThis
	isAnswered
	hasBits
	isNumber
	isText
)

// compile makes a template of a document that is checked.
func compile(doc *Document, parsed map[string]Expr, at map[string]int) (*Template, error) {
	t := &Template{doc: *doc, at: at, followUp: none, reach: &reaching{}}
	t.layOut()
	known := map[string]int{}
	take := func(text string) int {
		if text == "" {
			return none
		}
		if _, ok := known[text]; !ok {
			known[text] = len(t.rules)
			t.rules = append(t.rules, rule{text, Reads(parsed[text]), t.compile(parsed[text])})
		}
		return known[text]
	}
	for i := range t.doc.Sections {
		t.pages = append(t.pages, take(t.doc.Sections[i].VisibleIf))
	}
	for i := range t.questions {
		q := &t.questions[i]
		q.hiders = [3]int{take(q.section.VisibleIf), none, take(q.doc.VisibleIf)}
		if q.panel != nil {
			q.hiders[1] = take(q.panel.VisibleIf)
		}
	}
	if doc.FollowUp != nil {
		t.followUp = take(doc.FollowUp.When)
	}
	t.decide()
	var err error
	if t.bytes, err = t.doc.canonical(); err != nil {
		return nil, err
	}
	t.hash = Hash(t.bytes)
	return t, nil
}

// decide notes the tests on which the visibility of something that scores depends, by the question that they ask.
func (t *Template) decide() {
	t.deciding = map[int][]*step{}
	seen := map[int]bool{none: true}
	for i := range t.questions {
		q := &t.questions[i]
		if q.max == 0 || q.total == None {
			continue
		}
		for _, h := range q.hiders {
			if !seen[h] {
				seen[h] = true
				t.rules[h].root.tests(func(e *step) { t.deciding[e.place] = append(t.deciding[e.place], e) })
			}
		}
	}
}

// tests visits the tests of a condition.
func (e *step) tests(visit func(*step)) {
	if e.parts == nil {
		visit(e)
	}
	for i := range e.parts {
		e.parts[i].tests(visit)
	}
}

// layOut gives each question its place, each option its bit, and sums the maxima.
func (t *Template) layOut() {
	for i := range t.doc.Sections {
		s := &t.doc.Sections[i]
		panels := map[string]*Panel{}
		for j := range s.Panels {
			panels[s.Panels[j].Key] = &s.Panels[j]
		}
		for j := range s.Questions {
			t.add(question{doc: &s.Questions[j], section: s, panel: panels[s.Questions[j].Panel], first: t.options})
		}
	}
	t.scoring = newMask(t.options)
	for o, w := range t.weights {
		if w > 0 && t.questions[t.owner[o]].total != None {
			t.scoring.put(o)
		}
	}
}

func (t *Template) add(q question) {
	q.total = q.section.ScoreType
	if q.panel != nil && q.panel.ScoreType != "" {
		q.total = q.panel.ScoreType
	}
	if q.doc.ScoreType != "" {
		q.total = q.doc.ScoreType
	}
	q.weigh(t)
	switch q.total {
	case Raw:
		t.rawMax += q.max
	case Mitigation:
		t.mitMax += q.max
	}
	t.questions = append(t.questions, q)
}

// weigh lays out the options of a question, and finds the most it can score.
func (q *question) weigh(t *Template) {
	var weights []int64
	switch q.doc.Type {
	case Boolean:
		weights = []int64{q.doc.WeightIfFalse, q.doc.WeightIfTrue}
	case Single, Multi:
		q.values = make(map[string]int, len(q.doc.Options))
		for i, o := range q.doc.Options {
			weights = append(weights, o.Weight)
			q.values[o.Value] = q.first + i
		}
	}
	for _, w := range weights {
		if q.doc.Type == Multi {
			q.max += w
		} else {
			q.max = max(q.max, w)
		}
		t.owner = append(t.owner, int32(len(t.questions)))
	}
	t.weights = append(t.weights, weights...)
	q.options = len(weights)
	t.options += len(weights)
}

// compile makes steps of a condition that is checked.
func (t *Template) compile(e Expr) step {
	switch e := e.(type) {
	case *All:
		return step{kind: allOf, parts: t.compileAll(e.Parts)}
	case *Any:
		return step{kind: anyOf, parts: t.compileAll(e.Parts)}
	case *Not:
		return not(t.compile(e.Part))
	}
	return t.compileTest(e.(*Test))
}

func not(s step) step { return step{kind: notThis, parts: []step{s}} }

func (t *Template) compileAll(parts []Expr) []step {
	all := make([]step, len(parts))
	for i, p := range parts {
		all[i] = t.compile(p)
	}
	return all
}

func (t *Template) compileTest(e *Test) step {
	place := t.at[e.Question]
	q := &t.questions[place]
	q.read = true
	switch e.Op {
	case NotEmpty:
		return step{kind: isAnswered, place: place}
	case Empty:
		return not(step{kind: isAnswered, place: place})
	}
	q.compare = true
	if e.Op == Differs { // holds on what is not answered, too
		same := *e
		same.Op = Equals
		return not(t.compileTest(&same))
	}
	switch l := e.Literals[0]; q.doc.Type {
	case Single, Multi:
		s := step{kind: hasBits, place: place}
		for _, l := range e.Literals {
			s.bits = append(s.bits, q.values[l.Text])
		}
		return s
	case Boolean:
		return step{kind: hasBits, place: place, bits: []int{q.truth(l.Truth)}}
	case Text:
		return step{kind: isText, place: place, text: l.Text}
	case Date:
		day, _ := dayOf(l.Text)
		return step{kind: isNumber, place: place, op: e.Op, value: day}
	default:
		return step{kind: isNumber, place: place, op: e.Op, value: l.Number}
	}
}

// truth is the bit of an answer to a BOOLEAN.
func (q *question) truth(b bool) int {
	if b {
		return q.first + 1
	}
	return q.first
}
