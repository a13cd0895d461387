package assessment

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/localized"
	"github.com/plenary-dialogue/plenary/internal/report"
)

// SaysBetween is what changed from a version of an assessment to one of the same or another, as far as a reader is given both; nil where
// one of them is not there.
func (s *Service) SaysBetween(ctx context.Context, from *db.Assessment, a int, to *db.Assessment, b int, wholeFrom, wholeTo bool, language string) (*report.Diff, error) {
	x, err := s.Frozen(ctx, from, a, wholeFrom)
	if err != nil || x == nil {
		return nil, err
	}
	y, err := s.Frozen(ctx, to, b, wholeTo)
	if err != nil || y == nil {
		return nil, err
	}
	found, err := between(x.side(), y.side())
	if err != nil {
		return nil, err
	}
	titles := titlesFor(language, x, y)
	out := &report.Diff{TemplateFrom: templateRef(x, language), TemplateTo: templateRef(y, language), Score: reportedScore(found.Score)}
	named := func(keys []string) []report.QuestionRef {
		var all []report.QuestionRef
		for _, key := range keys {
			all = append(all, report.QuestionRef{Question: key, Title: titles.of(key)})
		}
		return all
	}
	out.QuestionsAdded, out.QuestionsRemoved = named(found.Added), named(found.Removed)
	for _, q := range found.Changed {
		out.QuestionsChanged = append(out.QuestionsChanged, report.QuestionDiff{Question: q.Question, Title: titles.of(q.Question), Aspects: q.Aspects})
	}
	for _, a := range found.Answers {
		one := report.AnswerDiff{
			Question: a.Question, Title: titles.of(a.Question), NoteFrom: string(a.NoteFrom), NoteTo: string(a.NoteTo), EvidenceChanged: a.EvidenceChanged,
		}
		if a.From != nil {
			one.From = valueOf(a.From.Value, titles.options[a.Question])
		}
		if a.To != nil {
			one.To = valueOf(a.To.Value, titles.options[a.Question])
		}
		out.Answers = append(out.Answers, one)
	}
	for _, r := range found.Risks {
		out.Risks = append(out.Risks, report.RiskDiff{Number: r.Number, From: reportedRisk(r.From), To: reportedRisk(r.To)})
	}
	return out, nil
}

// wording is what questions and their options are called.
type wording struct {
	questions map[string]report.Text
	options   map[string]map[string]*localized.Words
}

// titlesFor takes the words of the later template where both have some.
func titlesFor(language string, versions ...*Frozen) wording {
	w := wording{map[string]report.Text{}, map[string]map[string]*localized.Words{}}
	for _, v := range versions {
		for _, s := range localized.Sections(v.Template, language) {
			for _, q := range s.Questions {
				w.questions[q.Key] = *inWords(q.Title)
				if w.options[q.Key] == nil {
					w.options[q.Key] = map[string]*localized.Words{}
				}
				for _, o := range q.Options {
					w.options[q.Key][o.Value] = o.Title
				}
			}
		}
	}
	return w
}

func (w wording) of(key string) report.Text { return w.questions[key] }

func reportedScore(s *ScoreDiff) report.ScoreDiff {
	out := report.ScoreDiff{
		RawFrom: s.RawFrom, RawTo: s.RawTo, MitigationFrom: s.MitigationFrom, MitigationTo: s.MitigationTo, DeductionFrom: s.DeductionFrom,
		DeductionTo: s.DeductionTo, CurrentFrom: s.CurrentFrom, CurrentTo: s.CurrentTo, LevelFrom: or(s.LevelFrom), LevelTo: or(s.LevelTo),
	}
	for _, l := range s.Lines {
		out.Lines = append(out.Lines, report.PointDiff{
			Question: l.Question, Total: l.Total, From: l.From, To: l.To, MaxFrom: l.MaxFrom, MaxTo: l.MaxTo, ByTemplate: l.ByTemplate, ByAnswers: l.ByAnswers, Causes: l.Causes,
		})
	}
	return out
}

// or is what a pointer points to, or nothing.
func or[T any](v *T) (none T) {
	if v == nil {
		return none
	}
	return *v
}

func reportedRisk(c *RiskContent) *report.RiskContent {
	if c == nil {
		return nil
	}
	out := &report.RiskContent{
		Title: string(c.Title), Description: string(c.Description), Likelihood: c.Likelihood, Severity: c.Severity, Reversibility: or(c.Reversibility),
		Scope: or(c.Scope), Treatment: c.Treatment, Withheld: c.Withheld,
	}
	for _, m := range c.Mitigations {
		out.Mitigations = append(out.Mitigations, report.MitigationContent{
			Number: m.Number, Title: string(m.Title), Description: string(m.Description), DueAt: m.Due, LowersLikelihood: m.LowersLikelihood,
			LowersSeverity: m.LowersSeverity, State: m.State, Withheld: m.Withheld,
		})
	}
	return out
}
