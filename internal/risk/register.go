package risk

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbmitigation "github.com/plenary-dialogue/plenary/ent/db/mitigation"
	dbrisk "github.com/plenary-dialogue/plenary/ent/db/risk"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Register keeps the risks of assessments for package hazard. It asks no policy: whoever calls it has.
type Register struct {
	store *store.Store
	clock clock.Clock
}

// NewRegister makes the register.
func NewRegister(s *store.Store, c clock.Clock) *Register { return &Register{s, c} }

// In reads the risks of an assessment as they are at a time, in the order of their numbers, inside a use case.
func (g *Register) In(ctx context.Context, tx *db.Tx, of uuid.UUID, now time.Time) ([]hazard.Risk, error) {
	rows, err := tx.Risk.Query().Where(dbrisk.AssessmentID(of), dbrisk.State(enum.RiskStatePresent)).All(ctx)
	slices.SortFunc(rows, func(a, b *db.Risk) int { return a.Number - b.Number })
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := idsOf(rows)
	planned, err := tx.Mitigation.Query().Where(entsql.FieldIn(dbmitigation.FieldRiskID, ids...)).All(ctx)
	slices.SortFunc(planned, func(a, b *db.Mitigation) int { return a.Number - b.Number })
	if err != nil {
		return nil, err
	}
	accepted, err := acceptances(ctx, g.store, inside(g.store, tx), ids)
	if err != nil {
		return nil, err
	}
	all := make([]hazard.Risk, len(rows))
	for i, row := range rows {
		all[i] = saying(row)
		var steps []Step
		for _, m := range planned {
			if m.RiskID == row.ID && m.State != enum.MitigationStateRemoved {
				all[i].Mitigations = append(all[i].Mitigations, planning(m))
				steps = append(steps, Step{m.State, m.LowersLikelihood, m.LowersSeverity})
			}
		}
		left := Residual(GradeOf(row.Likelihood, row.Severity), steps)
		all[i].Residual = hazard.Grade{Likelihood: left.Likelihood, Severity: left.Severity}
		if a := accepted[row.ID]; a != nil && a.Until.After(now) {
			all[i].Accepted = &hazard.Acceptance{By: a.MemberID, Until: a.Until}
		}
	}
	return all, nil
}

func saying(row *db.Risk) hazard.Risk {
	return hazard.Risk{
		Number: row.Number, Title: row.Title, Description: row.Description, Likelihood: row.Likelihood, Severity: row.Severity,
		Reversibility: row.Reversibility, Scope: row.Scope, Treatment: row.Treatment,
	}
}

func planning(m *db.Mitigation) hazard.Mitigation {
	return hazard.Mitigation{
		Number: m.Number, Title: m.Title, Description: m.Description, Owner: m.OwnerID, Due: m.DueAt, LowersLikelihood: m.LowersLikelihood,
		LowersSeverity: m.LowersSeverity, State: m.State,
	}
}

// Restore makes an assessment's risks say again what they said, inside a use case. What became of them meanwhile stays.
func (g *Register) Restore(ctx context.Context, tx *db.Tx, of uuid.UUID, then []hazard.Risk) error {
	rows, err := tx.Risk.Query().Where(dbrisk.AssessmentID(of)).All(ctx)
	if err != nil {
		return fmt.Errorf("read risks: %w", err)
	}
	said := make(map[int]hazard.Risk, len(then))
	for _, r := range then {
		said[r.Number] = r
	}
	for _, row := range rows {
		update, now := row.Update().AddRevision(1).SetUpdatedAt(g.clock.Now()), saying(row)
		r, was := said[row.Number]
		switch {
		case !was && row.State == enum.RiskStateRemoved:
			continue
		case !was:
			update.SetState(enum.RiskStateRemoved)
		case row.State == enum.RiskStatePresent && wordsOf(now).same(wordsOf(r)):
			update = nil
		default:
			update.SetState(enum.RiskStatePresent).SetTitle(r.Title).SetDescription(r.Description).SetLikelihood(r.Likelihood).SetSeverity(r.Severity).
				SetTreatment(r.Treatment).ClearReversibility().SetNillableReversibility(r.Reversibility).ClearScope().SetNillableScope(r.Scope)
			if !wordsOf(now).same(wordsOf(r)) {
				update.AddEdition(1)
			}
		}
		if update != nil {
			if err := update.Exec(ctx); err != nil {
				return fmt.Errorf("put risk %d back: %w", row.Number, err)
			}
		}
		if was {
			if err := g.replan(ctx, tx, row.ID, r.Mitigations); err != nil {
				return err
			}
		}
	}
	return g.changed(ctx, tx, of)
}

// changed says that all risks of an assessment may be others, and what is planned about them.
func (g *Register) changed(ctx context.Context, tx *db.Tx, of uuid.UUID) error {
	for noun, text := range map[policy.Resource]string{
		policy.Risk:       "SELECT id FROM risks WHERE assessment_id = ?",
		policy.Mitigation: "SELECT m.id FROM mitigations m JOIN risks r ON r.id = m.risk_id WHERE r.assessment_id = ?",
	} {
		err := g.store.QueryTx(ctx, tx, text, []any{of}, func(r *sql.Rows) error { return act.AlsoOne(ctx, noun, r.Scan) })
		if err != nil {
			return fmt.Errorf("find the risks that changed: %w", err)
		}
	}
	return nil
}

// replan makes the mitigations of a risk again what was planned.
func (g *Register) replan(ctx context.Context, tx *db.Tx, risk uuid.UUID, then []hazard.Mitigation) error {
	rows, err := tx.Mitigation.Query().Where(dbmitigation.RiskID(risk)).All(ctx)
	if err != nil {
		return fmt.Errorf("read mitigations: %w", err)
	}
	planned := make(map[int]hazard.Mitigation, len(then))
	for _, m := range then {
		planned[m.Number] = m
	}
	for _, row := range rows {
		update := row.Update().AddRevision(1).SetUpdatedAt(g.clock.Now())
		m, was := planned[row.Number]
		switch {
		case !was && row.State == enum.MitigationStateRemoved:
			continue
		case !was:
			update.SetBefore(row.State).SetState(enum.MitigationStateRemoved)
		default:
			if row.State == enum.MitigationStateRemoved {
				update.SetState(row.Before).SetBefore("")
			}
			update.SetTitle(m.Title).SetDescription(m.Description).ClearOwnerID().SetNillableOwnerID(m.Owner).ClearDueAt().SetNillableDueAt(m.Due).
				SetLowersLikelihood(m.LowersLikelihood).SetLowersSeverity(m.LowersSeverity)
			lowersElse := row.LowersLikelihood != m.LowersLikelihood || row.LowersSeverity != m.LowersSeverity
			if lowersElse && slices.Contains([]enum.MitigationState{row.State, row.Before}, enum.MitigationStateVerified) {
				update.SetState(enum.MitigationStateImplemented) // nobody has verified that it does what it says again
			}
		}
		if err := update.Exec(ctx); err != nil {
			return fmt.Errorf("put mitigation %d back: %w", row.Number, err)
		}
	}
	return nil
}

// Withhold withholds these parts of an assessment's risks, and no others, inside a use case.
func (g *Register) Withhold(ctx context.Context, tx *db.Tx, of uuid.UUID, parts hazard.Withheld) error {
	rows, err := tx.Risk.Query().Where(dbrisk.AssessmentID(of)).All(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	numbers := make(map[uuid.UUID]int, len(rows))
	for _, row := range rows {
		numbers[row.ID] = row.Number
		if now := parts.Of(row.Number).Parts; !slices.Equal(row.Withheld, now) {
			if err := row.Update().SetWithheld(now).Exec(ctx); err != nil {
				return fmt.Errorf("withhold parts of risk %d: %w", row.Number, err)
			}
		}
	}
	planned, err := tx.Mitigation.Query().Where(entsql.FieldIn(dbmitigation.FieldRiskID, idsOf(rows)...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read mitigations: %w", err)
	}
	for _, row := range planned {
		if now := slices.Contains(parts.Of(numbers[row.RiskID]).Mitigations, row.Number); row.Withheld != now {
			if err := row.Update().SetWithheld(now).Exec(ctx); err != nil {
				return fmt.Errorf("withhold mitigation %d: %w", row.Number, err)
			}
		}
	}
	return nil
}

// Unaccepted counts, by assessment, the risks that are to be accepted as they are and that nobody accepts at a time; tx is nil outside of
// use cases.
func (g *Register) Unaccepted(ctx context.Context, tx *db.Tx, of []uuid.UUID, now time.Time) (map[uuid.UUID]int, error) {
	in, counts := g.store.AnyOf("r.assessment_id", of), map[uuid.UUID]int{}
	text := "SELECT r.assessment_id, COUNT(*) FROM risks r WHERE r.state = 'PRESENT' AND r.treatment = 'ACCEPT' AND NOT " + acceptedUntil("r") + ") AND "
	err := inside(g.store, tx)(ctx, text+in.SQL+" GROUP BY r.assessment_id", append([]any{now}, in.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		var n int
		err := r.Scan(&id, &n)
		counts[id] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count risks that nobody accepts: %w", err)
	}
	return counts, nil
}

// Copy gives an assessment, which has none, the risks of another and what is planned about them, inside a use case: nothing of it was
// done or accepted. Numbers stay, so that the two can be compared.
func (g *Register) Copy(ctx context.Context, tx *db.Tx, from, to uuid.UUID) error {
	said, err := g.In(ctx, tx, from, g.clock.Now())
	if err != nil {
		return err
	}
	author, now := policy.ActorFrom(ctx).Member, g.clock.Now()
	for _, r := range said {
		row, err := tx.Risk.Create().SetAssessmentID(to).SetNumber(r.Number).SetTitle(r.Title).SetDescription(r.Description).SetLikelihood(r.Likelihood).
			SetSeverity(r.Severity).SetNillableReversibility(r.Reversibility).SetNillableScope(r.Scope).SetTreatment(r.Treatment).
			SetAuthorID(author).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("copy risk %d: %w", r.Number, err)
		}
		for _, m := range r.Mitigations {
			err := tx.Mitigation.Create().SetRiskID(row.ID).SetNumber(m.Number).SetTitle(m.Title).SetDescription(m.Description).SetNillableOwnerID(m.Owner).
				SetNillableDueAt(m.Due).SetLowersLikelihood(m.LowersLikelihood).SetLowersSeverity(m.LowersSeverity).
				SetAuthorID(author).SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
			if err != nil {
				return fmt.Errorf("copy mitigation %d of risk %d: %w", m.Number, r.Number, err)
			}
		}
	}
	return g.changed(ctx, tx, to)
}

// asking runs a query, inside a use case or outside.
type asking func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error

// inside asks inside a use case; outside of it if there is no transaction.
func inside(s *store.Store, tx *db.Tx) asking {
	if tx == nil {
		return s.Query
	}
	return func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
		return s.QueryTx(ctx, tx, text, args, scan)
	}
}

func idsOf(rows []*db.Risk) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}

func wordsOf(r hazard.Risk) Words {
	return Words{r.Title, string(r.Description), r.Likelihood, r.Severity, r.Reversibility, r.Scope, r.Treatment}
}
