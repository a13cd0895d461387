// Package localized gives what a template asks in one language, as clients read it. It decides nothing.
package localized

import (
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Words is a text, and the language that it is in.
type Words struct{ Text, Language string }

// Option is an option of a question, in one language.
type Option struct {
	Value  string
	Title  *Words
	Weight int
}

// Question is a question, in one language.
type Question struct {
	Key                        string
	Panel                      optional.Text
	Type                       enum.QuestionType
	Title, Help                *Words
	Options                    []*Option
	VisibleIf                  optional.Text
	Required, EvidenceRequired bool
	ScoreType                  enum.ScoreType
	Principle                  *enum.Requirement
	MaxScore                   int
}

// Panel is a group of questions, in one language.
type Panel struct {
	Key       string
	Title     *Words
	VisibleIf optional.Text
}

// Section is a section, in one language.
type Section struct {
	Key          string
	Title, Intro *Words
	ScoreType    enum.ScoreType
	VisibleIf    optional.Text
	Panels       []*Panel
	Questions    []*Question
}

// Rule is how points become a level.
type Rule struct {
	MitigationSharePercent, DeductionPercent int
	CutPercents                              []int
}

// Obligation is what a level obliges a firm to, in one language.
type Obligation struct {
	Level enum.ImpactLevel
	Key   string
	Text  *Words
}

// NeededSignOff are signatures that an assessment needs from a level on.
type NeededSignOff struct {
	Level      enum.ImpactLevel
	Capacities []enum.Capacity
	Count      int
}

// reading says a document's texts in a language, or else in its first one.
type reading struct {
	doc      *questionnaire.Document
	language string
}

func (r reading) words(w questionnaire.Words) *Words {
	if len(w) == 0 {
		return nil
	}
	text, language := w.In(r.language, r.doc.Languages[0])
	return &Words{text, language}
}

// Title is what a template is called, in a language.
func Title(q *questionnaire.Template, language string) *Words {
	return reading{q.Document(), language}.words(q.Document().Title)
}

// Description says what a template is for; nil if it does not.
func Description(q *questionnaire.Template, language string) *Words {
	return reading{q.Document(), language}.words(q.Document().Description)
}

// Sections are the sections of a template, in a language.
func Sections(q *questionnaire.Template, language string) []*Section {
	r := reading{q.Document(), language}
	out := make([]*Section, len(q.Document().Sections))
	for i := range q.Document().Sections {
		out[i] = r.section(q, &q.Document().Sections[i])
	}
	return out
}

func (r reading) section(q *questionnaire.Template, s *questionnaire.Section) *Section {
	out := &Section{
		Key: s.Key, Title: r.words(s.Title), Intro: r.words(s.Intro), ScoreType: enum.ScoreType(s.ScoreType), VisibleIf: optional.Text(s.VisibleIf),
		Panels: make([]*Panel, len(s.Panels)), Questions: make([]*Question, len(s.Questions)),
	}
	for i, p := range s.Panels {
		out.Panels[i] = &Panel{Key: p.Key, Title: r.words(p.Title), VisibleIf: optional.Text(p.VisibleIf)}
	}
	for i := range s.Questions {
		out.Questions[i] = r.question(q, &s.Questions[i])
	}
	return out
}

func (r reading) question(t *questionnaire.Template, q *questionnaire.Question) *Question {
	most, scores := t.MaxScore(q.Key)
	out := &Question{
		Key: q.Key, Panel: optional.Text(q.Panel), Type: enum.QuestionType(q.Type), Title: r.words(q.Title), Help: r.words(q.Help),
		Options: make([]*Option, len(q.Options)), VisibleIf: optional.Text(q.VisibleIf), Required: q.Required, EvidenceRequired: q.EvidenceRequired,
		ScoreType: enum.ScoreType(scores), MaxScore: int(most),
	}
	if q.Principle != "" {
		principle := enum.Requirement(q.Principle)
		out.Principle = &principle
	}
	for i, o := range q.Options {
		out.Options[i] = &Option{Value: o.Value, Title: r.words(o.Title), Weight: int(o.Weight)}
	}
	return out
}

// RuleOf is how points become a level under a template.
func RuleOf(q *questionnaire.Template) *Rule {
	rule := q.Document().Rule
	out := &Rule{MitigationSharePercent: int(rule.MitigationShare), DeductionPercent: int(rule.Deduction)}
	for _, cut := range rule.Cuts {
		out.CutPercents = append(out.CutPercents, int(cut))
	}
	return out
}

// Obligations are what levels oblige a firm to, in a language.
func Obligations(q *questionnaire.Template, language string) []*Obligation {
	r := reading{q.Document(), language}
	out := make([]*Obligation, len(q.Document().Obligations))
	for i, o := range q.Document().Obligations {
		out[i] = &Obligation{Level: enum.ImpactLevel(o.Level.String()), Key: o.Key, Text: r.words(o.Text)}
	}
	return out
}

// SignOffs are the signatures that assessments under a template need.
func SignOffs(q *questionnaire.Template) []*NeededSignOff { return Needed(q.Document().SignOffs) }

// Needed are signatures that are needed.
func Needed(all []questionnaire.SignOff) []*NeededSignOff {
	out := make([]*NeededSignOff, len(all))
	for i, s := range all {
		out[i] = &NeededSignOff{Level: enum.ImpactLevel(s.Level.String()), Capacities: []enum.Capacity{enum.Capacity(s.Capacity)}, Count: int(s.Count)}
		for _, c := range s.OrCapacities {
			out[i].Capacities = append(out[i].Capacities, enum.Capacity(c))
		}
	}
	return out
}
