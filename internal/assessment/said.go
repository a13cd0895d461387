package assessment

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/localized"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// memberOf names a member to the firm alone.
func memberOf(r report.Reader, id *uuid.UUID) string {
	if !r.Own || id == nil || *id == uuid.Nil {
		return ""
	}
	return typeid.New(string(policy.Member), *id).String()
}

// Says is what a version of an assessment says, as far as a reader is given it: what a report has of it that never changes. It is nil
// where there is no such version. The caller has seen to who may read it.
func (s *Service) Says(ctx context.Context, row *db.Assessment, number int, r report.Reader) (*report.Assessment, error) {
	f, err := s.Frozen(ctx, row, number, r.Whole)
	if err != nil || f == nil {
		return nil, err
	}
	if !r.Brief {
		if f.answers, err = s.answersUntil(ctx, row.ID, number); err != nil {
			return nil, err
		}
		if f.files, err = s.filesAt(ctx, row.ID, number); err != nil {
			return nil, err
		}
	}
	form, err := f.Form(r.Language)
	if err != nil {
		return nil, err
	}
	set, err := f.Set()
	if err != nil {
		return nil, err
	}
	out := &report.Assessment{
		Title: f.Document.Title.Words, Phase: enum.AssessmentPhase(f.Template.Phase(set)), Template: templateRef(f, r.Language), Version: f.Version.Number,
		ContentHash: f.Version.ContentHash, Progress: report.Progress{Required: form.Progress.Required, Answered: form.Progress.Answered, EvidenceMissing: form.Progress.EvidenceMissing},
		Score: scored(form, f.Template), Unplaced: []report.Unplaced{}, MissingToPublish: []report.Missing{},
	}
	if level := form.Score.Level; level != nil {
		out.Level = *level
	}
	for _, o := range localized.Obligations(f.Template, r.Language) {
		out.Obligations = append(out.Obligations, report.Obligation{Level: o.Level, Key: o.Key, Text: *inWords(o.Text), Applies: out.Level != "" && !above(o.Level, out.Level)})
	}
	for _, n := range localized.Needed(f.Template.SignOffs(questionnaire.Level(len(heights[out.Level])))) {
		out.SignOffsNeeded = append(out.SignOffsNeeded, report.NeededSignOff{Level: n.Level, Capacities: n.Capacities, Count: n.Count})
	}
	for _, one := range f.Document.Redactions {
		out.Redactions = append(out.Redactions, report.Redaction{Path: one.Path, Reason: one.Reason})
	}
	if r.Brief {
		out.Score = report.Score{Current: out.Score.Current, RawMax: out.Score.RawMax}
	} else if out.Sections, err = f.sections(form, r); err != nil {
		return nil, err
	}
	out.Risks, err = f.reported(r)
	return out, err
}

// reported are the risks of a version, without what became of them since.
func (f *Frozen) reported(r report.Reader) ([]report.Risk, error) {
	all, withheld, err := f.Risks()
	var out []report.Risk
	for _, said := range all {
		hidden := withheld.Of(said.Number)
		c := contentOf(said, hidden)
		one := report.Risk{
			Number: said.Number, Title: string(c.Title), Description: string(c.Description), Withheld: hidden.Parts, Treatment: said.Treatment, State: enum.RiskStatePresent,
			Inherent: report.Grade{Likelihood: said.Likelihood, Severity: said.Severity},
		}
		if said.Reversibility != nil {
			one.Reversibility = *said.Reversibility
		}
		if said.Scope != nil {
			one.Scope = *said.Scope
		}
		for i, m := range c.Mitigations {
			one.Mitigations = append(one.Mitigations, report.Mitigation{
				Number: m.Number, Title: string(m.Title), Description: string(m.Description), DueAt: m.Due, Withheld: m.Withheld, Owner: memberOf(r, owner(said, i)),
				LowersLikelihood: m.LowersLikelihood, LowersSeverity: m.LowersSeverity, State: m.State,
			})
		}
		out = append(out, one)
	}
	return out, err
}

func owner(said hazard.Risk, i int) *uuid.UUID { return said.Mitigations[i].Owner }

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func above(a, b enum.ImpactLevel) bool { return len(heights[a]) > len(heights[b]) }

// heights are as long as they are high.
var heights = map[enum.ImpactLevel]string{enum.ImpactLevelI: "x", enum.ImpactLevelIi: "xx", enum.ImpactLevelIii: "xxx", enum.ImpactLevelIv: "xxxx"}

func templateRef(f *Frozen, language string) report.TemplateRef {
	d := f.Template.Document()
	return report.TemplateRef{
		ID: typeid.New(string(policy.Template), f.Under).String(), Reference: f.Reference, Title: *inWords(localized.Title(f.Template, language)),
		ContentHash: f.Template.Hash(), Source: d.Source, Licence: d.Licence,
	}
}

func inWords(w *localized.Words) *report.Text {
	if w == nil {
		return nil
	}
	return &report.Text{Text: w.Text, Language: w.Language}
}

func scored(f *Form, t *questionnaire.Template) report.Score {
	s, rule := f.Score, localized.RuleOf(t)
	titles := map[string]*report.Text{}
	for _, section := range f.Sections {
		for _, q := range section.Questions {
			titles[q.Question.Key] = inWords(q.Question.Title)
		}
	}
	out := report.Score{
		Raw: s.Raw, RawMax: s.RawMax, Mitigation: s.Mitigation, MitigationMax: s.MitigationMax, Deducted: s.Deducted, Current: s.Current,
		NoLevel: string(s.NoLevel), NoCheapest: string(s.NoCheapestMitigation), HiddenAnswers: s.HiddenAnswers,
	}
	if s.Level != nil {
		out.Level = *s.Level
	}
	if rule != nil {
		out.MitigationSharePercent, out.DeductionPercent, out.CutPercents = rule.MitigationSharePercent, rule.DeductionPercent, rule.CutPercents
	}
	if d := s.DistanceToNextLevel; d != nil {
		out.Up, out.Down = d.Up, d.Down
	}
	if c := s.CheapestMitigation; c != nil {
		out.Cheapest = &report.Cheapest{Current: c.Current}
		if c.Level != nil {
			out.Cheapest.Level = *c.Level
		}
		for _, step := range c.Steps {
			one := report.MitigationStep{Question: step.Question, Answer: step.Answer, Gain: step.Gain}
			if title := titles[step.Question]; title != nil {
				one.Title = *title
			}
			out.Cheapest.Steps = append(out.Cheapest.Steps, one)
		}
	}
	for _, x := range s.ByPrinciple {
		out.ByPrinciple = append(out.ByPrinciple, report.PrincipleScore{
			Principle: x.Principle, Raw: x.Raw, RawMax: x.RawMax, Mitigation: x.Mitigation, MitigationMax: x.MitigationMax,
		})
	}
	for _, l := range s.ByQuestion {
		out.ByQuestion = append(out.ByQuestion, report.ScoreLine{Question: l.Question, Answer: l.Answer, Total: l.Total, Points: l.Points, Max: l.Max, Visible: l.Visible})
	}
	return out
}

// sections are those of the form, with the answers that the audience is given.
func (f *Frozen) sections(form *Form, r report.Reader) ([]report.Section, error) {
	var out []report.Section
	var err error
	for _, s := range form.Sections {
		section := report.Section{
			Key: s.Section.Key, Title: *inWords(s.Section.Title), Intro: inWords(s.Section.Intro), ScoreType: s.Section.ScoreType,
			VisibleIf: string(s.Section.VisibleIf), Visible: s.Visible,
		}
		panels := map[string]*report.Text{}
		for _, panel := range s.Section.Panels {
			panels[panel.Key] = inWords(panel.Title)
		}
		for _, q := range s.Questions {
			l := q.Question
			one := report.Question{
				Key: l.Key, Title: *inWords(l.Title), Help: inWords(l.Help), Panel: panels[string(l.Panel)], Type: l.Type, VisibleIf: string(l.VisibleIf),
				Visible: q.Visible, WhyHidden: string(q.WhyHidden), Required: l.Required, EvidenceRequired: l.EvidenceRequired, ScoreType: l.ScoreType, MaxScore: l.MaxScore,
			}
			if l.Principle != nil {
				one.Principle = *l.Principle
			}
			if one.Answer, err = f.answer(q, r); err != nil {
				return nil, err
			}
			section.Questions = append(section.Questions, one)
		}
		out = append(out, section)
	}
	return out, nil
}

func (f *Frozen) answer(q *FormQuestion, r report.Reader) (*report.Answer, error) {
	evidence, err := f.Evidence(q.Question.Key)
	if err != nil || q.Answer == nil && len(evidence) == 0 {
		return nil, err
	}
	out := &report.Answer{}
	if from := q.Answer; from != nil {
		out = &report.Answer{
			Note: string(from.Note), Withheld: from.Withheld, Author: memberOf(r, &from.Author), Revision: from.Revision, AnsweredAt: from.AnsweredAt.UTC(),
		}
		if from.Value != nil {
			out.Value = valueOf(from.Value.Value, titlesOf(q.Question))
		}
	}
	for _, e := range evidence {
		file := report.File{Name: e.Name, MediaType: e.MediaType, Bytes: report.Whole(e.Bytes), SHA256: e.SHA256}
		if id, ok := f.files[q.Question.Key+" "+e.SHA256+" "+e.Name]; ok {
			file.ID = typeid.New(string(policy.File), id).String()
		}
		out.Evidence = append(out.Evidence, file)
	}
	return out, nil
}

// files are the ids of the files that the reported version has, by question, hash and name.
func (s *Service) filesAt(ctx context.Context, id uuid.UUID, number int) (map[string]uuid.UUID, error) {
	out := map[string]uuid.UUID{}
	const text = "SELECT id, part, sha256, name FROM files WHERE subject_id = ? AND from_version <= ? AND (until_version = 0 OR until_version > ?) ORDER BY id"
	err := s.store.Query(ctx, text, []any{id, number, number}, func(r *sql.Rows) error {
		var file uuid.UUID
		var part, sum, name string
		err := r.Scan(&file, &part, &sum, &name)
		out[part+" "+sum+" "+name] = file
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the files of a version: %w", err)
	}
	return out, nil
}

func titlesOf(q *localized.Question) map[string]*localized.Words {
	all := map[string]*localized.Words{}
	for _, o := range q.Options {
		all[o.Value] = o.Title
	}
	return all
}

func valueOf(v questionnaire.Value, titles map[string]*localized.Words) *report.Value {
	out := &report.Value{Text: textOf(v.Text), Boolean: v.Boolean, Date: textOf(v.Date)}
	if v.Number != nil {
		n := report.Whole(*v.Number)
		out.Number = &n
	}
	for _, key := range v.Choices {
		choice := report.Choice{Key: key, Title: report.Text{Text: key}}
		if title := titles[key]; title != nil {
			choice.Title = *inWords(title)
		}
		out.Choices = append(out.Choices, choice)
	}
	return out
}
