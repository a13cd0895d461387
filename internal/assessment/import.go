package assessment

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// brought is an assessment from elsewhere.
type brought struct {
	title    string
	template uuid.UUID
	answers  questionnaire.Answers // in their usual form
	notes    map[string]string     // by question
	kept     []questionnaire.Kept  // what the template has no place for
}

// bring writes one assessment and its answers.
func (s *Service) bring(ctx context.Context, tx *db.Tx, of Subject, p placed, one brought) (placed, error) {
	w, err := Words{Title: one.title}.Check()
	if err != nil {
		return p, err
	}
	if p.template, err = s.inUse(ctx, tx, one.template); err != nil {
		return p, err
	}
	apart, err := apartOf(one.kept)
	if err != nil {
		return p, err
	}
	given, totals, err := inShort(p.template, one.answers)
	if err != nil {
		return p, err
	}
	now := s.clock.Now()
	create := tx.Assessment.Create().SetTemplateID(one.template).SetSubjectType(policy.SubjectType(of.Type)).SetSubjectID(of.ID).SetSubjectVersion(*p.subject.Version).
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
		if v, ok := one.answers[key]; ok {
			changes = append(changes, Change{Question: key, Value: &v, Note: one.notes[key]})
		}
	}
	return p, s.insert(ctx, tx, p.Assessment, changes)
}

// summary says in a line what an assessment scores.
func (s *Service) summary(ctx context.Context, row *db.Assessment) (string, error) {
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
