package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/commitment"
	"github.com/plenary-dialogue/plenary/internal/milestone"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var commitmentNoun = noun{
	name:   "commitment",
	types:  []string{"Commitment"},
	read:   by(func(r *Resolver) many[db.Commitment] { return r.Commitments.ByID }),
	tables: []string{"commitments", "milestones", "proposals"},
	inside: []policy.Resource{policy.Proposal},
	edges: edges{
		"Query.commitments": paged(func(ctx context.Context, r *Resolver, in model.CommitmentFilter, a args) (*commitment.Page, error) {
			return r.Commitments.List(ctx, commitment.Filter{
				Status: in.Status, Firm: optionalKey("stakeholder", in.Firm), Dialogue: optionalKey("dialogue", in.Dialogue),
				Practice: optionalKey("practice", in.Practice), Jurisdiction: in.Jurisdiction, Late: in.Late,
			}, a.page())
		}),
		"Proposal.commitment": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.Commitment, error) {
			return r.Commitments.Of(ctx, ids)
		}),
		"Practice.commitments": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*commitment.Page, error) {
			return r.Commitments.About(ctx, ids, a.page())
		}),
		"Commitment.dialogue": to("dialogue_id", dialoguesByID),
		"Commitment.proposal": to("proposal_id", proposalsByID),
		"Commitment.text":     to("text_id", func(r *Resolver) many[db.ProposalVersion] { return r.Proposals.VersionsByID }),
		"Commitment.firm":     toParty("firm_id"),
		"Commitment.practices": needing(one(func(ctx context.Context, r *Resolver, rows []*db.Commitment, a args) ([][]*db.Practice, error) {
			return linkedTo(ctx, r, rows, func(c *db.Commitment) uuid.UUID { return c.ProposalID }, a)
		}), "proposal_id"),
		"Commitment.milestones": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*milestone.Page, error) {
			return r.Milestones.Of(ctx, ids, a.page())
		}),
		"Commitment.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Commitment) ([][]*policy.Decision, error) {
			return r.Commitments.Can(ctx, rows), nil
		}),
	},
	mutations: mutations{
		"reportCommitment": with(func(ctx context.Context, r *Resolver, in model.ReportCommitmentInput) (*act.Result, error) {
			return r.Commitments.Report(ctx, key("commitment", in.ID), in.Status, in.Reason, in.ExpectedRevision)
		}),
		"dropCommitment": because("Reason", func(r *Resolver) reasoned { return r.Commitments.Drop }),
	},
}
