package assessment

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Score is what an assessment scores, and why.
type Score struct {
	Raw, RawMax, Mitigation, MitigationMax, Current int
	Deducted                                        bool
	Level                                           *enum.ImpactLevel
	NoLevel                                         optional.Text
	ByPrinciple                                     []*PrincipleScore
	ByQuestion                                      []*ScoreLine
	DistanceToNextLevel                             *LevelDistance
	CheapestMitigation                              *CheapestMitigation
	NoCheapestMitigation                            optional.Text
	HiddenAnswers                                   []string
}

// PrincipleScore is the part of a score that belongs to a requirement.
type PrincipleScore struct {
	Principle                              enum.Requirement
	Raw, RawMax, Mitigation, MitigationMax int
}

// ScoreLine is the part of a score that a question has.
type ScoreLine struct {
	Question    string
	Answer      []string
	Total       enum.ScoreType
	Points, Max int
	Visible     bool
}

// LevelDistance is how far the other levels are, in points of the current score.
type LevelDistance struct{ Up, Down *int }

// CheapestMitigation are the fewest answers that lower the level.
type CheapestMitigation struct {
	Steps   []*MitigationStep
	Current int
	Level   *enum.ImpactLevel
}

// MitigationStep is one of these answers.
type MitigationStep struct {
	Question string
	Answer   []string
	Gain     int
}

// Scores gives what assessments score.
func (s *Service) Scores(ctx context.Context, rows []*db.Assessment) ([]*Score, error) {
	out := make([]*Score, len(rows))
	err := s.sets(ctx, rows, func(i int, t *questionnaire.Template, set *questionnaire.Set) { out[i] = scoreOf(t, set) })
	return out, err
}

func scoreOf(t *questionnaire.Template, set *questionnaire.Set) *Score {
	s := t.Score(set)
	out := &Score{
		Raw: int(s.Raw), RawMax: int(s.RawMax), Mitigation: int(s.Mitigation), MitigationMax: int(s.MitigationMax), Current: int(s.Current),
		Deducted: s.Deducted, Level: levelOf(s.Level), NoLevel: optional.Text(s.NoLevel),
		DistanceToNextLevel:  &LevelDistance{Up: points(s.Distance.Up), Down: points(s.Distance.Down)},
		NoCheapestMitigation: optional.Text(s.NoCheapest), HiddenAnswers: append([]string{}, s.HiddenAnswers...),
		ByPrinciple: make([]*PrincipleScore, len(s.ByPrinciple)), ByQuestion: make([]*ScoreLine, len(s.ByQuestion)),
	}
	for i, p := range s.ByPrinciple {
		out.ByPrinciple[i] = &PrincipleScore{enum.Requirement(p.Principle), int(p.Raw), int(p.RawMax), int(p.Mitigation), int(p.MitigationMax)}
	}
	for i, l := range s.ByQuestion {
		out.ByQuestion[i] = &ScoreLine{l.Question, append([]string{}, l.Answer...), enum.ScoreType(l.Total), int(l.Points), int(l.Max), l.Visible}
	}
	if s.Cheapest != nil {
		out.CheapestMitigation = &CheapestMitigation{Current: int(s.Cheapest.After.Current), Level: levelOf(s.Cheapest.After.Level)}
		for _, step := range s.Cheapest.Steps {
			out.CheapestMitigation.Steps = append(out.CheapestMitigation.Steps, &MitigationStep{step.Question, step.Answer, int(step.Gain)})
		}
	}
	return out
}

func levelOf(l questionnaire.Level) *enum.ImpactLevel {
	if l == 0 {
		return nil
	}
	word := enum.ImpactLevel(l.String())
	return &word
}

func points(n *int64) *int {
	if n == nil {
		return nil
	}
	p := int(*n)
	return &p
}
