package reporting

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// risks are those of the reported version, with what had become of them since.
func (p *past) risks(ctx context.Context, a *assessed, out *report.Assessment) error {
	if len(out.Risks) == 0 {
		return nil
	}
	found, err := were[db.Risk](ctx, p, store.Where("t.assessment_id = ?", a.ID))
	if err != nil {
		return err
	}
	live := map[int]was[*db.Risk]{}
	var ids []uuid.UUID
	for _, r := range found {
		live[r.row.Number], ids = r, append(ids, r.row.ID)
	}
	ratings, err := p.ratings(ctx, ids, a.said.Version)
	if err != nil {
		return err
	}
	plans, err := p.mitigations(ctx, ids)
	if err != nil {
		return err
	}
	for i := range out.Risks {
		if err := p.risk(ctx, a, &out.Risks[i], live[out.Risks[i].Number], ratings, plans); err != nil {
			return err
		}
	}
	return nil
}

// ratings are those that others gave on a version, by risk.
func (p *past) ratings(ctx context.Context, risks []uuid.UUID, version int) (map[uuid.UUID][]*db.Rating, error) {
	all, err := were[db.Rating](ctx, p, store.And(p.store.AnyOf("t.risk_id", risks), store.Where("t.version = ?", version)))
	out := map[uuid.UUID][]*db.Rating{}
	for _, r := range all {
		if r.row.State == enum.RatingStateGiven {
			out[r.row.RiskID] = append(out[r.row.RiskID], r.row)
		}
	}
	return out, err
}

// plan is a mitigation as it was.
type plan struct {
	was[*db.Mitigation]
	steps []*db.MitigationStep
}

func (p *past) mitigations(ctx context.Context, risks []uuid.UUID) (map[uuid.UUID]map[int]plan, error) {
	all, err := were[db.Mitigation](ctx, p, p.store.AnyOf("t.risk_id", risks))
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	for _, m := range all {
		ids = append(ids, m.row.ID)
	}
	steps, _, err := rows[db.MitigationStep](ctx, p.store, p.store.AnyOf("t.mitigation_id", ids))
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]map[int]plan{}
	for _, m := range all {
		if out[m.row.RiskID] == nil {
			out[m.row.RiskID] = map[int]plan{}
		}
		taken, err := listed(m.version, "mitigation_steps", steps)
		if err != nil {
			return nil, err
		}
		for _, s := range taken {
			if err := p.know(ctx, s.PartyID); err != nil {
				return nil, err
			}
		}
		out[m.row.RiskID][m.row.Number] = plan{m, taken}
	}
	return out, nil
}

// risk adds what became of a risk to what the version says of it.
func (p *past) risk(ctx context.Context, a *assessed, out *report.Risk, live was[*db.Risk], ratings map[uuid.UUID][]*db.Rating, plans map[uuid.UUID]map[int]plan) error {
	out.Inherent = p.rules.Grade(out.Inherent.Likelihood, out.Inherent.Severity)
	out.Ratings = []report.SideRating{{
		Side: enum.RatingSideFirm, LikelihoodHundredths: 100 * out.Inherent.Likelihood, SeverityHundredths: 100 * out.Inherent.Severity, N: 1,
	}}
	planned := map[int]plan{}
	if row := live.row; row != nil {
		out.ID, planned = row.GlobalID().String(), plans[row.ID]
		if err := p.accepted(ctx, a, live, out); err != nil {
			return err
		}
		for _, side := range []enum.RatingSide{enum.RatingSideReviewers, enum.RatingSideCustomers} {
			if r := p.rules.Side(side, ratings[row.ID], a.State); r != nil {
				out.Ratings = append(out.Ratings, *r)
			}
		}
	}
	for i := range out.Mitigations {
		p.mitigation(&out.Mitigations[i], planned[out.Mitigations[i].Number])
	}
	out.Residual = p.rules.Residual(out.Inherent, out.Mitigations)
	return nil
}

// accepted is who had accepted a risk as it was.
func (p *past) accepted(ctx context.Context, a *assessed, live was[*db.Risk], out *report.Risk) error {
	all, err := partsOf[db.RiskAcceptance](ctx, p, live.version, "risk_acceptances", store.Where("t.risk_id = ?", live.row.ID))
	if err != nil {
		return err
	}
	for _, x := range all { // the last one of this edition counts
		if x.Edition != live.row.Edition {
			continue
		}
		out.AcceptedBy, out.AcceptedAt, out.AcceptedUntil, out.AcceptedBecause = p.member(a.FirmID, &x.MemberID), utc(&x.AcceptedAt), utc(&x.Until), string(x.Reason)
		if slices.Contains(out.Withheld, enum.RiskPartAcceptance) {
			out.AcceptedBecause = ""
		}
	}
	return nil
}

// mitigation adds what became of a mitigation to what the version says of it.
func (p *past) mitigation(out *report.Mitigation, live plan) {
	if live.row == nil {
		return
	}
	out.ID = live.row.GlobalID().String()
	if live.row.State != enum.MitigationStateRemoved { // the version has it; what is being written now does not any more
		out.State = live.row.State
	}
	for _, s := range live.steps {
		record := report.MitigationRecord{State: s.State, Note: string(s.Note), By: p.party(s.PartyID), Member: p.member(s.PartyID, &s.MemberID), At: s.TakenAt.UTC()}
		if out.Withheld {
			record.Note = ""
		}
		out.History = append(out.History, record)
	}
}
