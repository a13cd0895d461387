package questionnaire

import (
	"maps"
	"slices"
)

// Version is what is compared: a template with the answers to it.
type Version struct {
	Template *Template
	Answers  Answers
}

// Diff is what changed from one version to another, across versions of the template, too.
type Diff struct {
	Added, Removed []string         // questions, in the order of their template
	Changed        []QuestionChange // in the order of the later template
	Answers        []AnswerChange   // in the order of the later template, then of the earlier one, then of what neither has
	Score          ScoreChange
}

// Aspect is what of a question changed.
type Aspect string

// The aspects of a question.
const (
	InText      Aspect = "TEXT" // its title, help or the titles of its options
	InType      Aspect = "TYPE"
	InOptions   Aspect = "OPTIONS" // which there are
	InWeight    Aspect = "WEIGHT"  // of an option that both have, or of true or false
	InTotal     Aspect = "TOTAL"   // that it counts in
	InCondition Aspect = "CONDITION"
	InDuty      Aspect = "DUTY" // whether an answer or evidence is required
	InPlace     Aspect = "PLACE"
)

// QuestionChange is a question that both templates have, and that is not the same.
type QuestionChange struct {
	Question string
	Aspects  []Aspect
}

// AnswerChange is an answer that came (no From), went (no To) or changed.
type AnswerChange struct {
	Question string
	From, To *Value
}

// ScoreChange explains how the score changed. The parts add up: the points of the lines of a total are its change, and the change of
// the current score is that of raw, less that of the deduction.
type ScoreChange struct {
	From, To                     Totals
	DeductionFrom, DeductionTo   int64 // points that mitigation takes off
	RawMaxFrom, RawMaxTo         int64
	MitigationFrom, MitigationTo int64 // maxima
	Lines                        []PointChange
}

// Cause is why a question scores otherwise.
type Cause string

// The causes.
const (
	QuestionAdded   Cause = "QUESTION_ADDED"
	QuestionRemoved Cause = "QUESTION_REMOVED"
	QuestionChanged Cause = "QUESTION_CHANGED" // its weights, its options or the total that it counts in
	AnswerAdded     Cause = "ANSWER_ADDED"
	AnswerRemoved   Cause = "ANSWER_REMOVED"
	AnswerChanged   Cause = "ANSWER_CHANGED"
	Appeared        Cause = "APPEARED" // hidden before
	Vanished        Cause = "VANISHED" // hidden now
)

// PointChange is the part of one question in the change of a total. A question that moved from one total to another has two.
type PointChange struct {
	Question       string
	Total          ScoreType
	From, To       int64 // points; ByTemplate + ByAnswers = To - From
	MaxFrom, MaxTo int64
	ByTemplate     int64 // with the earlier answers under the later template
	ByAnswers      int64 // the rest
	Causes         []Cause
}

// Compare tells what changed.
func Compare(from, to Version) Diff {
	c := comparison{from: from, to: to}
	c.questions()
	c.answers()
	c.score()
	return c.diff
}

type comparison struct {
	from, to Version
	diff     Diff
}

func (c *comparison) questions() {
	c.diff.Added = missing(c.to.Template.Keys(), c.from.Template)
	c.diff.Removed = missing(c.from.Template.Keys(), c.to.Template)
	for _, key := range c.to.Template.Keys() {
		if _, both := c.from.Template.at[key]; !both {
			continue
		}
		if aspects := c.aspects(key); len(aspects) > 0 {
			c.diff.Changed = append(c.diff.Changed, QuestionChange{key, aspects})
		}
	}
}

func missing(keys []string, in *Template) []string {
	var all []string
	for _, key := range keys {
		if _, there := in.at[key]; !there {
			all = append(all, key)
		}
	}
	return all
}

// aspects tells in what a question differs that both templates have.
func (c *comparison) aspects(key string) []Aspect {
	a, b := &c.from.Template.questions[c.from.Template.at[key]], &c.to.Template.questions[c.to.Template.at[key]]
	p, q := a.doc, b.doc
	var all []Aspect
	for _, check := range []struct {
		aspect Aspect
		same   bool
	}{
		{InText, maps.Equal(p.Title, q.Title) && maps.Equal(p.Help, q.Help) && sameOptions(p, q, func(x, y Option) bool { return maps.Equal(x.Title, y.Title) })},
		{InType, p.Type == q.Type},
		{InOptions, slices.EqualFunc(p.Options, q.Options, func(x, y Option) bool { return x.Value == y.Value })},
		{InWeight, p.WeightIfTrue == q.WeightIfTrue && p.WeightIfFalse == q.WeightIfFalse && sameOptions(p, q, func(x, y Option) bool { return x.Weight == y.Weight })},
		{InTotal, a.total == b.total},
		{InCondition, c.from.Template.conditions(a) == c.to.Template.conditions(b)},
		{InDuty, p.Required == q.Required && p.EvidenceRequired == q.EvidenceRequired},
		{InPlace, a.section.Key == b.section.Key && p.Panel == q.Panel},
	} {
		if !check.same {
			all = append(all, check.aspect)
		}
	}
	return all
}

// sameOptions compares the options that both questions have.
func sameOptions(p, q *Question, same func(x, y Option) bool) bool {
	for _, x := range p.Options {
		for _, y := range q.Options {
			if x.Value == y.Value && !same(x, y) {
				return false
			}
		}
	}
	return true
}

// conditions are those that can hide a question, as text.
func (t *Template) conditions(q *question) [3]string {
	var all [3]string
	for i, h := range q.hiders {
		if h != none {
			all[i] = t.rules[h].text
		}
	}
	return all
}

func (c *comparison) answers() {
	for _, key := range c.keys() {
		was, before := c.from.Answers[key]
		is, after := c.to.Answers[key]
		switch {
		case before && after && was.Same(is), !before && !after:
		default:
			change := AnswerChange{Question: key}
			if before {
				change.From = &was
			}
			if after {
				change.To = &is
			}
			c.diff.Answers = append(c.diff.Answers, change)
		}
	}
}

// keys are all questions of both templates, and those that are answered without being in either.
func (c *comparison) keys() []string {
	keys := append(c.to.Template.Keys(), c.diff.Removed...)
	seen := map[string]bool{}
	for _, key := range keys {
		seen[key] = true
	}
	var other []string
	for _, answers := range []Answers{c.from.Answers, c.to.Answers} {
		for _, key := range sorted(answers) {
			if !seen[key] {
				seen[key] = true
				other = append(other, key)
			}
		}
	}
	slices.Sort(other)
	return append(keys, other...)
}

// view is what a template shows of answers.
type view struct {
	t *Template
	s *Set
	v Visibility
}

func viewOf(t *Template, a Answers) view {
	s := t.Set(a)
	return view{t, s, t.Visibility(s)}
}

// points are what a question scores in a total, and could.
func (w view) points(key string, total ScoreType) (points, most int64) {
	i, ok := w.t.at[key]
	if !ok || w.t.questions[i].total != total {
		return 0, 0
	}
	q := &w.t.questions[i]
	if w.v.shows(q) {
		points = w.t.points(w.s, q)
	}
	return points, q.max
}

func (c *comparison) score() {
	carried, _ := c.to.Template.Import(c.from.Answers)
	before, between, after := viewOf(c.from.Template, c.from.Answers), viewOf(c.to.Template, carried), viewOf(c.to.Template, c.to.Answers)
	s := &c.diff.Score
	s.From, s.To = before.t.Totals(before.s), after.t.Totals(after.s)
	s.DeductionFrom, s.DeductionTo = s.From.Raw-s.From.Current, s.To.Raw-s.To.Current
	s.RawMaxFrom, s.RawMaxTo = before.t.rawMax, after.t.rawMax
	s.MitigationFrom, s.MitigationTo = before.t.mitMax, after.t.mitMax
	for _, key := range append(c.to.Template.Keys(), c.diff.Removed...) {
		for _, total := range []ScoreType{Raw, Mitigation} {
			line := PointChange{Question: key, Total: total}
			line.From, line.MaxFrom = before.points(key, total)
			line.To, line.MaxTo = after.points(key, total)
			carried, _ := between.points(key, total)
			line.ByTemplate, line.ByAnswers = carried-line.From, line.To-carried
			if line.From != line.To || line.MaxFrom != line.MaxTo || line.ByTemplate != 0 {
				line.Causes = c.causes(key, before, after)
				s.Lines = append(s.Lines, line)
			}
		}
	}
}

// causes tells what can have changed the points of a question.
func (c *comparison) causes(key string, before, after view) []Cause {
	_, was := before.t.at[key]
	_, is := after.t.at[key]
	switch {
	case !was:
		return []Cause{QuestionAdded}
	case !is:
		return []Cause{QuestionRemoved}
	}
	var all []Cause
	for _, a := range c.aspects(key) {
		if a == InOptions || a == InWeight || a == InTotal || a == InType {
			all = append(all, QuestionChanged)
			break
		}
	}
	old, answered := c.from.Answers[key]
	given, answers := c.to.Answers[key]
	switch {
	case !answered && answers:
		all = append(all, AnswerAdded)
	case answered && !answers:
		all = append(all, AnswerRemoved)
	case answered && !old.Same(given):
		all = append(all, AnswerChanged)
	}
	switch shown, shows := before.v.Visible(key), after.v.Visible(key); {
	case !shown && shows:
		all = append(all, Appeared)
	case shown && !shows:
		all = append(all, Vanished)
	}
	return all
}
