package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var milestoneNoun = noun{
	name:   "milestone",
	types:  []string{"Milestone"},
	read:   by(func(r *Resolver) many[db.Milestone] { return r.Milestones.ByID }),
	tables: []string{"milestones", "commitments", "proposals", "files"},
	inside: []policy.Resource{policy.Commitment},
	edges: edges{
		"Milestone.commitment": to("commitment_id", func(r *Resolver) many[db.Commitment] { return r.Commitments.ByID }),
		"Milestone.late": passing(forAll(func(_ context.Context, r *Resolver, rows []*db.Milestone) ([]bool, error) {
			return r.Milestones.Late(rows), nil
		}, "due_at", "reached_at")),
		"Milestone.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Milestone) ([][]*policy.Decision, error) {
			return r.Milestones.Can(ctx, rows)
		}),
	},
	mutations: mutations{
		"planMilestone": with(func(ctx context.Context, r *Resolver, in model.PlanMilestoneInput) (*act.Result, error) {
			return r.Milestones.Plan(ctx, key("commitment", in.Commitment), in.Title, in.DueAt)
		}),
		"replanMilestone": with(func(ctx context.Context, r *Resolver, in model.ReplanMilestoneInput) (*act.Result, error) {
			return r.Milestones.Replan(ctx, key("milestone", in.ID), in.Title, in.DueAt, in.Reason, &in.ExpectedRevision)
		}),
		"reportProgress": with(func(ctx context.Context, r *Resolver, in model.ReportProgressInput) (*act.Result, error) {
			return r.Milestones.Report(ctx, key("milestone", in.ID), int(in.Progress), in.Note, keys("file", in.Files), &in.ExpectedRevision)
		}),
	},
	does: map[string]policy.Action{"reportProgress": policy.ReportProgress},
}
