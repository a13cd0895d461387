package reporting

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// answerable are proposals that the audience could read, with what they say. Whoever reads a proposal reads what was answered to it, and what
// became of it.
type answerable struct {
	rows     map[uuid.UUID]*db.Proposal
	versions map[uuid.UUID]*db.ProposalVersion
	current  map[uuid.UUID]*db.ProposalVersion // by proposal
}

// answerable are those of some proposals that the audience could read.
func (p *past) answerable(ctx context.Context, ids []uuid.UUID) (*answerable, error) {
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) })
	ids = slices.Compact(ids)
	all, err := were[db.Proposal](ctx, p, p.store.AnyOf("t.id", ids))
	if err != nil {
		return nil, err
	}
	out := &answerable{rows: map[uuid.UUID]*db.Proposal{}, current: map[uuid.UUID]*db.ProposalVersion{}}
	if err := p.lookIn(ctx, rowsOf(all)...); err != nil {
		return nil, err
	}
	for _, one := range all {
		if p.seesProposal(one.row) {
			out.rows[one.row.ID] = one.row
		}
	}
	out.versions, _, err = rows[db.ProposalVersion](ctx, p.store, p.store.AnyOf("t.proposal_id", ids))
	for _, v := range out.versions {
		if of := out.rows[v.ProposalID]; of != nil && of.Version == v.Number {
			out.current[v.ProposalID] = v
		}
	}
	return out, err
}

// commitments composes those that a condition keeps, oldest first.
func (p *past) commitments(ctx context.Context, where store.Cond) ([]report.Commitment, error) {
	all, err := were[db.Commitment](ctx, p, where)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var ids, proposals, firms []uuid.UUID
	for _, one := range all {
		ids, proposals, firms = append(ids, one.row.ID), append(proposals, one.row.ProposalID), append(firms, one.row.FirmID)
	}
	if err := p.know(ctx, firms...); err != nil {
		return nil, err
	}
	of, err := p.answerable(ctx, proposals)
	if err != nil {
		return nil, err
	}
	steps, err := were[db.Milestone](ctx, p, p.store.AnyOf("t.commitment_id", ids))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(steps, func(a, b was[*db.Milestone]) int { return a.row.DueAt.Compare(b.row.DueAt) })
	var out []report.Commitment
	for _, one := range all {
		row, proposal := one.row, of.rows[one.row.ProposalID]
		if proposal == nil {
			continue
		}
		told := report.Commitment{
			ID: row.GlobalID().String(), Firm: p.party(row.FirmID), Proposal: proposal.GlobalID().String(), Reference: text(proposal.Reference),
			Status: row.Status, StatusReason: string(row.StatusReason), Late: row.Late, AdoptedAt: row.CreatedAt.UTC(),
		}
		if v := of.versions[row.TextID]; v != nil {
			told.Title, told.Language = string(v.Title), v.Language
		}
		for _, m := range steps {
			if m.row.CommitmentID == row.ID {
				told.Milestones = append(told.Milestones, report.Milestone{
					ID: m.row.GlobalID().String(), Title: m.row.Title, State: m.row.State, Progress: m.row.Progress, DueAt: m.row.DueAt.UTC(),
					ReachedAt: utc(m.row.ReachedAt), Late: clock.Late(m.row.DueAt, m.row.ReachedAt, p.at),
				})
			}
		}
		out = append(out, told)
	}
	return out, nil
}

// officialResponses composes those that a condition keeps, oldest first.
func (p *past) officialResponses(ctx context.Context, where store.Cond) ([]report.OfficialResponse, error) {
	all, err := were[db.OfficialResponse](ctx, p, where)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var proposals, parties []uuid.UUID
	for _, one := range all {
		proposals, parties = append(proposals, one.row.ProposalID), append(parties, one.row.AddresseeID)
	}
	if err := p.know(ctx, parties...); err != nil {
		return nil, err
	}
	of, err := p.answerable(ctx, proposals)
	if err != nil {
		return nil, err
	}
	var out []report.OfficialResponse
	for _, one := range all {
		row, proposal := one.row, of.rows[one.row.ProposalID]
		if proposal == nil {
			continue
		}
		told := report.OfficialResponse{
			ID: row.GlobalID().String(), Addressee: p.party(row.AddresseeID), Proposal: typeid.New(string(policy.Proposal), row.ProposalID).String(),
			Reference: text(proposal.Reference), State: row.State, RequestedAt: row.CreatedAt.UTC(), DueAt: row.DueAt.UTC(), AnsweredAt: utc(row.AnsweredAt),
			Late: clock.Late(row.DueAt, row.AnsweredAt, p.at),
		}
		if v := of.current[row.ProposalID]; v != nil {
			told.Title, told.Language = string(v.Title), v.Language
		}
		if row.State == enum.OfficialResponseStateAnswered { // which does not change any more
			told.Version, told.Text = row.Version, string(row.Text)
		}
		out = append(out, told)
	}
	return out, nil
}

// outcomes adds to a portfolio what the parties of its scope were asked and have committed themselves to. What narrows it to some
// assessments leaves nothing of that.
func (p *past) outcomes(ctx context.Context, out *report.Portfolio) (err error) {
	f := p.scope.Filter
	if p.scope.Call != uuid.Nil || len(f.Template)+len(f.Level)+len(f.State) > 0 {
		return nil
	}
	var only []uuid.UUID
	if len(f.Jurisdiction)+len(f.Sector) > 0 {
		if only, err = p.firms(ctx); err != nil {
			return err
		}
	}
	within := func(column string) store.Cond {
		where := store.Always()
		if len(f.Jurisdiction)+len(f.Sector) > 0 {
			where = p.store.AnyOf(column, only)
		}
		if f.Firm != uuid.Nil {
			where = store.And(where, store.Where(column+" = ?", f.Firm))
		}
		if p.scope.Audience == report.AudienceParty {
			where = store.And(where, store.Where(column+" = ?", p.scope.Party))
		}
		return where
	}
	if out.Commitments, err = p.commitments(ctx, within("t.firm_id")); err != nil {
		return err
	}
	out.OfficialResponses, err = p.officialResponses(ctx, within("t.addressee_id"))
	return err
}
