package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/guideline"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var guidelineNoun = noun{
	name:   "guideline",
	types:  []string{"Guideline"},
	read:   by(guidelinesByID),
	tables: []string{"guidelines"},
	inside: []policy.Resource{policy.Proposal},
	edges: edges{
		"Query.guidelines": paged(func(ctx context.Context, r *Resolver, in model.GuidelineFilter, a args) (*guideline.Page, error) {
			return r.Guidelines.List(ctx, guideline.Filter{
				State: in.State, Dialogue: optionalKey("dialogue", in.Dialogue), Practice: optionalKey("practice", in.Practice), Overdue: in.ReviewOverdue,
			}, a.page())
		}),
		"Proposal.guideline": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.Guideline, error) {
			return r.Guidelines.Of(ctx, ids)
		}),
		"Guideline.dialogue": to("dialogue_id", dialoguesByID),
		"Guideline.proposal": to("proposal_id", proposalsByID),
		"Guideline.text":     to("text_id", func(r *Resolver) many[db.ProposalVersion] { return r.Proposals.VersionsByID }),
		"Guideline.practices": needing(one(func(ctx context.Context, r *Resolver, rows []*db.Guideline, a args) ([][]*db.Practice, error) {
			return linkedTo(ctx, r, rows, func(g *db.Guideline) uuid.UUID { return g.ProposalID }, a)
		}), "proposal_id"),
		"Guideline.previous": to("previous_id", guidelinesByID),
		"Guideline.next": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.Guideline, error) {
			return r.Guidelines.Next(ctx, ids)
		}),
		"Guideline.reviewOverdue": passing(forAll(func(_ context.Context, r *Resolver, rows []*db.Guideline) ([]bool, error) {
			return r.Guidelines.Overdue(rows), nil
		}, "state", "review_due_at")),
		"Guideline.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Guideline) ([][]*policy.Decision, error) {
			return r.Guidelines.Can(ctx, rows)
		}),
	},
	mutations: mutations{
		"reviseGuideline": with(func(ctx context.Context, r *Resolver, in model.ReviseGuidelineInput) (*act.Result, error) {
			return r.Guidelines.Revise(ctx, key("guideline", in.ID), in.ReviewDueAt, in.Reason, in.ExpectedRevision)
		}),
	},
}

func guidelinesByID(r *Resolver) many[db.Guideline] { return r.Guidelines.ByID }
