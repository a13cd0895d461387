package questionnaire

import (
	"fmt"
	"strings"
)

// Visibility is what a set of answers shows of a template. Conditions read what is stored, also of hidden questions, so that one pass
// in order is enough.
type Visibility struct {
	t     *Template
	holds []bool // by rule
}

// Visibility evaluates every condition once.
func (t *Template) Visibility(s *Set) Visibility {
	v := Visibility{t, make([]bool, len(t.rules))}
	for i := range t.rules {
		v.holds[i] = s.holds(&t.rules[i].root)
	}
	return v
}

func (v Visibility) shows(q *question) bool {
	for _, h := range q.hiders {
		if h != none && !v.holds[h] {
			return false
		}
	}
	return true
}

// Visible tells whether a question is shown: when its own, its panel's and its section's conditions hold.
func (v Visibility) Visible(key string) bool {
	i, ok := v.t.at[key]
	return ok && v.shows(&v.t.questions[i])
}

// SectionVisible tells whether the condition of a section holds, by the section's place.
func (v Visibility) SectionVisible(section int) bool {
	p := v.t.pages[section]
	return p == none || v.holds[p]
}

// Keys are the visible questions in their order.
func (v Visibility) Keys() []string {
	var keys []string
	for i := range v.t.questions {
		if q := &v.t.questions[i]; v.shows(q) {
			keys = append(keys, q.doc.Key)
		}
	}
	return keys
}

// Part is whose condition it is.
type Part string

// The parts that have conditions.
const (
	OfSection  Part = "SECTION"
	OfPanel    Part = "PANEL"
	OfQuestion Part = "QUESTION"
)

// Hidden is a condition that hides a question.
type Hidden struct {
	Part      Part
	Key       string   // of the section, the panel or the question
	Condition string   // in its usual form; it does not hold
	Reads     []string // the questions that it asks
}

// String is a sentence.
func (h Hidden) String() string {
	return fmt.Sprintf("the %s %s is shown only if %s", strings.ToLower(string(h.Part)), h.Key, h.Condition)
}

// WhyHidden are the conditions that hide a question, the outermost first; none when it is visible, or there is no such question.
func (v Visibility) WhyHidden(key string) []Hidden {
	i, ok := v.t.at[key]
	if !ok {
		return nil
	}
	q := &v.t.questions[i]
	names := [3]string{q.section.Key, "", q.doc.Key}
	if q.panel != nil {
		names[1] = q.panel.Key
	}
	var why []Hidden
	for n, part := range []Part{OfSection, OfPanel, OfQuestion} {
		if h := q.hiders[n]; h != none && !v.holds[h] {
			why = append(why, Hidden{part, names[n], v.t.rules[h].text, v.t.rules[h].reads})
		}
	}
	return why
}

// Turned are the questions that appeared and vanished from one set of answers to another.
func (t *Template) Turned(before, after *Set) (appeared, vanished []string) {
	was, is := t.Visibility(before), t.Visibility(after)
	for i := range t.questions {
		q := &t.questions[i]
		switch old, now := was.shows(q), is.shows(q); {
		case now && !old:
			appeared = append(appeared, q.doc.Key)
		case old && !now:
			vanished = append(vanished, q.doc.Key)
		}
	}
	return appeared, vanished
}

// Progress counts what is asked for. Evidence is none of a set's: the caller knows which questions have some.
type Progress struct {
	Required, Answered int      // visible required questions, and those of them that are answered
	Missing            []string // visible required questions without an answer
	NeedEvidence       []string // visible answered questions that must have evidence
}

// Progress tells what is still missing.
func (t *Template) Progress(s *Set) Progress {
	var p Progress
	v := t.Visibility(s)
	for i := range t.questions {
		q := &t.questions[i]
		if !v.shows(q) {
			continue
		}
		if q.doc.Required {
			p.Required++
			if s.answered.has(i) {
				p.Answered++
			} else {
				p.Missing = append(p.Missing, q.doc.Key)
			}
		}
		if q.doc.EvidenceRequired && s.answered.has(i) {
			p.NeedEvidence = append(p.NeedEvidence, q.doc.Key)
		}
	}
	return p
}

// The phases.
const (
	Design         = "DESIGN"
	Implementation = "IMPLEMENTATION"
)

// Phase is what the question for the phase is answered with: Design, Implementation, or empty.
func (t *Template) Phase(s *Set) string {
	p := t.doc.Phase
	if p == nil {
		return ""
	}
	q := &t.questions[t.at[p.Question]]
	switch {
	case s.chosen.has(q.values[p.Design]):
		return Design
	case s.chosen.has(q.values[p.Implementation]):
		return Implementation
	}
	return ""
}

// FollowUpDue tells whether the answers make the assessment due that the template names.
func (t *Template) FollowUpDue(s *Set) bool {
	return t.followUp != none && s.holds(&t.rules[t.followUp].root)
}
