package assessment

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Brought is an assessment from elsewhere.
type Brought struct {
	Title    string
	Template uuid.UUID
	Answers  questionnaire.Answers // in their usual form
	Kept     []questionnaire.Kept  // what the template has no place for
}

// Appender queues acts inside a transaction.
type Appender interface {
	Append(ctx context.Context, tx *db.Tx, actor policy.Actor, entries ...act.Entry) ([]act.Result, error)
}

// Import keeps assessments of one thing as drafts of its firm: all of them or none. It is for the operator alone.
func (s *Service) Import(ctx context.Context, l Appender, of Subject, all []Brought) ([]*db.Assessment, error) {
	ctx = policy.WithActor(ctx, policy.SystemActor("import"))
	var rows []*db.Assessment
	err := s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows = rows[:0]
		at, err := s.place(ctx, tx, of)
		if err != nil {
			return fmt.Errorf("load what is assessed: %w", err)
		}
		if err := policy.Check(ctx, policy.ImportAssessment, policy.Subject{Resource: policy.Assessment, Facts: at.Facts}); err != nil {
			return err
		}
		for i, one := range all {
			p, err := s.bring(ctx, tx, of, placed{subject: at, hands: new(hands)}, one)
			if err != nil {
				return fmt.Errorf("assessment %d: %w", i+1, err)
			}
			if _, err := l.Append(ctx, tx, policy.ActorFrom(ctx), entry("assessment.imported", p)); err != nil {
				return err
			}
			rows = append(rows, p.Assessment)
		}
		return nil
	})
	return rows, err
}

// bring writes one assessment and its answers.
func (s *Service) bring(ctx context.Context, tx *db.Tx, of Subject, p placed, one Brought) (placed, error) {
	w, err := Words{Title: one.Title}.Check()
	if err != nil {
		return p, err
	}
	if p.template, err = s.inUse(ctx, tx, one.Template); err != nil {
		return p, err
	}
	apart, err := apartOf(one.Kept)
	if err != nil {
		return p, err
	}
	given, totals, err := inShort(p.template, one.Answers)
	if err != nil {
		return p, err
	}
	now := s.clock.Now()
	create := tx.Assessment.Create().SetTemplateID(one.Template).SetSubjectType(policy.SubjectType(of.Type)).SetSubjectID(of.ID).SetSubjectVersion(*p.subject.Version).
		SetFirmID(p.subject.Party).SetMemberID(policy.ActorFrom(ctx).Member).SetTitle(w.Title).SetUnplaced(apart).
		SetGiven(given).SetScore(int(totals.Current)).SetCreatedAt(now).SetUpdatedAt(now)
	if totals.Level > 0 {
		create.SetLevel(int(totals.Level))
	}
	if p.Assessment, err = create.Save(ctx); err != nil {
		return p, err
	}
	var changes []Change
	for _, key := range p.template.Keys() {
		if v, ok := one.Answers[key]; ok {
			changes = append(changes, Change{Question: key, Value: &v})
		}
	}
	return p, s.insert(ctx, tx, p.Assessment, changes)
}

// Summary says in a line what an assessment scores.
func (s *Service) Summary(ctx context.Context, row *db.Assessment) (string, error) {
	scores, err := s.Scores(ctx, []*db.Assessment{row})
	if err != nil {
		return "", err
	}
	unplaced, err := unplacedOf(row)
	if err != nil {
		return "", err
	}
	score, level := scores[0], enum.ImpactLevel("none")
	if score.Level != nil {
		level = *score.Level
	}
	return fmt.Sprintf("raw %d of %d, mitigation %d of %d, current %d, level %s; %d answers without a place", score.Raw, score.RawMax, score.Mitigation,
		score.MitigationMax, score.Current, level, len(unplaced)), nil
}
