package reporting

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// onAssessment composes what was said in the consultation on an assessment.
func (p *past) onAssessment(ctx context.Context, a *assessed) (*report.Consultation, error) {
	version := a.said.Version
	out := &report.Consultation{
		About: report.Topic{
			Type: report.SubjectAssessment, ID: a.GlobalID().String(), Reference: text(a.Reference), Title: a.said.Title, By: p.party(a.FirmID),
			State: string(a.State), Version: &version,
		},
		OpenedAt: utc(a.OpenedAt), Until: utc(a.ConsultationUntil),
	}
	var err error
	if out.Opinions, err = p.opinions(ctx, a); err != nil {
		return nil, err
	}
	if out.Comments, err = p.comments(ctx, policy.Assessment, a.ID); err != nil {
		return nil, err
	}
	titles := map[string]*report.Text{}
	for _, s := range a.said.Sections {
		for _, q := range s.Questions {
			titles[q.Key] = &q.Title
		}
	}
	out.ByQuestion = byQuestion(out.Opinions, titles)
	out.Total = len(out.Opinions) + spoken(out.Comments)
	return out, nil
}

// byQuestion counts opinions, which are in the order of what they are about.
func byQuestion(opinions []report.Opinion, titles map[string]*report.Text) []report.OpinionCount {
	var out []report.OpinionCount
	for _, o := range opinions {
		i := slices.IndexFunc(out, func(c report.OpinionCount) bool {
			return c.Question == o.Question && c.Chamber == o.By.Kind && (c.Risk == nil) == (o.Risk == nil) && (c.Risk == nil || *c.Risk == *o.Risk)
		})
		if i < 0 {
			i = len(out)
			out = append(out, report.OpinionCount{Question: o.Question, Title: titles[o.Question], Risk: o.Risk, Chamber: o.By.Kind})
		}
		switch o.Stance {
		case enum.OpinionStanceSupport:
			out[i].Support++
		case enum.OpinionStanceConcern:
			out[i].Concern++
		case enum.OpinionStanceObject:
			out[i].Object++
		case enum.OpinionStanceNoPosition:
			out[i].NoPosition++
		}
	}
	return out
}

// inDialogue composes what was said in a dialogue; nil where the audience could not read it then.
func (p *past) inDialogue(ctx context.Context, id uuid.UUID) (*report.Consultation, error) {
	d, err := one[db.Dialogue](ctx, p, id)
	if err != nil || d == nil {
		return nil, err
	}
	seen, err := p.seesDialogues(ctx, []was[*db.Dialogue]{*d})
	if err != nil || !seen[id] {
		return nil, err
	}
	if err := p.know(ctx, d.row.ConvenorID); err != nil {
		return nil, err
	}
	round := d.row.Round
	out := &report.Consultation{
		About: report.Topic{
			Type: report.SubjectDialogue, ID: d.row.GlobalID().String(), Reference: text(d.row.Reference), Title: d.row.Title, By: p.party(d.row.ConvenorID),
			State: string(d.row.State), Brief: string(d.row.Brief), Languages: d.row.Languages, Round: &round, Source: string(d.row.Source),
		},
		OpenedAt: utc(d.row.OpenedAt),
	}
	phases, err := partsOf[db.Phase](ctx, p, d.version, "phases", store.Where("t.dialogue_id = ?", id))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(phases, func(a, b *db.Phase) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	for _, f := range phases {
		out.Phases = append(out.Phases, report.Phase{Kind: f.Kind, OpensAt: f.OpensAt.UTC(), ClosesAt: utc(f.ClosesAt)})
		if f.ClosesAt != nil {
			out.Until = utc(f.ClosesAt)
		}
	}
	if d.row.State == enum.DialogueStateClosed {
		out.Until = utc(d.row.ClosedAt)
	}
	outcomes, err := partsOf[db.Outcome](ctx, p, d.version, "outcomes", store.Where("t.dialogue_id = ?", id))
	if err != nil {
		return nil, err
	}
	for _, o := range outcomes {
		out.Outcomes = append(out.Outcomes, report.Outcome{Round: o.Round, Text: o.Text, ClosedAt: o.CreatedAt.UTC()})
	}
	if len(outcomes) == 0 && d.row.Outcome != "" && d.row.ClosedAt != nil { // of an imported dialogue
		out.Outcomes = append(out.Outcomes, report.Outcome{Round: d.row.Round, Text: string(d.row.Outcome), ClosedAt: d.row.ClosedAt.UTC()})
	}
	slices.SortStableFunc(out.Outcomes, func(a, b report.Outcome) int { return a.Round - b.Round })
	if out.Comments, err = p.comments(ctx, policy.Dialogue, id); err != nil {
		return nil, err
	}
	if err := p.proposals(ctx, id, out); err != nil {
		return nil, err
	}
	out.Total = spoken(out.Comments)
	if out.Commitments, err = p.commitments(ctx, store.Where("t.dialogue_id = ?", id)); err != nil {
		return nil, err
	}
	out.OfficialResponses, err = p.officialResponses(ctx, store.Where("t.proposal_id IN (SELECT x.id FROM proposals x WHERE x.dialogue_id = ?)", id))
	return out, err
}

// proposals are those of a dialogue that the audience could read, with what was said on each.
func (p *past) proposals(ctx context.Context, dialogue uuid.UUID, out *report.Consultation) error {
	all, err := were[db.Proposal](ctx, p, store.Where("t.dialogue_id = ?", dialogue))
	if err != nil {
		return err
	}
	var ids, authors []uuid.UUID
	for _, one := range all {
		ids, authors = append(ids, one.row.ID), append(authors, one.row.AuthorID)
	}
	if err := p.know(ctx, authors...); err != nil {
		return err
	}
	reasons, err := p.stateReasons(ctx, ids)
	if err != nil {
		return err
	}
	versions, _, err := rows[db.ProposalVersion](ctx, p.store, p.store.AnyOf("t.proposal_id", ids))
	if err != nil {
		return err
	}
	if err := p.lookIn(ctx, rowsOf(all)...); err != nil {
		return err
	}
	for _, one := range all {
		row := one.row
		if !p.seesProposal(row) {
			continue
		}
		said := report.Proposal{
			ID: row.GlobalID().String(), Reference: text(row.Reference), Author: p.party(row.AuthorID), Kind: row.Kind, State: row.State,
			StateReason: reasons[row.ID], Version: row.Version, ContentHash: row.ContentHash, OpenedAt: utc(row.OpenedAt),
		}
		written := false
		for _, v := range versions {
			if v.ProposalID == row.ID && v.Number == row.Version {
				written, said.ContentHash = true, string(v.ContentHash)
				said.Title, said.Summary, said.Body, said.Language = string(v.Title), string(v.Summary), string(v.Body), v.Language
			}
		}
		if !written { // a draft: what is being written is in no report
			continue
		}
		out.Proposals = append(out.Proposals, said)
		comments, err := p.comments(ctx, policy.Proposal, row.ID)
		if err != nil {
			return err
		}
		out.Comments = append(out.Comments, comments...)
	}
	return nil
}

// spoken counts comments without the places of those that are not shown.
func spoken(comments []report.Comment) int {
	n := 0
	for _, c := range comments {
		if c.Author != nil {
			n++
		}
	}
	return n
}
