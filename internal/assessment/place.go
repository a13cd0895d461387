package assessment

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Place loads an assessment as a place inside a use case, and locks it.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	now := s.clock.Now()
	if p.State == enum.ImpactAssessmentStateInConsultation && p.ConsultationUntil != nil {
		if now, err = s.store.Now(ctx, tx); err != nil {
			return access.Place{}, err
		}
	}
	return s.placeAt(policy.ActorFrom(ctx), p, now), nil
}

// Places reads assessments, which are visible already, as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	firms := make([]uuid.UUID, 0, len(rows))
	for _, row := range rows {
		firms = append(firms, row.FirmID)
	}
	near, err := s.near(ctx, s.store.Query, firms)
	places := make(map[uuid.UUID]access.Place, len(rows))
	for id, row := range rows {
		places[id] = s.placeOf(policy.ActorFrom(ctx), placed{
			Assessment: row, subject: access.Place{Facts: policy.These(policy.InSight)}, near: near[row.FirmID], hands: new(hands),
		})
	}
	return places, err
}

// InVisible asks for a column to name an assessment that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return s.Noun.InVisible(a, column)
}

// Asks tells whether an assessment, which was loaded, asks a question.
func (s *Service) Asks(ctx context.Context, tx *db.Tx, id uuid.UUID, question string) (bool, error) {
	row, err := tx.Assessment.Get(ctx, id)
	if err != nil {
		return false, fmt.Errorf("load the assessment again: %w", err)
	}
	t, err := s.templates.Questions(ctx, tx, row.TemplateID)
	return err == nil && t.Question(question) != nil, err
}

// Text is empty: an assessment has no text to quote from.
func (s *Service) Text(context.Context, *db.Tx, uuid.UUID) (string, error) { return "", nil }

// Version is missing: comments do not quote versions of assessments.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

// placeOf is an assessment as a place for comments and opinions. Everybody sees it from the first consultation on, but for what is
// being written.
func (s *Service) placeOf(a policy.Actor, p placed) access.Place {
	return s.placeAt(a, p, s.clock.Now())
}

// placeAt is placeOf at a time: that of the database, where it decides whether an opinion is still taken.
func (s *Service) placeAt(a policy.Actor, p placed, now time.Time) access.Place {
	at := access.Place{Party: p.FirmID, Facts: access.Outside(a).With(p.standing(a)), Version: &p.Version}
	if !p.shown() {
		at.Facts.Remove(policy.Shown)
	}
	if p.State == enum.ImpactAssessmentStateInConsultation && (p.ConsultationUntil == nil || now.Before(*p.ConsultationUntil)) {
		at.Facts.Add(policy.Consulting)
	}
	if a.Stakeholder != uuid.Nil && a.Stakeholder == p.FirmID {
		at.Facts = at.Facts.With(policy.These(policy.Own, policy.Assessed))
	}
	if s.Reads(a, p) {
		at.Facts.Add(policy.InSight)
	}
	if s.readsWhole(a, p) {
		at.Facts.Add(policy.Whole)
	}
	return at
}

// shown tells whether everybody sees an assessment, if they see what it is of.
func (p placed) shown() bool {
	return policy.Decide(policy.Anonymous, policy.ReadAssessment, policy.Subject{
		Resource: policy.Assessment, State: string(p.State), Facts: policy.These(policy.InSight),
	}).Allowed
}

// Content is what an assessment that was loaded says now, for those it is filed with: the version, its hash, and its template.
func (s *Service) Content(ctx context.Context, tx *db.Tx, id uuid.UUID) (version int, hash string, template uuid.UUID, err error) {
	row, err := tx.Assessment.Get(ctx, id)
	if err != nil {
		return 0, "", uuid.Nil, fmt.Errorf("load the assessment again: %w", err)
	}
	if row.ContentHash != nil {
		hash = *row.ContentHash
	}
	return row.Version, hash, row.TemplateID, nil
}
