package questionnaire

import "slices"

// Totals are what a set of answers scores.
type Totals struct {
	Raw, Mitigation int64 // points of visible answers
	Deducted        bool  // whether mitigation is enough for the deduction
	Current         int64 // raw points, less the deduction, rounded half up
	Level           Level // 0 when the template has no raw points
}

// Totals computes what visible answers score. It takes about a microsecond.
func (t *Template) Totals(s *Set) Totals {
	v := t.Visibility(s)
	var raw, mitigation int64
	s.chosen.each(t.scoring, func(option int) {
		q := &t.questions[t.owner[option]]
		if !v.shows(q) {
			return
		}
		if q.total == Raw {
			raw += t.weights[option]
		} else {
			mitigation += t.weights[option]
		}
	})
	return t.totals(raw, mitigation)
}

func (t *Template) totals(raw, mitigation int64) Totals {
	r := t.doc.Rule
	all := Totals{Raw: raw, Mitigation: mitigation, Current: raw}
	if t.mitMax > 0 && 100*mitigation >= r.MitigationShare*t.mitMax {
		all.Deducted, all.Current = true, t.deduct(raw)
	}
	all.Level = t.level(all.Current)
	return all
}

func (t *Template) deduct(raw int64) int64 { return ((100-t.doc.Rule.Deduction)*raw + 50) / 100 }

// level is I while 100 x current <= the first cut x rawMax, and so on; 0 when rawMax is 0.
func (t *Template) level(current int64) Level {
	if t.rawMax == 0 {
		return 0
	}
	for i, cut := range t.doc.Rule.Cuts {
		if 100*current <= cut*t.rawMax {
			return Level(i + 1)
		}
	}
	return 4
}

// Score is what a set of answers scores, with what each number comes from.
type Score struct {
	Totals
	RawMax, MitigationMax int64 // over all questions, whether they can be visible together or not
	NoLevel               string
	ByPrinciple           []PrincipleScore // of the principles that have questions which score, in ALTAI's order
	ByQuestion            []ScoreLine      // of every question that can score, in the order of the template
	Distance              Distance
	Cheapest              *Improvement // nil with a sentence in NoCheapest
	NoCheapest            string
	HiddenAnswers         []string // questions that are answered and hidden: they are kept and score nothing
}

// PrincipleScore is the part of the totals that belongs to a principle.
type PrincipleScore struct {
	Principle                              Principle
	Raw, RawMax, Mitigation, MitigationMax int64
}

// ScoreLine is the part of a total that one question has.
type ScoreLine struct {
	Question string
	Answer   []string // the options chosen, or true or false; none when there is no answer
	Total    ScoreType
	Points   int64 // 0 when the question is hidden
	Max      int64
	Visible  bool
}

// Distance is how many points the current score is from another level; nil where there is no such level. With UpAt points of current
// the level rises, with DownAt it falls.
type Distance struct {
	Up, Down     *int64
	UpAt, DownAt *int64
}

const noRawPoints = "No question of this template scores raw points, so that there is no level."

// Score computes the totals and explains them.
func (t *Template) Score(s *Set) Score {
	v := t.Visibility(s)
	score := Score{RawMax: t.rawMax, MitigationMax: t.mitMax, Totals: t.Totals(s)}
	if t.rawMax == 0 {
		score.NoLevel = noRawPoints
	}
	for i := range t.questions {
		q := &t.questions[i]
		visible := v.shows(q)
		if !visible && s.answered.has(i) {
			score.HiddenAnswers = append(score.HiddenAnswers, q.doc.Key)
		}
		if q.max == 0 || q.total == None {
			continue
		}
		line := ScoreLine{q.doc.Key, t.answer(s, q), q.total, 0, q.max, visible}
		if visible {
			line.Points = t.points(s, q)
		}
		score.ByQuestion = append(score.ByQuestion, line)
		score.add(q.doc.Principle, line)
	}
	slices.SortFunc(score.ByPrinciple, func(a, b PrincipleScore) int {
		return slices.Index(Principles, a.Principle) - slices.Index(Principles, b.Principle)
	})
	score.Distance = t.distance(score.Current, score.Level)
	score.Cheapest, score.NoCheapest = t.cheapest(s, v, score.Totals)
	return score
}

func (s *Score) add(p Principle, line ScoreLine) {
	if p == "" {
		return
	}
	i := slices.IndexFunc(s.ByPrinciple, func(of PrincipleScore) bool { return of.Principle == p })
	if i < 0 {
		i = len(s.ByPrinciple)
		s.ByPrinciple = append(s.ByPrinciple, PrincipleScore{Principle: p})
	}
	of := &s.ByPrinciple[i]
	if line.Total == Raw {
		of.Raw, of.RawMax = of.Raw+line.Points, of.RawMax+line.Max
	} else {
		of.Mitigation, of.MitigationMax = of.Mitigation+line.Points, of.MitigationMax+line.Max
	}
}

// answer names the options that are chosen.
func (t *Template) answer(s *Set, q *question) []string {
	var all []string
	for i := range q.options {
		switch {
		case !s.chosen.has(q.first + i):
		case q.doc.Type == Boolean:
			all = append(all, [...]string{"false", "true"}[i])
		default:
			all = append(all, q.doc.Options[i].Value)
		}
	}
	return all
}

// points are what the answer to a question weighs, whether it is visible or not.
func (t *Template) points(s *Set, q *question) int64 {
	var sum int64
	for i := range q.options {
		if s.chosen.has(q.first + i) {
			sum += t.weights[q.first+i]
		}
	}
	return sum
}

// distance is how far the next level up and down is, in points of current.
func (t *Template) distance(current int64, l Level) Distance {
	var d Distance
	last := func(of Level) int64 { return t.doc.Rule.Cuts[of-1] * t.rawMax / 100 } // the most points with which it is that level
	if l >= 1 && l <= 3 {
		at := last(l) + 1
		by := at - current
		d.Up, d.UpAt = &by, &at
	}
	if l >= 2 {
		at := last(l - 1)
		by := current - at
		d.Down, d.DownAt = &by, &at
	}
	return d
}
