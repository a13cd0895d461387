package assessment

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Risks keep the risks of assessments.
type Risks interface {
	// In reads the risks of an assessment as they are at a time, in the order of their numbers, inside a use case.
	In(ctx context.Context, tx *db.Tx, assessment uuid.UUID, now time.Time) ([]hazard.Risk, error)
	// Restore makes an assessment's risks say again what they said, inside a use case. What became of them meanwhile stays.
	Restore(ctx context.Context, tx *db.Tx, assessment uuid.UUID, then []hazard.Risk) error
	// Copy gives an assessment, which has none, the risks of another and what is planned about them, inside a use case: nothing of it was
	// done or accepted.
	Copy(ctx context.Context, tx *db.Tx, from, to uuid.UUID) error
	// Withhold withholds these parts of an assessment's risks, and no others, inside a use case.
	Withhold(ctx context.Context, tx *db.Tx, assessment uuid.UUID, parts hazard.Withheld) error
	// Unaccepted counts, by assessment, the risks that are to be accepted as they are and that nobody accepts at a time; tx is nil outside
	// of use cases.
	Unaccepted(ctx context.Context, tx *db.Tx, assessments []uuid.UUID, now time.Time) (map[uuid.UUID]int, error)
}

// Standings reads assessments, which are visible already, as places, with the part that the actor has in each.
func (s *Service) Standings(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	found, err := store.ByID(ctx, s.store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	rows := make([]*db.Assessment, 0, len(found))
	for _, row := range found {
		rows = append(rows, row)
	}
	all, err := s.around(ctx, rows)
	places := make(map[uuid.UUID]access.Place, len(all))
	for _, p := range all {
		places[p.ID] = s.placeOf(policy.ActorFrom(ctx), p)
	}
	return places, err
}

// Rewrite is what a change of its risks does to an assessment, which was loaded: whoever makes it has written some of it, and the first
// change after it was handed in begins the next version.
func (s *Service) Rewrite(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	row, err := tx.Assessment.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("load the assessment again: %w", err)
	}
	if err := s.author(ctx, tx, id); err != nil {
		return err
	}
	if row.State != enum.ImpactAssessmentStateDraft || row.ContentHash != nil { // nobody was consulted on what it says from now on
		if err := act.Also(ctx, act.Subject{Type: policy.Assessment, ID: id}); err != nil {
			return err
		}
	}
	return s.rewritten(placed{Assessment: row}, row.Update()).Exec(ctx)
}

// standing are the facts of an assessment that decide on its risks.
func (p placed) standing(a policy.Actor) policy.Facts {
	var facts policy.Facts
	switch p.State {
	case enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested:
		facts.Add(policy.BeingWritten)
	case enum.ImpactAssessmentStateInConsultation, enum.ImpactAssessmentStateInReview:
		facts.Add(policy.Reviewing)
	}
	switch p.State {
	case enum.ImpactAssessmentStateWithdrawn, enum.ImpactAssessmentStateRevoked, enum.ImpactAssessmentStateSuperseded:
	default:
		facts.Add(policy.Ongoing)
	}
	if p.State == enum.ImpactAssessmentStateApproved || p.State == enum.ImpactAssessmentStatePublished {
		facts.Add(policy.Cleared)
	}
	if p.hands.appointed(a, "") {
		facts.Add(policy.Signer)
	}
	if p.hands.conflicted(a) {
		facts.Add(policy.Conflicted)
	}
	return facts
}

// accepting is the lack of acceptances of the risks that are to be accepted.
func (p placed) accepting() []*fault.Fault {
	n := p.unaccepted
	if n == 0 {
		return []*fault.Fault{}
	}
	return []*fault.Fault{(&fault.Fault{
		Kind: fault.State, Code: enum.UserErrorCodeIncomplete, Field: "risks",
		Message: counted(n, "risk is to be accepted as it is", "risks are to be accepted as they are") + ", by an approver of the firm and until a time",
	}).With(fault.Values{Actual: &n})}
}

// accepted refuses to publish while a risk is to be accepted that nobody accepts.
func (s *Service) accepted(ctx context.Context, tx *db.Tx, p placed) error {
	now, err := s.store.Now(ctx, tx)
	if err != nil {
		return err
	}
	open, err := s.risks.Unaccepted(ctx, tx, []uuid.UUID{p.ID}, now)
	if err != nil {
		return err
	}
	p.unaccepted = open[p.ID]
	var f fault.Form
	for _, lack := range p.accepting() {
		f.Add(lack)
	}
	return f.Err()
}

// sealedRisks are risks as a document has them.
func sealedRisks(risks []hazard.Risk) []DocumentRisk {
	all := []DocumentRisk{}
	for _, r := range risks {
		row := DocumentRisk{
			Number: r.Number, Likelihood: r.Likelihood, Severity: r.Severity, Reversibility: r.Reversibility, Scope: r.Scope, Treatment: r.Treatment,
			Title: seal(r.Title), Description: sealed(string(r.Description)), Residual: r.Residual,
		}
		if a := r.Accepted; a != nil {
			row.Accepted = &DocumentAcceptance{By: seal(a.By.String()), Until: a.Until.UTC()}
		}
		for _, m := range r.Mitigations {
			one := DocumentMitigation{
				Number: m.Number, Title: seal(m.Title), Description: sealed(string(m.Description)),
				LowersLikelihood: m.LowersLikelihood, LowersSeverity: m.LowersSeverity, State: m.State,
			}
			if m.Owner != nil {
				one.Owner = sealed(m.Owner.String())
			}
			if m.Due != nil {
				one.Due = sealed(m.Due.UTC().Format(time.RFC3339Nano))
			}
			row.Mitigations = append(row.Mitigations, one)
		}
		all = append(all, row)
	}
	return all
}

// risks are what a document says of risks.
func (d *Document) risks() ([]hazard.Risk, error) {
	all := make([]hazard.Risk, len(d.Risks))
	for i, r := range d.Risks {
		all[i] = hazard.Risk{
			Number: r.Number, Title: r.Title.Words, Description: optional.Text(words(r.Description)), Likelihood: r.Likelihood, Severity: r.Severity,
			Reversibility: r.Reversibility, Scope: r.Scope, Treatment: r.Treatment,
		}
		if r.Number == 0 { // of the form before, which had them in this order
			all[i].Number = i + 1
		}
		for _, m := range r.Mitigations {
			one, err := m.plain()
			if err != nil {
				return nil, fmt.Errorf("read mitigation %d of risk %d: %w", m.Number, r.Number, err)
			}
			all[i].Mitigations = append(all[i].Mitigations, one)
		}
	}
	return all, nil
}

func (m DocumentMitigation) plain() (hazard.Mitigation, error) {
	one := hazard.Mitigation{
		Number: m.Number, Title: m.Title.Words, Description: optional.Text(words(m.Description)),
		LowersLikelihood: m.LowersLikelihood, LowersSeverity: m.LowersSeverity, State: m.State,
	}
	if m.Owner != nil {
		owner, err := uuid.Parse(m.Owner.Words)
		if err != nil {
			return one, err
		}
		one.Owner = &owner
	}
	if m.Due != nil {
		due, err := time.Parse(time.RFC3339Nano, m.Due.Words)
		if err != nil {
			return one, err
		}
		one.Due = &due
	}
	return one, nil
}
