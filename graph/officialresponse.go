package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/assignment"
	"github.com/plenary-dialogue/plenary/internal/officialresponse"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var officialResponseNoun = noun{
	name:   "officialresponse",
	types:  []string{"OfficialResponse"},
	read:   by(func(r *Resolver) many[db.OfficialResponse] { return r.OfficialResponses.ByID }),
	tables: []string{"official_responses", "files"},
	inside: []policy.Resource{policy.Proposal},
	edges: edges{
		"Proposal.responses": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*officialresponse.Page, error) {
			return r.OfficialResponses.Of(ctx, ids, a.page())
		}),
		"OfficialResponse.proposal":    to("proposal_id", proposalsByID),
		"OfficialResponse.addressee":   toParty("addressee_id"),
		"OfficialResponse.requestedBy": toParty("requester_id"),
		"OfficialResponse.late": passing(forAll(func(_ context.Context, r *Resolver, rows []*db.OfficialResponse) ([]bool, error) {
			return r.OfficialResponses.Late(rows), nil
		}, "due_at", "answered_at")),
		"OfficialResponse.assignments": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*assignment.Page, error) {
			return r.Assignments.Of(ctx, ids, a.page())
		}),
		"OfficialResponse.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.OfficialResponse) ([][]*policy.Decision, error) {
			return r.OfficialResponses.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.OfficialResponse, error) {
		return r.OfficialResponses.Waiting
	},
		func(ctx context.Context, r *Resolver, rows []*db.OfficialResponse) ([][]*policy.Decision, error) {
			return r.OfficialResponses.Can(ctx, rows)
		}),
	mutations: mutations{
		"requestResponse": with(func(ctx context.Context, r *Resolver, in model.RequestResponseInput) (*act.Result, error) {
			return r.OfficialResponses.Request(ctx, key("proposal", in.Proposal), key("stakeholder", in.Addressee), in.DueAt)
		}),
		"respondToProposal": with(func(ctx context.Context, r *Resolver, in model.RespondToProposalInput) (*act.Result, error) {
			return r.OfficialResponses.Give(ctx, key("officialresponse", in.ID), in.Text, keys("file", in.Files), in.ExpectedRevision)
		}),
	},
	does: map[string]policy.Action{"requestResponse": policy.RequestResponse, "respondToProposal": policy.GiveResponse},
}
