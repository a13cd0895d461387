package assessment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/worker"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Open opens the consultation on a draft, as a version that never changes. The first time it gets its number.
func (s *Service) Open(ctx context.Context, id uuid.UUID, until *time.Time, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.OpenConsultation, id, expected, "assessment.consultation_opened", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		end, err := endOf(rankOf(p.Assessment) >= windowFrom, until, now.UTC())
		if err != nil {
			return nil, err
		}
		update := s.revised(p.Update().SetState(enum.ImpactAssessmentStateInConsultation).SetStateReason("").ClearConsultationUntil().SetNillableConsultationUntil(end))
		if p.OpenedAt == nil {
			update.SetOpenedAt(s.clock.Now())
		}
		if p.Reference == nil {
			reference, err := s.store.YearReference(ctx, tx, "A")
			if err != nil {
				return nil, err
			}
			update.SetReference(reference)
		}
		if p.ContentHash != nil { // as it was taken back, or as an earlier release handed it in
			const again = "UPDATE assessment_versions SET consulted = true WHERE assessment_id = ? AND number = ?"
			if _, err := s.store.Exec(ctx, tx, again, id, p.Version); err != nil {
				return nil, fmt.Errorf("open version %d: %w", p.Version, err)
			}
			return update.Save(ctx)
		}
		hash, err := s.keep(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		update.SetContentHash(hash)
		return update.Save(ctx)
	})
}

// endOf is when a consultation ends that begins now. One that is due lasts the whole window.
func endOf(due bool, until *time.Time, now time.Time) (*time.Time, error) {
	// The clocks of a form and of the database may be a little apart: whoever asks for the shortest window gets it.
	first, last := now.Add(window).Truncate(time.Second), now.Add(longestAsked)
	switch {
	case until == nil && !due:
		return nil, nil
	case until == nil:
		return &first, nil
	case due && until.Before(first.Add(-time.Minute)):
		return nil, fault.InvalidField("until", enum.UserErrorCodeOutOfRange, "from level II on, a consultation lasts at least 14 days").With(fault.Values{Date: &first})
	case due && until.Before(first):
		return &first, nil
	case until.Before(now):
		return nil, fault.InvalidField("until", enum.UserErrorCodeOutOfRange, "this is in the past").With(fault.Values{Date: &now})
	case until.After(last):
		return nil, fault.InvalidField("until", enum.UserErrorCodeOutOfRange, "a consultation lasts at most a year").With(fault.Values{Date: &last})
	}
	end := until.UTC().Truncate(time.Microsecond)
	return &end, nil
}

// Recall takes an assessment back from consultation, as a draft. What was said on it stays with the version that it was said on.
func (s *Service) Recall(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	return s.because(ctx, policy.RecallAssessment, id, reason, expected, "assessment.recalled", func(update *db.AssessmentUpdateOne) {
		update.SetState(enum.ImpactAssessmentStateDraft).ClearConsultationUntil()
	})
}

// because is a use case that gives a reason, which stays with the state.
func (s *Service) because(
	ctx context.Context, action policy.Action, id uuid.UUID, reason string, expected *int32, typ string, do func(update *db.AssessmentUpdateOne),
) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Frame.Because(reason).Change(ctx, action, id, expected, typ, func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		update := s.revised(p.Update().SetStateReason(optional.Text(reason)))
		do(update)
		row, err := update.Save(ctx)
		if err != nil {
			return nil, err
		}
		return row, s.filings.Ended(ctx, tx, id, row.State)
	})
}

// Submit hands an assessment in for review, when everybody was consulted and answered.
func (s *Service) Submit(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.SubmitAssessment, id, expected, "assessment.submitted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		count, err := s.unansweredOf(ctx, s.inside(tx), []uuid.UUID{id})
		if err != nil {
			return nil, err
		}
		if err := s.loadSigners(ctx, tx, p); err != nil { // the server itself has a hand in none
			return nil, err
		}
		p.unanswered = count[id]
		open, err := s.risks.Unaccepted(ctx, tx, []uuid.UUID{id}, now)
		if err != nil {
			return nil, err
		}
		p.unaccepted = open[id]
		var f fault.Form
		for _, lack := range p.lacks(now) {
			f.Add(lack)
		}
		if err := f.Err(); err != nil {
			return nil, err
		}
		return s.revised(p.Update().SetState(enum.ImpactAssessmentStateInReview).SetStateReason("")).Save(ctx)
	})
}

// unansweredOf counts the opinions on the present versions of assessments that nobody has answered.
func (s *Service) unansweredOf(ctx context.Context, ask asking, ids []uuid.UUID) (map[uuid.UUID]int, error) {
	counts := make(map[uuid.UUID]int, len(ids))
	in := s.store.AnyOf("o.assessment_id", ids)
	const text = `SELECT o.assessment_id, COUNT(*) FROM opinions o JOIN assessments a ON a.id = o.assessment_id AND a.version = o.version
		WHERE o.state = 'GIVEN' AND `
	err := ask(ctx, text+in.SQL+" GROUP BY o.assessment_id", in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var n int
		err := r.Scan(&id, &n)
		counts[id] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count opinions that are not answered: %w", err)
	}
	return counts, nil
}

const (
	// closeEvery is how often somebody looks for consultations that are over, and closedFor how long the server that does so keeps the
	// others from it.
	closeEvery = time.Minute
	closedFor  = 2 * closeEvery
	mostClosed = 100 // read at once
)

// Run hands in what everybody was consulted on, and marks what is out of date, until the context ends. Of several servers one does it at a time.
func (s *Service) Run(ctx context.Context) { worker.Every(ctx, "assessments", closeEvery, s.Turn) }

// Turn hands in the assessments whose consultation is over and that lack nothing for a review, and marks those that are out of date, if
// this server holds the lease.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	now, held, err := s.store.Lease(ctx, "assessments", holder, closedFor)
	if err != nil || !held {
		return 0, err
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("assessments"))
	n, err = s.close(ctx, now)
	stale, wrong := s.outdate(ctx, now)
	return n + stale, errors.Join(err, wrong)
}

// close hands in what is ready. One that still lacks something waits for its firm, which reads what; it is passed over, so that it does
// not keep the others waiting.
func (s *Service) close(ctx context.Context, now time.Time) (n int, err error) {
	var after overdue
	for {
		some, err := s.over(ctx, now, after)
		if err != nil {
			return n, err
		}
		for _, one := range some {
			switch _, err := s.Submit(ctx, one.id, nil); {
			case err == nil:
				n++
			case fault.All(err) == nil:
				return n, fmt.Errorf("hand in %s: %w", one.id, err)
			}
		}
		if len(some) < mostClosed {
			return n, nil
		}
		after = some[len(some)-1]
	}
}

// overdue is a consultation whose time is over.
type overdue struct {
	id    uuid.UUID
	until time.Time
}

// over reads some of the consultations whose time is over and in which every opinion is answered, those that ended first before others.
func (s *Service) over(ctx context.Context, now time.Time, after overdue) ([]overdue, error) {
	const text = `SELECT a.id, a.consultation_until FROM assessments a WHERE a.state = 'IN_CONSULTATION' AND a.consultation_until <= ?
		AND (a.consultation_until > ? OR a.consultation_until = ? AND a.id > ?)
		AND NOT EXISTS (SELECT 1 FROM opinions o WHERE o.assessment_id = a.id AND o.version = a.version AND o.state = 'GIVEN')
		ORDER BY a.consultation_until, a.id LIMIT ?`
	var some []overdue
	err := s.store.Query(ctx, text, []any{now, after.until, after.until, after.id, mostClosed}, func(r *sql.Rows) error {
		var one overdue
		err := r.Scan(&one.id, &one.until)
		some = append(some, one)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read consultations that are over: %w", err)
	}
	return some, nil
}
