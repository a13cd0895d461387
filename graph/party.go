package graph

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var partyNoun = noun{
	name:  "stakeholder",
	types: []string{"Firm", "Customer", "Regulator", "NGO", "AcademicInstitution"},
	by:    "handle",
	referred: func(ctx context.Context, r *Resolver, handle string) (view.Node, error) {
		row, err := r.Parties.ByHandle(ctx, strings.ToLower(handle))
		if row == nil {
			return nil, err
		}
		return party.Of(row), err
	},
	read:   &reader{rows: "stakeholders", read: readParties, edge: entryIn[party.Stakeholder]("stakeholders")},
	tables: []string{"stakeholders"},
	does:   map[string]policy.Action{"approveStakeholders": policy.ApproveStakeholder},
	edges: edges{
		"StakeholdersPayload.stakeholders": payloadParties,
		"StakeholdersPayload.acts":         payloadActs,
		"Query.stakeholders": paged(func(ctx context.Context, r *Resolver, f model.StakeholderFilter, a args) (*party.Page, error) {
			return r.Parties.List(ctx, party.Filter{
				Kind: f.Kind, Status: f.Status, Sector: f.Sector, Jurisdiction: f.Jurisdiction, Text: or(f.Text, ""), ChangedSince: f.ChangedSince,
				Order: word[enum.StakeholderOrder](a, "order"),
			}, a.page())
		}).reading("stakeholders"),
		"Firm.practices": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*practice.Page, error) {
			return r.Practices.Of(ctx, ids, a.page())
		}),
		"Firm.sizeBand":                 made(func(p *party.Firm) *enum.SizeBand { return orNil(p.SizeBand) }, "size_band"),
		"Regulator.mandate":             made(func(p *party.Regulator) *enum.Mandate { return orNil(p.Mandate) }, "mandate"),
		"Firm.viewerCan":                canParty[*party.Firm](),
		"Customer.viewerCan":            canParty[*party.Customer](),
		"Regulator.viewerCan":           canParty[*party.Regulator](),
		"NGO.viewerCan":                 canParty[*party.NGO](),
		"AcademicInstitution.viewerCan": canParty[*party.AcademicInstitution](),
		"Firm.resembles":                resembling[*party.Firm](),
		"Customer.resembles":            resembling[*party.Customer](),
		"Regulator.resembles":           resembling[*party.Regulator](),
		"NGO.resembles":                 resembling[*party.NGO](),
		"AcademicInstitution.resembles": resembling[*party.AcademicInstitution](),
	},
	waits: func(ctx context.Context, r *Resolver) ([]*view.Task, error) {
		tasks, err := waits("status", func(r *Resolver) func(context.Context, int) ([]*db.Stakeholder, error) { return r.Parties.Waiting },
			func(ctx context.Context, r *Resolver, rows []*db.Stakeholder) ([][]*policy.Decision, error) {
				return r.Parties.Can(ctx, rows), nil
			})(ctx, r)
		for _, t := range tasks {
			t.Subject = party.Of(t.Subject.(*db.Stakeholder))
		}
		return tasks, err
	},
	mutations: mutations{
		"registerStakeholder": with(func(ctx context.Context, r *Resolver, in model.RegisterStakeholderInput) (*act.Result, error) {
			return r.Parties.Register(ctx, registration(in))
		}),
		"approveStakeholder": on(func(r *Resolver) moving { return r.Parties.Approve }),
		"approveStakeholders": with(func(ctx context.Context, r *Resolver, in model.ApproveStakeholdersInput) (*act.Result, error) {
			return r.Parties.ApproveAll(ctx, keys("stakeholder", in.Stakeholders))
		}),
		"rejectStakeholder": because("Reason", func(r *Resolver) reasoned { return r.Parties.Reject }),
		"updateStakeholder": with(func(ctx context.Context, r *Resolver, in model.UpdateStakeholderInput) (*act.Result, error) {
			return r.Parties.Update(ctx, key("stakeholder", in.ID), changeOf(in), &in.ExpectedRevision)
		}),
		"suspendStakeholder": because("Reason", func(r *Resolver) reasoned { return r.Parties.Suspend }),
	},
}

// payloadParties gives what a mutation changed together.
var payloadParties = one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([][]party.Stakeholder, error) {
	var ids []uuid.UUID
	for _, p := range ps {
		for _, one := range together(p) {
			ids = append(ids, one.Subject)
		}
	}
	found, err := r.Parties.ByID(ctx, ids)
	out := make([][]party.Stakeholder, len(ps))
	for i, p := range ps {
		out[i] = []party.Stakeholder{}
		for _, one := range together(p) {
			if row := found[one.Subject]; row != nil {
				out[i] = append(out[i], party.Of(row))
			}
		}
	}
	return out, err
})

func readParties(ctx context.Context, r *Resolver, ids []uuid.UUID) (map[uuid.UUID]view.Node, error) {
	rows, err := r.Parties.ByID(ctx, ids)
	nodes := make(map[uuid.UUID]view.Node, len(rows))
	for id, row := range rows {
		nodes[id] = party.Of(row)
	}
	return nodes, err
}

// named reads the parties that visible things name, in order; nil for no id.
func (r *Resolver) named(ctx context.Context, ids []uuid.UUID) ([]party.Stakeholder, error) {
	rows, err := r.Parties.Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	seen := make(map[uuid.UUID]party.Stakeholder, len(rows))
	for id, row := range rows {
		seen[id] = party.Of(row)
	}
	out := make([]party.Stakeholder, len(ids))
	for i, id := range ids {
		out[i] = seen[id]
	}
	return out, nil
}

// resembling are the parties whose names look like a party's, for those who admit it.
func resembling[P party.Stakeholder]() edge {
	return one(func(ctx context.Context, r *Resolver, parties []P, _ args) ([][]party.Stakeholder, error) {
		ids := make([]uuid.UUID, len(parties))
		for i, p := range parties {
			ids[i] = p.Row().ID
		}
		found, err := r.Parties.Resembling(ctx, ids)
		if err != nil {
			return nil, err
		}
		var all []uuid.UUID
		for _, id := range ids {
			all = append(all, found[id]...)
		}
		named, err := r.named(ctx, all)
		if err != nil {
			return nil, err
		}
		out := make([][]party.Stakeholder, len(ids))
		for i, id := range ids {
			n := len(found[id])
			out[i], named = named[:n:n], named[n:]
		}
		return out, nil
	})
}

func canParty[P party.Stakeholder]() edge {
	return can(func(ctx context.Context, r *Resolver, parties []P) ([][]*policy.Decision, error) {
		rows := make([]*db.Stakeholder, len(parties))
		for i, p := range parties {
			rows[i] = p.Row()
		}
		return r.Parties.Can(ctx, rows), nil
	})
}

func changeOf(in model.UpdateStakeholderInput) party.Change {
	return party.Change{
		Name: in.Name, Handle: in.Handle, Description: in.Description, Jurisdictions: in.Jurisdictions, LegalName: in.LegalName, SectorCode: in.SectorCode,
		SectorLabel: in.SectorLabel, SizeBand: or(in.SizeBand, ""), RegistrationNo: in.RegistrationNumber, Website: in.Website,
		Mandate: or(in.Mandate, ""), LegalBasis: in.LegalBasis, Mission: in.Mission, FocusAreas: in.FocusAreas, Disciplines: in.Disciplines,
		EthicsBoard: in.EthicsBoard,
	}
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
