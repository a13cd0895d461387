package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
)

var partyEdges = edges{
	"Query.stakeholder": top(func(ctx context.Context, r *Resolver, a args) (party.Stakeholder, error) {
		row, err := single(ctx, a, "stakeholder", r.Parties.ByID)
		if err != nil {
			return nil, err
		}
		return party.Of(row), nil
	}),
	"Query.stakeholders": top(func(ctx context.Context, r *Resolver, a args) (*party.Page, error) {
		f, err := filter[model.StakeholderFilter](a)
		if err != nil {
			return nil, err
		}
		return r.Parties.List(ctx, party.Filter{
			Kind: f.Kind, Status: f.Status, Text: or(f.Text, ""), ChangedSince: f.ChangedSince,
		}, a.page())
	}),
	"Firm.practices": one(func(ctx context.Context, r *Resolver, firms []*party.Firm, a args) ([]*practice.Page, error) {
		id := func(p *party.Firm) uuid.UUID { return p.ID }
		pages, err := r.Practices.Of(ctx, ids(firms, id), a.page())
		return pick(firms, id, pages), err
	}),
	"Firm.viewerCan":                canParty[*party.Firm](),
	"Customer.viewerCan":            canParty[*party.Customer](),
	"Regulator.viewerCan":           canParty[*party.Regulator](),
	"NGO.viewerCan":                 canParty[*party.NGO](),
	"AcademicInstitution.viewerCan": canParty[*party.AcademicInstitution](),
	"StakeholderPayload.act":        payloadAct,
	"StakeholderPayload.stakeholder": one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([]party.Stakeholder, error) {
		rows, err := r.Parties.ByID(ctx, ids(ps, subjectOf))
		out := make([]party.Stakeholder, len(ps))
		for i, p := range ps {
			if row := rows[subjectOf(p)]; row != nil {
				out[i] = party.Of(row)
			}
		}
		return out, err
	}),
}

func canParty[P party.Stakeholder]() edge {
	return one(func(ctx context.Context, r *Resolver, parties []P, _ args) ([][]*policy.Decision, error) {
		rows := make([]*db.Stakeholder, len(parties))
		for i, p := range parties {
			rows[i] = p.Row()
		}
		return r.Parties.Can(ctx, rows), nil
	})
}

func registration(in model.RegisterStakeholderInput) party.Registration {
	return party.Registration{
		Kind: in.Kind, Name: in.Name, Handle: or(in.Handle, ""), Description: or(in.Description, ""), Jurisdictions: in.Jurisdictions,
		LegalName: or(in.LegalName, ""), SectorCode: or(in.SectorCode, ""), SectorLabel: or(in.SectorLabel, ""), SizeBand: or(in.SizeBand, ""),
		RegistrationNo: or(in.RegistrationNumber, ""), Website: or(in.Website, ""), Mandate: or(in.Mandate, ""),
		LegalBasis: or(in.LegalBasis, ""), Mission: or(in.Mission, ""), FocusAreas: in.FocusAreas, Disciplines: in.Disciplines,
		EthicsBoard: or(in.EthicsBoard, false),
	}
}
