package assessment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/assessment"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Stale is why an assessment is out of date.
type Stale struct {
	Cause   enum.StaleCauseKind
	Because string // a sentence
	Link    *Subject
}

// MarkStale says why a published assessment is out of date, inside a use case of whatever caused it. What was said already, or is about
// an assessment that is not published, changes nothing.
func (s *Service) MarkStale(ctx context.Context, tx *db.Tx, id uuid.UUID, why Stale) error {
	row, err := tx.Assessment.Query().Where(assessment.ID(id), s.store.ForUpdate).Only(ctx)
	if err != nil {
		return fmt.Errorf("load the assessment: %w", err)
	}
	if row.State != enum.ImpactAssessmentStatePublished && row.State != enum.ImpactAssessmentStateOutdated {
		return nil
	}
	said := false
	const text = "SELECT 1 FROM stalenesses WHERE assessment_id = ? AND cause = ? AND resolved_at IS NULL"
	err = s.store.QueryTx(ctx, tx, text, []any{id, why.Cause}, func(*sql.Rows) error { said = true; return nil })
	if err != nil || said {
		return err
	}
	create := tx.Staleness.Create().SetAssessmentID(id).SetCause(why.Cause).SetBecause(why.Because).SetLinkType("").SetSince(s.clock.Now())
	if why.Link != nil {
		create.SetLinkType(policy.SubjectType(why.Link.Type)).SetLinkID(why.Link.ID)
	}
	if err := create.Exec(ctx); err != nil {
		return fmt.Errorf("say why it is out of date: %w", err)
	}
	if row.State == enum.ImpactAssessmentStatePublished { // once, whatever else outdates it
		if err := s.filings.Ended(ctx, tx, id, enum.ImpactAssessmentStateOutdated); err != nil {
			return err
		}
	}
	return s.byServer(ctx, tx, row.Update().SetState(enum.ImpactAssessmentStateOutdated), policy.OutdateAssessment, row, "assessment.outdated")
}

// due finds assessments that are out of date for a reason that time or another thing brings.
type due struct {
	cause enum.StaleCauseKind
	sql   string // a condition on the assessment a
	timed bool   // the condition has the time as its argument
	why   func(row *db.Assessment) Stale
}

// dues are those that the server looks for by itself.
func (s *Service) dues() []due {
	all := []due{
		{
			enum.StaleCauseKindReviewDue, "a.next_review_due_at <= ?", true, func(row *db.Assessment) Stale {
				return Stale{Because: "It was to be looked at again by " + row.NextReviewDueAt.UTC().Format(time.DateOnly) + "."}
			},
		},
		{
			enum.StaleCauseKindTemplateRetired, "EXISTS (SELECT 1 FROM templates t WHERE t.id = a.template_id AND t.state = 'RETIRED')", false,
			func(row *db.Assessment) Stale {
				return Stale{Because: "The template that it answers is retired.", Link: &Subject{policy.Template, row.TemplateID}}
			},
		},
	}
	all = append(all, due{
		enum.StaleCauseKindAcceptanceExpired, `EXISTS (SELECT 1 FROM risks r WHERE r.assessment_id = a.id AND r.state = 'PRESENT' AND r.treatment = 'ACCEPT'
			AND EXISTS (SELECT 1 FROM risk_acceptances c WHERE c.risk_id = r.id AND c.edition = r.edition)
			AND NOT EXISTS (SELECT 1 FROM risk_acceptances c WHERE c.risk_id = r.id AND c.edition = r.edition AND c.until > ?))`, true,
		func(*db.Assessment) Stale {
			return Stale{Because: "A risk was accepted as it is until a time that has passed."}
		},
	})
	for _, k := range s.kinds {
		all = append(all, due{
			enum.StaleCauseKindSubjectChanged,
			"a.subject_type = '" + policy.SubjectType(k.Resource) + "' AND " + k.VersionOf("a.subject_id") + " > a.subject_version", false,
			func(row *db.Assessment) Stale {
				return Stale{
					Because: fmt.Sprintf("What it assesses has changed since: version %d was assessed.", row.SubjectVersion),
					Link:    &Subject{policy.ResourceOf(row.SubjectType), row.SubjectID},
				}
			},
		})
	}
	return all
}

// outdate says of assessments that they are out of date. Each is a transaction of its own: one that fails keeps none of the others.
func (s *Service) outdate(ctx context.Context, now time.Time) (n int, err error) {
	for _, d := range s.dues() {
		rows, wrong := s.found(ctx, d, now)
		err = errors.Join(err, wrong)
		for _, row := range rows {
			why := d.why(row)
			why.Cause = d.cause
			wrong := s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.MarkStale(ctx, tx, row.ID, why) })
			if err = errors.Join(err, wrong); wrong == nil {
				n++
			}
		}
	}
	return n, err
}

// found reads some of the assessments that something is due for and that do not say so yet.
func (s *Service) found(ctx context.Context, d due, now time.Time) ([]*db.Assessment, error) {
	text := `SELECT a.id, a.template_id, a.subject_type, a.subject_id, a.subject_version, a.next_review_due_at FROM assessments a
		WHERE a.state IN ('PUBLISHED', 'OUTDATED') AND ` + d.sql + ` AND NOT EXISTS (SELECT 1 FROM stalenesses s
		WHERE s.assessment_id = a.id AND s.cause = ? AND s.resolved_at IS NULL) ORDER BY a.id LIMIT ?`
	args := []any{d.cause, mostClosed}
	if d.timed {
		args = slices.Insert(args, 0, any(now))
	}
	var rows []*db.Assessment
	err := s.store.Query(ctx, text, args, func(r *sql.Rows) error {
		row := new(db.Assessment)
		var review sql.NullTime
		err := r.Scan(&row.ID, &row.TemplateID, &row.SubjectType, &row.SubjectID, &row.SubjectVersion, &review)
		row.NextReviewDueAt = &review.Time
		rows = append(rows, row)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for what is out of date: %w", err)
	}
	return rows, nil
}

// StaleCause is why an assessment is or was out of date, as those who may read it are shown.
type StaleCause struct {
	Cause      enum.StaleCauseKind
	Because    string
	Link       *Subject
	Since      time.Time
	ResolvedAt *time.Time
}

// StaleBecause reads why assessments are out of date, oldest first.
func (s *Service) StaleBecause(ctx context.Context, rows []*db.Assessment) ([][]*StaleCause, error) {
	in := s.store.AnyOf("assessment_id", idsOf(rows))
	found := map[uuid.UUID][]*StaleCause{}
	text := "SELECT assessment_id, cause, because, link_type, link_id, since, resolved_at FROM stalenesses WHERE " + in.SQL + " ORDER BY assessment_id, id"
	err := s.store.Query(ctx, text, in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var typ string
		var link uuid.NullUUID
		c := new(StaleCause)
		err := r.Scan(&id, &c.Cause, &c.Because, &typ, &link, &c.Since, &c.ResolvedAt)
		if link.Valid {
			c.Link = &Subject{policy.ResourceOf(typ), link.UUID}
		}
		found[id] = append(found[id], c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read why assessments are out of date: %w", err)
	}
	out := make([][]*StaleCause, len(rows))
	for i, row := range rows {
		out[i] = append([]*StaleCause{}, found[row.ID]...)
	}
	return out, nil
}

// Status is how things stand with the assessment of a thing.
type Status struct {
	Current   *uuid.UUID        // the one that is published and not out of date
	LastLevel *enum.ImpactLevel // that the last one found which was published
	Since     *time.Time        // since when none is current, if one was
}

// StatusOf reads how things stand with the assessments of things. The rows are not shown: who sees the thing may know that.
func (s *Service) StatusOf(ctx context.Context, ask asking, subjects []uuid.UUID) (map[uuid.UUID]*Status, error) {
	all, in := make(map[uuid.UUID]*Status, len(subjects)), s.store.AnyOf("subject_id", subjects)
	for _, id := range subjects {
		all[id] = new(Status)
	}
	text := `SELECT subject_id, id, state, level, updated_at FROM assessments WHERE published_at IS NOT NULL AND ` + in.SQL + " ORDER BY published_at, id"
	err := ask(ctx, text, in.Args, func(r *sql.Rows) error {
		var subject, id uuid.UUID
		var state enum.ImpactAssessmentState
		var level sql.NullInt64
		var at time.Time
		err := r.Scan(&subject, &id, &state, &level, &at)
		one := all[subject]
		one.Current, one.Since, one.LastLevel = nil, &at, levelOf(questionnaire.Level(level.Int64))
		if state == enum.ImpactAssessmentStatePublished {
			one.Current, one.Since = &id, nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read how things stand with assessments: %w", err)
	}
	return all, nil
}

// Lapsed tells the level of each thing whose last published assessment found III or IV and is not current any more, and nothing of any
// other; inside a use case, or outside if there is no transaction.
func (s *Service) Lapsed(ctx context.Context, tx *db.Tx, subjects []uuid.UUID) (map[uuid.UUID]enum.ImpactLevel, error) {
	query := s.store.Query
	if tx != nil {
		query = s.inside(tx)
	}
	found, err := s.StatusOf(ctx, query, subjects)
	lapsed := map[uuid.UUID]enum.ImpactLevel{}
	for id, one := range found {
		if one.Current == nil && one.LastLevel != nil && (*one.LastLevel == enum.ImpactLevelIii || *one.LastLevel == enum.ImpactLevelIv) {
			lapsed[id] = *one.LastLevel
		}
	}
	return lapsed, err
}

// ReadStatus is StatusOf outside of use cases.
func (s *Service) ReadStatus(ctx context.Context, subjects []uuid.UUID) (map[uuid.UUID]*Status, error) {
	return s.StatusOf(ctx, s.store.Query, subjects)
}
