package assessment

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/assessmentversion"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Withdraw ends an assessment that is not approved. Where everybody was consulted before, that version is what everybody sees
// withdrawn: what was changed since is undone.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.WithdrawAssessment, id, expected, "assessment.withdrawn", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		update := s.revised(p.Update().SetState(enum.ImpactAssessmentStateWithdrawn).SetStateReason(optional.Text(reason)).ClearConsultationUntil())
		if p.OpenedAt != nil && p.ContentHash == nil {
			if err := s.restore(ctx, tx, p, update); err != nil {
				return nil, err
			}
		}
		return update.Save(ctx)
	})
}

// restore puts the newest version that was kept in the place of the one that is being written.
func (s *Service) restore(ctx context.Context, tx *db.Tx, p placed, update *db.AssessmentUpdateOne) error {
	kept, err := tx.AssessmentVersion.Query().Where(assessmentversion.AssessmentID(p.ID)).Order(db.Desc(assessmentversion.FieldNumber)).First(ctx)
	if err != nil {
		return fmt.Errorf("read the version before: %w", err)
	}
	var doc Document
	if err := json.Unmarshal([]byte(kept.Document), &doc); err != nil {
		return fmt.Errorf("read version %d: %w", kept.Number, err)
	}
	risks, err := doc.risks()
	if err != nil {
		return err
	}
	if err := s.risks.Restore(ctx, tx, p.ID, risks); err != nil {
		return err
	}
	present, err := doc.answers()
	if err != nil {
		return err
	}
	given, totals, err := inShort(p.template, present)
	if err != nil {
		return err
	}
	if err := s.files.Restore(ctx, tx, p.ID, kept.Number); err != nil {
		return err
	}
	if err := s.latestAt(ctx, tx, p.ID, kept); err != nil {
		return err
	}
	redactions, err := json.Marshal(doc.Redactions)
	if err != nil {
		return fmt.Errorf("write redactions: %w", err)
	}
	if err := s.withhold(ctx, tx, p.ID, doc.Redactions); err != nil {
		return err
	}
	update.SetTitle(doc.Title.Words).SetRedactions(redactions).SetGiven(given).SetEvidenced(doc.evidenced()).SetScore(int(totals.Current)).ClearLevel().
		SetVersion(kept.Number).SetContentHash(kept.ContentHash)
	if totals.Level > 0 {
		update.SetLevel(int(totals.Level))
	}
	return nil
}

// latestAt makes the answers present again that a version was kept with.
func (s *Service) latestAt(ctx context.Context, tx *db.Tx, id uuid.UUID, kept *db.AssessmentVersion) error {
	const then = `UPDATE answers SET latest = true WHERE assessment_id = ? AND version <= ? AND NOT EXISTS (SELECT 1 FROM answers n
		WHERE n.assessment_id = answers.assessment_id AND n.question = answers.question AND n.revision > answers.revision AND n.version <= ?)`
	if _, err := s.store.Exec(ctx, tx, "UPDATE answers SET latest = false WHERE assessment_id = ?", id); err != nil {
		return fmt.Errorf("set answers aside: %w", err)
	}
	if _, err := s.store.Exec(ctx, tx, then, id, kept.Number, kept.Number); err != nil {
		return fmt.Errorf("put answers back: %w", err)
	}
	return nil
}

// answers are the values of a document.
func (d *Document) answers() (questionnaire.Answers, error) {
	all := questionnaire.Answers{}
	for _, a := range d.Answers {
		switch {
		case a.Open != nil:
			all[a.Question] = *a.Open
		case a.Sealed != nil:
			var v questionnaire.Value
			if err := json.Unmarshal([]byte(a.Sealed.Words), &v); err != nil {
				return nil, fmt.Errorf("read the answer to %s: %w", a.Question, err)
			}
			all[a.Question] = v
		}
	}
	return all, nil
}

// evidenced are the questions of a document with evidence.
func (d *Document) evidenced() []string {
	keys := []string{}
	for _, a := range d.Answers {
		if len(a.Evidence) > 0 {
			keys = append(keys, a.Question)
		}
	}
	return keys
}

func words(s *Sealed) string {
	if s == nil {
		return ""
	}
	return s.Words
}
