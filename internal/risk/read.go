package risk

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of risks.
type Page = store.Page[*db.Risk]

// Edge is an entry of a page of risks.
type Edge = store.Edge[*db.Risk]

// placed is a risk with the assessment that it is in.
type placed struct {
	*db.Risk
	at access.Place
}

// nounOf says what the policy needs to know of a risk.
func nounOf(of Assessments) access.Noun[db.Risk, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.at })
	}
	return access.Noun[db.Risk, placed]{
		Resource: policy.Risk,
		Table:    store.TableOf[db.Risk](),
		Row:      func(p placed) *db.Risk { return p.Risk },
		AsPlace:  func(_ policy.Actor, p placed) access.Place { return p.place() },
		Facts: []access.Fact[placed]{
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".assessment_id") }),
			around(policy.Own).WithSQL(func(a policy.Actor, t string) store.Cond {
				return store.Where("EXISTS (SELECT 1 FROM assessments f WHERE f.id = "+t+".assessment_id AND f.firm_id = ? "+store.EachRow+")", a.Stakeholder)
			}),
			around(policy.BeingWritten),
			around(policy.Ongoing),
			access.Member[placed](policy.Writer, "author_id"),
		},
	}
}

// place is a risk as a place for mitigations and ratings: as its assessment, while it is in there.
func (p placed) place() access.Place {
	at := p.at
	if p.State == enum.RiskStateRemoved {
		at.Facts = at.Facts.Without(policy.These(policy.BeingWritten, policy.Reviewing, policy.Consulting, policy.Ongoing))
	}
	return at
}

// Place loads a risk as a place inside a use case, and locks it and its assessment.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	at := p.place()
	if !s.Reads(policy.ActorFrom(ctx), p) {
		at.Facts.Remove(policy.InSight)
	}
	return at, nil
}

// Standings reads risks, which are visible already, as places.
func (s *Service) Standings(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	found, err := store.ByID(ctx, s.Store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	rows := make([]*db.Risk, 0, len(found))
	for _, row := range found {
		rows = append(rows, row)
	}
	all, err := s.around(ctx, rows)
	places := make(map[uuid.UUID]access.Place, len(all))
	for _, p := range all {
		places[p.ID] = p.place()
	}
	return places, err
}

// around reads what is around risks, which are visible already.
func (s *Service) around(ctx context.Context, rows []*db.Risk) ([]placed, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.AssessmentID
	}
	places, err := s.assessments.Standings(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.AssessmentID]}
		all[i].at.Facts.Add(policy.InSight)
	}
	return all, nil
}

// Can tells what the viewer can do with each risk.
func (s *Service) Can(ctx context.Context, rows []*db.Risk) ([][]*policy.Decision, error) {
	all, err := s.around(ctx, rows)
	if err != nil {
		return nil, err
	}
	return s.Frame.Can(ctx, all), nil
}

// Appointed asks for a column to name a risk in an assessment that the actor is appointed to sign.
func (s *Service) Appointed(a policy.Actor, column string) store.Cond {
	in := s.assessments.Appointed(a, "k.assessment_id")
	return store.Where("EXISTS (SELECT 1 FROM risks k WHERE k.id = "+column+" AND "+in.SQL+" "+store.EachRow+")", in.Args...)
}

// Waiting lists the risks that may wait for the actor: to be accepted as they are, and accepted by nobody.
func (s *Service) Waiting(ctx context.Context, most int) ([]*db.Risk, error) {
	return s.WaitingIf(ctx, most, store.Where("t.treatment = 'ACCEPT' AND NOT "+acceptedUntil("t")+" "+store.EachRow+")", s.clock.Now()))
}

// acceptedUntil asks for a risk to be accepted for what it says, past a time; what comes after it closes the subquery.
func acceptedUntil(risk string) string {
	return "EXISTS (SELECT 1 FROM risk_acceptances a WHERE a.risk_id = " + risk + ".id AND a.edition = " + risk + ".edition AND a.until > ?"
}

// Of reads a page of the risks of each assessment, newest first.
func (s *Service) Of(ctx context.Context, assessments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "assessment_id", assessments, page)
}

// In tells whether a risk is in an assessment, which was loaded, and not taken out of it.
func (s *Service) In(ctx context.Context, tx *db.Tx, id, assessment uuid.UUID) (bool, error) {
	found := false
	const text = "SELECT 1 FROM risks WHERE id = ? AND assessment_id = ? AND state = 'PRESENT'"
	err := s.Store.QueryTx(ctx, tx, text, []any{id, assessment}, func(*sql.Rows) error { found = true; return nil })
	if err != nil {
		return false, fmt.Errorf("look for the risk: %w", err)
	}
	return found, nil
}

// lowering sums, for a risk r, by how much verified mitigations lower it.
const lowering = "COALESCE((SELECT SUM(m.%s) FROM mitigations m WHERE m.risk_id = %s.id AND m.state = 'VERIFIED'), 0)"

// Residuals gives what is left of each risk.
func (s *Service) Residuals(ctx context.Context, rows []*db.Risk) ([]*Grade, error) {
	in, lowered := s.Store.AnyOf("m.risk_id", idsOf(rows)), map[uuid.UUID][]Step{}
	text := "SELECT m.risk_id, m.state, m.lowers_likelihood, m.lowers_severity FROM mitigations m WHERE m.state = 'VERIFIED' AND " + in.SQL
	err := s.Store.Query(ctx, text, in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var step Step
		err := r.Scan(&id, &step.State, &step.LowersLikelihood, &step.LowersSeverity)
		lowered[id] = append(lowered[id], step)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read verified mitigations: %w", err)
	}
	out := make([]*Grade, len(rows))
	for i, row := range rows {
		left := Residual(GradeOf(row.Likelihood, row.Severity), lowered[row.ID])
		out[i] = &left
	}
	return out, nil
}
