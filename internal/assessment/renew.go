package assessment

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/assessment"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Renew makes a published assessment anew, as a draft with the same answers, of its subject as it is now, and under another version of
// its template if one is named. What the template has no place for is kept apart. The published one stays until the new one takes its
// place.
func (s *Service) Renew(ctx context.Context, id uuid.UUID, template *uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.RenewAssessment, id, expected, "assessment.renewed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		if err := s.unrenewed(ctx, tx, id); err != nil {
			return nil, err
		}
		under := p.TemplateID
		if template != nil {
			under = *template
		}
		t, err := s.inUse(ctx, tx, under)
		if err != nil {
			return nil, err
		}
		return s.again(ctx, tx, p, under, t)
	})
}

// unrenewed refuses to make an assessment anew twice at a time.
func (s *Service) unrenewed(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	found := false
	const text = "SELECT 1 FROM assessments WHERE previous_id = ? AND state <> 'WITHDRAWN'"
	err := s.store.QueryTx(ctx, tx, text, []any{id}, func(*sql.Rows) error { found = true; return nil })
	switch {
	case err != nil:
		return fmt.Errorf("look for a newer assessment: %w", err)
	case found:
		return fault.InvalidField("id", enum.UserErrorCodeInProgress, "it is being made anew already: go on with that, or withdraw it")
	}
	return nil
}

// again writes the new draft.
func (s *Service) again(ctx context.Context, tx *db.Tx, p placed, under uuid.UUID, t *questionnaire.Template) (*db.Assessment, error) {
	saved, err := s.answersIn(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	given, notes := questionnaire.Answers{}, map[string]string{}
	for _, a := range saved {
		if a.Value != nil {
			given[a.Question] = a.Value.Value
		}
		notes[a.Question] = string(a.Note)
	}
	fits, kept := t.Import(given)
	apart, err := apartOf(kept)
	if err != nil {
		return nil, err
	}
	text, totals, err := inShort(t, fits)
	if err != nil {
		return nil, err
	}
	// Evidence goes with the answers that it belongs to.
	evidenced := slices.DeleteFunc(slices.Clone(p.Evidenced), func(key string) bool { _, there := fits[key]; return !there && notes[key] == "" })
	evidenced = slices.DeleteFunc(evidenced, func(key string) bool { return t.Question(key) == nil })
	redactions, err := s.stillThere(ctx, tx, t, p.Assessment)
	if err != nil {
		return nil, err
	}
	withheld, err := json.Marshal(redactions)
	if err != nil {
		return nil, fmt.Errorf("write redactions: %w", err)
	}
	now := s.clock.Now()
	create := tx.Assessment.Create().SetTemplateID(under).SetSubjectType(p.SubjectType).SetSubjectID(p.SubjectID).SetSubjectVersion(*p.subject.Version).
		SetFirmID(p.FirmID).SetMemberID(policy.ActorFrom(ctx).Member).SetTitle(p.Title).SetUnplaced(apart).SetGiven(text).
		SetScore(int(totals.Current)).SetPreviousID(p.ID).SetRedactions(withheld).SetEvidenced(evidenced).SetCreatedAt(now).SetUpdatedAt(now)
	if totals.Level > 0 {
		create.SetLevel(int(totals.Level))
	}
	row, err := create.Save(ctx)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, key := range t.Keys() {
		v, answered := fits[key]
		switch {
		case answered:
			changes = append(changes, Change{Question: key, Value: &v, Note: notes[key]})
		case notes[key] != "":
			changes = append(changes, Change{Question: key, Note: notes[key]})
		}
	}
	if err := s.insert(ctx, tx, row, changes); err != nil {
		return nil, err
	}
	if err := s.risks.Copy(ctx, tx, p.ID, row.ID); err != nil {
		return nil, err
	}
	if len(evidenced) > 0 {
		if err := s.files.Copy(ctx, tx, p.ID, row.ID, evidenced); err != nil {
			return nil, err
		}
	}
	return row, s.withhold(ctx, tx, row.ID, redactions)
}

// apartOf writes the answers that a template has no place for.
func apartOf(kept []questionnaire.Kept) (json.RawMessage, error) {
	unplaced := make([]*Unplaced, len(kept))
	for i, k := range kept {
		unplaced[i] = &Unplaced{Question: k.Question, Value: &Value{k.Value}, Why: k.Why}
	}
	text, err := json.Marshal(unplaced)
	if err != nil {
		return nil, fmt.Errorf("write the answers that have no place: %w", err)
	}
	return text, nil
}

// stillThere are the redactions of an assessment of which the one that is made anew under a template has the parts.
func (s *Service) stillThere(ctx context.Context, tx *db.Tx, t *questionnaire.Template, row *db.Assessment) ([]Redaction, error) {
	all, err := redactionsOf(row)
	if err != nil {
		return nil, err
	}
	there, err := s.parts(ctx, tx, row.ID, t)
	left := []Redaction{}
	for _, r := range all {
		if _, why := there.unredactable(r.Path); why == "" {
			left = append(left, r)
		}
	}
	return left, err
}

// supersede says of a published assessment that a newer one has taken its place.
func (s *Service) supersede(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error {
	row, err := tx.Assessment.Query().Where(assessment.ID(id), s.store.ForUpdate).Only(ctx)
	if err != nil {
		return fmt.Errorf("load the assessment before: %w", err)
	}
	if row.State != enum.ImpactAssessmentStatePublished && row.State != enum.ImpactAssessmentStateOutdated {
		return nil // revoked
	}
	if _, err := s.store.Exec(ctx, tx, "UPDATE stalenesses SET resolved_at = ? WHERE assessment_id = ? AND resolved_at IS NULL", now, id); err != nil {
		return fmt.Errorf("resolve why it was out of date: %w", err)
	}
	if err := s.filings.Ended(ctx, tx, id, enum.ImpactAssessmentStateSuperseded); err != nil {
		return err
	}
	return s.byServer(ctx, tx, row.Update().SetState(enum.ImpactAssessmentStateSuperseded), policy.SupersedeAssessment, row, "assessment.superseded")
}

// byServer is what the server does with an assessment beside a use case, with an act of its own.
func (s *Service) byServer(ctx context.Context, tx *db.Tx, update *db.AssessmentUpdateOne, action policy.Action, row *db.Assessment, typ string) error {
	actor := policy.SystemActor("assessments")
	p := placed{Assessment: row, hands: new(hands)}
	if err := policy.Check(policy.WithActor(ctx, actor), action, s.Subject(actor, p)); err != nil {
		return err
	}
	changed, err := s.revised(update).Save(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	p.Assessment = changed
	if _, err := s.log.Append(ctx, tx, actor, entry(typ, p)); err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	return nil
}
