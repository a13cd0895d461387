package questionnaire

import (
	"slices"
	"unicode/utf8"
)

// Answers are the values that were given, by the keys of their questions.
type Answers map[string]Value

// Set is a set of answers, compiled for one template: what counts or is asked by conditions, and which questions are answered. It
// belongs to the template that made it, and never changes.
type Set struct {
	chosen   mask // options
	answered mask // questions
	numbers  []number
	texts    []text
}

type number struct {
	place int
	value int64
}

type text struct {
	place int
	value string
}

// Set compiles answers. Those that the template does not know, or that are no values of their questions, are left out: Import keeps
// them apart.
func (t *Template) Set(answers Answers) *Set {
	s := &Set{chosen: newMask(t.options), answered: newMask(len(t.questions))}
	for key, v := range answers {
		if place, ok := t.at[key]; ok {
			t.put(s, place, v)
		}
	}
	s.sort()
	return s
}

// sort puts numbers and texts in the order of their questions: a map gave them in any.
func (s *Set) sort() {
	slices.SortFunc(s.numbers, func(a, b number) int { return a.place - b.place })
	slices.SortFunc(s.texts, func(a, b text) int { return a.place - b.place })
}

// put adds the answer to a question that has none yet.
func (t *Template) put(s *Set, place int, v Value) {
	q := &t.questions[place]
	taken := false
	switch q.doc.Type {
	case Single, Multi:
		for _, o := range v.Choices {
			bit, ok := q.values[o]
			if ok && (q.doc.Type == Multi || !taken) {
				s.chosen.put(bit)
				taken = true
			}
		}
	case Boolean:
		if taken = v.Boolean != nil; taken {
			s.chosen.put(q.truth(*v.Boolean))
		}
	case Number:
		if taken = v.Number != nil; taken && q.compare {
			s.numbers = append(s.numbers, number{place, *v.Number})
		}
	case Date:
		var day int64
		if v.Date != nil {
			day, taken = dayOf(*v.Date)
		}
		if taken && q.compare {
			s.numbers = append(s.numbers, number{place, day})
		}
	case Text:
		if taken = v.Text != nil && *v.Text != ""; taken && q.compare && utf8.RuneCountInString(*v.Text) <= MaxConditionLength {
			s.texts = append(s.texts, text{place, *v.Text})
		}
	}
	if taken {
		s.answered.put(place)
	}
}

// Answered tells whether a question has an answer.
func (t *Template) Answered(s *Set, key string) bool {
	i, ok := t.at[key]
	return ok && s.answered.has(i)
}

// holds evaluates a step of a condition.
func (s *Set) holds(e *step) bool {
	switch e.kind {
	case allOf:
		for i := range e.parts {
			if !s.holds(&e.parts[i]) {
				return false
			}
		}
		return true
	case anyOf:
		for i := range e.parts {
			if s.holds(&e.parts[i]) {
				return true
			}
		}
		return false
	case notThis:
		return !s.holds(&e.parts[0])
	case isAnswered:
		return s.answered.has(e.place)
	case hasBits:
		for _, b := range e.bits {
			if !s.chosen.has(b) {
				return false
			}
		}
		return true
	case isNumber:
		i := slices.IndexFunc(s.numbers, func(n number) bool { return n.place == e.place })
		return i >= 0 && compares(e.op, s.numbers[i].value, e.value)
	default:
		i := slices.IndexFunc(s.texts, func(x text) bool { return x.place == e.place })
		return i >= 0 && s.texts[i].value == e.text
	}
}

func compares(op Op, a, b int64) bool {
	switch op {
	case Less:
		return a < b
	case AtMost:
		return a <= b
	case More:
		return a > b
	case AtLeast:
		return a >= b
	default:
		return a == b
	}
}
