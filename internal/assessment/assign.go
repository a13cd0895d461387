package assessment

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

// The parts of an assessment that can be assigned are the sections of its template, and the work on them is to answer.

// HasPart tells whether the template of an assessment has a section with this key.
func (s *Service) HasPart(ctx context.Context, tx *db.Tx, id uuid.UUID, part string) (bool, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(p.template.Document().Sections, func(sec questionnaire.Section) bool { return sec.Key == part }), nil
}

// CouldWork gives the policy's decision on answering an assessment, for whoever is to do it.
func (s *Service) CouldWork(ctx context.Context, tx *db.Tx, id uuid.UUID, _ string, who policy.Actor) (policy.Decision, error) {
	p, err := s.fetch(policy.WithActor(ctx, who), tx, id)
	if err != nil {
		return policy.Decision{}, err
	}
	return policy.Decide(who, policy.AnswerAssessment, s.Subject(who, p)), nil
}
